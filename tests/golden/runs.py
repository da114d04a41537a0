"""How is a worked example written as a scenario, and a number found in its run?"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import trace
from engine.arrays import frozen, sealed
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.given.recorded import as_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.scenario import Order, Reduction

Rows = list[list[float]]


def layer(
    activation: str,
    weights: Rows,
    biases: list[float] | None = None,
    *,
    train_biases: bool = False,
    recurrent: Rows | None = None,
) -> Layer:
    """A layer; without biases they are zeros, and most of the examples keep them as they are."""
    return Layer(
        activation=activation,
        weights=frozen(weights),
        biases=frozen([0.0] * len(weights) if biases is None else biases),
        train_biases=train_biases,
        recurrent_weights=None if recurrent is None else frozen(recurrent),
        initial_state=None if recurrent is None else frozen([0.0] * len(recurrent)),
    )


def scenario(
    layers: Sequence[Layer],
    inputs: Rows,
    targets: Rows,
    *,
    loss: str = "half-squared-error",
    rate: float = 0.5,
    iterations: int = 1,
    reduction: Reduction = "sum",
    order: Order = "deferred",
) -> Scenario:
    """A scenario of full batches; one row per sample, or one sample with a row per time if recurrent."""
    recurrent = any(one.recurrent for one in layers)
    x, y = np.array(inputs, dtype=float), np.array(targets, dtype=float)
    x, y = (x[None], y[None]) if recurrent else (x[:, None], y[:, None])
    has_target = ~np.isnan(y).any(axis=2)
    return Scenario(
        title="worked example",
        network=Network(inputs=x.shape[2], loss=loss, layers=tuple(layers)),
        data=Data(inputs=frozen(x), targets=frozen(np.nan_to_num(y)), has_target=sealed(has_target)),
        training=Training(
            learning_rate=rate,
            iterations=iterations,
            batch_size=x.shape[0],
            reduction=reduction,
            order=order,
        ),
    )


class Run:
    """The engine's records of a scenario, made when they are asked for."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    @cached_property
    def trace(self) -> Any:
        return trace(self.scenario)

    def iteration(self, number: int) -> list[dict[str, Any]]:
        """All records of one iteration: full batches make every iteration equally long."""
        length = len(self.trace) // self.scenario.training.iterations
        first = number * length
        return [as_record(step) for step in self.trace[first : first + length]]

    def find(
        self,
        kind: str,
        layer: int | None = None,
        *,
        iteration: int = 0,
        sample: int = 0,
        time: int | None = None,
    ) -> dict[str, Any]:
        """The last record of this kind at this place."""
        place = {"kind": kind, "layer": layer, "time": time}
        if kind != "update":
            place |= {"sample": sample}
        found = [r for r in self.iteration(iteration) if all(r[key] == place[key] for key in place)]
        return found[-1]

    def losses(self, iteration: int) -> list[float]:
        """The loss of each sample (at each time) of an iteration."""
        return [record["loss"] for record in self.iteration(iteration) if record["kind"] == "loss"]
