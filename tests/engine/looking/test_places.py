"""Is a step found by its number, its iteration, its share of the run and from here?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import load, trace
from engine.catalog import find
from engine.looking.ways.places import step_named
from tests.given.any_character import ANY_CHARACTER

SCHEDULE = trace(load(find("mazur"))).schedule


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("1", 0),
        ("1560", 1559),
        ("1,560", 1559),
        ("90000", 89_999),
        ("i1", 0),
        ("i174", 173 * 9),
        ("i 10,000", 9_999 * 9),
        ("0%", 0),
        ("50%", 44_999),
        ("12.5 %", 11_249),
        ("100%", 89_999),
        ("-3", 97),
        ("+3", 103),
    ],
)
def test_each_way_of_naming_a_step(text: str, step: int) -> None:
    assert step_named(SCHEDULE, 100, text) == step


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "No number yet: 1 to 90,000"),
        ("0", "'0' is not a step: 1 to 90,000"),
        ("90001", "is not a step"),
        ("-101", "is not a step"),
        ("+90000", "is not a step"),
        ("i0", "'i0' is not an iteration: i1 to i10,000"),
        ("i10001", "is not an iteration"),
        ("101%", "is more than the run: 0% to 100%"),
        ("9" * 40, "is not a step"),
        ("1_0", "is not a step"),
        ("\N{ARABIC-INDIC DIGIT THREE}", "is not a step"),
        ("abc", "is not a step"),
    ],
)
def test_what_names_no_step_is_said(text: str, says: str) -> None:
    assert says in str(step_named(SCHEDULE, 100, text))


@given(st.text(st.sampled_from("0159i%+-., ") | ANY_CHARACTER, max_size=12), st.integers(0, 89_999))
def test_any_text_is_a_step_or_refused(text: str, here: int) -> None:
    found = step_named(SCHEDULE, here, text)
    assert isinstance(found, str) or 0 <= found < len(SCHEDULE)
