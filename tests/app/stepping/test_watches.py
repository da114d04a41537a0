"""Can a user watch a number while stepping on, and see how it went?"""

from __future__ import annotations

from tests.app.driving import user_of
from tests.app.screens.test_command_line import typed


async def test_a_number_is_watched_beside_and_in_its_view() -> None:
    async with user_of("mazur", 6, size=(120, 40)) as user:
        await user.until_computed()
        await user.press("V")
        assert "∂C/∂a1[1] is watched" in user.panes()
        await typed(user, "watch W1[1,2]")
        await user.until(lambda text: "W1[1,2]          0.2 " in text and " 0.6570 ┤" in text)
        await user.press("}")
        assert "W1[1,2]          0.199" in user.panes()
        await user.press("W")
        assert "2. W1[1,2]" in user.panes()
        await user.until(lambda text: "at 10,000" in text)
        logarithmic = []
        for _ in range(3):
            await user.press("l")
            logarithmic.append(user.panes().count("  log scale"))
        assert "which is view 4" not in user.text()
        assert logarithmic[0] == logarithmic[2] != logarithmic[1]
        await typed(user, "drop 2")
        assert "2. W1[1,2]" not in user.panes()
        await typed(user, "watch weight[1]")
        assert "Column 7: Expected one number" in user.dialog()


async def test_on_a_wide_screen_what_is_watched_stands_below_the_loss() -> None:
    async with user_of("mazur", 6, size=(200, 50)) as user:
        await user.press("V")
        lines = user.text().splitlines()
        loss, watched = (
            next(line for line in lines if word in line) for word in ("┌─ 4 loss ", "┌─ watched ")
        )
        assert loss.index("┌─ 4 loss ") == watched.index("┌─ watched ")
        assert sum("┌─ 4 loss " in line for line in lines) == 1
