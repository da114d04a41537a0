"""Can every theme that the palette offers be chosen, on every screen, and does the screen show it?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from textual.color import Color
from textual.theme import ThemeProvider

from engine import load
from engine.catalog import find
from tests.app.driving import User, driven, user_of
from tests.given.some_of import EVERY_CASE, in_turns
from tests.theme.test_colours import READ, contrast
from tui.app import BackpropApp
from tui.classroom.app import RestrictedApp
from tui.screens.stepping import SteppingScreen
from tui.settings import Settings
from tui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.color import Color as RichColor


def offered(user: User) -> list[tuple[str, Callable[[], None]]]:
    """Return the names of the themes that the palette lists, and what choosing each of them does."""
    found = ThemeProvider(user.app.screen).commands
    assert len(found) > 20
    return found


def grounds(user: User) -> set[RichColor | None]:
    """Return the colours behind what is on the screen."""
    strips = user.app.screen._compositor.render_strips()
    return {segment.style.bgcolor for strip in strips for segment in strip if segment.style is not None}


def ground_of(user: User) -> RichColor:
    return Color.parse(user.app.theme_variables["background"]).rich_color


async def test_every_theme_on_the_stepping_screen() -> None:
    """With the dialogs' stylesheet, which is read when the first of them opens.

    Of three screens each has a third of the themes: the picker and the list of mistakes have the others.
    """
    async with user_of("mazur", 7) as user:
        await user.press("g", "escape")
        await user.press("x")  # some numbers are false from here on, and drawn so
        await user.until(lambda text: "step 8 of " in text)
        for at, (name, choose) in enumerate(in_turns(offered(user), 2, 3)):
            choose()
            await user.press("123456789P"[at % 10])
            assert user.app.theme == name
            assert ground_of(user) in grounds(user), name
            assert "step 8 of " in user.text(), name


@pytest.mark.parametrize("name", ["bp-light", "nord", "ansi-light"])
@pytest.mark.parametrize("scenario", ["mazur", None])
async def test_a_settled_theme_is_there_from_the_start(name: str, scenario: str | None) -> None:
    """It was called so, and everything stood on the ground of the dark one."""
    opened = None if scenario is None else load(find(scenario))
    dark = Color.parse("#121212").rich_color
    async with driven(BackpropApp(opened, settled=Settings(theme=name))) as user:
        assert user.app.theme == name
        assert ground_of(user) in grounds(user)
        assert ground_of(user) != dark
        assert dark not in grounds(user)


@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name])
async def test_every_word_of_a_dialog_can_be_read(theme: str) -> None:
    """Placeholders and heads of groups had Textual's colours for what is disabled."""
    async with driven(BackpropApp(load(find("mazur")), settled=Settings(theme=theme))) as user:
        for key in ("o", ":", "m", "g", "F", "?", "ctrl+p"):
            await user.press(key)
            if key == "ctrl+p":
                await user.until(lambda text: "── steps ──" in text)
            for strip in user.app.screen._compositor.render_strips():
                for text, style, _ in strip:
                    behind = key == "ctrl+p" and not re.search("^── |earch for", text)  # that fades
                    if style is not None and any(map(str.isalnum, text)) and not behind:
                        assert contrast(style) >= READ, (key, text)
            await user.press("escape")


async def test_a_frame_that_is_painted_while_the_theme_changes_is_not_kept() -> None:
    async with user_of("mazur", 5) as user:
        user.app.theme = "nord"
        grounds(user)
        await user.settle()
        assert ground_of(user) in grounds(user)
        assert Color.parse("#121212").rich_color not in grounds(user)


async def test_every_theme_in_the_picker() -> None:
    async with user_of(None) as user:
        before = user.text()
        for name, choose in in_turns(offered(user), 0, 3):
            choose()
            await user.settle()
            assert user.app.theme == name
            assert ground_of(user) in grounds(user), name
            assert user.text() == before, name


@pytest.mark.parametrize("name", ["nord", "ansi-light"] if EVERY_CASE else ["ansi-light"])
async def test_a_theme_from_the_palette_in_a_restricted_session(name: str) -> None:
    app = RestrictedApp(load(find("mazur")))
    async with driven(app) as user:
        await user.press("ctrl+p", *"theme")
        await user.until(lambda text: "Change the colours" in text)
        await user.press("enter")
        await user.until(lambda text: "Search for themes" in text and "bp-dark" in text)
        await user.press(*name)
        await user.until(lambda text: name in text and "bp-dark" not in text)
        await user.press("enter")
        await user.until(lambda text: "step 1 of " in text)
        assert isinstance(app.screen, SteppingScreen)
        assert app.theme == name
        assert ground_of(user) in grounds(user)


async def test_the_terminal_s_own_colours_stay_so_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual makes black on black of them when NO_COLOR is set."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with user_of("mazur", 5) as user:
        for name in ("ansi-dark", "ansi-light"):
            user.app.theme = name
            await user.settle()
            assert all(ground is not None and ground.is_default for ground in grounds(user)), name
        user.app.theme = DARK.name
        await user.settle()
        for ground in grounds(user):
            assert ground is not None
            assert ground.triplet is not None
            assert len(set(ground.triplet)) == 1
