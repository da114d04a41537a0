"""Is the curve the activation, and the tangent's slope its derivative, measured?"""

from __future__ import annotations

import math
from decimal import Context, Decimal, localcontext

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.equations.activations import ACTIVATIONS
from engine.looking.cursor import go_to, look_at, start
from engine.looking.moves import move
from engine.run.steps import DeltaStep
from tests.cases import case
from tests.exact import formulas
from tests.scenarios_at_random import Wanted, scenario_at_random
from tests.trained import changed
from tui.draw.kit.numbers import numeral
from tui.draw.kit.rows import length, plain
from tui.draw.slope import Place, curve, meaning, moved, place_of, slope_at, slope_rows


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@pytest.mark.parametrize("z", [-2.3, -0.4, 0.7, 3.1])
def test_the_slope_is_that_of_the_curve(name: str, z: float) -> None:
    others = np.array([0.3, z, -1.0])
    place = Place(1, 1, name, z, None, others)
    a = float(curve(place, np.array([z]))[0])
    place = place._replace(a=a)
    h = 1e-5
    above, below = curve(place, np.array([z + h, z - h]))
    assert slope_at(place) == pytest.approx((above - below) / (2.0 * h), abs=1e-8)


def test_softmax_moves_one_pre_activation_and_holds_the_others() -> None:
    z = np.array([0.5, -0.2, 1.4])
    place = Place(2, 0, "softmax", 0.5, None, z)
    moved = np.array([1.0, -0.2, 1.4])
    expected = np.exp(moved) / np.exp(moved).sum()
    assert curve(place, np.array([1.0]))[0] == pytest.approx(expected[0])


def test_the_point_is_the_neuron_that_is_looked_at() -> None:
    steps = trace(load(find("mazur")))
    cursor = look_at(go_to(start(steps), steps, 5), steps, 1, 1)
    place = place_of(steps, cursor)
    assert (place.layer, place.unit) == (1, 1)
    assert place.z == pytest.approx(0.3925)
    text = "\n".join(plain(row) for row in slope_rows(steps, cursor, 80, 17))
    assert "layer 1, neuron 2: sigmoid" in text
    assert "●" in text
    assert "▲" in text
    assert "0.2406" in text


def test_a_layer_away_from_the_step_can_be_looked_at() -> None:
    steps = trace(load(find("mazur")))
    cursor = move(go_to(start(steps), steps, 5), steps, "layer-up")
    assert place_of(steps, cursor).layer == 2


def test_what_is_not_known_yet_is_said() -> None:
    steps = trace(load(find("mazur")))
    cursor = move(start(steps), steps, "layer-up")
    text = " ".join(plain(row) for row in slope_rows(steps, cursor, 80, 17))
    assert "z2[1] is not known yet" in " ".join(text.split())
    assert "●" not in text


def test_a_saturated_neuron_is_called_so() -> None:
    place = Place(1, 0, "sigmoid", 9.0, 1.0 / (1.0 + np.exp(-9.0)), np.array([9.0]))
    slope = slope_at(place)
    assert slope is not None
    assert "saturated" in meaning(place, slope)


def test_silu_is_not_saturated_at_its_minimum() -> None:
    z = -1.2784645
    a = z / (1.0 + np.exp(-z))
    place = Place(1, 0, "silu", z, a, np.array([z]))
    slope = slope_at(place)
    assert slope is not None
    assert abs(slope) < 1e-6
    text = meaning(place, slope)
    assert "hardly any error passes back" in text
    assert "saturated" not in text
    far = Place(1, 0, "silu", -9.0, -9.0 / (1.0 + np.exp(9.0)), np.array([-9.0]))
    assert "saturated" in meaning(far, slope_at(far) or 0.0)
    leak = Place(1, 0, "leaky-relu", -3.0, -0.03, np.array([-3.0]))
    assert "saturated" not in meaning(leak, 0.01)


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@pytest.mark.parametrize("z", [-700.0, -40.0, -3.0, -0.03, 0.0, 2.0, 30.0, 40.0, 600.0])
def test_by_how_much_it_moves_keeps_its_digits(name: str, z: float) -> None:
    """Also where a is 1 to all its digits, before and after."""
    place = Place(1, 1, name, z, None, np.array([0.3, z, -1.0]))
    place = place._replace(a=float(curve(place, np.array([z]))[0]))
    with localcontext(Context(prec=700, Emin=-(10**9), Emax=10**9)):
        here, there = Decimal(z), Decimal(z + 0.1)
        if name == "softmax":
            rest = Decimal("0.3").exp() + Decimal(-1).exp()
            before, after = (one.exp() / (one.exp() + rest) for one in (here, there))
        else:
            before, after = formulas(name, here)[0], formulas(name, there)[0]
        assert moved(place) == pytest.approx(float(after - before), rel=2e-10, abs=1e-300)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_said_of_a_slope_is_so(seed: int) -> None:
    """Where errors are said to be multiplied by it, δ is that product; where none passes, δ is 0."""
    run = trace(scenario_at_random(seed, Wanted(iterations=1, tame=seed % 2 == 0)))
    for step in run:
        if not isinstance(step, DeltaStep):
            continue
        cursor = look_at(start(run, step.step), run, step.layer or 0, 0)
        place = place_of(run, cursor)
        slope = slope_at(place)
        assert slope is not None
        text = meaning(place, slope)
        error, delta = float(step.error[0]), float(step.delta[0])
        if "is multiplied by" in text:
            assert delta == pytest.approx(error * slope, rel=1e-12, abs=1e-300)
        elif "not a finite number" in text:
            assert not math.isfinite(delta)
        elif "no error passes back" in text:
            assert delta == 0.0
        elif "hardly any error passes back" in text:
            assert abs(delta) <= 0.05 * abs(error)
        else:
            assert f"δ is {numeral(delta)}." in text


def test_a_saturated_output_whose_whole_error_passes() -> None:
    """The slope is 2e-9 and δ is -1: the logarithm of the loss makes up for the slope."""
    run = trace(case("slope-sigmoid-bce"))
    for step in run:
        cursor = start(run, step.step)
        text = " ".join(" ".join(plain(row) for row in slope_rows(run, cursor, 80, 20)).split())
        assert "hardly any" not in text
        assert "no error passes" not in text
        assert ("∂C/∂z: δ is -1." in text) == (step.kind in ("delta", "gradient", "update"))


@pytest.mark.parametrize("name", ["mazur", "iris", "elman", "deep", "saturated"])
@pytest.mark.parametrize(("width", "height"), [(60, 6), (80, 17), (120, 33), (200, 43)])
def test_it_fits(name: str, width: int, height: int) -> None:
    steps = trace(load(find(name)))
    for step in (0, 3, 7):
        rows = slope_rows(steps, go_to(start(steps), steps, step), width, height)
        assert len(rows) <= height
        assert all(length(row) <= width for row in rows)


@pytest.mark.parametrize("mistake", ["no-slope", "no-output-slope", "slope-of-activation"])
def test_an_error_that_a_mistake_lets_through_is_not_said_to_be_multiplied(mistake: str) -> None:
    run = trace(changed("mazur", mistake=mistake, iterations=1))
    for layer in (1, 2):
        place = place_of(run, start(run, len(run) - 3 + (2 - layer)))
        text = meaning(place, slope_at(place) or 0.0)
        made = mistake == "slope-of-activation" or (mistake == "no-slope") == (place.layer == 1)
        assert (f"The mistake {mistake} is made here" in text) == made
        assert ("is multiplied by" in text) != made


def test_a_recurrent_neuron_passes_errors_down_and_back_in_time() -> None:
    steps = trace(load(find("elman")))
    cursor = go_to(start(steps), steps, 20)
    assert steps.schedule.site(20)[:1] == ("delta",)
    text = " ".join(" ".join(plain(row) for row in slope_rows(steps, cursor, 80, 17)).split())
    assert "layer 1, neuron 1 at @5: tanh" in text
    assert "h = f(z) = tanh" in text
    assert "passes back through this neuron, down or to the time before, is multiplied by" in text
    first = " ".join(plain(row) for row in slope_rows(steps, start(steps), 80, 17))
    assert "time before" not in first
    dense = trace(load(find("mazur")))
    assert "time before" not in " ".join(plain(row) for row in slope_rows(dense, start(dense, 5), 80, 17))
