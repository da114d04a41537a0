"""How is a mistake written in the list of them, beside what is right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.mistakes import MISTAKES
from engine.read.fitting import why_unfit
from engine.read.moot import why_moot
from tui.draw.kit.wide import wrapped

if TYPE_CHECKING:
    from engine.scenario import Scenario

NONE = "no mistake"

_NAMES = max(map(len, MISTAKES)) + 2
_EQUATIONS = max(len(text) for row in MISTAKES.values() for text in (row.right, row.instead))
_WRONG, _RIGHT = "wrong", "right"
_LABELS = max(len(_WRONG), len(_RIGHT)) + 2
_MARK, _PLAIN = "● ", "  "

SIDE_BY_SIDE = len(_MARK) + _NAMES + _LABELS + _EQUATIONS
"""Cells from which on the equations stand beside the name."""


def entry(scenario: Scenario, mistake: str | None, made: str | None, room: int) -> list[str]:
    """Return the lines of a mistake, or of none: its name, what is done instead, what is right.

    `made` is the mistake that is made now: it is marked. Under one that can't be made in the scenario, or
    that changes nothing there, it says why.
    """
    mark = _MARK if mistake == made else _PLAIN
    if mistake is None:
        return [f"{mark}{NONE}: as it should be"]
    row = MISTAKES[mistake]
    name, indent = mark + mistake, len(mark)
    lines: list[str] = []
    if room >= SIDE_BY_SIDE:
        name, indent = name.ljust(indent + _NAMES), indent + _NAMES
    else:
        lines, name = [name], " " * indent
    for label, equation in ((_WRONG, row.instead), (_RIGHT, row.right)):
        lines += _hanging(name + label.ljust(_LABELS), equation, room)
        name = " " * indent
    return lines + _hanging(_PLAIN, _reason(scenario, mistake), room)


def _reason(scenario: Scenario, mistake: str) -> str:
    if why := why_unfit(scenario, mistake):
        return f"can't be made: it {why}"
    why = why_moot(scenario, mistake)
    return f"changes nothing here: {why}" if why else ""


def _hanging(before: str, text: str, room: int) -> list[str]:
    """Return a text as lines beside what stands before the first."""
    lines = wrapped(text, max(2, room - len(before)))
    return [(" " * len(before) if place else before) + line for place, line in enumerate(lines)]
