"""Are the numbers that a trace forms when they are looked at those of the run, bit for bit?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

import numpy as np
import pytest

from engine import load
from engine.catalog import find
from engine.order.shapes import shapes_of
from engine.program.machine import straight
from engine.run import tracing
from engine.run.tracing import trace
from tests.given.scenarios_at_random import OUTPUTS, Wanted, scenario_at_random, with_training
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from engine.parameters import Parameters
    from engine.run.iteration import Iteration


@pytest.mark.parametrize("output", OUTPUTS)
def test_the_loss_of_a_step_is_that_of_the_run(output: str) -> None:
    """With one sample an iteration has one loss: three outputs and more add up in the same order."""
    seen = 0
    for seed in range(20):
        scenario = scenario_at_random(seed, Wanted(output=output, recurrent=False, batch_size=1))
        scenario = with_training(scenario, iterations=1)
        if not straight(scenario, shapes_of(scenario)) or scenario.network.sizes[-1] < 3:
            continue
        if seen == 2 and not EVERY_CASE:
            break
        seen += 1
        steps = trace(scenario)
        steps.advance(1)
        (loss,) = (step.record()["loss"] for step in steps if step.kind == "loss")
        assert loss == pytest.approx(float(steps.losses.values()[0]), abs=0.0, nan_ok=True)
    assert seen > (3 if EVERY_CASE else 1)


@pytest.mark.parametrize("seed", range(8))
def test_what_each_sample_of_a_batch_gives_is_the_sum_over_its_times(seed: int) -> None:
    whole = trace(scenario_at_random(seed, Wanted(recurrent=seed % 2 == 0)))
    numbers = whole.iteration(0)
    for layer in range(1, whole.shapes.layers + 1):
        for to in range(whole.scenario.network.sizes[layer]):
            for group in whole.shapes.groups(layer):
                found = numbers.shares_of_batch(layer, group, to)
                for place, sample in enumerate(numbers.samples):
                    each = [numbers.gradients(layer, sample, time) for time in range(whole.shapes.times)]
                    expected = np.sum([getattr(one, group)[to] for one in each], axis=0)
                    assert found[place] == pytest.approx(np.atleast_1d(expected), rel=1e-9, abs=1e-12)


def test_of_large_iterations_one_is_there_while_the_next_is_played(monkeypatch: pytest.MonkeyPatch) -> None:
    run, there = trace(load(find("mazur"))), WeakSet["Iteration"]()
    most: list[int] = []
    monkeypatch.setattr(tracing, "_ITERATION_BYTES", 1)
    played = tracing.Trace.in_order

    def counted(self: tracing.Trace, order: str, number: int, before: Parameters) -> Iteration:
        most.append(len(there))
        found = played(self, order, number, before)
        there.add(found)
        return found

    monkeypatch.setattr(tracing.Trace, "in_order", counted)
    for number in (0, 1, 2, 3, 2, 1):
        assert run.iteration(number).number == number
    assert most == [0, 1, 1, 1, 1]
    assert run.iteration(2) in there
