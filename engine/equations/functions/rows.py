"""How is what couples the units of a layer written once, and its product back found?

A function of a whole row of units is a formula like any other (see `formula`), of vectors over the row, in
which some calls look at all units at once:

- `total(x)` is Σ x, over all units;
- `top(z)` the largest z, `at_top(x, z)` the x of the unit whose z that is, and `total_but_top(x, z)` Σ x over
  all but that one; `second(z)` the largest z of these others;
- `shifted(z)` is z less the largest: for formulas that such a shift does not change but for their range;
- `total_of_others(x)` is for each unit Σ x over all others.

From this one line the programs, the expressions and their texts are derived. What an error by the outputs
is by the pre-activations, Jᵀ e, is derived too, by differentiating backwards, unless the row of the
activation says how it keeps more digits.

Source: Griewank and Walther, Evaluating Derivatives (2008), section 3.2 (reverse mode).
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.floats import whole
from engine.equations.functions.formula import OF_ROWS, Rewriting, folded, names, number, parse, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.equations.functions.activations import Activation

REDUCING = OF_ROWS - {"shifted", "total_of_others"}
"""The calls that make one number of a row."""


class Row(NamedTuple):
    """A function of whole rows: the name that programs call it by, its formula, and a textbook's form."""

    name: str
    formula: str
    shown: str = ""

    @property
    def tree(self) -> ast.expr:
        """The formula, with the activations that it applies by name written out."""
        return whole(parse(self.formula))

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the vectors that it reads."""
        return names(parse(self.formula))


def row_of(name: str) -> Row | None:
    """Return a function of rows by the name that an equation has for it; None if no formula is that.

    It is that of a coupled activation, its product back, one of its further digits or of its deltas.
    """
    known = _FOUND.get(name)
    if known is not None and ACTIVATIONS.get(known[0].name) is known[0]:
        return known[1]
    for activation in ACTIVATIONS.values():
        if activation.coupled and name.startswith(activation.row):
            found = _of_activation(activation, name)
            if found is not None:
                _FOUND[name] = activation, found
                return found
    return None


_FOUND: dict[str, tuple[Activation, Row]] = {}
"""What has been looked for, as long as the table has that activation."""


def _of_activation(activation: Activation, name: str) -> Row | None:
    if name == activation.row:
        return Row(name, activation.coupled, activation.shown)
    back = back_of(activation)
    if name == back.name:
        return back
    of_layer = {**activation.digits, **{in_program(loss): form for loss, form in activation.deltas.items()}}
    form = of_layer.get(name.removeprefix(f"{activation.row}_"))
    return None if form is None else Row(name, *form)


def in_program(loss: str) -> str:
    """Return what the delta that a loss gives to a coupled output is called by, behind the activation."""
    return loss.replace("-", "_")


def back_of(activation: Activation) -> Row:
    """Return what an error by the outputs of a coupled activation is by its pre-activations.

    A function of `error` and of the outputs `a` or the pre-activations `z`.
    """
    formula = activation.back or _derived(activation.coupled)
    return Row(f"{activation.row}_back", formula, activation.back_shown)


def back_through(name: str) -> Row:
    """Return the product back of the coupled activation whose function of rows has a name."""
    return next(back_of(one) for one in ACTIVATIONS.values() if one.coupled and one.row == name)


# By the identity of a part: none is ever changed.
@lru_cache(maxsize=4096)
def written(node: ast.expr) -> str:
    """Return what tells a part of a formula from any that is not written alike."""
    return ast.unparse(node)


class _SumsOfOthers(Rewriting):
    def visit(self, node: ast.AST) -> ast.AST:
        """Return a part with its sums written out; no tree is changed."""
        made = super().visit(node)
        match made:
            case ast.Call(func=ast.Name(id="total_of_others"), args=[x]):
                return replaced(parse("total_but_top(x, x) if x >= top(x) else total(x) - x"), {"x": x})
        assert isinstance(made, ast.AST)
        return made


def with_sums_of_others(tree: ast.expr) -> ast.expr:
    """Return a formula in which every sum over all others is written out, for numbers of one sign.

    The largest is left out of the sum: taken away from it, it would take the digits of the others along.
    """
    found = _SumsOfOthers().visit(tree)
    assert isinstance(found, ast.expr)
    return found


def is_of_row(node: ast.expr, vectors: Sequence[str] | None = None) -> bool:
    """Return whether a part of a formula is a vector, not one number for the whole row."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in REDUCING:
            return False
        case ast.Name(id=name):
            return vectors is None or name in vectors
        case _:
            return any(is_of_row(one, vectors) for one in parts(node))


def parts(node: ast.expr) -> list[ast.expr]:
    """Return what a part of a formula is made of."""
    match node:
        case ast.Call(args=args):
            return args
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.IfExp(test=ast.Compare(left=left, comparators=[right]), body=body, orelse=orelse):
            return [left, right, body, orelse]
        case _:
            return []


# -- the product back ----------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _derived(formula: str) -> str:
    """Return Σ_i e_i ∂f_i/∂z of a formula f of z, for the errors e of all units.

    Raises ValueError for what looks at the unit of the largest alone: its row has to say the product back.
    """
    tree = whole(parse(formula))
    order: dict[str, ast.expr] = {}

    def visit(node: ast.expr) -> None:
        for one in parts(node):
            visit(one)
        order.setdefault(written(node), node)

    visit(tree)
    arriving: dict[str, list[ast.expr]] = {written(tree): [parse("error")]}
    for key, node in reversed(order.items()):
        if key not in arriving or isinstance(node, ast.Name):
            continue
        for part, given in _given_back(node, _sum(arriving[key])):
            if number(part) is None and number(given) != 0:
                lies_apart = is_of_row(given) and not is_of_row(part)
                arriving.setdefault(written(part), []).append(_call("total", given) if lies_apart else given)
    return ast.unparse(folded(_sum(arriving.get("z", [parse("0 * error")]))))


def _given_back(node: ast.expr, error: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    """Return what each part of a formula gets of the error that arrives at it."""
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return [(operand, _negative(error))]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [(left, error), (right, error)]
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return [(left, error), (right, _negative(error))]
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return [(left, _times(error, right)), (right, _times(error, left))]
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return [(left, _over(error, right)), (right, _negative(_over(_times(error, node), right)))]
        case ast.IfExp(test=test, body=body, orelse=orelse):
            nothing = parse("0.0")
            return [(body, ast.IfExp(test, error, nothing)), (orelse, ast.IfExp(test, nothing, error))]
        case ast.Call(func=ast.Name(id="total" | "shifted"), args=[inner]):
            return [(inner, error)]
        case ast.Call(func=ast.Name(id="max"), args=[first, second]):
            return _given_back(ast.IfExp(_at_least(first, second), first, second), error)
        case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _SLOPES:
            slope = replaced(parse(_SLOPES[name]), {"f": node, "x": inner})
            return [(inner, _times(error, slope))]
        case _:
            raise ValueError(f"what is given back by {ast.unparse(node)} is not derived: say it in the row")


_SLOPES = {
    "exp": "f",
    "expm1": "f + 1",
    "ln": "1 / x",
    "log1p": "1 / (1 + x)",
    "tanh": "square(1 / cosh(x))",
    "sinh": "cosh(x)",
    "cosh": "sinh(x)",
    "sqrt": "0.5 / f",
    "abs": "sign(x)",
    "sign": "0 * x",
    "square": "2 * x",
}
"""The slope of each function at x, where it is f."""


def _sum(terms: Sequence[ast.expr]) -> ast.expr:
    first, *rest = terms
    for one in rest:
        match one:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                first = ast.BinOp(first, ast.Sub(), operand)
            case _:
                first = ast.BinOp(first, ast.Add(), one)
    return first


def _negative(node: ast.expr) -> ast.expr:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return operand
        case _:
            return ast.UnaryOp(ast.USub(), node)


def _calculated(op: ast.operator) -> Callable[[ast.expr, ast.expr], ast.expr]:
    def calculated(left: ast.expr, right: ast.expr) -> ast.expr:
        match left:
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return ast.UnaryOp(ast.USub(), ast.BinOp(operand, op, right))
            case _:
                return ast.BinOp(left, op, right)

    return calculated


_times, _over = _calculated(ast.Mult()), _calculated(ast.Div())


def _at_least(first: ast.expr, second: ast.expr) -> ast.expr:
    return ast.Compare(first, [ast.GtE()], [second])


def _call(name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])
