"""Where in a run do somebody's numbers of an iteration stand, so that a view can show them beside its own?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.diagnosing import diagnose, right_of
from engine.diagnosis.judging.close import furthest
from engine.diagnosis.placed import beginning, placed
from engine.diagnosis.words import verdict
from engine.facts.beside.theirs import Held, Stop, Theirs
from engine.named_arrays.files.numbersfile import read_numbers
from engine.order.quantities import GRADIENT_OF
from engine.run.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.diagnosis.diagnosis import Compared, Diagnosis
    from engine.order.quantities import Quantity, Reference
    from engine.run.tracing import Trace
    from engine.scenario import Scenario


def theirs_in(
    file: str, scenario: Scenario, iteration: int, names: Mapping[str, str] | None = None
) -> Theirs:
    """Return the numbers of a file, which are those of an iteration (from 0), and what is wrong with them.

    `names` says of some of their names which of ours they are.

    Raises:
        ScenarioError: they can't be read, or nothing in them is known.
    """
    return stood_beside(scenario, diagnose(scenario, read_numbers(file), iteration, names, file=file))


def stood_beside(scenario: Scenario, found: Diagnosis) -> Theirs:
    """Return the numbers that a diagnosis is about, each in the place of one of the scenario's right run."""
    right, iteration = trace(right_of(scenario)), found.iteration
    batches: dict[tuple[Quantity, int | None], Held] = {}
    matrices: dict[Reference, Held] = {}
    for one in found.compared:
        held = Held(one.theirs, one.apart)
        quantity = one.quantity
        if quantity.group is None:
            batches[quantity.variable.name, quantity.layer] = held
            continue
        reference = placed(right, quantity, iteration, (0,) * held.array.ndim).number.reference
        matrices[reference] = held
        if quantity.is_total and right.shapes.times * len(right.shapes.batch(iteration)) == 1:
            matrices[reference._replace(quantity=GRADIENT_OF[quantity.group])] = held
    stops = {one.quantity.name: _stop(right, one, iteration) for one in found.compared if one.apart.any()}
    shapes = {}
    for quantity, shape, expected in found.misshapen:
        number, step = placed(right, quantity, iteration, beginning(quantity))
        stop = stops[quantity.name] = Stop(step, number)
        shapes[stop] = f"yours is {shape}, not {expected}"
    first = right.shapes.batch(iteration).start
    in_turn = tuple(stops[name] for name in found.wrong if name in stops)
    return Theirs(iteration, first, batches, matrices, in_turn, verdict(found), tuple(shapes.items()))


def _stop(right: Trace, one: Compared, iteration: int) -> Stop:
    """Return where a quantity differs most."""
    with np.errstate(all="ignore"):
        worst = furthest(one.theirs, one.ours, one.apart)
    number, step = placed(right, one.quantity, iteration, worst)
    return Stop(step, number)
