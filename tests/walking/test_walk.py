"""Is the user, on whatever run the walk goes on, where the last one was left?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import load, trace
from engine.catalog import find
from engine.looking.cursor import go_to, start
from tui.walking.orders import Place
from tui.walking.walk import Walk

if TYPE_CHECKING:
    from engine.run.tracing import Trace


class Witness:
    """Somebody who goes for a walk in a run, and writes down what is told."""

    def __init__(self, step: int = 0, name: str = "mazur") -> None:
        self.heard: list[str] = []
        self.trace: Trace = trace(load(find(name)))
        self.walk = Walk(
            Place(self.trace, start(self.trace, step)),
            arrived=lambda: self.heard.append("arrived"),
            waiting=lambda: None,
            entered=lambda: self.heard.append("entered"),
            ask=lambda: False,
            stood_still=lambda: self.heard.append("stood still"),
            tell=self.heard.append,
            watched=lambda: None,
        )

    @property
    def step(self) -> int:
        return self.walk.place.cursor.step


async def test_a_move_arrives_or_says_why_not() -> None:
    witness = Witness()
    assert witness.walk.move("previous") == "This is the first step: n goes on."
    assert witness.heard == []
    assert witness.walk.move("next") == ""
    assert (witness.step, witness.heard) == (1, ["arrived"])
    witness.walk.end()


async def test_a_scenario_without_notes_says_so() -> None:
    witness = Witness(name="batch")
    assert not witness.trace.scenario.notes
    assert witness.walk.move("next-note") == "This scenario has no notes."
    witness.walk.end()


async def test_a_move_ends_the_playing() -> None:
    witness = Witness()
    witness.walk.player.start()
    assert witness.walk.progress().endswith("playing")
    witness.walk.move("previous")
    assert witness.heard == ["stood still"]
    assert "playing" not in witness.walk.progress()
    witness.walk.end()


async def test_a_break_is_entered_and_left_for_the_very_place() -> None:
    witness = Witness(step=4)
    before = witness.walk.place
    assert witness.walk.break_rule() == ""
    assert witness.walk.place.trace is not witness.trace
    assert witness.step == before.cursor.step + 1
    assert witness.walk.mend_rule() == ""
    assert witness.walk.place == before
    assert witness.heard == ["entered", "arrived"] * 2
    assert "No rule is broken" in witness.walk.mend_rule()
    witness.walk.end()


async def test_another_run_forgets_the_breaks() -> None:
    for leave in ("open", "order", "mistake"):
        witness = Witness(step=4)
        witness.walk.break_rule()
        if leave == "open":
            witness.walk.open(witness.trace)
            assert witness.step == 0
        elif leave == "order":
            witness.walk.switch_order()
            assert witness.walk.place.trace.order == "premature"
        else:
            witness.walk.make_mistake("sign")
            assert witness.walk.place.trace.mistake == "sign"
        assert "No rule is broken" in witness.walk.mend_rule()
        witness.walk.end()


async def test_a_mistake_that_makes_no_sense_leaves_everything_as_it_is() -> None:
    witness = Witness(step=4)
    witness.walk.break_rule()
    place = witness.walk.place
    witness.heard.clear()
    assert witness.walk.make_mistake(None) == "No mistake is made: m lists those that can be."
    assert witness.walk.make_mistake("mean-twice").startswith("mean-twice needs the mean of a batch")
    assert witness.walk.place == place
    assert witness.heard == []
    assert witness.walk.mend_rule() == ""
    witness.walk.end()


async def test_a_run_that_was_left_moves_nobody() -> None:
    witness = Witness(step=4)
    left = witness.walk.journey
    witness.walk.switch_order()
    place = witness.walk.place
    witness.heard.clear()
    left.look_at(go_to(left.here, left.trace, 0))
    assert left.step_on()
    assert witness.walk.place == place
    assert witness.heard == []
    witness.walk.end()
