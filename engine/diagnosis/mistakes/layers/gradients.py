"""How is a gradient mistaken: made of something else, or summed over too few samples or times?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.iteration.ground import FIRST_SAMPLE, FIRST_TIME, LAST_SAMPLE, LAST_TIME
from engine.diagnosis.mistakes.scaled import TOTALS
from engine.diagnosis.mistakes.times import at_another_time
from engine.equations import forward
from engine.equations.equation import SAMPLE, TIME, Equation, Factor, Variable
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.mistakes.rewrites import renamed, swapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Network


def _masked(mask: Variable, letter: str, *, without: bool) -> Rewrite:
    """Return the rewrite that adds up what is at one end of the samples or times alone, or all but that."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
        if one.variable.name not in TOTALS:
            return (one,)
        edge = Factor(mask, (letter,))
        there = tuple(term._replace(factors=(*term.factors, edge)) for term in one.terms)
        if not without:
            return (one._replace(terms=there),)
        away = tuple(term._replace(coefficient=-term.coefficient) for term in there)
        return (one._replace(terms=(*one.terms, *away)),)

    return rewrite


def _edges() -> Iterator[tuple[str, Mistake]]:
    """Yield the mistakes at the ends of a loop, over the samples or over the times."""
    for letter, every, edges in (
        (SAMPLE, "samples", ((LAST_SAMPLE, "the last sample"), (FIRST_SAMPLE, "the first sample"))),
        (TIME, "times", ((FIRST_TIME, "time 0, the last on the way back"), (LAST_TIME, "the last time"))),
    ):
        for without in (False, True):
            for mask, words in edges:
                edge = mask.name.replace("_", "-")
                name = f"{edge}-left-out" if without else f"gradient-of-{edge}"
                instead = f"G without {words}" if without else f"G of {words} alone"
                rewrite = _masked(mask, letter, without=without)
                yield name, Mistake(f"G = Σ over the {every}", instead, rewrite)


def _state_wraps(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    """Return the gradient of recurrent weights with the last state before time 0: h[-1] of a list."""
    if one.variable.name != "recurrent_total":
        return (one,)
    terms = list(one.terms)
    for term in one.terms:
        first = Factor(FIRST_TIME, (TIME,))
        terms.append(term._replace(coefficient=-term.coefficient, factors=(*term.factors, first)))
        wrapped = tuple(at_another_time(read) if read.shift else read for read in term.factors)
        terms.append(term._replace(factors=(*wrapped, first, at_another_time(Factor(LAST_TIME, (TIME,))))))
    return (one._replace(terms=tuple(terms)),)


def _outer_turned(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    if one.variable.name not in ("weight_total", "recurrent_total"):
        return (one,)
    i, j = one.result.letters
    to = {i: j, j: i}
    return (one.reading(lambda read: read._replace(letters=tuple(to.get(x, x) for x in read.letters))),)


def _own_activation(read: Factor, of: Equation) -> Factor:
    """Return this layer's activation for that below, in the gradient of the weights."""
    below = read.variable == forward.INPUT or read.variable.name == "activation"
    return read._replace(variable=Variable("activation", of.variable.layer)) if below else read


def _input(read: Factor, _: Equation) -> Factor:
    return read._replace(variable=forward.INPUT) if read.variable.name == "activation" else read


EDGES = {
    **dict(_edges()),
    "state-wraps-at-time-0": Mistake(
        "∂C/∂U = Σ δ (h of the time before)ᵀ",
        "before time 0 stands h of the last time: h[-1] of a list or an array",
        _state_wraps,
    ),
}

OF_GRADIENTS: dict[str, Mistake] = {
    "gradient-of-error": Mistake("∂C/∂W = δ aᵀ", "∂C/∂W = ∂C/∂a aᵀ", renamed(TOTALS, "delta", "error")),
    "gradient-of-delta-above": Mistake(
        "∂C/∂W = δ aᵀ", "∂C/∂W with the δ of the layer above", renamed(TOTALS, "delta", "delta", 1)
    ),
    "outer-product-turned": Mistake("∂C/∂W = δ aᵀ", "∂C/∂W = a δᵀ", _outer_turned),
    "own-activation": Mistake(
        "∂C/∂W = δ (a of the layer below)ᵀ",
        "∂C/∂W = δ (a of this layer)ᵀ",
        swapped(("weight_total",), _own_activation),
    ),
    "inputs-for-activation": Mistake(
        "∂C/∂W = δ (a of the layer below)ᵀ", "∂C/∂W = δ xᵀ", swapped(("weight_total",), _input)
    ),
    **EDGES,
}
