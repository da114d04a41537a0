"""What is true of an iteration in two orders, where do they part, and with which weights do both begin?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.facts.number import Traced
from engine.numerals import apart, numeral

if TYPE_CHECKING:
    from engine.facts.two_orders.compare import Comparison
    from engine.facts.two_orders.parting import Parting
    from engine.run.tracing import Trace

_SAME = 1e-10


def sentence(found: Comparison) -> str:
    """Return what is true of this iteration, in words."""
    angle = found.overall
    noun = _noun(found)
    overflown = [name for name, finite in _finite(found).items() if not finite]
    if overflown:
        where = overflown[0] if len(overflown) == 1 else f"both {noun}s"
        return (
            f"In {where} numbers have grown beyond what the computer can hold (inf, nan: not finite). "
            "Nothing more can be said of them."
        )
    if _unchanged(found):
        reason = "every gradient is 0" if _all_zero(found) else "the learning rate is too small, or 0"
        return f"Neither {noun} changes anything in this iteration: {reason}."
    if angle.differ == 0:
        return f"In this iteration both {noun}s make the same change."
    right, whose = found.called
    missed = "apply the gradient" if found.plain else f"make the change of {right}"
    text = f"{whose[0].upper()}{whose[1:]} does not {missed}: {angle.differ:,} of {angle.numbers:,}"
    text += " numbers differ" if angle.differ != 1 else " numbers differs"
    if angle.flipped:
        text += f", {angle.flipped:,} of them in sign" if angle.differ > 1 else ", in its sign"
    return f"{text}."


def why(trace: Trace, there: Parting) -> str:
    """Return at which step two orders part, by which number, and what that one is made of."""
    symbol = Traced(trace, there.number).symbol
    part = f"At step {there.step + 1:,} they part: {symbol}"
    digits = apart(there.right, there.made)
    is_instead = f"{numeral(there.made, digits=digits)} instead of {numeral(there.right, digits=digits)}"
    for one in there.operands:
        if one.is_parameter and one.differs:
            digits = max(there.digits, apart(one.right, one.made))
            name = one.symbol.removeprefix("early ")
            values = f"{numeral(one.made, digits=digits)} instead of {numeral(one.right, digits=digits)}"
            return f"{part} reads {name} after its update, {values}, and becomes {is_instead}."
    return f"{part} is {is_instead}."


def judged(found: Comparison) -> str:
    """Return what the losses after the iteration say, and that they are no judge."""
    late, early = found.loss_waited, found.loss_early
    if not found.overall.differ or not all(_finite(found).values()):
        return ""
    if abs(early - late) <= _SAME * max(abs(early), abs(late)):
        return "The loss after this iteration is the same to ten digits."
    if early < late:
        return f"Yet its loss after this iteration is lower: the loss is no judge of the {_noun(found)}."
    return "Its loss after this iteration is higher here, which is not always so."


def origin(trace: Trace, found: Comparison) -> str:
    """Return with which weights both orders begin where they are not the file's, and where the break is."""
    broken = trace.broken_iteration
    if broken is not None and broken != found.iteration:
        step = trace.out_of_turn[0] + 1
        done = "set a parameter" if trace.breaks[0].poke is not None else "broke the rule"
        there = f"You {done} at step {step:,} (g {step} Enter): it is compared there."
        if broken > found.iteration:
            return there
        return (
            f"Both {_noun(found)}s begin here with the weights that iteration {broken + 1} left; "
            f"the gradients are right for these. {there}"
        )
    if found.iteration == 0:
        return ""
    return (
        f"Both {_noun(found)}s begin here with the weights that the {trace.order} run has before "
        f"iteration {found.iteration + 1}."
    )


def _noun(found: Comparison) -> str:
    """Return what two of are compared: orders, or the run with a mistake and what is right."""
    return "order" if found.mistake is None else "run"


def _finite(found: Comparison) -> dict[str, bool]:
    """Return for each order, by its name, whether its loss and all that it applied is finite."""
    pairs = [pair for layer in found.layers for pair in layer.pairs]
    late, early = [pair.waited for pair in pairs], [pair.early for pair in pairs]
    return {
        name: math.isfinite(loss) and all(bool(np.isfinite(array).all()) for array in arrays)
        for name, loss, arrays in (
            (found.called[0], found.loss_waited, late),
            (found.called[1], found.loss_early, early),
        )
    }


def _unchanged(found: Comparison) -> bool:
    return not any(
        pair.waited_change.any() or pair.early_change.any() for layer in found.layers for pair in layer.pairs
    )


def _all_zero(found: Comparison) -> bool:
    return not any(pair.waited.any() or pair.early.any() for layer in found.layers for pair in layer.pairs)
