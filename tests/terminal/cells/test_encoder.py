"""Whatever two screens are given, the bytes between them turn the one into the other."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bench.vt.minimal import Place, encode
from tests.bench.vt.vt import PLAIN, Row, seen
from tests.bench.vt.vt_stream import Terminal
from tests.given.some_of import EVERY_CASE
from tests.terminal.cells.screens import HEIGHT, SCREENS, WIDTH, pen_of
from tests.terminal.cells.twin import START, Monitor
from tui.terminal.abilities import EVERYTHING, NOTHING, Abilities
from tui.terminal.encoder import UNKNOWN, Encoder

BLANKS = Abilities(erases_characters=True)

Screens = tuple[tuple[Row, ...], tuple[Row, ...]]


def seen_cells(screen: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(tuple(map(seen, row)) for row in screen)


def draw(encoder: Encoder, before: tuple[Row, ...] | None, after: tuple[Row, ...]) -> bytes:
    """Encode what differs, or everything if nothing is known of the screen before."""
    for y, new in enumerate(after):
        changed = [x for x in range(WIDTH) if before is None or seen(before[y][x]) != seen(new[x])]
        if any(len(char) > 1 for char, _ in new) and changed:
            changed = list(range(WIDTH))
        encoder.write_row(y, changed, [char for char, _ in new], [pen_of(look) for _, look in new])
    return encoder.take().encode()


@pytest.mark.parametrize("abilities", [NOTHING, BLANKS, EVERYTHING], ids=["nothing", "blanks", "everything"])
@given(screens=SCREENS, wraps=st.booleans())
@settings(max_examples=80 if EVERY_CASE else 15, deadline=None)
def test_the_terminal_shows_the_new_screen(abilities: Abilities, screens: Screens, wraps: bool) -> None:
    before, after = screens
    monitor = Monitor(WIDTH, HEIGHT, with_pyte=not wraps)
    if wraps:
        monitor.feed(b"\x1b[?7h")
    encoder = Encoder(WIDTH, abilities)
    monitor.feed(draw(encoder, None, before))
    assert monitor.cells() == seen_cells(before)
    monitor.feed(draw(encoder, before, after))
    assert monitor.cells() == seen_cells(after)
    if monitor.pyte is not None:  # it wraps even for a combining mark
        fresh = Monitor(WIDTH, HEIGHT)
        fresh.feed(draw(Encoder(WIDTH), None, after))
        assert monitor.pyte_cells() == fresh.pyte_cells()


@given(screens=SCREENS)
@settings(max_examples=100 if EVERY_CASE else 20, deadline=None)
def test_the_cursor_is_where_the_encoder_thinks(screens: Screens) -> None:
    before, after = screens
    terminal = Terminal(WIDTH, HEIGHT)
    terminal.feed(START)
    encoder = Encoder(WIDTH, EVERYTHING)
    for old, new in ((None, before), (before, after)):
        terminal.feed(draw(encoder, old, new))
        if encoder.row != UNKNOWN:
            assert terminal.y == encoder.row
            assert encoder.column in (UNKNOWN, terminal.x)


@given(screens=SCREENS)
@settings(max_examples=100 if EVERY_CASE else 20, deadline=None)
def test_the_yardstick_is_a_right_picture_too(screens: Screens) -> None:
    before, after = screens
    terminal = Terminal(WIDTH, HEIGHT)
    terminal.feed(START)
    blank = terminal.snapshot()
    place = Place()
    for old, new in ((blank, before), (before, after)):
        data, place = encode(old, new, place)
        terminal.feed(data)
        assert seen_cells(terminal.snapshot()) == seen_cells(new)


def test_no_change_is_no_byte() -> None:
    encoder = Encoder(WIDTH)
    encoder.write_row(0, [], list("a" * WIDTH), [pen_of(PLAIN)] * WIDTH)
    assert encoder.take() == ""


def test_a_mutilated_encoding_is_noticed() -> None:
    """The property can fail: without its movements an encoding leaves another screen."""
    plain = pen_of(PLAIN)
    encoder = Encoder(WIDTH)
    encoder.write_row(2, [5, 15], list("x" * WIDTH), [plain] * WIDTH)
    data = encoder.take()
    right, wrong = Terminal(WIDTH, HEIGHT), Terminal(WIDTH, HEIGHT)
    right.feed(data.encode())
    wrong.feed(data.replace("\x1b[3;6H", "\x1b[3;5H").encode())
    assert right.snapshot() != wrong.snapshot()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((3, 7), (3, 7), ""),
        ((3, 7), (0, 0), "\x1b[H"),
        ((3, 7), (3, 0), "\r"),
        ((3, 7), (3, 5), "\b\b"),
        ((3, 7), (3, 8), "\x1b[C"),
        ((3, 7), (4, 0), "\r\n"),
        ((3, 7), (4, 7), "\x1b[B"),
        ((3, 7), (1, 7), "\x1b[2d"),
        ((3, 7), (1, 9), "\x1b[2;10H"),
        ((3, UNKNOWN), (3, 9), "\x1b[10G"),
        ((UNKNOWN, UNKNOWN), (3, 9), "\x1b[4;10H"),
    ],
)
def test_the_shortest_move(start: tuple[int, int], end: tuple[int, int], expected: str) -> None:
    encoder = Encoder(80)
    encoder.row, encoder.column = start
    encoder.move(*end)
    assert encoder.take() == expected


def _written(new: str, changed: list[int], abilities: Abilities = EVERYTHING) -> str:
    plain = pen_of(PLAIN)
    encoder = Encoder(len(new), abilities)
    encoder.row = encoder.column = 0
    encoder.write_row(0, changed, list(new), [plain] * len(new))
    return encoder.take()


def test_a_short_gap_is_written_again() -> None:
    assert _written("abcdef", [0, 3]) == "abcd"
    assert _written("abcdefghijkl", [0, 9]) == "a\x1b[8Cj"


def test_blanks_are_erased_and_nothing_is_repeated() -> None:
    assert _written("ab          ", [0, *range(2, 12)]) == "ab\x1b[K"
    assert _written("a          b", list(range(1, 11)), BLANKS) == "a\x1b[10X"
    assert _written("==========ab", list(range(10))) == "=" * 10
    assert _written("──────────ab", list(range(10))) == "─" * 10


def test_an_uncertain_width_is_followed_by_an_absolute_move() -> None:
    encoder = Encoder(8)
    chars = ["❤\ufe0f", "", "a", "👍", "", "b", "漢", ""]
    encoder.write_row(1, list(range(8)), chars, [pen_of(PLAIN)] * 8)
    assert encoder.take() == "\x1b[2H❤\ufe0f\x1b[2;3Ha👍\x1b[2;6Hb漢"
