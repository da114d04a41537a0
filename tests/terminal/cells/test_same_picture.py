"""Cell differences leave the very screen that Textual's own output leaves, after every single frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.strip import Strip

import tui.terminal.celldiff as celldiff
from tests.given.some_of import EVERY_CASE
from tests.terminal.demo import HardApp
from tui.terminal.abilities import EVERYTHING, NOTHING, Abilities
from tui.terminal.encoder import Encoder

if TYPE_CHECKING:
    from rich.color import ColorSystem
    from rich.style import Style

ENVIRONMENTS = {
    "256": {"TERM": "xterm-256color"},
    "16": {"TERM": "xterm"},
    "truecolor": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "none": {"TERM": "xterm-256color", "NO_COLOR": "1"},
}


def _terminal(monkeypatch: pytest.MonkeyPatch, colours: str, abilities: Abilities) -> None:
    for name in ("COLORTERM", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ENVIRONMENTS[colours].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(celldiff, "abilities_of", lambda: abilities)
    # Textual keeps a style's sequence on the style itself, and styles outlive the app of the test before.
    render = Strip.render_style

    def render_afresh(style: Style, text: str, color_system: ColorSystem) -> str:
        style._ansi = None
        return render(style, text, color_system)

    monkeypatch.setattr(Strip, "render_style", staticmethod(render_afresh))


async def _press(app: HardApp, keys: str) -> None:
    """Drive a running app; < and > resize it."""
    sizes = {"<": (61, 17), ">": (120, 33), "=": (80, 24), "1": (1, 1)}
    async with app.run_test(headless=False, size=(80, 24)) as pilot:
        for key in keys.split():
            if key in sizes:
                app.resized(*sizes[key])
                await pilot.pause(0.02)
            else:
                app.simulate_key(key)
            await pilot.pause()
    assert app.cell_diff, "an exception switched it off"
    assert app.frames > 5


@pytest.mark.parametrize(
    ("colours", "abilities"),
    [("256", NOTHING), ("16", EVERYTHING), ("truecolor", NOTHING), ("none", EVERYTHING)],
    ids=["256", "16", "truecolor", "none"],
)
async def test_steps(monkeypatch: pytest.MonkeyPatch, colours: str, abilities: Abilities) -> None:
    _terminal(monkeypatch, colours, abilities)
    app = HardApp()
    await _press(app, "n n p h n h n" if EVERY_CASE else "n p h h")
    assert not app.differences
    assert app.sent < app.stock_sent / 2


@pytest.mark.parametrize("keys", ["m a escape n t", "n > n < m = escape 1 = n"])
async def test_modals_themes_resizes(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    _terminal(monkeypatch, "256", EVERYTHING)
    # What pyte makes of the sequences is seen at each set of colours, above.
    monkeypatch.setattr(HardApp, "with_pyte", EVERY_CASE)
    app = HardApp()
    await _press(app, keys)
    assert not app.differences


async def test_scrolling_in_synchronized_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame is one write, between the marks."""
    _terminal(monkeypatch, "256", EVERYTHING)
    monkeypatch.setattr(HardApp, "with_pyte", EVERY_CASE)
    writes: list[str] = []

    class App(HardApp):
        def written(self, data: str) -> None:
            writes.append(data)
            super().written(data)

    app = App()
    app._sync_available = True
    await _press(app, "d d u t d p")
    assert not app.differences
    pointer_shape = "\x1b]22;"
    frames = [written for written in writes if not written.startswith(pointer_shape)]
    assert len(frames) >= 4
    assert all(frame.startswith("\x1b[?2026h") and frame.endswith("\x1b[?2026l") for frame in frames)


async def test_a_broken_encoder_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison itself works: a lost attribute and a cursor one column off are both noticed."""
    _terminal(monkeypatch, "256", EVERYTHING)
    monkeypatch.setattr(HardApp, "with_pyte", EVERY_CASE)
    app = HardApp()
    original = Encoder._cheapest_move
    monkeypatch.setattr(Encoder, "_cheapest_move", lambda self, y, x: original(self, y, x + (y == 3)))
    await _press(app, "n n n")
    assert app.differences
