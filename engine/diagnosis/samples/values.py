"""What does an iteration come to over other samples than those of its batch?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.iteration.ground import Chosen, ground
from engine.diagnosis.iteration.values import Values
from engine.equations import forward

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from engine.diagnosis.judging.bench import Bench

_KEPT = 64
"""Iterations over other samples that are kept."""
SURE = 3.0
"""How many digits more than it takes to tell the ways apart must be told, so that it is no chance."""


def values_of(bench: Bench, chosen: Chosen) -> Values:
    """Return the iteration over other samples, without a mistake; of each convention the same is asked."""
    if chosen not in bench.over:
        if len(bench.over) >= _KEPT:
            return _worked_out(bench, chosen)
        bench.over[chosen] = _worked_out(bench, chosen)
    return bench.over[chosen]


def _worked_out(bench: Bench, chosen: Chosen) -> Values:
    here = ground(bench.scenario, chosen.inputs, chosen.targets)._replace(axes=bench.ground.axes)
    equations = bench.equations.right
    if chosen.inputs != batch_of(bench):
        return Values(here, equations, bench.remembered)
    depending = bench.equations.made_of({forward.TARGET})
    return Values(here, equations, bench.remembered, bench.right, depending)


def batch_of(bench: Bench) -> tuple[int, ...]:
    """Return the samples of a bench's iteration."""
    return tuple(bench.shapes.batch(bench.iteration))


def kinds_of(bench: Bench, scope: Sequence[int]) -> tuple[list[int], npt.NDArray[np.intp]]:
    """Return one sample of each kind of targets, and of which kind each of the scope is [sample]."""
    data, some = bench.scenario.data, list(scope)
    aims = np.hstack([data.targets[some].reshape(len(some), -1), data.has_target[some]])
    _, first, kind = np.unique(aims, axis=0, return_index=True, return_inverse=True)
    return [scope[int(one)] for one in first], kind.reshape(-1)
