"""What can training leave out that a trace shows?

What no parameter depends on; copies (the activation of an identity layer) and factors that are 1 (its slope).
What is left is computed with the same operations, so that no bit of a parameter changes.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.equations.equation import Equation, Factor, Variable
from engine.equations.functions.formula import number
from engine.equations.table import pruned

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


def lean(
    equations: Sequence[Equation], roots: Collection[Variable], kept: Collection[Variable] = ()
) -> list[Equation]:
    """Return the equations that the roots need, without copies and without factors that are 1.

    `kept` are variables that stay though they are copies: those with a state before time 0.
    """
    needed = pruned(equations, roots)
    ones = {one.variable for one in needed if _is_one(one)}
    copies: dict[Variable, tuple[Factor, tuple[str, ...]]] = {}
    found = []
    for one in needed:
        made = _seen(one, ones, copies)
        source = _copied(made)
        if source is not None and made.variable not in roots and made.variable not in kept:
            copies[made.variable] = source, made.result.letters
        else:
            found.append(made)
    return pruned([_seen(one, ones, copies) for one in found], roots)


def _seen(
    one: Equation, ones: Collection[Variable], copies: dict[Variable, tuple[Factor, tuple[str, ...]]]
) -> Equation:
    """Return an equation that reads the source of each copy, and no factor that is 1."""

    def source(read: Factor) -> Factor:
        while read.variable in copies:
            behind, letters = copies[read.variable]
            to = dict(zip(letters, read.letters, strict=True))
            read = Factor(behind.variable, tuple(to[letter] for letter in behind.letters), read.shift)
        return read

    if not any(read.variable in ones or read.variable in copies for read in one.factors()):
        return one
    terms = tuple(
        term._replace(factors=tuple(source(read) for read in term.factors if read.variable not in ones))
        for term in one.terms
    )
    return one._replace(terms=terms, arguments=tuple((name, source(read)) for name, read in one.arguments))


def _is_one(one: Equation) -> bool:
    """Return whether what an equation makes is 1 everywhere: what is 0 without a target is not."""
    return one.formula is not None and number(one.formula) == 1.0 and not one.where_target


def _copied(one: Equation) -> Factor | None:
    """Return what an equation is nothing but a copy of; None if it computes something."""
    if one.where_target or one.row is not None:
        return None
    if isinstance(one.formula, ast.Name) and len(one.arguments) == 1:
        return one.arguments[0][1]
    if one.formula is None and len(one.terms) == 1:
        coefficient, factors = one.terms[0]
        alone = coefficient == 1.0 and len(factors) == 1 and not factors[0].shift
        if alone and sorted(factors[0].letters) == sorted(one.result.letters):
            return factors[0]
    return None
