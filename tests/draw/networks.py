"""Networks of any size for the pictures."""

from __future__ import annotations

import numpy as np

from engine.arrays import frozen
from engine.scenario import Data, Layer, Network, Scenario, Training


def wide(inputs: int) -> Scenario:
    """One neuron over so many inputs."""
    random = np.random.default_rng(1)
    layer = Layer("tanh", frozen(random.normal(size=(1, inputs))), frozen(np.zeros(1)))
    data = Data(
        frozen(random.normal(size=(1, 1, inputs))), frozen(np.ones((1, 1, 1))), np.ones((1, 1), dtype=bool)
    )
    return Scenario("Wide", Network(inputs, "half-squared-error", (layer,)), data, Training(0.1, 1, 1))


def of_sizes(*sizes: int) -> Scenario:
    """A network with so many inputs and neurons in each layer, one sample."""
    random, (inputs, *units) = np.random.default_rng(2), sizes
    layers = tuple(
        Layer("tanh", frozen(random.normal(size=(many, below)) / below), frozen(np.zeros(many)))
        for below, many in zip(sizes, units, strict=False)
    )
    there = np.ones((1, 1), dtype=bool)
    data = Data(
        frozen(random.normal(size=(1, 1, inputs))), frozen(random.normal(size=(1, 1, units[-1]))), there
    )
    return Scenario("Large", Network(inputs, "half-squared-error", layers), data, Training(0.1, 1, 1))
