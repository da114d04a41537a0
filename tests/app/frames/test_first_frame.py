"""Is the first frame the whole picture, and what is shown again up to date?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.app.driving import user_of
from tui.app import BackpropApp

if TYPE_CHECKING:
    import pytest
    from rich.console import RenderableType
    from textual.screen import Screen


async def test_the_first_frame_has_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    frames: list[str] = []
    display = BackpropApp._display

    def recorded(app: BackpropApp, screen: Screen[object], renderable: RenderableType | None) -> None:
        strips = screen._compositor.render_strips()
        frames.append("\n".join(strip.text.rstrip() for strip in strips))
        display(app, screen, renderable)

    monkeypatch.setattr(BackpropApp, "_display", recorded)
    async with user_of("mazur") as user:
        assert frames[0] == user.text()
        assert "step 1 of " in frames[0]
        assert "n → next" in frames[0]


async def test_a_pane_that_was_hidden_shows_the_present_step() -> None:
    async with user_of("mazur") as user, user_of("mazur") as other:
        await user.press("5", *"nnnnn", "1")
        await other.press(*"nnnnn")
        assert user.text() == other.text()


async def test_what_changed_while_the_terminal_was_too_small_is_shown_when_it_grows() -> None:
    async with user_of("mazur") as user, user_of("mazur") as other:
        await user.resize(40, 10)
        await user.press(*"nnnnn")
        await user.resize(80, 24)
        await other.press(*"nnnnn")
        await user.until(lambda text: text == other.text())
