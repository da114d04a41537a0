"""Does the measured slope lie as near to the gradient as it says, however steep the place?"""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.facts.slopes.measured import central_difference
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.given.scenarios_at_random import ACTIVATIONS, ANYWHERE
from tests.given.some_of import EVERY_CASE


def steep(chance: Random, activation: str) -> Scenario:
    """One input of any size: a nudge of the weight may go from one end of the activation to the other."""
    x, z = 10.0 ** chance.uniform(-2.0, 6.0), chance.uniform(-3.0, 3.0)
    above = chance.choice([1.0, chance.uniform(-3.0, 3.0), 10.0 ** chance.uniform(-3.0, 3.0)])
    layers = (
        Layer(activation, frozen([[z / x]]), frozen([0.0])),
        Layer("identity", frozen([[above]]), frozen([0.0])),
    )
    there = np.ones((1, 1), dtype=np.bool_)
    data = Data(frozen([[[x]]]), frozen([[[chance.uniform(-1.0, 1.0)]]]), there)
    return Scenario("steep", Network(1, chance.choice(ANYWHERE), layers), data, Training(0.1, 1, 1))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_lies_within_the_uncertainty(activation: str) -> None:
    chance = Random(activation)
    close, tried = 0, 60 if EVERY_CASE else 8
    for _ in range(tried):
        run = trace(steep(chance, activation))
        gradient = float(run.iteration(0).totals(1, 0, 0).weights[0, 0])
        slope = central_difference(run, 0, 1, "weights", (0, 0))
        assert abs(slope.value - gradient) <= slope.uncertainty
        close += gradient == 0.0 or slope.uncertainty <= 1e-3 * abs(gradient)
    assert close > 0.6 * tried  # and it says something
