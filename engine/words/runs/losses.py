"""What is said of the losses of a run, and of the iteration that is pointed at?"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.equations.forward import divisor
from engine.facts.losses import (
    FAR,
    batches_together,
    changes_meanwhile,
    loss_of_iteration,
    rises_on_the_whole,
    with_theirs,
)
from engine.numerals import apart, counted, numeral

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.loss_parts import Part
    from engine.facts.losses import Bound, Kept
    from engine.run.tracing import Trace

NOT_AT_HAND = "Not at hand: enter goes there, and C is made of numbers again."
_MOST_BOUNDS = 4

_STANDS_OUT = 1.25
"""How many times the next largest share is the one that is named.

One of them is always the largest, by its last digits or as the first of several equals: to name it says
something only where its bar is seen to be the longest.
"""


def first_below(bounds: Sequence[Bound]) -> str:
    """Return when the loss first fell below round bounds; nothing where it fell below none."""
    found = [f"{numeral(one.loss)} at {one.iteration + 1:,}" for one in bounds if one.iteration is not None]
    return f"first below {', '.join(found[:_MOST_BOUNDS])}" if found else ""


def each_tenth_costs(bounds: Sequence[Bound]) -> str:
    """Return how many iterations it has taken to come from each bound to the next, a tenth of it."""
    reached = [one.iteration for one in bounds if one.iteration is not None]
    each = [f"{later - earlier:,}" for earlier, later in pairwise(reached)]
    whole = f"Each tenth took {', '.join(each)} iteration{'s' * (each != ['1'])}."
    return whole if {*each} - {"0"} else ""


def what_is_drawn(trace: Trace, *, logarithmic: bool, powers: bool, itself: bool) -> list[str]:
    """Return what a curve of the losses shows, the longest wording first.

    `powers` where lines stand at powers of ten, `itself` where the scale is chosen by itself, and may still
    become another.
    """
    many = batches_together(trace)
    whole = trace.shapes.batches == 1
    met = f"by the weights that each {'sample' if trace.shapes.batch_size > 1 else 'time'} met"
    met = met if changes_meanwhile(trace, 0) else ""
    what = [met or "before each update" if whole else f"of each batch, {met or 'before its update'}"]
    if many > 1:
        line = f"line: mean of {many:,} batches"
        what = [f"{line}, behind it each {met or 'before its update'}", line]
    scale = "log scale" if logarithmic else "linear scale"
    more = ", lines at powers of ten" * powers
    if itself:
        less = f" while C has fallen less than {FAR:.0f}-fold"
        way = "rises" if rises_on_the_whole(trace) else "falls"
        more = f", as C {way} {FAR:.0f}-fold" if logarithmic else less
    return [*([f"{what[0]} · {scale}{more}"] if more else []), *(f"{one} · {scale}" for one in what), scale]


def where_it_is(trace: Trace, kept: Kept | None, iteration: int, room: int) -> str:
    """Return the loss that is kept of an iteration and which that is, in so many cells; no number is cut."""
    end = f" of {trace.iterations:,}"
    told = f"{iteration + 1 if kept is None else kept.iteration + 1:,}{end}"
    if kept is not None:
        told = f"{numeral(kept.loss)} at iteration {told}"
    for less in ("iteration ", end):
        told = told if len(told) <= room else told.replace(less, "")
    return told


def pointed_at(trace: Trace, iteration: int) -> list[str]:
    """Return the loss of an iteration, how far it is from the first, and what the iteration does to it."""
    loss, first, after = (loss_of_iteration(trace, one) for one in (iteration, 0, iteration + 1))
    if loss is None:
        return [f"iteration {iteration + 1:,}"]
    found = [f"iteration {iteration + 1:,}   C {numeral(loss)}"]
    if iteration and first is not None and min(first, loss) > 0.0:
        more = loss > first
        ratio = numeral(loss / first if more else first / loss, digits=3)
        found.append(f"{ratio} times {'larger' if more else 'smaller'} than at iteration 1")
    if trace.shapes.batches == 1 and after is not None and loss > 0.0:
        change = numeral(100.0 * abs(after - loss) / loss, digits=3)
        moves = f"{'lowers' if after < loss else 'raises'} it by {change} %"
        found.append(f"this iteration {'leaves it as it is' if after == loss else moves}")
    return found


def loss_with_yours(trace: Trace, iteration: int) -> list[str]:
    """Return what the loss of an iteration is with the user's own outputs; nothing if it is that."""
    other, loss = with_theirs(trace, iteration), loss_of_iteration(trace, iteration)
    if other is None or other.value is None or loss is None:
        return []
    return [f"with yours {numeral(other.value, digits=apart(other.value, loss))}"]


def nothing_to_draw(computed: int, *, logarithmic: bool) -> str:
    """Return why there is no curve of so many losses."""
    if computed == 0:
        return "No iteration has been computed yet."
    return "No loss so far is above 0 and finite." if logarithmic else "No loss so far is finite."


def left_out(losses: int, *, logarithmic: bool) -> str:
    """Return how many losses the curve leaves out, and why."""
    many = f"{losses:,} loss{'es' * (losses != 1)}"
    return f"left out: {many}, {'not above 0 or not finite' if logarithmic else 'not finite'}"


def share_in_mean(trace: Trace, iteration: int) -> str:
    """Return what stands before a share of an iteration's loss that is a mean; nothing where it is a sum."""
    over = divisor(trace.scenario.training, len(trace.shapes.batch(iteration)))
    return f"(1/{over:,}) × " if over > 1 else ""


def made_of(trace: Trace, parts: Sequence[Part], iteration: int) -> str:
    """Return in a sentence how the shares of a loss are held; which has most of it where one stands out."""
    samples = len(trace.shapes.batch(iteration))
    whole = sum(part.value for part in parts)
    if len(parts) < 2 or not 0.0 < whole < math.inf:
        return ""
    largest, following = sorted(parts, key=lambda part: part.value)[-1:-3:-1]
    held = ""
    if largest.value >= _STANDS_OUT * following.value:
        held = f"{largest.name} has {numeral(100.0 * largest.value / whole, digits=2)} % of it"
    mean = f"The mean over {counted(samples, 'sample')}" * (divisor(trace.scenario.training, samples) > 1)
    told = "; ".join(part for part in (mean, held) if part)
    return f"{told}." if told else ""
