"""Where in a run do somebody's numbers of an iteration stand, so that a view can show them beside its own?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.diagnosing import diagnose, right_of
from engine.diagnosis.files.numbersfile import read_numbers
from engine.diagnosis.placed import placed
from engine.facts.beside.theirs import Held, Stop, Theirs
from engine.order.quantities import GRADIENT_OF
from engine.run.tracing import trace
from engine.words.diagnosed import verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.diagnosis.diagnosis import Compared, Diagnosis
    from engine.order.quantities import Quantity, Reference
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

_STOPS = 1_000
"""Samples and times at which one quantity is looked at, at most."""


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
    stops = [stop for one in found.compared for stop in _stops(right, one, iteration)]
    stops.sort(key=lambda stop: stop.step)
    first = right.shapes.batch(iteration).start
    return Theirs(iteration, first, batches, matrices, tuple(stops), verdict(found))


def _stops(right: Trace, one: Compared, iteration: int) -> Iterator[Stop]:
    """Yield where a quantity differs: a matrix once, what is of a batch for each sample and time."""
    with np.errstate(all="ignore"):
        distance = np.abs(one.theirs - one.ours)
    distance = np.where(one.apart, np.where(np.isnan(distance), np.inf, distance), -1.0)
    of_batch = one.quantity.is_of_samples
    places = np.argwhere(one.apart.any(axis=2)).tolist() if of_batch else [[]] if one.apart.any() else []
    for place in places[:_STOPS]:
        mine = distance[tuple(place)]
        worst = np.unravel_index(int(np.argmax(mine)), mine.shape)
        number, step = placed(right, one.quantity, iteration, (*place, *map(int, worst)))
        yield Stop(step, number)
