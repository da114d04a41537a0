"""Which networks is the engine timed on, and by which hand-written loop is each trained?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Array, frozen
from engine.catalog import find
from engine.order.shapes import shapes_of
from engine.read import load
from engine.scenario import Data, Layer, Network, Scenario, Training
from engine.update_orders import WAITING
from tests.bench import bare_numpy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.scenario import Reduction

    Loop = Callable[[list[Array], bare_numpy.Batches, float, int], Array]


@dataclass(frozen=True)
class Case:
    """A scenario, how many iterations are timed, and the loop written for its network."""

    name: str
    scenario: Scenario
    iterations: int
    bare: Loop
    limit: float
    """How much of the bare loop's time the engine may take."""
    below_torch: bool
    """Whether the engine must take less time than PyTorch."""
    order: str = WAITING

    def parameters(self) -> list[Array]:
        """Return writable copies of the parameters before the first update: W, b (and U), layer by layer."""
        return [array.copy() for array in in_order(self.scenario.network.layers)]

    def batches(self) -> bare_numpy.Batches:
        """Return inputs and targets of each batch: [sample, unit], or [time, unit] of the one sequence."""
        data, shapes = self.scenario.data, shapes_of(self.scenario)
        parts = [shapes.batch(batch) for batch in range(shapes.batches)]
        if data.times > 1:
            return [(data.inputs[part.start], data.targets[part.start]) for part in parts]
        return [
            (data.inputs[part.start : part.stop, 0], data.targets[part.start : part.stop, 0])
            for part in parts
        ]


def in_order(layers: Sequence[Layer]) -> list[Array]:
    """Return W, b and (in a recurrent layer) U of each layer, from layer 1 on."""
    arrays: list[Array] = []
    for layer in layers:
        arrays += [layer.weights, layer.biases]
        if layer.recurrent_weights is not None:
            arrays.append(layer.recurrent_weights)
    return arrays


def cases() -> list[Case]:
    """Return the networks, the smallest first."""
    chance = np.random.default_rng(2024)
    mazur = load(find("mazur"))
    return [
        Case("Mazur 2-2-2", mazur, 50_000, bare_numpy.two_sigmoid_layers, 0.12, below_torch=True),
        Case(
            "Mazur 2-2-2, premature",
            mazur,
            50_000,
            bare_numpy.two_sigmoid_layers_too_early,
            0.2,
            below_torch=False,
            order="premature",
        ),
        Case("XOR 2-4-1, 4 samples", xor(chance), 20_000, bare_numpy.sigmoid_batch, 0.25, below_torch=True),
        Case(
            "4-5-3, batch 30",
            classifier(chance, (4, 5, 3), batch_size=30),
            3_000,
            bare_numpy.relu_softmax,
            0.8,
            below_torch=True,
        ),
        Case(
            "64-32-10, batch 32",
            classifier(chance, (64, 32, 10)),
            3_000,
            bare_numpy.relu_softmax,
            0.9,
            below_torch=True,
        ),
        Case(
            "784-128-64-10, batch 32",
            classifier(chance, (784, 128, 64, 10)),
            300,
            bare_numpy.relu_relu_softmax,
            1.03,
            below_torch=False,
        ),
        Case(
            "8 recurrent units, 50 times",
            sequence(chance, units=8, times=50),
            500,
            bare_numpy.through_time,
            0.75,
            below_torch=False,
        ),
        Case(
            "2 recurrent units, 50 times",
            sequence(chance, units=2, times=50),
            4_000,
            bare_numpy.through_time,
            0.25,
            below_torch=False,
        ),
        *optimised("Mazur 2-2-2", mazur, 50_000, bare_numpy.of_two_sigmoid_layers, 0.25),
        *optimised("64-32-10", classifier(chance, (64, 32, 10)), 3_000, bare_numpy.of_relu_softmax, 1.3),
    ]


def optimised(
    name: str, scenario: Scenario, iterations: int, gradients: bare_numpy.Gradients, limit: float
) -> list[Case]:
    """Return a network trained with momentum, and with Adam."""
    return [
        Case(
            f"{name}, {optimizer}",
            replace(scenario, training=replace(scenario.training, optimizer=optimizer, learning_rate=0.001)),
            iterations,
            loop(gradients),
            limit,
            below_torch=True,
        )
        for optimizer, loop in (("momentum", bare_numpy.with_momentum), ("adam", bare_numpy.with_adam))
    ]


def xor(chance: np.random.Generator) -> Scenario:
    """Two sigmoid layers on the four samples of exclusive or, half squared error."""
    inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    targets = np.array([[0.0], [1.0], [1.0], [0.0]])
    layers = (layer(chance, "sigmoid", 4, 2), layer(chance, "sigmoid", 1, 4))
    return scenario(layers, "half-squared-error", inputs[:, None], targets[:, None], (0.5, 4, "sum"))


def classifier(chance: np.random.Generator, sizes: tuple[int, ...], batch_size: int = 32) -> Scenario:
    """Relu layers, then softmax with cross-entropy, on ten batches of random samples."""
    names = ["relu"] * (len(sizes) - 2) + ["softmax"]
    layers = tuple(
        layer(chance, name, units, below) for name, units, below in zip(names, sizes[1:], sizes, strict=False)
    )
    samples = 10 * batch_size
    inputs = chance.normal(size=(samples, 1, sizes[0]))
    targets = np.eye(sizes[-1])[chance.integers(0, sizes[-1], (samples, 1))]
    return scenario(layers, "cross-entropy", inputs, targets, (0.01, batch_size, "mean"))


def sequence(chance: np.random.Generator, units: int, times: int) -> Scenario:
    """One recurrent tanh layer and a linear output, on one sequence with a target at each time."""
    layers = (
        layer(chance, "tanh", units, 1, recurrent=True),
        layer(chance, "identity", 1, units),
    )
    inputs, targets = chance.normal(size=(2, 1, times, 1))
    return scenario(layers, "half-squared-error", inputs, targets, (0.001, 1, "sum"))


def layer(
    chance: np.random.Generator, activation: str, units: int, below: int, *, recurrent: bool = False
) -> Layer:
    """Return a layer of random weights and small biases."""
    return Layer(
        activation=activation,
        weights=frozen(chance.normal(size=(units, below)) / below**0.5),
        biases=frozen(np.full(units, 0.1)),
        recurrent_weights=frozen(chance.normal(size=(units, units)) / (2 * units**0.5))
        if recurrent
        else None,
        initial_state=frozen(np.zeros(units)) if recurrent else None,
    )


def scenario(
    layers: tuple[Layer, ...],
    loss: str,
    inputs: Array,
    targets: Array,
    training: tuple[float, int, Reduction],
) -> Scenario:
    """Return a scenario with a target everywhere; `training` is rate, batch size and reduction."""
    rate, batch_size, reduction = training
    return Scenario(
        title="timed",
        network=Network(layers[0].inputs, loss, layers),
        data=Data(frozen(inputs), frozen(targets), np.ones(targets.shape[:2], dtype=np.bool_)),
        training=Training(rate, 1, batch_size, reduction),
    )
