"""Is it true what is said of the gradient as far as it has been gathered?"""

from __future__ import annotations

import pytest

from engine import trace
from engine.facts.gradient import gradient_vector
from engine.words.gradient import sentence, what_it_is
from tests.scenarios_at_random import ORDERS, Wanted, scenario_at_random


@pytest.mark.parametrize("seed", range(12))
def test_what_the_vector_is(seed: int) -> None:
    """The whole gradient where every gradient of the iteration is formed and nothing had changed before."""
    run = trace(scenario_at_random(seed, Wanted(iterations=1)), ORDERS[seed % len(ORDERS)])
    gradients = [step.step for step in run if step.kind == "gradient"]
    updates = [step.step for step in run if step.kind == "update"]
    for step in run:
        vector = gradient_vector(run, step.step)
        found = what_it_is(vector)
        early = run.mistake is not None or min(updates) < max(gradients)
        if found == "the whole gradient ∇C":
            assert step.step >= gradients[-1]
        if found == "what has been gathered, which is not ∇C":
            assert early
        if not early:
            assert ("as far as" in found) == (step.step < gradients[-1])
        assert ("not the gradient" in sentence(vector) or "no single loss" in sentence(vector)) == (
            bool(vector.parts) and not vector.pure
        )
