"""How is an iteration written out as numpy that a student could have written?

First the operations of the program that runs, as expressions, with its loops through time; where an order
updates after each sample, for one sample after the other. Then the records are printed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.equation import TIME, Variable
from engine.equations.forward import INPUT, LOSS, OTHERS, TARGET, TERMS, is_mean
from engine.equations.table import table_of
from engine.equations.updates import masks
from engine.listing import layout, readable, settings
from engine.listing.numpy_expressions import Expressions
from engine.listing.numpy_records import SHOW, Records, applied, name_of_list
from engine.order.schedule import Schedule
from engine.order.sound import steps_of
from engine.parameters import initial_parameters
from engine.program import rows
from engine.program.arrays.code import parts_of
from engine.program.arrays.machine import Batches, memory_of
from engine.program.names import short_name
from engine.program.operations import NO_TARGET, Change, Loop
from engine.program.plan import plan_of, updates_of
from engine.program.recorded import gradients, updates
from engine.update_orders import Each

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from engine.equations.equation import Equation
    from engine.listing.numpy_expressions import Statement
    from engine.order.shapes import Shapes
    from engine.program.operations import AnyArray, Done, Operation
    from engine.program.plan import Plan
    from engine.scenario import Order, Scenario
    from engine.update_orders import Item

_TOGETHER = 2  # arrays that are kept before an update, in a line

_WORDS = {"forward": "forward", "loss": "loss", "delta": "deltas", "gradient": "gradients"}


def numpy_listing(scenario: Scenario, shapes: Shapes, order: Order) -> list[str]:
    """Return the lines of the first iteration of a scenario that runs on arrays."""
    return _Listing(scenario, shapes, order).lines()


class _Listing:
    def __init__(self, scenario: Scenario, shapes: Shapes, order: Order) -> None:
        self._scenario, self._times = scenario, shapes.times
        self._batch = shapes.batch(0)
        items = steps_of(order)
        plan = plan_of(items, shapes.layers)
        # One sample after the other, or all samples of the batch at once.
        self._in_turn = plan.by_sample
        self._looped = plan.by_sample and len(self._batch) > 1
        self._samples = 1 if plan.by_sample else len(self._batch)
        self._items: Sequence[Item] = items
        if plan.by_sample and isinstance(items[0], Each):
            self._items = items[0].body
        ranges = [range(one, one + 1) for one in self._batch] if plan.by_sample else [self._batch]
        self._batches = Batches(scenario, ranges)
        start = initial_parameters(scenario)
        self._table = table_of(scenario)
        remembered = {one: start.array(one) for one in self._table.remembered}
        self._memory = memory_of(
            scenario, self._samples, self._times, self._batches, remembered, len(self._batch)
        )
        self._run = any(one.gathers == "run" for one in self._table.equations)
        self._parts = parts_of(self._memory, plan.items, keep=True)
        self._sizes = {
            short_name(one.variable): tuple(x for x in self._memory.shape(one.variable) if x > 1)
            for one in self._table.equations
        }
        axes = self._table.axes
        self._timed = {
            short_name(one.variable) for one in self._table.equations if TIME in axes[one.variable]
        }
        read = {factor.variable for one in self._table.equations for factor in one.factors()}
        self._masks = {short_name(one): mask for one, mask in masks(scenario).items() if one in read}
        named = {short_name(one) for one in settings.settings(scenario, len(self._batch))}
        self._expressions = Expressions(self._sizes, named, self._masks)
        loops = [part for part in self._parts if isinstance(part, Loop)]
        self._in_lists = {
            part.layer
            for loop in loops
            for part in loop.body
            if isinstance(part, Change) and part.layer is not None
        }
        self._records = Records(
            self._table,
            self._samples,
            self._times,
            looped=self._looped,
            in_turn=self._in_turn,
            sequences=shapes.sequences,
            missing=self._memory.missing,
            in_lists=self._in_lists,
            whole=self._whole(plan, Schedule(shapes, order)),
        )
        self._defined = {short_name(one) for one in self._table.remembered}
        self._said = ""
        self._wrong = {short_name(one) for one in settings.wrong(scenario)}
        self._marked = False

    def _whole(self, plan: Plan, schedule: Schedule) -> dict[int, int]:
        """Return after how many gradients of a layer its first update applies a sum that is formed as one."""
        found: dict[int, int] = {}
        for item in plan.items:
            for layer, time in updates_of(item, self._times):
                if layer not in found:
                    formed = time is None or self._samples > 1 or self._run
                    found[layer] = schedule.gathered(0, layer, 0).stop if formed else 0
        return {layer: count for layer, count in found.items() if count}

    def lines(self) -> list[str]:
        """Return all lines behind the head."""
        body = [*self._begin(), *self._computed(), *self._recorded()]
        lists = [f"{name} = []" for name in self._lists()]
        if self._looped:
            body = [f"    {line}" if line else line for line in self._sample() + body]
            body = ["", f"for s in range({len(self._batch)}):", *body]
        every = [*self._numbers(), "", *lists, *body, "", *self._loss()]
        return [*self._functions(every), *SHOW.split("\n"), "", "", *every]

    # -- what stands at the top -------------------------------------------------------------------

    def _functions(self, lines: Sequence[str]) -> Iterator[str]:
        text = "\n".join(lines)
        long = readable.source_of(rows.length_of, "length") if "length(" in text else ""
        yield from (
            *["import math"] * bool(long),
            "import os",
            "from itertools import count",
            "",
            "# With more threads a sum might be added up in another order.",
            'os.environ["OPENBLAS_NUM_THREADS"] = "1"',
            "",
            "import numpy as np",
            "",
            'np.seterr(all="ignore")  # what is inf or nan stays it',
            "",
            "",
        )
        called = list(dict.fromkeys(re.findall(r"of_rows\((\w+),", text)))
        for name in called:
            yield from (*readable.source_of(rows.numpy_of(name), name).split("\n"), "", "")
        if called:
            yield from (*readable.source_of(rows.of_rows, "of_rows").split("\n"), "", "")
        if long:
            yield from (*long.split("\n"), "", "")

    def _numbers(self) -> Iterator[str]:
        for one in self._table.parameters:
            yield from _array(short_name(one), self._memory.array(one))
        for number, layer in enumerate(self._scenario.network.layers, start=1):
            if layer.recurrent:
                state = np.zeros(layer.units) if layer.initial_state is None else layer.initial_state
                yield from _array(f"state{number}", state)
        if OTHERS in self._memory.constants:
            outputs = self._scenario.network.sizes[-1]
            yield f"others = np.ones(({outputs}, {outputs})) - np.eye({outputs})"
        for variable in self._given():
            batches = [self._batches[place][variable] for place in range(len(self._batches))]
            name = short_name(variable)
            if self._looped:
                yield from _array(f"all_{name}s", np.stack(batches), first=True)
            else:
                yield from _array(name, batches[0])
        for name, mask in self._masks.items():
            yield from _array(name, mask.astype(np.bool_))
        yield from settings.written(self._scenario, len(self._batch))
        yield from [settings.REMEMBERED] * bool(self._table.states)
        for variable, begin in self._table.states.items():
            shape = _shape([size for size in self._memory.shape(variable) if size > 1])
            yield (
                f"{short_name(variable)} = np.full({shape}, {begin!r})"
                if begin
                else (f"{short_name(variable)} = np.zeros({shape})")
            )

    def _given(self) -> list[Variable]:
        return [INPUT, TARGET, *[NO_TARGET] * self._memory.missing]

    def _lists(self) -> list[str]:
        layers = range(1, len(self._scenario.network.layers) + 1)
        found = [name_of_list(one, layer) for layer in layers for one in self._records.gathered(layer)]
        if self._looped:
            found.append("all_terms")
        return list(dict.fromkeys(found))

    def _sample(self) -> list[str]:
        names = [short_name(one) for one in self._given()]
        return [f"{', '.join(names)} = {', '.join(f'all_{name}s[s]' for name in names)}"]

    # -- the computation --------------------------------------------------------------------------

    def _begin(self) -> Iterator[str]:
        """Yield the lines that make the activations before the first time."""
        for number, layer in enumerate(self._scenario.network.layers, start=1):
            if not layer.recurrent:
                continue
            name = f"a{number}"
            shape = [size for size in (self._samples, layer.units) if size > 1]
            if self._times == 1:
                yield f"{name}_before = np.full({_shape(shape)}, state{number})"
                continue
            yield f"# {name}_before[t] is {name} at the time before: at first the initial state"
            yield f"{name}_and_state = np.zeros({_shape([self._times + 1, *shape])})"
            yield f"{name}_and_state[0] = state{number}"
            yield f"{name}_before, {name} = {name}_and_state[:-1], {name}_and_state[1:]"
            self._defined.add(name)
        for number in sorted(self._in_lists):
            yield f"updates{number} = []"
            yield from (f"{name} = []" for name, _ in self._applied(number))

    def _computed(self) -> Iterator[str]:
        for part in self._parts:
            if isinstance(part, Loop):
                yield from self._loop(part)
            elif isinstance(part, Change):
                yield from self._change(part)
            else:
                yield from self._done(part, f"{_title([part.equation])}")

    def _done(self, part: Done, title: str) -> Iterator[str]:
        if part.equation.variable == LOSS:
            return
        if title != self._said:
            yield from ("", f"# {title}")
            self._said, self._marked = title, False
        yield from self._statements(part.operations, part.times)

    def _loop(self, loop: Loop) -> Iterator[str]:
        done = [part for part in loop.body if not isinstance(part, Change)]
        title = f"{_title([part.equation for part in done])}, time by time"
        body: list[str] = []
        new: list[str] = []
        self._said, self._marked = title, False
        for part in loop.body:
            if isinstance(part, Change):
                body += self._change(part, loop.times)
            elif part.equation.variable != LOSS:
                body += self._statements(part.operations, loop.times, new)
        yield from ("", f"# {title}", *new, f"for t in {_range(loop.times)}:")
        yield from (f"    {line}" if line else line for line in body)

    def _statements(
        self,
        operations: Sequence[Operation],
        times: range,
        new: list[str] | None = None,
        signed: Collection[str] = (),
    ) -> Iterator[str]:
        """Yield the lines of operations; what is filled bit by bit is made before, in `new` if given."""
        for one in self._expressions.statements(operations, times, signed):
            wrong = one.array in self._wrong
            if wrong and not self._marked:
                yield from settings.marked(self._scenario)
            self._marked = wrong
            whole = one.target == one.array
            for name in [*one.reads, *[one.array] * (not whole)]:
                if name in self._sizes and name not in self._defined:
                    line = f"{name} = np.zeros({_shape(self._sizes[name])})"
                    self._defined.add(name)
                    if new is None:
                        yield line
                    else:
                        new.append(line)
            yield from self._written(one, whole=whole)

    def _written(self, one: Statement, *, whole: bool) -> list[str]:
        if whole and self._is_view(one.array):
            return layout.assignment(f"{one.array}[...]", one.value)
        if whole:
            self._defined.add(one.array)
        # What is filled bit by bit later must be an array of its own.
        shared = whole and one.array in self._timed and self._times > 1 and not one.computed
        value = f"np.array({one.value})" if shared else one.value
        return layout.assignment(one.target, value)

    def _is_view(self, name: str) -> bool:
        return self._times > 1 and any(short_name(one) == name for one in self._table.initial)

    def _change(self, part: Change, times: range = range(1)) -> Iterator[str]:
        assert part.layer is not None
        names = [short_name(one.variable) for one in updates(self._table, part.layer) if one.before]
        self._said, self._marked = f"update of layer {part.layer}", False
        yield from ("", f"# {self._said}")
        for first in range(0, len(names), _TOGETHER):
            some = names[first : first + _TOGETHER]
            yield f"{', '.join(f'{name}_before' for name in some)} = {', '.join(some)}"
        yield from self._statements(part.operations, times, signed=self._records.signed(part.layer))
        if part.layer in self._in_lists:
            fields = [f"{field}={value}" for field, value in self._records.update_fields(part.layer)]
            yield from _appended(f"updates{part.layer}", fields)
            yield from (f"{name}.append({total})" for name, total in self._applied(part.layer))

    def _applied(self, layer: int) -> list[tuple[str, str]]:
        """Return the lists that keep what the updates of a layer apply, and what that is."""
        if self._samples == 1 and not self._run:
            return []
        every = [one.total for one in gradients(self._table, layer) if one.so_far]
        return [(applied(one), short_name(one)) for one in every]

    # -- the records ------------------------------------------------------------------------------

    def _recorded(self) -> Iterator[str]:
        if self._looped:
            yield from ("", f"all_terms.append({short_name(TERMS)})")
        yield from ("", "# the records of the steps" + " of this sample" * self._looped)
        yield from self._records.narrow()
        yield from self._records.lines(self._items)

    def _loss(self) -> list[str]:
        terms = short_name(TERMS)
        if self._looped:
            terms = f"np.stack(all_terms, axis={int(self._times > 1)})"
        loss = f"np.sum({terms})"
        loss += f" / {len(self._batch)}" * is_mean(self._scenario.training)
        return [f'print("iteration 0  loss", float({loss}))']


def _title(equations: Sequence[Equation]) -> str:
    found = []
    for one in equations:
        assert one.home is not None
        words = _WORDS[one.home.kind]
        found.append(words if one.home.layer is None else f"{words} of layer {one.home.layer}")
    return ", ".join(dict.fromkeys(found))


def _array(name: str, values: AnyArray, *, first: bool = False) -> list[str]:
    """Return the statement that makes an array, with axes of size 1 left out (but for the first)."""
    shape = tuple(size for axis, size in enumerate(values.shape) if size != 1 or (first and not axis))
    return layout.array(name, values.reshape(shape).tolist())


def _appended(name: str, fields: Sequence[str]) -> list[str]:
    lines = layout.call("dict", fields)
    return (
        [f"{name}.append({lines[0]}", *lines[1:-1], f"{lines[-1]})"]
        if len(lines) > 1
        else [f"{name}.append({lines[0]})"]
    )


def _shape(sizes: Sequence[int]) -> str:
    return str(sizes[0]) if len(sizes) == 1 else str(tuple(sizes))


def _range(times: range) -> str:
    start, stop, step = times.start, times.stop, times.step
    if step > 0:
        return f"range({stop})" if start == 0 else f"range({start}, {stop})"
    return f"reversed(range({start + 1}))" if stop == -1 else f"range({start}, {stop}, {step})"
