"""Is it true what is said of the gradient as far as it has been gathered?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.facts.gradient import gradient_vector
from engine.run.steps import UpdateStep
from engine.update_orders import WAITING
from engine.words.gradients.gathered import sentence, what_it_is
from tests.given.scenarios_at_random import OPTIMIZERS, ORDERS, Wanted, scenario_at_random
from tests.given.some_of import in_turns, some_of
from tests.given.steps import steps_of

if TYPE_CHECKING:
    from engine.scenario import Order


@pytest.mark.parametrize("seed", some_of(range(12), 6))
def test_what_the_vector_is(seed: int) -> None:
    """The whole gradient where every gradient of the iteration is formed and nothing had changed before."""
    run = trace(
        scenario_at_random(seed, Wanted(iterations=1, steps=60, parameters=30)), ORDERS[seed % len(ORDERS)]
    )
    gradients = [step for step in range(len(run)) if run.schedule.site(step).kind == "gradient"]
    updates = [step for step in range(len(run)) if run.schedule.site(step).kind == "update"]
    for step in range(len(run)):
        vector = gradient_vector(run, step)
        found = what_it_is(vector)
        early = run.mistake is not None or min(updates) < max(gradients)
        if found == "the whole gradient ∇C":
            assert step >= gradients[-1]
        if found == "what has been gathered, which is not ∇C":
            assert early
        if not early:
            assert ("as far as" in found) == (step < gradients[-1])
        assert ("not the gradient" in sentence(vector) or "no single loss" in sentence(vector)) == (
            bool(vector.parts) and not vector.pure
        )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("order", ORDERS)
def test_an_update_that_goes_against_it_changes_each_component_so(order: Order, optimizer: str) -> None:
    """By the rate times it, at once: with whatever is trained, decays or stands for several."""
    said, turn = 0, ORDERS.index(order) + OPTIMIZERS.index(optimizer)
    for seed in in_turns(range(8), turn, 4 if order == WAITING else 8):
        wanted = Wanted(
            iterations=1, order=order, optimizer=optimizer, settings=seed % 3 > 0, steps=60, parameters=30
        )
        run = trace(scenario_at_random(seed, wanted))
        vector = gradient_vector(run, len(run) - 1)
        text = sentence(vector)
        if "raises the loss fastest" in text:
            assert vector.length > 0.0
        if "so the update goes against it" not in text:
            continue
        said += 1
        factor = run.scenario.training.learning_rate
        if "-η/B" in text:
            factor /= len(run.shapes.batch(0))
        for part in vector.parts:
            layer = part.reference.layer
            (update,) = (one for one in steps_of(run, UpdateStep) if one.layer == layer)
            change = getattr(update, f"{part.parameter.removesuffix('_weights')}_change")
            assert change == pytest.approx(-factor * part.array, rel=1e-12)
    assert said or (order, optimizer) != ("deferred", "sgd")
