"""What becomes of a pre-activation beyond all numbers, in a run and in the program that is printed?

Each number is what its function goes to: the textbook's formula is worked out at two places far out
(`tests.exact`), and what grows from one to the other goes to inf, what shrinks to 0. A run of few units is
one of floats, one of many numpy's, and both print the same digits as the program that Python runs.
"""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES
from engine.order.shapes import shapes_of
from engine.program.machine import straight
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.engine.listing.printed import expected, printed
from tests.exact.exact import Share, Sized, digits_for, formulas, share
from tests.given.some_of import in_turns

if TYPE_CHECKING:
    from collections.abc import Callable

ALONE = [name for name, row in ACTIVATIONS.items() if not row.coupled]
COUPLED = [name for name, row in ACTIVATIONS.items() if row.coupled]
TARGETS = (0.0, 0.25, 1.0)
NEAR, FAR = 1000.0, 2000.0
FEW, MANY = 2, 60


def far_out(
    activation: str, loss: str, side: float, y: float, units: int = FEW, mistake: str | None = None
) -> Scenario:
    """The first unit's z is 1e200 · ±1e200, all others' are 0.5."""
    weights = [[side * 1e200], *([0.0] for _ in range(1, units))]
    layer = Layer(activation, weights=frozen(weights), biases=frozen([0.5] * units))
    data = Data(
        frozen(np.full((1, 1, 1), 1e200)), frozen(np.full((1, 1, units), y)), np.ones((1, 1), dtype=np.bool_)
    )
    return Scenario(
        "far", Network(1, loss, (layer,)), data, Training(0.1, 1, 1, reduction="sum", mistake=mistake)
    )


@cache
def places(activation: str, z: float) -> tuple[Decimal, Decimal]:
    """The activation and its slope."""
    with localcontext(digits_for(FAR)):
        return formulas(activation, Decimal(z))


@cache
def shares(activation: str, loss: str, z: float, y: float) -> Share | None:
    """The term and the error."""
    with localcontext(digits_for(FAR)):
        return share(loss, Sized(places(activation, z)[0], Decimal(0)), y, FEW)


def limit(of: Callable[[float], Decimal | None]) -> float | None:
    """What a function goes to from `NEAR` to `FAR`; None where it has no value there."""
    near, far = of(NEAR), of(FAR)
    if near is None or far is None:
        return None
    if abs(far) * 20 > abs(near) * 21:  # a logarithm, too, has grown by a tenth
        return math.copysign(math.inf, far)
    if abs(far) * 20 < abs(near) * 19 or abs(far) < Decimal("1e-300"):
        return 0.0
    return float(far)


def limits(activation: str, loss: str, side: float, y: float) -> dict[str, float | None]:
    """What the numbers of the unit far out go to, by their names in the records."""

    def term(z: float) -> Decimal | None:
        found = shares(activation, loss, side * z, y)
        return None if found is None else found.term.value

    def error(z: float) -> Decimal | None:
        found = shares(activation, loss, side * z, y)
        return None if found is None or found.error is None else found.error.value

    def delta(z: float) -> Decimal | None:
        found = error(z)
        with localcontext(digits_for(FAR)):
            return None if found is None else found * places(activation, side * z)[1]

    return {
        "activation": limit(lambda z: places(activation, side * z)[0]),
        "slope": limit(lambda z: places(activation, side * z)[1]),
        "terms": limit(term),
        "error": limit(error),
        "delta": limit(delta),
    }


def found(scenario: Scenario) -> dict[str, float]:
    """The numbers of that unit in the records of a run."""
    records = [step.record() for step in trace(scenario)]
    every: dict[str, Any] = {name: value for record in records for name, value in record.items()}
    return {name: float(every[name][0]) for name in ("activation", "slope", "terms", "error", "delta")}


@pytest.mark.parametrize(
    ("activation", "loss", "units", "floats"),
    [
        (*pair, *units)
        for turn, pair in enumerate(product(ALONE, LOSSES))
        for units in in_turns([(FEW, True), (MANY, False)], turn + turn // len(LOSSES), 2)
    ],
)
def test_each_number_is_what_its_function_goes_to(
    activation: str, loss: str, units: int, floats: bool
) -> None:
    for side, y in product((-1.0, 1.0), TARGETS):
        scenario = far_out(activation, loss, side, y, units)
        assert straight(scenario, shapes_of(scenario)) == floats
        mine = found(scenario)
        for name, right in limits(activation, loss, side, y).items():
            if right is not None:
                of_n = loss == "mean-squared-error" and name in ("terms", "error", "delta")
                assert mine[name] * (units / FEW if of_n else 1.0) == pytest.approx(right, rel=1e-9), (
                    side,
                    y,
                    name,
                )


@pytest.mark.parametrize(
    ("activation", "loss", "units"),
    [
        (*pair, units)
        for turn, pair in enumerate(product(ACTIVATIONS, LOSSES))
        for units in in_turns([FEW, MANY], turn + turn // len(LOSSES), 2)
    ],
)
def test_the_printed_program_has_the_same_digits(activation: str, loss: str, units: int) -> None:
    for side, y in product((-1.0, 1.0), TARGETS):
        scenario = far_out(activation, loss, side, y, units)
        assert same(printed(scenario, "deferred"), expected(scenario, "deferred"))


@pytest.mark.parametrize("mistake", [name for name, row in MISTAKES.items() if not row.only_mean])
def test_the_printed_program_has_the_same_digits_with_a_mistake(mistake: str) -> None:
    cases = [*product(ALONE, (-1.0, 1.0))]
    for activation, side in in_turns(cases, [*MISTAKES].index(mistake), 3):
        scenario = far_out(activation, "huber", side, 0.25, mistake=mistake)
        assert same(printed(scenario, "deferred"), expected(scenario, "deferred"))


def same(program: list[str], run: list[str]) -> bool:
    """Whether two runs have printed the same, where there is a difference saying at which line."""
    for line, other in zip(program, run, strict=True):
        assert line == other
    return True


@pytest.mark.parametrize("units", [FEW, MANY])
@pytest.mark.parametrize("activation", COUPLED)
def test_what_is_infinitely_less_than_the_others_has_no_share(activation: str, units: int) -> None:
    first = trace(far_out(activation, "cross-entropy", -1.0, 1.0, units))[0].record()
    assert first["activation"] == pytest.approx([0.0, *[1.0 / (units - 1)] * (units - 1)])
