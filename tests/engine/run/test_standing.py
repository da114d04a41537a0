"""Are the parameters at a step those that its last updates have left, as the trace records have them?"""

from __future__ import annotations

import numpy as np
import pytest

from engine import trace
from engine.facts.broken.breaking import break_rule
from engine.run.standing import parameters_at, updated_at
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random

GROUPS = {"weights": "weights", "biases": "biases", "recurrent": "recurrent_weights"}


@pytest.mark.parametrize("order", ORDERS)
def test_at_each_step_they_are_what_the_records_say(order: str) -> None:
    for seed in range(3):
        run = trace(scenario_at_random(seed, Wanted(order=order, iterations=2, steps=120)))
        if order == "deferred":
            run = break_rule(run, run.schedule.first_step(1) - 1 - run.shapes.layers, run.shapes.layers)
        now = [run.parameters(0).layer(layer) for layer in range(1, run.shapes.layers + 1)]
        for step in run:
            if step.kind == "update":
                assert step.layer is not None
                made = {group: getattr(step, f"{name}_after") for name, group in GROUPS.items()}
                now[step.layer - 1] = now[step.layer - 1]._replace(**made)
            found = parameters_at(run, step.step)
            for layer, wanted in enumerate(now, start=1):
                for mine, theirs in zip(found.layer(layer), wanted, strict=True):
                    assert (mine is None) == (theirs is None)
                    assert mine is None or theirs is None or np.array_equal(mine, theirs)
        assert updated_at(run, len(run) - 1) == list(range(1, run.shapes.layers + 1))
