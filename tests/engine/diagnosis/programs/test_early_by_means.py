"""Is an update out of order found in a program that forms means, where those of the scenario add up?

The program is plain numpy: it goes back through the layers and updates one before it goes on to the next, of
a batch at once (`layerwise`) or of each sample by itself (`premature`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import isclose
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from engine import diagnose
from engine.arrays import frozen, sealed
from engine.facts.explain.expression import evaluate
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.engine.diagnosis.both_sides import entry_of
from tests.given.some_of import each_of, some_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from engine.arrays import Array
    from engine.diagnosis.diagnosis import Diagnosis

    Arrays = dict[str, Array]

pytestmark = pytest.mark.usefixtures("each_scenario_is_worked_out_once")

RATE, MOMENTUM = 0.3, 0.7
SAMPLES: Final = 6
NETWORKS: Final = ((2, 3, 1), (2, 3, 2, 2), (3, 2, 4, 3, 1))
OPTIMIZERS: Final = ("sgd", "momentum", "nesterov", "rmsprop", "adam")
ORDERS: Final = ("layerwise", "premature")
BATCHES: Final = (2, 3, 6)
GRADIENTS: Final = ("dW", "db")
KEPT: Final = {
    "all": ("A", "delta", *GRADIENTS, "W", "b"),
    "gradients": GRADIENTS,
    "back": ("delta", *GRADIENTS),
    "deltas": ("delta",),
    "gradients and after": (*GRADIENTS, "W", "b"),
    "after": ("W", "b"),
}
"""What somebody saves, by what the names of his arrays begin with."""
AS_READ: Final = ("gradients", "back")
"""In which of these nothing but the order tells what the updates have made of the means."""


def kept(numbers: Arrays, what: str) -> Arrays:
    """Some of the arrays of a program."""
    return {name: array for name, array in numbers.items() if name.startswith(KEPT[what])}


def named(found: Diagnosis) -> tuple[str, ...]:
    """The mistake that makes the numbers, or the two that do together."""
    return found.mistakes or tuple(one.name for one in (*found.further, *found.pair))


@dataclass(frozen=True)
class Program:
    """A network with tanh in its layers, and how it is trained."""

    sizes: tuple[int, ...]
    batch: int
    optimizer: str = "sgd"
    iterations: int = 1

    @property
    def begun(self) -> Arrays:
        """The parameters that it begins with."""
        chance = np.random.default_rng(len(self.sizes))
        found = {}
        for layer, (below, own) in enumerate(zip(self.sizes, self.sizes[1:], strict=False), start=1):
            found[f"W{layer}"], found[f"b{layer}"] = chance.normal(size=(own, below)), chance.normal(size=own)
        return found

    @property
    def data(self) -> tuple[Array, Array]:
        """Inputs and targets [sample, unit]."""
        chance = np.random.default_rng(5)
        return chance.normal(size=(SAMPLES, self.sizes[0])), chance.normal(size=(SAMPLES, self.sizes[-1])) / 2

    @property
    def scenario(self) -> Scenario:
        """The same, in which the gradients of a batch are added up."""
        begun, (x, y) = self.begun, self.data
        layers = tuple(
            Layer("tanh", frozen(begun[f"W{number}"]), frozen(begun[f"b{number}"]))
            for number in range(1, len(self.sizes))
        )
        there = sealed(np.ones((SAMPLES, 1), dtype=np.bool_))
        training = Training(RATE, 2, self.batch, optimizer=self.optimizer, momentum=MOMENTUM)
        network = Network(self.sizes[0], "half-squared-error", layers)
        return Scenario("early", network, Data(frozen(x[:, None]), frozen(y[:, None]), there), training)

    def numbers(self, order: str = "layerwise", early: Collection[int] | None = None) -> Arrays:
        """What it saves of its last iteration, with the layers of `early` updated out of order: all, if None.

        Its gradients are means.
        """
        out = range(1, len(self.sizes)) if early is None else early
        now, descent = self.begun, Descent(self.optimizer)
        found: Arrays = {}
        for iteration in range(self.iterations):
            start = iteration * self.batch
            x, y = (one[start : start + self.batch] for one in self.data)
            alone = order == "premature"
            parts = [(x[i : i + 1], y[i : i + 1]) for i in range(len(x))] if alone else [(x, y)]
            every = [_back(now, *part, descent, () if order == "deferred" else out, len(x)) for part in parts]
            found = {name: _of_batch(name, [one[name] for one in every]) for name in every[0]}
        return found | {f"{name}_new": array for name, array in now.items()}


def _of_batch(name: str, parts: Sequence[Array]) -> Array:
    """What of parts of a batch is that of all: gradients add up, all else stands one below the other."""
    return np.sum(parts, axis=0) if name.startswith(("dW", "db")) else np.concatenate(parts)


def _back(now: Arrays, x: Array, y: Array, descent: Descent, early: Collection[int], divided: int) -> Arrays:
    """Go forward and back through some samples, and update the parameters in place."""
    depth = len(now) // 2
    a = [x]
    for layer in range(1, depth + 1):
        a.append(np.tanh(a[-1] @ now[f"W{layer}"].T + now[f"b{layer}"]))
    found: Arrays = {f"A{layer}": a[layer] for layer in range(1, depth + 1)}
    error = a[-1] - y
    waiting: Arrays = {}
    for layer in range(depth, 0, -1):
        delta = error * (1.0 - a[layer] ** 2)
        found[f"delta{layer}"] = delta
        mine = {f"W{layer}": delta.T @ a[layer - 1] / divided, f"b{layer}": delta.sum(axis=0) / divided}
        found |= {f"d{name}": gradient for name, gradient in mine.items()}
        if layer in early:
            descent.apply(now, mine)
        else:
            waiting |= mine
        error = delta @ now[f"W{layer}"]
    descent.apply(now, waiting)
    return found


class Descent:
    """Updates by an optimizer, with what it remembers of each parameter."""

    def __init__(self, optimizer: str) -> None:
        self.optimizer = optimizer
        self.kept: dict[str, list[Array]] = {}
        self.count: dict[str, int] = {}

    def apply(self, now: Arrays, gradients: Arrays) -> None:
        """Update parameters, each array by a new one."""
        for name, g in gradients.items():
            now[name] = now[name] - RATE * self._direction(name, g)

    def _direction(self, name: str, g: Array) -> Array:
        first, second = self.kept.setdefault(name, [np.zeros_like(g), np.zeros_like(g)])
        if self.optimizer == "momentum":
            self.kept[name] = [MOMENTUM * first + g, second]
            return self.kept[name][0]
        if self.optimizer == "nesterov":
            self.kept[name] = [MOMENTUM * first + g, second]
            return g + MOMENTUM * self.kept[name][0]
        if self.optimizer == "rmsprop":
            self.kept[name] = [first, 0.99 * second + 0.01 * g * g]
            return g / (np.sqrt(self.kept[name][1]) + 1e-8)
        if self.optimizer == "adam":
            n = self.count[name] = self.count.get(name, 0) + 1
            first, second = self.kept[name] = [0.9 * first + 0.1 * g, 0.999 * second + 0.001 * g * g]
            return (first / (1 - 0.9**n)) / (np.sqrt(second / (1 - 0.999**n)) + 1e-8)
        return g


# -- what is found ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "batch", "order"), some_of([*product(NETWORKS, BATCHES, ORDERS)], 8))
def test_it_is_named_where_the_gradients_are_read_as_means(
    sizes: tuple[int, ...], batch: int, order: str
) -> None:
    program = Program(sizes, batch)
    for what in AS_READ:
        found = diagnose(program.scenario, kept(program.numbers(order), what))
        assert (named(found), found.pair) == ((order,), ()), what
        assert found.where[order] == list(range(1, len(sizes)))
        assert found.read_as == ("gradients as means over the batch",)
        assert 'with reduction = "mean" those of the scenario do, too' in found.remarks[0]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("sizes", "batch"), each_of(NETWORKS, BATCHES))
def test_with_the_means_it_makes_what_tells_that_these_are_applied(
    sizes: tuple[int, ...], batch: int, order: str
) -> None:
    program = Program(sizes, batch)
    for what in KEPT.keys() - set(AS_READ):
        found = diagnose(program.scenario, kept(program.numbers(order), what))
        assert named(found) == ("mean-for-sum", order), what
        assert not found.mistakes


@pytest.mark.parametrize(
    ("optimizer", "order", "sizes", "batch"), each_of(OPTIMIZERS, ORDERS, NETWORKS, BATCHES)
)
def test_whatever_the_updates_make_of_the_means(
    optimizer: str, order: str, sizes: tuple[int, ...], batch: int
) -> None:
    program = Program(sizes, batch, optimizer)
    numbers = program.numbers(order)
    assert named(diagnose(program.scenario, kept(numbers, "back"))) == (order,)
    assert order in named(diagnose(program.scenario, numbers))


@pytest.mark.parametrize("early", [(4,), (3,), (2,), (2, 4), (3, 4), (2, 3)])
def test_in_some_layers_alone(early: tuple[int, ...]) -> None:
    program = Program(NETWORKS[-1], 3)
    found = diagnose(program.scenario, kept(program.numbers(early=early), "back"))
    assert (named(found), found.where) == (("layerwise",), {"layerwise": list(early)})


@pytest.mark.parametrize(("order", "optimizer", "what"), each_of(ORDERS, OPTIMIZERS, KEPT))
def test_in_a_later_iteration(order: str, optimizer: str, what: str) -> None:
    program = Program(NETWORKS[0], 3, optimizer, iterations=2)
    found = diagnose(program.scenario, kept(program.numbers(order), what), iteration=1)
    assert named(found) == ("mean-for-sum", order)


def test_with_deltas_that_have_the_mean_in_them() -> None:
    program = Program(NETWORKS[1], 3)
    back = kept(program.numbers(), "back")
    shared = {name.replace("delta", "dZ"): x / 3 if "delta" in name else x for name, x in back.items()}
    found = diagnose(program.scenario, shared)
    assert named(found) == ("layerwise",)
    assert found.read_as == ("gradients as means over the batch", "deltas with 1/B in them")


def test_in_numbers_of_float32_and_turned_over() -> None:
    program = Program(NETWORKS[1], 3)
    back = kept(program.numbers(), "back")
    turned = {name: array.astype(np.float32).T for name, array in back.items()}
    assert named(diagnose(program.scenario, turned)) == ("layerwise",)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("what", KEPT)
def test_the_number_that_differs_most_is_worked_out_as_they_have_it(order: str, what: str) -> None:
    program = Program(NETWORKS[1], 3)
    entry = entry_of(diagnose(program.scenario, kept(program.numbers(order), what)))
    right, theirs = entry.worked[0]
    assert theirs is not None
    assert isclose(evaluate(theirs.expression), entry.theirs, rel_tol=1e-9)
    assert isclose(evaluate(right.expression), entry.ours, rel_tol=1e-9)


# -- what is not ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "batch", "what"), each_of(NETWORKS, BATCHES, KEPT))
def test_means_that_are_applied_in_order_are_told_as_before(
    sizes: tuple[int, ...], batch: int, what: str
) -> None:
    program = Program(sizes, batch)
    found = diagnose(program.scenario, kept(program.numbers("deferred"), what))
    told = any(name.endswith("_after") for name in (*found.wrong, *found.agrees))
    assert (found.mistakes, found.pair) == ((), ())
    assert ("mean-for-sum" in named(found)) == told == bool(found.wrong)


def test_of_a_number_that_is_off_no_order_is_named() -> None:
    program = Program(NETWORKS[0], 3)
    for what in AS_READ:
        wrong = kept(program.numbers(), what)
        wrong["dW1"] = wrong["dW1"] * np.array([[1.0, 1.01], [1.0, 1.0], [1.0, 1.0]])
        assert named(diagnose(program.scenario, wrong)) == ()


def test_where_the_scenario_has_means_itself_nothing_is_said_of_them() -> None:
    program = Program(NETWORKS[0], 3)
    training = replace(program.scenario.training, reduction="mean")
    found = diagnose(replace(program.scenario, training=training), program.numbers())
    assert (named(found), found.pair) == (("layerwise",), ())
    assert not any("reduction" in one for one in found.remarks)
