"""Rows made of segments at random: what is painted after other rows is what is painted alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.strip import Strip

from tests.bench.vt.vt import Row, seen
from tests.bench.vt.vt_stream import Terminal
from tests.given.some_of import EVERY_CASE
from tests.terminal.cells.twin import START
from tui.terminal.abilities import EVERYTHING
from tui.terminal.cells import Palette
from tui.terminal.parts import news
from tui.terminal.shadow import Shadow

WIDTH = 24

_TEXTS = ["ab", "cd", "  ", "    ", "δ₁", "──", "漢", "x漢y", "o\u0308", "\u0308n", "0.1234", "0.1235"]
_STYLES = [Style.parse(text) for text in ("", "red", "bold on blue", "reverse", "underline green")]
_SEGMENT = st.tuples(st.sampled_from(_TEXTS), st.sampled_from(_STYLES)).map(lambda pair: Segment(*pair))


@st.composite
def sequences(draw: st.DrawFn) -> list[list[Segment]]:
    """Draw the contents of a row over several frames, each with some segments of the one before replaced."""
    frames = [draw(st.lists(_SEGMENT, min_size=1, max_size=8))]
    for _ in range(draw(st.integers(1, 4))):
        frame = list(frames[-1])
        for at in draw(st.lists(st.integers(0, len(frame) - 1), max_size=3)):
            frame[at] = draw(_SEGMENT)
        frames.append(frame)
    return frames


def _update(segments: list[Segment], cut: int) -> ChopsUpdate:
    strip = Strip(segments).adjust_cell_length(WIDTH, Style())
    left, right = strip.crop(0, cut), strip.crop(cut, WIDTH)
    return ChopsUpdate([{0: left, cut: right}], [(0, 0, WIDTH)], [[cut, WIDTH]])


def _cells(terminal: Terminal) -> Row:
    return tuple(map(seen, terminal.snapshot()[0]))


@given(sequences(), st.integers(1, WIDTH - 1))
@settings(max_examples=200 if EVERY_CASE else 60, deadline=None)
def test_painted_over_is_painted_alone(frames: list[list[Segment]], cut: int) -> None:
    terminal = Terminal(WIDTH, 1)
    terminal.feed(START)
    shadow = Shadow(WIDTH, 1, Palette(ColorSystem.EIGHT_BIT), EVERYTHING)
    for frame in frames:
        update = _update(frame, cut)
        shadow.paint_chops(update)
        terminal.feed(shadow.encoder.take().encode())
        alone, fresh = Terminal(WIDTH, 1), Shadow(WIDTH, 1, Palette(ColorSystem.EIGHT_BIT))
        alone.feed(START)
        fresh.paint_chops(update)
        alone.feed(fresh.encoder.take().encode())
        assert _cells(terminal) == _cells(alone)


def test_only_replaced_segments_are_news() -> None:
    bold = Style(bold=True)
    before = Strip([Segment("w1 "), Segment("+0.15"), Segment(" w2 ", bold), Segment("+0.20")])
    after = Strip([Segment("w1 "), Segment("+0.15"), Segment(" w2 ", bold), Segment("+0.25")])
    wider = Strip([Segment("w1 "), Segment("+0.155"), Segment(" w2 ", bold), Segment("+0.2")])
    assert news((4, 21, after), [(4, 21, before)]) == [(16, 21, (Segment("+0.25"),))]
    assert news((4, 21, before), [(4, 21, before)]) == ()
    assert news((4, 21, wider), [(4, 21, before)]) == ((4, 21, wider),)
    assert news((4, 20, after), [(4, 21, before)]) == ((4, 20, after),)
