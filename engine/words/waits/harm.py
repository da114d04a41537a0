"""What is said of the harm at a step: what has come about by then, and what is still to come?

The most important sentence comes first. The loss comes last: it is no judge. Where a mistake is made too,
no number was right without the break: all is held against what it would be without the break alone.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.equations.updates import is_descent
from engine.facts.beside.right import ROUNDING
from engine.facts.broken.harm import Harm, wrong_by
from engine.facts.number import Traced
from engine.numerals import apart, numeral, times
from engine.words.disturbed import by_hand_alone, by_hand_words

if TYPE_CHECKING:
    from engine.facts.broken.harm import Count
    from engine.run.tracing import Trace

_STRAIGHT = 1e-6
"""Degrees below which an angle is one of roundings."""


def heading_of_harm(trace: Trace, found: Harm) -> str:
    """Return what was done out of turn, and at which steps."""
    made = ", ".join(
        f"{by_hand_words(one) or f'layer {one.layer}'} at step {step + 1:,}"
        for step, one in zip(trace.out_of_turn, trace.breaks, strict=True)
    )
    done = "set by hand" if by_hand_alone(trace) else "you broke the rule"
    if found.harmless and not any(one.poke for one in trace.breaks):
        done = "applied out of turn"
    return f"{done}: {made}"


def words_of_harm(trace: Trace, harm: Harm, step: int) -> tuple[str, ...]:
    """Return the harm in sentences, as it stands at a step (0-based), the most important first."""
    if harm.harmless and harm.untouched:
        return ("No harm: every delta and gradient of this iteration stays what it would have been.",)
    if harm.harmless:
        at_most = numeral(ROUNDING)
        return (f"No delta or gradient of this iteration is off by more than {at_most} of itself.",)
    sentences = [_words_of_counts(trace, harm, step), *_words_of_worst(trace, harm, step)]
    if harm.angle.degrees is not None:
        degrees = f"{harm.angle.degrees:.{2 if harm.angle.degrees < 10.0 else 3}g}"
        points = "points" if trace.schedule.first_step(harm.iteration + 1) <= step + 1 else "will point"
        # What an optimiser, the decay or biases that stand for several make of the gradients lies elsewhere
        # with no break either.
        plain = is_descent(trace.scenario) and not any(one.poke for one in trace.breaks)
        what, it = ("The whole change", "-∇C") if plain else ("All that is gathered", "∇C")
        if trace.mistake is not None:
            it = "the one without the break"
        where = f"{degrees}° away from {it}" if harm.angle.degrees > _STRAIGHT else f"along {it}"
        sentences.append(f"{what} {points} {where}.")
    return (*sentences, _words_of_loss(trace, harm))


def _words_of_counts(trace: Trace, harm: Harm, step: int) -> str:
    right, sign = ("right", "the wrong") if trace.mistake is None else ("as without the break", "another")
    if harm.deltas.wrong == harm.gradients.wrong == 0:
        return f"Every delta and gradient stays {right}; only pre-activations after the change differ."
    flipped = harm.deltas.flipped + harm.gradients.flipped
    signs = f", {flipped or 'none'} with {sign} sign."
    deltas, gradients = _of(harm.deltas, "delta"), _of(harm.gradients, "gradient")
    now = wrong_by(trace, harm, step)
    done = [found for found, count in zip(now, (harm.deltas, harm.gradients), strict=True) if count.wrong]
    all_of = [count.wrong for count in (harm.deltas, harm.gradients) if count.wrong]
    if done == all_of:
        return f"{deltas} and {gradients} are no longer {right}{signs}"
    if not any(done):
        return f"{deltas} and {gradients} will not be {right}{signs}"
    if now[0] == harm.deltas.wrong and now[1] == 0:
        verb = "is" if now[0] == 1 else "are"
        return f"{deltas} {verb} no longer {right}, and {gradients} will not be{signs}"
    so_far = [
        _of(replace(count, wrong=done), noun)
        for count, done, noun in zip((harm.deltas, harm.gradients), now, ("delta", "gradient"), strict=True)
    ]
    will = f"in the end {harm.deltas.wrong} and {harm.gradients.wrong} will not be"
    return f"{so_far[0]} and {so_far[1]} are no longer {right}; {will}{signs}"


def _of(count: Count, noun: str) -> str:
    return f"{count.wrong:,} of {count.of:,} {noun}{'' if count.of == 1 else 's'}"


def _words_of_worst(trace: Trace, harm: Harm, step: int) -> list[str]:
    if harm.worst is None:
        return []
    worst, right = harm.worst, Traced(trace.undisturbed, harm.worst.number).value
    symbol = worst.symbol
    ratio = worst.value / right if right else math.inf
    # As many digits as tell it from all of it.
    digits = apart(worst.value, right)
    percent = numeral(100.0 * ratio, digits=apart(100.0 * ratio, 100.0))
    share = f", {percent} % of it" if abs(ratio) < 10.0 else f", {times(ratio)} times that"
    if not math.isfinite(ratio):
        share = ""
    verb, sample = "is" if worst.known(step) else "will be", worst.reference.sample
    batch = trace.shapes.batch(harm.iteration)
    if worst.reference.quantity == "delta" and sample is not None and len(batch) > 1:
        symbol += f" of sample {sample - batch.start + 1:,}"
    now, then = (numeral(value, digits=digits) for value in (worst.value, right + 0.0))
    return [f"Farthest off: {symbol} {verb} {now} instead of {then}{share}."]


def _words_of_loss(trace: Trace, harm: Harm) -> str:
    digits = apart(harm.loss_broken, harm.loss_right)
    broken, right = (numeral(loss, digits=digits) for loss in (harm.loss_broken, harm.loss_right))
    both = f"Loss over all data after it: {broken}, without the break {right}"
    difference = abs(harm.loss_broken - harm.loss_right)
    by = f" by {numeral(difference, digits=2)}" if math.isfinite(difference) else ""
    if harm.loss_broken > harm.loss_right:
        return f"{both}: higher{by}."
    if harm.loss_broken < harm.loss_right:
        angle = harm.angle.degrees
        along = harm.gradients.wrong == 0 or (angle is not None and angle <= _STRAIGHT)
        # With a mistake or an optimiser the change is not the negative gradient either way.
        along = along or trace.mistake is not None or not is_descent(trace.scenario)
        return (
            f"{both}: lower{by}."
            if along
            else f"{both}: lower{by}, though the change is not the negative gradient."
        )
    return f"{both}."
