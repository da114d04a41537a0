"""What is the slip behind an error of syntax, where the parser's own words do not say how to mend it?

A path of Windows in quotes, a comment of another language, a table in braces over two lines, a letter of
another alphabet that looks like one of ours: each has its sign at the place where the parser stops.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from engine.spelling.lookalikes import blanked

_BREAKS = "\x0b\x0c\x85\u2028\u2029"
_ALIKE = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u03bf\u03bd\u03b1\u03b9"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425",
        "aeopcyxijsdovaiABEKMHOPCTX",
        strict=True,
    )
)
"""Letters of Cyrillic and Greek, and those of ours that look the same."""


class Slip(NamedTuple):
    """What is wrong, if that is to be said otherwise than the parser does, and what mends it."""

    says: str
    remedy: str


def slip(text: str, offset: int, says: str) -> Slip | None:
    """Return what has gone wrong at an offset of a TOML text, where the parser `says` something."""
    found = text[offset : offset + 1]
    if "'\\'" in says or says.startswith("Invalid hex value"):
        return Slip(
            "",
            r"In quotes \ begins a sign of its own. In a path write /, or put the text between ' signs: "
            r"'C:\data\rows.csv'.",
        )
    if found == "\r":
        says = "its lines end with CR alone, as on old Macs"
        return Slip(says, "Save it with line ends of Unix (LF) or Windows (CR LF).")
    if found and found in _BREAKS:
        name = unicodedata.name(found, "control character").lower()
        return Slip(
            f"this is the {name} U+{ord(found):04X}, which ends no line here", "Press Enter in its place."
        )
    if not found.isascii() and found.isalpha():
        return _letter(found)
    return _of_line(text, offset, says)


def _letter(found: str) -> Slip:
    name = f"this is the {unicodedata.name(found, 'letter').lower()} U+{ord(found):04X}"
    if found in _ALIKE:
        return Slip(
            f"{name}, which only looks like the letter {_ALIKE[found]}", f"Type {_ALIKE[found]} in its place."
        )
    return Slip(name, "Without quotes a key has the letters A to Z, a to z, digits, - and _ alone.")


def _of_line(text: str, offset: int, says: str) -> Slip | None:
    """Return the slip that what stands before the offset on its line shows."""
    start = text.rfind("\n", 0, offset) + 1
    plain = blanked(text)
    before, here = plain[start:offset].rstrip(), text[offset:]
    if here.startswith(",") and says.startswith("Invalid value"):
        return Slip("expected a value, found a comma", "Two commas in a row, or one too many: leave it out.")
    if here.startswith(";") and says.startswith("Unclosed array"):
        return Slip(
            "", "A list has commas between its values, and brackets around each row: [[1, 2], [3, 4]]."
        )
    if re.match(r";[ \t]*[\w.-]+[ \t]*=", here):
        return Slip("", "A line holds one key and its value: begin another line in the place of ;")
    if re.match(r"//|/\*|--|;[ \t]*[^ \t\r\n#]", here):
        return Slip("", "A comment begins with #.")
    if here.startswith(";"):
        return Slip("", "Nothing ends a value but the end of its line: leave ; out.")
    if here[:1] in ("\n", "") and _is_open(before):
        return Slip(
            "a table in braces ends on the line where it began",
            "Put it on one line; or write its keys on lines of their own below its heading: [name].",
        )
    return None


def _is_open(line: str) -> bool:
    return line.count("{") > line.count("}")
