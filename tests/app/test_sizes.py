"""Does the screen fit every terminal, and say so when the terminal is too small?"""

from __future__ import annotations

import pytest

from tests.app.driving import user_of
from tui.panes.too_small import LEAST_HEIGHT, LEAST_WIDTH


async def test_tiny_and_huge_and_back() -> None:
    async with user_of("mazur", 5) as user:
        await user.until_computed()
        before = user.text()
        for width, height in ((1, 1), (500, 200), (2, 200), (500, 2), (59, 18), (60, 17), (60, 18), (80, 24)):
            await user.resize(width, height)
            if width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
                await user.until(lambda text: "step 5/" in text and text.endswith("q quit"))
        await user.until(lambda text: text == before)


@pytest.mark.parametrize("size", [(59, 18), (60, 17), (40, 10), (30, 2)])
async def test_too_small_says_which_size_is_needed(size: tuple[int, int]) -> None:
    async with user_of("mazur", size=size) as user:
        assert f"60x18 needed, {size[0]}x{size[1]} here" in user.text()
        await user.press("n", "n")
        await user.resize(80, 24)
        await user.until(lambda text: "step 3/" in text and "needed" not in text)


@pytest.mark.parametrize("keys", [("g",), ("?",), ("o",)])
async def test_dialogs_survive_any_size(keys: tuple[str, ...]) -> None:
    async with user_of("mazur", 5) as user:
        await user.press(*keys)
        for size in ((1, 1), (500, 200), (20, 5), (80, 24)):
            await user.resize(*size)
        await user.press("escape")
        await user.until(lambda text: "step 5/" in text)
