"""Do long statements go on several lines and stay the same?"""

from __future__ import annotations

import ast

import pytest

from engine.listing.layout import WIDTH, array, assignment, call, comment

SUM = " + ".join(f"W1_1_{unit} * x_s3_{unit}" for unit in range(1, 40))
NESTED = (
    f"np.where(no_target[:, None], 0.0, -(np.where(y == 0.0, 0.0, {SUM}) + np.where(a == 0.0, 0.0, {SUM})))"
)
CHOICE = f"({SUM} if z1_s3_1 > 0.0 else {SUM}) / (1.0 - a)"


@pytest.mark.parametrize(
    "value", ["1.0", SUM, NESTED, CHOICE, f"f({SUM})", f"-({SUM})", f"[{SUM}, 0.0 + a]", f"a * f({SUM}) / b"]
)
def test_a_statement_means_the_same_on_several_lines(value: str) -> None:
    lines = assignment("z", value)
    assert max(map(len, lines)) <= WIDTH
    assert ast.dump(ast.parse("\n".join(lines))) == ast.dump(ast.parse(f"z = {value}"))


@pytest.mark.parametrize("fields", [["a=1"], ["a=1", f"b=[{SUM}]"], [f"a=[[{SUM}], [{SUM}]]", "b=[x]"]])
def test_a_call_means_the_same_on_several_lines(fields: list[str]) -> None:
    lines = call("show", ['"step 0  loss"', *fields])
    assert max(map(len, lines)) <= WIDTH
    wanted = f'show("step 0  loss", {", ".join(fields)})'
    assert ast.dump(ast.parse("\n".join(lines))) == ast.dump(ast.parse(wanted))


def test_an_array_has_a_row_a_line() -> None:
    assert array("W", [[1.0, 2.0], [3.0, 4.0]]) == [
        "W = np.array(",
        "    [",
        "        [1.0, 2.0],",
        "        [3.0, 4.0],",
        "    ]",
        ")",
    ]
    assert array("b", [1.0, 2.0]) == ["b = np.array([1.0, 2.0])"]
    assert array("b", 1.0) == ["b = np.array(1.0)"]


def test_a_comment_is_wrapped() -> None:
    lines = comment("word " * 50)
    assert len(lines) > 1
    assert all(line.startswith("# ") and len(line) <= WIDTH for line in lines)
