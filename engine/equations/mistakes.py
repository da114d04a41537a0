"""Which mistakes do people make in their own backpropagation?

A mistake is one row: what is right, what is done instead, and the rewrite of the right table that does it.
What the rewrite leaves alone is computed as ever; so every number that differs differs because of it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.equations import forward
from engine.equations.activations import ACTIVATIONS
from engine.equations.equation import Equation, Factor, Home, Term, Variable
from engine.equations.formula import names, parse, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.scenario import Network, Training


class Mistake(NamedTuple):
    """A mistake: the equation as it is `right` and what is done `instead`, as a student would write them.

    `rewrite` gives the equations that stand in the place of one of the table's, for a network. `divisions`
    is how often the total of a batch is divided by its size where a mean is asked for. Some can be made only
    where the weight matrices above layer 1 are square.
    """

    right: str
    instead: str
    rewrite: Callable[[Equation, Network], Sequence[Equation]] | None = None
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
    if training.reduction != "mean":
        return 0
    return 1 if training.mistake is None else MISTAKES[training.mistake].divisions


# -- rewrites ------------------------------------------------------------------------------------------

_ERRORS: Final = ("error", "from_above")
_OF_TARGETS: Final = (forward.TARGET.name, "rest_of_targets")


def _is_delta(one: Equation) -> bool:
    return one.variable.name == "delta"


def _reading(one: Equation, *read: Factor) -> Equation:
    """Return the equation of a delta that is nothing but the product of some factors."""
    return Equation(one.result, (Term(1.0, read),), home=one.home)


def _like(one: Equation, name: str) -> Factor:
    """Return another quantity at the place of a result."""
    return one.result._replace(variable=Variable(name, one.variable.layer))


def _swapped(one: Equation, results: Sequence[str], change: Callable[[Factor], Factor]) -> Sequence[Equation]:
    """Return a sum of products with other factors, if its result is one of some names."""
    if one.variable.name not in results:
        return (one,)
    terms = tuple(term._replace(factors=tuple(change(read) for read in term.factors)) for term in one.terms)
    return (one._replace(terms=terms),)


def _no_slope(one: Equation, network: Network) -> Sequence[Equation]:
    if _is_delta(one) and one.variable.layer != len(network.layers):
        return (_reading(one, _like(one, "error")),)
    return (one,)


def _no_output_slope(one: Equation, network: Network) -> Sequence[Equation]:
    if _is_delta(one) and one.variable.layer == len(network.layers):
        return (_reading(one, _like(one, "error")),)
    return (one,)


def _slope_of_activation(one: Equation, network: Network) -> Sequence[Equation]:
    if not _is_delta(one):
        return (one,)
    row = ACTIVATIONS[network.layers[(one.variable.layer or 1) - 1].activation]
    if row.coupled:
        return (one,)
    slope = _at_activation(row.slope, row.formula)
    read = tuple((name, _like(one, "activation")) for name in names(slope))
    wrong = _like(one, "slope_at_activation")
    made = Equation(wrong, formula=slope, arguments=read, home=one.home)
    return (made, _reading(one, wrong, _like(one, "error")))


def _at_activation(slope: str, formula: str) -> ast.expr:
    """Return the formula of a slope with the activation in the place of the pre-activation."""
    own = replaced(parse(formula), {"z": "a"})
    return replaced(replaced(parse(slope), {"a": "f_of_a", "z": "a"}), {"f_of_a": own})


def _not_transposed(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    def turned(factor: Factor) -> Factor:
        weights = factor.variable.name == "weights"
        return factor._replace(letters=factor.letters[::-1]) if weights else factor

    return _swapped(one, _ERRORS, turned)


def _z_for_activation(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    def before(read: Factor) -> Factor:
        variable = read.variable
        if variable.name != "activation":
            return read
        return read._replace(variable=variable._replace(name="pre_activation"))

    return _swapped(one, ("weight_total",), before)


def _state_of_same_time(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    return _swapped(one, ("recurrent_total",), lambda read: read._replace(shift=0))


def _future_dropped(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    return (one._replace(terms=()),) if one.variable.name == "from_future" else (one,)


def _target_first(one: Equation, network: Network) -> Sequence[Equation]:
    last = len(network.layers)
    made_of_targets = any(read.variable.name in _OF_TARGETS for read in one.factors())
    if one.home != Home("delta", last) or not made_of_targets or one.variable.name == "rest_of_targets":
        return (one,)
    if one.formula is not None:
        plain = None if one.plain is None else _negative(one.plain)
        return (one._replace(formula=_negative(one.formula), plain=plain),)
    right = _like(one, f"right_{one.variable.name}")
    return (
        one._replace(result=right, helper=True),
        Equation(one.result, (Term(-1.0, (right,)),), home=one.home, helper=one.helper),
    )


def _negative(formula: ast.expr) -> ast.expr:
    return parse(f"-({ast.unparse(formula)})")


def _sign(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    if one.home is None or one.home.kind != "update" or not one.variable.name.endswith("_change"):
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
    "weights-not-transposed": Mistake("∂C/∂a = Wᵀ δ", "∂C/∂a = W δ", _not_transposed, only_square=True),
    "z-for-activation": Mistake("∂C/∂W = δ aᵀ", "∂C/∂W = δ zᵀ", _z_for_activation),
    "mean-twice": Mistake("g = G / B", "g = G / B²", divisions=2),
    "mean-missing": Mistake("g = G / B", "g = G", divisions=0),
    "gradient-kept": Mistake(
        "G = Σ of this iteration", "G = Σ of this iteration and all before", _gradient_kept
    ),
    "sign": Mistake("change = -η g", "change = +η g", _sign),
    "target-first": Mistake("∂C/∂a from a - y", "∂C/∂a from y - a", _target_first),
    "bias-of-last-sample": Mistake("∂C/∂b = Σ δ", "∂C/∂b = δ of the last sample", _bias_of_last_sample),
    "future-dropped": Mistake("∂C/∂h = from above + from the future", "∂C/∂h = from above", _future_dropped),
    "state-of-same-time": Mistake("∂C/∂U = Σ δ h of the time before", "∂C/∂U = Σ δ h", _state_of_same_time),
}
"""Every mistake by its name in a scenario file."""
