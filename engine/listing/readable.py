"""How does generated code become code that somebody reads?

The statements of a program name every part of a formula. Who reads it wants `a = 1 / (1 + exp(-z))`: parts go
back to where they are used, and functions have the names that they have in Python. No operation is changed,
so no bit is.
"""

from __future__ import annotations

import ast
import copy
import inspect
import math
import re
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


_PART = re.compile(r"\bx\d\w*")  # a part of a formula; what a sample brings along has an underscore
_CALL = re.compile(r"\w\(")
_IN_MATH = {"ln": "log"}


class _InPython(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.expr:
        found = self.generic_visit(node)
        assert isinstance(found, ast.Call)
        if isinstance(found.func, ast.Name):
            found.func = ast.Name(in_math(found.func.id), ast.Load())
        return found

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """The length of a vector is a function of Python's own, of numbers."""
        found = self.generic_visit(node)
        assert isinstance(found, ast.Assign)
        match found:
            case ast.Assign(
                targets=[ast.Tuple(elts=[target])], value=ast.Call(func=ast.Name(id="length"), args=groups)
            ):
                every = [one for group in groups if isinstance(group, ast.Tuple) for one in group.elts]
                found.targets, found.value = [target], ast.Call(ast.Name("hypot", ast.Load()), every, [])
        return found


class _Decided(ast.NodeTransformer):
    """What is multiplied by 1 or left out, as a mask says of this number: `0 if 1 == 0 else 1 * x` is x."""

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        found = self.generic_visit(node)
        match found:
            case ast.IfExp(
                test=ast.Compare(left=ast.Constant(value=mask), ops=[ast.Eq()], comparators=[ast.Constant()]),
                body=nothing,
                orelse=ast.BinOp(left=ast.Constant(), op=ast.Mult(), right=value),
            ):
                return value if mask else nothing
        assert isinstance(found, ast.expr)
        return found


class _Inlined(ast.NodeTransformer):
    def __init__(self, by: Mapping[str, ast.expr]) -> None:
        self._by = by

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._by.get(node.id, node)


def readable(statements: Sequence[str]) -> list[ast.Assign | None]:
    """Return statements with parts put where they are used; None for those that are gone.

    A part that is used more than once keeps a name of its own, unless it is but a function of a name.
    """
    parsed = ast.parse("\n".join(statements)).body
    trees = [_prepared(tree, text) for tree, text in zip(parsed, statements, strict=True)]
    reading = [bool(_PART.search(text.partition(" = ")[2])) for text in statements]  # most read no part
    uses = Counter(
        node.id
        for tree, reads in zip(trees, reading, strict=True)
        if reads
        for node in ast.walk(tree.value)
        if isinstance(node, ast.Name)
    )
    by: dict[str, ast.expr] = {}
    kept: dict[str, str] = {}
    found: list[ast.Assign | None] = []
    for tree, reads in zip(trees, reading, strict=True):
        if reads:
            tree.value = _Inlined(by).visit(tree.value)
        (target,) = tree.targets
        if isinstance(target, ast.Name) and _PART.fullmatch(target.id):
            if uses[target.id] == 1 or _is_light(tree.value):
                by[target.id] = tree.value
                found.append(None)
                continue
            kept[target.id] = f"x{len(kept) + 1}"
            by[target.id] = ast.Name(kept[target.id], ast.Load())
            tree.targets = [ast.Name(kept[target.id], ast.Store())]
        found.append(tree)
    return found


def _prepared(tree: ast.stmt, statement: str) -> ast.Assign:
    """Return a statement as Python has it, with what its masks say of its numbers."""
    if calls(statement):
        tree = _InPython().visit(tree)
    if " if " in statement:
        tree = _Decided().visit(tree)
    assert isinstance(tree, ast.Assign)
    return tree


def _is_light(node: ast.expr) -> bool:
    return not any(isinstance(one, ast.BinOp | ast.IfExp) for one in ast.walk(node))


class _Dividing(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.expr:
        found = self.generic_visit(node)
        match found:
            case ast.Call(func=ast.Name(id="divide"), args=[left, right]):
                return ast.BinOp(left, ast.Div(), right)
        assert isinstance(found, ast.expr)
        return found


def divide_plainly(tree: ast.Assign) -> None:
    """Let a statement divide with `/`, which stops at 0."""
    tree.value = _Dividing().visit(tree.value)


def in_math(name: str) -> str:
    """Return what Python calls a function of a formula."""
    return _IN_MATH.get(name, name)


def calls(statement: str) -> bool:
    """Return whether a statement may call a function: who looks for calls need not look at all the others."""
    return _CALL.search(statement) is not None


def is_plain(statement: str) -> bool:
    """Return whether a statement of sums and products reads as it is: no bracket, no part of a formula."""
    return "(" not in statement and " if " not in statement and not _PART.search(statement)


def called(trees: Iterable[ast.AST]) -> list[str]:
    """Return the names of the functions that some code calls, each once."""
    found = (
        node.func.id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    return list(dict.fromkeys(found))


def as_python(formula: ast.expr) -> str:
    """Return a formula as Python, with squares and shares written as what they are."""

    class Writing(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            found = self.generic_visit(node)
            match found:
                case ast.Call(func=ast.Name(id="square"), args=[argument]):
                    return ast.BinOp(argument, ast.Pow(), ast.Constant(2))
                case ast.Call(func=ast.Name(id="share"), args=[weight, value]):
                    return ast.BinOp(weight, ast.Mult(), value)
            return found

    return ast.unparse(Writing().visit(copy.deepcopy(formula)))


# -- functions -----------------------------------------------------------------------------------------


def source_of(function: Callable[..., object], name: str) -> str:
    """Return the definition of a function of ours under a name, without types, with what it closes over."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(tree, ast.FunctionDef)
    tree.name, tree.returns = name, None
    for argument in (*tree.args.args, *([tree.args.vararg] if tree.args.vararg else [])):
        argument.annotation = None
    closed = inspect.getclosurevars(function).nonlocals
    values = {key: _written(value) for key, value in closed.items()}
    return ast.unparse(_Inlined(values).visit(tree))


def sources_of(function: Callable[..., object], name: str) -> list[str]:
    """Return the definition of a function of ours, behind those of our functions that it calls."""
    body = ast.parse(source_of(function, name))
    read = dict.fromkeys(node.id for node in ast.walk(body) if isinstance(node, ast.Name))
    called = {key: function.__globals__.get(key) for key in read}
    ours = {key: value for key, value in called.items() if inspect.isfunction(value)}
    found = [text for key, value in ours.items() for text in sources_of(value, f"{key}_of_rows")]
    names = {key: _named(f"{key}_of_rows") for key in ours}
    return [*found, ast.unparse(_Inlined(names).visit(body))]


def _named(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _written(value: object) -> ast.expr:
    if isinstance(value, float):
        text = repr(value) if math.isfinite(value) else f"math.{value!r}"
    else:
        text = f"math.{value.__name__}"  # type: ignore[attr-defined]
    return ast.parse(text, mode="eval").body
