"""Which mistakes can only be made along a sequence: with what stands at another time?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.iteration.ground import BEFORE_LAST_TIME, FIRST_TIME, LAST_TIME
from engine.equations.equation import TIME, Equation, Factor, Term
from engine.equations.forward import INPUT
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import parse
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.mistakes.rewrites import like, of_loss, product, renamed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.equations.equation import Variable
    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Network

    Instead = Callable[[Term, Factor], Iterator[Term]]

_OTHER = "u"
"""The letter of a time that is not that of the others."""


def at_another_time(read: Factor, shift: int = 0) -> Factor:
    """Return a factor that does not stand at the time of the others."""
    letters = tuple(_OTHER if letter == TIME else letter for letter in read.letters)
    return read._replace(letters=letters, shift=shift)


def _reading(result: str, instead: Instead) -> Rewrite:
    """Return the rewrite by which a gradient is made of what is read at other times than it should be."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
        if one.variable.name != result:
            return (one,)
        terms = [
            made
            for term in one.terms
            for read in term.factors
            if read.variable == INPUT or read.variable.name == "activation"
            for made in instead(term, read)
        ]
        return (one._replace(terms=tuple(terms)),)

    return rewrite


def _with(term: Term, read: Factor, *others: Factor, sign: float = 1.0) -> Term:
    """Return a term with other factors in the place of one."""
    left = tuple(factor for factor in term.factors if factor != read)
    return Term(sign * term.coefficient, (*left, *others))


def _of(time: Variable) -> Instead:
    """Return what reads at one time alone, whatever the time of δ."""

    def instead(term: Term, read: Factor) -> Iterator[Term]:
        yield _with(term, read, at_another_time(read), at_another_time(Factor(time, (TIME,))))

    return instead


def _earlier(term: Term, read: Factor) -> Iterator[Term]:
    yield _with(term, read, read._replace(shift=read.shift - 1))


def _earlier_or(at_first: Callable[[Factor], tuple[Factor, ...]]) -> Instead:
    """Return what reads the time before, and at the first something else."""
    first = Factor(FIRST_TIME, (TIME,))

    def instead(term: Term, read: Factor) -> Iterator[Term]:
        before = read._replace(shift=read.shift - 1)
        yield _with(term, read, before)
        yield _with(term, read, before, first, sign=-1.0)
        yield _with(term, read, *at_first(read), first)

    return instead


def _last(read: Factor) -> tuple[Factor, ...]:
    return at_another_time(read), at_another_time(Factor(LAST_TIME, (TIME,)))


def _has_slope(one: Equation, network: Network) -> bool:
    """Return whether an equation makes the delta of a layer whose slope is not the same at all times."""
    layer = one.variable.layer
    if one.variable.name != "delta" or layer is None:
        return False
    row = ACTIVATIONS[network.layers[layer - 1].activation]
    return not row.coupled and row.slope != "1"


def _slope_of_last(one: Equation, network: Network) -> Sequence[Equation]:
    if not _has_slope(one, network):
        return (one,)
    slope, last = at_another_time(like(one, "slope")), at_another_time(Factor(LAST_TIME, (TIME,)))
    return (product(one, slope, last, like(one, "error")),)


def _one_step(one: Equation, network: Network) -> Sequence[Equation]:
    """Return what comes from the future with what the time after has from above alone."""
    layer = one.variable.layer
    if one.variable.name != "from_future" or layer is None or not one.terms:
        return (one,)
    if ACTIVATIONS[network.layers[layer - 1].activation].coupled:
        return (one,)
    alone = like(one, "delta_from_above")
    made = Equation(
        alone, (Term(1.0, (like(one, "slope"), like(one, "from_above"))),), home=one.home, helper=True
    )
    by_alone = renamed((one.variable.name,), "delta", alone.variable.name)
    return (made, *by_alone(one, network))


def _last_step(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    """Return what comes from the future, where that is the last time."""
    if one.variable.name != "from_future":
        return (one,)
    there = Factor(BEFORE_LAST_TIME, (TIME,))
    return (one._replace(terms=tuple(term._replace(factors=(*term.factors, there)) for term in one.terms)),)


def _loss_where(formula: str, time: Variable) -> Rewrite:
    """Return the rewrite by which the loss has no part at some times."""
    kept = parse(formula)

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        if not of_loss(one, network):
            return (one,)
        hidden = like(one, f"{one.variable.name}_of_loss")
        given = (("there", Factor(time, (TIME,))), ("x", hidden))
        return (
            one._replace(result=hidden, helper=True),
            Equation(one.result, formula=kept, arguments=given, home=one.home, helper=one.helper),
        )

    return rewrite


_ALONE, _BUT = "x if there > 0 else 0", "0 if there > 0 else x"

OF_TIMES: dict[str, Mistake] = {
    "state-of-last-time": Mistake(
        "∂C/∂U = Σ δ (h of the time before)ᵀ",
        "∂C/∂U = Σ δ (h of the last time)ᵀ: h as the loop has left it",
        _reading("recurrent_total", _of(LAST_TIME)),
    ),
    "state-before-last-time": Mistake(
        "∂C/∂U = Σ δ (h of the time before)ᵀ",
        "∂C/∂U = Σ δ (h of the time before the last)ᵀ: as the loop has left it",
        _reading("recurrent_total", _of(BEFORE_LAST_TIME)),
    ),
    "state-of-two-times-before": Mistake(
        "∂C/∂U = Σ δ (h of the time before)ᵀ",
        "∂C/∂U = Σ δ (h of two times before)ᵀ",
        _reading("recurrent_total", _earlier),
    ),
    "inputs-of-last-time": Mistake(
        "∂C/∂W = Σ δ (x or h of the same time)ᵀ",
        "∂C/∂W = Σ δ (that of the last time)ᵀ: as the loop has left it",
        _reading("weight_total", _of(LAST_TIME)),
    ),
    "inputs-of-time-before": Mistake(
        "∂C/∂W = Σ δ (x or h of the same time)ᵀ",
        "∂C/∂W = Σ δ (that of the time before)ᵀ",
        _reading("weight_total", _earlier),
    ),
    "inputs-wrap-at-time-0": Mistake(
        "∂C/∂W = Σ δ (x or h of the same time)ᵀ",
        "∂C/∂W = Σ δ (that of the time before)ᵀ, at time 0 of the last: x[-1] of a list or an array",
        _reading("weight_total", _earlier_or(_last)),
    ),
    "inputs-of-time-before-but-at-time-0": Mistake(
        "∂C/∂W = Σ δ (x or h of the same time)ᵀ",
        "∂C/∂W = Σ δ (that of the time before)ᵀ, at time 0 of the same",
        _reading("weight_total", _earlier_or(lambda read: (read,))),
    ),
    "slope-of-last-time": Mistake(
        "δ = f'(z) ∂C/∂h", "δ = f'(z of the last time) ∂C/∂h: as the loop has left it", _slope_of_last
    ),
    "one-step-back": Mistake(
        "∂C/∂h = from above + Uᵀ δ of the time after",
        "∂C/∂h = from above + Uᵀ f'(z) (from above) of the time after: cut off one step back",
        _one_step,
    ),
    "future-of-last-time": Mistake(
        "∂C/∂h = from above + from the future",
        "∂C/∂h = from above, + from the future at the time before the last alone",
        _last_step,
    ),
    "loss-of-last-time": Mistake(
        "the loss of every time", "that of the last time alone", _loss_where(_ALONE, LAST_TIME)
    ),
    "loss-without-last-time": Mistake(
        "the loss of every time", "without that of the last time", _loss_where(_BUT, LAST_TIME)
    ),
    "loss-without-time-0": Mistake(
        "the loss of every time", "without that of time 0", _loss_where(_BUT, FIRST_TIME)
    ),
}
