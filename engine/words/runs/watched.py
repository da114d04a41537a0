"""What is said of the numbers that are watched?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.numerals import numeral

if TYPE_CHECKING:
    from engine.watching.history import History

NOTHING_WATCHED = (
    "Nothing is watched. V watches the number that is looked at, :watch max(abs(gradient[2])) any expression "
    "that find takes: its value now, how it went, and when it was smallest and largest."
)


def extremes(history: History) -> list[str]:
    """Return when a number was smallest and largest, as far as it has had a value."""
    ends = (("least", history.low), ("most", history.high))
    return [f"{word} {numeral(one.value)} at {one.iteration + 1:,}" for word, one in ends if one is not None]
