"""Is a condition read as it is written, and a wrong one refused at its place?"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conditions.grammar import (
    LONGEST,
    Binary,
    Call,
    ConditionError,
    Name,
    Node,
    Number,
    Single,
    parse,
)
from engine.conditions.words import EVERY
from engine.spelling.text import in_place
from tests.given.any_character import ANY_CHARACTER


def written(node: Node) -> str:
    """A tree with brackets around everything."""
    match node:
        case Number(value=value):
            return f"{value:g}"
        case Name(word=word, sample=int(sample)):
            return f"({word} of sample {sample})"
        case Call(function=function, arguments=()):
            return f"({function})"
        case Name(word=word, places=places):
            return word + "".join(f"[{','.join(map(str, some))}]" for some in places)
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(written, arguments))})"
        case Single(sign="-" | "not" as sign, of=of):
            return f"({sign} {written(of)})"
        case Single(sign=sign, of=of):
            return f"({written(of)} {sign})"
        case Binary(sign=sign, left=left, right=right):
            return f"({written(left)} {sign} {written(right)})"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("loss < 0.01", "(loss < 0.01)"),
        ("loss<1e-3", "(loss < 0.001)"),
        ("loss < 1 or loss > 2 and not loss rises", "((loss < 1) or ((loss > 2) and (not (loss rises))))"),
        ("(loss < 1 or loss > 2) and loss falls", "(((loss < 1) or (loss > 2)) and (loss falls))"),
        ("weight[1][2,1] changes sign", "(weight[1][2,1] changes sign)"),
        ("1 - 2 - 3 > 2 * 3 + 4 / 5", "(((1 - 2) - 3) > ((2 * 3) + (4 / 5)))"),
        ("-loss > --1", "((- loss) > (- (- 1)))"),
        ("0.1 < loss <= 0.2", "((0.1 < loss) and (loss <= 0.2))"),
        ("max(abs(gradient[2])) < 1_000", "(max(abs(gradient[2])) < 1000)"),
        ("any(delta[1] > .5)", "any((delta[1] > 0.5))"),
        ("not not dead(1,3)", "(not (not dead(1, 3)))"),
        ("loss of sample 27 > 1 and loss > 2", "(((loss of sample 27) > 1) and (loss > 2))"),
        ("not any not finite or any(delta[1] > 1)", "((not (any not finite)) or any((delta[1] > 1)))"),
        ("loss + 1 rises", "((loss + 1) rises)"),
    ],
)
def test_what_binds_tighter(text: str, read: str) -> None:
    assert written(parse(text)) == read


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("loss < 1 && step > 2", "loss < 1 and step > 2"),
        ("loss < 1 & step > 2", "loss < 1 and step > 2"),
        ("loss < 1||step > 2", "loss < 1 or step > 2"),
        ("loss < 1 | step > 2", "loss < 1 or step > 2"),
        ("!finite(loss)", "not finite(loss)"),
        ("loss ≤ 1", "loss <= 1"),
        ("loss =< 1", "loss <= 1"),
        ("loss => 1", "loss >= 1"),
        ("loss ≥ 1", "loss >= 1"),
        ("loss ≠ 1", "loss != 1"),
        ("loss <> 1", "loss != 1"),
        ("loss × 2 < 1", "loss * 2 < 1"),
        ("loss // 2 < 1", "loss / 2 < 1"),
        ("loss = 1", "loss == 1"),
        ("loss < −1", "loss < -1"),
        ("loss < 1,5", "loss < 1.5"),
    ],
)
def test_what_others_write_is_said_as_it_is_written_here(text: str, right: str) -> None:
    """In the sentence stands what the right condition has at the place, and the text has not."""
    with pytest.raises(ConditionError) as caught:
        parse(text)
    at = caught.value.column - 1
    (written,) = re.findall(r"(?:Write|have a point:|written) (\S+?)\.?(?: \(.*\)\.)?$", caught.value.remedy)
    assert written in right
    assert not re.search(rf"(?<!\S){re.escape(written)}(?!\S)", text)
    assert right.replace(" ", "").startswith(text[:at].replace(" ", ""))


@pytest.mark.parametrize(("text", "says"), [
    ("loss^2 < 1", "A power is a product"),
    ("loss**2 < 1", "A power is a product"),
    ("loss < 5%", "5 % is 0.05"),
    ("step % 2 == 1", "no remainders"),
    ("√loss < 1", "compare with the square"),
])  # fmt: skip
def test_what_has_no_sign_has_another_way(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert says in caught.value.remedy


def test_a_comma_between_arguments_is_no_decimal_comma() -> None:
    assert parse("weight[1][1,2] < 1")
    with pytest.raises(ConditionError) as caught:
        parse("loss < 1, 5")
    assert "point" not in caught.value.remedy


@pytest.mark.parametrize(("shown", "words"), [
    ("W12[1,2] > 1", "weight[12][1,2] > 1"),
    ("a1[4] > 0", "activation[1][4] > 0"),
    ("h1[4] > 0", "activation[1][4] > 0"),
    ("z2[1] rises", "pre_activation[2][1] rises"),
    ("d1[1] < δ1[2]", "delta[1][1] < delta[1][2]"),
    ("norm(U1) > 3", "norm(recurrent_weight[1]) > 3"),
    ("abs(∂C/∂W1[1,1]) > Σ∂C/∂W1[1,1]", "abs(gradient_weight[1][1,1]) > total_weight[1][1,1]"),
    ("gb1[1] > ΔW1[1,1]", "gradient_bias[1][1] > change_weight[1][1,1]"),
    ("∂C/∂a1[1] > ∂C/∂z1[1]", "error[1][1] > delta[1][1]"),
    ("x[1] > y[1]", "input[1] > target[1]"),
    ("C < 1 and C[1] < C of sample 2", "loss < 1 and terms[1] < loss of sample 2"),
])  # fmt: skip
def test_what_stands_on_the_screen_is_another_name(shown: str, words: str) -> None:
    columns = re.compile(r"column=\d+")
    assert columns.sub("", repr(parse(shown))) == columns.sub("", repr(parse(words)))


@pytest.mark.parametrize("text", ["W", "x1", "y2[1]", "C1", "q1[1]", "∂C/∂q1[1]", "W1x[1]"])
def test_what_only_looks_like_one_is_unknown(text: str) -> None:
    with pytest.raises(ConditionError, match="there is no"):
        parse(f"{text} > 1")


@pytest.mark.parametrize(
    ("text", "column", "says", "remedy"),
    [
        ("los < 0.01", 1, "there is no 'los'", 'Did you mean "loss"?'),
        ("loss < 1 an loss > 0", 10, "expected `and`, `or`, a comparison or the end, not 'an'", '"and"'),
        ("loss = 1", 6, "there is no sign '='", "Equality is written ==."),
        ("loss <", 7, "expected a number, a quantity such as loss, or a function", ""),
        ("", 1, "and here it ends", ""),
        ("(loss < 1", 10, "expected a closing bracket `)`", ""),
        ("loss < 1)", 9, "not ')'", "An opening bracket is missing."),
        ("delta[x] < 1", 7, "expected a whole number", ""),
        ("delta[1 < 1", 9, "expected a comma or a closing bracket `]`", ""),
        ("loss changes", 13, "expected `sign` after `changes`", ""),
        ("loss of 3 > 1", 9, "expected `sample` after `of`, not '3'", ""),
        ("loss of sample x > 1", 16, "expected a whole number, that of a sample, not 'x'", ""),
        (
            "delta[1][2] of sample 3 > 1",
            13,
            "not 'of'",
            "Of one sample is the loss alone: loss of sample 27.",
        ),
        ("any not finte", 9, "expected `finite` after `any not`, not 'finte'", ""),
        ("any delta > 1", 5, "expected a bracket `(` or `not finite` after any, not 'delta'", ""),
        ("max loss < 1", 5, "expected a bracket `(` after max", ""),
        ("a\x1b[31mb < 1", 2, "there is no sign", ""),
        ("(" * 60 + "1", 41, "more than 40 brackets in brackets", ""),
        ("1" * (LONGEST + 1), LONGEST, "1,000 characters at most", ""),
        ("loss < 1_", 9, "expected `and`, `or`, a comparison or the end, not '_'", ""),
        ("loss < 1__0", 9, "not '__0'", ""),
        ("activation[²] < 1", 12, "expected a whole number, the place of a layer or a unit, not '²'", ""),
    ],
)
def test_what_is_wrong_is_said_with_its_column(text: str, column: int, says: str, remedy: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert caught.value.column == column
    assert says in caught.value.says
    assert remedy in caught.value.remedy
    assert str(caught.value).startswith(f"Column {column}: ")


def test_the_mark_is_below_the_place() -> None:
    with pytest.raises(ConditionError) as caught:
        parse("loss < 1 and lss > 2")
    first, text, mark = caught.value.in_full().split("\n")
    assert first == "Column 14: there is no 'lss'. Did you mean \"loss\"?"
    assert text[mark.index("^") :].startswith("lss")


tokens = st.sampled_from([*EVERY, "<", "==", "(", ")", "[1]", "[1,2]", "1", "2.5e3", "-", ",", "é", "\x00"])


@given(st.lists(tokens, max_size=12).map(" ".join) | st.text(ANY_CHARACTER, max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    found: ConditionError | None = None
    try:
        parse(text)
    except ConditionError as error:
        found = error
    if found is not None:
        assert 1 <= found.column <= len(text) + 1
        assert all(line == in_place(line) for line in found.in_full().split("\n"))
