"""What does each activation compute, and what is its slope?

A new activation is one row of the table. A row is written so that it keeps its digits when the unit is
saturated: 1 - a loses all of them. Where a textbook writes it otherwise, that form stands beside it.
`exact` says of what a loss may ask of a prediction (`a - y` and its sign, `ln(a)`, `log1p(-a)`,
`1 / (1 - a)`, the slope over one of these) how it is formed from z where forming it from a would lose its
digits, overflow or meet 0 · inf. No a of a finite z is its limit, however near: the sign of its distance from
there is known (|z| > 0 holds for every z but 0 and nan).

Sources: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 6.2 and 6.3; leaky ReLU:
Maas, Hannun and Ng (2013); ELU: Clevert, Unterthiner and Hochreiter (2015); SiLU: Elfwing, Uchibe
and Doya (2017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.equations.functions.formula import MOST, parse, replaced, text

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

LEAK = 0.01
"""Slope of leaky ReLU below zero."""


_E_TO_MINUS_700 = 9.859676543759770e-305


class Form(NamedTuple):
    """A function of a whole layer (see `rows`): the formula that keeps its digits, and a textbook's."""

    formula: str
    shown: str = ""


class Activation(NamedTuple):
    """An activation: `formula` of z, `slope` of z and a.

    `coupled` is the formula of a whole layer that stands in their place (see `rows`): the derivative is then
    a matrix. `back` is what an error is by the pre-activations, of `error` and of a or z, where it keeps more
    digits than the one that is derived. `shown`, `slope_shown` and `back_shown` are textbook forms, where
    they are others. `digits` are further functions of the layer that `exact` may ask for. `deltas` are by
    the name of a loss what that gives to the deltas of a coupled output, where slope times error would lose
    its digits. Of a coupled one `says` tells what the activation and its delta are, `matrix` what the
    derivatives by a unit's own z and by another's are.
    """

    name: str
    formula: str = ""
    slope: str = ""
    shown: str = ""
    in_full: str = ""
    slope_shown: str = ""
    exact: Mapping[str, str] = {}
    coupled: str = ""
    back: str = ""
    back_shown: str = ""
    digits: Mapping[str, Form] = {}
    deltas: Mapping[str, Form] = {}
    says: tuple[str, str] = (
        "Each output of this layer depends on every pre-activation of it.",
        "The outputs are coupled: the error of each has a part in every delta.",
    )
    matrix: str = ""

    @property
    def row(self) -> str:
        """What programs call a coupled one by."""
        return self.name.replace("-", "_")

    @property
    def leaves_z(self) -> bool:
        """Whether a is z."""
        return self.formula == "z"

    @property
    def shares_one(self) -> bool:
        """Whether the outputs of a layer add up to 1."""
        return self.exact.get("1 - a") == "rest"

    @property
    def formula_text(self) -> str:
        """The rule as it is written on screen."""
        return text(parse(self.shown or self.coupled or self.formula))

    @property
    def text_in_full(self) -> str:
        """The same without the function's own name."""
        return text(parse(self.in_full)) if self.in_full else self.formula_text

    @property
    def slope_of_z(self) -> ast.expr:
        """The slope as a function of z alone."""
        return replaced(parse(self.slope), {"a": self.formula})

    def slope_text(self, letter: str = "a") -> str:
        """Return the slope as it is written on screen; the `letter` is that of the activation."""
        if self.coupled:
            return "a matrix"
        return text(replaced(parse(self.slope_shown or self.slope), {"a": letter}))


_OF_FEW = "((1 - y) * (a / (1 - a)) if a <= 0.5 else 0)"
_OF_MOST = (
    "(at_top((1 - y) * a, z) * (exp(z - second(z)) / total_but_top(exp(z - second(z)), z))"
    " if a <= 0.5 else 0)"
)
"""What the delta of a softmax with binary cross-entropy has of outputs below half, and of one above."""

ACTIVATIONS: dict[str, Activation] = {
    row.name: row
    for row in (
        Activation("identity", "z", "1"),
        Activation(
            "sigmoid",
            # e^-z overflows where 1 / e^-z is still a number.
            f"1 / (1 + exp(-z)) if z >= -{MOST} else exp(z)",
            # 1 - a is e^-z a: unlike a (1 - a) that does not cancel when a is close to 1.
            f"exp(-z) * a * a if z >= -{MOST} else exp(z)",
            shown="1 / (1 + exp(-z))",
            slope_shown="a * (1 - a)",
            exact={
                "a - y": f"(1 - y) * a - y * (exp(-z) * a if z >= -{MOST} else 1)",
                "sign(a - y)": (
                    "(-1 if y >= 1 else (1 if y <= 0 else sign(a - y))) if abs(z) > 0 else sign(a - y)"
                ),
                "1 - a": f"exp(-z) * a if z >= -{MOST} else 1",
                "ln(a)": "-softplus(-z)",
                "log1p(-a)": "-softplus(z)",
                "1 / a": "1 + exp(-z)",
                "1 / (1 - a)": "1 + exp(z)",
                "slope / a": "sigmoid(-z)",
                "slope / (1 - a)": "a",
            },
        ),
        Activation(
            "tanh",
            "tanh(z)",
            # 1/cosh(z)²: unlike 1 - a² it does not cancel when |a| is close to 1.
            "square(1 / cosh(z))",
            in_full="(exp(z) - exp(-z)) / (exp(z) + exp(-z))",
            slope_shown="1 - square(a)",
            exact={
                "a - y": "a - y if abs(z) < 0.6 else (1 - y) * sigmoid(2 * z) - (1 + y) * sigmoid(-2 * z)",
                "sign(a - y)": (
                    "(-1 if y >= 1 else (1 if y <= -1 else sign(a - y))) if abs(z) > 0 else sign(a - y)"
                ),
                "1 - a": "2 * sigmoid(-2 * z)",
                "ln(a)": "ln(a) if z < 0.5 else log1p(-2 * sigmoid(-2 * z))",
                "log1p(-a)": "log1p(-a) if z < 1 else ln(2) - softplus(2 * z)",
                "1 / (1 - a)": "(1 + exp(2 * z)) / 2",
                "slope / (1 - a)": "1 + a if z > 0 else 2 * sigmoid(2 * z)",
            },
        ),
        # The convention at the kink: the slope at exactly 0 is 0. A z that is nan has the slope nan.
        Activation("relu", "max(0, z)", "sign(a)", slope_shown="1 if z > 0 else 0"),
        Activation(
            "leaky-relu",
            f"z if z > 0 else {LEAK} * z",
            f"1 if z > 0 else ({LEAK} if z <= 0 else z)",
            slope_shown=f"1 if z > 0 else {LEAK}",
        ),
        Activation(
            "elu",
            "z if z > 0 else expm1(z)",
            "1 if z > 0 else exp(z)",
            exact={
                "a - y": "a - y if z > -0.7 else exp(z) - (1 + y)",
                "sign(a - y)": "(1 if y <= -1 else sign(a - y)) if abs(z) > 0 else sign(a - y)",
            },
        ),
        Activation(
            "softplus",
            "max(0, z) + log1p(exp(-abs(z)))",
            "sigmoid(z)",
            shown="ln(1 + exp(z))",
            slope_shown="1 / (1 + exp(-z))",
            # Both go to e^z on the left, and their ratio to 1.
            exact={
                "sign(a - y)": "1 if y <= max(0, z) else sign(a - y)",
                "ln(a)": "z if z < -40 else ln(a)",
                "slope / a": "1 if z < -40 else slope / a",
            },
        ),
        Activation(
            "silu",
            # Far on the left e^z alone has lost its digits where z e^z is still a number: e^z is there
            # e^(z + 700) e^-700. Of -1500 z e^z is 0 to all digits; that of -inf would be inf · 0.
            f"z / (1 + exp(-z)) if z >= -{MOST} else max(-1500, z) * exp(z + 700) * {_E_TO_MINUS_700}",
            f"(1 + z / (1 + exp(z)) if z <= {MOST} else 1) / (1 + exp(-z)) if z >= -{MOST} else"
            f" (1 + max(-1500, z)) * exp(z + 700) * {_E_TO_MINUS_700}",
            shown="z * sigmoid(z)",
            slope_shown="sigmoid(z) * (1 + z * (1 - sigmoid(z)))",
            exact={"sign(a - y)": "(-1 if y >= max(0, z) else sign(a - y)) if abs(z) > 0 else sign(a - y)"},
        ),
        Activation(
            "softmax",
            coupled="exp(shifted(z)) / total(exp(shifted(z)))",
            shown="exp(z) / total(exp(z))",
            # All errors are first lessened by that of the largest output, which changes nothing in exact
            # numbers (Σ a = 1) and keeps the digits of the winner: its own share of the sum is then 0,
            # where 1 - a would have cancelled.
            back="a * ((error - at_top(error, a)) - total(a * (error - at_top(error, a))))",
            back_shown="a * (error - total(a * error))",
            digits={
                # ln Σ e^z - z: the largest counts 1 in the sum, log1p of the others keeps what ln(1 + tiny)
                # loses.
                "log": Form("log1p(total_but_top(exp(z - top(z)), z)) - (z - top(z))"),
                # ln Σ e^z less that over all others: for one that has most of it, of the others alone.
                "log_rest": Form(
                    "-log1p(-softmax(z)) if softmax(z) <= 0.5 else log1p(total_but_top(exp(z - top(z)), z))"
                    " - (ln(total_but_top(exp(z - second(z)), z)) - (top(z) - second(z)))",
                    "ln(total(exp(shifted(z)))) - ln(total_of_others(exp(shifted(z))))",
                ),
            },
            deltas={
                # a_i / (1 - a_j) is i's share of all but j; where j has most, it is formed without j.
                "binary-cross-entropy": Form(
                    f"(1 - y) * a - y * total_of_others(a) + a * total_of_others(y)"
                    f" - a * total_of_others({_OF_FEW}) - ({_OF_MOST} if top(a) > 0.5 else 0)",
                    "(1 - y) * a - y * total_of_others(a)"
                    " - a * total_of_others((1 - y) * (a / total_of_others(a)) - y)",
                ),
            },
            says=(
                "Softmax: this output's share of all exponentials; they add up to 1.",
                "Softmax couples its outputs: each error counts against their average.",
            ),
            matrix="{a} (1 - {a}); another output's: -{a} × its {a}",
            exact={
                # `rest` is the sum of all other outputs of the layer, `log` is -ln a, `log_rest` -ln(1 - a).
                "a - y": "a - y if a <= 0.5 else (1 - y) - rest",
                # A single output is 1 itself: its `log_rest` is inf.
                "sign(a - y)": (
                    "(-1 if y >= 1 else (1 if y <= 0 else sign(a - y))) if log_rest < 1e300 else sign(a - y)"
                ),
                "1 - a": "rest",
                "ln(a)": "-log",
                "log1p(-a)": "-log_rest",
                "1 / (1 - a)": "1 / rest",
            },
        ),
    )
}
"""Every activation by its name in a scenario file."""
