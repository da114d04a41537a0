"""How is a function of a whole layer written for one of its units?

The formula of a row (`engine.equations.functions.rows`) becomes an expression of the numbers of all units.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.floats import whole
from engine.equations.functions.formula import OF_ROWS, Rewriting, parse, text
from engine.equations.functions.rows import REDUCING, parts, row_of
from engine.facts.explain.expression import Constant, Difference, Expression, Sum, evaluate
from engine.facts.explain.terms import Terms
from engine.facts.explain.written import written as written_of
from engine.facts.number import Traced
from engine.program.evaluate import applied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from engine.arrays import Array
    from engine.equations.equation import Equation
    from engine.facts.entry import Number
    from engine.facts.explain.source import Source

AGREES = 5e-13
"""Up to which share of an exact number a textbook's form of it may be shown."""


def written(source: Source, one: Equation, at: dict[str, int]) -> Expression:
    """Return what a row function gives one unit of a layer."""
    assert one.row is not None
    vectors = [source.entries(source.named(factor)) for _, factor in one.arguments]
    return of_row(one, vectors, at[one.result.letters[-1]])


def of_row(one: Equation, vectors: list[Terms[Traced]], unit: int) -> Expression:
    """Return what the row function of an equation gives one unit, of the vectors that it reads."""
    assert one.row is not None
    row = row_of(one.row)
    assert row is not None
    given = dict(zip((name for name, _ in one.arguments), vectors, strict=True))
    exact = _Written(given).at(row.tree, unit)
    if not row.shown or any(row.name == activation.row for activation in ACTIVATIONS.values()):
        return exact
    plain = _Written(given).at(whole(parse(row.shown)), unit)
    kept = abs(evaluate(plain) - evaluate(exact)) <= AGREES * abs(evaluate(exact))
    return plain if kept or not np.isfinite(evaluate(exact)) else exact


class _Written:
    """The parts of a formula of a row, of vectors by their names."""

    def __init__(self, given: Mapping[str, Terms[Traced]]) -> None:
        self._given = given
        self._known: dict[str, Expression] = {}
        self._numbers: dict[ast.expr, Array] = {}

    def at(self, node: ast.expr, unit: int) -> Expression:
        """Return what a part of the formula is for a unit."""
        of_rows: dict[str, Expression] = {name: terms[unit] for name, terms in self._given.items()}
        named = _named(node, lambda one: self._of_row(one, unit), of_rows)
        return written_of(named, of_rows)

    def _of_row(self, node: ast.Call, unit: int) -> Expression:
        """Return what a call is that looks at all units."""
        assert isinstance(node.func, ast.Name)
        if node.func.id == "shifted":
            return Difference(self.at(node.args[0], unit), self._largest(node.args[0]))
        if node.func.id == "total_of_others":
            (x,) = node.args
            terms = self._terms(x).without(unit)
            # Where each term has a sum of its own, a number stands in many.
            return Sum(tuple(terms) if _has_sums(x) else terms)
        key = ast.unparse(node)
        if key not in self._known:
            self._known[key] = self._reduced(node.func.id, *node.args)
        return self._known[key]

    def _reduced(self, name: str, x: ast.expr, z: ast.expr | None = None) -> Expression:
        if name == "top":
            return self._largest(x)
        if name == "second":
            return Constant(f"second {text(x)}", _second(self._values(x)))
        if name == "total":
            return Sum(self._terms(x))
        assert z is not None
        winner = int(np.argmax(self._values(z)))
        if name == "total_but_top":
            return Sum(self._terms(x).without(winner))
        most = self.at(x, winner)
        # It is the same for all units: a number with a name, like the largest.
        return Constant(most.symbol, most.value) if isinstance(most, Traced) else most

    def _largest(self, z: ast.expr) -> Constant:
        return Constant(f"max {text(z)}", float(np.max(self._values(z))))

    def _terms(self, x: ast.expr) -> Terms[Expression]:
        """Return a vector as terms, each made when it is looked at."""
        every = [one.id for one in _names(x) if one.id in self._given]
        read = list(dict.fromkeys(every))
        first = self._given[read[0]]

        def place_of(number: Number) -> int | None:
            places = (self._given[name].place_of(number) for name in read)
            return next((one for one in places if one is not None), None)

        values = np.broadcast_to(self._values(x), first.values.shape)
        return Terms(values, len(every), lambda place: self.at(x, place), place_of)

    def _values(self, node: ast.expr) -> Array:
        """Return what a part comes to for each unit: it is asked for again at every unit."""
        known = self._numbers.get(node)
        if known is None:
            known = self._numbers[node] = self._calculated(node)
        return known

    def _calculated(self, node: ast.expr) -> Array:
        found: dict[str, Array] = {name: terms.values for name, terms in self._given.items()}

        def numbers(one: ast.Call) -> Array:
            assert isinstance(one.func, ast.Name)
            inner = [self._values(part) for part in one.args]
            match one.func.id:
                case "shifted":
                    return np.asarray(inner[0] - np.max(inner[0]))
                case "top":
                    return np.asarray(np.max(inner[0]))
                case "second":
                    return np.asarray(_second(inner[0]))
                case "total_of_others":
                    return np.asarray([np.delete(inner[0], unit).sum() for unit in range(len(inner[0]))])
                case "total":
                    return np.asarray(np.sum(inner[0]))
                case "at_top":
                    return np.asarray(inner[0][np.argmax(inner[1])])
                case _:
                    return np.asarray(np.sum(np.delete(inner[0], np.argmax(inner[1]))))

        with np.errstate(all="ignore"):
            return applied(_named(node, numbers, found), found)


def _has_sums(node: ast.expr) -> bool:
    """Return whether a part adds up numbers of all units."""
    calls = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return any(isinstance(one, ast.Name) and one.id.startswith("total") for one in calls)


def _second(values: Array) -> float:
    return float(np.max(np.delete(values, np.argmax(values)), initial=-np.inf))


class _Naming(Rewriting):
    """Puts a name in the place of every call that looks at all units; `into` has what is called so."""

    def __init__(self, make: Callable[[ast.Call], object], into: dict[str, Any]) -> None:
        self._make, self._into = make, into

    def visit(self, node: ast.AST) -> ast.AST:
        """Return a part with names in it; no tree is changed."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OF_ROWS:
            name = f"of_row{len(self._into)}"
            self._into[name] = self._make(node)
            return ast.Name(name, ast.Load())
        found = super().visit(node)
        assert isinstance(found, ast.AST)
        return found


def _named(node: ast.expr, make: Callable[[ast.Call], object], into: dict[str, Any]) -> ast.expr:
    found = _Naming(make, into).visit(node)
    assert isinstance(found, ast.expr)
    return found


def _names(node: ast.expr) -> list[ast.Name]:
    """Return the names that a part reads for each unit, as often as it does: but those of all units."""
    if isinstance(node, ast.Name):
        return [node]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REDUCING:
        return []
    return [name for one in parts(node) for name in _names(one)]
