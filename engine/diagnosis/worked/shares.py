"""How is a number written that somebody has divided by the number of samples?"""

from __future__ import annotations

from engine.diagnosis.diagnosis import Worked
from engine.facts.explain.expression import Constant, Equation, Ratio
from engine.facts.number import Traced


def shared(worked: Worked, share: float) -> Worked:
    """Return numbers as somebody has them who divides each by the number of samples."""
    if share == 1.0:
        return worked
    right, theirs = (one and divided(one, 1.0 / share) for one in worked)
    assert right is not None
    return Worked(right, theirs)


def divided(one: Equation, samples: float) -> Equation:
    """Return an equation of which both sides are divided by the number of samples."""
    result = one.result
    return Equation(
        Traced(result.trace, result.number, over_batch(result.symbol), result.value / samples),
        Ratio(one.expression, Constant("B", samples)),
        "",
    )


def over_batch(symbol: str) -> str:
    """Return the symbol of a number divided by that of the samples of a batch."""
    return f"{symbol}/B"
