"""Which steps does a run take, in which order, and what does each one hold?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from tests.oracle import ending, functions
from tests.oracle.number import ONE, ZERO, Matrix, Number, Vector, exact, total, vector, zeros

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario import Scenario

Value: TypeAlias = int | str | Number | Vector | Matrix | None
Step: TypeAlias = dict[str, Value]
Found: TypeAlias = tuple[str, int | None, int | None, int | None, Step]
"""Kind, sample, time, layer and fields of a step."""


class Oracle:
    """One run. Layers are counted from 1; the small methods are what a wrong oracle changes."""

    def __init__(self, scenario: Scenario) -> None:
        network, data, training = scenario.network, scenario.data, scenario.training
        self.loss = network.loss
        self.depth = len(network.layers)
        self.layers = range(1, self.depth + 1)
        self.sequences = any(layer.recurrent_weights is not None for layer in network.layers)

        self.activation: dict[int, str] = {}
        self.trains_biases: dict[int, bool] = {}
        self.weights: dict[int, Matrix] = {}
        self.biases: dict[int, Vector] = {}
        self.recurrent: dict[int, Matrix] = {}
        self.initial: dict[int, Vector] = {}
        for number, layer in enumerate(network.layers, start=1):
            self.activation[number] = layer.activation
            self.trains_biases[number] = layer.train_biases
            self.weights[number] = [vector(row) for row in layer.weights.tolist()]
            self.biases[number] = vector(layer.biases.tolist())
            if layer.recurrent_weights is not None:
                self.recurrent[number] = [vector(row) for row in layer.recurrent_weights.tolist()]
                given = layer.initial_state
                self.initial[number] = zeros(len(layer.biases)) if given is None else vector(given.tolist())

        self.inputs = [[vector(units) for units in times] for times in data.inputs.tolist()]
        self.targets = [[vector(units) for units in times] for times in data.targets.tolist()]
        self.has_target: list[list[bool]] = data.has_target.tolist()

        self.rate = training.learning_rate
        self.iterations = training.iterations
        self.batch_size = training.batch_size
        self.reduction = training.reduction
        self.order: str = training.order

    def steps(self) -> Iterator[Step]:
        """Every step of the run."""
        number = 0
        for iteration in range(self.iterations):
            for kind, sample, time, layer, fields in self.iteration(iteration):
                site: Step = {
                    "step": number,
                    "iteration": iteration,
                    "kind": kind,
                    "sample": sample,
                    "time": time if self.sequences else None,
                    "layer": layer,
                }
                yield {**site, **fields}
                number += 1

    def batch(self, iteration: int) -> list[int]:
        """The samples of an iteration."""
        samples = list(range(len(self.inputs)))
        batches = math.ceil(len(samples) / self.batch_size)
        first = iteration % batches * self.batch_size
        return samples[first : first + self.batch_size]

    def iteration(self, iteration: int) -> Iterator[Found]:
        """One iteration: kind, sample, time, layer and fields of each step."""
        samples = self.batch(iteration)
        self.divisor = len(samples) if self.reduction == "mean" else 1
        self.begin()
        assert self.order in {"deferred", "premature", "layerwise"}, self.order
        if self.order == "layerwise":
            yield from self.layer_by_layer(samples)
            return
        for sample in samples:
            yield from self.forwards(sample)
            for time in reversed(range(len(self.inputs[sample]))):
                for layer in reversed(self.layers):
                    yield "delta", sample, time, layer, self.delta(sample, time, layer)
                    yield "gradient", sample, time, layer, self.gradient(time, layer)
                    if self.order == "premature":
                        yield "update", sample, time, layer, self.update(layer, self.latest)
        if self.order == "deferred":
            for layer in reversed(self.layers):
                yield "update", None, None, layer, self.update(layer, self.totals[layer])

    def forwards(self, sample: int) -> Iterator[Found]:
        """All times of a sample, and the losses where there are targets; nothing has come back yet."""
        self.values: dict[tuple[int, int], Step] = {}
        self.deltas: dict[tuple[int, int], Vector] = {}
        for time in range(len(self.inputs[sample])):
            for layer in self.layers:
                yield "forward", sample, time, layer, self.forward(sample, time, layer)
            if self.has_target[sample][time]:
                yield "loss", sample, time, None, self.loss_fields(sample, time)

    def layer_by_layer(self, samples: list[int]) -> Iterator[Found]:
        """All samples forward; then each layer as a whole, from the last: back through it, and its update."""
        passes = {}
        for sample in samples:
            yield from self.forwards(sample)
            passes[sample] = self.values, self.deltas
        for layer in reversed(self.layers):
            for sample in samples:
                self.values, self.deltas = passes[sample]
                for time in reversed(range(len(self.inputs[sample]))):
                    yield "delta", sample, time, layer, self.delta(sample, time, layer)
                    yield "gradient", sample, time, layer, self.gradient(time, layer)
            yield "update", None, None, layer, self.update(layer, self.totals[layer])

    def begin(self) -> None:
        """Empty what an iteration gathers."""
        self.totals: dict[int, dict[str, Matrix]] = {}
        for layer in self.layers:
            self.totals[layer] = {
                "weight": [zeros(len(row)) for row in self.weights[layer]],
                "bias": [zeros(len(self.biases[layer]))],
            }
            if layer in self.recurrent:
                self.totals[layer]["recurrent"] = [zeros(len(row)) for row in self.recurrent[layer]]

    def below(self, sample: int, time: int, layer: int) -> Vector:
        """What a layer reads from the layer below."""
        return self.inputs[sample][time] if layer == 1 else self.known(time, layer - 1, "activation")

    def before(self, time: int, layer: int) -> Vector:
        """What a recurrent layer reads from the time before."""
        return self.initial[layer] if time == 0 else self.known(time - 1, layer, "activation")

    def known(self, time: int, layer: int, field: str) -> Vector:
        """A vector of the forward pass of this sample."""
        found = self.values[time, layer][field]
        assert isinstance(found, list)
        return [number for number in found if isinstance(number, Number)]

    def forward(self, sample: int, time: int, layer: int) -> Step:
        """z = W a + b (+ U h of the time before), and what f makes of it."""
        inputs = self.below(sample, time, layer)
        z = []
        for neuron, row in enumerate(self.weights[layer]):
            terms = [w * x for w, x in zip(row, inputs, strict=True)]
            terms.append(self.biases[layer][neuron])
            if layer in self.recurrent:
                h = self.before(time, layer)
                terms += [u * x for u, x in zip(self.recurrent[layer][neuron], h, strict=True)]
            z.append(total(terms))
        fields: Step = {"inputs": inputs, "pre_activation": z}
        if self.activation[layer] == "softmax":
            fields["activation"] = functions.softmax(z)
        else:
            pairs = [functions.activation(self.activation[layer], x) for x in z]
            fields["activation"] = [a for a, _ in pairs]
            fields["slope"] = [slope for _, slope in pairs]
        if layer in self.recurrent:
            fields["recurrent_inputs"] = self.before(time, layer)
        self.values[time, layer] = fields
        return fields

    def meeting(self, sample: int, time: int) -> tuple[str, Vector, Vector, Vector]:
        """What the loss depends on: the last layer's kind, its z and a, and the target."""
        z, a = (self.known(time, self.depth, name) for name in ("pre_activation", "activation"))
        return self.activation[self.depth], z, a, self.targets[sample][time]

    def loss_fields(self, sample: int, time: int) -> Step:
        """The loss of one sample at one time."""
        _, _, prediction, target = self.meeting(sample, time)
        terms = ending.terms(self.loss, *self.meeting(sample, time))
        return {"prediction": prediction, "target": target, "terms": terms, "loss": total(terms)}

    def from_above(self, sample: int, time: int, layer: int) -> Vector:
        """∂C/∂a by way of the loss or the layer above."""
        if layer == self.depth:
            if not self.has_target[sample][time]:
                return zeros(len(self.biases[layer]))
            return ending.error(self.loss, *self.meeting(sample, time))
        return self.passed_back(self.weights_for_error(layer + 1), self.deltas[time, layer + 1])

    def weights_for_error(self, layer: int) -> Matrix:
        """The weights that carry the error of a layer down."""
        return self.weights[layer]

    def from_future(self, time: int, layer: int) -> Vector:
        """∂C/∂a by way of the layer's own next time."""
        if (time + 1, layer) not in self.deltas:
            return zeros(len(self.biases[layer]))
        return self.passed_back(self.recurrent[layer], self.deltas[time + 1, layer])

    @staticmethod
    def passed_back(matrix: Matrix, delta: Vector) -> Vector:
        """Each neuron below gathers the deltas above it, each times the weight in between."""
        return [
            total(row[neuron] * d for row, d in zip(matrix, delta, strict=True))
            for neuron in range(len(matrix[0]))
        ]

    def delta(self, sample: int, time: int, layer: int) -> Step:
        """∂C/∂z: the error times the slope."""
        above = self.from_above(sample, time, layer)
        future = self.from_future(time, layer) if layer in self.recurrent else zeros(len(above))
        error = [x + y for x, y in zip(above, future, strict=True)]
        if layer == self.depth and self.has_target[sample][time]:
            delta = ending.delta(self.loss, *self.meeting(sample, time))
            if layer in self.recurrent:
                rest = self.before_activation(time, layer, future)
                delta = [x + y for x, y in zip(delta, rest, strict=True)]
        else:
            delta = self.before_activation(time, layer, error)
        self.deltas[time, layer] = delta
        fields: Step = {"error": error, "delta": delta}
        if layer in self.recurrent:
            fields |= {"from_above": above, "from_future": future}
        return fields

    def before_activation(self, time: int, layer: int, error: Vector) -> Vector:
        """From ∂C/∂a to ∂C/∂z."""
        if self.activation[layer] == "softmax":
            return functions.through_softmax(self.known(time, layer, "activation"), error)
        return [e * s for e, s in zip(error, self.known(time, layer, "slope"), strict=True)]

    def gradient(self, time: int, layer: int) -> Step:
        """This sample's and time's share, and the sum gathered so far in this iteration."""
        delta = self.deltas[time, layer]
        self.latest: dict[str, Matrix] = {
            "weight": [[d * x for x in self.known(time, layer, "inputs")] for d in delta],
            "bias": [delta],
        }
        if layer in self.recurrent:
            h = self.known(time, layer, "recurrent_inputs")
            self.latest["recurrent"] = [[d * x for x in h] for d in delta]
        for name, share in self.latest.items():
            sums = self.totals[layer][name]
            self.totals[layer][name] = [
                [x + y for x, y in zip(old, new, strict=True)] for old, new in zip(sums, share, strict=True)
            ]
        fields: Step = {
            "weight_gradient": self.latest["weight"],
            "bias_gradient": delta,
            "weight_total": self.totals[layer]["weight"],
            "bias_total": self.totals[layer]["bias"][0],
        }
        if layer in self.recurrent:
            fields["recurrent_gradient"] = self.latest["recurrent"]
            fields["recurrent_total"] = self.totals[layer]["recurrent"]
        return fields

    def update(self, layer: int, gradient: dict[str, Matrix]) -> Step:
        """Change the parameters of a layer by -η times a gradient."""
        weights, fields = self.changed("weights", self.weights[layer], gradient["weight"])
        bias_gradient = gradient["bias"]
        if not self.trains_biases[layer]:
            bias_gradient = [zeros(len(bias_gradient[0]))]
        biases, more = self.changed("biases", [self.biases[layer]], bias_gradient)
        fields |= {name: rows[0] for name, rows in more.items() if isinstance(rows, list)}
        self.weights[layer], self.biases[layer] = weights, biases[0]
        if layer in self.recurrent:
            self.recurrent[layer], more = self.changed(
                "recurrent", self.recurrent[layer], gradient["recurrent"]
            )
            fields |= more
        return fields

    def changed(self, name: str, old: Matrix, gradient: Matrix) -> tuple[Matrix, Step]:
        """Parameters after the update, and the three fields that tell of it."""
        factor = exact(-self.rate) * (ONE / exact(float(self.divisor)))
        change = [[factor * g if g != ZERO else ZERO for g in row] for row in gradient]
        new = [[x + y for x, y in zip(a, b, strict=True)] for a, b in zip(old, change, strict=True)]
        return new, {f"{name}_before": old, f"{name}_change": change, f"{name}_after": new}


def printed(value: Value) -> object:
    """A value as a record holds it."""
    if isinstance(value, Number):
        return value.value if math.isfinite(value.value) else str(value.value)
    if isinstance(value, list):
        return [printed(part) for part in value]
    return value


def records(scenario: Scenario) -> Iterator[dict[str, object]]:
    """Every record of the run."""
    for step in Oracle(scenario).steps():
        yield {name: printed(value) for name, value in step.items()}
