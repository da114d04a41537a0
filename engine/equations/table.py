"""What is the whole table of equations of a network: forward, back and update?

The one source of what the project says of a network: which step reads and writes what, where a number
comes from, what an iteration costs, and the programs that run.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

from engine.equations import forward, updates
from engine.equations.back import robust
from engine.equations.back.transpose import transposed
from engine.equations.equation import SAMPLE, TIME, Equation, Factor, Home, Variable, alike, reached
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes import mistakes
from engine.equations.optimizers import OPTIMIZERS, SETTINGS
from engine.once import once
from engine.scenario import without_mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from engine.scenario import Network, Scenario, Trained, Training

Axis = int | Literal["t", "s"]
"""The size of an axis: times, samples of the batch, or a number of units."""


class Table(Struct, frozen=True, eq=False, dict=True):
    """Equations in an order in which each reads what is made before it, but for other times.

    `axes` has the axes of every variable, `parameters` what an update changes, `states` what else is
    remembered from one iteration to the next, with what each number of it begins; a batch brings along the
    `inputs`; of the variables in `initial` there is a state before time 0.
    """

    equations: tuple[Equation, ...]
    axes: Mapping[Variable, tuple[Axis, ...]]
    parameters: tuple[Variable, ...]
    inputs: tuple[Variable, ...]
    initial: frozenset[Variable]
    states: Mapping[Variable, float] = field(default_factory=dict)

    @property
    def remembered(self) -> tuple[Variable, ...]:
        """What one iteration leaves to the next: the parameters and the states."""
        return (*self.parameters, *self.states)

    @once
    def making(self) -> Mapping[Variable, Equation]:
        """The equation that makes each variable; what is given is not in it."""
        return {one.variable: one for one in self.equations}

    @once
    def kept(self) -> tuple[Variable, ...]:
        """What a trace keeps of an iteration; all else it forms anew from that.

        The way forward and back, and what an update reads of all layers together.
        """
        return tuple(
            one.variable
            for one in self.equations
            if one.home is not None
            and not one.helper
            and one.variable != forward.LOSS
            and (one.home.kind in ("forward", "loss", "delta") or one.variable.layer is None)
        )

    @once
    def at(self) -> Mapping[Home, tuple[Equation, ...]]:
        """The equations of each kind of step of each layer."""
        found: dict[Home, list[Equation]] = {}
        for one in self.equations:
            if one.home is not None:
                found.setdefault(one.home, []).append(one)
        return {home: tuple(some) for home, some in found.items()}

    def shape(self, variable: Variable, samples: int = 1, times: int = 1) -> tuple[int, ...]:
        """Return the shape of a variable's array, for a batch of so many samples and times."""
        return tuple(self.size(axis, samples, times) for axis in self.axes[variable])

    @once
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


# A scenario is told by its identity, for it never changes.
@lru_cache(maxsize=64)
def table_of(scenario: Scenario) -> Table:
    """Return the table of equations of a scenario's network and training."""
    return made(_Decisive(scenario.network, scenario.training))


def parameters_of(network: Network) -> tuple[Variable, ...]:
    """Return what updates change, in the order of the layers."""
    return tuple(
        Variable(group, number)
        for number, layer in enumerate(network.layers, start=1)
        for group in updates.GROUPS
        if group != "recurrent_weights" or layer.recurrent
    )


class _Decisive:
    """A network and a training, told by what of them decides the equations: no number does, only shapes."""

    def __init__(self, network: Network, training: Training) -> None:
        self.network, self.training = network, training
        mistake = None if training.mistake is None else mistakes.MISTAKES[training.mistake]
        rows = (
            *(ACTIVATIONS[layer.activation] for layer in network.layers),
            LOSSES[network.loss],
            OPTIMIZERS[training.optimizer],
            mistake,
        )
        self._rows = rows  # kept, so that no other has the identity of one of them
        self._key = (
            tuple(map(id, rows)),
            (training.optimizer, training.reduction, training.mistake),
            (bool(training.weight_decay), training.clip_norm is None),
            (network.inputs, network.loss),
            tuple(
                (layer.activation, layer.units, layer.recurrent, layer.bias_copies)
                for layer in network.layers
            ),
            tuple(_trains(layer.trained(group)) for layer in network.layers for group in updates.GROUPS),
        )

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Decisive) and self._key == other._key


def _trains(trained: Trained) -> bool | None:
    return trained if isinstance(trained, bool) else None


@lru_cache(maxsize=64)
def made(decisive: _Decisive) -> Table:
    """Return the table of all networks and trainings that are alike in what decides it."""
    network, training = decisive.network, decisive.training
    last = len(network.layers)
    way = forward.of_network(network)
    parameters = parameters_of(network)
    back = transposed(way, parameters, forward.TERMS)
    found = robust.rewritten([*way, *back], network.layers[-1].activation, network.loss, last)
    letters = {read.variable: read.letters for one in way for read in one.factors()}
    given = {variable: letters[variable] for variable in parameters}
    found += updates.of_network(network, training, given)
    found = mistakes.rewritten(found, network, training.mistake)
    needed = pruned(found, [one.variable for one in found if not one.helper])
    kept = {one.variable: 0.0 for one in needed if one.gathers == "run"}
    return Table(
        equations=tuple(needed),
        axes=axes_of(needed, _given_axes(network, training)),
        parameters=parameters,
        states=updates.states(training, parameters) | kept,
        inputs=(forward.INPUT, forward.TARGET),
        initial=frozenset(
            Variable("activation", number)
            for number, layer in enumerate(network.layers, start=1)
            if layer.recurrent
        ),
    )


@lru_cache(maxsize=64)
def altered(scenario: Scenario) -> frozenset[Variable]:
    """Return what a scenario's mistake makes otherwise: the results of the equations that it rewrites."""
    mistake = scenario.training.mistake
    if mistake is None:
        return frozenset()
    right = table_of(without_mistake(scenario)).making
    found = {one.variable for one in table_of(scenario).equations if not alike(one, right.get(one.variable))}
    if mistakes.MISTAKES[mistake].divisions != 1:  # what is divided is told by a number, or by a formula
        found |= {updates.divided(one, scenario.training) for one in table_of(scenario).parameters}
    return frozenset(found)


def _given_axes(network: Network, training: Training) -> dict[Variable, tuple[Axis, ...]]:
    outputs = network.layers[-1].units
    found: dict[Variable, tuple[Axis, ...]] = {
        forward.INPUT: (TIME, SAMPLE, network.inputs),
        forward.TARGET: (TIME, SAMPLE, outputs),
        forward.OUTPUTS: (),
        forward.OTHERS: (outputs, outputs),
    }
    numbers = (updates.RATE, updates.BATCH, updates.DECAY, updates.CLIP)
    found |= dict.fromkeys((*numbers, *(Variable(name) for name in SETTINGS)), ())
    for number, layer in enumerate(network.layers, start=1):
        shapes = {
            "weights": (layer.units, layer.inputs),
            "recurrent_weights": (layer.units, layer.units),
            "biases": (layer.units,),
        }
        for group, axes in shapes.items():
            parameter = Variable(group, number)
            # What is not trained has a change that reads nothing.
            made = (parameter, updates.change_of(parameter), updates.mask_of(parameter))
            found |= dict.fromkeys((*made, *updates.states_of(parameter, training)), axes)
        found[Variable("slope", number)] = (TIME, SAMPLE, layer.units)
        found |= dict.fromkeys(updates.powers_of(number, training), ())
    return found


def axes_of(
    equations: Sequence[Equation], given: Mapping[Variable, tuple[Axis, ...]]
) -> dict[Variable, tuple[Axis, ...]]:
    """Return the axes of every variable, inferred from those of what is given.

    Raises:
        ValueError: some can't be inferred; it names them.
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

    What reads nothing, or numbers alone (the slope of a straight line), has the axes that its reader needs.
    """
    told = not one.result.letters or any(read.letters for read in one.factors())
    beside = [one] if told else readers.get(one.variable, [])
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
    needed = reached(roots, lambda one: [x.variable for x in maker[one].factors()] if one in maker else [])
    return [one for one in equations if one.variable in needed]


def factor_sizes(table: Table, factors: Iterable[Factor]) -> dict[str, Axis]:
    """Return the axis that each letter of some factors runs over."""
    return {
        letter: axis
        for one in factors
        for letter, axis in zip(one.letters, table.axes[one.variable], strict=True)
    }
