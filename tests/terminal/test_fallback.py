"""Where the difference can't be trusted Textual draws, and what the terminal shows is found out afresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tests.terminal.twin import RecordingDriver, TwinApp
from tui.terminal.shadow import Shadow

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Line(Widget):
    count = 0

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(f"row {y} count {self.count}".ljust(self.size.width), Style(bgcolor="blue"))])


class LineApp(TwinApp):
    BINDINGS = [("n", "count", "count"), ("s", "same", "the same again")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        yield Line()

    def action_count(self) -> None:
        self.query_one(Line).count += 1
        self.query_one(Line).refresh()

    def action_same(self) -> None:
        self.query_one(Line).refresh()


async def test_a_frame_without_a_difference_sends_nothing() -> None:
    app = LineApp()
    async with app.run_test(headless=False) as pilot:
        await pilot.pause()
        sent, frames = app.sent, app.frames
        app.simulate_key("s")
        await pilot.pause()
        assert app.frames > frames
        assert app.sent == sent
        app.simulate_key("n")
        await pilot.pause()
        assert 0 < app.sent - sent < 24 * 12
    assert not app.differences


async def test_switched_off_it_is_textual_byte_for_byte() -> None:
    app = LineApp()
    app.cell_diff = False
    async with app.run_test(headless=False) as pilot:
        app.simulate_key("n")
        await pilot.pause()
    assert not app.differences
    assert app.sent > app.stock_sent  # the cursor's place is added to each frame


async def test_an_exception_hands_over_to_textual(monkeypatch: pytest.MonkeyPatch) -> None:
    app = LineApp()
    async with app.run_test(headless=False) as pilot:
        app.simulate_key("n")
        await pilot.pause()

        def fail(*_: object) -> None:
            raise AttributeError("an inner part that a later version doesn't have")

        monkeypatch.setattr(Shadow, "_paint", fail)
        app.simulate_key("n")
        await pilot.pause()
        assert not app.cell_diff
        app.simulate_key("n")
        await pilot.pause()
        assert "count 3" in app.ours.model.text()
    assert not app.differences


async def test_something_else_drawn_is_drawn_over() -> None:
    app = LineApp()
    async with app.run_test(headless=False) as pilot:
        await pilot.pause()
        app._display(app.screen, "\x1b[3;3Ha renderable that isn't a frame")
        app.stock.feed(b"\x1b[3;3Ha renderable that isn't a frame")
        app.repaint()
        await pilot.pause()
        assert "renderable" not in app.ours.model.text()
    assert not app.differences


async def test_resume_brings_the_picture_back() -> None:
    app = LineApp()
    async with app.run_test(headless=False) as pilot:
        await pilot.pause()
        for monitor in (app.ours, app.stock):
            monitor.feed(b"\x1b[m\x1b[2J")
        assert app._driver is not None
        app.post_message(RecordingDriver.SignalResume())
        await pilot.pause()
        await pilot.pause()
        assert app.ours.model.text().count("count 0") == 24
    assert not app.differences


async def test_a_resize_to_the_same_size_repaints() -> None:
    """A window made larger and smaller again within one message has lost its content."""
    app = LineApp()
    async with app.run_test(headless=False) as pilot:
        await pilot.pause()
        app.resized(80, 24)
        await pilot.pause()
        await pilot.pause()
        assert app.ours.model.text().count("count 0") == 24
    assert not app.differences


async def test_control_characters_never_reach_the_terminal() -> None:
    class Hostile(LineApp):
        def action_count(self) -> None:
            line = self.query_one(Line)
            line.render_line = lambda y: Strip(  # type: ignore[method-assign]
                [Segment(f"a\x1b]52;c;aGk=\x07b\x9b31mc{y}")]
            ).adjust_cell_length(80)
            line.refresh()

    app = Hostile()
    async with app.run_test(headless=False) as pilot:
        await pilot.pause()
        written: list[str] = []
        app.written = written.append  # type: ignore[method-assign, assignment]
        app.simulate_key("n")
        await pilot.pause()
    text = "".join(written)
    assert "52;c;aGk=b31mc0" in text
    assert "\x1b]" not in text
    assert "\x9b" not in text


@pytest.mark.parametrize("headless", [True])
async def test_headless_draws_nothing(headless: bool) -> None:
    app = LineApp()
    async with app.run_test(headless=headless) as pilot:
        app.simulate_key("n")
        await pilot.pause()
    assert app.sent == 0
