"""Can a user get from any number to where it comes from, to who reads it, and back, by keys and by mouse?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from engine import load
from engine.facts.number import Traced
from engine.looking.selection import explained, selected
from tests.app.driving import User, user_of
from tui.draw.kit.rows import plain
from tui.panes.frame import ReasonsPane, TimelinePane
from tui.panes.main import MainPane

if TYPE_CHECKING:
    from pathlib import Path

NOTED = """
format = 1
title = "Noted"
[network]
inputs = 2
loss = "half-squared-error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.15, 0.20], [0.25, 0.30]]
[[network.layers]]
activation = "sigmoid"
weights = [[0.40, 0.45], [0.50, 0.55]]
[data]
inputs = [[0.05, 0.10]]
targets = [[0.01, 0.99]]
[training]
learning_rate = 0.5
[[notes]]
step = 2
text = "Look at the [b]second[/b] layer."
[[notes]]
step = 6
text = "A hidden error."
"""


def symbols(user: User) -> tuple[str, str]:
    """The symbols of the explained and of the selected number."""
    trace, cursor = user.trace, user.cursor
    return Traced(trace, explained(trace, cursor)).symbol, Traced(trace, selected(trace, cursor)).symbol


async def test_from_a_delta_to_its_weight_s_first_reader_and_back() -> None:
    async with user_of("bptt", 1, wait=0.02) as user:
        await user.press("}", "]", "]")
        begin = user.step()
        await user.press("t")
        assert symbols(user)[0] != symbols(user)[1]
        assert "made by step" in " ".join(user.text().split())
        await user.press("enter")
        made = user.step()
        assert made < begin
        await user.press("r")
        assert user.step() > made
        await user.press("b", "b")
        assert user.step() == begin
        await user.press("B")
        assert user.step() == made


async def test_another_layer_without_moving() -> None:
    async with user_of("mazur", 1, wait=0.02) as user:
        await user.press("a")
        assert user.step() == 1
        assert "where z2[1] comes from" in user.text()
        assert "Not computed yet" in user.text()
        await user.press("escape")
        assert "where the numbers come from" in user.text()


async def test_find_by_name() -> None:
    async with user_of("mazur", 6, wait=0.02) as user:
        await user.press("/", *"W2", "[", *"2,1", "]", "enter")
        assert symbols(user)[0] == "W2[2,1]"
        assert user.cursor.units == (0, 0, 1)
        await user.press("b")
        assert user.cursor.focus is None


async def test_a_wrong_name_is_answered() -> None:
    async with user_of("mazur", 6, wait=0.02) as user:
        await user.press("/", *"W9", "[", "1", "]", "enter")
        assert "The layers are 1 to 2" in " ".join(user.text().split())
        await user.press("escape")
        assert user.step() == 6


async def test_notes_are_shown_at_their_steps(tmp_path: Path) -> None:
    path = tmp_path / "noted.toml"
    path.write_text(NOTED, encoding="utf-8")
    async with user_of(load(path)) as user:
        assert "note" not in user.text().splitlines()[10]
        await user.press("c")
        assert user.step() == 2
        assert "note 1 of 2" in user.text()
        assert "Look at the [b]second[/b] layer." in user.text()
        await user.press("c")
        assert user.step() == 6
        assert "A hidden error." in user.text()
        await user.press("c")
        assert user.step() == 6
        await user.press("C", "n")
        assert user.step() == 3
        assert "note 1" not in user.text()


@pytest.mark.parametrize("pane", [ReasonsPane, MainPane])
async def test_a_click_on_a_number_selects_it(pane: type[ReasonsPane | MainPane]) -> None:
    async with user_of("mazur", 6, size=(120, 40), wait=0.02) as user:
        shown = user.stepping.query_one(pane)
        text = [plain(row) for row in shown._rows]
        wanted = "0.1385"
        y = next(place for place, row in enumerate(text) if wanted in row)
        x = text[y].index(wanted) + 1
        await user.pilot.click(shown, offset=(x, y))
        await user.pilot.pause(0.02)
        assert symbols(user)[1] == "δ2[1]"


async def test_a_click_on_a_chip_goes_to_its_step() -> None:
    async with user_of("mazur", 6, wait=0.02) as user:
        shown = user.stepping.query_one(TimelinePane)
        x = plain(shown._rows[0]).index("C")
        await user.pilot.click(shown, offset=(x, 0))
        await user.pilot.pause(0.02)
        assert user.step() == 3
        await user.press("b")
        assert user.step() == 6


async def test_a_click_on_a_view_in_the_border_opens_it() -> None:
    async with user_of("mazur", 6, size=(120, 40), wait=0.02) as user:
        shown = user.stepping.query_one(MainPane)
        for view in ("cost", "network", "loss"):
            x = plain(shown._rows[0]).index(view)
            await user.pilot.click(shown, offset=(x, 0))
            await user.pilot.pause(0.02)
            assert user.stepping.view == view


async def test_what_has_become_of_the_loss_is_said_once_it_is_known_however_one_has_come_there() -> None:
    for name, step, said in (
        ("08-too-early-sign", 12, "It was 0.12961 before the update"),
        ("xor", 30, "C of all 4 samples, sum,( each by the weights that it met,)? has fallen by"),
    ):
        async with user_of(name) as user:
            await user.pick(step)
            await user.until_computed()
            assert re.search(said, " ".join(user.text().split()))
            for _ in "uu":  # a run of its own each time, of which nothing is computed yet
                await user.press("u")
                if name == "xor":
                    await user.press("}", "p")  # the update is another step there
                await user.until_computed()
                assert re.search(said.partition(" 0.")[0], " ".join(user.text().split()))
