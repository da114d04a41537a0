"""What does a program compute that makes a mistake? Told by the oracle, which shares nothing with ours.

The oracle's own mistakes are made in all layers. Here one may also be limited to some of them, and there
are mistakes that nobody has a name for.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.oracle import records
from tests.oracle.number import exact
from tests.oracle.run import Oracle, printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from engine.arrays import Array
    from engine.scenario import Scenario
    from tests.oracle.number import Matrix, Vector
    from tests.oracle.run import Step

_VECTORS = {
    "forward": {"z": "pre_activation", "a": "activation", "slope": "slope"},
    "delta": {"error": "error", "delta": "delta"},
}
_GROUPS = {"W": "weight", "b": "bias", "U": "recurrent"}
_AFTER = {"W": "weights", "b": "biases", "U": "recurrent"}


def numbers(found: Iterable[Mapping[str, Any]], iteration: int = 0) -> dict[str, Array]:
    """All quantities of an iteration by their names in the contract, from the records of a run."""
    vectors: dict[str, dict[tuple[int, int], list[float]]] = {}
    arrays: dict[str, Array] = {}
    sequences = False
    for one in found:
        if one["iteration"] != iteration:
            continue
        layer = one["layer"]
        sequences = sequences or one["time"] is not None
        for name, field in _VECTORS.get(one["kind"], {}).items():
            if field in one:
                vectors.setdefault(f"{name}{layer}", {})[one["sample"], one["time"] or 0] = one[field]
        if one["kind"] == "gradient":
            for letter, group in _GROUPS.items():
                if f"{group}_total" in one:
                    arrays[f"g{letter}{layer}"] = _array(one[f"{group}_total"])
        if one["kind"] == "update":
            for letter, group in _AFTER.items():
                if f"{group}_after" in one:
                    arrays[f"{letter}{layer}_after"] = _array(one[f"{group}_after"])
    for name, by_place in vectors.items():
        samples = sorted({sample for sample, _ in by_place})
        times = sorted({time for _, time in by_place})
        array = _array([[by_place[sample, time] for time in times] for sample in samples])
        arrays[name] = array if sequences else array[:, 0]
    return arrays


def _array(values: object) -> Array:
    return np.array(values, dtype=np.float64)


def of_scenario(scenario: Scenario, mistake: str | None = None, iteration: int = 0) -> dict[str, Array]:
    """The numbers of a program that makes a mistake, or an early update, in all layers."""
    order = mistake if mistake in ("premature", "layerwise") else "deferred"
    training = replace(
        scenario.training,
        mistake=None if order == mistake else mistake,
        order=order,
        iterations=iteration + 1,
    )
    return numbers(records(replace(scenario, training=training)), iteration)


class Limited(Oracle):
    """A mistake that is made in some layers only; as the engine counts them, by whose equation is twisted."""

    def __init__(self, scenario: Scenario, mistake: str, layers: Iterable[int], iterations: int) -> None:
        training = replace(scenario.training, mistake=mistake, order="deferred", iterations=iterations)
        super().__init__(replace(scenario, training=training))
        self.made, self.made_in = mistake, set(layers)

    def batch(self, iteration: int) -> list[int]:
        found = super().batch(iteration)
        self.size = len(found)
        return found

    def at(self, layer: int) -> None:
        self.mistake = self.made if layer in self.made_in else None

    def delta(self, sample: int, time: int, layer: int) -> Step:
        self.at(layer)
        return super().delta(sample, time, layer)

    def gradient(self, sample: int, time: int, layer: int) -> Step:
        self.at(layer)
        return super().gradient(sample, time, layer)

    def update(self, layer: int, gradient: dict[str, Matrix]) -> Step:
        self.at(layer)
        self.divisor = self.divisor_of(self.size)
        return super().update(layer, gradient)


def in_layers(
    scenario: Scenario, mistake: str, layers: Iterable[int], iteration: int = 0
) -> dict[str, Array]:
    """The numbers of a program that makes a mistake in some layers."""
    return _of_oracle(Limited(scenario, mistake, layers, iteration + 1), iteration)


def _of_oracle(oracle: Oracle, iteration: int = 0) -> dict[str, Array]:
    found = ({name: printed(value) for name, value in step.items()} for step in oracle.steps())
    return numbers(found, iteration)


class Twisted(Oracle):
    """A mistake that nobody knows: some numbers are a little otherwise, at one place of the computation."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        super().__init__(
            replace(scenario, training=replace(scenario.training, order="deferred", iterations=1))
        )
        chance = Random(seed)
        self.kind = chance.choice(("forward", "error", "through", "gradient"))
        self.twisted = chance.choice(list(self.layers))
        self.by = [exact(chance.uniform(0.55, 0.95) if chance.random() < 0.5 else chance.uniform(1.1, 1.9))]
        self.by += [exact(chance.uniform(0.3, 1.7)) for _ in range(12)]
        self.first = {
            "forward": f"z{self.twisted}",
            "error": f"error{self.twisted}",
            "through": f"delta{self.twisted}",
            "gradient": f"gW{self.twisted}",
        }[self.kind]

    def twist(self, values: Vector, kind: str, layer: int) -> Vector:
        if (kind, layer) != (self.kind, self.twisted):
            return values
        return [value * by for value, by in zip(values, self.by, strict=False)]

    def forward(self, sample: int, time: int, layer: int) -> Step:
        if self.kind == "forward" and layer == self.twisted:
            kept = self.biases[layer]
            self.biases[layer] = [bias + by for bias, by in zip(kept, self.by, strict=False)]
            found = super().forward(sample, time, layer)
            self.biases[layer] = kept
            return found
        return super().forward(sample, time, layer)

    def from_above(self, sample: int, time: int, layer: int) -> Vector:
        return self.twist(super().from_above(sample, time, layer), "error", layer)

    def through(self, sample: int, time: int, layer: int, error: Vector, future: Vector) -> Vector:
        if self.kind == "error" and layer == self.twisted == self.depth:
            return self.before_activation(time, layer, error)
        return self.twist(super().through(sample, time, layer, error, future), "through", layer)

    def read_by_weights(self, time: int, layer: int) -> Vector:
        return self.twist(super().read_by_weights(time, layer), "gradient", layer)


def twisted(scenario: Scenario, seed: int) -> tuple[dict[str, Array], str]:
    """The numbers of a program with a mistake that is not known, and what of them is wrong first."""
    oracle = Twisted(scenario, seed)
    return _of_oracle(oracle), oracle.first
