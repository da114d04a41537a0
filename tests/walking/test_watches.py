"""Is what the user watches kept from run to run, as far as the run has it?"""

from __future__ import annotations

import pytest

from engine import load, trace
from engine.catalog import find
from engine.conditions.grammar import ConditionError
from tui.walking.watches import MOST, Watches


async def test_they_are_added_once_and_taken_away() -> None:
    run, heard = trace(load(find("mazur"))), list[int]()
    watches = Watches(lambda: heard.append(1))
    assert watches.add(run, "loss") == "loss is watched: W shows how it went."
    assert watches.add(run, "loss") == "loss is watched already."
    first = watches.every[0]
    assert "watched:" in watches.toggle(run, "W1[1,2]")
    assert watches.every[0] is first
    assert watches.toggle(run, "loss") == "loss is watched no more."
    assert watches.texts == ("W1[1,2]",)
    assert watches.remove(run, 5) == "There is no watched number 6: W shows them."
    assert heard
    with pytest.raises(ConditionError):
        watches.add(run, "weight[9]")
    for place in range(2, 2 + MOST):
        watches.add(run, f"loss * {place}")
    assert len(watches.every) == MOST
    watches.end()


async def test_in_another_run_those_that_it_has_are_watched() -> None:
    run = trace(load(find("mazur")))
    watches = Watches(lambda: None)
    for text in ("loss", "W2[2,2]", "b1[2]"):
        watches.add(run, text)
    other = trace(load(find("neuron")))
    watches.enter(other)
    assert watches.texts == ("loss",)
    other.advance(5)
    watches.follow()
    assert watches.every[0].history.curve.iterations == 5
    watches.forget()
    assert watches.every == ()


def test_who_watches_nothing_is_not_drawn_again_for_it() -> None:
    """A leader tells with each step what is watched."""
    heard: list[int] = []
    Watches(lambda: heard.append(1)).show(trace(load(find("mazur"))), ())
    assert heard == []
