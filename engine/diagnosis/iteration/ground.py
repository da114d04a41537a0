"""What is an iteration made from, but for its equations and parameters?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations import forward
from engine.equations.equation import Variable
from engine.equations.table import table_of
from engine.equations.updates import constants, masks
from engine.parameters import initial_parameters
from engine.program.arrays.machine import others, states_before

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.arrays import Array, Mask
    from engine.equations.table import Axis, Table
    from engine.scenario import Scenario

ETA = Variable("eta")
"""The learning rate as it is: what the equations call the rate may be divided by the batch's size already."""
FULL_BATCH = Variable("batch_size")
"""The samples of a full batch: the last one of the data may have fewer."""
FIRST_TIME, LAST_TIME = Variable("first_time"), Variable("last_time")
BEFORE_LAST_TIME = Variable("time_before_last")
FIRST_SAMPLE, LAST_SAMPLE = Variable("first_sample"), Variable("last_sample")
MASKS = {FIRST_TIME: 0, LAST_TIME: -1, BEFORE_LAST_TIME: -2, FIRST_SAMPLE: 0, LAST_SAMPLE: -1}
"""1 at one place of the times or samples and 0 elsewhere, for mistakes at the edge of a loop."""
_AT_TIME = "at_time_"


def at_time(time: int) -> Variable:
    """Return what is 1 at one time and 0 at all others."""
    return Variable(f"{_AT_TIME}{time}")


def is_mask(variable: Variable) -> bool:
    """Return whether a variable is 1 at some times or samples and 0 at others."""
    return variable in MASKS or variable.name.startswith(_AT_TIME)


class Chosen(NamedTuple):
    """The samples of the data (from 0) whose inputs and whose targets stand at each place of a batch."""

    inputs: tuple[int, ...]
    targets: tuple[int, ...]


class Ground(NamedTuple):
    """All that the numbers of an iteration are made from, but for equations and parameters."""

    table: Table
    axes: Mapping[Variable, tuple[Axis, ...]]
    given: Mapping[Variable, Array | float]
    initial: Mapping[Variable, Array]
    missing: Mask
    samples: int
    times: int

    @property
    def is_short(self) -> bool:
        """Whether there are fewer samples than in a full batch."""
        return bool(self.samples < self.given[FULL_BATCH])

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """Return the shape of a variable's array."""
        return tuple(self.table.size(axis, self.samples, self.times) for axis in self.axes[variable])


def ground(scenario: Scenario, samples: Sequence[int], targets: Sequence[int] | None = None) -> Ground:
    """Return what an iteration over some samples is made from; `targets` are those of others, if given."""
    table, network, data = table_of(scenario), scenario.network, scenario.data
    inputs, aims = _places(samples), _places(samples if targets is None else targets)
    count, times = len(samples), data.times
    given: dict[Variable, Array | float] = {**constants(scenario, count), **masks(scenario)}
    given[forward.INPUT] = data.inputs[inputs].transpose(1, 0, 2)
    given[forward.TARGET] = data.targets[aims].transpose(1, 0, 2)
    outputs = network.layers[-1].units
    given[forward.OUTPUTS] = float(outputs)
    given[forward.OTHERS] = others(outputs)
    given[ETA] = scenario.training.learning_rate
    given[FULL_BATCH] = float(scenario.training.batch_size)
    for variable, place in MASKS.items():
        mask = np.zeros(count if variable in (FIRST_SAMPLE, LAST_SAMPLE) else times)
        mask[place:][:1] = 1.0
        given[variable] = mask
    given |= {at_time(time): row for time, row in enumerate(np.eye(times if times > 1 else 0))}
    missing = ~data.has_target[aims].T[..., None]
    return Ground(table, table.axes, given, states_before(network), missing, count, times)


def _places(samples: Sequence[int]) -> slice | list[int]:
    """Return samples as an index of the data: those of a batch are looked at where they are."""
    if isinstance(samples, range) and samples.step == 1:
        return slice(samples.start, samples.stop)
    return list(samples)


def starting(scenario: Scenario) -> dict[Variable, Array]:
    """Return what the first iteration begins with: the parameters, and what is remembered beside them."""
    start = initial_parameters(scenario)
    return {one: start.array(one) for one in table_of(scenario).remembered}
