"""Is the weight that a view follows the one that is looked at?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.entry import Number
from engine.looking.cursor import look_at, start
from engine.looking.weights import layer_looked_at, weight_looked_at
from engine.order.quantities import Quantity, Reference

if TYPE_CHECKING:
    from engine.run.tracing import Trace

DELTA_1, GRADIENT_1 = 20, 21  # steps of the Elman network, from 0, of layer 1


@pytest.fixture(scope="module")
def run() -> Trace:
    return trace(load(find("elman")))


def test_without_a_choice_it_is_a_recurrent_weight_where_there_is_one(run: Trace) -> None:
    for step in range(30):
        cursor = look_at(look_at(start(run, step), run, 1, 2), run, 2, 0)
        found = weight_looked_at(run, cursor)
        layer = run.schedule.site(step).layer or 2
        assert found.symbol == ("U1[3,3]" if layer == 1 else "W2[1,3]")
        assert found.group == found.symbol[:2]


def test_a_chosen_gradient_is_followed(run: Trace) -> None:
    at = start(run, GRADIENT_1)
    assert run.schedule.site(GRADIENT_1)[0] == "gradient"
    symbols = {weight_looked_at(run, replace(at, part=part)).symbol for part in range(1, 6)}
    assert symbols == {"b1[1]", "U1[1,1]", "W1[1,1]"}


@pytest.mark.parametrize(
    ("quantity", "index", "symbol"),
    [
        ("weights", (2, 0), "W1[3,1]"),
        ("recurrent_weights", (0, 2), "U1[1,3]"),
        ("recurrent_change", (1, 2), "U1[2,3]"),
        ("biases", (1,), "b1[2]"),
    ],
)
def test_a_parameter_anywhere_is_followed(
    run: Trace, quantity: Quantity, index: tuple[int, ...], symbol: str
) -> None:
    focus = Number(Reference(quantity, 0, 1, version=0 if "change" not in quantity else 1), index)
    cursor = replace(start(run, 0), focus=focus)
    assert weight_looked_at(run, cursor).symbol == symbol


def test_another_layer_and_the_input(run: Trace) -> None:
    of_output = replace(start(run, DELTA_1), focus=Number(Reference("activation", 0, 2, 0, 5), (0,)))
    assert layer_looked_at(run, of_output) == 2
    assert weight_looked_at(run, of_output).symbol == "W2[1,1]"
    of_input = replace(start(run, DELTA_1), focus=Number(Reference("input", 0, 0, 0, 5), (0,)))
    assert layer_looked_at(run, of_input) == run.schedule.site(DELTA_1).layer
