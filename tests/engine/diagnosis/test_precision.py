"""Is rounding measured as what it is, and is it seen how numbers were printed?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.diagnosis.judging.bench import Bench
from engine.diagnosis.judging.close import digits_of_agreement
from engine.diagnosis.judging.rounding import Played, Tolerance
from engine.diagnosis.precision import SINGLE, UNIT, Precision, precisions
from engine.diagnosis.quantities import quantities
from engine.diagnosis.search.begun import Begun
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.equations.table import table_of
from tests.given.scenarios_at_random import (
    PAIRS,
    Wanted,
    dense_or_recurrent,
    in_turn,
    scenario_at_random,
)
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from engine.scenario import Reduction

VALUES = np.random.default_rng(3).normal(size=(5, 4)) * 10.0 ** np.arange(-3, 1)


@pytest.mark.parametrize(
    ("output", "loss", "recurrent"),
    dense_or_recurrent(pair for pair in PAIRS if EVERY_CASE or in_turn(*pair) // 2 % 2 == 0),
)
def test_in_float64_rounding_hides_nothing(output: str, loss: str, *, recurrent: bool) -> None:
    """Of half of the pairs: each activation and each loss meets dense layers and recurrent ones."""
    for seed in range(3 if EVERY_CASE else 1):  # every pair is another network already
        wanted = Wanted(output, loss, recurrent=recurrent, order="deferred", steps=150)
        scenario = scenario_at_random(3 * PAIRS.index((output, loss)) + seed, wanted)
        bench = Bench(scenario, 0)
        for name, quantity in quantities(scenario, table_of(scenario)).items():
            ours = bench.right.of(quantity.variable)
            size = max(1.0, float(np.abs(ours).max()))
            assert np.max(bench.tolerance.of(quantity.variable, UNIT, ours)) < 1e-11 * size, name


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (VALUES, Precision(UNIT)),
        (VALUES.astype(np.float32), Precision(SINGLE)),
        (VALUES.astype(np.float32).astype(np.float64), Precision(SINGLE)),
        (np.round(VALUES.astype(np.float32), 4), Precision(SINGLE, 4, 4)),
        (np.round(VALUES, 6), Precision(UNIT, 6, None)),
        (np.vectorize(lambda x: float(f"{x:.3e}"))(VALUES), Precision(UNIT, None, 4)),
        (np.vectorize(lambda x: float(str(np.float32(x))))(VALUES), Precision(SINGLE, None, None)),
        (np.vectorize(lambda x: float(f"{np.float32(x):.10f}"))(VALUES), Precision(SINGLE, 10, None)),
        (np.array([1.0, 2.0, 0.0]), Precision(SINGLE)),
    ],
)
def test_it_is_seen_how_numbers_were_made(array: np.ndarray, expected: Precision) -> None:
    found = precisions({"a": array})["a"]
    assert found.unit == expected.unit
    for mine, other in ((found.decimals, expected.decimals), (found.digits, expected.digits)):
        assert other is None or mine == other


def test_all_arrays_of_a_file_are_printed_alike() -> None:
    found = precisions({"a": np.round(VALUES, 5), "b": np.array([0.5])})
    assert found["b"].decimals == 5


def test_numbers_that_may_be_exact_are_of_no_shorter_format() -> None:
    """Quarters, halves and pixels of 8 bits are as exact in float32 as they look."""
    exact = np.array([0.5, 0.25, -1.75, 3.0, 255.0, 129.0, 131.0, 0.0, -0.5, 0.125, 0.375, 2.5])
    for array in (exact, exact.astype(np.float32)):
        assert precisions({"a": array})["a"].unit <= SINGLE


def test_few_short_numbers_are_not_taken_for_printed_ones() -> None:
    assert precisions({"a": np.array([0.5, 0.25])})["a"].decimals == 4


def test_digits_are_counted_from_the_largest() -> None:
    assert digits_of_agreement(np.array([1.0, 0.001]), np.array([1.0, 0.002])) == 3
    assert digits_of_agreement(np.array([1.0]), np.array([1.0])) == 16
    assert digits_of_agreement(np.array([np.nan]), np.array([1.0])) == 16


def test_digits_are_counted_of_numbers_of_every_size() -> None:
    assert digits_of_agreement(np.array([1.7e308]), np.array([0.5])) == 0
    assert digits_of_agreement(np.array([1e300, 2e-320]), np.array([1e300, 1e-320])) == 16


def test_an_array_that_was_printed_shorter_than_the_others_is_taken_so() -> None:
    full, small = np.random.default_rng(1).normal(size=(2, 3, 4)) / 4.0
    short = np.round(small, 4)
    found = precisions({"a": short, "b": full})
    assert (found["a"].decimals, found["b"].decimals) == (4, None)
    assert precisions({"a": np.round(small, 2), "b": np.round(full, 4)})["a"].decimals == 2
    assert precisions({"a": np.round(small, 2), "b": np.round(full * 200.0, 4)})["a"].decimals == 2
    assert precisions({"a": short, "b": full}, unprinted={"a"})["a"].decimals is None


def test_numbers_that_may_be_exact_are_not_printed_shorter() -> None:
    full = np.random.default_rng(1).normal(size=(3, 4))
    for few in ([0.5, 0.25, 0.0625], [1.0, 0.0], [0.1, 0.2]):
        assert precisions({"a": np.array(few), "b": full})["a"].decimals is None
    assert precisions({"a": np.array([0.12345]), "b": np.round(full, 6)})["a"].decimals == 6


@pytest.mark.parametrize(("mistake", "recurrent"), [(name, len(name) % 2 == 0) for name in MISTAKES])
def test_nor_does_what_is_measured_with_a_mistake(mistake: str, *, recurrent: bool) -> None:
    """Which has digits that cancel where the right iteration has none, but no fewer of them are left."""
    wanted = Wanted(mistake=mistake, recurrent=recurrent, order="deferred", steps=150)
    scenario = scenario_at_random(len(mistake), wanted)
    scenario = replace(scenario, training=replace(scenario.training, mistake=None))
    bench = Bench(scenario, 0)
    for one in bench.tried():
        if one.candidate.name == mistake:
            values = bench.kept(one)
            own = Tolerance(values, scenario.network, right=bench.right)
            for name, quantity in quantities(scenario, table_of(scenario)).items():
                made = values.of(quantity.variable)
                size = max(1.0, float(np.abs(made).max()))
                assert np.max(own.of(quantity.variable, UNIT, made)) < 1e-11 * size, (
                    name,
                    one.candidate.layers,
                )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_what_is_applied_at_once_is_measured_as_it_is_played(optimizer: str, reduction: Reduction) -> None:
    """Sample by sample: but for rounding it comes to what is played, in a later iteration, too."""
    wanted = Wanted(
        reduction=reduction,
        recurrent=False,
        order="deferred",
        iterations=2,
        steps=150,
        optimizer=optimizer,
        settings=True,
    )
    for seed in range(5):
        scenario = scenario_at_random(seed, wanted)
        scenario = replace(scenario, training=replace(scenario.training, clip_norm=None))
        for iteration in range(scenario.training.iterations):
            bench = Bench(scenario, iteration)
            played = Begun(bench).at_once()
            assert isinstance(played, Played)
            again = played.again(0.0, 0)
            for quantity in quantities(scenario, table_of(scenario)).values():
                ours, made = (one.of(quantity.variable) for one in (played, again))
                np.testing.assert_allclose(made, ours, rtol=1e-9, atol=1e-12, err_msg=quantity.name)
