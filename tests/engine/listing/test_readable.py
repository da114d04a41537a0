"""Do statements that are read compute what those that run do, and are functions of ours copied whole?"""

from __future__ import annotations

import ast
import math

import pytest

from engine.equations.functions.floats import FLOATS
from engine.equations.functions.formula import parse
from engine.listing.readable import as_python, called, readable, source_of
from engine.program.rows import floats_of


def written(*statements: str) -> list[str]:
    return [ast.unparse(one) for one in readable(statements) if one is not None]


def test_a_function_has_the_name_that_it_has_in_python() -> None:
    assert written("a = ln(1.0 + exp(z))") == ["a = log(1.0 + exp(z))"]


def test_a_choice_stays_one() -> None:
    assert written("a = (0.0 if z <= 0.0 else z)") == ["a = 0.0 if z <= 0.0 else z"]
    assert written("a = (exp(z) if z < 1.0 else tanh(z))") == ["a = exp(z) if z < 1.0 else tanh(z)"]


def test_a_part_goes_where_it_is_used() -> None:
    assert written("x0_t1_s0 = -z", "x1_t1_s0 = exp(x0_t1_s0)", "a = 1.0 / (1.0 + x1_t1_s0)") == [
        "a = 1.0 / (1.0 + exp(-z))"
    ]


def test_a_part_that_is_used_twice_keeps_a_name() -> None:
    assert written("x7 = a - y", "t = x7 * x7", "x8 = b - y", "u = x8 * x8") == [
        "x1 = a - y",
        "t = x1 * x1",
        "x2 = b - y",
        "u = x2 * x2",
    ]


def test_an_input_is_no_part() -> None:
    assert written("x_1 = 0.5", "z = x_1") == ["x_1 = 0.5", "z = x_1"]


def test_brackets_keep_the_order_of_operations() -> None:
    assert written("x0 = a - y", "t = 2.0 * x0", "u = c - x0 / d") == [
        "x1 = a - y",
        "t = 2.0 * x1",
        "u = c - x1 / d",
    ]
    assert written("x0 = a - y", "t = c - x0") == ["t = c - (a - y)"]


@pytest.mark.parametrize(
    "name", ["exp", "expm1", "ln", "log1p", "sinh", "cosh", "sqrt", "divide", "max", "share"]
)
def test_the_source_of_a_function_is_the_function(name: str) -> None:
    function = FLOATS[name]
    space: dict[str, object] = {"math": math}
    exec(source_of(function, "copied"), space)
    copied = space["copied"]
    assert callable(copied)
    two = name in ("divide", "max", "share")
    for x in (-1e4, -1.0, -0.5, 0.0, -0.0, 0.5, 1e4, math.inf, -math.inf):
        for y in (-2.0, 0.0, -0.0, 3.0) if two else (None,):
            given = (x,) if y is None else (x, y)
            assert repr(copied(*given)) == repr(function(*given))


def test_the_source_of_a_row() -> None:
    softmax_of = floats_of("softmax")
    text = source_of(softmax_of, "softmax")
    space: dict[str, object] = {"math": math}
    exec(text, space)
    assert space["softmax"]((1.0, 2.0)) == softmax_of((1.0, 2.0))  # type: ignore[operator]
    assert "tuple[" not in text
    assert "->" not in text


def test_a_formula_as_python() -> None:
    assert as_python(parse("0.5 * square(a - y)")) == "0.5 * (a - y) ** 2"
    assert as_python(parse("-share(y, ln(a))")) == "-(y * ln(a))"


def test_what_is_called() -> None:
    assert called([ast.parse("a = exp(z) + max(exp(y), log(z))")]) == ["exp", "max", "log"]
