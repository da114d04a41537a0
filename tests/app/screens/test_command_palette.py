"""Does the palette close once and only itself, and bear keys that come before it is ready?"""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual.command import CommandPalette
from textual.events import Key, MouseDown, MouseUp
from textual.widgets import Input, OptionList

from tests.app.driving import User, user_of
from tui.keys import KEYS
from tui.screens.dialogs.ask import AskScreen
from tui.screens.picker import PickerScreen
from tui.screens.stepping import SteppingScreen
from tui.settings import Settings


def click(user: User, x: int, y: int) -> None:
    for kind in (MouseDown, MouseUp):
        user.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))


@pytest.mark.parametrize("scenario", ["mazur", None])
async def test_enter_twice_chooses_once(scenario: str | None) -> None:
    async with user_of(scenario) as user:
        before = user.app.screen_stack
        await user.press("ctrl+p", *"theme")
        await user.until(lambda text: "Change the colours" in text and "next step" not in text)
        await user.press("enter", "enter")
        await user.until(lambda text: "Search for themes" in text)
        await user.settle()
        assert user.app.screen_stack[:-1] == before
        await user.press("escape")
        assert user.app.screen_stack == before


async def test_what_the_keys_do_stands_in_the_order_of_the_help_a_line_each() -> None:
    async with user_of("mazur", size=(120, 40)) as user:
        await user.press("ctrl+p")
        await user.until(lambda text: "next step" in text)
        names = user.app.screen.query_one(OptionList)
        lines = [str(option.prompt) for option in names.options]
        assert lines[0] == "── steps ──"
        assert names.highlighted == 1
        assert not [line for line in lines if "\n" in line]
        found = [key for line in lines for key in KEYS if line.startswith(f"{key.on_screen:9}  {key.does}")]
        assert found == list(KEYS)
        rows = user.text().split("\n")
        first = next(place for place, row in enumerate(rows) if "next step" in row)
        assert "previous step" in rows[first + 1]
        # Each says itself what it does: none repeats the line above it.
        told = [line[11:] for line in lines if not line.startswith("──")]
        assert not [one for one, other in pairwise(told) if one in other]
        await user.type("before")
        await user.until(lambda text: "next phase" not in text)
        told = [str(option.prompt) for option in names.options]
        assert len({line[11:] for line in told}) == len(told)  # else nothing but the key tells them apart


async def test_a_key_that_is_typed_is_found_first() -> None:
    async with user_of("mazur") as user:
        for typed, does in (("]", "next phase"), ("B", "forward again"), ("[", "previous phase")):
            await user.press("ctrl+p")
            await user.until(lambda text: "next step" in text)
            await user.type(typed)
            await user.until(lambda text: "── steps ──" not in text)
            names = user.app.screen.query_one(OptionList)
            assert does in str(names.options[0].prompt)
            await user.press("escape")


async def test_the_list_of_themes_begins_at_the_one_that_is_there() -> None:
    async with user_of("mazur", settled=Settings(theme="nord")) as user:
        user.app.search_themes()
        await user.until(lambda text: "Search for themes" in text and "nord" in text)
        names = user.app.screen.query_one(OptionList)
        assert names.highlighted is not None
        assert str(names.options[names.highlighted].prompt) == "nord"
        await user.press("enter")
        assert user.app.theme == "nord"


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
            await user.until(lambda _: user.app.screen.query_one(OptionList).option_count > 0)
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
