"""Which gradients are in what an update applies to a group of parameters?

Only where every update waits for all of them is it the total of the iteration. An order may apply one alone,
an update out of turn what is gathered by then, and a mistake may forget some or keep others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from engine.equations.back.transpose import derivative
from engine.equations.equation import Variable
from engine.equations.table import table_of
from engine.order.site import Sort
from engine.program.evaluate import added_up

if TYPE_CHECKING:
    from engine.order.quantities import Parameter
    from engine.run.tracing import Trace


class Applied(NamedTuple):
    """What an update applies: `all` gradients of the iteration, those gathered `by now`, those of the last
    `sample`, the `one` that was formed last, or what is `left` where others have been applied out of turn.

    With `kept` those of the iterations before are in it as well.
    """

    which: Literal["all", "by now", "sample", "one", "left"]
    kept: bool


def gathers(trace: Trace, layer: int, group: Parameter) -> str:
    """Return what a total is gathered over: the iteration or, with a mistake, the run or the last sample."""
    return table_of(trace.scenario).making[derivative(Variable(group, layer))].gathers


def applied_gradients(trace: Trace, step: int, layer: int, group: Parameter) -> Applied:
    """Return what the update of a layer 1..L at a step applies; it has something to apply."""
    schedule = trace.schedule
    k = schedule.site(step).iteration
    places = schedule.gathered(k, layer, schedule.updates_before(step, layer))
    if places.start and k == schedule.iteration:
        return Applied("left", kept=False)
    total = table_of(trace.scenario).making[derivative(Variable(group, layer))]
    samples, _ = schedule.places(k, Sort("gradient", layer))
    mine = range(*added_up(total, samples, places).indices(len(samples)))
    kept = total.gathers == "run" and k > 0
    if len(mine) == len(samples):
        return Applied("all", kept)
    last = np.flatnonzero(samples == samples[mine[-1]])
    if total.gathers == "sample" and len(places) > 1 and np.array_equal(last, mine):
        return Applied("sample", kept)
    return Applied("one" if len(mine) == 1 and not kept else "by now", kept)
