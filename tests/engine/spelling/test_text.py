from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from engine.read.complaints import Complaint, ScenarioError
from engine.spelling.text import clean, in_place, one_line, shortened, width

# Every character, with the dangerous ones much more often.
DANGEROUS = st.sampled_from("\x00\t\n\r\x1b\x7f\x85\x9b\u00ad\u200b\u200d\u2028\u202e\u2066\ufeff\U000e0041")
TEXT = st.text(st.one_of(st.characters(), DANGEROUS), max_size=30)


def is_safe(text: str, allowed: str = "") -> bool:
    return all(
        character in allowed or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        for character in text
    )


@given(TEXT)
def test_clean(text: str) -> None:
    assert is_safe(clean(text), "\n\t")
    assert clean(clean(text)) == clean(text)


@given(TEXT)
def test_one_line(text: str) -> None:
    assert is_safe(one_line(text))
    assert one_line(text) == one_line(text).strip()


@given(TEXT)
def test_in_place(text: str) -> None:
    assert is_safe(in_place(text))
    assert len(in_place(text)) == len(text)


@given(TEXT, st.integers(1, 40))
def test_shortened(text: str, limit: int) -> None:
    assert is_safe(shortened(text, limit))
    assert len(shortened(text, limit)) <= limit


def test_plain_text_stays() -> None:
    for text in ("", "Mazur's 2-2-2", "∂C/∂w = δ·a", "\u4e2d\u6587", "cafe\u0301", "[/] [@click=app.quit]x"):
        assert clean(text) == one_line(text) == in_place(text) == text


def test_line_ends() -> None:
    assert clean("a\r\nb\rc\x85d\u2028e\u2029f\x0bg") == "a\nb\nc\nd\ne\nf\ng"


def test_marks_are_not_piled_up() -> None:
    assert clean("e" + "\u0301" * 5000 + "x\u0301") == "e" + "\u0301" * 8 + "x\u0301"
    assert clean("\x00" + "\u0301" * 5000) == "\ufffd" + "\u0301" * 8


def test_width() -> None:
    assert [width(text) for text in ("", "ab", "\u4e2d", "e\u0301", "\uff21")] == [0, 2, 2, 1, 2]


@given(TEXT, TEXT, st.integers(1, 40) | st.none())
def test_a_complaint_is_safe_to_print(text: str, source: str, column: int | None) -> None:
    complaint = Complaint(text, "says", "remedy", "key", 1, column, source)
    assert is_safe(str(complaint), "\n")
    assert str(complaint).count("\n") == (3 if column else 2)
    assert str(ScenarioError(complaint)) == str(complaint)


def test_every_part_of_a_complaint_may_be_missing() -> None:
    assert str(Complaint("f", "says")) == "f: says"
    assert str(Complaint("f", "says", "Do this.", "key", 3)) == "f:3: key: says\n  Do this."
