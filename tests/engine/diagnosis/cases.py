"""Which programs are diagnosed in the benchmark? Drawn by chance: networks, mistakes, what is saved.

Nothing here is chosen case by case. A mistake that changes no number that is saved is no case: the next is
drawn.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.order.shapes import shapes_of
from engine.read.fitting import why_unfit
from tests.engine.diagnosis.planted import in_layers, of_scenario, twisted
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.oracle.run import MISTAKES

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array
    from engine.scenario import Scenario

EARLY = ("premature", "layerwise")
ALL = (*MISTAKES, *EARLY)

_PEOPLE = {
    "z": ("net{}", "Z{}"),
    "a": ("h{}", "A{}", "out{}"),
    "slope": ("fprime{}", "sigma_prime{}"),
    "error": ("da{}", "err{}", "dA{}"),
    "delta": ("dz{}", "dZ{}", "Delta{}"),
    "gW": ("dW{}", 'grads["W{}"]', "layer{}.weight.grad", "grad_W{}"),
    "gU": ("dU{}", 'grads["U{}"]'),
    "gb": ("db{}", 'grads["b{}"]', "layer{}.bias.grad"),
    "W": ("W{}_new", "new_W{}", "W{}'"),
    "U": ("U{}_new", "new_U{}"),
    "b": ("b{}_new", "new_b{}"),
}


class Case(NamedTuple):
    """A program of somebody: its scenario, the numbers that are saved, and what is right and wrong in it."""

    scenario: Scenario
    numbers: dict[str, Array]
    iteration: int
    mistake: str | None
    layers: tuple[int, ...] | None
    first: str | None
    words: str


def network(seed: int, mistake: str | None = None) -> Scenario:
    """A small network: 1 to 4 layers, dense or recurrent, of 1 to 5 units and samples."""
    wanted = Wanted(
        mistake=mistake if mistake in MISTAKES else None,
        recurrent=None,
        order="deferred",
        iterations=2,
        steps=400,
    )
    found = scenario_at_random(seed, wanted)
    return replace(found, training=replace(found.training, mistake=None))


def planted(seed: int) -> Case:
    """A program with one mistake of the contract."""
    chance = Random(f"planted {seed}")
    mistake = ALL[seed % len(ALL)]
    for attempt in range(200):
        scenario = network(1000 * seed + attempt, mistake)
        if mistake in MISTAKES and why_unfit(scenario, mistake):
            continue
        if mistake == "layerwise" and scenario.training.batch_size == scenario.data.times == 1:
            continue  # the same program as a premature one
        depth = len(scenario.network.layers)
        layers: tuple[int, ...] | None = None
        # Gradients are kept from the second iteration on.
        iteration = 1 if mistake == "gradient-kept" else chance.choice((0, 0, 0, 1))
        right = of_scenario(scenario, None, iteration)
        if mistake not in (*EARLY, "gradient-kept") and depth > 1 and chance.random() < 0.4:
            layers = tuple(sorted(chance.sample(range(1, depth + 1), chance.randint(1, depth - 1))))
            wrong = in_layers(scenario, mistake, layers, iteration)
        else:
            wrong = of_scenario(scenario, mistake, iteration)
        kept = saved(chance, wrong)
        changed = [name for name in kept if not np.allclose(wrong[name], right[name], rtol=1e-3, atol=1e-6)]
        if not changed:
            continue
        given, words = written(chance, {name: wrong[name] for name in kept}, scenario, iteration)
        words = f"{mistake} {layers} {iteration} {words}"
        return Case(scenario, given, iteration, mistake, layers, None, words)
    raise AssertionError(seed)


def right(seed: int) -> Case:
    """A program without a mistake."""
    chance = Random(f"right {seed}")
    scenario = network(1000 * seed)
    iteration = chance.choice((0, 0, 0, 1))
    every = of_scenario(scenario, None, iteration)
    kept = {name: every[name] for name in saved(chance, every)}
    given, words = written(chance, kept, scenario, iteration)
    return Case(scenario, given, iteration, None, None, None, words)


def unknown(seed: int) -> Case:
    """A program with a mistake that nobody has a name for, all of its numbers, and what is wrong first."""
    for attempt in range(100):
        scenario = network(1000 * seed + attempt)
        wrong, first = twisted(scenario, seed)
        every = of_scenario(scenario)
        if first not in wrong or np.allclose(wrong[first], every[first], rtol=1e-3, atol=1e-6):
            continue
        return Case(scenario, wrong, 0, None, None, first, first)
    raise AssertionError(seed)


def saved(chance: Random, numbers: dict[str, Array]) -> list[str]:
    """What somebody saves: everything, the gradients, what is left in the end, or some of it."""
    wanted: tuple[Callable[[str], bool], ...] = (
        lambda name: True,
        lambda name: name[0] == "g",
        lambda name: name[0] == "g" or name.startswith("delta"),
        lambda name: name.endswith("_after"),
        lambda name: chance.random() < 0.6,
    )
    chosen = chance.choice(wanted)
    return [name for name in numbers if chosen(name)] or list(numbers)


def written(
    chance: Random, numbers: dict[str, Array], scenario: Scenario, iteration: int
) -> tuple[dict[str, Array], str]:
    """Numbers as somebody writes them: in float64, float32 or printed; by his own names, turned, or not."""
    exactness = chance.choice(("float64", "float64", "float32", "6 digits", "6 decimals"))
    if chance.random() < 0.5:
        return {name: cut(array, exactness) for name, array in numbers.items()}, exactness
    turned, from_first = chance.random() < 0.5, chance.random() < 0.3
    averaged = chance.random() < 0.3
    samples = len(shapes_of(scenario).batch(iteration))
    which = {kind: chance.choice(words) for kind, words in _PEOPLE.items()}
    found = {}
    for name, array in numbers.items():
        kind, layer = _parts(name)
        if kind in ("z", "a", "slope", "error", "delta"):
            made = array.swapaxes(0, 1) if turned and not scenario.network.recurrent else array
        else:
            made = array.T if from_first else array
            if kind[0] == "g" and averaged:
                made = made / samples
        found[which[kind].format(layer)] = cut(made, exactness)
    return found, f"{exactness} {turned} {from_first} {averaged}"


def _parts(name: str) -> tuple[str, str]:
    head = name.removesuffix("_after")
    kind = head.rstrip("0123456789")
    return kind, head[len(kind) :]


def cut(array: Array, exactness: str) -> Array:
    if exactness == "float32":
        return array.astype(np.float32)
    if exactness == "6 decimals":
        return np.round(array, 6)
    if exactness == "6 digits":
        return np.array([float(f"{x:.5e}") for x in array.ravel()]).reshape(array.shape)
    return array
