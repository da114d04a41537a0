"""How is an iteration written out as straight-line Python that a student could have written?

The statements are those of the program that runs, step by step in the order of the list; behind those of
each step stands a call that prints its record. They are run while they are written (`trying`), so that
nothing stands there that these numbers don't need, such as a guard where nothing overflows.
"""

from __future__ import annotations

import ast
import math
import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from engine.equations.equation import Variable
from engine.equations.forward import INPUT, LOSS, TARGET, is_mean
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.floats import FLOATS
from engine.equations.functions.formula import parse, same
from engine.equations.table import table_of
from engine.equations.updates import masks, old
from engine.listing import layout, readable, settings
from engine.listing.gathering_code import GatheringCode, idle
from engine.listing.trying import GUARDED, Trying
from engine.once import once
from engine.order.schedule import Schedule
from engine.program.floats.code import TOTAL, Site
from engine.program.floats.machine import constants_of, sites_of
from engine.program.names import Leaf, short_name
from engine.program.recorded import gradients, updates, vectors
from engine.program.rows import floats_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.arrays import Array
    from engine.equations.equation import Equation
    from engine.order.shapes import Shapes
    from engine.scenario import Order, Scenario

_TOGETHER = 6  # numbers of the scenario in a line
_CHAINED = 4  # numbers that begin alike

SHOW = '''\
def show(step, **numbers):
    """Print the numbers of a step under the names that they have in a trace."""
    print(step, *(f"{name} {value}" for name, value in numbers.items()), sep="  ")'''

_SIGNS = "# `0.0 + x` is printed where x is -0.0: to a trace, which adds up from 0.0, that is 0.0."


Names: TypeAlias = "str | Sequence[Names]"


class _Numbers(NamedTuple):
    """A field of a record: a name, a list of names or rows of them; `formed` if the trace adds them up.

    A sum never is -0.0: a number that is, is printed as 0.0.
    """

    field: str
    names: Names
    formed: bool = False


class _Step(NamedTuple):
    """A step as it is written: notes by the place of the statement that they stand before.

    `statements` are `trees` as text.
    """

    number: int
    site: Site
    befores: list[str]
    trees: list[ast.Assign]
    statements: list[str]
    notes: dict[int, list[str]]
    record: list[str]

    def texts(self) -> list[str]:
        """Return what is written of the step."""
        return [*self.statements, *self.record]

    def calling(self) -> Iterator[ast.Assign]:
        """Yield the statements that may call a function."""
        for tree, text in zip(self.trees, self.statements, strict=True):
            if readable.calls(text):
                yield tree

    def divide_plainly(self) -> None:
        """Let the statements divide with `/`, which stops at 0."""
        for place, text in enumerate(self.statements):
            if "divide(" in text:
                readable.divide_plainly(self.trees[place])
                self.statements[place] = ast.unparse(self.trees[place])


def float_listing(scenario: Scenario, shapes: Shapes, order: Order) -> list[str]:
    """Return the lines of the first iteration of a scenario that runs as floats."""
    return _Listing(scenario, shapes, order).lines()


class _Listing:
    def __init__(self, scenario: Scenario, shapes: Shapes, order: Order) -> None:
        self._scenario, self._shapes = scenario, shapes
        self._samples = shapes.batch(0)
        self._table = table_of(scenario)
        self._sites = sites_of(Schedule(shapes, order), 0)
        self._wrong = settings.wrong(scenario)
        names = {one: short_name(one) for one in settings.settings(scenario, len(self._samples))}
        has_target = shapes.has_target[self._samples.start : self._samples.stop]
        self._code = GatheringCode(
            self._table,
            self._sites,
            len(self._samples),
            shapes.times,
            has_target,
            constants_of(scenario, len(self._samples)) | names,
            {
                "_".join([short_name(one), *(str(unit + 1) for unit in place)]): repr(float(mask[place]))
                for one, mask in masks(scenario).items()
                for place in np.ndindex(*mask.shape)
            },
            self._wrong,
        )
        self._trying = Trying(self._table)
        self._noted: set[Variable] = set()

    def lines(self) -> list[str]:
        """Return all lines behind the head."""
        numbers = list(self._numbers())
        self._trying.run(numbers)
        steps = list(self._steps())
        if "divide" not in self._trying.beyond:
            for step in steps:
                step.divide_plainly()
        return [
            *self._functions([tree for step in steps for tree in step.calling()]),
            *SHOW.split("\n"),
            "",
            "",
            *[_SIGNS] * any("0.0 + " in text for step in steps for text in step.texts()),
            *numbers,
            *(line for step in steps for line in self._written(step)),
            "",
            *self._loss(),
        ]

    def _functions(self, trees: Sequence[ast.Assign]) -> list[str]:
        """Return the imports and the definitions of what the statements call."""
        plain, made = [], []
        for name in readable.called(trees):
            guarded = GUARDED.get(name)
            if name == "abs":
                continue
            if name in self._trying.beyond or (guarded is None and not hasattr(math, name)):
                function = FLOATS[guarded] if guarded else TOTAL.get(name) or floats_of(name)
                made += readable.sources_of(function, name)
            else:
                plain.append(name)
        found = ["import math"] * any("math." in text for text in made)
        found += [f"from math import {', '.join(sorted(plain))}"] * bool(plain)
        found += [""] * bool(found)
        for text in dict.fromkeys(made):
            found += ["", *text.split("\n"), ""]
        return [*found, ""]

    # -- the scenario's numbers -------------------------------------------------------------------

    def _numbers(self) -> Iterator[str]:
        yield from self._parameters()
        for place, sample in enumerate(self._samples):
            for time in range(self._shapes.times):
                yield from self._vector(INPUT, (time, place), self._scenario.data.inputs[sample, time])
                if self._shapes.has_target[sample, time] or self._is_read(TARGET, time, place):
                    yield from self._vector(TARGET, (time, place), self._scenario.data.targets[sample, time])
        yield from settings.written(self._scenario, len(self._samples))
        yield from [settings.REMEMBERED] * bool(self._table.states)
        for one, begin in self._table.states.items():
            names = self._code.names([one])
            for first in range(0, len(names), _CHAINED):
                yield f"{' = '.join(names[first : first + _CHAINED])} = {begin!r}"

    def _is_read(self, variable: Variable, time: int, sample: int) -> bool:
        """Return whether any statement reads a number of what is given: zeros where there is no target."""
        names = {
            self._code.name(Leaf(variable, (time, sample, unit)))
            for unit in range(self._code.shape(variable)[-1])
        }
        return not names.isdisjoint(self._used)

    @once
    def _used(self) -> frozenset[str]:
        """All names in the statements."""
        return frozenset(name for line in self._lines() for name in re.findall(r"\w+", line))

    def _lines(self) -> Iterator[str]:
        for block in self._code.blocks:
            yield from block.text.split("\n") if block.text else ()

    def _parameters(self) -> Iterator[str]:
        layers = self._scenario.network.layers
        for one in self._table.parameters:
            values: Array = getattr(layers[(one.layer or 1) - 1], one.name)
            if values.ndim == 1:
                yield from self._vector(one, (), values)
            else:
                for row, there in enumerate(values):
                    yield from self._vector(one, (row,), there)
        for number, layer in enumerate(layers, start=1):
            if layer.recurrent:
                state = np.zeros(layer.units) if layer.initial_state is None else layer.initial_state
                yield from self._vector(Variable("activation", number), (-1, 0), state)

    def _vector(self, variable: Variable, place: tuple[int, ...], values: Array) -> Iterator[str]:
        names = [self._code.name(Leaf(variable, (*place, unit))) for unit in range(len(values))]
        for first in range(0, len(names), _TOGETHER):
            some = slice(first, first + _TOGETHER)
            yield f"{', '.join(names[some])} = {', '.join(map(repr, values[some].tolist()))}"

    # -- steps ------------------------------------------------------------------------------------

    def _steps(self) -> Iterator[_Step]:
        """Yield the steps, each when it has been run."""
        lines = list(self._lines())
        written = iter(zip(readable.readable(lines), lines, strict=True))
        for number, site in enumerate(self._sites):
            befores = self._befores(site)
            self._trying.run(befores)
            mine: list[ast.Assign] = []
            statements: list[str] = []
            waiting: list[str] = []  # statements that are run when a sign is asked for
            notes: dict[int, list[str]] = {}
            marked = False
            for one in self._code.blocks[number].equations:
                wrong = one.variable in self._wrong
                mark = settings.marked(self._scenario) if wrong and not marked else []
                notes.setdefault(len(statements), []).extend([*mark, *self._note(one)])
                marked = wrong
                tree, text = next(written)
                if tree is not None:
                    signed = self._reads_total(one)
                    if signed:
                        self._trying.run(waiting)
                        waiting.clear()
                        tree.value = self._trying.signed(tree.value)
                    if signed or not readable.is_plain(text):
                        text = ast.unparse(tree)
                    waiting.append(text)
                    mine.append(tree)
                    statements.append(text)
            self._trying.run(waiting)
            record = [f"{one.field}={self._text(one)}" for one in self._record(number, site)]
            yield _Step(number, site, befores, mine, statements, notes, record)

    def _reads_total(self, one: Equation) -> bool:
        """Return whether an equation is a formula of what is gathered: it may show the sign of a 0."""
        home = one.home
        if home is None or home.kind != "update" or one.formula is None:
            return False
        makers = [self._table.making.get(read.variable) for read in one.factors()]
        totals = (made and made.home and made.home.kind == "gradient" for made in makers)
        return any(totals) or any(made and self._code.is_copy(made) for made in makers)

    def _note(self, one: Equation) -> list[str]:
        """Return how a textbook writes an equation that runs in another form; said once."""
        plain = one.plain or self._shown(one.variable)
        if one.variable in self._noted or plain is None or one.formula is None or same(plain, one.formula):
            return []
        self._noted.add(one.variable)
        name = short_name(one.variable)
        return [f"# {name} is {readable.as_python(plain)}, in a form that keeps its digits"]

    def _shown(self, variable: Variable) -> ast.expr | None:
        if variable.layer is None or variable.name not in ("activation", "slope"):
            return None
        row = ACTIVATIONS[self._scenario.network.layers[variable.layer - 1].activation]
        shown = row.shown if variable.name == "activation" else row.slope_shown
        return parse(shown) if shown else None

    def _befores(self, site: Site) -> list[str]:
        """Return the statements that keep what an update changes, as it is before."""
        if site.home.kind != "update" or site.home.layer is None:
            return []
        return [
            line
            for one in updates(self._table, site.home.layer)
            if one.before
            for line in layout.assignment(
                _before(one.variable), self._text(_Numbers(one.name, self._names(one.variable)))
            )
        ]

    def _names(self, variable: Variable, *place: int) -> Names:
        """Return the names of the numbers of a variable, at a time and sample if it has them."""
        shape = self._code.shape(variable)[len(place) :]
        every = [self._code.name(Leaf(variable, (*place, *unit))) for unit in np.ndindex(*shape)]
        return _nested(every, shape)

    def _record(self, number: int, site: Site) -> Iterator[_Numbers]:
        """Yield the fields of the record of a step."""
        home, layer = site.home, site.home.layer
        if home.kind in ("forward", "loss", "delta"):
            assert site.sample is not None
            assert site.time is not None
            for one in vectors(self._table, home):
                time = site.time - one.before
                yield _Numbers(one.name, self._names(one.variable, time, 0 if time < 0 else site.sample))
            if home.kind == "loss":
                yield _Numbers("loss", self._names(LOSS, site.time, site.sample), formed=True)
            return
        assert layer is not None
        if home.kind == "gradient":
            shares = self._code.shares[number]
            for gradient in gradients(self._table, layer):
                shape = self._code.shape(gradient.total)
                names = self._names(gradient.total)
                if not gradient.so_far:
                    names = _nested([shares[name] for name in self._code.names([gradient.total])], shape)
                yield _Numbers(gradient.name, names, formed=True)
            return
        made = {old(one): self._table.making[one] for one in self._table.making}
        for name, variable, before in updates(self._table, layer):
            if before:
                yield _Numbers(name, _before(variable))
            elif idle(made[variable]):
                shape = self._code.shape(variable)
                yield _Numbers(name, _nested(["0.0"] * int(np.prod(shape)), shape))
            else:
                yield _Numbers(name, self._names(variable), formed=bool(made[variable].terms))

    def _text(self, numbers: _Numbers) -> str:
        def text(names: Names) -> str:
            if not isinstance(names, str):
                return f"[{', '.join(text(one) for one in names)}]"
            negative = numbers.formed and self._trying.is_negative_zero(names)
            return f"0.0 + {names}" if negative else names

        return text(numbers.names)

    # -- text -------------------------------------------------------------------------------------

    def _written(self, step: _Step) -> Iterator[str]:
        kind, layer = step.site.home
        place, words = self._place(step.site), [f"step {step.number}", kind]
        words += [*place, f"layer {layer}"] if layer is not None else place
        said = kind if layer is None else f"{kind} of layer {layer}"
        yield ""
        yield f"# {', '.join([words[0], *place])}: {said}"
        yield from step.befores
        for number, text in enumerate(step.statements):
            yield from step.notes.get(number, [])
            target, _, value = text.partition(" = ")
            yield from layout.assignment(target, value)
        yield from layout.call("show", [f'"{"  ".join(words)}"', *step.record])

    def _place(self, site: Site) -> list[str]:
        found = [] if site.sample is None else [f"sample {self._samples[site.sample]}"]
        if site.time is not None and self._shapes.sequences:
            found.append(f"time {site.time}")
        return found

    def _loss(self) -> list[str]:
        losses = " + ".join(self._code.losses) or "0.0"
        if is_mean(self._scenario.training):
            losses = f"({losses}) / {len(self._samples)}"
        return layout.call("print", ['"iteration 0  loss"', losses])


def _before(parameter: Variable) -> str:
    return f"{short_name(parameter)}_before"


def _nested(every: list[str], shape: tuple[int, ...]) -> Names:
    """Return names in the shape of their array: none, a list or rows."""
    if not shape:
        return every[0]
    if len(shape) == 1:
        return every
    return [every[first : first + shape[1]] for first in range(0, len(every), shape[1])]
