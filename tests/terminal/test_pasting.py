"""Does the beginning of a pasted text come through, whole and however it is cut, and no more than that?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.pasting import LONGEST, Pasting

BEGIN, END = "\x1b[200~", "\x1b[201~"
TEXT = st.text(st.sampled_from("a\x1b[20~1"), max_size=30)


@given(st.lists(TEXT, max_size=8))
def test_short_texts_come_through_however_they_are_cut(pieces: list[str]) -> None:
    pasting = Pasting()
    text = "".join(pieces) + BEGIN + "x" + END
    assert "".join(map(pasting.through, [*pieces, BEGIN, "x", END])) == text
    one = Pasting()
    assert "".join(map(one.through, text)) == text


@pytest.mark.parametrize("size", [1, 2, 5, 6, 7, 1000, 10**6])
def test_of_a_long_one_only_the_beginning(size: int) -> None:
    text = f"k{BEGIN}{'a' * (LONGEST + 5000)}{END}n{BEGIN}b{END}q"
    pasting = Pasting()
    through = "".join(pasting.through(text[at : at + size]) for at in range(0, len(text), size))
    assert through == f"k{BEGIN}{'a' * LONGEST}{END}n{BEGIN}b{END}q"


def test_one_without_an_end_is_ended_and_what_comes_then_are_keys() -> None:
    pasting = Pasting()
    assert pasting.end() == ""
    given = pasting.through(BEGIN + "ab")
    for _ in range(100):
        given += pasting.through("a" * LONGEST)
    assert len(given) == len(BEGIN) + LONGEST
    assert pasting.end() == END
    assert pasting.end() == ""
    assert pasting.through("q\x1b") == "q\x1b"
    assert pasting.through("[200~") == "[200~"
    assert pasting.through("a\x1b[20") == "a"
    assert pasting.end() == END
    assert pasting.through("1~q") == "1~q"
