"""Is the slope that of the curve, measured, and does what is added up keep its digits?"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext

import numpy as np
import pytest

from engine import trace
from engine.equations.functions.activations import ACTIVATIONS
from engine.facts.slopes.slope import Place, curve, curves, moved, place_of, shares, slope_at, slopes
from engine.run.steps import DeltaStep
from tests.exact.exact import formulas
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.some_of import some_of
from tests.given.steps import steps_of


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


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
@pytest.mark.parametrize("z", [-700.0, -40.0, -3.0, -0.03, 0.0, 2.0, 30.0, 40.0, 600.0])
def test_by_how_much_it_moves_keeps_its_digits(name: str, z: float) -> None:
    """Also where a is 1 to all its digits, before and after."""
    place = Place(1, 1, name, z, None, np.array([0.3, z, -1.0]))
    place = place._replace(a=float(curve(place, np.array([z]))[0]))
    digits = 60 + int(abs(z))  # e^z has fewer than z of them before what tells it apart from 0
    with localcontext(Context(prec=digits, Emin=-(10**9), Emax=10**9)):
        here, there = Decimal(z), Decimal(z + 0.1)
        if name == "softmax":
            rest = Decimal("0.3").exp() + Decimal(-1).exp()
            before, after = (one.exp() / (one.exp() + rest) for one in (here, there))
        else:
            before, after = formulas(name, here)[0], formulas(name, there)[0]
        assert moved(place) == pytest.approx(float(after - before), rel=2e-10, abs=1e-300)


@pytest.mark.parametrize("seed", some_of(range(24), 10))
def test_the_shares_of_all_outputs_are_the_delta(seed: int) -> None:
    """What the error of each output gives through the softmax's slopes adds up to the recorded δ."""
    run = trace(
        scenario_at_random(
            seed, Wanted(output="softmax", iterations=1, recurrent=False, steps=60, parameters=30)
        )
    )
    last = run.shapes.layers
    for step in steps_of(run, DeltaStep):
        if step.layer != last:
            continue
        for unit in range(len(step.delta)):
            place = place_of(run, step.step, last, unit)
            given = shares(place)
            if given is None:
                assert run.mistake is not None
                continue
            slope = slopes(place)
            assert slope.sum() == pytest.approx(0.0, abs=1e-12)
            assert slope[unit] == pytest.approx(slope_at(place))
            size = float(np.abs(given).sum())
            assert given.sum() == pytest.approx(float(step.delta[unit]), abs=1e-9 * size)


def test_the_slopes_of_a_softmax_are_measured() -> None:
    z = np.array([0.5, -0.2, 1.4])
    place = Place(2, 1, "softmax", -0.2, None, z)
    h = 1e-5
    above, below = curves(place, np.array([-0.2 + h, -0.2 - h]))
    assert slopes(place) == pytest.approx((above - below) / (2.0 * h), abs=1e-9)
