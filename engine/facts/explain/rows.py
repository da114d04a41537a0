"""How is a function of a whole layer written for one of its units?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.facts.explain.expression import (
    Apply,
    Constant,
    Difference,
    Expression,
    Product,
    Ratio,
    Sum,
    evaluate,
)
from engine.facts.explain.source import products
from engine.facts.explain.terms import mapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.equations.equation import Equation
    from engine.facts.explain.source import Source
    from engine.facts.explain.terms import Terms
    from engine.facts.number import Traced

AGREES = 5e-13
"""Up to which share of an exact number a textbook's form of it may be shown."""
_ONE = Constant("1", 1.0)


def written(source: Source, one: Equation, at: dict[str, int]) -> Expression:
    """Return what a row function gives one unit of a layer."""
    assert one.row is not None
    vectors = [source.entries(source.named(factor)) for _, factor in one.arguments]
    return ROWS[one.row](vectors, at[one.result.letters[-1]])


def _softmax(vectors: list[Terms[Traced]], unit: int) -> Expression:
    exponentials = _shifted_exponentials(vectors[0], _largest(vectors[0]))
    return Ratio(exponentials[unit], Sum(exponentials))


def _softmax_log(vectors: list[Terms[Traced]], unit: int) -> Expression:
    (z,) = vectors
    largest = _largest(z)
    place = int(np.argmax(z.values))
    others = Sum(_shifted_exponentials(z, largest).without(place))
    return Difference(Apply("log1p", others), Difference(z[unit], largest))


def _softmax_back(vectors: list[Terms[Traced]], unit: int) -> Expression:
    a, error = vectors
    plain = Product((a[unit], Difference(error[unit], Sum(products(a, error)))))
    most = error[int(np.argmax(a.values))]
    winner = Constant(most.symbol, most.value)
    # Less the winner's error, so that its own share of the sum is 0.
    less = mapped(lambda one: Difference(one, winner), error, error.values - winner.value)
    exact = Product((a[unit], Difference(Difference(error[unit], winner), Sum(products(a, less)))))
    kept = abs(evaluate(plain) - evaluate(exact)) <= AGREES * abs(evaluate(exact))
    return plain if kept or not np.isfinite(evaluate(exact)) else exact


def _softmax_log_rest(vectors: list[Terms[Traced]], unit: int) -> Expression:
    (z,) = vectors
    largest = _largest(z)
    exponentials = _shifted_exponentials(z, largest)
    return Difference(Apply("ln", Sum(exponentials)), Apply("ln", Sum(exponentials.without(unit))))


def _softmax_binary(vectors: list[Terms[Traced]], unit: int) -> Expression:
    a, y, _ = vectors
    own = Product((Difference(_ONE, y[unit]), a[unit]))
    against = Product((y[unit], Sum(a.without(unit))))
    others = tuple(
        Product(
            (
                a[unit],
                Difference(
                    Product((Difference(_ONE, y[other]), Ratio(a[other], Sum(a.without(other))))), y[other]
                ),
            )
        )
        for other in range(len(a))
        if other != unit
    )
    return Difference(Difference(own, against), Sum(others))


def _largest(z: Terms[Traced]) -> Constant:
    return Constant("max z", float(np.max(z.values)))


def _shifted_exponentials(z: Terms[Traced], largest: Constant) -> Terms[Expression]:
    """Return e^(z - max z) of each pre-activation: `largest` becomes 1, so that none overflows."""
    with np.errstate(all="ignore"):
        values = np.exp(z.values - largest.value)
    return mapped(lambda one: Apply("exp", Difference(one, largest)), z, values)


ROWS: dict[str, Callable[[list[Terms[Traced]], int], Expression]] = {
    "softmax": _softmax,
    "softmax_log": _softmax_log,
    "softmax_log_rest": _softmax_log_rest,
    "softmax_binary": _softmax_binary,
    "softmax_back": _softmax_back,
}
