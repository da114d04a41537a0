"""What are the parameters of a network, and what does an update make of them?"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, TypeVar

from tests.oracle.number import ONE, Matrix, Number, Vector, exact, length, vector, zeros_like
from tests.oracle.updating import STATES, direction, remembered

if TYPE_CHECKING:
    from engine.scenario import Layer, Scenario, Trained
    from tests.oracle.run import Step

T = TypeVar("T")

GROUPS = {"weights": "weight", "biases": "bias", "recurrent": "recurrent"}
"""The parameters of a layer, as an update names them, and as a gradient does."""


class Parameters:
    """All parameters, what has been gathered for their next update, and what is remembered of the others."""

    def __init__(self, scenario: Scenario) -> None:
        self.training = training = scenario.training
        self.mistake = training.mistake
        self.rate = training.learning_rate
        self.reduction = training.reduction
        self.layers = range(1, len(scenario.network.layers) + 1)
        self.weights: dict[int, Matrix] = {}
        self.biases: dict[int, Vector] = {}
        self.recurrent: dict[int, Matrix] = {}
        self.trained: dict[int, dict[str, list[list[bool]]]] = {}
        self.added_up = {
            number: layer.bias_copies for number, layer in enumerate(scenario.network.layers, start=1)
        }
        """How many biases are added up in each bias of a layer; every one of them is trained by itself."""
        for number, layer in enumerate(scenario.network.layers, start=1):
            self.weights[number] = [vector(row) for row in layer.weights.tolist()]
            self.biases[number] = vector(layer.biases.tolist())
            if layer.recurrent_weights is not None:
                self.recurrent[number] = [vector(row) for row in layer.recurrent_weights.tolist()]
            self.trained[number] = trained(layer)
        self.totals: dict[int, dict[str, Matrix]] = {}
        self.divisor = 1
        assert training.optimizer in STATES, training.optimizer
        self.updates = dict.fromkeys(self.layers, 0)
        self.states = {
            (layer, name): {
                state: zeros_like(self.parameter(layer, name)) for state in STATES[training.optimizer]
            }
            for layer in self.layers
            for name in self.groups(layer)
        }

    def groups(self, layer: int) -> list[str]:
        """The parameters that a layer has."""
        return [name for name in GROUPS if name != "recurrent" or layer in self.recurrent]

    def parameter(self, layer: int, name: str) -> Matrix:
        """A layer's parameters as they are; the biases as one row."""
        if name == "biases":
            return [self.biases[layer]]
        return self.weights[layer] if name == "weights" else self.recurrent[layer]

    def divisor_of(self, samples: int) -> int:
        """What the sum over a batch is divided by, to be applied."""
        if self.reduction == "sum":
            assert self.mistake not in {"mean-twice", "mean-missing"}, self.reduction
            return 1
        return {"mean-twice": samples**2, "mean-missing": 1}.get(self.mistake or "", samples)

    def begin(self) -> None:
        """Empty what an iteration gathers."""
        if self.mistake == "gradient-kept" and self.totals:
            return
        for layer in self.layers:
            self.totals[layer] = {
                GROUPS[name]: zeros_like(self.parameter(layer, name)) for name in self.groups(layer)
            }

    def update(self, layer: int, gradient: dict[str, Matrix]) -> Step:
        """Change the parameters of a layer by what the optimiser makes of a gradient."""
        self.updates[layer] += 1
        scale = self.clip_scale()
        fields: Step = {} if scale is None else {"clip_scale": scale}
        for name in self.groups(layer):
            found = self.changed(layer, name, self.applying(layer, name, gradient[GROUPS[name]], scale))
            self.states[layer, name] = {
                state: found[f"{name}_{state}_after"] for state in self.states[layer, name]
            }
            after = found[f"{name}_after"]
            if name == "biases":
                self.biases[layer] = after[0]
                fields |= {field: rows[0] for field, rows in found.items()}
                continue
            (self.weights if name == "weights" else self.recurrent)[layer] = after
            fields |= found
        return fields

    def clip_scale(self) -> Number | None:
        """What all gradients are multiplied by, that those trained be no longer together than allowed."""
        limit = self.training.clip_norm
        if limit is None:
            return None
        norm = length(
            self.share(total)
            for layer in self.layers
            for name in self.groups(layer)
            for total, flag in zip(
                flat(self.totals[layer][GROUPS[name]]), flat(self.trained[layer][name]), strict=True
            )
            if flag
            for _ in range(self.times(layer, name))
        )
        return exact(limit) / norm if norm.value > limit else ONE

    @property
    def tells_applied(self) -> bool:
        """Whether an update applies something else than the gradient alone."""
        training = self.training
        return (training.optimizer, training.weight_decay, training.clip_norm) != ("sgd", 0.0, None)

    def share(self, total: Number) -> Number:
        """Of a total, the sum or the mean."""
        return total * (ONE / exact(float(self.divisor)))

    def applying(self, layer: int, name: str, gradient: Matrix, scale: Number | None) -> Matrix:
        """g, what an update applies of a gradient."""
        g = [[self.share(total) for total in row] for row in gradient]
        if scale is not None:
            g = [[x * scale for x in row] for row in g]
        decay = self.decay_of(name)
        if decay is not None and self.training.optimizer != "adamw":
            g = [
                [x + decay * w for x, w in zip(row, old, strict=True)]
                for row, old in zip(g, self.parameter(layer, name), strict=True)
            ]
        return g

    def times(self, layer: int, name: str) -> int:
        """How many parameters a parameter of the file is the sum of: each is changed, and each clipped."""
        return self.added_up[layer] if name == "biases" else 1

    def decay_of(self, name: str) -> Number | None:
        """λ, where there is one: for biases never."""
        decay = self.training.weight_decay
        return None if name == "biases" or decay == 0.0 else exact(decay)

    def changed(self, layer: int, name: str, g: Matrix) -> dict[str, Matrix]:
        """Parameters and states before and after an update that applies g, and what it changes."""
        training, old, states = self.training, self.parameter(layer, name), self.states[layer, name]
        downhill = exact(self.rate if self.mistake == "sign" else -self.rate)
        beside = self.decay_of(name) if training.optimizer == "adamw" else None
        new, change = zeros_like(old), zeros_like(old)
        after = {state: zeros_like(old) for state in states}
        for i, row in enumerate(old):
            for j, w in enumerate(row):
                now = remembered(training, {state: rows[i][j] for state, rows in states.items()}, g[i][j])
                for state, number in now.items():
                    after[state][i][j] = number
                if self.trained[layer][name][i][j]:
                    step = direction(training, now, g[i][j], self.updates[layer])
                    one = downhill * (step if beside is None else step + beside * w)
                    change[i][j] = reduce(add, [one] * self.times(layer, name))
                new[i][j] = w + change[i][j]
        fields = {f"{name}_before": old, f"{name}_change": change, f"{name}_after": new}
        for state, rows in states.items():
            fields |= {f"{name}_{state}_before": rows, f"{name}_{state}_after": after[state]}
        if self.tells_applied:
            fields[f"{name}_applied"] = g
        return fields


def trained(layer: Layer) -> dict[str, list[list[bool]]]:
    """Which numbers of a layer updates change; the biases as one row."""

    def mask(given: Trained, rows: int, columns: int) -> list[list[bool]]:
        if isinstance(given, bool):
            return [[given] * columns for _ in range(rows)]
        found: list[list[bool]] = given.reshape(rows, columns).tolist()
        return found

    units, inputs = layer.units, layer.inputs
    return {
        "weights": mask(layer.train_weights, units, inputs),
        "biases": mask(layer.train_biases, 1, units),
        "recurrent": mask(layer.train_recurrent_weights, units, units),
    }


def flat(rows: list[list[T]]) -> list[T]:
    """All numbers of a matrix."""
    return [number for row in rows for number in row]
