"""What is the whole table of equations of a network: forward, back and update?

The one source of what the project says of a network: which step reads and writes what, where a number
comes from, what an iteration costs, and the programs that run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from engine.equations import forward
from engine.equations.equation import SAMPLE, TIME, Equation, Factor, Home, Variable
from engine.equations.robust import rewritten
from engine.equations.transpose import transposed
from engine.equations.updates import change_of, of_parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.scenario import Network

Axis = int | Literal["t", "s"]
"""The size of an axis: times, samples of the batch, or a number of units."""

GROUPS = ("weights", "biases", "recurrent_weights")


@dataclass(frozen=True, eq=False)
class Table:
    """Equations in an order in which each reads what is made before it, but for other times.

    `axes` has the axes of every variable, `parameters` what an update changes; a batch brings along the
    `inputs`; of the variables in `initial` there is a state before time 0.
    """

    equations: tuple[Equation, ...]
    axes: Mapping[Variable, tuple[Axis, ...]]
    parameters: tuple[Variable, ...]
    inputs: tuple[Variable, ...]
    initial: frozenset[Variable]

    @cached_property
    def making(self) -> Mapping[Variable, Equation]:
        """The equation that makes each variable; what is given is not in it."""
        return {one.variable: one for one in self.equations}

    @cached_property
    def at(self) -> Mapping[Home, tuple[Equation, ...]]:
        """The equations of each kind of step of each layer."""
        found: dict[Home, list[Equation]] = {}
        for one in self.equations:
            if one.home is not None:
                found.setdefault(one.home, []).append(one)
        return {home: tuple(some) for home, some in found.items()}

    @cached_property
    def of_data(self) -> tuple[Equation, ...]:
        """The equations of what the data alone decide: no parameter has a part in it."""
        known = {*self.inputs, forward.OUTPUTS, forward.OTHERS}
        found = []
        for one in self.equations:
            reads = [read.variable for read in one.factors()]
            if reads and known.issuperset(reads):
                found.append(one)
                known.add(one.variable)
        return tuple(found)

    def size(self, axis: Axis, samples: int, times: int) -> int:
        """Return the size of an axis for a batch of so many samples and times."""
        if isinstance(axis, int):
            return axis
        return samples if axis == SAMPLE else times


# Keyed by identity: a network never changes.
@lru_cache(maxsize=64)
def table_of(network: Network) -> Table:
    """Return the table of equations of a network."""
    last = len(network.layers)
    way = forward.of_network(network)
    parameters = tuple(
        Variable(group, number)
        for number, layer in enumerate(network.layers, start=1)
        for group in GROUPS
        if group != "recurrent_weights" or layer.recurrent
    )
    back = transposed(way, parameters, forward.TERMS)
    found = rewritten([*way, *back], network.layers[-1].activation, network.loss, last)
    letters = {read.variable: read for one in way for read in one.factors()}
    for variable in parameters:
        layer = network.layers[(variable.layer or 1) - 1]
        trained = variable.name != "biases" or layer.train_biases
        found += of_parameter(letters[variable], trained=trained)
    needed = pruned(found, [one.variable for one in found if not one.helper])
    return Table(
        equations=tuple(needed),
        axes=axes_of(needed, _given_axes(network)),
        parameters=parameters,
        inputs=(forward.INPUT, forward.TARGET),
        initial=frozenset(
            Variable("activation", number)
            for number, layer in enumerate(network.layers, start=1)
            if layer.recurrent
        ),
    )


def _given_axes(network: Network) -> dict[Variable, tuple[Axis, ...]]:
    outputs = network.layers[-1].units
    found: dict[Variable, tuple[Axis, ...]] = {
        forward.INPUT: (TIME, SAMPLE, network.inputs),
        forward.TARGET: (TIME, SAMPLE, outputs),
        forward.OUTPUTS: (),
        forward.OTHERS: (outputs, outputs),
        Variable("rate"): (),
    }
    for number, layer in enumerate(network.layers, start=1):
        found[Variable("weights", number)] = (layer.units, layer.inputs)
        found[Variable("recurrent_weights", number)] = (layer.units, layer.units)
        found[Variable("biases", number)] = (layer.units,)
    # What is not trained has a change that reads nothing.
    return found | {change_of(variable): axes for variable, axes in found.items() if variable.name in GROUPS}


def axes_of(
    equations: Sequence[Equation], given: Mapping[Variable, tuple[Axis, ...]]
) -> dict[Variable, tuple[Axis, ...]]:
    """Return the axes of every variable, inferred from those of what is given.

    ValueError names what can't be inferred.
    """
    axes = dict(given)
    readers: dict[Variable, list[Equation]] = {}
    for one in equations:
        for read in one.factors():
            readers.setdefault(read.variable, []).append(one)
    left = [one for one in equations if one.variable not in axes]
    while left:
        rest = [one for one in left if not _inferred(one, readers, axes)]
        if len(rest) == len(left):
            raise ValueError(f"no axes for {', '.join(str(one.variable) for one in rest)}")
        left = rest
    return axes


def _inferred(
    one: Equation, readers: Mapping[Variable, Sequence[Equation]], axes: dict[Variable, tuple[Axis, ...]]
) -> bool:
    """Put the axes of what an equation makes to the others, if they can be known by now.

    What reads nothing (the slope of a straight line) has the axes that its reader needs.
    """
    beside = [one] if any(True for _ in one.factors()) else readers.get(one.variable, [])
    for reader in beside:
        every = (*reader.factors(), reader.result)
        if one.variable not in [factor.variable for factor in every]:
            continue
        sizes = {
            letter: axis
            for factor in every
            if factor.variable in axes
            for letter, axis in zip(factor.letters, axes[factor.variable], strict=True)
        }
        letters = next(factor.letters for factor in every if factor.variable == one.variable)
        if all(letter in sizes for letter in letters):
            axes[one.variable] = tuple(sizes[letter] for letter in letters)
            return True
    return False


def pruned(equations: Sequence[Equation], roots: Iterable[Variable]) -> list[Equation]:
    """Return only the equations that the roots need."""
    maker = {one.variable: one for one in equations}
    needed: set[Variable] = set()
    asked = list(roots)
    while asked:
        variable = asked.pop()
        if variable in maker and variable not in needed:
            needed.add(variable)
            asked += [read.variable for read in maker[variable].factors()]
    return [one for one in equations if one.variable in needed]


def factor_sizes(table: Table, factors: Iterable[Factor]) -> dict[str, Axis]:
    """Return the axis that each letter of some factors runs over."""
    return {
        letter: axis
        for one in factors
        for letter, axis in zip(one.letters, table.axes[one.variable], strict=True)
    }
