"""Do the keys of the curve of the losses lead along it and to the iteration that is pointed at?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.driving import user_of
from tui.panes.main import MainPane
from tui.screens.stepping import SteppingScreen

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row


async def test_along_the_curve_and_there_and_back() -> None:
    async with user_of("mazur", 5) as user:
        await user.until_computed()
        await user.press(">")
        assert "go along the curve of view 4" in user.text()
        await user.press("4", ">", ">")
        assert "iteration 400   C " in user.text()
        await user.press("escape")
        assert "iteration 400" not in user.text()
        assert user.step() == 5
        await user.press(">", "<", "<")
        assert "The curve ends here." in user.text()
        await user.press("-")
        assert "All of the curve is seen." in user.text()
        await user.press(">", ">", "enter")
        assert user.step() == 399 * 9 + 1
        assert "┊" not in user.text()
        await user.press("b")
        assert user.step() == 5
        await user.press(">", "n")
        assert "┊" not in user.text()
        assert user.step() == 6


@pytest.mark.parametrize("view", ["2", "4"])
async def test_a_step_draws_its_view_once(view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    draw, turn_to = MainPane.draw, SteppingScreen.turn_to

    def counted(pane: MainPane, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        drawn.append(cursor.step)
        return draw(pane, trace, cursor, width, height)

    async with user_of("mazur", iterations=40) as user:
        await user.press(view)
        await user.until_all_computed()
        monkeypatch.setattr(MainPane, "draw", counted)
        monkeypatch.setattr(SteppingScreen, "turn_to", lambda *_: drawn.append(-1))
        await user.press("n")
        await user.press("n")
        assert drawn == [1, 2]
        monkeypatch.setattr(SteppingScreen, "turn_to", turn_to)


async def test_enter_leads_to_where_two_orders_part() -> None:
    async with user_of("08-too-early-sign", 1) as user:
        await user.press("2", "enter")
        assert user.step() == 7
        assert "looking at ∂C/∂a1[1]" in user.text()
        await user.press("b")
        assert user.step() == 1
