"""Are only so many mistakes tried as there is time for, the likeliest, and is it said that it is so?"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import diagnose
from engine.arrays import frozen, sealed
from engine.diagnosis.diagnosing import right_of
from engine.diagnosis.judging import bench as judging
from engine.diagnosis.judging.bench import WORK, Bench
from engine.diagnosis.mistakes.candidates import candidates_of
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.engine.diagnosis.planted import in_layers, of_scenario
from tests.given.shipped import NAMES, scenario_of

if TYPE_CHECKING:
    from engine.diagnosis.mistakes.candidates import Candidate

_SAID = "too large to try every mistake in every place"


@cache
def deep(layers: int) -> Scenario:
    """Layers of one unit, and one sample."""
    one = Layer("tanh", frozen(np.array([[1.1]])), frozen(np.array([0.1])))
    array = frozen(np.full((1, 1, 1), 0.5))
    data = Data(array, array, sealed(np.ones((1, 1), dtype=np.bool_)))
    return Scenario("deep", Network(1, "half-squared-error", (one,) * layers), data, Training(0.1, 2, 1))


def is_of_several(one: Candidate) -> bool:
    """Whether a mistake is made in some layers of those that it may be made in, and in more than one."""
    whole = next(other for other in every() if other.whole and other.row is one.row)
    return 1 < len(one.layers) < len(whole.layers)


@cache
def every() -> list[Candidate]:
    return list(candidates_of(deep(6)).every())


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1, 0.2, 0.4, 0.7, 1.0])
def test_the_likeliest_are_tried_first(share: float) -> None:
    most = int(share * len(every()))
    some = list(candidates_of(deep(6)).every(most))
    whole = [one for one in every() if one.whole]
    assert [one for one in some if one.whole] == whole, "each is tried in all layers"
    assert len(some) <= max(most, len(whole))
    assert some == [one for one in every() if one in set(some)], "in the same order"
    left = [one for one in every() if one not in set(some)]
    assert bool(left) == (share < 1.0) == (not candidates_of(deep(6)).places(most).are_all)
    if any(is_of_several(one) for one in some):
        assert all(is_of_several(one) for one in left), "one layer alone goes before several"
    for further in (one for one in some if not one.known and not one.whole):
        alike = (one for one in left if one.known and is_of_several(one) == is_of_several(further))
        assert not any(alike), "those of the table go before others"


@pytest.mark.parametrize("name", NAMES)
def test_of_what_comes_with_the_app_all_are_tried(name: str) -> None:
    assert Bench(right_of(scenario_of(name)), 0).tries_all


@pytest.mark.parametrize("layers", [10, 30, 60])
def test_trying_does_not_take_longer_the_deeper_a_network_is(layers: int) -> None:
    bench = Bench(deep(layers), 0)
    assert bench.tries_all == (layers == 10)
    assert len(bench.tried()) * bench.work(bench.equations.right) <= 8 * WORK


@pytest.mark.usefixtures("no_two_are_tried")
def test_it_is_said_that_not_all_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = {"gW1": np.array([[0.123]])}
    assert diagnose(deep(6), odd).hint == ""
    monkeypatch.setattr(judging, "_TRIED", WORK / 8)
    deep.cache_clear()  # what numbers were held against is kept with the scenario
    found = diagnose(deep(6), odd)
    assert found.wrong == ("gW1",)
    assert _SAID in found.hint
    later = diagnose(deep(6), odd, 1)
    assert _SAID in later.hint
    assert "Of a later iteration" in later.hint


@pytest.mark.usefixtures("no_two_are_tried")
def test_what_is_made_in_all_layers_or_one_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_TRIED", WORK / 4)
    deep.cache_clear()
    for numbers in (of_scenario(deep(6), "no-slope"), in_layers(deep(6), "no-slope", [4])):
        found = diagnose(deep(6), numbers)
        assert (found.mistakes, found.hint) == (("no-slope",), "")
