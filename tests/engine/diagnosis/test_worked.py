"""Is a number that differs worked out to what it is: as it should be, and by whatever makes it theirs?

Over every mistake that can be found, in every place, and over pairs: the expression of each side, computed
from its leaves, is the number that was planted, and the rows that are shown of it come out, too.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import diagnose, load
from engine.catalog import find
from engine.diagnosis.judging.bench import Bench, Found
from engine.diagnosis.layouts.readings import Reading
from engine.diagnosis.precision import UNIT, Precision
from engine.diagnosis.quantities import quantities
from engine.diagnosis.worked.entry import worked_out
from engine.equations.table import table_of
from engine.facts.explain.expression import evaluate
from tests.draw.every_view.test_recomputed import faults
from tests.engine.diagnosis.both_sides import entry_of
from tests.engine.diagnosis.planted import in_layers, of_scenario
from tests.given.scenarios_at_random import OPTIMIZERS, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE, in_turns, some_of
from tui.draw.kit.rows import plain
from tui.draw.reasons.equation import worked_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.diagnosis.mistakes.candidates import Candidate
    from engine.diagnosis.quantities import Quantity
    from engine.facts.explain.expression import Equation
    from engine.scenario import Scenario

EXACT = Precision(UNIT, None, None)
DEEP = load(find("deep"))
DENSE = scenario_at_random(
    3,
    Wanted(
        recurrent=False, depth=2, batch_size=3, samples=3, reduction="mean", hidden="tanh", output="sigmoid"
    ),
)
_IN_TIME = scenario_at_random(
    16,
    Wanted(
        recurrent=True,
        depth=2,
        batch_size=2,
        samples=2,
        reduction="mean",
        steps=80,
        iterations=2,
        order="deferred",
    ),
)


_LAYERS = tuple(replace(layer, bias_copies=2) for layer in _IN_TIME.network.layers)
IN_TIME = replace(_IN_TIME, network=replace(_IN_TIME.network, layers=_LAYERS))


@cache
def bench_of(scenario: Scenario, iteration: int = 0) -> Bench:
    return Bench(scenario, iteration)


def found_of(bench: Bench, *candidates: Candidate) -> Found | None:
    altered = bench.candidates.altered(*candidates)
    return None if altered is None else Found(candidates, bench._with(altered), altered)


def readings(bench: Bench, found: Found) -> Iterator[tuple[Reading, tuple[int, ...]]]:
    """Every quantity that some mistakes make wrong, as somebody may print it, and where it differs most."""
    for one in bench_quantities(bench.scenario):
        printed = [(one.variable, 1.0)] + ([(one.mean, 1.0)] if one.mean is not None else [])
        if one.variable.name in ("error", "delta") and bench.ground.samples > 1:
            printed.append((one.variable, 1.0 / bench.ground.samples))
        for variable, share in printed:
            theirs = found.values.of(variable)
            apart = np.abs(theirs - bench.right.of(variable))
            if np.max(apart, initial=0.0) > 0.0:
                index = np.unravel_index(int(np.argmax(apart)), apart.shape)
                yield (
                    Reading(one.name, one, variable, theirs, share, EXACT, fits=True),
                    tuple(map(int, index)),
                )


@cache
def bench_quantities(scenario: Scenario) -> list[Quantity]:
    return list(quantities(scenario, table_of(scenario)).values())


def unlike(bench: Bench, found: Found, most: int, *, shown: bool = False) -> Iterator[str]:
    """What of the first wrong quantities is not worked out to what it is."""
    return unlike_of(bench, found, islice(readings(bench, found), most), shown=shown)


def unlike_of(
    bench: Bench, found: Found, some: Iterable[tuple[Reading, tuple[int, ...]]], *, shown: bool = False
) -> Iterator[str]:
    """What of some wrong quantities is not."""
    names = [one.name for one in found.candidates]
    for reading, index in some:
        first, *below = worked_out(bench, reading, index, found, bench_quantities(bench.scenario))
        assert first.theirs is not None
        for equation, array in (
            (first.right, bench.right.of(reading.variable)),
            (first.theirs, reading.array),
        ):
            if not close(evaluate(equation.expression), float(array[index]) * reading.share):
                yield f"{names} {reading.theirs}: {equation}"
        for equation in (equation for one in (first, *below) for equation in one if equation is not None):
            if not close(evaluate(equation.expression), equation.result.value):
                yield f"{names} {reading.theirs}: {equation}"
            if shown:
                yield from (f"{names} {reading.theirs}: {fault}" for fault in faults(rows_of(equation)))


def rows_of(equation: Equation) -> list[str]:
    return [plain(row) for row in worked_rows(equation, None, 78)]


def close(found: float, expected: float) -> bool:
    both = math.isnan(found) and math.isnan(expected)
    return both or math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-14)


@pytest.mark.parametrize("scenario", [DENSE, IN_TIME], ids=["dense", "in time"])
def test_of_every_mistake_in_every_place_both_sides_come_to_what_they_are(scenario: Scenario) -> None:
    bench = bench_of(scenario)
    kinds: set[tuple[bool, bool]] = set()
    for one in bench.tried():
        found = found_of(bench, one.candidate)
        assert found is not None
        whole = one.candidate.whole and one.candidate.name not in bench.candidates.in_time
        if whole and one.candidate.known:
            some = some_of([*readings(bench, found)], 5)
            assert list(unlike_of(bench, found, some, shown=True)) == []
        else:
            assert list(unlike(bench, found, 2 if whole or EVERY_CASE else 1, shown=whole)) == []
        kinds.add((one.candidate.known, one.candidate.whole))
    assert len(kinds) == 4


@pytest.mark.parametrize("scenario", [DENSE, IN_TIME], ids=["dense", "in time"])
def test_so_of_pairs(scenario: Scenario) -> None:
    bench, chance, tried = bench_of(scenario), Random(8), 0
    while tried < (60 if EVERY_CASE else 30):
        one, other = chance.sample(bench.tried(), 2)
        found = found_of(bench, one.candidate, other.candidate)
        if found is not None and one.candidate.name != other.candidate.name:
            assert list(unlike(bench, found, most=3)) == []
            tried += 1


@pytest.mark.parametrize(
    ("iteration", "optimizer"), [(place % 2, one) for place, one in enumerate(OPTIMIZERS)]
)
def test_so_whatever_updates_the_parameters(optimizer: str, iteration: int) -> None:
    wanted = Wanted(optimizer=optimizer, order="deferred", settings=True, steps=60, iterations=2, depth=2)
    bench = bench_of(scenario_at_random(5, wanted), iteration)
    whole = [one for one in bench.tried() if one.candidate.whole]
    for one in in_turns(whole, OPTIMIZERS.index(optimizer), 2):
        found = found_of(bench, one.candidate)
        if found is not None:
            assert list(unlike_of(bench, found, some_of([*readings(bench, found)], 2))) == []


# -- of numbers that somebody gives ------------------------------------------------------------------------


def test_it_is_told_in_which_number_below_it_begins() -> None:
    """Only gradients are given: the slope that is missing stands in none of them."""
    numbers = in_layers(DEEP, "no-slope", [2])
    found = diagnose(DEEP, {name: numbers[name] for name in numbers if name[0] == "g"})
    at, below = entry_of(found).worked
    assert at.right.result.symbol.startswith("Σ∂C/∂W2[")
    assert below.theirs is not None
    unit = below.right.result.index[0] + 1
    assert rows_of(below.right)[0].startswith(f"  δ2[{unit}] = f'(z2[{unit}]) × ∂C/∂a2[{unit}] = ")
    assert rows_of(below.theirs)[0].startswith(f"  δ2[{unit}] = ∂C/∂a2[{unit}] = ")


def test_of_a_sum_over_samples_each_is_told() -> None:
    numbers = of_scenario(DEEP, "z-for-activation")
    (first,) = entry_of(diagnose(DEEP, {"gW2": numbers["gW2"]})).worked
    assert first.theirs is not None
    assert "δ2[1]#1 × z1[" in " ".join(" ".join(rows_of(first.theirs)).split())


def test_a_mistake_at_one_time_is_written_as_that_time_has_it() -> None:
    bench = bench_of(IN_TIME)
    (one,) = (one for one in bench.tried() if one.candidate.name == "no-slope-at-first-time")
    found = found_of(bench, one.candidate)
    assert found is not None
    reading, index = next(readings(bench, found))
    (first,) = worked_out(bench, reading, index, found, bench_quantities(IN_TIME))
    assert first.theirs is not None
    assert rows_of(first.theirs)[0].startswith("  δ1[")
    assert " = ∂C/∂h1[" in rows_of(first.theirs)[0]


def test_two_signs_are_none() -> None:
    """The change of Adam is a formula, -η times a quotient: with the sign wrong it is η times that."""
    scenario = scenario_at_random(5, Wanted(optimizer="adam", order="deferred", steps=60, depth=1))
    bench = bench_of(scenario)
    one = next(one for one in bench.tried() if one.candidate.name == "sign" and one.candidate.whole)
    found = found_of(bench, one.candidate)
    assert found is not None
    reading, index = next(readings(bench, found))
    theirs = worked_out(bench, reading, index, found, bench_quantities(scenario))[0].theirs
    assert theirs is not None
    assert " + η × (new m" in re.sub(" +", " ", rows_of(theirs)[0])


@pytest.mark.usefixtures("no_two_are_tried")
def test_of_what_nobody_knows_ours_alone_is_worked_out() -> None:
    entry = entry_of(diagnose(DEEP, {"gW2": of_scenario(DEEP)["gW2"] * 1.37}))
    (first,) = entry.worked
    assert first.theirs is None
    assert math.isclose(evaluate(first.right.expression), entry.ours)
