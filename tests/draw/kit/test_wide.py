"""Do wide characters and marks keep to their cells?"""

from __future__ import annotations

import re
from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from engine import trace
from engine.looking.cursor import start
from engine.spelling.text import clean
from tests.given.shipped import NAMES, scenario_of
from tests.work.work import lines_run, million_rounds
from tui.draw.frame.status import status_row
from tui.draw.kit.rows import plain
from tui.draw.kit.wide import cells, shortened, wrapped

TEXT = st.text(st.sampled_from("ab \n漢字é\u0301\u20e3\ufe0f👩🏽⚠…½"), max_size=60).map(clean)


@given(TEXT)
def test_never_fewer_cells_than_the_screen_counts(text: str) -> None:
    assert cells(text.replace("\n", " ")) >= cell_len(text.replace("\n", " "))


@given(TEXT, st.integers(1, 40))
def test_a_shortened_text_fits(text: str, room: int) -> None:
    found = shortened(text, room)
    assert cells(found) <= room
    assert found == text or (found.endswith("…") and text.startswith(found[:-1]))


@given(TEXT, st.integers(2, 40))
def test_lines_fit_and_nothing_is_lost(text: str, room: int) -> None:
    lines = wrapped(text, room)
    assert all(len(line) > 0 and cells(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_break_between_words() -> None:
    assert wrapped("δ ist die Änderung", 10) == ("δ ist die", "Änderung")
    assert wrapped("漢字漢字 x", 6) == ("漢字漢", "字 x")
    # A word that is broken anyway, such as a path, begins where there is room.
    assert wrapped("kept: /home/some/folder/few.toml", 20) == ("kept: /home/some/fol", "der/few.toml")


def test_a_number_stays_with_its_percent_and_its_times() -> None:
    text = "After 5 times back 58.72 % of it is left (slopes × 0.8990)."
    for room in range(12, 60):
        lines = wrapped(text, room)
        assert " ".join(lines) == text
        assert not any(line.startswith("%") or line.endswith("×") for line in lines)


TORN = re.compile(
    r"[Pp]ress\n(\w|\W|tab|enter)(?!\w)| [=≠×<>≤≥+-]\n|\n[=≠<>≤≥%]\s|\n\S[.!?](\s|$)"
    r"|\b(layer|step|iteration|sample|view|lesson|neuron|output|input|key)\n-?\d"
)


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_note_ends_between_a_word_and_its_number_or_sign(name: str) -> None:
    """Nor does the last word of a sentence stand alone if it is but a letter."""
    for note in scenario_of(name).notes:
        for room in (29, 38, 58, 76, 118):
            lines = wrapped(note.text, room)
            assert " ".join(lines) == " ".join(note.text.split())
            torn = TORN.search("\n".join(lines))
            assert not torn, (torn, lines)


def test_ten_times_as_long_is_ten_times_the_work() -> None:
    for text in ("x" * 1000, "漢" * 1000, "é wort " * 150):
        once, ten_times = (lines_run(wrapped, text * times, 77) for times in (1, 10))
        assert ten_times < 11 * once


def test_a_hundred_thousand_characters_soon() -> None:
    for text in ("x" * 100_000, "é wort " * 15_000):
        assert million_rounds(wrapped, text, 77, most=40) < 40


@pytest.mark.parametrize(
    "title", ["Đạo hàm và gradient" * 3, "เรียนรู้การแพร่ย้อนกลับ" * 3, "பின்னோக்கிப் பரவல்" * 3, "漢字" * 30]
)
def test_a_title_in_any_script_leaves_the_step_and_the_phase_where_they_are(title: str) -> None:
    for form in ("NFC", "NFD"):
        scenario = replace(scenario_of("mazur"), title=clean(normalize(form, title)))
        steps = trace(scenario)
        for width in (60, 80, 120):
            text = plain(status_row(steps, start(steps, 5), width))
            assert cell_len(text) == cells(text) == width
            assert text.endswith("step 6 of 90,000  BACKWARD ")
