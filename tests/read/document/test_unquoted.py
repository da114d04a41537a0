"""Does it help to do what is said where a text stands and a number or a truth value belongs?"""

from __future__ import annotations

import re
import tomllib
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from engine.read import ScenarioError, load
from engine.read.document import unquoted
from tests.commands.scenarios import SEQUENCES, write

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = {
    "0.5": Fraction(1, 2),
    "0,5": Fraction(1, 2),
    ".5": Fraction(1, 2),
    "1/2": Fraction(1, 2),
    "½": Fraction(1, 2),
    "50%": Fraction(1, 2),
    "50 %": Fraction(1, 2),
    "1e-3": Fraction(1, 1000),
    "−2": Fraction(-2),
    " 3 ": Fraction(3),
    "1_000": Fraction(1000),
    "007": Fraction(7),
    "12": Fraction(12),
    "10.0": Fraction(10),
}
NONE = [
    "one",
    "ten",
    "",
    "1,000",
    "1/0",
    "nan",
    "inf",
    "true",
    "0x",
    "1 2",
    "[1]",
    "1\ny = 2",
    "9" * 400,
    "²³",
]


def obeyed(remedy: str, text: str) -> object:
    """What a file has in the place of the text if what is said is done; None if that is only in general."""
    found = re.fullmatch(r"Write (\S+), without quotes\.", remedy)
    written = text if remedy == "Write it without quotes." else found and found[1]
    return None if written is None else tomllib.loads(f"number = {written}")["number"]


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("text", [*NUMBERS, *NONE])
def test_a_number(text: str, whole: bool) -> None:
    found = obeyed(unquoted.number(text, whole=whole), text)
    right = NUMBERS.get(text)
    if right is None or (whole and right.denominator != 1):
        assert found is None
    else:
        assert type(found) in ((int,) if whole else (int, float))
        assert Fraction(str(found)) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        *[(text, True) for text in ("true", "True", "TRUE", "yes", "Yes", "on")],
        *[(text, False) for text in ("false", "False", "no", "off", "NO")],
        *[(text, None) for text in ("1", "0", "none", "", "maybe", "true false")],
    ],
)
def test_a_truth_value(text: str, right: bool | None) -> None:
    remedy = unquoted.truth_value(text)
    assert obeyed(remedy.replace("Write true or false,", "Write it or not,"), text) is right


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('learning_rate = "0,5"', "Write 0.5, without quotes."),
        ('learning_rate = "0.5"', "Write it without quotes."),
        ('learning_rate = "fast"', "Write a number in digits, such as 0.5, without quotes."),
        ('iterations = "ten"', "Write a whole number in digits, such as 10, without quotes."),
    ],
)
def test_in_a_file(written: str, said: str, tmp_path: Path) -> None:
    key = written.split()[0]
    text = re.sub(rf"(?m)^{key} = .*$", written, SEQUENCES)
    with pytest.raises(ScenarioError) as error:
        load(write(tmp_path, text))
    assert said in error.value.in_full()
