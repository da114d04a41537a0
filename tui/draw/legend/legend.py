"""What does each letter, sign, bar and colour of this very screen mean?"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from engine.words.letters import LETTERS, Sign
from tui.draw.kit.rows import plain
from tui.draw.legend.signs import COLOURS, SIGNS, Colour, Drawn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui.draw.kit.rows import Row, Style

AUTHOR = ("note", "author")
"""The styles of what the author of a scenario has written: words of his own."""

FRAME = ("frame", "ways")
"""The styles of the boxes around the parts of the screen, and of the keys in their borders."""


_JOINTS = frozenset(("·", "to", "of", "from", "at", "its", "by"))
_EXAMPLE = 9  # cells of what is taken from the screen to show a colour


class Entry(NamedTuple):
    """A line of the legend: what stands on the screen, in which style, what it means; what the table says."""

    shown: str
    style: Style
    meaning: str
    kind: str


def legend(rows: Sequence[Row]) -> list[Entry]:
    """Return the lines for what stands in the rows of a screen, and no others."""
    rows = [told for row in rows if plain(told := telling(row)).strip()]
    page = "\n".join(map(plain, rows))
    runs = list(dict.fromkeys((text.strip(), style) for row in rows for text, style in row if text.strip()))
    return [
        *filter(None, (_sample(colour, runs) for colour in COLOURS)),  # seen by a newcomer before any letter
        *(
            Entry(shown, style, meaning, sign.meaning)
            for sign in (*LETTERS, *SIGNS)
            if any(sign.found(page))  # most signs are in none of the rows
            if (stands := _where(sign, rows)) is not None
            for shown, meaning in (sign.of(stands[0]),)
            for style in (stands[1] if isinstance(sign, Drawn) and sign.styles else "strong",)
        ),
    ]


def _sample(colour: Colour, runs: Sequence[tuple[str, Style]]) -> Entry | None:
    """Return the line of a colour that is in the runs of a screen, with a short word or number as its sample.

    A piece of a drawing is one where there is no word, unless it would be taken for something else.
    """
    found = [run for run in runs if says(colour, run[1]) and (is_word(run[0]) or not colour.of_words)]
    if not found:
        return None
    text, style = min(
        found,
        key=lambda run: (
            not is_word(run[0]),
            not re.fullmatch(colour.like, run[0]),
            len(run[0]) > _EXAMPLE,
            _rank(colour, run[1]),
        ),
    )
    return Entry(_short(text), style, colour.meaning, colour.meaning)


def _short(text: str) -> str:
    """Return as many words of a sample as have room, none of them a mere joint at the end."""
    words = text.split()
    while len(words) > 1 and (len(" ".join(words)) > _EXAMPLE or words[-1] in _JOINTS):
        words.pop()
    return " ".join(words).rstrip(",:")


def is_word(text: str) -> bool:
    """Return whether a text has a letter or a digit, and is no mere drawing."""
    return any(map(str.isalnum, text))


def _rank(colour: Colour, style: Style) -> int:
    """Return the place of a style among those of a colour: bare ones come before those that say more."""
    return next(place for place, one in enumerate(colour.styles) if style.startswith(one))


def _where(sign: Sign, rows: Sequence[Row]) -> tuple[str, Style] | None:
    """Return how a sign is written in rows, with its numbers if it is anywhere, and in which style."""
    found = (
        (plain(row)[cells.start : cells.stop], _style_at(row, cells.start))
        for row in rows
        for cells in explained_by(sign, row)
    )
    if "{" not in sign.meaning:
        return next(found, None)
    return max(found, key=lambda one: sign.likeness(one[0]), default=None)


def telling(row: Row) -> Row:
    """Return a row with blanks for what needs no line: an author's words, rules, points between facts."""
    heading = plain(row).startswith("──")
    return tuple((_telling(text, style, heading=heading), style) for text, style in row)


def _telling(text: str, style: Style, *, heading: bool) -> str:
    if style in (*AUTHOR, *FRAME):
        return " " * len(text)
    if heading and style not in ("wire", "wire-active"):
        text = text.replace("─", " ")
    return text if style.endswith("unknown") else text.replace(" · ", "   ")


def says(colour: Colour, style: Style) -> bool:
    """Return whether a style is one of those that a colour explains."""
    return any(style == one or (one.endswith("-") and style.startswith(one)) for one in colour.styles)


def explained_by(sign: Sign, row: Row) -> Iterator[range]:
    """Yield the cells of a row that a sign explains."""
    styles = sign.styles if isinstance(sign, Drawn) else ()
    for match in sign.found(plain(row)):
        if not styles or _style_at(row, match.start()) in styles:
            yield range(match.start(), match.end())


def _style_at(row: Row, place: int) -> Style:
    ends = accumulate(len(text) for text, _ in row)
    return next(style for (_, style), end in zip(row, ends, strict=True) if place < end)
