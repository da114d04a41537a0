"""Is a typed command obeyed, and does a breakpoint stop what moves?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.facts.beside.theirs import theirs_of
from engine.facts.number import Traced
from engine.looking.cursor import go_to
from engine.looking.selection import selected
from engine.order.schedule import Poke
from tests.commands.headless.test_diagnose import saved
from tests.walking.test_walk import Witness
from tui.keys import KEYS
from tui.meanwhile import quest as quest_module
from tui.walking import player as player_module
from tui.walking.command_line import NAMED, CommandLine, completed, completions

if TYPE_CHECKING:
    from pathlib import Path


class Typing(Witness):
    """A witness who types commands."""

    def __init__(self, step: int = 0) -> None:
        super().__init__(step)
        self.acted: list[str] = []
        self.line = CommandLine(
            self.walk,
            self.acted.append,
            self.heard.append,
            lambda go_on: self.heard.append(go_on()),
            lambda what, rest: self.acted.append(f"{what}: {rest}"),
        )

    def type(self, text: str) -> str:
        """Type what is done at once; return what is said of it."""
        reply = self.line.obey(text)
        assert reply.done, reply.text
        return reply.text

    async def found(self) -> None:
        """Wait until nothing is looked for any more."""
        while self.walk._quest is not None and self.walk._quest.runs:
            await asyncio.sleep(0.001)


async def test_until_and_since() -> None:
    typing = Typing()
    typing.type("until loss < 0.01")
    await typing.found()
    assert typing.step == 9 * 173 + 2
    typing.type("since iteration == 7")
    await typing.found()
    assert typing.step == 9 * 6
    assert typing.walk.move("back") == ""  # a jump like any other
    assert typing.step == 9 * 173 + 2
    typing.type("until loss > 100")
    await typing.found()
    assert typing.heard[-1] == "At no later step it begins to hold: loss > 100"
    assert typing.step == 9 * 173 + 2


async def test_a_breakpoint_stops_longer_moves_both_ways() -> None:
    typing = Typing()
    assert typing.type("break delta[1][1] > 0 and iteration == 3") == (
        "Breakpoint 1: delta[1][1] > 0 and iteration == 3"
    )
    typing.type("break step == 40")
    stops = [9 * 2 + 5, 39]
    for command, expected in (("last", stops), ("first", stops[::-1][1:])):
        for step in expected:
            typing.walk.move(command)  # type: ignore[arg-type]
            await typing.found()
            assert typing.step == step
            assert "Breakpoint" in typing.heard[-1]
    typing.walk.move("next-iteration")
    await typing.found()
    assert typing.step == 9 * 3
    typing.type("disable 2")
    typing.walk.move("last")
    await typing.found()
    assert typing.step == len(typing.trace) - 1


async def test_a_breakpoint_stops_playing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(player_module, "SECONDS_A_STEP", 0.0)
    typing = Typing()
    typing.type("break delta[1][1] > 0")
    typing.walk.play()
    while typing.walk.player.playing:
        await asyncio.sleep(0.001)
    assert typing.step == 5
    assert "Breakpoint 1: delta[1][1] > 0" in typing.heard


async def test_breakpoints_are_listed_and_changed() -> None:
    typing = Typing()
    assert typing.line.obey("breaks").text.startswith("There are no breakpoints")
    typing.type("break loss < 1")
    typing.type("break loss < 2")
    typing.type("disable 2")
    assert typing.line.obey("breaks").text == "1  loss < 1\n2  loss < 2  (off)"
    typing.type("enable 2")
    typing.type("delete 1")
    assert typing.line.obey("breaks").text == "2  loss < 2"
    typing.type("break loss < 3")
    assert typing.line.obey("breaks").text == "2  loss < 2\n3  loss < 3"
    reply = typing.line.obey("delete 1")
    assert (reply.text, reply.done) == ("There is no breakpoint 1; breaks lists them", False)


async def test_how_often_it_holds_is_told() -> None:
    typing = Typing()
    typing.type("find loss < 0.01")
    await typing.found()
    assert typing.heard[-1] == (
        "In 9,827 of 10,000 iterations: steps 1,560 (iteration 174) to 89,994 (10,000)"
    )
    typing.type("find iteration == 12")
    await typing.found()
    assert typing.heard[-1] == "In 1 of 10,000 iterations: step 100 (iteration 12)"


async def test_a_search_is_given_up_by_whoever_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quest_module, "AT_ONCE", 0.0)
    typing = Typing(3)
    typing.type("until weight[1][1,1] > 100")
    assert typing.walk.progress().startswith("searching ")
    assert typing.walk.move("release") == "The search was given up."
    assert typing.step == 3
    typing.type("until weight[1][1,1] > 100")
    quest = typing.walk._quest
    assert quest is not None
    typing.walk.move("next")
    assert "searching" not in typing.walk.progress()
    assert not quest.runs
    heard, share = len(typing.heard), quest.share
    await asyncio.sleep(0.02)
    assert typing.step == 4
    assert (len(typing.heard), quest.share) == (heard, share)


async def test_a_weight_is_set_by_hand_in_the_midst_of_an_iteration_and_taken_back() -> None:
    typing = Typing(step=1)
    typing.type("poke W2[1,2] = 0.9")
    run, here = typing.walk.place
    assert (here.step, run.schedule.site(2).kind, run[2].layer) == (2, "update", 2)
    chosen = Traced(run, selected(run, here))
    assert (chosen.symbol, chosen.value) == ("early W2[1,2]", 0.9)
    typing.type("poke W2[1,2] += 0.1")  # as it is by now
    assert typing.walk.place.trace.breaks[1].poke == Poke("weights", (0, 1), 1.0)
    assert "finite number" in typing.line.obey("poke W2[1,2] = nan").text
    assert typing.walk.mend_rule() == typing.walk.mend_rule() == ""
    assert typing.walk.place.trace is typing.trace
    assert typing.step == 1
    typing.type("9")
    typing.type("poke W2[1,2] = 0.9")
    assert typing.heard[-1].startswith("The updates of this iteration have begun.")
    typing.walk.end()


def test_a_number_and_a_name_do_what_keys_do() -> None:
    typing = Typing()
    typing.type("1560")
    assert typing.step == 1559
    typing.type("i12")
    assert typing.step == 9 * 11
    typing.type("-2")
    assert typing.step == 9 * 11 - 2
    for _ in range(3):
        typing.walk.move("back")
    assert typing.step == 0
    for name in ("next-phase", "heat", "quit", "help", "back"):
        typing.type(name)
    assert typing.acted == ["move('next-phase')", "view('heat')", "app.quit", "help", "move('back')"]
    assert set(NAMED.values()) == {key.action for key in KEYS}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Such as until loss < 0.01"),
        ("untl loss < 1", "There is no command 'untl'. Did you mean \"until\"?"),
        ("until los < 1", "Column 7: There is no 'los'. Did you mean \"loss\"?"),
        ("until", "Column 7: Expected a number, a quantity such as loss"),
        ("0", "'0' is not a step: 1 to 90,000"),
        ("quit now", "quit takes nothing after it."),
        ("delete x", "delete takes the number of a breakpoint; breaks lists them"),
    ],
)
def test_what_cannot_be_obeyed_is_said(text: str, says: str) -> None:
    reply = Typing().line.obey(text)
    assert not reply.done
    assert reply.text.startswith(says)


async def test_another_scenario_has_no_breakpoints() -> None:
    typing = Typing()
    typing.type("break loss < 1")
    typing.walk.open(typing.trace)
    assert typing.walk.breakpoints.every == []


def test_words_are_completed() -> None:
    assert completions("un") == ["until", "unit-down", "unit-up"]
    assert completed("un") == ["until", "unit-down", "unit-up"]
    assert completions("until sample") == ["sample_loss", "sample"]
    assert completed("until abs(del") == ["until abs(delta"]
    assert completions("until loss < ") == []
    assert completed("1560") == []


def test_a_command_is_taken_with_the_key_that_begins_it() -> None:
    """What the screens print as :nudge W1[1,2] 0.001 was no command when it was typed like that."""
    typing = Typing()
    assert typing.line.obey(":breaks").text == typing.line.obey("breaks").text
    assert "∂C/∂W1[1,2]" in typing.line.obey(": nudge W1[1,2] 0.001").text
    assert typing.line.obey(":until los < 1").text.startswith("Column 8: There is no 'los'")
    assert completions(":he") == completions("he") == ["heat", "help"]
    assert completed(":he") == [":heat", ":help"]


async def test_a_place_that_was_looked_for_counts_from_where_the_user_was() -> None:
    typing = Typing()
    typing.walk.go(go_to(typing.walk.place.cursor, typing.trace, 9 * 5))
    typing.type("since delta[1][1] > 0")
    await typing.found()
    assert typing.step == 9 * 4 + 5


def test_a_session_that_reads_no_files_holds_none(tmp_path: Path) -> None:
    typing = Typing()
    heard = typing.heard.append
    closed = CommandLine(
        typing.walk, typing.acted.append, heard, lambda go_on: heard(go_on()), lambda *_: None, closed=True
    )
    reply = closed.obey(f"mine {tmp_path / 'mine.npz'}")
    assert (reply.done, reply.text) == (False, "This session reads no files but the scenarios at hand.")
    reply = typing.line.obey(f"mine {tmp_path / 'mine.npz'}")
    assert (reply.done, "there is no such file" in reply.text) == (False, True)
    assert "takes the name of a file" in typing.line.obey("mine").text


async def test_numbers_are_held_against_the_right_run_until_the_file_is_another(tmp_path: Path) -> None:
    typing = Typing()
    assert typing.type(f"mine {saved(tmp_path, 'no-slope')}").startswith("δ1 is the first that is wrong")
    assert typing.step == 5
    assert typing.type("mine").startswith("δ1 is the first")
    typing.walk.make_mistake("no-slope")
    assert theirs_of(typing.walk.journey.trace) is None
    assert "as it should be" in typing.line.obey("mine other.npz").text
    typing.walk.make_mistake(None)
    assert theirs_of(typing.walk.journey.trace) is not None
    typing.walk.reopen(trace(typing.walk.opened))
    assert theirs_of(typing.walk.journey.trace) is None
    typing.walk.end()
