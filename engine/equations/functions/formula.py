"""How is a function of numbers written once, and read as text, as a program and as an expression?

A formula is written as Python writes it, such as `1 / (1 + exp(-z))` or `z if z > 0 else expm1(z)`, and
kept as its syntax tree. The program generators turn it into statements, `engine.facts.explain` into an
expression, `text` into what stands on the screen. `share(w, v)` is w · v, and 0 where w is 0, whatever v is
(0 · ln 0 = 0).
"""

from __future__ import annotations

import ast
import operator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


MOST = 709.782712893384
"""The largest number whose exponential is one: ln of the largest float. A formula may ask for it."""


class Named(NamedTuple):
    """A function of one number: its name in numpy, and how a text and LaTeX write it around its argument."""

    ufunc: str
    shown: str
    latex: str


FUNCTIONS: dict[str, Named] = {
    "exp": Named("exp", "e^{}", r"e^{{}}"),
    "expm1": Named("expm1", "e^{} - 1", r"e^{{}} - 1"),
    "ln": Named("log", "ln{}", r"\ln\left({}\right)"),
    "log1p": Named("log1p", "ln(1 + {})", r"\ln\left(1 + {}\right)"),
    "tanh": Named("tanh", "tanh{}", r"\tanh\left({}\right)"),
    "sinh": Named("sinh", "sinh{}", r"\sinh\left({}\right)"),
    "cosh": Named("cosh", "cosh{}", r"\cosh\left({}\right)"),
    "sqrt": Named("sqrt", "√{}", r"\sqrt{{}}"),
    "abs": Named("absolute", "|{}|", r"\left|{}\right|"),
    "sign": Named("sign", "sign{}", r"\operatorname{sign}\left({}\right)"),
    "square": Named("square", "{}²", r"\left({}\right)^{2}"),
}
"""The functions that a formula may apply, beside max(x, y), share(w, v) and the activations by name."""

CALCULATED: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
}
"""What numpy calls the operators of a formula."""

COMPARING: dict[type[ast.cmpop], str] = {
    ast.Gt: "greater",
    ast.GtE: "greater_equal",
    ast.Lt: "less",
    ast.LtE: "less_equal",
}
"""What it calls the comparisons."""

OF_ROWS = frozenset({"total", "total_but_top", "total_of_others", "top", "second", "at_top", "shifted"})
"""The calls that look at all units of a layer at once (see `rows`)."""


@lru_cache(maxsize=512)
def parse(text: str) -> ast.expr:
    """Return the syntax tree of a formula.

    Raises:
        SyntaxError: it is none.
    """
    return ast.parse(text, mode="eval").body


# By the identity of a tree: none is ever changed.
@lru_cache(maxsize=2048)
def names(formula: ast.expr) -> tuple[str, ...]:
    """Return the names of the numbers that a formula reads, in the order in which they are written."""
    called = {id(node.func) for node in ast.walk(formula) if isinstance(node, ast.Call)}
    found = [node for node in ast.walk(formula) if isinstance(node, ast.Name) and id(node) not in called]
    found.sort(key=lambda node: (node.lineno, node.col_offset))
    return tuple(dict.fromkeys(node.id for node in found))


def same(one: ast.expr, other: ast.expr) -> bool:
    """Return whether two formulas are written alike."""
    return one is other or _dumped(one) == _dumped(other)


@lru_cache(maxsize=2048)
def _dumped(formula: ast.expr) -> str:
    return ast.dump(formula)


class Rewriting(ast.NodeTransformer):
    """Makes a new tree, which may share parts with the old one: no tree is ever changed."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Return the node with its parts rewritten."""
        if not node._fields:
            return node
        made = type(node).__new__(type(node))
        parts = made.__dict__
        for name, part in node.__dict__.items():
            if isinstance(part, ast.AST):
                parts[name] = self.visit(part)
            elif isinstance(part, list):
                parts[name] = [self.visit(one) for one in part]
            else:
                parts[name] = part
        return made


class _Replacing(Rewriting):
    def __init__(self, wanted: Mapping[str, ast.expr]) -> None:
        self._wanted = wanted

    def visit(self, node: ast.AST) -> ast.AST:
        """Replace a node that is wanted, else look into it."""
        if isinstance(node, ast.expr) and not isinstance(node, ast.Constant):
            found = self._wanted.get(ast.dump(node))
            if found is not None:
                return found
        return self.generic_visit(node)


def replaced(formula: ast.expr, by: Mapping[str, str | ast.expr]) -> ast.expr:
    """Return a formula in which every part written like a key stands replaced by its value."""
    texts = tuple((key, value if isinstance(value, str) else ast.unparse(value)) for key, value in by.items())
    return _replaced(_written(formula), texts)


@lru_cache(maxsize=2048)
def _written(formula: ast.expr) -> str:
    return ast.unparse(formula)


# By their texts: what is written alike is one tree.
@lru_cache(maxsize=2048)
def _replaced(text: str, by: tuple[tuple[str, str], ...]) -> ast.expr:
    wanted = {ast.dump(parse(key)): parse(value) for key, value in by}
    found = _Replacing(wanted).visit(parse(text))
    assert isinstance(found, ast.expr)
    return parse(ast.unparse(found))


def number(node: ast.expr) -> float | None:
    """Return the number that a formula is, if it is nothing but one."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = number(operand)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            over, under = number(left), number(right)
            return None if over is None or not under else over / under
        case _:
            return None


class _Folding(Rewriting):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        made = self.generic_visit(node)
        assert isinstance(made, ast.BinOp)
        left, right = number(made.left), number(made.right)
        if left is None or right is None or isinstance(made.op, ast.Div):
            return made
        return parse(repr(_FOLDED[type(made.op)](left, right)))


_FOLDED: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def folded(formula: ast.expr) -> ast.expr:
    """Return a formula with sums, differences and products of numbers computed."""
    found = _Folding().visit(formula)
    assert isinstance(found, ast.expr)
    return found


# -- as text -------------------------------------------------------------------------------------------

SHOWN_NUMBERS = {0.5: "½"}
"""The numbers that are not shown in digits."""
SHOWN_NAMES = {"sigmoid": "σ"}
"""The functions that are not shown by their names."""


def text(formula: ast.expr) -> str:
    """Return a formula as it is written on screen: `1 / (1 + e^-z)`, `a (1 - a)`, `y ln a`."""
    return _text(formula)


def sum_text(formula: ast.expr) -> str:
    """Return the sum of a formula over the outputs, with what is the same for all put before the sign."""
    factor, rest = _pulled_out(formula)
    loose = isinstance(rest, ast.IfExp) or (
        isinstance(rest, ast.BinOp) and isinstance(rest.op, ast.Add | ast.Sub)
    )
    inside = f"[{_text(rest)}]" if loose else _text(rest)
    if factor == "-":
        return f"-Σ {inside}"
    return f"{factor} Σ {inside}" if factor else f"Σ {inside}"


def _pulled_out(formula: ast.expr) -> tuple[str, ast.expr]:
    match formula:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return "-", operand
        case ast.BinOp(left=left, op=ast.Mult(), right=right) if not {"a", "y", "z"} & {*names(left)}:
            return _text(left).replace(" / ", "/"), right
        case _:
            return "", formula


def _text(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=int() | float() as value):
            return SHOWN_NUMBERS.get(value, f"{value:g}")
        case ast.Name(id=name):
            return name
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return f"-{_bracketed(operand)}"
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return f"{_text(left)} + {_text(right)}"
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return f"{_text(left)} - {_bracketed(right)}"
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return f"{_bracketed(left)} {_bracketed(right)}"
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            under = f"({_text(right)})" if isinstance(right, ast.BinOp) else _text(right)
            return f"{_bracketed(left)} / {under}"
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return f"{_text(body)} if {_text(test)}, else {_text(orelse)}"
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return f"{_text(left)} {_COMPARED[type(op)]} {_text(right)}"
        case ast.Call(func=ast.Name(id="share"), args=[weight, value]):
            return f"{_bracketed(weight)} {_bracketed(value)}"
        case ast.Call(func=ast.Name(id="max"), args=[first, second]):
            return f"max({_text(first)}, {_text(second)})"
        case ast.Call(func=ast.Name(id="shifted"), args=[z]):
            return f"{_text(z)} - max {_of_all(z)}"
        case ast.Call(func=ast.Name(id=name), args=args) if name in OF_ROWS:
            return _of_row(name, *map(_of_all, args))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            return _applied(name, argument)
        case _:
            raise ValueError(f"not a formula: {ast.unparse(node)}")


class _InRange(Rewriting):
    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        made = self.generic_visit(node)
        assert isinstance(made, ast.IfExp)
        limit = number(made.test.comparators[0]) if isinstance(made.test, ast.Compare) else None
        return made.body if limit is not None and abs(limit) == MOST else made


def in_range(formula: ast.expr) -> ast.expr:
    """Return a formula for numbers whose exponentials are numbers, too: without the choices that ask for it.

    Where one is not, Python's exp stops.
    """
    found = _InRange().visit(formula)
    assert isinstance(found, ast.expr)
    return found


_COMPARED: dict[type[ast.cmpop], str] = {ast.Gt: ">", ast.GtE: "≥", ast.Lt: "<", ast.LtE: "≤"}


def _of_all(node: ast.expr) -> str:
    return f"({_text(node)})" if isinstance(node, ast.UnaryOp) else _bracketed(node)


def _of_row(name: str, x: str, z: str = "") -> str:
    match name:
        case "total":
            return f"Σ {x}"
        case "total_but_top":
            return f"Σ {x} but for the largest {z}"
        case "total_of_others":
            return f"Σ {x} of all others"
        case "at_top":
            return f"that {x} of the largest {z}"
        case "second":
            return f"second largest {x}"
        case _:
            return f"max {x}"


def _applied(name: str, argument: ast.expr) -> str:
    inside = _text(argument)
    simple = isinstance(argument, ast.Name)
    if name not in FUNCTIONS:
        return f"{SHOWN_NAMES.get(name, name)}({inside})"
    shown = FUNCTIONS[name].shown
    if name in ("abs", "log1p"):
        return shown.format(inside)
    if name in ("exp", "expm1"):
        power = simple or (isinstance(argument, ast.UnaryOp) and isinstance(argument.operand, ast.Name))
        return shown.format(inside if power else f"({inside})")
    if name == "square":
        return shown.format(inside if simple else f"({inside})")
    return shown.format(f" {inside}" if simple else f"({inside})")


_LOOSE = ("shifted", "total_but_top", "total_of_others")


def _bracketed(node: ast.expr) -> str:
    loose = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    loose = loose or isinstance(node, ast.IfExp)
    loose = loose or (isinstance(node, ast.Call) and ast.unparse(node.func) in _LOOSE)
    return f"({_text(node)})" if loose else _text(node)
