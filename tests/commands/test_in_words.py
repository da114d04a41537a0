"""Does a formula that is printed where only ASCII can be still say what it says, and nothing else?"""

from __future__ import annotations

import math
import re
from itertools import product

import pytest

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.words.letters import LETTERS
from tests.commands.running import run
from tui.commands.in_words import in_words

GREEK = "αβγδεηθλμρσφψωΔΣ"
NAMES = [*"aBbCcGghkmnsUvWxyz", "beta", "sum", "sqrt"]


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("∂C/∂W1[1,2]", "dC/dW1[1,2]"),
        ("(gW2[1,1])² = (0.1354)² = 0.01833", "(gW2[1,1])^2 = (0.1354)^2 = 0.01833"),
        (
            "-η m / (1 - β1ⁿ) / (√(s / (1 - β2ⁿ)) + ε)",
            "-eta m / (1 - beta1^n) / (sqrt(s / (1 - beta2^n)) + epsilon)",
        ),
        ("-η g / (√s + ε)", "-eta g / (sqrt(s) + epsilon)"),
        ("-η (g + μv)", "-eta (g + mu v)"),
        ("m̂ / (√ŝ + ε) + λW", "mhat / (sqrt(shat) + epsilon) + lambda W"),
        ("β₁ m + (1 - β₁)g²", "beta1 m + (1 - beta1)g^2"),
        ("∂C/∂a = Wᵀδ2", "dC/da = W^T delta2"),
        ("½ Σ (a - y)²", "1/2 sum (a - y)^2"),
        ("ΔW1[1,1] = -η × Σ∂C/∂W1[1,1]", "DeltaW1[1,1] = -eta * sum dC/dW1[1,1]"),
        ("a = σ(z), f'(z) = σ'(z)", "a = sigma(z), f'(z) = sigma'(z)"),
        ("10⁻⁹ ≤ x ≠ ½a", "10^-9 <= x != 1/2 a"),
        ("gathered 1/1 · waits for δ1", "gathered 1/1; waits for delta1"),
    ],
)
def test_a_formula(shown: str, printed: str) -> None:
    assert in_words(shown) == printed


def test_no_letter_becomes_another_one_or_a_name() -> None:
    words = [in_words(letter) for letter in GREEK]
    assert len({*words, *NAMES}) == len(words) + len(NAMES) - len({"beta", "sum"})


@pytest.mark.parametrize(("letter", "beside"), [*product(GREEK.replace("Δ", "").replace("σ", ""), "aW(")])
def test_a_product_has_two_factors(letter: str, beside: str) -> None:
    assert in_words(f"{letter}{beside}").split(" ")[1:] == [beside]
    assert in_words(f"a{letter}").split(" ")[:1] == ["a"]


def test_formulas_of_the_tables_stay_apart() -> None:
    every = {row.formula_text for row in ACTIVATIONS.values()}
    every |= {row.formula_text for row in LOSSES.values()}
    every |= {text for row in MISTAKES.values() for text in (row.right, row.instead)}
    every |= {one.example for one in LETTERS} - {"√"}  # a function that is called `sqrt` beside it
    printed = {in_words(text) for text in every}
    assert all(map(str.isascii, printed))
    assert len(printed) == len(every)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_an_update_is_made_of_can_be_worked_out(optimizer: str) -> None:
    """As Python works it out: the numbers that stand for the names give the result that is printed."""
    words = ("explain", "mazur", "--step", "17", "--optimizer", optimizer)
    done = run(*words, PYTHONIOENCODING="ascii")
    assert done.code == 0
    assert "?" not in done.out
    checked = 0
    for part in done.out.split("\n\n"):
        rows = [row.strip() for row in re.split(r"= ", part.replace("\n", " "))]
        if len(rows) > 2 and not re.search("[A-Za-z]{2}", rows[-2].replace("sqrt", "")):
            made = eval(rows[-2].replace("^", "**"), {"sqrt": math.sqrt})
            assert made == pytest.approx(float(rows[-1].split(" ")[0].rstrip(".")), rel=2e-3, abs=1e-12)
            checked += 1
    assert checked


def test_what_is_printed_can_be_asked_for_as_it_stands_there() -> None:
    said = run("explain", "mazur", "delta1[1]", PYTHONIOENCODING="latin-1")
    assert said.out.startswith("delta1[1] = f'(z1[1]) * dC/da1[1] = ")
    (name,) = re.findall(r"dC/da1\[1\]", said.out)[:1]
    assert run("explain", "mazur", name.replace("a1[1]", "W1[1,1]")).code == 0
    assert run("explain", "mazur", "sum dC/dW1[1,1]").out.startswith("Σ∂C/∂W1[1,1] = ")
