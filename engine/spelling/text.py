"""How does text from a file become text that is safe to print?

A terminal obeys control characters, and a reader is misled by characters that turn the direction
of writing or have no width. All text of a scenario passes through here once, where it is read.
"""

from __future__ import annotations

import unicodedata

_AS_EMOJI = "\ufe0f"
"""What makes a sign an emoji, which may be one cell wider."""
_PILE = 8  # marks on one letter; no script has more, and a terminal may choke on thousands
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """Return `text` without what could steer a terminal or hide from the eye.

    Newline and tab stay. Every other control character (C0, C1, a lone surrogate) becomes U+FFFD, so that
    its place is seen. Format characters (Unicode category Cf: bidi controls, zero-width
    characters, byte order marks) vanish, and so do combining marks piled on one letter beyond use. Every
    kind of line end becomes a newline.
    """
    if not text.isprintable():
        text = text.replace("\r\n", "\n")
        text = text.translate({ord(one): _clean_character(one) for one in {*text} if not one.isprintable()})
    return text if text.isascii() else _without_piles(text)


def one_line(text: str) -> str:
    """Return `text` clean and on one line, with every run of white space as one space."""
    return " ".join(clean(text).split())


def shortened(text: str, limit: int = 60) -> str:
    """Return `text` on one line and cut to `limit` characters, to be quoted in a message."""
    line = one_line(text[: 4 * limit])
    return line if len(line) <= limit and len(text) <= 4 * limit else line[: limit - 1] + "…"


def quoted(text: str) -> str:
    """Return a text as TOML writes it on one line."""
    import json  # rarely needed

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def in_place(text: str) -> str:
    """Return `text` clean and of the same length, so that columns still count."""
    return text if text.isprintable() else "".join(_same_width(character) for character in text)


def width(text: str) -> int:
    """Return the number of terminal cells that `text` takes.

    Marks stand on the letter before them, whether they are said to combine or, as vowels of Thai and Tamil,
    only to be marks; so do the later parts of a Korean syllable.
    """
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if character == _AS_EMOJI:
        return 1
    if unicodedata.category(character).startswith("M") or "\u1160" <= character <= "\u11ff":
        return 0
    return 1 + (unicodedata.east_asian_width(character) in "WF")


def _without_piles(text: str) -> str:
    marks = "".join(filter(unicodedata.combining, {*text}))
    if not marks:
        return text
    import re  # rarely needed

    mark = f"[{re.escape(marks)}]"
    return re.sub(f"({mark}{{{_PILE}}}){mark}+", r"\1", text)


def _clean_character(character: str) -> str:
    if character in "\n\t":
        return character
    match unicodedata.category(character):
        case "Cf":
            return ""
        case "Cc" | "Cs":
            return "\n" if character in "\r\x0b\x0c\x85" else _REPLACEMENT
        case "Zl" | "Zp":
            return "\n"
    return character


def _same_width(character: str) -> str:
    if character == "\t":
        return " "
    return _REPLACEMENT if unicodedata.category(character) in ("Cf", "Cc", "Cs", "Zl", "Zp") else character
