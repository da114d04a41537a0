"""How is one equation of an update rewritten: by another formula of the same numbers?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from engine.equations.equation import Equation, Variable
from engine.equations.functions.formula import names, parse, replaced, same
from engine.equations.optimizers import OPTIMIZERS
from engine.equations.updates import read_of
from engine.order.quantities import group_of, part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Network, Training

APPLIED: Final = "applied"
CHANGE: Final = "change"


def formed(training: Training, **formulas: Callable[[ast.expr], ast.expr]) -> Rewrite:
    """Return the rewrite by which parts of an update have other formulas, each made of the right one.

    A part is `applied`, a state or `change`; what else such a formula reads is of the same parameter.
    """

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
        made = formulas.get(part_of(one.variable.name.removesuffix("'")))
        if made is None or one.formula is None:
            return (one,)
        formula = made(one.formula)
        return (one,) if same(formula, one.formula) else (by_formula(one, formula, training),)

    return rewrite


def by_formula(one: Equation, formula: ast.expr, training: Training) -> Equation:
    """Return an equation of an update with another formula."""
    group = group_of(one.variable.name)
    assert group is not None
    before = part_of(one.variable.name.removesuffix("'")) in OPTIMIZERS[training.optimizer].states
    parameter = one.result._replace(variable=Variable(group, one.variable.layer))
    given = dict(one.arguments)
    read = (
        (name, given.get(name) or read_of(name, parameter, training, before=before))
        for name in names(formula)
    )
    return one._replace(formula=formula, arguments=tuple(read))


def put(by: Mapping[str, str]) -> Callable[[ast.expr], ast.expr]:
    """Return what puts other texts in the place of parts of a formula."""
    return lambda formula: replaced(formula, by)


def without(term: str) -> Callable[[ast.expr], ast.expr]:
    """Return what leaves a term out of the sums of a formula in which it stands last."""
    left_out = parse(term)

    def made(formula: ast.expr) -> ast.expr:
        sums = [
            node
            for node in ast.walk(formula)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and same(node.right, left_out)
        ]
        return replaced(formula, {ast.unparse(node): ast.unparse(node.left) for node in sums})

    return made


def plus(term: str) -> Callable[[ast.expr], ast.expr]:
    """Return what adds a term to a formula."""
    return lambda formula: ast.BinOp(formula, ast.Add(), parse(term))
