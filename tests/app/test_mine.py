"""Do the user's own numbers come to the screen, and do keys lead from one difference to the next?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.driving import user_of
from tests.app.test_command_line import typed
from tests.commands.test_diagnose import saved

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_file_that_is_named_on_the_command_line(tmp_path: Path) -> None:
    file = saved(tmp_path, "no-slope")
    async with user_of("mazur") as user:
        await user.press(">")
        assert "through the errors of view 5 or : mine FILE." in user.text()
        await typed(user, f"mine {file}")
        assert "δ1 is the first that is wrong; no-slope in layer 1 makes exactly your" in user.text()
        assert user.step() == 6
        assert "δ≠0.009954" in user.text()
        assert "> difference" in user.text()
        await user.press(">", ">")
        assert "difference 3 of 4" in user.text()
        await user.press(">", ">")
        assert "Nothing that you have differs after this" in user.text()
        await user.press("5", "<")
        assert user.step() == 7
        await user.press("4", ">")
        assert "> difference" not in user.text()
        assert user.step() == 7
        await typed(user, "mine")
        assert "makes exactly your numbers" in user.text()
