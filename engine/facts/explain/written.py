"""How does a formula become an expression of the numbers that it is applied to?"""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

from engine.equations.functions.formula import SHOWN_NUMBERS, number
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
from engine.numerals import numeral

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUS = Constant("-1", -1.0)


def written(formula: ast.expr, given: Mapping[str, Expression]) -> Expression:
    """Return a formula with expressions in the place of its names.

    Of a choice the branch that holds for these numbers is written; a share of weight 0 is left out of a sum.

    Raises:
        ValueError: it is no formula.
    """
    constant = number(formula) if isinstance(formula, ast.Constant) else None
    if constant is not None:
        return Constant(SHOWN_NUMBERS.get(constant, numeral(constant)), constant)
    match formula:
        case ast.Name(id=name):
            return given[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return minus(written(operand, given))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _sum([*_parts(left, given), *_parts(right, given)])
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            if _is_nothing(left, given):
                return minus(written(right, given))
            if _is_nothing(right, given):
                return written(left, given)
            return Difference(written(left, given), written(right, given))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return Product((*factors_of(written(left, given)), *factors_of(written(right, given))))
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return Ratio(written(left, given), written(right, given))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return written(body if _holds(test, given) else orelse, given)
        case ast.Call(func=ast.Name(id="share"), args=[weight, value]):
            return _share(written(weight, given), written(value, given))
        case ast.Call(func=ast.Name(id="max"), args=[first, second]):
            one, other = written(first, given), written(second, given)
            return one if evaluate(one) >= evaluate(other) else other
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return Apply(name, written(argument, given))
        case _:
            raise ValueError(f"not a formula: {ast.unparse(formula)}")


def _parts(node: ast.expr, given: Mapping[str, Expression]) -> list[Expression]:
    """Return the parts of a sum, those that are nothing left out."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_parts(left, given), *_parts(right, given)]
    return [] if _is_nothing(node, given) else [written(node, given)]


def _is_nothing(node: ast.expr, given: Mapping[str, Expression]) -> bool:
    """Return whether a part is a share of weight 0."""
    match node:
        case ast.UnaryOp(operand=operand):
            return _is_nothing(operand, given)
        case ast.Call(func=ast.Name(id="share"), args=[weight, _]):
            return evaluate(written(weight, given)) == 0.0
    return False


def _sum(parts: list[Expression]) -> Expression:
    if not parts:
        return Constant("0", 0.0)
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def _share(weight: Expression, value: Expression) -> Expression:
    # 0 · ln a counts as 0, also where ln a is no number.
    if evaluate(weight) == 0.0 and not math.isfinite(evaluate(value)):
        return weight
    if isinstance(value, Ratio) and isinstance(value.over, Constant) and value.over.symbol == "1":
        quotient = Ratio(weight, value.under)
        # What runs takes 1 / a first: where that alone is no number, y / a is another.
        if math.isfinite(evaluate(value)) or not math.isfinite(evaluate(quotient)):
            return quotient
    return Product((*factors_of(weight), *factors_of(value)))


def minus(expression: Expression) -> Expression:
    """Return an expression with the other sign."""
    if isinstance(expression, Constant):
        symbol = expression.symbol
        return Constant(symbol[1:] if symbol.startswith("-") else f"-{symbol}", -expression.value)
    if isinstance(expression, Ratio) and isinstance(expression.over, Constant):
        return Ratio(minus(expression.over), expression.under)
    if isinstance(expression, Sum):
        return Sum(tuple(minus(part) for part in expression.parts))
    if isinstance(expression, Product) and expression.factors[0] == MINUS:
        rest = expression.factors[1:]
        return rest[0] if len(rest) == 1 else Product(rest)
    first, *others = factors_of(expression)
    if isinstance(first, Constant) and first.symbol.startswith("-"):
        return Product((minus(first), *others))
    return Product((MINUS, *factors_of(expression)))


def factors_of(expression: Expression) -> tuple[Expression, ...]:
    """Return the factors of a product; of anything else itself."""
    return expression.factors if isinstance(expression, Product) else (expression,)


def _holds(test: ast.expr, given: Mapping[str, Expression]) -> bool:
    assert isinstance(test, ast.Compare)
    left = evaluate(written(test.left, given))
    right = evaluate(written(test.comparators[0], given))
    match test.ops[0]:
        case ast.Gt():
            return left > right
        case ast.GtE():
            return left >= right
        case ast.Lt():
            return left < right
        case _:
            return left <= right
