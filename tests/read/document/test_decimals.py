"""Is a decimal comma named once, with its first place and the remedy, wherever TOML reads two numbers?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.read import ScenarioError, load
from tests.read.files import write

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """format = 1
title = "with points, or 0,5 in a text"  # 0,5 in a comment
[network]
inputs = 2
loss = "half-squared-error"
[[network.layers]]
activation = "sigmoid"
weights = [[0.15, 0.25], [-0.2, 3]]
biases = [0.35, 0.35]
[data]
inputs = [[0.5, 0.1], [1, 0]]
targets = [[0.1, 0.99], [1, 0]]
[training]
learning_rate = 0.5
iterations = 1
batch_size = 1
"""


def told(path: Path) -> list[tuple[int | None, int | None, str, str]]:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return [(one.line, one.column, one.says, one.remedy) for one in caught.value.complaints]


def test_the_file_is_good(tmp_path: Path) -> None:
    assert load(write(tmp_path, GOOD)).network.layers[0].weights.tolist() == [[0.15, 0.25], [-0.2, 3.0]]


@pytest.mark.parametrize(("changes", "line", "first", "more"), [
    ({"[[0.15, 0.25], [-0.2, 3]]": "[[0,15, 0,25], [-0,2, 3]]"}, 8, "0,15", 2),
    ({"[0.35, 0.35]": "[0,35, 0,35]"}, 9, "0,35", 1),
    ({"[[0.5, 0.1], [1, 0]]": "[[0,5, 0,1],\r\n [1, 0]]"}, 11, "0,5", 1),
    ({"[[0.5, 0.1]": "[[0,5, 0,05]"}, 11, "0,5", 1),  # 05 is no number
    ({"0.35, 0.35": "0,35, 0,35", "= 0.5": "= 0,5"}, 9, "0,35", 2),
    ({"[0.35, 0.35]": "[0,35; 0,35]"}, 9, "0,35", 1),
    ({"[0.35, 0.35]": "[0,35;0,35]", "= 0.5": "= 0,5"}, 9, "0,35", 2),
    ({"0.15, 0.25": "0,15, 0,25", "0.35, 0.35": "0,35, 0,35", "0.1, 0.99": "0,1, 0,99"}, 8, "0,15", 5),
])  # fmt: skip
def test_a_decimal_comma_is_named_once(
    changes: dict[str, str], line: int, first: str, more: int, tmp_path: Path
) -> None:
    text = GOOD
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    column = text.split("\n")[line - 1].index(first) + 1
    says = f"{first} has a decimal comma, but a comma stands between two numbers"
    remedy = f"Write {first.replace(',', '.')}, with a point"
    remedy += f"; so in {more} more number{'s' * (more > 1)}." if more else "."
    assert told(write(tmp_path, text)) == [(line, column, says, remedy)]


@pytest.mark.parametrize(("old", "new", "says"), [
    ("[0.35, 0.35]", "[1, 2, 3, 4]", "expected 2 numbers, one per neuron of this layer, found 4"),
    ("[0.35, 0.35]", "[1,2, 3,4, 5,6]", "expected 2 numbers, one per neuron of this layer, found 6"),
    ("[0.35, 0.35]", "[0.1,5, 0.2,6]", "expected 2 numbers, one per neuron of this layer, found 4"),
    ("[0.35, 0.35]", "[1, 2, 3, 4]  # 0,5, 0,5", "expected 2 numbers, one per neuron of this layer, found 4"),
    ("[0.35, 0.35]", "[0.35, 0.35", "this is not TOML"),
])  # fmt: skip
def test_other_lists_are_told_as_they_are(old: str, new: str, says: str, tmp_path: Path) -> None:
    ((*_, found, _),) = told(write(tmp_path, GOOD.replace(old, new)))
    assert found.startswith(says)


def test_between_thousands_there_is_no_sign(tmp_path: Path) -> None:
    ((*_, remedy),) = told(write(tmp_path, GOOD.replace("[0.35, 0.35]", "[1,500, 2,250]")))
    assert remedy == "Write 1.500, with a point, or 1500 if that is meant; so in 1 more number."


@pytest.mark.parametrize(("written", "more"), [("[0,35 0,35]", "; so in 1 more number."), ("[3 0,35]", ".")])
def test_between_blanks_a_comma_is_missing_as_well(written: str, more: str, tmp_path: Path) -> None:
    ((line, column, says, remedy),) = told(write(tmp_path, GOOD.replace("[0.35, 0.35]", written)))
    assert (line, says.partition(",")[0]) == (9, "0"), column
    assert remedy == f"Write 0.35, with a point, and a comma between two numbers{more}"


def test_whole_numbers_between_blanks_are_told_as_they_are(tmp_path: Path) -> None:
    ((*_, says, remedy),) = told(write(tmp_path, GOOD.replace("[0.35, 0.35]", "[3 4]")))
    assert "decimal comma" not in says
    assert "A list needs a comma" in remedy
