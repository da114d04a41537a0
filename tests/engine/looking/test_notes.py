"""Are notes shown at their steps, and only in the run that they tell of?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.broken.breaking import break_rule
from engine.looking.cursor import go_to, start
from engine.looking.lesson.notes import hidden_by, next_note, noted_steps, notes_at, previous_note, told_at
from engine.scenario import Note

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

NOTED = (2, 4, 4, 6, 12)  # steps as on the screen, two notes at one of them


def noted() -> Scenario:
    notes = tuple(Note(step, f"note {place}") for place, step in enumerate(NOTED))
    return replace(load(find("07-update")), notes=notes)


def walk(steps: Trace) -> list[int]:
    """Return the steps, as on the screen, that the next note leads to from the first step on."""
    cursor, visited = start(steps), []
    while (there := next_note(cursor, steps)) != cursor:
        cursor = there
        visited.append(cursor.step + 1)
    return visited


def test_notes_are_at_their_steps_in_the_order_of_the_file() -> None:
    steps = trace(noted())
    shown = {step + 1: notes_at(steps, step) for step in range(len(steps)) if notes_at(steps, step)}
    assert shown == {2: ("note 0",), 4: ("note 1", "note 2"), 6: ("note 3",), 12: ("note 4",)}
    assert walk(steps) == [2, 4, 6, 12]


def test_the_way_back_ends_at_the_first_note() -> None:
    steps = trace(noted())
    cursor = go_to(start(steps), steps, 8)
    assert previous_note(cursor, steps).step + 1 == 6
    assert previous_note(go_to(cursor, steps, 1), steps).step + 1 == 2


def test_no_way_leads_to_the_notes_of_another_order() -> None:
    assert noted_steps(trace(noted(), "premature")) == []
    assert walk(trace(noted(), "premature")) == []
    assert hidden_by(trace(noted(), "premature"), 0) == "order"
    assert hidden_by(trace(noted()), 0) is None


@pytest.mark.parametrize("name", ["07-update", "08-too-early-sign", "06-batch", "12-through-time"])
def test_the_other_order_shows_a_note_at_the_same_place_and_says_whose_it_is(name: str) -> None:
    own = trace(load(find(name)))
    other = trace(own.scenario, "premature" if own.order == "deferred" else "deferred")
    sites = [other.schedule.site(step) for step in range(len(other))]
    expected = {
        sites.index(own.schedule.site(step)): notes_at(own, step)
        for step in noted_steps(own)
        if own.schedule.site(step).kind != "update"
    }
    found = {step: told_at(other, step) for step in range(len(other))}
    assert {step: told.texts for step, told in found.items() if told is not None} == expected
    assert {told.order for told in found.values() if told is not None} == {own.order}
    first = told_at(own, noted_steps(own)[0])
    assert first is not None
    assert first.order is None


def test_after_a_break_in_the_other_order_no_note_is_shown() -> None:
    late = trace(load(find("08-too-early-sign")), "deferred")
    broken = break_rule(late, 4, 2)
    shown = [step for step in range(len(late)) if told_at(late, step)]
    assert shown[-1] > 5
    assert [step for step in range(len(broken)) if told_at(broken, step)] == [s for s in shown if s <= 4]


def test_after_the_rule_is_broken_no_note_is_shown_until_it_is_taken_back() -> None:
    steps = trace(noted())
    broken = break_rule(steps, 4, 2)  # right after step 5 of the screen
    assert walk(broken) == [2, 4]
    assert not any(notes_at(broken, step) for step in range(5, len(broken)))
    assert walk(broken.undisturbed) == [2, 4, 6, 12]
    assert [hidden_by(broken, step) for step in (0, 3, 8)] == [None, "break", "break"]
    last = break_rule(steps, len(steps) - 3, 1)
    assert last.breaks[0].after + 1 > NOTED[-1]
    assert hidden_by(last, len(last) - 1) is None
