"""The benchmarks' model of a terminal agrees with pyte about all that we send and most of what others do."""

from __future__ import annotations

import re

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench.vt.minimal import encode
from tests.bench.vt.vt import changed_cells
from tests.bench.vt.vt_stream import Terminal
from tests.given.some_of import EVERY_CASE
from tests.terminal.cells.twin import pyte_cells

COLUMNS, ROWS = 17, 5

_NUMBER = st.integers(1, 19)
_SGR = st.sampled_from(["", "0", "1", "3", "4", "7", "9", "22", "23", "24", "27", "29"]) | st.sampled_from(
    ["31", "42", "39", "49", "38;5;120", "48;5;234", "38;2;1;2;3", "1;38;5;203;48;5;17"]
)
#: Wide characters are apart: pyte leaves halves of them behind, which no terminal does.
_TEXT = st.text("ab7 ─δ", min_size=1, max_size=9)
_PLACE = st.builds("\x1b[{};{}H".format, _NUMBER, _NUMBER)
_STYLE = st.builds("\x1b[{}m".format, _SGR)
#: Each after a movement: past the last column pyte has a place of its own, where erasing does nothing.
_RELATIVE = st.sampled_from(["\n", "\b", "\x1b[K", "\x1b[J", "\x1b[1K", "\x1b[2K", "\x1b[2J"])
_PIECE = st.one_of(
    _TEXT,
    _TEXT,
    st.sampled_from(["\r", "\r\n", "\x1b[H"]),
    _PLACE,
    st.builds("{}{}".format, _PLACE, _RELATIVE),
    st.builds("{}\x1b[{}{}".format, _PLACE, _NUMBER, st.sampled_from("ABCDGdXPL")),
    _STYLE,
    st.sampled_from(["\x1b[?7l", "\x1b[?7h", "\x1b[?2026h", "\x1b[?25l", "\x1b]0;title\x07"]),
)
#: Without what scrolls, inserts or deletes: pyte doesn't fill the new cells with the background.
_COLOURFUL = st.one_of(
    _TEXT,
    _PLACE,
    _STYLE,
    _STYLE,
    st.builds("{}\r".format, _PLACE),
    # In a plain style: pyte gives erased cells more than the background.
    st.builds("{}\x1b[0;48;5;52m{}".format, _PLACE, st.sampled_from(["\x1b[K", "\x1b[1K"])),
    st.builds("{}\x1b[m\x1b[{}{}".format, _PLACE, _NUMBER, st.sampled_from("CGdX")),
)


def _pyte_look(screen: pyte.Screen) -> list[str]:
    return [row.rstrip() for row in screen.display]


@given(st.lists(_PIECE, max_size=40))
@settings(max_examples=250 if EVERY_CASE else 80, deadline=None)
def test_same_text_and_cursor_as_pyte(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    theirs = pyte.Screen(COLUMNS, ROWS)
    pyte.ByteStream(theirs).feed(data)
    ours = Terminal(COLUMNS, ROWS)
    ours.feed(data)
    assert ours.text().split("\n") == _pyte_look(theirs)
    assert ours.y == theirs.cursor.y
    assert ours.x == min(theirs.cursor.x, COLUMNS - 1)


@given(st.lists(_COLOURFUL, max_size=40))
@settings(max_examples=100 if EVERY_CASE else 40, deadline=None)
def test_same_looks_as_pyte(pieces: list[str]) -> None:
    """Draw the model's screen afresh on pyte: it looks as pyte's own does."""
    data = ("\x1b[?7l" + "".join(pieces)).encode()
    theirs, redrawn = pyte.Screen(COLUMNS, ROWS), pyte.Screen(COLUMNS, ROWS)
    pyte.ByteStream(theirs).feed(data)
    ours = Terminal(COLUMNS, ROWS)
    blank = ours.snapshot()
    ours.feed(data)
    drawing, _ = encode(blank, ours.snapshot())
    # pyte can't repeat characters.
    pyte.Stream(redrawn).feed(re.sub(r"(.)\x1b\[(\d+)b", lambda m: m[1] * (1 + int(m[2])), drawing.decode()))
    assert pyte_cells(redrawn) == pyte_cells(theirs)


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_sequence_may_be_cut_anywhere(cut: int) -> None:
    data = "a\x1b[2;3Hδ漢\x1b]0;t\x07z".encode()
    whole, halves = Terminal(9, 3), Terminal(9, 3)
    whole.feed(data)
    halves.feed(data[:cut])
    halves.feed(data[cut:])
    assert halves.snapshot() == whole.snapshot()
    assert whole.text() == "a\n  δ漢z\n"


def test_half_a_wide_character_takes_the_other_half_along() -> None:
    screen = Terminal(6, 1)
    screen.feed("漢字\x1b[2Gx\x1b[3Gy".encode())
    assert screen.text() == " xy"


def test_repeat_and_the_alternate_screen() -> None:
    screen = Terminal(8, 2)
    screen.feed(b"main\x1b[?1049h\x1b[Ha\x1b[4b")
    assert screen.text() == "aaaaa\n"
    screen.feed(b"\x1b[?1049l")
    assert screen.text() == "main\n"


def test_changed_cells_are_those_that_are_seen() -> None:
    before, after = Terminal(4, 1), Terminal(4, 1)
    before.feed(b"\x1b[31m a\x1b[0;41m b")
    after.feed(b"\x1b[32m a\x1b[0;42m b")
    # The blank's foreground isn't seen; both colours of the letters are, and the blank's background.
    assert changed_cells(before.snapshot(), after.snapshot()) == 3
