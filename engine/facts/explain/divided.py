"""By what does an update divide and multiply what it applies, in letters?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.mistakes.mistakes import divisions
from engine.equations.updates import divisions_of_rate

if TYPE_CHECKING:
    from engine.scenario import Training

_POWERS = ("", "B", "B²")


def divided_by(training: Training) -> str:
    """Return by what a total is divided; nothing where it is not."""
    return _POWERS[divisions(training)]


def rate(training: Training) -> str:
    """Return what a total or a direction is multiplied by in an update, but for the sign."""
    of = _POWERS[divisions_of_rate(training)]
    return f"η/{of}" if of else "η"
