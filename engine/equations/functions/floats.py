"""What is a formula as a function of floats, one that has a value everywhere, as numpy's have?"""

from __future__ import annotations

import ast
import math
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import OF_ROWS, Rewriting, parse, replaced

if TYPE_CHECKING:
    from collections.abc import Callable


def _guarded(function: Callable[[float], float], beyond: float) -> Callable[[float], float]:
    """Return a function that goes on where Python raises and numpy gives inf or nan."""

    def guarded(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return beyond
        except ValueError:
            return math.nan

    return guarded


def _ln(x: float) -> float:
    return math.log(x) if x > 0.0 else -math.inf if x == 0.0 else math.nan


def _log1p(x: float) -> float:
    return math.log1p(x) if x > -1.0 else -math.inf if x == -1.0 else math.nan


def _sinh(x: float) -> float:
    try:
        return math.sinh(x)
    except OverflowError:
        return math.copysign(math.inf, x)


def divide(x: float, y: float) -> float:
    """Return x / y as numpy has it: of 0 it is inf with a sign, or nan."""
    try:
        return x / y
    except ZeroDivisionError:
        if x == 0.0 or x != x:
            return math.nan
        return math.copysign(math.inf, x) * math.copysign(1.0, y)


def sign(x: float) -> float:
    """Return -1, 0 or 1; nan of nan."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def square(x: float) -> float:
    """Return x²."""
    return x * x


def larger(x: float, y: float) -> float:
    """Return the larger of two numbers; nan if one is."""
    return x if x >= y or x != x else y


def share(w: float, v: float) -> float:
    """Return w · v, and 0 where w is 0."""
    return 0.0 if w == 0.0 else w * v


FLOATS: dict[str, Callable[..., float]] = {
    "exp": _guarded(math.exp, math.inf),
    "expm1": _guarded(math.expm1, math.inf),
    "ln": _ln,
    "log1p": _log1p,
    "tanh": math.tanh,
    "sinh": _sinh,
    "cosh": _guarded(math.cosh, math.inf),
    "sqrt": _guarded(math.sqrt, math.inf),
    "abs": abs,
    "sign": sign,
    "square": square,
    "max": larger,
    "share": share,
    "divide": divide,
}
"""What each function is on one float: total, as numpy's are."""


@lru_cache(maxsize=2048)
def whole(formula: ast.expr) -> ast.expr:
    """Return a formula with the activations that it applies by name written out."""
    found = _WritingOut().visit(formula)
    assert isinstance(found, ast.expr)
    return found


class _WritingOut(Rewriting):
    def generic_visit(self, node: ast.AST) -> ast.AST:
        made = super().generic_visit(node)
        match made:
            case ast.UnaryOp(op=ast.USub(), operand=ast.UnaryOp(op=ast.USub(), operand=inner)):
                return inner
            case ast.Call(func=ast.Name(id=name), args=[argument, *_]) if name not in {*FLOATS, *OF_ROWS}:
                row = ACTIVATIONS[name]
                return whole(replaced(parse(row.coupled or row.formula), {"z": argument}))
            case _:
                return made


class _Dividing(Rewriting):
    """Python divides by 0 with an error: every division becomes a call."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        made = super().generic_visit(node)
        if isinstance(made, ast.BinOp) and isinstance(made.op, ast.Div):
            return ast.Call(ast.Name("divide", ast.Load()), [made.left, made.right], [])
        return made


# Keyed by identity: a formula never changes.
@lru_cache(maxsize=512)
def function(formula: ast.expr, arguments: tuple[str, ...]) -> Callable[..., float]:
    """Return a formula as a total function of floats, by the names of its arguments in order."""
    body = _Dividing().visit(whole(formula))
    source = ast.unparse(body)
    space = dict(FLOATS)
    exec(f"def formula({', '.join(arguments)}): return {source}", space)  # noqa: S102 - tables of our own
    return space["formula"]
