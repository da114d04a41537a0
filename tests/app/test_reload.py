"""Is a scenario that changes on disk noticed and read again at the same step, and left where it is wrong?"""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import pytest
from textual.color import Color

from engine import load, trace
from engine.catalog import find
from engine.looking.carried import carried
from engine.looking.cursor import go_to, look_at, start
from tests.app.driving import user_of
from tests.given.scenarios_at_random import Wanted, scenario_at_random, with_training
from tui.meanwhile import reader
from tui.walking.watched import Opened, Watched

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario import Scenario

TEXT = find("mazur").read_text(encoding="utf-8")
RATE = "learning_rate = 0.5"


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """A scenario that was read from a file of the user's own."""
    file = tmp_path / "mazur.toml"
    file.write_text(TEXT, encoding="utf-8")
    return Opened(file, partial(load, file))


def rewrite(file: Path, text: str) -> None:
    """As editors do: another file in the place of this one."""
    other = file.with_suffix(".new")
    other.write_text(text, encoding="utf-8")
    other.replace(file)


def test_a_change_is_noticed_once_and_a_file_that_is_away_is_none(opened: Opened) -> None:
    watched = Watched(opened)
    assert not watched.changed()
    rewrite(opened.file, f"{TEXT}\n")
    assert watched.changed()
    assert not watched.changed()
    opened.file.unlink()
    assert not watched.changed()
    rewrite(opened.file, TEXT)
    assert watched.changed()


async def test_the_key_reads_again_at_the_same_step_in_the_same_view(opened: Opened) -> None:
    async with user_of(opened.read(), 6, opened=opened) as user:
        await user.press("j", "3")
        looked = user.stepping.goal
        rewrite(opened.file, TEXT.replace(RATE, "learning_rate = 0.25"))
        await user.until(lambda text: "f5 reads it again" in text)
        assert "η = 0.5" in user.text()
        await user.press("f5")
        await user.until(lambda text: "Read again" in text and "η = 0.25" in text)
        assert (user.stepping.goal, user.stepping.view) == (looked, "cost")


async def test_where_it_is_wrong_the_run_before_stays(opened: Opened) -> None:
    async with user_of(opened.read(), 6, opened=opened, watch=True) as user:
        rewrite(opened.file, TEXT.replace(RATE, 'learning_rate = "x"'))
        await user.until(lambda text: "Not read, this is the run before" in text)
        assert "η = 0.5" in user.text()
        assert "step 6 of" in user.text()
        rewrite(opened.file, TEXT.replace(RATE, "learning_rate = 0.125"))
        await user.until(lambda text: "η = 0.125" in text)  # by itself


async def test_who_asks_is_told_all_of_what_is_wrong(opened: Opened) -> None:
    async with user_of(opened.read(), 6, opened=opened) as user:
        rewrite(opened.file, TEXT.replace(RATE, 'learning_rate = "x"').replace("inputs = 2", "inputs = 0"))
        await user.press("f5")
        told = user.dialog()
        assert "line 20: network.inputs: expected " in told
        assert "and 1 more error." in told
        assert "any key goes on" in told
        red = Color.parse(user.app.theme_variables["error"])
        assert user.app.screen.query_one(".dialog").styles.border_top == ("solid", red)
        await user.press("n")
        assert user.step() == 6
        await user.press("n")
        assert user.step() == 7


async def test_a_scenario_of_no_file_says_so() -> None:
    async with user_of("mazur") as user:
        await user.press("f5")
        assert "of no file" in user.text()


@pytest.mark.parametrize("seed", range(8))
def test_a_place_is_carried_to_any_other_run(seed: int) -> None:
    """To one with the same steps it is the same; in any other it is one that there is."""
    before = trace(scenario_at_random(seed, Wanted(steps=120)))
    cursor = look_at(go_to(start(before), before, len(before) - 2), before, 1, 1)
    same = trace(with_training(before.scenario, learning_rate=0.0625))
    assert carried(cursor, before, same) == cursor
    for other in range(6):
        after = trace(scenario_at_random(100 + other, Wanted(steps=60)))
        found, sizes = carried(cursor, before, after), after.scenario.network.sizes
        assert found.step == min(cursor.step, len(after) - 1)
        assert all(unit < size for unit, size in zip(found.units, sizes, strict=True))


async def test_keys_are_answered_while_a_large_file_is_read_again(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, there = opened.read, Event()

    def slowly() -> Scenario:
        while not there.wait(0.01):
            pass
        return at_once()

    first = opened.read()
    monkeypatch.setattr(opened, "read", slowly)
    monkeypatch.setattr(reader, "WAIT", 0.15)
    async with user_of(first, 6, opened=opened) as user:
        rewrite(opened.file, TEXT.replace(RATE, "learning_rate = 0.25"))
        await user.press("f5")
        assert "is large: it is being read again" in user.text()
        await user.press("n", "n")
        assert "step 8 of" in user.text()
        there.set()
        await user.until(lambda text: "Read again" in text and "η = 0.25" in text)
        assert "step 8 of" in user.text()
