"""Do activations and slopes keep their digits as far out as numbers go, in both programs?

The right values are worked out with enough digits (`tests.exact`). Below 2.2e-308 numbers have fewer digits
each and go down to 4.9e-324: a result may be off by one of these, and is not 0 where it has a value.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.equations.functions.activations import ACTIVATIONS as ROWS
from engine.equations.functions.floats import function
from engine.equations.functions.formula import parse
from engine.order.shapes import shapes_of
from engine.program.evaluate import applied
from engine.program.machine import straight
from engine.run.straight import loss_of
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.cases import case
from tests.exact.exact import digits_for, formulas
from tests.given.scenarios_at_random import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

FAR = tuple(
    sign * z
    for z in (
        0.0,
        1.0,
        40.0,
        650.0,
        699.9,
        700.0,
        700.1,
        709.0,
        709.7,
        709.9,
        720.5,
        740.0,
        745.0,
        750.1,
        752.3,
    )
    for sign in (1.0, -1.0)
)
LEAST = 5e-324


@cache
def right(name: str, z: float) -> tuple[float, float]:
    """f(z) and f'(z)."""
    with localcontext(digits_for(z)):
        value, slope = formulas(name, Decimal(z))
        return float(value), float(slope)


def assert_close(found: float, expected: float, z: float) -> None:
    assert abs(found - expected) <= max(4e-15 * abs(expected), LEAST), z
    assert (found == 0.0) <= (abs(expected) <= LEAST), z


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_value_and_slope(name: str) -> None:
    """As a function of one float, and of an array."""
    formula, slope_formula = parse(ROWS[name].formula), parse(ROWS[name].slope)
    of_z, of_z_and_a = function(formula, ("z",)), function(slope_formula, ("z", "a"))
    for z in FAR:
        value, slope = right(name, z)
        a = of_z(z)
        assert_close(a, value, z)
        assert_close(of_z_and_a(z, a), slope, z)
        assert_close(float(applied(formula, {"z": np.array(z)})), value, z)
        assert_close(float(applied(slope_formula, {"z": np.array(z), "a": np.array(a)})), slope, z)


def saturated(name: str, far: Sequence[float]) -> Scenario:
    """Units that stand far out."""
    units = len(far)
    mine = Layer(name, weights=frozen(np.zeros((units, 1))), biases=frozen(far))
    data = Data(frozen(np.ones((1, 1, 1))), frozen(np.zeros((1, 1, units))), np.ones((1, 1), dtype=np.bool_))
    return Scenario("far", Network(1, "half-squared-error", (mine,)), data, Training(0.0, 1, 1))


@pytest.mark.parametrize("units", [2, 20 * len(FAR)])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_in_a_run(name: str, units: int) -> None:
    """With few units the program is one of floats, with many numpy's."""
    for start in range(0, len(FAR), min(units, len(FAR))):
        far = [FAR[(start + unit) % len(FAR)] for unit in range(units)]
        scenario = saturated(name, far)
        assert straight(scenario, shapes_of(scenario)) == (units == 2)
        record = trace(scenario)[0].record()
        a, slopes = record["activation"], record["slope"]
        assert isinstance(a, list)
        assert isinstance(slopes, list)
        for z, mine, slope in zip(far, a, slopes, strict=True):
            assert_close(float(str(mine)), right(name, z)[0], z)
            assert_close(float(str(slope)), right(name, z)[1], z)


def test_the_delta_of_a_saturated_softmax_keeps_its_digits() -> None:
    """1 - a of the winner is e^-40, not 0."""
    scenario = case("softmax-mse-saturated")
    (delta,) = (step.record()["delta"] for step in trace(scenario) if step.kind == "delta")
    assert delta == pytest.approx([8.496708510583178e-18, -8.496708510583178e-18], rel=1e-14)
    assert loss_of(scenario, shapes_of(scenario), trace(scenario).parameters(0)) == pytest.approx(1.0)
