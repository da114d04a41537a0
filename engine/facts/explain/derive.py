"""How is an entry of an equation's result written as an expression of the numbers that its step read?

The equation is the one that runs; what it sums over becomes terms, and helpers without a name of their own
are seen through. Where an equation runs in a form that keeps the digits of a saturated layer, it is written
as a textbook has it, unless the digits are lost that way.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.equation import SAMPLE, TIME, Home
from engine.equations.forward import OTHERS, OUTPUTS, arguments
from engine.equations.functions.formula import SHOWN_NUMBERS
from engine.equations.optimizers import SETTINGS
from engine.equations.updates import BATCH, CLIP, DECAY, RATE, divisions_of_rate, masks
from engine.facts.entry import array_of
from engine.facts.explain import rows
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
from engine.facts.explain.source import alone, multiplied
from engine.facts.explain.terms import Terms, chained
from engine.facts.explain.written import MINUS, written
from engine.numerals import numeral
from engine.order.quantities import GRADIENT_OF, GROUP_OF, group_of
from engine.program.evaluate import compute

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.arrays import Array
    from engine.equations.equation import Equation, Factor, Term, Variable
    from engine.facts.entry import Number
    from engine.facts.explain.source import Source
    from engine.scenario import Training

CONSTANTS = {**SETTINGS, BATCH.name: "B", DECAY.name: "λ", CLIP.name: "c"}
"""The letters of the numbers that updates read."""


def derived(source: Source, one: Equation, index: tuple[int, ...]) -> Expression:
    """Return the entry of an equation's result at an index (unit,) or (to, from), at the site of a step."""
    units = [letter for letter in one.result.letters if letter not in (TIME, SAMPLE)]
    at = dict(zip(units, index, strict=True))
    if one.where_target and not source.has_target:
        return Constant("0", 0.0)
    if one.row == "length":
        return length([_squares(source, read) for _, read in one.arguments])
    if one.row is not None:
        return rows.written(source, one, at)
    if one.formula is not None:
        return of_formula(one, source.trace.shapes.layers, lambda read: entry(source, read, at))
    return _sum(source, one, at)


def of_formula(one: Equation, layers: int, entry_of: Callable[[Factor], Expression]) -> Expression:
    """Return a formula of what it reads, as a textbook has it where that keeps the digits."""
    assert one.formula is not None
    exact = written(one.formula, {name: entry_of(read) for name, read in one.arguments})
    if one.plain is None:
        return exact
    plain = written(one.plain, {name: entry_of(read) for name, read in arguments(one.plain, layers)})
    return plain if agree(evaluate(plain), evaluate(exact)) else exact


def _squares(source: Source, read: Factor) -> Terms[Expression]:
    """Return the squares of all numbers of an array that an update takes the length of."""
    total = next(
        one.variable
        for one in source.table.at[Home("gradient", read.variable.layer)]
        if one.result.letters == read.letters and group_of(read.variable.name) == GROUP_OF[one.variable.name]
    )
    (reference,) = (one for one in source.reads if one.quantity == total.name and one.layer == total.layer)
    values = array_of(source.trace, reference)
    scenario = source.trace.scenario
    counted = compute(source.table, read.variable, {total: values, **source.constants, **masks(scenario)})

    def place_of(number: Number) -> int | None:
        if number.reference != reference:
            return None
        return int(np.ravel_multi_index(number.index, values.shape))

    return squares(counted, read, lambda at: entry(source, read, at), place_of)


def length(parts: Sequence[Terms[Expression]]) -> Expression:
    """Return the length of arrays together, as one vector, by the squares of each; 0 of no array."""
    return Apply("sqrt", Sum(chained(*parts))) if parts else Constant("0", 0.0)


def squares(
    values: Array,
    read: Factor,
    entry_at: Callable[[dict[str, int]], Expression],
    place_of: Callable[[Number], int | None],
) -> Terms[Expression]:
    """Return the squares of all numbers of an array that is read, each of its entry."""

    def make(place: int) -> Expression:
        index = map(int, np.unravel_index(place, values.shape))
        return Apply("square", entry_at(dict(zip(read.letters, index, strict=True))))

    with np.errstate(all="ignore"):
        found: Array = np.square(values).ravel()
    return Terms(found, 1, make, place_of)


def agree(plain: float, exact: float) -> bool:
    """Return whether the textbook's form has kept the digits."""
    if not (math.isfinite(plain) and math.isfinite(exact)):
        return plain == exact or (math.isnan(plain) and math.isnan(exact))
    return abs(plain - exact) <= rows.AGREES * abs(exact)


def entry(source: Source, factor: Factor, at: dict[str, int]) -> Expression:
    """Return the one number that a factor is at a place; a helper is written out."""
    variable = factor.variable
    if variable == OUTPUTS:
        return Constant("n", float(source.network.layers[-1].units))
    if variable == RATE:
        return rate(source.trace.scenario.training, source.constants[BATCH], 1.0)
    if variable in source.constants:
        return Constant(CONSTANTS[variable.name], source.constants[variable])
    index = tuple(at[letter] for letter in factor.letters if letter in at)
    if variable in source.masks:
        return Constant("trained", float(source.masks[variable][index]))
    one = source.table.making.get(variable)
    power = source.powers.get(variable.name.removesuffix("'"))
    if power is not None:
        return Constant(f"{CONSTANTS[power]}ⁿ", source.of_update(variable))
    if one is not None and one.helper:
        return derived(source, one, index)
    if one is not None and one.home == Home("gradient", variable.layer) and source.site.kind == "update":
        return not_yet_applied(source, variable, index)
    return source.entry(source.named(factor), *index)


def not_yet_applied(source: Source, total: Variable, index: tuple[int, ...]) -> Expression:
    """Return what has been gathered of a total and not yet been applied."""
    wanted = (total.name, GRADIENT_OF[GROUP_OF[total.name]])
    now, *earlier = [read for read in source.reads if read.quantity in wanted and read.layer == total.layer]
    found = source.entry(now, *index)
    if not earlier:
        return found
    applied = source.entry(earlier[0], *index)
    return Difference(found, applied.called(f"applied {applied.symbol}"))


def _sum(source: Source, one: Equation, at: dict[str, int]) -> Expression:
    parts: list[Terms[Expression] | Expression] = []
    for term in one.terms:
        free = [letter for letter in term.summed(one.result) if letter not in (TIME, SAMPLE)]
        if any(factor.shift > 0 and source.named(factor) is None for factor in term.factors):
            continue  # there is no time after the last
        parts.append(_products(source, term, at, free[0]) if free else _product(source, term, at))
    if not parts:
        return Constant("0", 0.0)
    if len(parts) == 1:
        return Sum(parts[0]) if isinstance(parts[0], Terms) else parts[0]
    if any(isinstance(part, Terms) for part in parts):
        every = [part if isinstance(part, Terms) else alone(part) for part in parts]
        return Sum(chained(*every))
    return Sum(tuple(part for part in parts if not isinstance(part, Terms)))


def _product(source: Source, term: Term, at: dict[str, int]) -> Expression:
    """Return a term in which nothing is summed."""
    training, samples = source.trace.scenario.training, source.constants[BATCH]
    return product(term, training, samples, lambda read: (entry(source, read, at),))


def product(
    term: Term, training: Training, samples: float, factors_of: Callable[[Factor], Sequence[Expression]]
) -> Expression:
    """Return a term of the factors that each of its own is; the sign stands at the rate, if it has one."""
    factors: list[Expression] = []
    coefficient = term.coefficient
    for factor in term.factors:
        if factor.variable == RATE:
            factors += _at_rate(training, samples, coefficient)
            coefficient = 1.0
        else:
            factors += factors_of(factor)
    return _scaled(coefficient, factors)


def _scaled(coefficient: float, factors: Sequence[Expression]) -> Expression:
    """Return the product of a number and some factors; a number of 1 is not written."""
    if coefficient == -1.0:
        factors = (MINUS, *factors)
    elif coefficient != 1.0:
        shown = SHOWN_NUMBERS.get(coefficient, numeral(coefficient))
        factors = (Constant(shown, coefficient), *factors)
    return factors[0] if len(factors) == 1 else Product(tuple(factors))


def _products(source: Source, term: Term, at: dict[str, int], free: str) -> Terms[Expression]:
    """Return a term that is summed over a letter, as products."""
    without = next((at[factor.letters[0]] for factor in term.factors if factor.variable == OTHERS), None)
    vectors = []
    for factor in term.factors:
        if factor.variable == OTHERS:
            continue
        inner = [letter for letter in factor.letters if letter not in (TIME, SAMPLE)]
        reference = source.named(factor)
        if len(inner) == 1:
            vectors.append(source.entries(reference))
        elif inner[0] == free:
            vectors.append(source.entries(reference, column=at[inner[1]]))
        else:
            vectors.append(source.entries(reference, row=at[inner[0]]))
    found = multiplied(vectors)
    return found if without is None else found.without(without)


def _at_rate(training: Training, samples: float, coefficient: float) -> list[Expression]:
    """Return the factors of a term that the rate and a number are: the sign stands at the rate."""
    found, size = rate(training, samples, coefficient), abs(coefficient)
    return [found] if size == 1.0 else [found, Constant(numeral(size), size)]


def rate(training: Training, samples: float, sign: float) -> Expression:
    """Return what an update multiplies a total or a direction by: -η, or -η/B for the mean over a batch."""
    letter = "-η" if sign < 0 else "η"
    found: Expression = Constant(letter, math.copysign(1.0, sign) * training.learning_rate)
    for _ in range(divisions_of_rate(training)):
        found = Ratio(found, Constant("B", samples))
    return found
