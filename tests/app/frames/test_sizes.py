"""Does the screen fit every terminal, and say so when the terminal is too small?"""

from __future__ import annotations

import pytest
from textual.widgets import OptionList

from engine.looking.finding import EXAMPLES
from engine.looking.ways.places import OTHERWISE
from tests.app.driving import user_of
from tests.given.some_of import in_turns
from tui.draw.kit.wide import wrapped
from tui.panes.too_small import LEAST_HEIGHT, LEAST_WIDTH

DIALOGS = ["o", "ctrl+p", "?", "m"]


async def test_tiny_and_huge_and_back() -> None:
    async with user_of("mazur", 5, iterations=40) as user:
        await user.until_computed()
        before = user.text()
        for width, height in ((1, 1), (500, 200), (2, 200), (500, 2), (59, 18), (60, 17), (60, 18), (80, 24)):
            await user.resize(width, height)
            if width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
                await user.until(lambda text: "step 5 of " in text and text.endswith("q quit"))
        await user.until(lambda text: text == before)


async def test_too_small_says_which_size_is_needed() -> None:
    async with user_of("mazur", size=(59, 18)) as user:
        for step, (width, height) in ((3, (59, 18)), (5, (60, 17)), (7, (40, 10)), (9, (30, 2))):
            await user.give_size(width, height)
            assert f"60x18 needed, {width}x{height} here" in user.text()
            await user.press("n", "n")
            await user.resize(80, 24)
            assert user.step() == step
            assert "needed" not in user.text()


@pytest.mark.parametrize(("turn", "key"), [*enumerate("g?om")])
async def test_dialogs_survive_any_size(turn: int, key: str) -> None:
    async with user_of("mazur", 5) as user:
        await user.press(key)
        for size in (*in_turns([(1, 1), (200, 60), (20, 5)], turn, 2), (80, 24)):
            await user.resize(*size)
        await user.press("escape")
        await user.until(lambda text: "step 5 of " in text)


@pytest.mark.parametrize("size", [(60, 24), (66, 24)])
async def test_the_lines_of_a_dialog_are_broken_once(size: tuple[int, int]) -> None:
    """They were for 80 cells, and in a narrower window once more: words stood alone in a line."""
    async with user_of("mazur", 5, size=size) as user:
        for key, said in (("g", OTHERWISE), ("/", EXAMPLES)):
            await user.press(key)
            lines = wrapped(said, size[0] - 4)
            found = "\n".join(line.strip("│ ") for line in user.text().split("\n"))
            assert "\n".join(lines) in found, found
            await user.press("escape")


async def test_the_key_that_closes_the_help_is_named_in_a_narrow_window() -> None:
    async with user_of("mazur", size=(80, 24)) as user:
        await user.press("?")
        for width in (80, 40, 26):
            await user.resize(width, 10)
            assert "esc closes ─┘" in user.text()


async def test_page_keys_in_every_small_window() -> None:
    """A list without a line has no page, and text can't be broken into lines of no cells.

    The dialogs take turns: each has a narrow window, and but for the last one a low one.
    """
    sizes = [(2, 24), (4, 24), (5, 24), (6, 24), (80, 1), (9, 3), (1, 1)]
    async with user_of("mazur", 5, iterations=40) as user:
        for turn, key in enumerate(DIALOGS):
            await user.press(key)
            if key == "ctrl+p":
                await user.until(lambda text: "── steps ──" in text)
            for width, height in in_turns(sizes, turn, 4):
                await user.give_size(width, height)
                await user.press("pagedown", "pageup", "end", "pageup", "home", "pagedown")
                assert user.text().count("\n") < height
            await user.press("escape", "home", *["n"] * 4)
            await user.resize(80, 24)
            await user.until(lambda text: "step 5 of " in text)


@pytest.mark.parametrize(("turn", "size"), [*enumerate([(1, 1), (6, 24)])])
async def test_page_keys_at_once_after_opening(turn: int, size: tuple[int, int]) -> None:
    async with user_of("mazur", 5, size=size) as user:
        for opening in in_turns(DIALOGS, turn, 2):
            await user.press(opening, "pagedown", "pageup")
            await user.press("pagedown", "pageup")
            await user.press("escape")
        await user.resize(80, 24)
        await user.until(lambda text: "step 5 of " in text)


@pytest.mark.parametrize("size", [(1, 8), (5, 24)])
async def test_page_keys_turn_pages_that_are_hardly_seen(size: tuple[int, int]) -> None:
    async with user_of(None, size=size) as user:
        names = user.app.screen.query_one(OptionList)
        await user.press("pagedown")
        assert names.highlighted
        await user.press("pageup")
        assert names.highlighted == 0
