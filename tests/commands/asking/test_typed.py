"""What do keys make of a line, and which part of it is shown?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.spelling.text import width
from tui.commands.asking.picture import Window, asked, below, shown
from tui.commands.asking.typed import KEYS, Typed, first_key

SENT = st.text(st.sampled_from(["\x1b", "[", "O", "A", "D", "~", "3", ";", "x", "é", "\x00", "\x7f", "\r"]))


def keys(sent: str) -> list[str]:
    found = []
    while sent:
        key, rest = first_key(sent)
        if not key and rest == sent:
            break
        found += [key] if key else []
        sent = rest
    return found


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("ab\x1b[Dc", ("acb", 2)),
        ("ab\x1bOHc\x1b[F!", ("cab!", 4)),
        ("abc\x02\x02\x0b", ("a", 1)),
        ("one two  \x17x", ("one x", 5)),
        ("abc\x1b[D\x15", ("c", 0)),
        ("ab\x01\x1b[3~\x7f", ("b", 0)),
        ("a\x1b[1;5Cb\x1b[200~c\x1bd", ("abcd", 4)),
        ("日本\x7f\x1b[D\x1b[D\x1b[Ce", ("日e", 2)),
    ],
)
def test_keys_change_a_line(sent: str, typed: tuple[str, int]) -> None:
    line = Typed()
    for key in keys(sent):
        line = line.after(key)
    assert line == typed


@given(SENT, SENT)
def test_a_sequence_in_parts_is_the_same_keys(first: str, second: str) -> None:
    """Nothing is lost or typed where a slow line cuts a sequence in two."""
    rest, found = first, []
    while rest:
        key, left = first_key(rest)
        if not key and left == rest:
            break
        found += [key] if key else []
        rest = left
    assert [*found, *keys(rest + second)] == keys(first + second)


@given(SENT)
def test_a_key_has_a_name_or_is_a_character(sent: str) -> None:
    assert all(key in KEYS.values() or (len(key) == 1 and key.isprintable()) for key in keys(sent))


def test_an_end_that_never_comes_and_a_line_without_end_are_not_kept() -> None:
    assert len(keys("\x1b[" + "1" * 200)) > 100
    line = Typed("x" * 4096, 4096)
    assert line.after("y") == line


@given(st.text(st.sampled_from("ab日é"), max_size=30), st.integers(0, 30), st.integers(2, 20))
def test_the_cursor_is_always_seen(text: str, at: int, room: int) -> None:
    seen, cursor = shown(Typed(text, min(at, len(text))), room)
    assert seen in text
    assert width(seen) < room
    assert cursor <= width(seen)
    if width(text) < room:
        assert seen == text


def test_completion_goes_as_far_as_the_words_agree() -> None:
    assert Typed("s", 1).completed(["sigmoid", "silu"]) == ("si", 2)
    assert Typed("si", 2).completed(["sigmoid", "silu"]) == ("si", 2)
    assert Typed("zz", 2).completed([]) == ("zz", 2)


@given(st.text("ab ", max_size=90), st.integers(1, 100), st.integers(1, 30))
def test_what_is_said_fits_and_leaves_the_question_there(text: str, columns: int, rows: int) -> None:
    window = Window(columns, rows)
    question = asked(f"{text} [x]: ", window)
    said = below([text, text], window, len(question))
    assert all(width(row) < max(2, columns) for row in [*question, *said])
    assert not said or len(question) + len(said) <= rows
