"""How steep is a layer, beside the steepest that its activation can be?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import parse
from engine.program.evaluate import applied

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.scenario import Scenario


SATURATED = 0.01
"""The share of the steepest slope below which a neuron, or a layer on average, is saturated."""

NEARLY_SATURATED = 10.0 * SATURATED
"""The share below which one that doesn't count as saturated is told of."""


def share_of_steepest(scenario: Scenario, layer: int, slopes: Array) -> Array:
    """Return slopes of a layer as shares of the largest that its activation has."""
    return slopes / steepest(scenario.network.layers[layer - 1].activation)


@lru_cache(maxsize=16)
def steepest(activation: str) -> float:
    """Return the largest slope of an activation, to some six digits: that of its formula at many places."""
    row = ACTIVATIONS[activation]
    z = np.linspace(-20.0, 20.0, 40_001)  # 0 is one of them
    a = applied(parse(row.formula), {"z": z})
    return float(np.max(applied(parse(row.slope), {"z": z, "a": a})))
