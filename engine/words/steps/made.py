"""What is a number that is selected or still to come, and which step makes it? The most telling way first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.number import Traced
from engine.numerals import numeral
from engine.words.steps.chips import chip

if TYPE_CHECKING:
    from engine.facts.entry import Number
    from engine.run.tracing import Trace


def source(trace: Trace, number: Number) -> list[str]:
    """Return what a selected number is and where it was made, in more and in fewer words."""
    one = Traced(trace, number)
    what, about = f"{one.symbol} = {numeral(one.value)}", one.words
    ways: tuple[str, ...]
    if one.maker is None:
        made, ways = "given by the scenario", ("r: who reads it.",)
    else:
        made, ways = _made(trace, one.maker), ("enter goes there, b comes back.", "enter goes there.")
    return [
        *(f"{what}: {about}, {made}; {way}" for way in ways),
        f"{what}: {about}, {made}.",
        *(f"{what}: {made}; {way}" for way in ways),
        f"{what}: {made}.",
    ]


def to_come(trace: Trace, number: Number) -> list[str]:
    """Return what a number is that is not computed yet, in more and in fewer words."""
    one = Traced(trace, number)
    assert one.maker is not None
    made = _made(trace, one.maker)
    return [
        f"Not computed yet: {one.words}, is {made}; enter goes there, b comes back.",
        f"Not computed yet: is {made}; enter goes there, b comes back.",
        f"Not computed yet: is {made}.",
    ]


def _made(trace: Trace, step: int) -> str:
    return f"made by step {step + 1:,} ({chip(trace.shapes, trace.schedule.site(step))})"
