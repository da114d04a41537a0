"""Which operations on arrays does an equation become?

An array is [time, sample, unit]; axes of size 1 are dropped, for numpy is quicker with fewer. An operation
is a function that fills its last argument, which exists already: a program makes every array and every view
once. An indexed product becomes a matrix product of views wherever its letters allow it. What reads its own
neighbour in time is done time by time, all else for all times at once.
"""

from __future__ import annotations

import ast
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

import numpy as np

from engine.equations.equation import SAMPLE, TIME, Equation, Factor, Term, Variable
from engine.equations.functions.floats import whole
from engine.equations.functions.formula import CALCULATED, COMPARING, FUNCTIONS, folded, number, replaced
from engine.program import rows
from engine.program.cycles import cycles, direction
from engine.program.names import short_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from engine.arrays import Array
    from engine.equations.table import Table

    AnyArray: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.generic]]

NUMPY: dict[str, Callable[..., object]] = {
    **{name: getattr(np, name) for name in ("dot", "add", "subtract", "multiply", "divide", "negative")},
    **{name: getattr(np, name) for name in ("reciprocal", "maximum", "equal", "copyto")},
    **{name: getattr(np, name) for name in ("greater", "greater_equal", "less", "less_equal")},
    **{named.ufunc: getattr(np, named.ufunc) for named in FUNCTIONS.values()},
    "putmask": np.putmask,
    "contract": lambda letters, *arrays: np.einsum(letters, *arrays[:-1], out=arrays[-1]),
}
"""The functions that operations call."""

BY_KEYWORD = frozenset({"maximum"})
"""The functions that take the array to fill by its name, `out`."""


class View(NamedTuple):
    """How an array is seen otherwise, and how that is written behind its name."""

    how: Callable[[AnyArray], AnyArray]
    text: str


class Operand:
    """An array that an operation reads or fills, or one for each batch or time.

    `of(batch, time)` gives the array; `by_batch` and `by_time` say what it depends on; `name` is how a
    program that somebody reads writes it: `W2.T`, `z1[t]`.
    """

    __slots__ = ("by_batch", "by_time", "name", "of", "shape")

    def __init__(
        self,
        name: str,
        of: Callable[[int, int], AnyArray],
        *,
        by_batch: bool = False,
        by_time: bool = False,
    ) -> None:
        self.name = name
        self.of = of
        self.by_batch = by_batch
        self.by_time = by_time
        self.shape = of(0, 0).shape

    def seen(self, view: View) -> Operand:
        """Return the operand that is a view of this one."""
        how, text = view
        name = text.format(self.name)
        if not self.by_batch and not self.by_time:
            array = how(self.of(0, 0))
            return Operand(name, lambda _batch, _time: array)
        of = self.of
        return Operand(
            name, lambda batch, time: how(of(batch, time)), by_batch=self.by_batch, by_time=self.by_time
        )


class Operation(NamedTuple):
    """A call of a function of `NUMPY`, or of one of whole rows."""

    function: str
    arguments: tuple[Operand | str, ...]


def do(operation: Operation, batch: int, time: int) -> None:
    """Call the function of an operation, on the arrays of a batch and a time."""
    arguments = [
        one.strip("'") if isinstance(one, str) else one.of(batch, time) for one in operation.arguments
    ]
    if operation.function in BY_KEYWORD:
        NUMPY[operation.function](*arguments[:-1], out=arguments[-1])
    else:
        function_of(operation.function)(*arguments)


def function_of(name: str) -> Callable[..., object]:
    """Return what an operation calls: a function of `NUMPY`, or one of whole rows."""
    return NUMPY[name] if name in NUMPY else rows.numpy_of(name)


class Done(NamedTuple):
    """The operations of an equation; `times` are those that they are done for (all at once)."""

    equation: Equation
    times: range
    operations: tuple[Operation, ...]


class Loop(NamedTuple):
    """What is done at each of `times`, one after the other; its operands depend on the time."""

    times: range
    body: tuple[Done | Change, ...]


class Change(NamedTuple):
    """The operations of the update of a layer."""

    layer: int | None
    operations: tuple[Operation, ...]


Part: TypeAlias = Done | Loop | Change


class Given(Protocol):
    """What each batch brings along; `missing` says whether any target is missing anywhere."""

    missing: bool

    def __len__(self) -> int: ...
    def __getitem__(self, batch: int) -> Mapping[Variable, AnyArray]: ...


class Memory:
    """The arrays of a program for batches of so many samples and times.

    `batches` has of each batch its inputs by variable, and the mask of times and samples without a target
    (`NO_TARGET`); `shared` are arrays that other programs work on too: the parameters.
    """

    def __init__(
        self,
        table: Table,
        samples: int,
        times: int,
        batches: Given,
        constants: Mapping[Variable, Array | float],
        shared: Mapping[Variable, Array],
        initial: Mapping[Variable, Array],
    ) -> None:
        self.table, self.samples, self.times = table, samples, times
        self.batches = batches
        self.constants = constants
        self._initial = initial
        self.arrays: dict[Variable, Array] = dict(shared)
        self._buffers: dict[Variable, Array] = {}
        self._applied: dict[Variable, Array] = {}
        self._spare: dict[tuple[tuple[int, ...], str], Operand] = {}
        self._numbers: dict[tuple[float, str], Operand] = {}
        self.missing = batches.missing

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """Return the shape of a variable's array."""
        return self.table.shape(variable, self.samples, self.times)

    def array(self, variable: Variable) -> Array:
        """Return the array of a variable, made when it is first asked for.

        A new parameter is in the old's place.
        """
        if variable.name.endswith("'"):
            variable = variable._replace(name=variable.name[:-1])
        if variable not in self.arrays:
            self.arrays[variable] = self._made(variable)
        return self.arrays[variable]

    def _made(self, variable: Variable) -> Array:
        if variable in self.constants:
            return np.asarray(self.constants[variable], dtype=np.float64)
        shape = self.shape(variable)
        state = self._initial.get(variable)
        if state is None:
            return np.zeros(shape)
        # One time more, before the first: the state that the sequence begins with.
        buffer: Array = np.zeros((shape[0] + 1, *shape[1:]))
        buffer[0] = state
        self._buffers[variable] = buffer
        return buffer[1:]

    def before(self, variable: Variable) -> Array:
        """Return a variable's array one time earlier: its first time is the initial state."""
        self.array(variable)
        return self._buffers[variable][:-1]

    def applied(self, total: Variable) -> Array:
        """Return what the update at each time has applied of a total, where updates are done time by time."""
        if total not in self._applied:
            self._applied[total] = np.zeros((self.times, *self.shape(total)))
        return self._applied[total]

    def view_of(self, factor: Factor, batch: int) -> Array:
        """Return the whole array [time, sample, unit] that a factor reads, at each time."""
        if factor.variable in self.table.inputs:
            given: Array = self.batches[batch][factor.variable]  # type: ignore[assignment]
            return given
        return self.before(factor.variable) if factor.shift else self.array(factor.variable)

    def spare(self, like: tuple[int, ...], name: str, kind: type = np.float64) -> Operand:
        """Return an array for what is used at once and not kept."""
        known = self._spare.get((like, name))
        if known is None:
            array: AnyArray = np.empty(like, dtype=kind)
            known = self._spare[like, name] = Operand(name, lambda _batch, _time: array)
        return known

    def number(self, value: float, name: str = "") -> Operand:
        """Return a number as an array without dimensions: numpy takes longer to convert a Python float.

        It may have a name of its own: what it is made of.
        """
        known = self._numbers.get((value, name))
        if known is None:
            array = np.array(value)
            known = Operand(name or repr(value), lambda _batch, _time: array)
            self._numbers[value, name] = known
        return known


NO_TARGET = Variable("no_target")

CACHED_BATCHES = 1024
"""Of how many batches the views, and what is made of their data alone, are kept."""


class Emitter:
    """Turns equations into operations on the arrays of a memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.table = memory.table
        self._of_batch: dict[Variable, Callable[[int], AnyArray]] = {}

    def made_once(self, one: Equation) -> None:
        """Let what the data alone decide be made once a batch, with the same operations."""
        operations, array = self.done(one).operations, self.memory.array(one.variable)

        @lru_cache(CACHED_BATCHES)
        def made(batch: int) -> AnyArray:
            for operation in operations:
                do(operation, batch, 0)
            return array.copy()

        self._of_batch[one.variable] = made

    # -- lists of equations -----------------------------------------------------------------------

    def parts(self, equations: Sequence[Equation]) -> list[Part]:
        """Return what a list of equations is for all times.

        Loops only where an equation reads its neighbour.
        """
        found: list[Part] = []
        for group in cycles(equations):
            way = direction(group) or _reaches_ahead(group)
            if not way or self.memory.times == 1:
                found += [self.done(one) for one in group]
            else:
                found += self._through_time(group, way)
        return found

    def _through_time(self, group: Sequence[Equation], way: int) -> list[Part]:
        """Return what equations are that need a time next to their own, from one end to the other."""
        made = {one.variable for one in group}
        found: list[Part] = []
        inner: list[tuple[Equation, bool]] = []
        for one in group:
            outside = [
                term
                for term in one.terms
                if all(read.variable not in made and read.shift <= 0 for read in term.factors)
            ]
            inside = [term for term in one.terms if term not in outside]
            if one.formula is None and one.row is None and not inside:
                found.append(self.done(one))
            elif one.formula is None and one.row is None and any(len(term.factors) > 1 for term in outside):
                found.append(self.done(one._replace(terms=tuple(outside))))
                inner.append((one._replace(terms=tuple(inside)), True))
            else:
                inner.append((one, False))
        times = self.memory.times
        whole = range(times)
        if way > 0:  # nothing comes back from after the last time
            whole = range(times - 2, -1, -1)
            found += [
                Done(one, range(times - 1, times), self._operations(_without_future(one), times - 1, more))
                for one, more in inner
                if not _only_future(one)
            ]
        body = tuple(Done(one, whole, self._operations(one, TIME, more)) for one, more in inner)
        return [*found, Loop(whole, body)] if len(whole) else found

    def done(self, one: Equation, time: int | str | None = None) -> Done:
        """Return the operations of an equation: for all times, at one, or at that of a loop (`t`)."""
        every = range(self.memory.times)
        if time is None:
            one = _without_future(one) if self.memory.times == 1 else one
            return Done(one, every, self._operations(one, None, more=False))
        if time == self.memory.times - 1:
            one = _without_future(one)
        return Done(
            one,
            every if isinstance(time, str) else range(time, time + 1),
            self._operations(one, time, more=False),
        )

    def kept_at(self, total: Variable, time: int | str) -> Operation:
        """Return what keeps a total as the update of a time applies it."""
        every, now = self.memory.applied(total), self.memory.array(total)
        place = every[0 if isinstance(time, str) else time]
        kept = Operand(f"applied_{total}", lambda _batch, _time: place)
        if isinstance(time, str):
            kept = Operand(kept.name, lambda _batch, at: every[at], by_time=True)
        return Operation("copyto", (kept, Operand(str(total), lambda _batch, _time: now)))

    # -- one equation -----------------------------------------------------------------------------

    def _operations(self, one: Equation, time: int | str | None, more: bool) -> tuple[Operation, ...]:
        out, letters = self.view(one.result, time)
        if one.row is not None:
            out, letters = self.view(one.result, time, whole_layer=True)
            given = [self.view(read, time, whole_layer=True)[0] for _, read in one.arguments]
            found = [Operation(one.row, (*given, out, *self._row_spares(out)))]
        elif one.formula is not None:
            found = self._of_formula(one, out, letters, time)
        else:
            found = self._of_terms(one, out, letters, time, more)
        if one.where_target and self.memory.missing:
            found.append(
                Operation("putmask", (out, self._no_target(time, letters, out), self.memory.number(0.0)))
            )
        return tuple(found)

    def _row_spares(self, out: Operand) -> tuple[Operand, ...]:
        width = out.shape[-1] if out.shape else 1
        return self.memory.spare((*out.shape[:-1], 1), "top"), self._ones(width, 1)

    def _no_target(self, time: int | str | None, letters: tuple[str, ...], out: Operand) -> Operand:
        mask, mine = self.view(Factor(NO_TARGET, ("t", "s")), time)
        return mask.seen(_spreading(mine, letters)).seen(_repeating(out.shape))

    def view(
        self, factor: Factor, time: int | str | None, *, whole_layer: bool = False
    ) -> tuple[Operand, tuple[str, ...]]:
        """Return the array that a factor sees and its letters; axes of size 1 are dropped.

        With `whole_layer` the last axis stays, whatever its size.
        """
        memory, variable = self.memory, factor.variable
        letters = list(factor.letters)
        timed = bool(letters) and letters[0] == TIME
        name = short_name(variable)
        of: Callable[[int, int], AnyArray]
        if variable in memory.table.inputs or variable == NO_TARGET:
            batches = memory.batches
            of = lambda batch, _time: batches[batch][variable]  # noqa: E731
            by_batch = len(batches) > 1
        elif variable in self._of_batch:
            made = self._of_batch[variable]
            of = lambda batch, _time: made(batch)  # noqa: E731
            by_batch = len(memory.batches) > 1
        else:
            array = memory.array(variable)
            if factor.shift < 0:
                array, name = memory.before(variable), f"{name}_before"
            of = lambda _batch, _time: array  # noqa: E731
            by_batch = False
        by_time = False
        if timed and time is not None:
            letters = letters[1:]
            whole, shift = of, max(0, factor.shift)
            if memory.times > 1:
                name += f"[{time} + {shift}]" if shift and isinstance(time, str) else f"[{time}]"
            if isinstance(time, str):
                of, by_time = (lambda batch, now: whole(batch, now)[now + shift]), True
                first = of(0, 0)
            else:
                fixed = time
                of = lambda batch, _now: whole(batch, 0)[fixed + shift]  # noqa: E731
                first = of(0, 0)
        elif timed and factor.shift > 0:
            whole, name = of, f"{name}[{factor.shift}:]"
            of = lambda batch, now: whole(batch, now)[factor.shift :]  # noqa: E731
            first = of(0, 0)
        else:
            first = of(0, 0)
        last = first.ndim - 1 if whole_layer else -1
        keep = [axis for axis, size in enumerate(first.shape) if size != 1 or axis == last]
        if len(keep) < first.ndim:
            shape = tuple(first.shape[axis] for axis in keep)
            full = of
            of = lambda batch, now: full(batch, now).reshape(shape)  # noqa: E731
            letters = [letters[axis] for axis in keep]
            if whole_layer and shape[-1] == 1:
                name += ".reshape({})".format(", ".join(map(str, shape)))
        if not by_batch and not by_time:
            fixed_array = of(0, 0)
            return Operand(name, lambda _batch, _time: fixed_array), tuple(letters)
        return Operand(name, of, by_batch=by_batch, by_time=by_time), tuple(letters)

    # -- functions of numbers ---------------------------------------------------------------------

    def _of_formula(
        self, one: Equation, out: Operand, letters: tuple[str, ...], time: int | str | None
    ) -> list[Operation]:
        assert one.formula is not None
        given: dict[str, Operand] = {}
        numbers: dict[str, str] = {}
        for name, read in one.arguments:
            if not read.letters and read.variable in self.memory.constants:
                numbers[name] = repr(self._constant(read.variable))
            else:
                operand, mine = self.view(read, time)
                given[name] = operand.seen(_spreading(mine, letters))
        formula = one.formula
        if one.home is None or one.home.kind != "update":  # the numbers of the training have names
            formula, numbers = folded(replaced(formula, numbers)) if numbers else formula, {}
        own = [name for name, read in one.arguments if _in_place(one) and read.variable == _of(one)]
        into = self.memory.spare(out.shape, "after") if any(_late(formula, name) for name in own) else out
        writing = _Formula(self.memory, given, numbers, into)
        result = writing.value(whole(formula), into, 0)
        if result is not out:
            writing.operations.append(Operation("copyto", (out, result)))
        return writing.operations

    def _constant(self, variable: Variable) -> float:
        return float(np.asarray(self.memory.constants[variable]))

    # -- indexed products -------------------------------------------------------------------------

    def _of_terms(
        self, one: Equation, out: Operand, letters: tuple[str, ...], time: int | str | None, more: bool
    ) -> list[Operation]:
        memory, found = self.memory, []
        # W' = W + change: the old one stands where the new one comes.
        terms = [term for term in one.terms if not (_in_place(one) and _is_old(one, term))]
        more = more or len(terms) < len(one.terms) or one.gathers == "run"
        last = one.gathers == "sample"
        # What must be computed comes first, what is there already is added to it.
        terms.sort(key=lambda term: self._plain(term, letters, time, last) is not None)
        have: Operand | None = out if more else None
        for term in terms:
            plain = self._plain(term, letters, time, last)
            if plain is None:
                into = out if have is None else memory.spare(out.shape, "product")
                negative = term.coefficient < 0 and have is not None
                found += self._product(term, into, letters, time, last, signed=not negative)
                if have is not None:
                    found.append(Operation("subtract" if negative else "add", (have, into, out)))
                have = out
            elif have is None:
                have = plain
                if term.coefficient < 0:
                    found.append(Operation("negative", (plain, out)))
                    have = out
            else:
                found.append(Operation("add" if term.coefficient > 0 else "subtract", (have, plain, out)))
                have = out
        if have is None:
            have = memory.number(0.0)
        if have is not out:
            found.append(Operation("copyto", (out, have)))
        return found

    def _plain(
        self, term: Term, letters: tuple[str, ...], time: int | str | None, last: bool
    ) -> Operand | None:
        """Return a term that is a single array, spread over the letters; None if it must be computed."""
        if len(term.factors) != 1 or abs(term.coefficient) != 1.0:
            return None
        operand, mine = self._read(term.factors[0], time, last)
        return operand.seen(_spreading(mine, letters)) if set(mine) <= set(letters) else None

    def _product(
        self,
        term: Term,
        into: Operand,
        letters: tuple[str, ...],
        time: int | str | None,
        last: bool,
        *,
        signed: bool,
    ) -> list[Operation]:
        """Return the operations of a coefficient times factors; of the `last` sample alone, if asked."""
        coefficient = term.coefficient if signed else abs(term.coefficient)
        arrays: list[tuple[Operand, tuple[str, ...]]] = []
        names = [] if abs(coefficient) == 1.0 else [repr(abs(coefficient))]
        sign = "-" if coefficient < 0 else ""
        for read in term.factors:
            if not read.letters and read.variable in self.memory.constants:
                coefficient *= self._constant(read.variable)
                names.append(short_name(read.variable))
            else:
                arrays.append(self._read(read, time, last))
        scalars = [operand for operand, mine in arrays if not mine]
        arrays = [(operand, mine) for operand, mine in arrays if mine]
        if coefficient != 1.0:
            scalars.append(self.memory.number(coefficient, f"{sign}{' * '.join(names)}"))
        if not arrays:
            first, *scalars = scalars or [self.memory.number(1.0)]
            found = [
                Operation("multiply", (first, scalars.pop(0), into))
                if scalars
                else Operation("copyto", (into, first))
            ]
        elif len(arrays) == 1 and scalars and set(arrays[0][1]) <= set(letters):
            operand, mine = arrays[0]
            found = [Operation("multiply", (operand.seen(_spreading(mine, letters)), scalars.pop(0), into))]
        else:
            found = self._spread_out(arrays, into, letters)
        return found + [Operation("multiply", (into, one, into)) for one in scalars]

    def _read(self, factor: Factor, time: int | str | None, last: bool) -> tuple[Operand, tuple[str, ...]]:
        """Return the array that a factor sees and its letters, of the last sample alone if asked."""
        operand, letters = self.view(factor, time)
        if not last or SAMPLE not in letters:
            return operand, letters
        axis = letters.index(SAMPLE)
        # Of a vector, too, it is a view, with the dots.
        place: tuple[Any, ...] = (*[slice(None)] * axis, -1, ...)
        text = f"{{}}[{', '.join([':'] * axis + ['-1'])}]"
        return operand.seen(View(lambda array: array[place], text)), letters[:axis] + letters[axis + 1 :]

    def _spread_out(
        self, arrays: list[tuple[Operand, tuple[str, ...]]], into: Operand, letters: tuple[str, ...]
    ) -> list[Operation]:
        """Return what multiplies arrays; along the letters that none of them has it is the same."""
        sizes = {letter: size for one, mine in arrays for letter, size in zip(mine, one.shape, strict=True)}
        there = tuple(letter for letter in letters if letter in sizes)
        if there == letters or (len(arrays) == 2 and set(there) == set(sizes)):
            return [self._contracted(arrays, into, letters)]
        part = self.memory.spare(tuple(sizes[letter] for letter in there), "same")
        same = part.seen(_spreading(there, letters))
        return [self._contracted(arrays, part, there), Operation("copyto", (into, same))]

    def _contracted(
        self, arrays: list[tuple[Operand, tuple[str, ...]]], into: Operand, letters: tuple[str, ...]
    ) -> Operation:
        """Return the one operation that multiplies arrays and sums over the letters that the result lacks."""
        if len(arrays) == 1:
            operand, mine = arrays[0]
            lead = len(mine) - len(letters)
            if mine[lead:] == letters:
                # A row of ones times the array adds up its rows at half the cost of `sum`.
                rows_ = math.prod(operand.shape[:lead])
                flat = operand.seen(_reshaping(operand, (rows_, *operand.shape[lead:])))
                if len(letters) < 2:
                    return Operation("dot", (self._ones(rows_), flat, into))
        if len(arrays) == 2:
            summed = [letter for _, mine in arrays for letter in mine if letter not in letters]
            if not summed:
                spread = [operand.seen(_spreading(mine, letters)) for operand, mine in arrays]
                return Operation("multiply", (*spread, into))
            for (left, of_left), (right, of_right) in (arrays, arrays[::-1]):
                found = _as_matrices(left, of_left, right, of_right, into, letters)
                if found is not None:
                    return Operation("dot", found)
        names = {
            letter: chr(97 + n) for n, letter in enumerate(dict.fromkeys(x for _, m in arrays for x in m))
        }
        spec = ",".join("".join(names[letter] for letter in mine) for _, mine in arrays)
        spec += "->" + "".join(names[letter] for letter in letters)
        return Operation("contract", (repr(spec), *[operand for operand, _ in arrays], into))

    def _ones(self, *shape: int) -> Operand:
        made = self.memory.spare(shape, f"np.ones({shape[0] if len(shape) == 1 else shape})")
        made.of(0, 0)[...] = 1.0
        return made


class _Formula:
    """Writes the operations of a formula, from the inside out.

    With as few arrays beside the result as it can; `numbers` are those of the given that are known now.
    """

    def __init__(
        self, memory: Memory, given: Mapping[str, Operand], numbers: Mapping[str, str], out: Operand
    ) -> None:
        self._memory, self._given, self._numbers, self._out = memory, given, numbers, out
        self.operations: list[Operation] = []

    def value(self, node: ast.expr, out: Operand, depth: int) -> Operand:
        """Return where the value of a part stands: what is given, or `out`, filled by operations.

        Raises:
            ValueError: it is no part of a formula.
        """
        constant = self._number(node)
        if constant is not None:
            return constant
        match node:
            case ast.Name(id=name):
                return self._given[name]
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._does("negative", out, self.value(operand, out, depth))
            case ast.BinOp(left=left, op=op, right=right):
                first = self.value(left, out, depth)
                other = self._spare(depth) if first is out else out
                second = self.value(right, other, depth + 1)
                if isinstance(op, ast.Div) and number(left) == 1.0:
                    return self._does("reciprocal", out, second)
                return self._does(CALCULATED[type(op)], out, first, second)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._chosen(test, body, orelse, out, depth)
            case ast.Call(func=ast.Name(id="share"), args=[weight, shared]):
                value = self.value(shared, out, depth)
                by = self.value(weight, self._spare(depth), depth + 1)
                self._does("multiply", out, by, value)
                mask = self._mask()
                self._does("equal", mask, by, self._memory.number(0.0))
                self.operations.append(Operation("putmask", (out, mask, self._memory.number(0.0))))
                return out
            case ast.Call(func=ast.Name(id="max"), args=[one, other_one]):
                first = self.value(one, out, depth)
                other = self._spare(depth) if first is out else out
                return self._does("maximum", out, first, self.value(other_one, other, depth + 1))
            case ast.Call(func=ast.Name(id="square"), args=[argument]):
                value = self.value(argument, out, depth)
                return self._does("multiply", out, value, value)
            case ast.Call(func=ast.Name(id=name), args=[argument]):
                return self._does(FUNCTIONS[name].ufunc, out, self.value(argument, out, depth))
            case _:
                raise ValueError(f"not a formula: {ast.unparse(node)}")

    def _number(self, node: ast.expr) -> Operand | None:
        """Return what a part is that reads nothing but numbers, under the names that they have in it."""
        constant = number(node)
        if constant is not None:
            return self._memory.number(constant)
        named = _named(node)
        if not named or any(one not in self._numbers for one in named):
            return None
        constant = number(folded(replaced(node, self._numbers)))
        return None if constant is None else self._memory.number(constant, ast.unparse(node))

    def _chosen(self, test: ast.expr, body: ast.expr, orelse: ast.expr, out: Operand, depth: int) -> Operand:
        assert isinstance(test, ast.Compare)
        value = self.value(orelse, out, depth)
        if value is not out:
            self.operations.append(Operation("copyto", (out, value)))
        other = self.value(body, self._spare(depth), depth + 1)
        mask, further = self._mask(), self._spare(depth + 1)
        left = self.value(test.left, further, depth + 2)
        self._does(
            COMPARING[type(test.ops[0])], mask, left, self.value(test.comparators[0], further, depth + 2)
        )
        if other.shape:
            other = other.seen(_repeating(out.shape))
        self.operations.append(Operation("putmask", (out, mask, other)))
        return out

    def _does(self, function: str, out: Operand, *arguments: Operand) -> Operand:
        self.operations.append(Operation(function, (*arguments, out)))
        return out

    def _spare(self, depth: int) -> Operand:
        return self._memory.spare(self._out.shape, f"part{depth}")

    def _mask(self) -> Operand:
        return self._memory.spare(self._out.shape, "mask", np.bool_)


def _in_place(one: Equation) -> bool:
    return one.variable.name.endswith("'")


def _of(one: Equation) -> Variable:
    """Return what an equation makes anew, as it is called before."""
    return one.variable._replace(name=one.variable.name.removesuffix("'"))


def _late(formula: ast.expr, name: str) -> bool:
    """Return whether a formula may read a name when something is written already where its result comes.

    It does not where it begins with a number times the name, and reads it there alone.
    """
    match formula:
        case ast.BinOp(left=ast.BinOp(left=ast.Name(), right=ast.Name(id=first)), right=rest):
            later = (one.id for one in ast.walk(rest) if isinstance(one, ast.Name))
            return first != name or name in later
        case _:
            return True


def _is_old(one: Equation, term: Term) -> bool:
    return term.coefficient == 1.0 and [read.variable for read in term.factors] == [_of(one)]


def _reaches_ahead(group: Sequence[Equation]) -> int:
    """Return 1 where an equation reads the time after: that has one time less, so it is done time by time."""
    return int(any(read.shift > 0 for one in group for read in one.factors()))


def _only_future(one: Equation) -> bool:
    return bool(one.terms) and all(any(read.shift > 0 for read in term.factors) for term in one.terms)


def _without_future(one: Equation) -> Equation:
    """Return an equation at the last time: there is no time after it, so what reads one is not there."""
    terms = tuple(term for term in one.terms if not any(read.shift > 0 for read in term.factors))
    return one._replace(terms=terms)


_SAME = View(lambda array: array, "{}")
_TURNED = View(lambda array: array.T, "{}.T")


def _reshaping(operand: Operand, shape: tuple[int, ...]) -> View:
    """Return how an operand is seen in another shape."""
    if shape == operand.shape:
        return _SAME
    return View(lambda array: array.reshape(shape), f"{{}}.reshape({', '.join(map(str, shape))})")


def _repeating(shape: tuple[int, ...]) -> View:
    """Return how an array is seen in a larger shape that it is repeated in."""
    return View(lambda array: np.broadcast_to(array, shape), "{}")


def _spreading(mine: tuple[str, ...], letters: tuple[str, ...]) -> View:
    """Return how an array with some of the letters is seen beside one that has all of them."""
    order = [mine.index(letter) for letter in letters if letter in mine]
    lead = next((place for place, letter in enumerate(letters) if letter in mine), len(letters))
    index = tuple(slice(None) if letter in mine else None for letter in letters[lead:])
    if not index:  # without dimensions an index would give a number, and no view
        return _SAME
    turned = "" if order == sorted(order) else f".transpose({', '.join(map(str, order))})"
    spread = f"[{', '.join('None' if one is None else ':' for one in index)}]" if None in index else ""
    return View(lambda array: array.transpose(order)[index], f"{{}}{turned}{spread}")


def _as_matrices(
    left: Operand,
    of_left: tuple[str, ...],
    right: Operand,
    of_right: tuple[str, ...],
    into: Operand,
    letters: tuple[str, ...],
) -> tuple[Operand, Operand, Operand] | None:
    """Return two arrays and the result as matrices whose product it is; None if they are none."""
    between = tuple(letter for letter in of_left if letter not in letters)
    above = tuple(letter for letter in of_left if letter in letters)
    beside = tuple(letter for letter in of_right if letter in letters)
    if set(above) & set(beside) or set(between) != set(of_right) - set(beside) or above + beside != letters:
        return None
    parts = (
        _matrix(left, of_left, above, between),
        _matrix(right, of_right, between, beside),
        _matrix(into, letters, above, beside),
    )
    one, two, three = parts
    return None if one is None or two is None or three is None else (one, two, three)


def _matrix(
    operand: Operand, letters: tuple[str, ...], rows_: tuple[str, ...], columns: tuple[str, ...]
) -> Operand | None:
    """Return an array as a matrix of these rows and columns (a vector if one is none).

    None if it is no view.
    """
    if letters == rows_ + columns:
        return _flat(operand, letters, rows_, columns)
    if letters == columns + rows_:
        turned = _flat(operand, letters, columns, rows_)
        return None if turned is None else turned.seen(_TURNED if turned.of(0, 0).ndim > 1 else _SAME)
    return None


def _flat(
    operand: Operand, letters: tuple[str, ...], rows_: tuple[str, ...], columns: tuple[str, ...]
) -> Operand | None:
    size = dict(zip(letters, operand.shape, strict=True))
    shape = tuple(math.prod(size[letter] for letter in part) for part in (rows_, columns) if part)
    if shape == operand.shape:
        return operand
    sample = operand.of(0, 0)
    if not np.shares_memory(sample.reshape(shape), sample):
        return None
    return operand.seen(_reshaping(operand, shape))


@lru_cache(maxsize=2048)
def _named(node: ast.expr) -> tuple[str, ...]:
    return tuple(one.id for one in ast.walk(node) if isinstance(one, ast.Name))
