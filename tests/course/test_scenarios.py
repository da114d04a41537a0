"""Do the shipped scenarios show what they say they show?"""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.order.shapes import shapes_of
from engine.run.straight import Run, loss_of
from tests.given.shipped import NAMES, scenario_of
from tests.given.some_of import some_of
from tests.slopes.test_central_differences import FIELDS, KinkError, Measured, slope, totals

if TYPE_CHECKING:
    from engine.scenario import Scenario


def with_training(scenario: Scenario, **changes: Any) -> Scenario:
    return replace(scenario, training=replace(scenario.training, **changes))


def train(scenario: Scenario) -> tuple[float, float]:
    """Return the loss before and after all iterations."""
    shapes = shapes_of(scenario)
    run = Run(scenario, shapes, scenario.training.order)
    before = loss_of(scenario, shapes, run.parameters())
    run.advance(scenario.training.iterations)
    return before, loss_of(scenario, shapes, run.parameters())


@cache
def trained_as_it_is(name: str) -> tuple[float, float]:
    """Return the loss of a shipped scenario before and after all of its iterations."""
    return train(scenario_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_learns_and_says_what_to_look_for(name: str) -> None:
    scenario = scenario_of(name)
    assert len(scenario.about) > 250
    assert max(map(len, scenario.about.split("\n"))) <= 100
    lesson = name[0].isdigit()
    assert scenario.source or lesson or name in ("premature", "deep", "bptt", "counting")
    before, after = trained_as_it_is(name)
    if name == "14-exploding":
        assert after > 10**6 * before
    else:
        assert after < 0.95 * before
    assert len(trace(scenario)) < 10**6


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_passes_the_gradient_check(name: str) -> None:
    scenario = with_training(scenario_of(name), order="deferred", mistake=None)
    if scenario.data.samples > 20:  # each slope is measured by hand: a few samples say the same
        few = {part: getattr(scenario.data, part)[:4] for part in ("inputs", "targets", "has_target")}
        scenario = replace(with_training(scenario, batch_size=4), data=replace(scenario.data, **few))
    judged = left_out = 0
    start = Measured(scenario).measure()
    for (number, kind), total in totals(scenario).items():
        # Each is a run of its own: some of an array stand for all.
        for index in some_of([*np.ndindex(total.shape)], 2):
            try:
                measured, tolerance = slope(scenario, number, FIELDS[kind], index, start)
            except KinkError:
                left_out += 1
                continue
            assert tolerance < 1e-5 * max(1.0, abs(measured)), "too coarse to judge by"
            rounding = 1e-11 * abs(measured)  # a steep loss is large, and coarser, where it is measured
            assert abs(total[index] - measured) <= max(tolerance, rounding), (number, kind, index)
            judged += 1
    assert judged > left_out


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("neuron", 4.0, 3.8e-6),
        ("mazur", 0.2983711, 3.51e-5),
        ("xor", 3.012, 0.0143),
        ("deep", 0.5314, 0.00013),
        ("iris", 0.7915, 0.0708),
        ("digits", 2.481, 0.0678),
        ("elman", 2.628, 0.00036),
        ("counting", 3.031, 0.00062),
        ("saturated", 0.4822, 0.0206),
    ],
)
def test_losses(name: str, before: float, after: float) -> None:
    np.testing.assert_allclose(trained_as_it_is(name), (before, after), rtol=0.01)


def deltas(name: str, sample: int, time: int | None = None) -> dict[int | None, Any]:
    """Return the deltas of a sample in the first iteration, by layer."""
    steps = trace(scenario_of(name))
    found: dict[int | None, Any] = {}
    for step in steps:
        if step.iteration:
            break
        if step.kind == "delta" and step.sample == sample and step.time == time:
            found[step.layer] = step
    return found


def test_deep_shrinks() -> None:
    lengths = {layer: np.linalg.norm(step.delta) for layer, step in deltas("deep", 1).items()}
    np.testing.assert_allclose(
        [lengths[layer] for layer in (4, 3, 2, 1)], [0.146, 0.026, 0.0018, 0.0005], rtol=0.07
    )
    assert 270 < lengths[4] / lengths[1] < 290


def test_premature_turns_the_sign() -> None:
    assert deltas("premature", 0)[1].delta[0] == pytest.approx(-0.0034, abs=1e-5)
    scenario = scenario_of("premature")
    one = [
        train(with_training(scenario, order=order, iterations=1))[1] for order in ("premature", "deferred")
    ]
    np.testing.assert_allclose(one, [0.11287, 0.11289], atol=5e-6)


def test_bptt_adds_two_parts() -> None:
    step = deltas("bptt", 0, 0)[1]
    np.testing.assert_allclose([step.from_above[0], step.from_future[0]], [-0.1515, -0.0886], atol=5e-5)
    assert deltas("bptt", 0, 1)[1].delta[0] == pytest.approx(-0.1107, abs=5e-5)


def test_counting_halves() -> None:
    errors = [deltas("counting", 0, time)[1].error[0] for time in range(5)]
    np.testing.assert_allclose(np.divide(errors[:-1], errors[1:]), 0.5)
    fast = with_training(scenario_of("counting"), learning_rate=0.1, iterations=10)
    before, after = train(fast)
    assert after > before


def test_batch_reaches_the_published_answer() -> None:
    run = Run(scenario := scenario_of("batch"), shapes_of(scenario), "deferred")
    weights = []
    for _ in range(2):
        run.advance(1)
        weights.append(run.parameters().weights[0][0])
    np.testing.assert_allclose(weights, [[0.1021, -0.1709], [0.1036, -0.1425]], atol=5e-5)


def test_other_seeds_fail_as_told(tmp_path: Any) -> None:
    for name, old, new, loss in (("xor", 4, 1, 2 * np.log(2)), ("iris", 6, 21, np.log(3))):
        text = find(name).read_text("utf-8").replace(f"seed = {old}", f"seed = {new}")
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
        (tmp_path / "iris.csv").write_bytes(find("iris").with_suffix(".csv").read_bytes())
        assert train(load(tmp_path / f"{name}.toml"))[1] == pytest.approx(loss, rel=0.005)


def test_the_digits() -> None:
    """320 pictures of 0 to 1, some 32 of each digit; at the end one is still taken for another."""
    scenario = scenario_of("digits")
    data, labels = scenario.data, scenario.data.targets[:, 0].argmax(axis=1)
    assert data.shape == (8, 8)
    assert (data.inputs.min(), data.inputs.max()) == (0.0, 1.0)
    assert labels[:10].tolist() == [*range(10)]
    assert np.bincount(labels).tolist() == [34, 32, 33, 34, 29, 33, 30, 32, 32, 31]
    run = Run(scenario, shapes_of(scenario), "deferred")
    run.advance(scenario.training.iterations)
    (first, second), (bias, other) = run.parameters().weights, run.parameters().biases
    said = np.tanh(data.inputs[:, 0] @ first.T + bias) @ second.T + other
    assert int((said.argmax(axis=1) != labels).sum()) == 1


def test_the_flowers() -> None:
    rows = list(csv.reader(find("iris").with_suffix(".csv").read_text("utf-8").splitlines()))
    assert len(rows) == 151
    data = scenario_of("iris").data
    assert data.targets[:, 0].sum(axis=0).tolist() == [50, 50, 50]
    assert [int(kind) for kind in data.targets[:, 0].argmax(axis=1)] == [0, 1, 2] * 50
    np.testing.assert_allclose(data.inputs[:, 0].mean(axis=0), [5.84, 3.05, 3.76, 1.20], atol=0.01)
