"""A run of a layer above very many units: whose sums have more terms than anyone looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine import trace
from engine.arrays import frozen
from engine.scenario import Data, Layer, Network, Scenario, Training

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def wide(inputs: int, *, recurrent: bool = False) -> Trace:
    """A run of a layer of two neurons above many inputs, among whose products some are equal."""
    chance = np.random.default_rng(1)
    layer = Layer(
        activation="tanh",
        weights=frozen(chance.integers(-3, 4, size=(2, inputs)) / inputs),
        biases=frozen(chance.normal(size=2)),
        recurrent_weights=frozen(chance.normal(size=(2, 2))) if recurrent else None,
    )
    times = 2 if recurrent else 1
    values = frozen(chance.integers(-3, 4, size=(1, times, inputs)))
    targets, has_target = frozen(np.zeros((1, times, 2))), np.ones((1, times), dtype=np.bool_)
    data = Data(values, targets, has_target)
    return trace(Scenario("wide", Network(inputs, "squared-error", (layer,)), data, Training(0.1, 1, 1)))
