"""What does a right number tell of what it is made of?

Only as much as its equation is one-to-one at these numbers: of what a product with zeros has read, a ReLU
below 0, a softmax but for a shift, or a sum over many samples, much may be wrong, and nobody sees it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.judging.bench import WORK
from engine.diagnosis.precision import largest_of
from engine.equations.equation import Equation, Factor, Term, Variable
from engine.program.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array, Mask
    from engine.diagnosis.iteration.values import Values

_NEAREST, _FURTHEST, _STEP = 1e-13, 8.0, 2.0
"""How far from a number others are tried, in the largest of its array, and how much further each is."""


def told_by(one: Equation, variable: Variable, values: Values, within: float) -> float:
    """Return how far a variable may be from what it is in `values`, by one of the equations that read it.

    The result is no further than `within` from what it is there, and all else that the equation reads is
    right. Infinite where it may be anything.
    """
    read = [factor for factor in one.factors() if factor.variable == variable]
    if len(read) != 1 or read[0].shift or one.row is not None or one.gathers != "iteration":
        return math.inf
    if one.formula is not None:
        return _by_formula(one, read[0], values, within)
    if one.where_target and values.ground.missing.any():
        return math.inf
    return _by_sum(one, read[0], values, within)


def _by_sum(one: Equation, read: Factor, values: Values, within: float) -> float:
    """Return it for a sum of products: as far as the matrix that it is multiplied by shortens at most."""
    weights = _weights(one, read, values)
    blocks, rows, columns = weights.shape
    if rows < columns or blocks * rows * columns**2 > WORK or not np.isfinite(weights).all():
        return math.inf
    if columns == 1:
        shortest = float(np.sqrt((weights**2).sum(axis=1)).min(initial=np.inf))
    else:
        shortest = float(np.linalg.svd(weights, compute_uv=False).min(initial=np.inf))
    return within * math.sqrt(rows) / shortest if shortest else math.inf


def _weights(one: Equation, read: Factor, values: Values) -> Array:
    """Return what a factor is multiplied by: [what it shares with the result, result alone, summed over]."""
    (term,) = (term for term in one.terms if read in term.factors)
    others = tuple(factor for factor in term.factors if factor != read)
    letters = dict.fromkeys(letter for factor in others for letter in factor.letters)
    shared = [letter for letter in read.letters if letter in one.result.letters]
    alone = [letter for letter in letters if letter in one.result.letters and letter not in shared]
    summed = [letter for letter in read.letters if letter not in one.result.letters]
    made = Factor(Variable("weights"), (*shared, *alone, *summed))
    found = evaluate(Equation(made, (Term(term.coefficient, others),)), values.read)
    found = found.reshape(found.shape or (1,) * len(made.letters))
    sizes = dict(zip(read.letters, values.of(read.variable).shape, strict=True))
    middle = len(shared) + len(alone)
    wanted = (*found.shape[:middle], *(sizes[letter] for letter in summed))
    blocks, rows = math.prod(wanted[: len(shared)]), math.prod(wanted[len(shared) : middle])
    return np.broadcast_to(found, wanted).reshape(blocks, rows, math.prod(wanted[middle:]))


def _by_formula(one: Equation, read: Factor, values: Values, within: float) -> float:
    """Return it for a formula: the furthest of other numbers in its place that make the same.

    They are tried on both sides, each further than the one before. What lies between two that make more, or
    two that make less, makes it too; so all on a side have to be on one side of the result.
    """
    array = values.of(read.variable)
    if read.letters != one.result.letters or array.size * len(_distances(1.0)) > WORK:
        return math.inf
    right = _made(one, read, values, array)
    largest = largest_of(array)
    if not largest or not np.isfinite(array).all() or not np.isfinite(right).all():
        return math.inf
    return max(
        _reach(
            (distance, _side(_made(one, read, values, array + sign * distance) - right, within))
            for distance in _distances(largest)
        )
        for sign in (-1.0, 1.0)
    )


def _distances(largest: float) -> list[float]:
    """Return by how much numbers are moved, the furthest first."""
    steps = math.ceil(math.log(_FURTHEST / _NEAREST, _STEP))
    return [largest * _FURTHEST / _STEP**step for step in range(steps + 1)]


def _made(one: Equation, read: Factor, values: Values, array: Array) -> Array:
    """Return what a formula makes of other numbers in the place of a factor."""
    found = evaluate(one, lambda factor: array if factor == read else values.read(factor))
    return np.where(values.ground.missing, 0.0, found) if one.where_target else found


def _side(apart: Array, within: float) -> Array:
    """Return whether results are larger or smaller than the right ones, 1 or -1; 0 where nobody sees it.

    What is no number can't have been in its place: nan.
    """
    return np.where(np.isnan(apart), np.nan, np.sign(apart) * (np.abs(apart) > within))


def _reach(sides: Iterator[tuple[float, Array]]) -> float:
    """Return how far the furthest number that may make the same is; `sides` begin with the furthest."""
    wanted: Array | float = np.nan
    seen: Mask | bool = True
    before, reach = math.inf, 0.0
    for distance, side in sides:
        wanted = np.where(np.isnan(wanted), side, wanted)
        still = seen & (((side == wanted) & (side != 0.0)) | np.isnan(side))
        if (seen & ~still).any():
            reach = max(reach, before)
        if not still.any():
            return reach
        seen, before = still, distance
    return max(reach, before)
