"""Which steps does a run take, in which order, and what does each one hold?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from tests.oracle import ending, functions
from tests.oracle.number import Matrix, Number, Vector, total, vector, zeros, zeros_like
from tests.oracle.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario import Scenario

Value: TypeAlias = int | str | Number | Vector | Matrix | None
Step: TypeAlias = dict[str, Value]
Found: TypeAlias = tuple[str, int | None, int | None, int | None, Step]
"""Kind, sample, time, layer and fields of a step."""

MISTAKES = (
    "no-slope",
    "no-output-slope",
    "slope-of-activation",
    "weights-not-transposed",
    "z-for-activation",
    "mean-twice",
    "mean-missing",
    "gradient-kept",
    "sign",
    "target-first",
    "bias-of-last-sample",
    "future-dropped",
    "state-of-same-time",
)


class Oracle(Parameters):
    """One run. Layers are counted from 1; the small methods are what a wrong oracle changes."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        network, data, training = scenario.network, scenario.data, scenario.training
        self.loss = network.loss
        self.depth = len(network.layers)
        self.activation = {layer: network.layers[layer - 1].activation for layer in self.layers}
        self.initial: dict[int, Vector] = {}
        for layer in self.recurrent:
            given = network.layers[layer - 1].initial_state
            self.initial[layer] = zeros(len(self.biases[layer])) if given is None else vector(given.tolist())
        self.sequences = bool(self.recurrent)

        self.inputs = [[vector(units) for units in times] for times in data.inputs.tolist()]
        self.targets = [[vector(units) for units in times] for times in data.targets.tolist()]
        self.has_target: list[list[bool]] = data.has_target.tolist()

        self.gathered_of: dict[int, int] = {}
        """The sample that the gradient of a layer was last gathered from."""
        self.iterations = training.iterations
        self.batch_size = training.batch_size
        self.order: str = training.order
        assert self.mistake is None or self.mistake in MISTAKES, self.mistake
        assert training.clip_norm is None or self.order == "deferred", self.order

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
        self.divisor = self.divisor_of(len(samples))
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
                    yield "gradient", sample, time, layer, self.gradient(sample, time, layer)
                    if self.order == "premature":
                        kept = self.mistake == "gradient-kept"
                        gathered = self.totals[layer] if kept else self.latest
                        yield "update", sample, time, layer, self.update(layer, gathered)
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
                    yield "gradient", sample, time, layer, self.gradient(sample, time, layer)
            yield "update", None, None, layer, self.update(layer, self.totals[layer])

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
            return self.of_loss(ending.error(self.loss, *self.meeting(sample, time)))
        return self.passed_back(self.weights_for_error(layer + 1), self.deltas[time, layer + 1])

    def of_loss(self, slopes: Vector) -> Vector:
        """The slopes of the loss, in the direction in which they are followed."""
        return [-slope for slope in slopes] if self.mistake == "target-first" else slopes

    def weights_for_error(self, layer: int) -> Matrix:
        """The weights that carry the error of a layer down."""
        weights = self.weights[layer]
        if self.mistake == "weights-not-transposed":
            assert len(weights) == len(weights[0]), "not square"
            return [list(column) for column in zip(*weights, strict=True)]
        return weights

    def from_future(self, time: int, layer: int) -> Vector:
        """∂C/∂a by way of the layer's own next time."""
        if (time + 1, layer) not in self.deltas or self.mistake == "future-dropped":
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
        delta = self.through(sample, time, layer, error, future)
        self.deltas[time, layer] = delta
        fields: Step = {"error": error, "delta": delta}
        if layer in self.recurrent:
            fields |= {"from_above": above, "from_future": future}
        return fields

    def through(self, sample: int, time: int, layer: int, error: Vector, future: Vector) -> Vector:
        """∂C/∂z: in the last layer the loss and the activation as one, where the loss says something."""
        last = layer == self.depth
        if self.mistake == ("no-output-slope" if last else "no-slope"):
            return error
        if not last or not self.has_target[sample][time] or self.slope_of_activation(layer):
            return self.before_activation(time, layer, error)
        delta = self.of_loss(ending.delta(self.loss, *self.meeting(sample, time)))
        if layer in self.recurrent:
            rest = self.before_activation(time, layer, future)
            delta = [x + y for x, y in zip(delta, rest, strict=True)]
        return delta

    def slope_of_activation(self, layer: int) -> bool:
        """Whether the slope is taken at a instead of z."""
        return self.mistake == "slope-of-activation" and self.activation[layer] != "softmax"

    def before_activation(self, time: int, layer: int, error: Vector) -> Vector:
        """From ∂C/∂a to ∂C/∂z."""
        if self.activation[layer] == "softmax":
            return functions.through_softmax(self.known(time, layer, "activation"), error)
        slopes = self.known(time, layer, "slope")
        if self.slope_of_activation(layer):
            name = self.activation[layer]
            slopes = [functions.activation(name, a)[1] for a in self.known(time, layer, "activation")]
        return [e * s for e, s in zip(error, slopes, strict=True)]

    def read_by_weights(self, time: int, layer: int) -> Vector:
        """What the gradient of the weights takes for their inputs."""
        if self.mistake == "z-for-activation" and layer > 1:
            return self.known(time, layer - 1, "pre_activation")
        return self.known(time, layer, "inputs")

    def read_by_recurrent(self, time: int, layer: int) -> Vector:
        """What the gradient of the recurrent weights takes for their inputs."""
        same_time = self.mistake == "state-of-same-time"
        return self.known(time, layer, "activation" if same_time else "recurrent_inputs")

    def gradient(self, sample: int, time: int, layer: int) -> Step:
        """This sample's and time's share, and the sum gathered so far in this iteration."""
        delta = self.deltas[time, layer]
        self.latest: dict[str, Matrix] = {
            "weight": [[d * x for x in self.read_by_weights(time, layer)] for d in delta],
            "bias": [delta],
        }
        if layer in self.recurrent:
            h = self.read_by_recurrent(time, layer)
            self.latest["recurrent"] = [[d * x for x in h] for d in delta]
        if self.mistake == "bias-of-last-sample" and self.gathered_of.get(layer) != sample:
            self.totals[layer]["bias"] = zeros_like([delta])
        self.gathered_of[layer] = sample
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
