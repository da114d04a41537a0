"""Does the restricted app leave out what writes, opens links or stops, whoever asks for it?"""

from __future__ import annotations

import os
import webbrowser
from typing import TYPE_CHECKING

import pytest

from engine import load
from engine.catalog import find
from tui.app import BackpropApp
from tui.classroom.app import RestrictedApp

if TYPE_CHECKING:
    from pathlib import Path

SCENARIO = load(find("mazur"))


@pytest.mark.parametrize("kind", [RestrictedApp, BackpropApp])
async def test_actions_that_write_or_open(
    kind: type[BackpropApp], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other app does all this, so that the test can fail."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(os, "kill", lambda *_: opened.append("stop"))
    app = kind(SCENARIO)
    async with app.run_test() as pilot:
        await app.run_action(f"app.screenshot('x.svg', {str(tmp_path)!r})")
        app.deliver_screenshot("y.svg", str(tmp_path))
        await pilot.pause(0.2)
        app._driver.open_url = lambda url, _: opened.append(url)  # type: ignore[union-attr,method-assign]
        app.open_url("https://example.org")
        await app.run_action("app.suspend_process")
    written = {file.name for file in tmp_path.iterdir()}
    if kind is RestrictedApp:
        assert (written, opened) == (set(), [])
    else:
        assert "y.svg" in written
        assert "https://example.org" in opened


async def test_the_palette_offers_nothing_else() -> None:
    app = RestrictedApp(SCENARIO)
    async with app.run_test():
        titles = {command.title.lower() for command in app.get_system_commands(app.screen)}
    assert "quit" in titles or "leave" in titles
    assert not any(word in title for title in titles for word in ("screenshot", "save", "link", "shell"))
