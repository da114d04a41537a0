"""Does the palette close once and only itself, and bear keys that come before it is ready?"""

from __future__ import annotations

import pytest
from textual.command import CommandPalette
from textual.events import Key, MouseDown, MouseUp
from textual.widgets import Input, OptionList

from tests.app.driving import User, user_of
from tui.screens.dialogs.ask import AskScreen
from tui.screens.picker import PickerScreen
from tui.screens.stepping import SteppingScreen


def click(user: User, x: int, y: int) -> None:
    for kind in (MouseDown, MouseUp):
        user.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))


@pytest.mark.parametrize("scenario", ["mazur", None])
async def test_enter_twice_chooses_once(scenario: str | None) -> None:
    async with user_of(scenario) as user:
        before = user.app.screen_stack
        await user.press("ctrl+p", *"theme")
        await user.until(lambda text: "Change the colours" in text and "key n" not in text)
        await user.press("enter", "enter")
        await user.until(lambda text: "Search for themes" in text)
        await user.settle()
        assert user.app.screen_stack[:-1] == before
        await user.press("escape")
        assert user.app.screen_stack == before


async def test_clicks_beside_it_close_it_once_and_the_picker_behind_it_does_not_open_in_its_place() -> None:
    async with user_of("mazur", 5) as user:
        await user.press("o")
        before = user.app.screen_stack
        await user.press("ctrl+p")
        await user.until(lambda text: "Leave" in text)
        for _ in range(3):
            click(user, 0, 0)
        await user.settle()
        assert user.app.screen_stack == before
        names = user.app.screen.query_one(OptionList)
        user.app.action_command_palette()
        names.post_message(OptionList.OptionSelected(names, names.options[0], 0))
        await user.settle()
        assert isinstance(user.app.screen, CommandPalette)
        await user.press("escape")
        assert isinstance(user.app.screen, PickerScreen)
        await user.press("enter")
        await user.settle()
        assert user.step() == 1


async def test_a_key_before_its_list_is_filled() -> None:
    async with user_of("mazur", 5) as user:
        for key in ("pagedown", "pageup"):
            await user.press("ctrl+p", key, key)
            for _ in range(8):  # at some time of these it is filled, but not laid out
                user.app.post_message(Key(key, None))
                await user.pilot.pause(0)
            await user.until(lambda text: "key" in text)
            await user.press("escape")
            assert isinstance(user.app.screen, SteppingScreen)


@pytest.mark.parametrize("turns", [0, 1, 4])
async def test_leaving_while_it_searches_is_no_fault(turns: int) -> None:
    async with user_of("mazur", 5) as user:
        user.app.post_message(Key("ctrl+p", None))
        for _ in range(turns):
            await user.pilot.pause(0)
        user.app.exit()
        await user.pilot.pause(0.01)
        assert user.app.fault is None


async def test_a_dialog_behind_it_does_not_answer_in_its_place() -> None:
    """It would close the palette instead of itself, and have no answer left to give."""
    async with user_of("mazur", 5) as user:
        await user.press("g", "7")
        dialog = user.app.screen
        user.app.action_command_palette()
        line = dialog.query_one(Input)
        line.post_message(Input.Submitted(line, "7"))
        await user.settle()
        assert isinstance(user.app.screen, CommandPalette)
        await user.press("escape")
        assert isinstance(user.app.screen, AskScreen)
        await user.press("enter")
        assert user.step() == 7


async def test_what_is_typed_as_a_command_is_offered_and_begun() -> None:
    async with user_of("mazur") as user:
        user.app.action_command_palette()
        await user.settle()
        await user.type("until: on to")
        await user.until(lambda text: "until: on to the next step" in text)
        await user.press("enter")
        await user.until(lambda text: "find CONDITION" in text and " until " in text)
        await user.type("loss < 0.29")
        await user.press("enter")
        await user.until(lambda _: user.step() > 9)
        assert user.trace.iteration(user.trace.schedule.site(user.cursor.step).iteration).loss() < 0.29
