"""Are the facts of the curve of the losses those of its numbers, and do the shares make up the loss?"""

from __future__ import annotations

import math

import pytest

from engine import load, trace
from engine.branching.making import branch
from engine.catalog import find
from engine.facts.entry import array_of
from engine.facts.loss_parts import parts
from engine.facts.losses import bounds, latest_kept, latest_of_all, loss_of_iteration
from engine.words.runs.losses import each_tenth_costs, first_below, made_of, pointed_at
from tests.draw.large_network import large
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.some_of import some_of


def test_the_first_iterations_below_round_bounds() -> None:
    """Of Mazur's run; each is checked against the losses themselves."""
    run = trace(load(find("mazur")))
    run.advance(run.iterations)
    found, values = bounds(run), run.losses.values()
    assert [one.iteration for one in found] == [30, 173, 1_088, 5_493, None]
    for one in found[:-1]:
        assert one.iteration is not None
        assert values[one.iteration] < one.loss <= values[: one.iteration].min()
    assert values.min() >= found[-1].loss
    assert first_below(found) == "first below 0.1 at 31, 0.01 at 174, 0.001 at 1,089, 0.0001 at 5,494"
    assert each_tenth_costs(found) == "Each tenth took 143, 915, 4,405 iterations."
    assert not each_tenth_costs([one._replace(iteration=8) for one in found[:-1]])  # none says nothing


# In 3 the loss is the mean over a batch.
@pytest.mark.parametrize("seed", sorted({*some_of(range(12), 6), 3}))
def test_the_shares_add_up_to_the_loss(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=30, recurrent=bool(seed % 2))))
    run.advance(run.iterations)
    for iteration in (0, 7, run.iterations - 1):
        found = parts(run, iteration)
        assert found is not None
        loss = run.iteration(iteration).reduced_loss()
        assert loss_of_iteration(run, iteration) == pytest.approx(loss, rel=1e-9, nan_ok=True)
        assert math.fsum(part.value for part in found) == pytest.approx(loss, rel=1e-9, nan_ok=True)
        for part in found:
            if part.number is not None:
                value = float(array_of(run, part.number.reference)[part.number.index])
                assert value == pytest.approx(part.value, nan_ok=True)
        assert "nan" not in made_of(run, found, iteration)


def test_what_is_far_is_not_replayed() -> None:
    run = large()
    assert parts(run, 0) is not None
    assert parts(run, run.computed + 1) is None


def test_the_iteration_that_is_pointed_at_is_told_from_its_own_losses() -> None:
    run = trace(load(find("mazur")))
    run.advance(run.iterations)
    values = run.losses.values()
    assert pointed_at(run, 1_999) == [
        "iteration 2,000   C 0.0004452",
        "670 times smaller than at iteration 1",
        "this iteration lowers it by 0.0685 %",
    ]
    assert values[0] / values[1_999] == pytest.approx(670, abs=0.5)
    assert 100 * (1 - values[2_000] / values[1_999]) == pytest.approx(0.0685, abs=5e-5)
    assert pointed_at(run, 0) == ["iteration 1   C 0.2984", "this iteration lowers it by 2.46 %"]


def test_a_loss_that_is_not_kept_is_not_told_as_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a long run only every fourth loss is kept, or fewer."""
    monkeypatch.setattr("engine.run.tracing.EVERY", 8)
    run = trace(load(find("mazur")))
    run.advance(20)
    assert run.losses.stride == 4
    for iteration, at in ((0, 0), (7, 4), (8, 8), (19, 16)):
        kept = latest_kept(run, iteration)
        assert kept is not None
        assert kept == (at, run.iteration(at).reduced_loss())
        assert (loss_of_iteration(run, iteration) is None) == (iteration != at)
    assert latest_kept(run, 24) is None


def test_the_latest_loss_of_all_is_one_that_every_run_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortest run ends it; of a long one only some losses are kept."""
    monkeypatch.setattr("engine.run.tracing.EVERY", 8)
    run = trace(load(find("mazur")))
    assert latest_of_all([run]) == 0
    run.advance(20)
    assert latest_of_all([run]) == 16
    near = branch(run, 2, None)
    near.advance(6 - near.computed)
    assert latest_of_all([run, near]) == 4
