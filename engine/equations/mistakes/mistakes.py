"""Which mistakes do people make in their own backpropagation?

A mistake is one row: what is right, what is done instead, and the rewrite of the right table that does it.
What the rewrite leaves alone is computed as ever; so every number that differs differs because of it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from engine.equations.equation import Equation, Term
from engine.equations.forward import is_mean
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import parse, replaced
from engine.equations.mistakes.rewrites import (
    ERRORS,
    by_slope,
    is_change,
    like,
    of_loss,
    product,
    renamed,
    swapped,
    turned,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Network, Training


class Mistake(NamedTuple):
    """A mistake: the equation as it is `right` and what is done `instead`, as a student would write them.

    `rewrite` gives the equations that stand in the place of one of the table's, for a network. `divisions`
    is how often the total of a batch is divided by its size where a mean is asked for. Some can be made only
    where the weight matrices above layer 1 are square.
    """

    right: str
    instead: str
    rewrite: Rewrite | None = None
    divisions: int = 1
    only_square: bool = False

    @property
    def only_mean(self) -> bool:
        """Whether it can only be made where updates apply the mean of a batch."""
        return self.divisions != 1


def rewritten(equations: Sequence[Equation], network: Network, mistake: str | None) -> list[Equation]:
    """Return the equations of a network with a mistake in them."""
    rewrite = None if mistake is None else MISTAKES[mistake].rewrite
    if rewrite is None:
        return list(equations)
    return [made for one in equations for made in rewrite(one, network)]


def divisions(training: Training) -> int:
    """Return how often the total of a batch is divided by the number of its samples."""
    if not is_mean(training):
        return 0
    return 1 if training.mistake is None else MISTAKES[training.mistake].divisions


# -- rewrites ------------------------------------------------------------------------------------------


def _is_delta(one: Equation) -> bool:
    return one.variable.name == "delta"


def _no_slope(one: Equation, network: Network) -> Sequence[Equation]:
    if _is_delta(one) and one.variable.layer != len(network.layers):
        return (product(one, like(one, "error")),)
    return (one,)


def _no_output_slope(one: Equation, network: Network) -> Sequence[Equation]:
    if _is_delta(one) and one.variable.layer == len(network.layers):
        return (product(one, like(one, "error")),)
    return (one,)


def _slope_of_activation(one: Equation, network: Network) -> Sequence[Equation]:
    if not _is_delta(one):
        return (one,)
    row = ACTIVATIONS[network.layers[(one.variable.layer or 1) - 1].activation]
    if row.coupled:
        return (one,)
    slope = _at_activation(row.slope, row.formula)
    return by_slope(one, "slope_at_activation", slope, like(one, "activation"))


def _at_activation(slope: str, formula: str) -> ast.expr:
    """Return the formula of a slope with the activation in the place of the pre-activation."""
    own = replaced(parse(formula), {"z": "a"})
    return replaced(replaced(parse(slope), {"a": "f_of_a", "z": "a"}), {"f_of_a": own})


def _future_dropped(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    return (one._replace(terms=()),) if one.variable.name == "from_future" else (one,)


def _target_first(one: Equation, network: Network) -> Sequence[Equation]:
    if not of_loss(one, network):
        return (one,)
    if one.formula is not None:
        plain = None if one.plain is None else _negative(one.plain)
        return (one._replace(formula=_negative(one.formula), plain=plain),)
    right = like(one, f"right_{one.variable.name}")
    return (
        one._replace(result=right, helper=True),
        Equation(one.result, (Term(-1.0, (right,)),), home=one.home, helper=one.helper),
    )


def _negative(formula: ast.expr) -> ast.expr:
    return parse(f"-({ast.unparse(formula)})")


def _sign(one: Equation, network: Network) -> Sequence[Equation]:
    if not is_change(one, network):
        return (one,)
    if one.formula is not None:
        return (one._replace(formula=_negative(one.formula)),)
    return (one._replace(terms=tuple(term._replace(coefficient=-term.coefficient) for term in one.terms)),)


def _gradient_kept(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    is_total = one.home is not None and one.home.kind == "gradient"
    return (one._replace(gathers="run"),) if is_total else (one,)


def _bias_of_last_sample(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    return (one._replace(gathers="sample"),) if one.variable.name == "bias_total" else (one,)


MISTAKES: dict[str, Mistake] = {
    "no-slope": Mistake("δ = f'(z) ∂C/∂a", "δ = ∂C/∂a in every layer but the last", _no_slope),
    "no-output-slope": Mistake("δ = f'(z) ∂C/∂a", "δ = ∂C/∂a in the last layer", _no_output_slope),
    "slope-of-activation": Mistake("δ = f'(z) ∂C/∂a", "δ = f'(a) ∂C/∂a", _slope_of_activation),
    "weights-not-transposed": Mistake(
        "∂C/∂a = Wᵀ δ", "∂C/∂a = W δ", turned(ERRORS, "weights"), only_square=True
    ),
    "z-for-activation": Mistake(
        "∂C/∂W = δ aᵀ", "∂C/∂W = δ zᵀ", renamed(("weight_total",), "activation", "pre_activation")
    ),
    "mean-twice": Mistake("g = G / B", "g = G / B²", divisions=2),
    "mean-missing": Mistake("g = G / B", "g = G", divisions=0),
    "gradient-kept": Mistake(
        "G = Σ of this iteration", "G = Σ of this iteration and all before", _gradient_kept
    ),
    "sign": Mistake("change = -η g", "change = +η g", _sign),
    "target-first": Mistake("∂C/∂a from a - y", "∂C/∂a from y - a", _target_first),
    "bias-of-last-sample": Mistake("∂C/∂b = Σ δ", "∂C/∂b = δ of the last sample", _bias_of_last_sample),
    "future-dropped": Mistake("∂C/∂h = from above + from the future", "∂C/∂h = from above", _future_dropped),
    "state-of-same-time": Mistake(
        "∂C/∂U = Σ δ h of the time before",
        "∂C/∂U = Σ δ h",
        swapped(("recurrent_total",), lambda read, _: read._replace(shift=0)),
    ),
}
"""Every mistake by its name in a scenario file."""
