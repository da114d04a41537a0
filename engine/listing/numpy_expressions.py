"""How do operations that fill arrays become expressions?

A program that runs fills arrays that exist already, one call each. Who reads it wants `a1 = np.tanh(z1)`:
what was written into an array is put where it is read. Operations and their order stay, so every bit does.
"""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.functions.formula import CALCULATED, COMPARING
from engine.program import rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from engine.program.operations import Operand, Operation

_BINARY: dict[str, ast.operator] = {name: sign() for sign, name in CALCULATED.items()}
_COMPARED: dict[str, ast.cmpop] = {name: sign() for sign, name in COMPARING.items()} | {"equal": ast.Eq()}


class _Held(NamedTuple):
    """What an array has been filled with, as an expression that has this shape."""

    value: ast.expr
    shape: tuple[int, ...]


class Statement(NamedTuple):
    """An array, or a part of it (`z1[t]`), is given a value; `computed` if that is no view of another."""

    target: str
    value: str
    reads: list[str]
    computed: bool

    @property
    def array(self) -> str:
        """The name of the array."""
        return self.target.partition("[")[0]


class Expressions:
    """Operations as statements with expressions; `known` has the shapes of what statements make.

    `first` are the names of numbers that a product begins with, `masks` those of arrays of truth values.
    """

    def __init__(
        self, known: Mapping[str, tuple[int, ...]], first: Collection[str], masks: Collection[str]
    ) -> None:
        self._known, self._first, self._masks = known, first, masks
        self._held: dict[tuple[object, ...], _Held] = {}
        self._out: tuple[Operand, tuple[object, ...]] | None = None
        self._times = range(1)
        self._signed: Collection[str] = ()

    def statements(
        self, operations: Sequence[Operation], times: range, signed: Collection[str] = ()
    ) -> Iterator[Statement]:
        """Yield the statements of operations, done at some times.

        To arrays that are `signed` 0.0 is added where they are read: it changes but the sign of a 0.
        """
        self._held, self._out, self._times, self._signed = {}, None, times, signed
        for function, arguments in operations:
            operands = [one for one in arguments if not isinstance(one, str)]
            out = operands[0] if function in ("putmask", "copyto") else operands[-1]
            if rows.is_row(function):
                out = operands[-3]
            place = self._place(out)
            if _base(out) in self._known and self._out is not None and self._out[1] != place:
                yield self._statement()
            made = self._made(function, arguments, operands)
            self._held[place] = made
            if _base(out) in self._known:
                self._out = out, place
        if self._out is not None:
            yield self._statement()

    def _statement(self) -> Statement:
        assert self._out is not None
        out, place = self._out
        value, shape = self._held.pop(place)
        target = out.name.partition(".")[0]
        wanted = self._known[_base(out)][int("[" in target) :]
        if math.prod(shape) != math.prod(wanted) or isinstance(value, ast.Constant):
            value = _call("np.full", _tuple(wanted), value)
        elif shape != wanted:
            value = _reshaped(value, wanted)
        self._out = None
        reads = [node.id for node in ast.walk(value) if isinstance(node, ast.Name)]
        return Statement(target, ast.unparse(value), reads, _is_computed(value))

    def _place(self, operand: Operand) -> tuple[object, ...]:
        """Return what tells one array from another, however it is seen."""
        ends = (operand.of(0, time) for time in (self._times[0], self._times[-1]))
        return (operand.of(0, 0).size, *(one.__array_interface__["data"][0] for one in ends))

    def _read(self, operand: Operand) -> _Held:
        held = self._held.get(self._place(operand))
        if held is None:
            value = _parsed(operand.name)
            if operand.name in self._signed:
                value = ast.BinOp(ast.Constant(0.0), ast.Add(), value)
            return _Held(value, operand.shape)
        if held.shape == operand.shape or held.shape == ():
            return held
        return _Held(_reshaped(held.value, operand.shape), operand.shape)

    def _made(self, function: str, arguments: Sequence[Operand | str], operands: Sequence[Operand]) -> _Held:
        out = operands[-1]
        if function == "length":
            every = [self._read(one).value for one in operands[:-3]]
            return _Held(_call("length", *every), operands[-3].shape)
        if rows.is_row(function):
            given = [self._read(one).value for one in operands[:-3]]
            return _Held(_call("of_rows", _parsed(function), *given), operands[-3].shape)
        if function == "putmask":
            old, where, new = (self._read(one) for one in operands)
            shape = np.broadcast_shapes(old.shape, where.shape, new.shape)  # the old may be one number
            filled = old.value
            if shape and not old.shape and not isinstance(where.value, ast.Compare):
                # The mask of what has no target is one for all units: a number alone would be as narrow.
                filled = _call("np.full", _tuple(shape), filled)
            return _Held(self._chosen(where.value, new.value, filled, shape), shape)
        if function == "copyto":
            return self._read(operands[1])
        given = [self._read(one).value for one in operands[:-1]]
        if function == "contract":
            assert isinstance(arguments[0], str)
            return _Held(_call("np.einsum", _parsed(arguments[0]), *given), out.shape)
        if function == "dot":
            return _Held(_call("np.dot", *given), out.shape)
        shape = np.broadcast_shapes(*(self._read(one).shape for one in operands[:-1]))
        match function, given:
            case "negative", [value]:
                return _Held(ast.UnaryOp(ast.USub(), value), shape)
            case "reciprocal", [value]:
                return _Held(ast.BinOp(ast.Constant(1.0), ast.Div(), value), shape)
            case (("add" | "subtract" | "multiply" | "divide"), [one, other]):
                return _Held(self._calculated(function, one, other), shape)
            case _, [one, other] if function in _COMPARED:
                return _Held(ast.Compare(one, [_COMPARED[function]], [other]), shape)
            case _:
                return _Held(_call(f"np.{function}", *given), shape)

    def _calculated(self, function: str, one: ast.expr, other: ast.expr) -> ast.expr:
        if function == "multiply" and not isinstance(one, ast.Name) and ast.dump(one) == ast.dump(other):
            return _call("np.square", one)
        if function == "multiply" and ast.unparse(other).removeprefix("-") in self._first:
            one, other = other, one
        return ast.BinOp(one, _BINARY[function], other)

    def _chosen(self, where: ast.expr, new: ast.expr, old: ast.expr, shape: tuple[int, ...]) -> ast.expr:
        """Return a choice between numbers or, place by place, between arrays."""
        match where, old:
            case ast.Compare(left=ast.Name(id=mask)), ast.BinOp(left=ast.Name(), right=value):
                if mask in self._masks:  # 0 where the mask is 0, else 1 times the value
                    return _call("np.where", ast.Name(mask), value, new)
        if not shape:
            return ast.IfExp(where, new, old)
        return _call("np.where", where, new, old)


def _base(operand: Operand) -> str:
    return operand.name.partition("[")[0].partition(".")[0]


def _is_computed(value: ast.expr) -> bool:
    """Return whether a value is an array of its own, and no view of another."""
    match value:
        case ast.Call(func=ast.Attribute(value=seen, attr="reshape")):
            return _is_computed(seen)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return False
        case _:
            return True


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _call(function: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(_parsed(function), list(arguments), [])


def _tuple(shape: tuple[int, ...]) -> ast.expr:
    return ast.Tuple([ast.Constant(size) for size in shape], ast.Load())


def _reshaped(value: ast.expr, shape: tuple[int, ...]) -> ast.expr:
    sizes: list[ast.expr] = [ast.Constant(size) for size in shape]
    return ast.Call(ast.Attribute(value, "reshape"), sizes or [_tuple(())], [])
