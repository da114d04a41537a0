"""Is what a sentence says of a number what is computed?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.equations.mistakes.mistakes import MISTAKES
from engine.facts.entry import Number
from engine.facts.explain import explain
from engine.facts.explain.expression import evaluate
from engine.facts.explain.latex import latex
from engine.run.steps import DeltaStep, UpdateStep
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random, with_training
from tests.given.shipped import shipped_run
from tests.given.some_of import each_of, some_of
from tests.given.steps import steps_of

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def said(run: Trace, step: int, quantity: str) -> str:
    """The sentence about the first number of a quantity that a step writes."""
    (reference,) = (one for one in run.flow.writes(step) if one.quantity == quantity)
    index = (0,) * (2 if quantity == "weights_change" else 1)
    return explain(run, Number(reference, index)).words


# In 28 the targets of a softmax don't add up to 1.
@pytest.mark.parametrize("seed", sorted({*some_of(range(80), 20), 28}))
def test_what_is_said_of_a_delta(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=1, steps=60, parameters=40)))
    for step in steps_of(run, DeltaStep):
        if not np.isfinite(step.delta).all():
            continue
        words = said(run, step.step, "delta")
        numbers = run.iteration(0)
        sample, time, layer = step.sample or 0, step.time or 0, step.layer or 0
        a, y = numbers.vector("activation", layer, sample, time), np.zeros(0)
        if layer == run.shapes.layers:
            y = numbers.target(sample, time)
        expected = None
        if "prediction minus target" in words:
            expected = a - y
        elif "prediction times the targets' sum, minus target" in words:
            expected = a * y.sum() - y
        elif "times the slope" in words:
            expected = step.error * numbers.vector("slope", layer, sample, time)
        elif "all of it comes back from the future" in words:
            assert not run.shapes.has_target[sample, time]
            continue
        elif "nothing arrives from a loss" in words:
            expected = np.zeros_like(step.delta)
        elif "against their average" in words:
            expected = a * (step.error - a @ step.error)
        else:
            assert "What the loss gives" in words
            continue
        assert step.delta == pytest.approx(expected, rel=1e-9, abs=1e-12), words


@pytest.mark.parametrize(("seed", "order"), each_of(some_of(range(20), 9), ORDERS))
def test_what_is_said_of_a_change(seed: int, order: str) -> None:
    """Weights had been changed before a gradient was formed only if an update came before it."""
    run = trace(scenario_at_random(seed, Wanted(iterations=1, order=order, steps=60, parameters=30)))
    updated: list[int] = []
    before: dict[int, list[int]] = {}
    for number in range(len(run)):
        site = run.schedule.site(number)
        layer = site.layer or 0
        if site.kind == "gradient":
            before[layer] = list(updated)
        if site.kind != "update":
            continue
        words = said(run, number, "weights_change")
        if "other weights had been changed" in words:
            assert set(before[layer]) - {layer}, words
        if "its own weights had been changed" in words:
            assert layer in before[layer], words
        updated.append(layer)


def test_of_a_bias_that_stands_for_several_it_is_said_and_written() -> None:
    wanted = Wanted(
        iterations=1,
        recurrent=True,
        reduction="sum",
        order="deferred",
        optimizer="momentum",
        steps=60,
        parameters=30,
    )
    found = with_training(scenario_at_random(1, wanted), clip_norm=0.01)
    layers = (replace(layer, bias_copies=3, train_biases=True) for layer in found.network.layers)
    run = trace(replace(found, network=replace(found.network, layers=tuple(layers))))
    update = next(steps_of(run, UpdateStep)).step
    assert (
        said(run, update, "biases_change") == "-η times v. It stands for 3 biases: 3 times the change of one."
    )
    assert "biases" not in said(run, update, "weights_change")
    counts = "That of a bias that stands for several counts as often."
    (norm,) = (one for one in run.flow.writes(update) if one.quantity == "norm")
    whole = explain(run, Number(norm, ()))
    assert whole.words.endswith(f"before the last of them. {counts}")
    assert evaluate(whole.expression) == pytest.approx(whole.result.value, rel=1e-14)
    (change,) = (one for one in run.flow.writes(update) if one.quantity == "biases_change")
    assert latex(explain(run, Number(change, (0,)))).symbols.startswith(r"-\eta \cdot 3 \cdot \text{new}\ v_")
    plain = trace(with_training(run.scenario, clip_norm=None, optimizer="sgd"))
    equation = explain(plain, Number(change, (0,)))
    assert latex(equation).symbols.startswith(r"-\eta \cdot 3 \cdot \sum")
    assert evaluate(equation.expression) == pytest.approx(equation.result.value, rel=1e-15)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_a_mistake_gathered_is_not_called_the_gradient(mistake: str) -> None:
    wanted = Wanted(iterations=1, recurrent=True, reduction="mean", mistake=mistake, steps=60, parameters=30)
    run = trace(scenario_at_random(1, wanted))
    updates = [step.step for step in steps_of(run, UpdateStep)]
    assert updates
    assert not any("the gradient" in said(run, step, "weights_change") for step in updates)


@pytest.mark.parametrize(("name", "several"), [("mazur", True), ("neuron", False), ("bptt", False)])
def test_shares_are_spoken_of_where_there_are_several(name: str, several: bool) -> None:
    run = shipped_run(name)
    step = next(step for step in range(len(run)) if run.schedule.site(step).kind == "loss")
    terms, loss = run.flow.writes(step)
    assert ("shares are added up" in explain(run, Number(terms, (0,))).words) == several
    assert ("terms added up" in explain(run, Number(loss, ())).words) == several
