"""What does an equation come to on arrays that are at hand?

Not for training, which runs programs: for what is asked of a few numbers at a time, or of other numbers than
those of the run (an error that comes from the loss alone, the loss at moved parameters).
"""

from __future__ import annotations

import ast
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from engine.equations.equation import Home
from engine.equations.functions.floats import whole
from engine.equations.functions.formula import CALCULATED, COMPARING, FUNCTIONS, number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.equations.equation import Equation, Factor, Variable
    from engine.equations.table import Table

    Values: TypeAlias = Mapping[Variable, Array | float]


@np.errstate(all="ignore")  # a choice works out what it does not take, too
def evaluate(
    one: Equation, read: Callable[[Factor], Array | float], bound: str = "", *, large: bool = False
) -> Array:
    """Return the result of an equation: `evaluated`, whatever numpy would say to it."""
    return evaluated(one, read, bound, large=large)


def evaluated(
    one: Equation, read: Callable[[Factor], Array | float], bound: str = "", *, large: bool = False
) -> Array:
    """Return the result of an equation.

    `read(factor)` gives an array with an axis for each of the factor's letters, but for those in `bound`, at
    which all is looked at: so the result of an equation bound to `ts` is [unit]. Where arrays are `large`,
    what a product of matrices takes to be begun with is won back.
    """
    if one.row is not None:
        return coupled(one.row, *(np.asarray(read(factor), dtype=np.float64) for _, factor in one.arguments))
    letters = _free(one.result, bound)
    if one.formula is not None:
        values = {
            name: _spread(np.asarray(read(factor)), _free(factor, bound), letters)
            for name, factor in one.arguments
        }
        return np.asarray(_function(whole(one.formula))(values), dtype=np.float64)
    total: Array = np.asarray(0.0)
    for term in one.terms:
        arrays = [np.asarray(read(factor)) for factor in term.factors]
        if arrays and term.coefficient != 1.0:  # first, as in programs: a product may round
            arrays[0] = term.coefficient * arrays[0]
        spec, used = _spec(tuple(factor.letters for factor in term.factors), letters, bound)
        if spec == used:
            product = arrays[0] if arrays else term.coefficient
        else:
            product = np.einsum(f"{spec}->{used}", *arrays, optimize=large or len(arrays) > 2)
        total = total + _spread(np.asarray(product), tuple(used), letters)
    return np.asarray(total)


def coupled(row: str, *given: Array) -> Array:
    """Return a function of a whole layer, by its name, of arrays [..., unit]."""
    # Imported when a layer has such a function: softmax, of all that a first lesson has none.
    from engine.program import rows

    return rows.of_rows(rows.numpy_of(row), *given)


@np.errstate(all="ignore")
def applied(formula: ast.expr, values: Mapping[str, Array]) -> Array:
    """Return a formula applied number by number to arrays, by its names."""
    return np.asarray(_function(whole(formula))(values), dtype=np.float64)


@np.errstate(all="ignore")
def compute(table: Table, variable: Variable, given: Values) -> Array:
    """Return a variable from others of the same time, going through the table as far as is needed."""
    known: dict[Variable, Array | float] = dict(given)

    def need(factor: Factor) -> Array | float:
        if factor.variable not in known:
            known[factor.variable] = evaluated(table.making[factor.variable], need)
        return known[factor.variable]

    return evaluated(table.making[variable], need)


@np.errstate(all="ignore")
def updated(table: Table, layer: int, given: Values) -> dict[Variable, Array]:
    """Return all that an update of a layer makes from totals, parameters, states and numbers."""
    known: dict[Variable, Array | float] = dict(given)

    def need(factor: Factor) -> Array | float:
        variable = factor.variable
        if variable not in known:  # what reads nothing has a value for each number, too
            found = evaluated(table.making[variable], need)
            known[variable] = np.broadcast_to(found, table.shape(variable))
        return known[variable]

    made = [one.result for one in table.at[Home("update", layer)] if one.variable.layer == layer]
    return {one.variable: np.array(need(one)) for one in made}


def added_up(one: Equation, samples: npt.NDArray[np.intp], places: range) -> slice:
    """Return which places of a total's gradients are added up in it; `samples` are those of all places.

    A total that is never cleared has all from the first, one of the last sample those of that.
    """
    start = 0 if one.gathers == "run" else places.start
    if one.gathers == "sample" and places:
        start += int(np.flatnonzero(samples[start : places.stop] == samples[places.stop - 1])[0])
    return slice(start, places.stop)


def _free(factor: Factor, bound: str) -> tuple[str, ...]:
    return _without(factor.letters, bound)


@lru_cache(maxsize=256)
def _without(letters: tuple[str, ...], bound: str) -> tuple[str, ...]:
    return tuple(letter for letter in letters if letter not in bound)


@lru_cache(maxsize=1024)
def _spec(factors: tuple[tuple[str, ...], ...], result: tuple[str, ...], bound: str) -> tuple[str, str]:
    """Return the letters of a product's factors, as einsum has them, and those of the result among them."""
    spec = ",".join("".join(_without(letters, bound)) for letters in factors)
    return spec, "".join(letter for letter in result if letter in spec)


def _spread(array: Array, mine: tuple[str, ...], letters: tuple[str, ...]) -> Array:
    """Return an array with some of the letters as one that has all of them, for broadcasting."""
    if mine == letters or not mine:
        return array
    index = tuple(slice(None) if letter in mine else None for letter in letters)
    return array.transpose([mine.index(letter) for letter in letters if letter in mine])[index]


_OF_TWO: dict[type[ast.AST], np.ufunc] = {
    sign: getattr(np, name) for sign, name in (CALCULATED | COMPARING).items()
}


# By the identity of a tree: none is ever changed.
@lru_cache(maxsize=2048)
def _function(node: ast.expr) -> Callable[[Mapping[str, Array]], Array]:
    """Return a formula as a function of arrays by their names."""
    constant = number(node)
    if constant is not None:
        always: Array = np.asarray(constant)
        return lambda _: always
    match node:
        case ast.Name(id=name):
            return itemgetter(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _of_one(np.negative, operand)
        case ast.BinOp(left=left, op=op, right=right):
            return _of_two(_OF_TWO[type(op)], left, right)
        case ast.IfExp(test=ast.Compare(left=left, ops=[compared], comparators=[right]), body=yes, orelse=no):
            mask = _of_two(_OF_TWO[type(compared)], left, right)
            one, other = _function(yes), _function(no)
            return lambda values: np.where(mask(values), one(values), other(values))
        case ast.Call(func=ast.Name(id="share"), args=[weight, value]):
            by, times = _function(weight), _function(value)
            return lambda values: _share(by(values), times(values))
        case ast.Call(func=ast.Name(id="max"), args=[first, second]):
            return _of_two(np.maximum, first, second)
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _of_one(getattr(np, FUNCTIONS[name].ufunc), argument)
        case _:
            raise ValueError(f"not a formula: {ast.unparse(node)}")


def _of_one(ufunc: np.ufunc, node: ast.expr) -> Callable[[Mapping[str, Array]], Array]:
    argument = _function(node)
    return lambda values: ufunc(argument(values))


def _of_two(ufunc: np.ufunc, left: ast.expr, right: ast.expr) -> Callable[[Mapping[str, Array]], Array]:
    one, other = _function(left), _function(right)
    return lambda values: ufunc(one(values), other(values))


def _share(weight: Array, value: Array) -> Array:
    return np.where(weight == 0.0, 0.0, weight * value)
