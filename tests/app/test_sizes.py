"""Does the screen fit every terminal, and say so when the terminal is too small?"""

from __future__ import annotations

import pytest

from tests.app.driving import user_of
from tui.panes.views import LEAST_HEIGHT, LEAST_WIDTH


async def test_tiny_and_huge_and_back() -> None:
    async with user_of("mazur", 5) as user:
        await user.until_computed()
        before = user.text()
        for width, height in ((1, 1), (500, 200), (2, 200), (500, 2), (59, 18), (60, 17), (60, 18), (80, 24)):
            await user.pilot.resize_terminal(width, height)
            lines = user.text().split("\n")
            assert len(lines) <= height
            assert max(map(len, lines)) <= width
            if width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
                assert user.step() == 5
                assert "q quit" in lines[-1]
        assert user.text() == before


@pytest.mark.parametrize("size", [(59, 18), (60, 17), (40, 10), (30, 2)])
async def test_too_small_says_which_size_is_needed(size: tuple[int, int]) -> None:
    async with user_of("mazur", size=size) as user:
        assert f"60x18 needed, {size[0]}x{size[1]} here" in user.text()
        await user.press("n", "n")
        await user.pilot.resize_terminal(80, 24)
        assert user.step() == 3
        assert "needed" not in user.text()


@pytest.mark.parametrize("keys", [("g",), ("?",), ("o",)])
async def test_dialogs_survive_any_size(keys: tuple[str, ...]) -> None:
    async with user_of("mazur", 5) as user:
        await user.press(*keys)
        for size in ((1, 1), (500, 200), (20, 5), (80, 24)):
            await user.pilot.resize_terminal(*size)
            assert all(len(line) <= size[0] for line in user.text().split("\n"))
        await user.press("escape")
        assert user.step() == 5
