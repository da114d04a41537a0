"""Does the name of a number find it, and does a wrong one get a sentence that says what is expected?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find as find_scenario
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.cursor import go_to, start
from engine.looking.finding import find
from engine.looking.selection import numbers_of_layer

if TYPE_CHECKING:
    from engine.run.tracing import Trace


@pytest.fixture(scope="module")
def mazur() -> Trace:
    return trace(load(find_scenario("mazur")))


@pytest.fixture(scope="module")
def elman() -> Trace:
    return trace(load(find_scenario("elman")))


@pytest.mark.parametrize(("typed", "symbol"), [
    ("2", "a1[2]"),
    ("2.1", "a2[1]"),
    ("0.2", "x[2]"),
    ("x[2]", "x[2]"),
    ("y[1]", "y[1]"),
    ("C[2]", "C[2]"),
    ("C", "C"),
    ("δ2[1]", "δ2[1]"),
    ("d1[2]", "δ1[2]"),
    (" delta1 [ 2 ] ", "δ1[2]"),
    ("W2[1,2]", "W2[1,2]"),
    ("b1[2]", "b1[2]"),
    ("gW1[2,1]", "∂C/∂W1[2,1]"),
    ("∂C/∂W1[2,1]", "∂C/∂W1[2,1]"),
    ("∂C/∂a1[2]", "∂C/∂a1[2]"),
    ("Σ∂C/∂W1[2,1]", "Σ∂C/∂W1[2,1]"),
])  # fmt: skip
def test_names(mazur: Trace, typed: str, symbol: str) -> None:
    found = find(mazur, start(mazur), typed)
    assert isinstance(found, Number)
    assert Traced(mazur, found).symbol == symbol


@pytest.mark.parametrize(("typed", "said"), [
    ("", "Such as"),
    ("q1[2]", "no number's name"),
    ("W[1,2]", "Which layer?"),
    ("W3[1,2]", "The layers are 1 to 2"),
    ("W0[1,2]", "The layers are 1 to 2"),
    ("W1[3,1]", "3 is not a unit: 1 to 2"),
    ("W1[1,0]", "0 is not a unit: 1 to 2"),
    ("W1[1]", "It takes 2 places"),
    ("b1[1,1]", "It takes 1 places"),
    ("7", "7 is not a unit: 1 to 2"),
    ("9.1", "The layers are 1 to 2"),
    ("U1[1,1]", "not recurrent"),
    ("z1[1]@3", "There is no time here"),
    ("C@3", "There is no time here"),
    ("D", "no number's name"),
    ("9" * 30, "no number's name"),
])  # fmt: skip
def test_wrong_names(mazur: Trace, typed: str, said: str) -> None:
    found = find(mazur, start(mazur), typed)
    assert isinstance(found, str)
    assert said in found


def test_times(elman: Trace) -> None:
    found = find(elman, start(elman), "h1[1]@2")
    assert isinstance(found, Number)
    assert Traced(elman, found).symbol == "h1[1]@2"
    last = elman.shapes.times
    assert find(elman, start(elman), f"h1[1]@{last}") == f"The times are 0 to {last - 1}"


@pytest.mark.parametrize("typed", ["C", "C@0", "C[1]", "y[1]@2"])
def test_where_a_time_has_no_target_those_that_have_one_are_named(typed: str) -> None:
    counting = trace(load(find_scenario("counting")))
    (times,) = np.nonzero(counting.shapes.has_target[0])
    found = find(counting, start(counting), typed)
    assert isinstance(found, str)
    (named,) = re.findall(r"@(\d+)$", found)
    assert [int(named)] == times.tolist()
    assert isinstance(find(counting, start(counting), f"{typed.partition('@')[0]}@{named}"), Number)


def test_a_softmax_has_no_slope_of_one_number() -> None:
    iris = trace(load(find_scenario("iris")))
    last = iris.shapes.layers
    assert iris.scenario.network.layers[-1].activation == "softmax"
    assert f"every z of layer {last}" in str(find(iris, start(iris), f"f{last}[1]"))


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_every_symbol_on_the_screen_finds_its_number(elman: Trace, layer: int) -> None:
    cursor = go_to(start(elman), elman, 30)
    for number in numbers_of_layer(elman, cursor, layer, 0, 0):
        symbol = Traced(elman, number).symbol
        if number.reference.quantity in ("loss", "slope", "from_above", "from_future") or "Σ" in symbol:
            continue  # no name of their own that says all
        assert find(elman, cursor, symbol) == number, symbol
