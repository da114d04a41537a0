"""Is every symbol of the screen written in LaTeX?"""

from __future__ import annotations

import pytest

from engine.equations.functions.formula import SHOWN_NUMBERS, parse, text
from engine.facts.explain.expression import Constant
from engine.facts.explain.symbols import latex_number, latex_symbol
from engine.facts.explain.written import written


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("-η", r"-\eta"),
        ("½", r"\frac{1}{2}"),
        ("0.01", "0.01"),
        ("1e-08", r"1 \times 10^{-8}"),
        ("max z", r"\max z"),
        ("so far", r"\text{so}\ \text{far}"),
        ("early ΔW2[1,3]", r"\text{early}\ \Delta W^{(2)}_{1,3}"),
        ("applied Σ∂C/∂U1[1,2]", r"\text{applied}\ \sum \frac{\partial C}{\partial U^{(1)}_{1,2}}"),
        ("above1[2]@0", r"\text{above}^{(1)\langle 0 \rangle}_{2}"),
        ("f'(z1[2]@3)", r"f'\left(z^{(1)\langle 3 \rangle}_{2}\right)"),
        ("h1[1]@-1", r"h^{(1)\langle -1 \rangle}_{1}"),
        ("C@2", r"C^{\langle 2 \rangle}"),
        ("λ", r"\lambda"),
        ("β1", r"\beta_{1}"),
        ("β2ⁿ", r"\beta_{2}^{n}"),
        ("vW1[2,3]", r"v_{W^{(1)}_{2,3}}"),
        ("new gb1[2]", r"\text{new}\ g_{b^{(1)}_{2}}"),
        ("ŝ2[1,1]", r"\hat{s}^{(2)}_{1,1}"),
    ],
)
def test_a_symbol(shown: str, expected: str) -> None:
    assert latex_symbol(shown) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [("-1.2e-5", r"-1.2 \times 10^{-5}"), ("-inf", r"-\infty"), ("nan", r"\text{nan}"), ("0.5", "0.5")],
)
def test_a_number(shown: str, expected: str) -> None:
    assert latex_number(shown) == expected


@pytest.mark.parametrize("number", [*SHOWN_NUMBERS, 0.25, 2.0])
def test_a_number_of_a_formula_is_shown_alike_wherever_it_stands(number: float) -> None:
    shown = written(parse(str(number)), {})
    assert isinstance(shown, Constant)
    assert text(parse(f"{number} * x")) == f"{shown.symbol} x"


@pytest.mark.parametrize("shown", SHOWN_NUMBERS.values())
def test_a_number_that_is_a_sign_has_its_own_latex(shown: str) -> None:
    assert latex_symbol(shown) != shown
