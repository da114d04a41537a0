"""What is true of an iteration in two orders, where do they part, and with which weights do both begin?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.facts.beside.right import ROUNDING
from engine.facts.number import Traced
from engine.facts.two_orders.chosen import choices
from engine.numerals import apart, counted, numeral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.two_orders.compare import Angle, Comparison, FinalLosses
    from engine.facts.two_orders.deviations import Rest
    from engine.facts.two_orders.parting import Parting
    from engine.run.tracing import Trace

_SAME = 1e-10
_BEGUN = 0.01  # the share of a run from which on there is a percentage of it


def sentence(found: Comparison) -> str:
    """Return what is true of this iteration, in words."""
    angle = found.overall
    noun = _noun(found)
    overflown = [name for name, finite in _finite(found).items() if not finite]
    if overflown:
        where = overflown[0] if len(overflown) == 1 else f"both {noun}s"
        return (
            f"In {where} numbers have grown beyond what the computer can hold (inf, nan: not finite). "
            "How far apart they are can't be said."
        )
    if _unchanged(found):
        reason = "every gradient is 0" if _all_zero(found) else "the learning rate is too small, or 0"
        return f"Neither {noun} changes anything in this iteration: {reason}."
    if found.overall_to_right is not None:
        return _of_any_two(found, *found.overall_to_right)
    if angle.differ == 0:
        return f"In this iteration both {noun}s make the same change{_nearly(found.same)}."
    return f"{_capital(found.called[1])} does not {_missed(found)}: {_differ(angle)}."


def _of_any_two(found: Comparison, *to_right: Angle) -> str:
    """Return what is true of two of which neither is what is right, and which of them is nearer to that."""
    angle = found.overall
    if angle.differ == 0:
        text = f"In this iteration both {_noun(found)}s make the same change{_nearly(found.same)}"
        if not to_right[0].differ:
            return f"{text}, which is that of {found.right}{_nearly(found.same_as_right[0])}."
        return f"{text}, which does not {_missed(found)}: {_differ(to_right[0])}."
    first, second = found.called
    text = f"Between {first} and {second} {_differ(angle)}."
    whose = zip(found.called, reversed(found.called), found.same_as_right, strict=True)
    for one, (name, other, same) in zip(to_right, whose, strict=True):
        if not one.differ:
            right = f"{found.right}{_nearly(same)}"
            return f"{text} {_capital(name)} makes the change of {right}, {other} does not."
    neither = "applies the gradient" if found.plain else f"makes the change of {found.right}"
    if (place := nearer(found)) is None:
        return f"{text} Neither {neither}."
    degrees = [one.degrees or 0.0 for one in to_right]
    digits = apart(*degrees)
    near, far = (numeral(degrees[one], digits=digits) for one in (place, 1 - place))
    return (
        f"{text} Neither {neither}, but {found.called[place]} lies nearer to "
        f"{_its_direction(found)}: {near}° off, the other {far}°."
    )


def nearer(found: Comparison) -> int | None:
    """Return which of two that are not right, 0 or 1, lies nearer to what is; None if neither does."""
    if found.overall_to_right is None:
        return None
    one, other = (angle.degrees for angle in found.overall_to_right)
    if one is None or other is None or abs(one - other) <= _SAME * max(one, other):
        return None
    return 0 if one < other else 1


def _its_direction(found: Comparison) -> str:
    return "-∇C" if found.plain else f"the change of {found.right}"


def _missed(found: Comparison) -> str:
    return "apply the gradient" if found.plain else f"make the change of {found.right}"


def _nearly(same: bool) -> str:
    """Return up to what two changes are alike that may differ by roundings; nothing if they are the same."""
    return "" if same else f", but for at most {numeral(ROUNDING)} of it"


def _differ(angle: Angle) -> str:
    text = f"{angle.differ:,} of {angle.numbers:,}"
    text += " numbers differ" if angle.differ != 1 else " numbers differs"
    if angle.flipped:
        text += f", {angle.flipped:,} of them in sign" if angle.differ > 1 else ", in its sign"
    return text


def _capital(name: str) -> str:
    return f"{name[0].upper()}{name[1:]}"


def why(trace: Trace, found: Comparison, there: Parting | None) -> str:
    """Return at which step two orders part, by which number, and what that one is made of, if they do."""
    if there is None:
        return ""
    symbol = Traced(trace, there.number).symbol
    part = f"At step {there.step + 1:,} they part: {symbol}"
    digits = apart(there.first, there.second)
    first, second = (numeral(one, digits=digits) for one in (there.first, there.second))
    is_instead, right = f"{second} instead of {first}", _what_is_right(found, there)
    for one in there.operands:
        if one.is_parameter and one.differs:
            digits = max(there.digits, apart(one.first, one.second))
            name = one.symbol.removeprefix("early ")
            some, other = (numeral(value, digits=digits) for value in (one.first, one.second))
            if not right:
                values = f"{other} instead of {some}"
                return f"{part} reads {name} after its update, {values}, and becomes {is_instead}."
            each = f"as {some} in {found.called[0]} and as {other} in {found.called[1]}"
            return f"{part} reads {name} {each}, and becomes {first} and {second}: {right}."
    if not right:
        return f"{part} is {is_instead}."
    return f"{part} is {first} in {found.called[0]} and {second} in {found.called[1]}: {right}."


def _what_is_right(found: Comparison, there: Parting) -> str:
    """Return which of two numbers is right, or what it should be; nothing where the first one has to be."""
    if found.two.first is None:
        return ""
    for name, wrong in zip(found.called, there.wrong, strict=True):
        if not wrong:
            return f"that of {name} is right"
    digits = max(apart(there.first, there.right), apart(there.second, there.right))
    return f"right is {numeral(there.right, digits=digits)}"


def judged(found: Comparison, final: FinalLosses | None = None) -> str:
    """Return what the losses after the iteration and after all of them say, and that they are no judge."""
    first, second = found.loss_first, found.loss_second
    if not found.overall.differ or not all(_finite(found).values()):
        return ""
    if abs(second - first) <= _SAME * max(abs(second), abs(first)):
        return "The loss after this iteration is the same to ten digits."
    lower, last = int(second < first), _lower_at_last(final)
    after = f"by {numeral(abs(second - first), digits=2)} after this iteration"
    turned, no_judge = last == 1 - lower, "the loss is no judge"
    if last == lower:
        assert final is not None
        more = abs(final.second - final.first)
        after += " and after all of them" + f" by {numeral(more, digits=2)}" * math.isfinite(more)
    if found.two.first is None:
        here, there = ("lower", "higher") if lower else ("higher", "lower")
        text = f"{'Yet its' if lower else 'Its'} loss is {here} {after}"
        if turned:
            return f"{text}, {there} after all of them: {no_judge}."
        return f"{text}: {no_judge}." if lower else f"{text}, which is not so in every run."
    text, near = f"The loss is lower in {found.called[lower]} {after}", nearer(found)
    if turned:
        return f"{text}, in {found.called[1 - lower]} after all of them: {no_judge}."
    if near is None:
        return f"{text}."
    if near == lower:
        return f"{text}, which is the nearer one here; that is not always so."
    return f"{text}, though it lies farther off: {no_judge}."


def _lower_at_last(final: FinalLosses | None) -> int | None:
    """Return in which of two whole runs the loss ends lower, 0 or 1; None if that can't be said.

    One that is not finite is higher than any that is.
    """
    if final is None:
        return None
    first, second = (loss if math.isfinite(loss) else math.inf for loss in final)
    if first == second or abs(second - first) <= _SAME * max(first, second) < math.inf:
        return None
    return int(second < first)


def angle_to(found: Comparison) -> str:
    """Return what the angle of a comparison is: to -∇C only if the change that is right points there."""
    return "angle to -∇C" if found.plain else "angle between"


def angle_to_right(found: Comparison) -> str:
    """Return what the angles of two are, of which neither is right."""
    return f"angle to {'-∇C' if found.plain else found.right.removeprefix('the ')}"


def signs(angle: Angle) -> str:
    """Return how many signs differ."""
    if angle.signed == 0:
        return "no signs to compare"
    if angle.signed == 1:
        return "its sign differs" if angle.flipped else "its sign is the same"
    return f"{angle.flipped:,} of {angle.signed:,} signs differ"


def sign_of(first: float, second: float) -> str:
    """Return whether two changes of a number have the same sign; · where one of them is no number."""
    if first == 0.0 or second == 0.0:
        return "both 0" if first == second else "one is 0"
    if math.isnan(first) or math.isnan(second):
        return "·"
    return "same" if (first < 0.0) == (second < 0.0) else "OPPOSITE"


def not_listed(rest: Rest) -> str:
    """Return how many numbers of some layers are not in the list, and how far the two are apart in them."""
    words = "the same in both orders"
    if rest.deviation != 0.0:
        words = f"which differ by at most {numeral(rest.deviation)},"
        if 0 < rest.differ < rest.numbers:
            verb = "differs" if rest.differ == 1 else "differ"
            words = f"of which {rest.differ:,} {verb}, by at most {numeral(rest.deviation)},"
    where = f"layer {rest.layers[0]}" if len(rest.layers) == 1 else f"the other {len(rest.layers):,} layers"
    return f"and {rest.numbers:,} more, {words} in {where}"


def how_far(run: Trace | None) -> str:
    """Return how much of a run is computed, which stands in the place of its end; · at its beginning.

    One that is done waits for the other: the digits tell both apart.
    """
    share = 0.0 if run is None else run.computed / run.iterations
    if share == 1.0:
        return "run done"
    return f"run {100.0 * share:.0f} %" if share >= _BEGUN else "·"


def about_runs(trace: Trace, found: Comparison, runs: Sequence[Trace | None], *, known: bool) -> list[str]:
    """Return over how many iterations `runs` go and where they begin, or why their ends are not `known`.

    In ever fewer words, and with the key that leads to another order, where there is one.
    """
    key = " · v: another order" if len(choices(trace, found.iteration)) > 1 else ""
    said = [counted(trace.iterations, "iteration")]
    if trace.breaks:
        said = ["known of unbroken runs only"]
    elif not known:
        begun = all(run is not None and run.computed for run in runs)
        said = [f"{said[0]}, {'being computed' if begun else 'not run yet'}", *said]
    elif found.iteration:
        said = [f"{said[0]}, each on its own", "each on its own from the start"]
    return [text for one in said for text in dict.fromkeys((one + key, one))]


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
            f"Both {_noun(found)}s begin here with the weights that iteration {broken + 1:,} left; "
            f"the gradients are right for these. {there}"
        )
    if found.iteration == 0:
        return ""
    run = trace.order if found.mistake is None else "mistaken"
    return (
        f"Both {_noun(found)}s begin here with the weights that the {run} run has before "
        f"iteration {found.iteration + 1:,}."
    )


def _noun(found: Comparison) -> str:
    """Return what two of are compared: orders, or the run with a mistake and what is right."""
    return "order" if found.mistake is None else "run"


def _finite(found: Comparison) -> dict[str, bool]:
    """Return for each order, by its name, whether its loss and all that it applied is finite."""
    pairs = [pair for layer in found.layers for pair in layer.pairs]
    first, second = [pair.first for pair in pairs], [pair.second for pair in pairs]
    return {
        name: math.isfinite(loss) and all(bool(np.isfinite(array).all()) for array in arrays)
        for name, loss, arrays in (
            (found.called[0], found.loss_first, first),
            (found.called[1], found.loss_second, second),
        )
    }


def _unchanged(found: Comparison) -> bool:
    return not any(
        pair.first_change.any() or pair.second_change.any() for layer in found.layers for pair in layer.pairs
    )


def _all_zero(found: Comparison) -> bool:
    return not any(pair.first.any() or pair.second.any() for layer in found.layers for pair in layer.pairs)
