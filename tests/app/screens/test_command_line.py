"""Can a command be typed, completed and found again, and is what it finds on the screen?"""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.events import Key
from textual.keys import _character_to_key as character_to_key
from textual.widgets import Input

from tests.app.driving import User, user_of
from tests.given.some_of import in_turns
from tui.meanwhile import quest
from tui.panes.pane import Pane
from tui.screens.dialogs.command_line import CommandScreen

_BARE = {"\r": "enter", "\b": "backspace"}


async def typed(user: User, text: str) -> None:
    await user.press(":")
    await user.type(text)
    await user.press("enter")


async def test_a_condition_leads_to_its_step_and_how_often_it_holds_is_on_the_screen() -> None:
    async with user_of("mazur") as user:
        await typed(user, "until loss < 0.01")
        await user.until(lambda text: "step 1,560 of" in text)
        assert user.step() == 1560
        await typed(user, "since iteration == 12")
        await user.until(lambda text: "step 100 of" in text)
        await typed(user, "find iteration > 9998")
        await user.until(lambda text: "In 2 of 10,000 iterations: steps 89,983" in text)
        await user.press("n")
        assert "of 10,000 iterations:" not in user.text()


async def test_who_goes_elsewhere_gives_a_search_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quest, "AT_ONCE", 0.0)
    async with user_of("mazur", iterations=1_000_000) as user:
        for other in ("a click", "a step by its number", "a number by its name"):
            await typed(user, "find loss < 1e-9")
            assert "searching" in user.text()
            if other == "a click":
                user.stepping.post_message(Pane.Picked(3))
                await user.settle()
            else:
                await user.press(*("g5" if "step" in other else "/W2[1,1]"), "enter")
            assert "searching" not in user.text(), other


async def test_a_breakpoint_on_the_way_is_said() -> None:
    async with user_of("mazur") as user:
        await typed(user, "break iteration == 5")
        assert "Breakpoint 1: iteration == 5" in user.text()
        await user.press("end")
        await user.until(lambda text: "step 37 of" in text and "Breakpoint 1" in text)
        await user.press("end")
        await user.until(lambda text: "step 90,000 of" in text)


async def test_what_is_wrong_is_said_and_can_be_mended() -> None:
    async with user_of("mazur") as user:
        await typed(user, "until los < 0.01")
        assert "Column 7: There is no 'los'. Did you mean \"loss\"?" in user.dialog()
        said = user.app.screen.query_one("#answer")
        assert said.styles.color == Color.parse(user.app.theme_variables["error"])
        user.app.screen.query_one(Input).cursor_position = len("until los")
        await user.press("s", "enter")
        await user.until(lambda text: "step 1,560 of" in text)


async def test_words_are_shown_and_completed_and_what_was_typed_before_is_at_hand() -> None:
    async with user_of("mazur") as user:
        await user.press(":", "u", "n")
        assert "until · unit-down · unit-up" in user.dialog()
        said = user.app.screen.query_one("#answer")
        assert said.styles.color != Color.parse(user.app.theme_variables["error"])  # they are a hint
        await user.press("tab")
        assert "until · unit-down · unit-up" in user.dialog()
        await user.press("tab")
        assert user.app.screen.query_one(Input).value == "unit-down"
        await user.press("tab", "tab", " ", "p", "r", "e", "d", "tab")
        assert user.app.screen.query_one(Input).value == "until prediction"
        await user.press("escape")
        await typed(user, "100")
        await typed(user, "break step == 3")
        await user.press(":", "up", "up")
        assert user.app.screen.query_one(Input).value == "100"
        await user.press("down", "down")
        assert user.app.screen.query_one(Input).value == ""
        await user.press("up", "up", "enter")
        assert user.step() == 100


async def test_keys_are_called_by_their_names_and_escape_stays() -> None:
    async with user_of("mazur") as user:
        await typed(user, "heat")
        assert user.stepping.view == "heat"
        await user.press(":", "n", "right", "escape")
        assert user.step() == 1
        await typed(user, "breaks")
        assert isinstance(user.app.screen, CommandScreen)
        assert "There are no breakpoints" in user.dialog()


@pytest.mark.parametrize("turn", [0, 1])
async def test_every_key_counts_in_its_turn_however_fast_they_come(turn: int) -> None:
    """Those behind Enter were written into the line, and read as a part of it."""
    typed = [
        ("g7\rn", 8),
        ("g78\b\rp", 6),
        (":7\rnn", 9),
        (":1\b2\r:next\r", 3),
        (":next\rg4\rp", 3),
        (",12nn", 18),
        ("\"ann'bn\"bp'an", 6),
        (":set learning_rate = 0.25\rnn", 7),
    ]
    async with user_of("mazur", 5, iterations=40) as user:
        for place, (keys, step) in enumerate(in_turns(typed, turn, 2)):
            opened = place % 2
            if user.step() != 5:
                await user.pick(5)
            if opened:
                await user.press(keys[0])
            for sign in keys[opened:]:
                name = _BARE.get(sign)
                user.app.post_message(Key(name, None) if name else Key(character_to_key(sign), sign))
            await user.settle()
            assert user.step() == step, keys


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize(
    ("key", "title", "keys"),
    [
        (":", "command", "enter does it · esc ends"),
        ("g", "go to", "enter goes there · esc stays"),
        ("/", "find a number by its name", "enter looks at it · esc stays"),
    ],
)
async def test_what_is_asked_stands_below_the_picture_that_it_is_about(
    key: str, title: str, keys: str, size: tuple[int, int]
) -> None:
    """In a box that is no wider than what it says, with its title and its keys in the frame."""
    async with user_of("mazur", size=size) as user:
        await user.until_computed()  # the curve of the loss grows till then
        before = user.text().split("\n")
        await user.press(key)
        after = user.text().split("\n")
        asked = next(row for row, line in enumerate(after) if f"┌─ {title} ─" in line)
        equation = next(row for row, line in enumerate(before) if "where the numbers come from" in line)
        assert asked > equation + 3, "the network and the chosen equation stay in sight"
        assert after[:asked] == before[:asked]
        left, right = after[asked].index(f"┌─ {title}"), after[asked].rindex("┐")
        box = [line[left : right + 1] for line in after[asked : size[1]]]
        assert all(line[:1] in "┌│└" and line[-1:] in "┐│┘" for line in box)
        assert box[-1].endswith(f"{keys} ─┘")
        assert any(line[1:-1].strip() for line in box[1:-1] if len(line[1:-1].strip()) + 10 > len(line))
        assert size[0] == 80 or right - left < 90
