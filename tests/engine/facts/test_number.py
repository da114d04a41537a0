"""Does a number of a trace work out only what is asked, and know its maker and what it should be?"""

from __future__ import annotations

from functools import cache

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.beside.right import right_value
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.cursor import go_to, start
from engine.looking.selection import numbers_of_step
from engine.order.quantities import Reference
from engine.run.tracing import Trace

_ITERATIONS = 3


@cache
def mazur(order: str) -> Trace:
    run = trace(load(find("mazur")))
    return run if order == run.order else Trace(run.scenario, "premature")


def numbers_of(run: Trace) -> list[tuple[int, Traced]]:
    """The numbers that each step of the first iterations of a run wrote."""
    found = []
    for step in range(run.schedule.first_step(_ITERATIONS)):
        cursor = go_to(start(run), run, step)
        found += [(step, Traced(run, number)) for number in numbers_of_step(run, cursor)]
    return found


def test_what_is_not_asked_is_not_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    run = mazur("premature")

    def nobody(*_: object) -> float:
        raise AssertionError("nobody has asked for it")

    delta = Reference("delta", 0, 1, 0, 0)
    for name in ("array_of", "_symbol", "_words"):
        monkeypatch.setattr(f"engine.facts.number.{name}", nobody)
    monkeypatch.setattr("engine.facts.beside.right.right_value", nobody)
    one = Traced(run, Number(delta, (1,)), symbol="so far", value=0.25)
    assert (one.symbol, one.value, one.layer, one.index) == ("so far", 0.25, 1, (1,))
    assert one.called("it").symbol == "it"
    assert one.called("it").value == 0.25
    bare = Traced(run, Number(delta, (1,)))
    for ask in ("value", "symbol", "words", "right"):
        with pytest.raises(AssertionError, match="nobody"):
            getattr(bare, ask)


@pytest.mark.parametrize("order", ["deferred", "premature"])
def test_a_number_knows_its_maker_and_what_it_should_be(order: str) -> None:
    run = mazur(order)
    every = numbers_of(run)
    wrong = [one for _, one in every if one.right is not None]
    assert bool(wrong) == (order == "premature")
    for step, one in every:
        assert one.maker == step
        assert one.known(step)
        assert not one.known(step - 1)
        assert one.right == right_value(run, one.number)
    given = Traced(run, Number(Reference("input", 0, 0, 0, 0), (0,)))
    assert given.maker is None
    assert given.known(0)


def test_it_is_the_same_number_only_in_the_same_trace_by_the_same_name() -> None:
    run, other = mazur("deferred"), mazur("premature")
    number = Number(Reference("delta", 0, 1, 0, 0), (1,))
    one = Traced(run, number)
    assert one == Traced(run, number)
    assert one not in (Traced(other, number), one.called("it"), Traced(run, Number(number.reference, (0,))))
    assert len({one, Traced(run, number), Traced(other, number)}) == 2
    assert repr(one) == f"δ1[2] = {one.value}"


def test_what_an_optimizer_makes_is_called_by_what_it_is_made_of() -> None:
    run = trace(load(find("16-adam")))
    update = next(step for step in range(len(run)) if run.schedule.site(step).kind == "update")
    words = {
        one.quantity: Traced(run, Number(one, (0,) if one.quantity.startswith("bias") else (0, 0))).words
        for one in run.flow.writes(update)
    }
    assert words["weights_applied"].startswith("gradient applied to the weight of layer ")
    assert words["biases_second_moment"].startswith("second moment of the bias of layer ")
