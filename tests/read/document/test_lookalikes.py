"""Is a character of print named, where TOML has one of the keyboard?"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.read import ScenarioError, load
from engine.spelling.lookalikes import typed
from tests.read.files import PLAIN, changed, complaint, write

CASES = Path(__file__).parents[2] / "cases" / "read"


def test_the_case_of_a_minus_sign_of_print() -> None:
    found = complaint(CASES / "typographic.toml")
    assert found.says == "this is the minus sign U+2212, as text programs print it"
    assert found.remedy == "Write - (the hyphen of the keyboard)."
    assert (found.line, found.column) == (12, 11)


@pytest.mark.parametrize(("old", "new", "says", "remedy"), [
    ("0.1, 0.2, 0.3]", "\u22120.1, 0.2, 0.3]", "minus sign U+2212", "Write - ("),
    ("0.1, 0.2, 0.3]", "0.1, \u20130.2, 0.3]", "en dash U+2013", "Write - ("),
    ("0.1, 0.2, 0.3]", "0.1, 2e\u22123, 0.3]", "minus sign U+2212", "Write - ("),
    ("0.1, 0.2, 0.3]", "0.1,\u00a00.2, 0.3]", "no-break space U+00A0", "Write a blank of the keyboard"),
    ("biases = ", "biases\u00a0= ", "no-break space U+00A0", "Write a blank of the keyboard"),
    ('"sigmoid"', "\u201csigmoid\u201d", "left double quotation mark U+201C", 'Write "; 1 more'),
    ('"sigmoid"', "\u2018sigmoid\u2019", "left single quotation mark U+2018", "Write '; 1 more"),
    ("0.1, 0.2, 0.3]", "0.1\uff0c0.2, 0.3]", "fullwidth comma U+FF0C", "Write ,."),
    ("0.1, 0.2, 0.3]", "\uff10.1, 0.2, 0.3]", "fullwidth digit zero U+FF10", "Write 0."),
    ("[training]", "[training]\u200b", "zero width space U+200B", "Write nothing in its place."),
])  # fmt: skip
def test_a_character_of_print(old: str, new: str, says: str, remedy: str, tmp_path: Path) -> None:
    found = complaint(write(tmp_path, changed(PLAIN, old, new)))
    assert says in found.says
    assert found.remedy.startswith(remedy)


def test_the_remedy_leads_to_a_good_file_one_character_after_the_other(tmp_path: Path) -> None:
    text = (
        PLAIN.replace("0.", "\u22120.")
        .replace('"uniform"', "\u201euniform\u201c")
        .replace("rate = \u2212", "rate = ")
    )
    text = "# as printed \u2212\n" + text.replace("Two layers", "Two \u2013 \u201clayers\u201d")
    rounds = 0
    while rounds < 40:
        path = write(tmp_path, text)
        try:
            scenario = load(path)
            break
        except ScenarioError:
            found = complaint(path)
        assert found.line is not None
        assert found.column is not None
        lines = text.split("\n")
        line = lines[found.line - 1]
        instead = typed(line[found.column - 1])
        assert instead is not None
        lines[found.line - 1] = line[: found.column - 1] + instead + line[found.column :]
        text = "\n".join(lines)
        rounds += 1
    assert rounds == PLAIN.count("0.") - 1 + 2
    assert scenario.title == "Two \u2013 \u201clayers\u201d"
    assert scenario.network.layers[0].biases.tolist() == [-0.1, -0.2, -0.3]


def test_in_a_text_or_a_comment_they_are_welcome(tmp_path: Path) -> None:
    text = changed(PLAIN, "Two layers", "Two \u2212 \u201clayers\u201d \uff10") + "# \u2212 \u201c\n"
    load(write(tmp_path, text))
