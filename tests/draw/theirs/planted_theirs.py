"""Numbers of somebody's, held against a run: all as the run has them, or one that is not."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from engine import trace
from engine.diagnosis.diagnosing import right_of
from engine.facts.beside.theirs import Held, Theirs, hold
from engine.facts.entry import Number
from engine.order.quantities import GRADIENT_OF, TOTAL_OF, Reference
from tests.given.shipped import scenario_of

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.quantities import Quantity
    from engine.run.iteration import Stored
    from engine.run.tracing import Trace

Planted = Literal["output", "delta", "gradient", "after", "nothing"]
VECTORS: tuple[Stored, ...] = ("activation", "delta")


@cache
def run_of(name: str) -> Trace:
    """The run of a shipped scenario as it should be, with some losses."""
    run = trace(right_of(scenario_of(name)))
    run.advance(min(3, run.iterations))
    return run


def plant(run: Trace, what: Planted) -> Number:
    """Hold all numbers of the first iteration against a run, one of them wrong; return that one.

    It is an output or a delta of the first sample, at the first time with a target, or of the first weight.
    """
    numbers, layers = run.iteration(0), run.shapes.layers
    last, time = numbers.samples.stop - 1, int(np.argmax(run.shapes.has_target[0]))
    unit = int(np.argmax(run.scenario.data.targets[0, time]))
    one = {
        "output": Number(Reference("activation", 0, layers, 0, time), (unit,)),
        "delta": Number(Reference("delta", 0, 1, 0, time), (0,)),
        "gradient": Number(Reference(TOTAL_OF["weights"], 0, 1, last, 0), (0, 0)),
        "after": Number(Reference("weights", 0, 1, version=1), (0, 0)),
    }.get(what)

    def held(array: Array, reference: Reference) -> Held:
        there = array.copy()
        if one is not None and one.reference == reference:
            there[one.index] = 0.9 * there[one.index] + 0.02
        return Held(there, there != array)

    batches: dict[tuple[Quantity, int | None], Held] = {}
    matrices: dict[Reference, Held] = {}
    for layer in range(1, layers + 1):
        for name in VECTORS:
            array = numbers.vectors(name, layer).transpose(1, 0, 2)
            found = array.copy()
            found[time, 0] = held(array[time, 0], Reference(name, 0, layer, 0, time)).array
            batches[name, layer] = Held(found, found != array)
        total, after = (
            Reference(TOTAL_OF["weights"], 0, layer, last, 0),
            Reference("weights", 0, layer, version=1),
        )
        matrices[total] = held(numbers.totals(layer, last, 0).weights, total)
        matrices[after] = held(numbers.parameters(layer, 1).weights, after)
        if run.shapes.times * len(numbers.samples) == 1:
            matrices[total._replace(quantity=GRADIENT_OF["weights"])] = matrices[total]
    hold(run, Theirs(0, 0, batches, matrices, (), "held"))
    return one or Number(Reference("activation", 0, layers, 0, time), (unit,))
