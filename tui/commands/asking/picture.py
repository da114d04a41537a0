"""How do a question, its answer and what is said of it fit into a window?"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.spelling.text import in_place, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.commands.asking.typed import Typed

_ROOM: Final = 12  # columns that an answer has at least, where the window has them
_MOST: Final = 8  # rows below an answer


class Window(NamedTuple):
    """The size of a terminal in cells."""

    columns: int
    rows: int


def asked(prompt: str, window: Window) -> list[str]:
    """Return the rows of a question; the answer stands behind the last one."""
    line = max(1, window.columns - 1)
    if width(prompt) + _ROOM <= line or not prompt.strip():
        return [prompt[: line - 1]]
    rows = wrap(prompt, line, break_on_hyphens=False)
    if width(rows[-1]) + 1 + _ROOM <= line:
        rows[-1] += " "
    else:
        rows.append("  "[: max(0, line - _ROOM)])
    return rows


def shown(typed: Typed, room: int) -> tuple[str, int]:
    """Return the part of an answer that fits into so many cells, and the cell of the cursor in it."""
    first = 0
    while width(typed.text[first : typed.at]) >= room and first < typed.at:
        first += 1
    end = len(typed.text)
    while end > typed.at and width(typed.text[first:end]) >= room:
        end -= 1
    return typed.text[first:end], width(typed.text[first : typed.at])


def below(said: Sequence[str], window: Window, above: int) -> list[str]:
    """Return the rows that say what an answer means, as many as fit; the question takes `above`."""
    line = window.columns - 1
    if line < 10:
        return []
    rows = [
        row
        for one in said
        for row in wrap(
            in_place(one), line, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
        )
    ]
    return rows[: max(0, min(_MOST, window.rows - above))]
