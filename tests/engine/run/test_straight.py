"""Does the straight run state the loss of each iteration, and end where the steps of the trace end?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.order.shapes import shapes_of
from engine.program.arrays import machine as numpy_machine
from engine.run import straight as run_module
from engine.run.steps import LossStep
from engine.run.straight import Run, loss_of
from engine.run.tracing import trace
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.scenario import Order, Scenario

# Batches that differ in size, times without a target, more iterations than one round of the data.
AT_RANDOM = Wanted(samples=5, batch_size=2, iterations=8, steps=400)


def scenario(seed: int, order: Order) -> Scenario:
    return scenario_at_random(seed, replace(AT_RANDOM, order=order))


def recorded_losses(scenario: Scenario) -> list[float]:
    """The loss of each iteration's batch, from the records of the steps."""
    shapes = shapes_of(scenario)
    losses = [0.0] * shapes.iterations
    for step in trace(scenario):
        if isinstance(step, LossStep):
            losses[step.iteration] += step.loss
    if scenario.training.reduction == "mean":
        losses = [loss / len(shapes.batch(iteration)) for iteration, loss in enumerate(losses)]
    return losses


def finite(losses: Array) -> Array:
    """The losses without what has no digits to compare."""
    return np.nan_to_num(losses, nan=-1.0, posinf=-2.0, neginf=-3.0)


@pytest.mark.parametrize("order", ORDERS)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=12 if EVERY_CASE else 4)
def test_the_losses_are_those_of_the_records(order: Order, seed: int) -> None:
    chosen = scenario(seed, order)
    losses = Run(chosen, shapes_of(chosen), order).advance(8)
    expected = np.array(recorded_losses(chosen))
    assert finite(losses) == pytest.approx(finite(expected), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("order", ORDERS)
@given(seed=st.integers(0, 10_000), pieces=st.lists(st.integers(0, 5), min_size=1, max_size=5))
@settings(max_examples=25 if EVERY_CASE else 8)
def test_pieces_of_a_run_are_the_run(order: Order, seed: int, pieces: list[int]) -> None:
    """Also when only a few losses are computed together, and when some are not asked for."""
    chosen = scenario(seed, order)
    shapes = shapes_of(chosen)
    whole = Run(chosen, shapes, order)
    with patch.object(numpy_machine, "_LOSS_ITERATIONS", 2):
        parts = Run(chosen, shapes, order)
        parts.advance(0)  # a machine is made when it is first asked for
    expected = whole.advance(sum(pieces))
    found: list[float] = []
    for number, piece in enumerate(pieces):
        if number % 2:
            parts.advance(piece)
            found += [np.nan] * piece
        else:
            found += parts.advance(piece).tolist()
    assert parts.iteration == whole.iteration == sum(pieces)
    asked = ~np.isnan(found)
    assert np.array_equal(np.array(found)[asked], expected[asked])
    assert np.array_equal(parts.parameters().flat(), whole.parameters().flat(), equal_nan=True)


@pytest.mark.parametrize("order", ORDERS)
def test_the_run_ends_where_the_last_steps_end(order: Order) -> None:
    for seed in range(6 if EVERY_CASE else 3):
        chosen = scenario(seed, order)
        steps = trace(chosen)
        straight = Run(chosen, steps.shapes, order)
        straight.advance(8)
        for iteration in range(8):
            after = steps.iteration(iteration).after
        assert np.array_equal(straight.parameters().flat(), after.flat(), equal_nan=True)


def test_the_loss_over_all_samples_does_not_depend_on_how_many_are_evaluated_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for seed in range(10 if EVERY_CASE else 5):
        chosen = scenario(seed, "deferred")
        shapes = shapes_of(chosen)
        parameters = Run(chosen, shapes, "deferred").parameters()
        together = loss_of(chosen, shapes, parameters)
        with monkeypatch.context() as patch:
            patch.setattr(run_module, "_EVALUATED_ROWS", 2)
            apart = loss_of(chosen, shapes, parameters)
        assert apart == pytest.approx(together, rel=1e-12, nan_ok=True)
        one_batch = replace(chosen, training=replace(chosen.training, batch_size=5))
        assert together == pytest.approx(recorded_losses(one_batch)[0], rel=1e-12, nan_ok=True)
