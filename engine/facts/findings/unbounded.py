"""Which number of a run is the first that is not finite, and what does it come from?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.facts.explain.origins import origins
from engine.facts.findings.finding import Finding, begins_at
from engine.facts.number import Number, array_of
from engine.numerals import numeral

if TYPE_CHECKING:
    from engine.run.tracing import Trace

_OPERANDS = 4


def not_finite(trace: Trace) -> Finding | None:
    """Return the first number that is not finite in what has been run; None if all are."""
    stop = trace.computed
    losses = trace.losses.values()
    if np.isfinite(losses).all() and np.isfinite(trace.parameters(stop).flat()).all():
        return None
    bad = np.flatnonzero(~np.isfinite(losses))
    at = int(bad[0]) * trace.losses.stride if len(bad) else stop - 1
    iteration = begins_at(lambda one: not _is_finite(trace, one), trace.begins - 1, at)
    schedule = trace.schedule
    for step in range(schedule.first_step(iteration), schedule.first_step(iteration + 1)):
        for reference in trace.flow.writes(step):
            wrong = ~np.isfinite(array_of(trace, reference))
            if wrong.any():
                place = tuple(int(one) for one in np.argwhere(wrong)[0])
                number = Number(reference, place)
                value = float(array_of(trace, reference)[place])
                words = tuple(_operands(trace, number))
                return Finding("not finite", step, reference.layer, (), (value,), words, number)
    return None


def _is_finite(trace: Trace, iteration: int) -> bool:
    numbers = trace.iteration(iteration)
    return bool(np.isfinite(numbers.reduced_loss()) and np.isfinite(numbers.after.flat()).all())


def _operands(trace: Trace, number: Number) -> list[str]:
    """Return what a number comes from, with values: what is not finite first, then the largest."""
    every = origins(trace, number)
    found = {one.symbol: one.value for one in every[: 8 * _OPERANDS]}
    sizes = {name: np.inf if np.isnan(value) else abs(value) for name, value in found.items()}
    largest = sorted(found, key=lambda name: -sizes[name])[:_OPERANDS]
    return [f"{name} = {numeral(found[name])}" for name in largest]
