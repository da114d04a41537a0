"""Is the text TOML, and if not, where does it stop being so?"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.read.complaints import Complaint, ScenarioError
from engine.read.findings import key_text
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from pathlib import Path

# More of these, and the parser would be busy for seconds. No file written for people comes near.
MOST = {
    ",": (120_000, "commas"),
    "\n": (120_000, "lines"),
    "\\": (120_000, "backslashes"),
    "=": (20_000, "keys"),
}
_TABLES = 20_000
_SHORTER = {
    False: "Put the data in a CSV or .npz file and name it with data.file.",
    True: "Give units and init in the place of weights, to have them drawn, or units and, under [network], "
    'parameters = "weights.npz".',
}
_HEADING = re.compile(r"^[ \t]*+\[\[?[ \t]*+(network|data)\b", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*+\[\[?[ \t]*+[A-Za-z_\"']", re.MULTILINE)
_DATA = re.compile(r"""^[ \t]*+data[ \t]*+=[ \t]*+("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
_FILE = re.compile(r"^[ \t]*+file[ \t]*+=", re.MULTILINE)
_BRACES = re.compile(r"^[ \t]*+data[ \t]*+=[ \t]*+\{", re.MULTILINE)
_NO_LAYER = re.compile(r"Cannot declare (data|training|lesson) ")
_DEPTH = 64
# tomllib takes time with the square of the number of parts of a dotted key. Such a key is looked for by the
# dots within it, as what begins with one sign is found much sooner.
_LONG_KEY = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){32}""")
_DOTS = re.compile(r"""\.[ \t]*+(?:[\w"'-]++[ \t]*+\.[ \t]*+){31}""")
# tomllib takes a hundred bytes for each digit of any number, and int() its time with their square.
_DIGITS = 4000
_LONG_NUMBER = re.compile(r"[0-9](?<![0-9_][0-9])[0-9_]{4000}")
_LONG_IN_ANOTHER_BASE = re.compile(r"(?<=[=\[,\s])[+-]?0[xob][0-9a-fA-F_]{4000}")
_BEHIND_A_BASE = re.compile(r"0[xob][0-9a-fA-F_]{4000}")
_LONG = "a number of more than 4,000 digits"
_FEWER = "17 digits are as many as a number keeps."
_DECLARED = re.compile(r"\((['\"].*['\"]),?\)")
_KEPT = 16_384  # characters: most files written by hand have fewer
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse(text: str, path: Path) -> dict[str, Any]:
    """Return the TOML document `text` as plain Python values. Others may have got the very same: read only.

    Raises:
        ScenarioError: the text is not TOML, or so long or deep that reading it would be a trap.
    """
    _refuse_masses(text, path)
    if _DOTS.search(text) and (found := _LONG_KEY.search(text)):
        raise _at(text, path, found.start(), "a key of more than 32 parts joined with dots")
    if found := _long_number(text):
        raise _at(text, path, found.start(), _LONG, _FEWER)
    try:
        return (_kept if len(text) <= _KEPT else tomllib.loads)(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(text, path, str(error)) from None
    except RecursionError:
        raise _at(text, path, _deep(text), "brackets are nested too deeply") from None
    except ValueError:  # the one that is left: int() refuses more than 4,300 digits, behind an odd text
        found = _LONG_NUMBER.search(text)
        raise _at(text, path, found.start() if found else 0, _LONG, _FEWER) from None


@lru_cache(maxsize=16)  # in a class each of sixty apps has its own
def _kept(text: str) -> dict[str, Any]:
    """Kept, as what stands in a list is opened next, and what was opened is opened again."""
    return tomllib.loads(text)


def _long_number(text: str) -> re.Match[str] | None:
    """Return the first number of too many digits; in a text or a comment digits are no number."""
    if max(map(len, text.split("\n"))) <= _DIGITS:
        return None
    for quick, pattern in ((_LONG_NUMBER, _LONG_NUMBER), (_BEHIND_A_BASE, _LONG_IN_ANOTHER_BASE)):
        if quick.search(text):
            from engine.spelling.lookalikes import blanked

            if found := pattern.search(blanked(text)):
                return found
    return None


def _refuse_masses(text: str, path: Path) -> None:
    counts = [(text.count(mark), most, name) for mark, (most, name) in MOST.items()]
    tables = text.count("[")  # as many at most
    if tables > _TABLES:
        tables = len(_TABLE.findall(text))
    for count, most, name in [*counts, (tables, _TABLES, "tables")]:
        if count > most:
            says = f"the file has more than {most:,} {name}"
            raise ScenarioError(Complaint(str(path), says, _SHORTER[_longest_part(text) == "network"]))


def _longest_part(text: str) -> str:
    """Return the table in which most numbers stand: `network` or `data`; the empty text at the top."""
    headings = [(0, ""), *((found.start(), found[1]) for found in _HEADING.finditer(text))]
    ends = [*(start for start, _ in headings[1:]), len(text)]
    counts: dict[str, int] = {}
    for (start, name), end in zip(headings, ends, strict=True):
        counts[name] = counts.get(name, 0) + text.count(",", start, end)
    return max(counts, key=lambda name: counts[name])


def _syntax_error(text: str, path: Path, message: str) -> ScenarioError:
    text = text.replace("\r\n", "\n")
    place = _PLACE.search(message)
    says = shortened(_DECLARED.sub(_joined, message[: place.start()] if place else message), 200)
    if place and place[1]:
        line, column = int(place[1]), int(place[2])
        offset = sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1
    else:
        offset = len(text.rstrip())
    from engine.spelling.lookalikes import lookalike  # only for a file with errors

    if found := lookalike(text, offset):
        return _at(text, path, found.offset, found.says, found.remedy)
    from engine.read.document.decimals import remedy, stumbled_over

    if commas := stumbled_over(text, offset):
        return _at(text, path, commas[0].offset, commas[0].says, remedy(commas))
    from engine.read.document.slips import slip

    if mend := slip(text, offset, says):
        found_out = mend.says or f"{says[:1].lower()}{says[1:]}"
        return _at(text, path, offset, f"this is not TOML: {found_out}", mend.remedy)
    if says == "Cannot overwrite a value":
        from engine.read.document.places import last_key, lone_table

        key, offset = last_key(text, offset)
        if text.startswith("[[", offset) and (lone := lone_table(text, offset, key[:-1])) is not None:
            return _one_of_a_list(text, path, lone, offset, key_text(key[:-1]))
        twice = _over_a_file(text, offset) if key == ("data",) else ""
        return _at(text, path, offset, "this key is given twice", twice or _remedy(says), key_text(key))
    return _at(text, path, offset, f"this is not TOML: {says[:1].lower()}{says[1:]}", _remedy(says))


def _one_of_a_list(text: str, path: Path, lone: int, offset: int, key: str) -> ScenarioError:
    """Return what is wrong with a heading in single brackets, where one in double brackets follows it."""
    line = text.count("\n", 0, offset) + 1
    says = f"a heading in single brackets is of one table alone, and line {line} adds another with [[{key}]]"
    return _at(text, path, lone, says, f"Write [[{key}]] here, too.", key)


def _over_a_file(text: str, offset: int) -> str:
    """Return what to do where the table `[data]`, at an offset, follows a `data = "rows.csv"`."""
    before = _DATA.search(text, 0, offset)
    if before is None or not text.startswith("[", offset):
        return ""
    line = text.count("\n", 0, before.start()) + 1
    end = _TABLE.search(text, text.find("\n", offset) + 1)
    has_file = _FILE.search(text, offset, end.start() if end else len(text)) is not None
    told = "[data] names the file" if has_file else f"write file = {before[1]} under [data] instead"
    return f"It may be given only once, and line {line} is data = {before[1]}: take that line out; {told}."


def in_braces(text: str) -> bool:
    """Return whether the table of data stands in braces: `data = {file = "rows.csv"}`."""
    return _BRACES.search(text) is not None


def _joined(parts: re.Match[str]) -> str:
    """Return a key as it is written, where the parser prints a tuple of its parts."""
    return ".".join(part.strip("'\"") for part in parts[1].split(", "))


def _remedy(says: str) -> str:
    if says.startswith(("Cannot overwrite", "Cannot declare", "Duplicate")):
        once = "A key or a table may be given only once"
        if _NO_LAYER.search(says):
            return f"{once}: put what stands in both into one."
        return f"{once}; for one more layer write [[network.layers]]."
    if "Illegal character '\\n'" in says:
        return 'A text ends on the line where it began; for several lines write """ at both ends.'
    if says.startswith("Invalid value"):
        return (
            'Texts stand in quotes ("relu"), numbers have digits around the point (0.5), true is lower case.'
        )
    if says.startswith("Unclosed array"):
        return "A list needs a comma between two values and ] at its end."
    if says.startswith("Expected newline or end of document after a statement"):
        return "A line holds one key and its value; numbers are written as 0.5, with digits around the point."
    if says.startswith("Expected '=' after a key"):
        return "Each line is a key, the sign = and a value."
    return ""


def _deep(text: str) -> int:
    """Return about where the nesting grows too deep. Brackets inside texts count as well: no matter."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > _DEPTH:
            return bracket.start()
    return 0


def _at(text: str, path: Path, offset: int, says: str, remedy: str = "", key: str = "") -> ScenarioError:
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    return ScenarioError(
        Complaint(
            str(path),
            says,
            remedy,
            key,
            line=text.count("\n", 0, start) + 1,
            column=offset - start + 1,
            source=text[start : end if end >= 0 else None].removesuffix("\r"),
        )
    )
