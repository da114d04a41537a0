"""Are the numbers that a trace forms when they are looked at those of the run, bit for bit?"""

from __future__ import annotations

import pytest

from engine.order.shapes import shapes_of
from engine.program.machine import straight
from engine.run.tracing import trace
from tests.scenarios_at_random import OUTPUTS, Wanted, scenario_at_random, with_training


@pytest.mark.parametrize("output", OUTPUTS)
def test_the_loss_of_a_step_is_that_of_the_run(output: str) -> None:
    """With one sample an iteration has one loss: three outputs and more add up in the same order."""
    seen = 0
    for seed in range(20):
        scenario = scenario_at_random(seed, Wanted(output=output, recurrent=False, batch_size=1))
        scenario = with_training(scenario, iterations=1)
        steps = trace(scenario)
        if not straight(scenario, shapes_of(scenario)) or scenario.network.sizes[-1] < 3:
            continue
        seen += 1
        steps.advance(1)
        (loss,) = (step.record()["loss"] for step in steps if step.kind == "loss")
        assert loss == pytest.approx(float(steps.losses.values()[0]), abs=0.0, nan_ok=True)
    assert seen > 5
