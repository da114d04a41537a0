"""Where the difference can't be trusted Textual draws, and what the terminal shows is found out afresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tests.terminal.cells.twin import RecordingDriver, TwinApp
from tui.terminal import celldiff, pen
from tui.terminal.cells import Palette
from tui.terminal.shadow import Shadow

if TYPE_CHECKING:
    import pytest
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


async def test_headless_draws_nothing() -> None:
    app = LineApp()
    async with app.run_test(headless=True) as pilot:
        app.simulate_key("n")
        await pilot.pause()
    assert app.sent == 0


async def test_textual_draws_what_is_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inline apps, batches, other kinds of frames, and a Textual whose inner parts have moved."""
    app = LineApp()
    async with app.run_test(headless=False) as pilot:
        await pilot.pause()
        update = app.screen._compositor.render_full_update()
        assert app._difference(update) == ""
        with app.batch_update():
            assert app._difference(update) is None
        assert app._difference(update) == ""
        assert app._difference("text") is None
        assert app._shadow is None
        assert app._difference(update)
        with monkeypatch.context() as patch:
            patch.setattr(RecordingDriver, "is_inline", True)
            assert app._difference(update) is None
        monkeypatch.setattr(celldiff, "PAINTERS", {})
        assert app._difference(update) is None
        assert app.cell_diff


def test_a_frame_for_a_larger_window_is_clipped() -> None:
    """It may still come when the window has become smaller."""
    shadow = Shadow(6, 2, Palette(ColorSystem.EIGHT_BIT))
    wide = [[Strip([Segment("abcde漢")]), Strip([Segment("fg")])]] * 4
    shadow.paint_layout(LayoutUpdate([*wide], Region(0, 0, 9, 4)))
    assert shadow.encoder.take() == "\x1b[Habcde \r\nabcde "


def test_pens_of_an_animation_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pen, "_MAX_PENS", 8)
    for shade in range(40):
        pen.parse(f"38;2;{shade};0;0")
    assert len(pen._pens) <= 8
    assert pen.parse("1").change_from(pen.parse("")) == "\x1b[1m"
