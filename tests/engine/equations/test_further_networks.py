"""Does the table carry further than the layers of today? Gates, normalisations, a delay: held to differences.

Only the way forward is told (`networks`). That the way back and the program are right says the loss itself:
its slope along directions at random, measured with the four-point central difference.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.equations.back.transpose import derivative
from tests.engine.equations import networks
from tests.engine.equations.networks import Sizes, Told
from tests.engine.equations.running import Case
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array
    from engine.equations.equation import Variable
    from engine.program.operations import Memory
    from tests.engine.equations.running import Losses

H = 1e-3
NETWORKS: dict[str, Callable[[Sizes, int], Told]] = {
    "gru": lambda sizes, _: networks.gru(sizes),
    "gru-reset-after": lambda sizes, _: networks.gru_reset_after(sizes),
    "lstm": lambda sizes, _: networks.lstm(sizes),
    "batch-norm": networks.batch_norm,
    "layer-norm": lambda sizes, _: networks.layer_norm(sizes),
    "delay": lambda sizes, _: networks.delay(sizes),
}
# Axes of one unit, sample or time are dropped by the program: those are cases of their own.
SHAPES = [(Sizes(), 3, 4), (Sizes(2, 1, 3), 1, 3), (Sizes(1, 2, 2), 4, 1), (Sizes(1, 1, 2), 1, 1)]


@cache
def cases(name: str) -> tuple[Case, ...]:
    """Nobody changes a case: programs have arrays of their own."""
    return tuple(
        Case(NETWORKS[name](sizes, samples * times), samples, times) for sizes, samples, times in SHAPES
    )


@cache
def played(case: Case) -> Memory:
    """All numbers of the first iteration of a case, which are only looked at."""
    return case.program().run()


def slope(losses: Losses, parameter: Variable, direction: Array) -> tuple[float, float]:
    """The measured slope of the loss along a direction of a parameter, and how far it may be wrong."""
    array = losses.parameters[parameter]
    start = array.copy()
    c = {}
    for multiple in (-4, -2, -1, 1, 2, 4):
        array[...] = start + multiple * H * direction
        c[multiple] = losses()
    array[...] = start
    fine = (8.0 * (c[1] - c[-1]) - (c[2] - c[-2])) / (12.0 * H)
    coarse = (8.0 * (c[2] - c[-2]) - (c[4] - c[-4])) / (24.0 * H)
    return fine, max(abs(fine - coarse), 1e-11 * max(1.0, abs(losses())))


def wrong(losses: Losses, gradients: dict[Variable, Array]) -> list[Variable]:
    """The parameters along which a gradient is not the slope of the loss."""
    random = np.random.default_rng(5)
    found = []
    for parameter, gradient in gradients.items():
        for _ in range(2 if EVERY_CASE else 1):
            direction = random.normal(size=gradient.shape)
            measured, tolerance = slope(losses, parameter, direction)
            if not abs(float((gradient * direction).sum()) - measured) <= tolerance:
                found.append(parameter)
    return found


def gradients_of(case: Case) -> dict[Variable, Array]:
    memory = played(case)
    return {one: memory.array(derivative(one)).copy() for one in case.parameters}


@pytest.mark.parametrize("name", NETWORKS)
def test_the_derived_gradients_are_the_slopes_of_the_loss(name: str) -> None:
    for case in cases(name):
        assert wrong(case.losses(), gradients_of(case)) == []


@pytest.mark.parametrize("name", NETWORKS)
def test_a_gradient_off_by_a_hundred_thousandth_is_found(name: str) -> None:
    """So that the tolerance of the measurement hides nothing."""
    case = cases(name)[0]
    losses = case.losses()
    for parameter, gradient in gradients_of(case).items():
        entry = np.unravel_index(np.argmax(np.abs(gradient)), gradient.shape)
        spoilt = gradient.copy()
        spoilt[entry] *= 1.0 + 1e-5
        assert parameter in wrong(losses, {parameter: spoilt})


@pytest.mark.parametrize("name", NETWORKS)
def test_the_program_agrees_with_the_equations_one_by_one(name: str) -> None:
    for case in cases(name):
        memory = played(case)
        every = case.evaluated()
        for one in case.table.equations:
            if not one.variable.name.endswith("'"):
                expected = every[one.variable]
                scale = 1e-13 * max(1.0, float(np.abs(expected).max()))
                np.testing.assert_allclose(
                    memory.array(one.variable), expected, rtol=1e-11, atol=scale, err_msg=str(one)
                )


@pytest.mark.parametrize("name", NETWORKS)
def test_training_and_keeping_all_are_the_same_bit_for_bit(name: str) -> None:
    for place, case in enumerate(cases(name)):
        trained = []
        for keep in (False, True):
            memory = case.program(keep=keep).run(3)
            trained.append({one: memory.array(one) for one in case.parameters})
        for one in case.parameters:
            assert trained[0][one].tobytes() == trained[1][one].tobytes()
            # Of one unit or sample that is made even nothing is left: no gradient comes through.
            assert place or trained[0][one].tobytes() != case.parameters[one].tobytes()
