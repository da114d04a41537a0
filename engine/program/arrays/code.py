"""How do operations on arrays become a program that runs?

As source text: a function of a few calls a line on views that were made once, with loops only through time.
It is compiled once; an iteration is one call of it.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from engine.equations.back.transpose import derivative
from engine.equations.equation import TIME, Home
from engine.equations.table import pruned
from engine.equations.updates import change_of, new
from engine.program.arrays.together import side_by_side, together
from engine.program.lean import lean
from engine.program.operations import (
    BY_KEYWORD,
    CACHED_BATCHES,
    NUMPY,
    Change,
    Emitter,
    Loop,
    Operand,
    Operation,
    function_of,
)
from engine.program.plan import Stretch, Times, Update, homes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from engine.equations.equation import Equation, Variable
    from engine.program.operations import Memory, Part
    from engine.program.plan import Done as Item

Iterate: TypeAlias = "Callable[..., None]"

AT_ONCE = 1000
"""So many lines at most are compiled at once, which takes some hundredths of a second."""


def parts_of(
    memory: Memory,
    items: Sequence[Item],
    *,
    keep: bool,
    also: Collection[Variable] = (),
    training: bool = False,
) -> list[Part]:
    """Return the operations of an iteration (or of one sample of it).

    Without `keep` what no parameter depends on is left out, but for the variables in `also`; with it only
    what none of the items has anything to do with. In `training` what the data alone decide is made once for
    each batch, and the updates that follow one another are done together.
    """
    table, emitter = memory.table, Emitter(memory)
    equations = list(table.equations)
    if keep:
        homes = homes_of(items)
        equations = pruned(
            equations, [one.variable for one in equations if one.home in homes and not one.helper]
        )
    else:
        roots = [*also, *(new(one) for one in table.remembered), *table.states]
        equations = lean(_trained(equations), roots, table.initial)
    if training:
        _arranged(memory, equations, keep=keep)
    at: dict[Home | None, list[Equation]] = {}
    for one in equations:
        if training and one in table.of_data:
            emitter.made_once(one)
        else:
            at.setdefault(one.home, []).append(one)
    parts = _parts(emitter, items, at, keep=keep)
    return list(_changed_together(parts)) if training else parts


def _arranged(memory: Memory, equations: Sequence[Equation], *, keep: bool) -> None:
    """Let totals lie side by side, and changes too: in the totals' places if nothing else needs these."""
    reads = Counter(read.variable for one in equations for read in one.factors())
    made = {one.variable: one for one in equations}
    totals = [one for one in map(derivative, memory.table.parameters) if one in made]
    totals = [one for one in totals if one not in memory.table.states]
    changes = [made[one] for one in map(change_of, memory.table.parameters) if one in made]
    memory.arrays |= side_by_side((one, memory.shape(one)) for one in totals)
    memory.arrays |= side_by_side((one.variable, memory.shape(one.variable)) for one in changes)
    for one in changes:
        for read in one.factors():
            if not keep and read.variable in totals and reads[read.variable] == 1 == len(one.terms):
                memory.arrays[one.variable] = memory.array(read.variable)


def _changed_together(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield parts with updates that follow one another as one."""
    for changes, some in groupby(parts, key=lambda part: isinstance(part, Change)):
        if changes:
            every = [operation for part in some if isinstance(part, Change) for operation in part.operations]
            yield Change(None, tuple(together(every)))
        else:
            yield from some


def _trained(equations: Sequence[Equation]) -> list[Equation]:
    """Return the equations without the updates of what is not trained: their change has no term."""
    idle = {
        one.variable
        for one in equations
        if one.home
        and one.home.kind == "update"
        and one.formula is None
        and one.row is None
        and not one.terms
    }
    return [
        one
        for one in equations
        if one.variable not in idle and not any(read.variable in idle for read in one.factors())
    ]


def _parts(
    emitter: Emitter,
    items: Sequence[Item],
    at: dict[Home | None, list[Equation]],
    *,
    keep: bool,
    time: int | str | None = None,
) -> list[Part]:
    found: list[Part] = []
    for item in items:
        match item:
            case Stretch(homes=homes):
                for home in homes:
                    equations = at.get(home, [])
                    if time is None:
                        found += emitter.parts(equations)
                    else:
                        found += [emitter.done(one, time) for one in equations]
            case Update(layer=layer):
                operations = [
                    operation
                    for one in _trained(at.get(Home("update", layer), []))
                    for operation in emitter.done(one).operations
                ]
                gradients = at.get(Home("gradient", layer), [])
                summed = emitter.memory.samples > 1 or any(one.gathers == "run" for one in gradients)
                if keep and time is not None and summed:
                    totals = [one.variable for one in gradients]
                    operations = [*(emitter.kept_at(total, time) for total in totals), *operations]
                found.append(Change(layer, tuple(operations)))
            case Times(items=inner, back=back):
                found += _time_by_time(emitter, inner, at, keep=keep, back=back)
    return found


def _time_by_time(
    emitter: Emitter,
    items: Sequence[Item],
    at: dict[Home | None, list[Equation]],
    *,
    keep: bool,
    back: bool,
) -> list[Part]:
    """Return what is done time by time; the last time has no future, so it is done on its own."""
    last = emitter.memory.times - 1
    alone = _parts(emitter, items, at, keep=keep, time=last)
    if last == 0:
        return alone
    others = range(last - 1, -1, -1) if back else range(last)
    body = _parts(emitter, items, at, keep=keep, time=TIME)
    loop = Loop(others, tuple(part for part in body if not isinstance(part, Loop)))
    return [*alone, loop] if back else [loop, *alone]


class NumpyCode:
    """The source text of a list of operations, compiled; `iterate(*arguments(batch))` does them."""

    def __init__(self, memory: Memory, parts: Sequence[Part]) -> None:
        self._memory = memory
        self._names: dict[tuple[object, ...], str] = {}
        self._space: dict[str, object] = {}
        self._rows: dict[str, object] = {}  # the functions of whole rows that are called
        self._given: list[Operand] = []
        self._moments: list[tuple[str, range, list[Operand]]] = []
        lines = self._lines(parts)
        given = [f"b{place}" for place in range(len(self._given))]
        arguments = ", ".join([*given, *(name for name, _, _ in self._moments)])
        functions = _functions(lines or ["pass"], arguments)
        self.source = "".join(functions)
        space = {**NUMPY, **self._rows, **self._space}
        for text in functions:
            exec(compile(text, "<numpy>", "exec"), space)  # noqa: S102 - text of our own
        self.iterate: Iterate = space["iterate"]  # type: ignore[assignment]
        self.arguments = lru_cache(maxsize=CACHED_BATCHES)(self._arguments)

    def _arguments(self, batch: int) -> tuple[object, ...]:
        """Return what `iterate` is called with for a batch."""
        given = [operand.of(batch, 0) for operand in self._given]
        moments = [
            tuple(tuple(operand.of(batch, time) for operand in operands) for time in times)
            for _, times, operands in self._moments
        ]
        return (*given, *moments)

    def _lines(self, parts: Sequence[Part]) -> list[str]:
        found: list[str] = []
        for part in parts:
            if isinstance(part, Loop):
                found += self._loop(part)
            else:
                found += [self._line(operation, {}) for operation in part.operations]
        return found

    def _loop(self, loop: Loop) -> list[str]:
        local: dict[tuple[object, ...], tuple[str, Operand]] = {}
        ends = loop.times[0], loop.times[-1]
        lines = [
            f"    {self._line(operation, local, ends)}" for part in loop.body for operation in part.operations
        ]
        if not lines:
            return []
        if not local:
            return [f"for _ in range({len(loop.times)}):", *lines]
        name = f"moments{len(self._moments)}"
        self._moments.append((name, loop.times, [operand for _, operand in local.values()]))
        return [f"for {', '.join(short for short, _ in local.values())}, in {name}:", *lines]

    def _line(
        self,
        operation: Operation,
        local: dict[tuple[object, ...], tuple[str, Operand]],
        ends: tuple[int, int] = (0, 0),
    ) -> str:
        arguments = [
            one if isinstance(one, str) else self._name(one, local, ends) for one in operation.arguments
        ]
        if operation.function not in NUMPY:
            self._rows[operation.function] = function_of(operation.function)
        if operation.function in BY_KEYWORD:
            arguments[-1] = f"out={arguments[-1]}"
        if operation.function == "dot":  # numpy's function first asks whether its arrays are of another kind
            left, *others = arguments
            return f"{left}.dot({', '.join(others)})"
        return f"{operation.function}({', '.join(arguments)})"

    def _name(
        self,
        operand: Operand,
        local: dict[tuple[object, ...], tuple[str, Operand]],
        ends: tuple[int, int],
    ) -> str:
        if operand.by_time:
            key = tuple(part for end in ends for part in _place(operand.of(0, end)))
            if key not in local:
                local[key] = f"m{len(local)}", operand
            return local[key][0]
        array = operand.of(0, 0)
        key = _place(array)
        if operand.by_batch:
            if ("batch", *key) not in self._names:
                self._names["batch", *key] = f"b{len(self._given)}"
                self._given.append(operand)
            return self._names["batch", *key]
        if key not in self._names:
            self._names[key] = f"v{len(self._names)}"
            self._space[self._names[key]] = array
        return self._names[key]


def _functions(lines: Sequence[str], arguments: str) -> list[str]:
    """Return lines as the text of a function, `iterate`; many as several that it calls.

    While one is compiled no other thread can go on: a text of thousands of layers takes seconds.
    """
    parts: list[list[str]] = [[]]
    for line in lines:
        if len(parts[-1]) >= AT_ONCE and not line.startswith(" "):
            parts.append([])
        parts[-1].append(line)
    if len(parts) == 1:
        return [_function("iterate", arguments, lines)]
    texts = [_function(f"part{place}", arguments, part) for place, part in enumerate(parts)]
    calls = [f"part{place}({arguments})" for place in range(len(parts))]
    return [*texts, _function("iterate", arguments, calls)]


def _function(name: str, arguments: str, lines: Sequence[str]) -> str:
    return "\n".join([f"def {name}({arguments}):", *(f"    {line}" for line in lines)]) + "\n"


def _place(array: object) -> tuple[object, ...]:
    """Return what tells one view from another."""
    there = array.__array_interface__  # type: ignore[attr-defined]
    return there["data"][0], there["shape"], there["strides"], there["typestr"]
