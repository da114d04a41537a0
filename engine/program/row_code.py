"""How does a formula of a whole row of units become a function: of numpy arrays, and of a row of floats?

Each is written as source, as somebody would write it by hand: what is used twice is worked out once, and
arrays are filled in place.
"""

from __future__ import annotations

import ast
import linecache
import math
import re
from collections import Counter
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.equations.functions.floats import FLOATS
from engine.equations.functions.formula import CALCULATED, FUNCTIONS, Rewriting, names, number, parse, text
from engine.equations.functions.rows import REDUCING, is_of_row, parts, with_sums_of_others, written
from engine.program.forms import COMPARED, is_positive, is_shifted

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.equations.functions.rows import Row

_IN_RANGE = 600.0**2
"""No exponential of numbers whose squares add up to less is near the ends of the range."""


@lru_cache(maxsize=64)
def numpy_function(row: Row) -> Callable[..., None]:
    """Return a row as a function of arrays [..., unit]: what it reads, and the array that it fills.

    Behind them it takes an array [..., 1] and ones [unit, 1] to work with.
    """
    made: Callable[..., None] = _compiled(_Numpy(row).source, row.name, {"np": np})
    return made


@lru_cache(maxsize=64)
def float_function(row: Row) -> Callable[..., list[float]]:
    """Return a row as a function of tuples of floats: total, as numpy's are."""
    made: Callable[..., list[float]] = _compiled(_Floats(row).source, row.name, {"math": math, **_CALLED})
    return made


def _compiled(source: str, name: str, space: dict[str, Any]) -> Any:
    place = f"<{name} {next(_COUNT)}>"
    # So that a program that is printed finds the source.
    linecache.cache[place] = len(source), None, source.splitlines(keepends=True), place
    exec(compile(source, place, "exec"), space)  # noqa: S102 - text of our own
    return space[name]


_COUNT = count()
_CALLED = {"larger" if name == "max" else name: function for name, function in FLOATS.items()}
"""The functions of floats by the names in a program: max is Python's own, of a whole row."""


class _Shared:
    """A formula and how often each part of it is used by others."""

    def __init__(self, row: Row, tree: ast.expr) -> None:
        self.row, self.tree = row, tree
        self.lines: list[str] = []
        self.uses: Counter[str] = Counter()
        self._names: Counter[str] = Counter()
        self._count(self.tree)

    def _count(self, node: ast.expr) -> None:
        self.uses[written(node)] += 1
        if self.uses[written(node)] == 1:
            for one in _worked_out(node):
                self._count(one)

    def named(self, name: str) -> str:
        """Return a name that is not taken yet."""
        self._names[name] += 1
        return name if self._names[name] == 1 else f"{name}{self._names[name]}"

    def source_of(self, arguments: str, does: str) -> str:
        """Return the definition of the function."""
        said = f'"""{does} {text(parse(self.row.shown or self.row.formula))} of each row."""'
        body = "".join(f"    {line}\n" for line in (said, *self.lines))
        return f"def {self.row.name}({arguments}):\n{body}"


def _worked_out(node: ast.expr) -> list[ast.expr]:
    """Return what has to be known before a part of a formula; a number is written where it is used."""
    found = parts(node)
    match node:
        case ast.Call(func=ast.Name(id="at_top" | "total_but_top"), args=[x, z]):
            found = [x, _winner(z)]
        case ast.Call(func=ast.Name(id="second"), args=[z]):
            found = [z, _winner(z)]
        case ast.Call(func=ast.Name(id="winner"), args=args):
            found = args
    return [one for one in found if number(one) is None]


@lru_cache(maxsize=64)
def _winner(z: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("winner", ast.Load()), [z], [])


class _TopsByPlace(Rewriting):
    """A formula that asks for the largest of what it looks for the place of anyway: it is taken from there.

    In numpy the largest of each of many short rows takes longer to find than its place does.
    """

    def __init__(self, tree: ast.expr) -> None:
        self._known = {written(one) for part in ast.walk(tree) for one in _winners_of(part)}

    def visit(self, node: ast.AST) -> ast.AST:
        """Return a part with its tops read by their places; no tree is changed."""
        made = super().visit(node)
        match made:
            case ast.Call(func=ast.Name(id="top"), args=[z]) if written(z) in self._known:
                return ast.Call(ast.Name("at_top", ast.Load()), [z, z], [])
        assert isinstance(made, ast.AST)
        return made


def _winners_of(node: ast.AST) -> list[ast.expr]:
    """Return the vectors of which a part has to know where the largest stands."""
    match node:
        case ast.Call(func=ast.Name(id="at_top" | "total_but_top" | "second"), args=[*_, z]):
            return [z]
    return []


class _Numpy(_Shared):
    def __init__(self, row: Row) -> None:
        tree = with_sums_of_others(row.tree)
        found = _TopsByPlace(tree).visit(tree)
        assert isinstance(found, ast.expr)
        super().__init__(row, found)
        self._made: dict[str, str] = {}
        self._of: dict[str, str] = {}  # the buffer that holds a part
        self._free = {True: ["out"], False: ["top"]}
        self._make(self.tree)
        arguments = ", ".join((*row.arguments, "out", "top", "ones"))
        self.source = self.source_of(arguments, "Fill `out` with")

    def _make(self, node: ast.expr) -> str:
        """Return the name of an array that a part has been worked out in."""
        key, constant = written(node), number(node)
        if constant is not None:
            return repr(constant)
        if key not in self._made:
            is_whole = node is self.tree
            if isinstance(node, ast.Name):
                self._made[key] = node.id
                if is_whole:
                    self.lines.append(f"np.copyto(out, {node.id})")
            else:
                self._made[key] = self._worked(node, key, is_whole=is_whole)
        return self._made[key]

    def _worked(self, node: ast.expr, key: str, *, is_whole: bool) -> str:
        needed = _worked_out(node)
        given = {written(one): self._make(one) for one in needed}
        of_row = is_of_row(node)

        def read(one: ast.expr) -> str:
            return repr(number(one)) if number(one) is not None else given[written(one)]

        own: str | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "total_but_top":
            x = written(node.args[0])
            own = self._of.get(x) if self.uses[x] == 1 else None
        for one in needed:
            self._used(one)
        match node:
            case ast.Call(func=ast.Name(id="winner"), args=[z]):
                name = self.named("winner")
                self.lines.append(f"{name} = np.argmax({read(z)}, axis=-1, keepdims=True)")
                return name
            case ast.Call(func=ast.Name(id="at_top"), args=[x_, z]):
                name = self.named("best")
                self.lines.append(f"{name} = np.take_along_axis({read(x_)}, {read(_winner(z))}, axis=-1)")
                return name
            case ast.Call(func=ast.Name(id="shifted"), args=[z]):
                return self._shifted(read(z), key)
            case ast.Call(func=ast.Name(id="top"), args=[z]):
                target = self._target(key, of_row=False)
                self.lines.append(f"np.maximum.reduce({read(z)}, axis=-1, out={target}, keepdims=True)")
                return target
            case ast.Call(func=ast.Name(id="total"), args=[x_]):
                target = self._target(key, of_row=False)
                self.lines.append(f"np.dot({read(x_)}, ones, {target})")
                return target
            case ast.Call(func=ast.Name(id="second"), args=[z]):
                name, target = self.named("others"), self._target(key, of_row=False)
                self.lines += [
                    f"{name} = {read(z)}.copy()",
                    f"np.put_along_axis({name}, {read(_winner(z))}, -np.inf, axis=-1)",
                    f"np.maximum.reduce({name}, axis=-1, out={target}, keepdims=True)",
                ]
                return target
            case ast.Call(func=ast.Name(id="total_but_top"), args=[x_, z]):
                others = own
                if others is None:
                    others = self.named("others")
                    self.lines.append(f"{others} = {read(x_)}.copy()")
                self.lines.append(f"np.put_along_axis({others}, {read(_winner(z))}, 0.0, axis=-1)")
                target = self._target(key, of_row=False)
                self.lines.append(
                    "# Unlike a product of matrices this adds up a row alike wherever it stands."
                )
                self.lines.append(f'np.einsum("...i->...", {others}, out={target}[..., 0])')
                return target
        if is_whole:
            target = "out"
        elif isinstance(node, ast.IfExp) or (isinstance(node, ast.Call) and _called(node) == "share"):
            target = ""
        else:
            target = self._target(key, of_row=of_row) if self._free[of_row] else ""
        if isinstance(node, ast.IfExp) or (isinstance(node, ast.Call) and _called(node) == "share"):
            value = _chosen(node, read)
            if target:
                self.lines.append(f"np.copyto({target}, {value})")
                return target
            name = self.named("x")
            self.lines.append(f"{name} = {value}")
            return name
        inside = ", ".join(map(read, parts(node)))
        if target:
            by_name = "out=" * (_ufunc(node) == "maximum")
            self.lines.append(f"np.{_ufunc(node)}({inside}, {by_name}{target})")
            return target
        self._of[key] = name = self.named("x")
        self.lines.append(f"{name} = np.{_ufunc(node)}({inside})")
        return name

    def _shifted(self, z: str, key: str) -> str:
        # Shifting by the largest changes nothing but the range: only where that matters.
        name, top, out = self.named("shifted"), self._target("", of_row=False), self._target(key, of_row=True)
        self._free[False].append(top)
        self.lines += [
            f"{name} = {z}",
            f"if not np.vdot({z}, {z}) < {_IN_RANGE}:  # else no exp is near the ends of its range",
            f"    np.maximum.reduce({z}, axis=-1, out={top}, keepdims=True)",
            f"    {name} = np.subtract({z}, {top}, {out})",
        ]
        return name

    def _target(self, key: str, *, of_row: bool) -> str:
        """Return an array that is free for a part."""
        if self._free[of_row]:
            target = self._free[of_row].pop()
        else:
            target = self.named("x")
            self.lines.append(f"{target} = np.empty_like({'out' if of_row else 'top'})")
        if key:
            self._of[key] = target
        return target

    def _used(self, node: ast.expr) -> None:
        key = written(node)
        self.uses[key] -= 1
        if not self.uses[key] and key in self._of:
            self._free[is_of_row(node)].append(self._of.pop(key))


def _called(node: ast.Call) -> str:
    assert isinstance(node.func, ast.Name)
    return node.func.id


def _ufunc(node: ast.expr) -> str:
    match node:
        case ast.BinOp(op=op):
            return CALCULATED[type(op)]
        case ast.UnaryOp(op=ast.USub()):
            return "negative"
        case ast.Call(func=ast.Name(id="max")):
            return "maximum"
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name].ufunc
    raise ValueError(f"not a formula: {written(node)}")


def _chosen(node: ast.expr, read: Callable[[ast.expr], str]) -> str:
    match node:
        case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=yes, orelse=no):
            return f"np.where({read(left)} {COMPARED[type(op)]} {read(right)}, {read(yes)}, {read(no)})"
        case ast.Call(args=[weight, value]):
            return f"np.where({read(weight)} == 0.0, 0.0, {read(weight)} * {read(value)})"
    raise ValueError(f"not a formula: {written(node)}")


class _Floats(_Shared):
    def __init__(self, row: Row) -> None:
        super().__init__(row, with_sums_of_others(row.tree))
        self._known: dict[str, str] = {}  # what has a name: vectors and single numbers
        value = self._each(self.tree, _vectors(self.tree, row)) if is_of_row(self.tree) else None
        if value is None:  # the same for all units
            first = row.arguments[0]
            value = f"[{self._value(self.tree)}] * len({first})"
        self.lines.append(f"return {value}")
        self.source = self.source_of(", ".join(row.arguments), "Return")

    def _each(self, node: ast.expr, vectors: list[str]) -> str:
        """Return a list of what a part comes to for each unit."""
        value = self._value(node)
        # What has a name by now is read from it.
        every = (*vectors, *self._known.values())
        read = [one for one in every if re.search(rf"\b{one}_i\b", value)]
        read = list(dict.fromkeys(read))
        if len(read) == 1:
            return f"[{value} for {read[0]}_i in {read[0]}]"
        each = ", ".join(f"{one}_i" for one in read)
        return f"[{value} for {each} in zip({', '.join(read)}, strict=True)]"

    def _value(self, node: ast.expr) -> str:
        """Return what a part comes to for one unit, or for the row."""
        key, constant = written(node), number(node)
        if constant is not None:
            return repr(constant)
        if isinstance(node, ast.Name):
            return f"{node.id}_i"
        if key in self._known:
            return f"{self._known[key]}_i" if is_of_row(node) else self._known[key]
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in REDUCING:
                return self._reduced(name, args, key)
            case ast.Call(func=ast.Name(id="shifted"), args=[z]):
                top = self._value(ast.Call(ast.Name("top", ast.Load()), [z], []))
                return f"({self._value(z)} - {top})"
        if not is_of_row(node):  # once for all units
            value = self._calculated(node)
            self._known[key] = self.named("same")
            self.lines.append(f"{self._known[key]} = {value}")
            return self._known[key]
        if self.uses[key] > 1 and _has_call(node):
            each = self._each_of(node)
            self._known[key] = self.named("each")
            self.lines.append(f"{self._known[key]} = {each}")
            return f"{self._known[key]}_i"
        return self._calculated(node)

    def _each_of(self, node: ast.expr) -> str:
        self.uses[written(node)] = 1
        return self._each(node, _vectors(node, self.row))

    def _calculated(self, node: ast.expr) -> str:
        match node:
            case ast.UnaryOp(operand=operand):
                return f"(-{self._value(operand)})"
            case ast.BinOp(left=left, op=ast.Div(), right=right) if not is_positive(right):
                return f"divide({self._value(left)}, {self._value(right)})"
            case ast.BinOp(left=left, op=op, right=right):
                return f"({self._value(left)} {_SIGNS[type(op)]} {self._value(right)})"
            case ast.IfExp(test=ast.Compare(left=left, ops=[op], comparators=[right]), body=yes, orelse=no):
                test = f"{self._value(left)} {COMPARED[type(op)]} {self._value(right)}"
                return f"({self._value(yes)} if {test} else {self._value(no)})"
            case ast.Call(func=ast.Name(id="exp" | "log1p" as name), args=[inner]) if _is_safe(name, inner):
                return f"math.{name}({self._value(inner)})"
            case ast.Call(func=ast.Name(id=name), args=args):
                called = "larger" if name == "max" else name
                return f"{called}({', '.join(map(self._value, args))})"
        raise ValueError(f"not a formula: {written(node)}")

    def _list(self, node: ast.expr) -> str:
        """Return a vector as a name or a list."""
        if isinstance(node, ast.Name):
            return node.id
        key = written(node)
        if self.uses[key] > 1 and key not in self._known:
            self._value(node)
        return self._known.get(key) or self._each(node, _vectors(node, self.row))

    def _named_list(self, node: ast.expr) -> str:
        found = self._list(node)
        if not found.startswith("["):
            return found
        self._known[written(node)] = name = self.named("each")
        self.lines.append(f"{name} = {found}")
        return name

    def _reduced(self, name: str, args: list[ast.expr], key: str) -> str:
        short = {"at_top": "best", "total_but_top": "rest"}.get(name, name)
        args = [args[0], args[-1]]
        if name == "total":
            value = f"sum({self._list(args[0])})"
        elif name == "top":
            value = f"max({self._list(args[0])})"
        else:
            z = self._named_list(args[1])
            top = self._value(ast.Call(ast.Name("top", ast.Load()), [args[1]], []))
            place = f"{z}.index({top})"
            if name == "at_top":
                value = f"{self._named_list(args[0])}[{place}]"
            else:
                found = self._list(args[0])
                others = self.named("others")
                self.lines.append(f"{others} = {found if found.startswith('[') else f'[*{found}]'}")
                self.lines.append(f"del {others}[{place} if {top} == {top} else 0]")
                value = f"sum({others})" if name == "total_but_top" else f"max({others}, default=-math.inf)"
        self._known[key] = self.named(short)
        self.lines.append(f"{self._known[key]} = {value}")
        return self._known[key]


_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def _vectors(node: ast.expr, row: Row) -> list[str]:
    read = names(node)
    return [name for name in row.arguments if name in read]


def _has_call(node: ast.expr) -> bool:
    """Return whether a function is called for each unit: what costs more than to keep it."""
    if isinstance(node, ast.Call) and is_of_row(node):
        return True
    return is_of_row(node) and any(_has_call(one) for one in parts(node))


def _is_safe(name: str, inner: ast.expr) -> bool:
    """Return whether Python's own function does: exp of nothing above 0, log1p of a sum of them."""
    if name == "exp":
        return is_shifted(inner)
    return isinstance(inner, ast.Call) and _called(inner) == "total_but_top"
