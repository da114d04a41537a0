"""Which mistakes only multiply what they are made in?

Each is a row as in `engine.equations.mistakes.mistakes`: what is right, what is done instead, and the
rewrite of one equation that does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.diagnosis.iteration.ground import ETA, FULL_BATCH
from engine.diagnosis.quantities import mean_of
from engine.equations import forward
from engine.equations.back.transpose import DERIVATIVE
from engine.equations.equation import Equation, Factor, Variable
from engine.equations.forward import is_mean
from engine.equations.functions.formula import names, parse, replaced
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.mistakes.rewrites import ERRORS, is_change, named, of_loss
from engine.equations.updates import BATCH, divided, is_plain, total_over
from engine.order.quantities import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.equations.mistakes.rewrites import Matches, Rewrite
    from engine.scenario import Network, Training


TOTALS = tuple(DERIVATIVE[group] for group in PARAMETERS)
"""What the gradients of the parameters are called, summed over samples and times."""


def put_into(wanted: Matches, text: str, **read: Variable) -> Rewrite:
    """Return the rewrite by which what an equation makes is put into a formula, as `x`."""
    formula = parse(text)

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        if not wanted(one, network) or not (one.terms or one.formula is not None or one.row is not None):
            return (one,)
        inside = {factor.variable for factor in one.factors()}
        behind = one.variable._replace(name=f"{one.variable.name}_unscaled")
        while behind in inside:  # it is scaled already
            behind = behind._replace(name=f"{behind.name}_unscaled")
        hidden = one.result._replace(variable=behind)
        factors = {name: _factor(variable, one) for name, variable in read.items()} | {"x": hidden}
        given = tuple((name, factors[name]) for name in names(formula))
        return (
            one._replace(result=hidden, helper=True),
            Equation(one.result, formula=formula, arguments=given, home=one.home, helper=one.helper),
        )

    return rewrite


def _factor(variable: Variable, one: Equation) -> Factor:
    """Return a number of the table, or another quantity at the place of a result."""
    if variable in (ETA, BATCH, FULL_BATCH, forward.OUTPUTS):
        return Factor(variable)
    if variable == forward.TARGET:
        return one.result._replace(variable=variable)
    return one.result._replace(variable=variable._replace(layer=one.variable.layer))


def _divides(one: Equation) -> bool:
    """Return whether an equation itself divides by the batch's size; else the rate may have 1/B in it."""
    return any(read.variable == BATCH for read in one.factors())


def _means(one: Equation, network: Network) -> bool:
    return one.variable.name.endswith("_mean") or is_change(one, network)


def _of_layer_above(one: Equation, network: Network) -> bool:
    return one.variable.name in ERRORS and not of_loss(one, network)


MEAN_FOR_SUM: Final = "mean-for-sum"
SCALED: dict[str, Mistake] = {
    "gradient-twice": Mistake("G = Σ δ aᵀ", "G = 2 Σ δ aᵀ: added twice", put_into(named(*TOTALS), "2 * x")),
    "rate-twice": Mistake("change = -η g", "change = -η² g", put_into(is_change, "eta * x", eta=ETA)),
    "rate-missing": Mistake("change = -η g", "change = -g", put_into(is_change, "x / eta", eta=ETA)),
    "change-twice": Mistake("W = W - η g", "W = W - 2 η g: updated twice", put_into(is_change, "2 * x")),
    "mean-of-outputs": Mistake(
        "g = G / B",
        "g = G / n, the number of outputs",
        put_into(_means, "x * batch / n", batch=BATCH, n=forward.OUTPUTS),
    ),
    "mean-of-both": Mistake(
        "g = G", "g = G / n, the number of outputs", put_into(_means, "x / n", n=forward.OUTPUTS)
    ),
    MEAN_FOR_SUM: Mistake("g = G", "g = G / B", put_into(is_change, "x / batch", batch=BATCH)),
    "mean-in-each-layer": Mistake(
        "∂C/∂a = Wᵀ δ",
        "∂C/∂a = Wᵀ δ / B: the mean is taken again in each layer",
        put_into(_of_layer_above, "x / batch", batch=BATCH),
    ),
    "loss-halved": Mistake("∂C/∂a", "½ of it: the factor of the squared error", put_into(of_loss, "0.5 * x")),
    "loss-doubled": Mistake("∂C/∂a", "2 of it: the factor of the squared error", put_into(of_loss, "2 * x")),
    "loss-per-output": Mistake(
        "∂C/∂a", "∂C/∂a / n over the outputs", put_into(of_loss, "x / n", n=forward.OUTPUTS)
    ),
    "loss-times-outputs": Mistake(
        "∂C/∂a", "n ∂C/∂a over the outputs", put_into(of_loss, "x * n", n=forward.OUTPUTS)
    ),
}
OF_FULL_BATCH: Final = "mean-of-full-batch"
FACTORS = frozenset(
    {*SCALED, OF_FULL_BATCH, "mean-missing", "mean-twice", "sign", "target-first"}
    | {"loss-squared-error", "loss-half-squared-error"}
)
"""The mistakes that only multiply what they are made in, by one number; the losses, where it is the other."""


def of_batches(training: Training) -> dict[str, Mistake]:
    """Return the mistake with a last batch that has fewer samples than the others, where there is a mean."""
    in_change = put_into(is_change, "x * batch / full", batch=BATCH, full=FULL_BATCH)

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        if _divides(one):
            return (one.reading(lambda read: Factor(FULL_BATCH) if read.variable == BATCH else read),)
        return in_change(one, network) if is_plain(training) else (one,)  # there 1/B is in the rate

    row = Mistake("g = G / B, the samples of this batch", "g = G / batch_size, if it is a short one", rewrite)
    return {OF_FULL_BATCH: row} if is_mean(training) else {}


def of_divisions(training: Training, times: int, *, printed: bool) -> Rewrite:
    """Return the rewrite of a mean that is divided by the batch's size so many times.

    That of `mean-twice` and `mean-missing`: they are told by a number and not by an equation. With `printed`
    the means that people print are divided so, too.
    """
    scaling = "x" + " / batch" * (times - 1) if times else "x * batch"
    every = [Variable(group) for group in PARAMETERS]
    scaled = {divided(one, training).name for one in every}
    if printed:
        scaled |= {mean_of(one).name for one in every}

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        if one.variable.name not in scaled:
            return (one,)
        if one.formula is not None and _divides(one):  # a change may be a formula and leave 1/B to the rate
            formula = replaced(one.formula, {total_over(1): total_over(times)})
            given = tuple(pair for pair in one.arguments if pair[0] in names(formula))
            return (one._replace(formula=formula, arguments=given),)
        return put_into(lambda *_: True, scaling, batch=BATCH)(one, network)

    return rewrite
