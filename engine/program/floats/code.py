"""How does an order of steps become straight-line code on floats?

Every number is a local variable and every step of the iteration is written out, in the order of the list:
what a student would write by hand. A parameter is one variable, so what comes after an update reads the
changed one. For a small network this takes a tenth of what numpy takes, which is busy with calls there.

Steps of a kind say the same at each sample and time, but for its names: they are written once, with a mark
where a sample and time stand, and filled in. In training what is read once is written where it is read, what
is read twice is computed once, and what only the data says is computed before the first iteration. An update
adds up what has been gathered in one sum. No operation is changed by that, so no bit is.

Python raises where numpy goes on with inf: `guarded` code divides by a call, and runs with functions that
are total; code that is not is for numbers that stay in range.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from engine.equations.equation import SAMPLE, TIME, Home
from engine.equations.forward import LOSS, OTHERS
from engine.equations.functions.floats import FLOATS
from engine.equations.updates import change_of, new, old
from engine.program.floats.readings import Counting
from engine.program.forms import GAP, form_of
from engine.program.lean import lean
from engine.program.names import Leaf, short_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from engine.arrays import Mask
    from engine.equations.equation import Equation, Factor, Term, Variable
    from engine.equations.table import Table
    from engine.program.forms import Form

LONGEST_SUM = 100  # terms of a sum in one statement: Python's parser goes down once for each

_SITES = (TIME, SAMPLE)


class _Product(NamedTuple):
    """A term, with gaps for letters: the whole of it, where all it reads has its name, or what it multiplies.

    `apart` are letters that must differ, `free` what the letters that are summed over stand for.
    """

    sign: str
    whole: str
    reads: list[str]
    apart: list[tuple[str, str]]
    free: list[dict[str, str]]


class Site(NamedTuple):
    """A step of an iteration: `sample` is counted within the batch; both are None where they don't matter.

    `by_hand` is a parameter that an update sets, and its value, where it applies nothing.
    """

    home: Home
    sample: int | None
    time: int | None
    by_hand: tuple[Leaf, float] | None = None


class Block(Struct, frozen=True):
    """The statements of a step, a line each, and the equation that each belongs to."""

    text: str
    equations: tuple[Equation, ...]


class Share(NamedTuple):
    """What a step adds to a number of a total: the equation that says so, and the name of the total."""

    equation: Equation
    total: str


class _Past:
    """What has been written at a sample and time by some steps, the same wherever they are done.

    `known` has the variable that holds a text's value, `instead` what stands for numbers that are not
    written, those of the variables that are `hidden`; `next` the steps that may follow.
    """

    def __init__(self, past: _Past | None = None) -> None:
        self.known: dict[str, str] = dict(past.known) if past else {}
        self.instead: dict[str, str] = dict(past.instead) if past else {}
        self.hidden: set[Variable] = set(past.hidden) if past else set()
        self.next: dict[tuple[object, ...], _Written] = {}


class _Written(Struct, frozen=True):
    """A step as it is written for any sample and time; `added` are its shares, a line each."""

    text: str
    equations: tuple[Equation, ...]
    before: str
    shares: tuple[Share, ...]
    added: str
    loss: str
    past: _Past


class FloatCode:
    """Statements for the steps of an iteration over a batch of so many samples and times.

    `has_target` is [sample, time]. With `keep` every number that a trace shows is computed, without it only
    what the parameters and the loss need, and what is `asked` for. An update applies the sum of what has
    been gathered since the one before; with `left` (updates out of turn) what is left of the total without
    what was applied. `before` are statements that need the batch only.
    """

    tells_all = False
    """Whether every variable has its statement, in the step that it belongs to."""

    def __init__(
        self,
        table: Table,
        sites: Sequence[Site],
        samples: int,
        times: int,
        has_target: Mask,
        constants: Mapping[Variable, str],
        *,
        keep: bool,
        left: bool = False,
        guarded: bool = False,
        asked: Collection[Variable] = (),
    ) -> None:
        self.table, self.samples, self.times = table, samples, times
        self.blocks: list[Block] = []
        self.before: list[str] = []
        self.losses: list[str] = []
        self._constants, self._left, self.guarded = constants, left, guarded
        self._targets: list[list[bool]] = has_target.tolist()
        self._gathered: dict[Variable, dict[str, list[str]]] = {}
        self._applied: set[Variable] = set()
        self._due: set[int | None] = set()  # layers with a gradient that no update has applied
        self._last_sample: dict[str, int | None] = {}
        self._shown: set[Variable] = set(table.kept if keep else asked)
        shifted = {read for one in table.equations for read in one.factors() if read.shift}
        self._shifted = {read.variable for read in shifted}
        self._shifts = sorted({0, *(read.shift for read in shifted)})
        self._parts = 0
        self._names_read: dict[Factor, str] = {}
        self._letters: dict[Factor, dict[str, int]] = {}
        self._forms: dict[Variable, Form] = {}
        self._at = self._equations(keep=keep)
        self._single = self._read_once()
        updates = [one for home, some in self._at.items() if home and home.kind == "update" for one in some]
        self._updates_read = Counter(read.variable for one in updates for read in one.factors())
        start = _Past()
        pasts: dict[tuple[int | None, int | None], _Past] = {}
        for self._site in sites:
            place = self._site.sample, self._site.time
            if self._site.by_hand is not None:
                parameter, value = self._site.by_hand
                self._end(f"{self.name(parameter)} = {value!r}", ())
            elif self._site.home.kind == "update":
                self._begin(start)
                self._update(self._site.home)
                self._end("\n".join(self._texts), tuple(self._said))
            else:
                pasts[place] = self._step(self._site, pasts.get(place, start))

    def _equations(self, *, keep: bool) -> dict[Home | None, list[Equation]]:
        equations: Sequence[Equation] = self.table.equations
        if not keep:
            roots = [*(new(one) for one in self.table.remembered), *self.table.states, LOSS, *self._shown]
            equations = lean(equations, roots, self.table.initial)
        found: dict[Home | None, list[Equation]] = {}
        for one in equations:
            found.setdefault(one.home, []).append(one)
        return found

    # -- names ------------------------------------------------------------------------------------

    def name(self, one: Leaf) -> str:
        """Return the variable that holds a number; units are counted from 1, as on the screen."""
        variable, place = one
        axes = self.table.axes[variable]
        time = place[axes.index(TIME)] if TIME in axes else 0
        sample = place[axes.index(SAMPLE)] if SAMPLE in axes else 0
        units = [f"_{at + 1}" for axis, at in zip(axes, place, strict=True) if axis not in _SITES]
        here = self._here(time, sample) if _of_site(axes) else ""
        return "".join([short_name(variable), here, *units])

    def names(self, variables: Iterable[Variable]) -> list[str]:
        """Return the names of every number of some variables, in the order of their arrays."""
        return [name for one in variables for name in self._names_of(one)]

    def _names_of(self, variable: Variable) -> list[str]:
        axes = self.table.axes[variable]
        if axes[:2] == _SITES:  # of most there is one for each time and sample, in this order
            heres = [self._here(time, sample) for time in range(self.times) for sample in range(self.samples)]
            marks = [heres, *([f"_{at + 1}" for at in range(size)] for size in self.shape(variable)[2:])]
            return [short_name(variable) + "".join(some) for some in product(*marks)]
        return [self.name(Leaf(variable, place)) for place in product(*map(range, self.shape(variable)))]

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """Return the shape of a variable's array."""
        return self.table.shape(variable, self.samples, self.times)

    def _here(self, time: int, sample: int) -> str:
        """Return what a name has for its time and sample; before time 0 there is one state for all."""
        if time < 0:
            return "_before"
        return (f"_t{time}" if self.times > 1 else "") + (f"_s{sample}" if self.samples > 1 else "")

    def _read(self, read: Factor) -> str | None:
        """Return how a factor is named at the step that is written, with gaps for its units.

        None where there is no such time.
        """
        if read.shift and read.variable not in self._constants:
            time = (self._site.time or 0) + read.shift
            if time >= self.times or (time < 0 and read.variable not in self.table.initial):
                return None
        name = self._names_read.get(read)
        if name is None:
            name = self._names_read[read] = self._with_gaps(read)
        return name

    def _with_gaps(self, read: Factor) -> str:
        constant: str | None = self._constants.get(read.variable)
        if constant is not None:
            return constant
        mark = _mark(read.shift) if _of_site(self.table.axes[read.variable]) else ""
        return short_name(read.variable) + mark + "".join([f"%({letter})s" for letter in self._units(read)])

    def _units(self, read: Factor) -> dict[str, int]:
        """Return the letters of a factor that count units, and how many they count."""
        found = self._letters.get(read)
        if found is None:
            pairs = zip(read.letters, self.table.axes[read.variable], strict=True)
            found = {letter: axis for letter, axis in pairs if not isinstance(axis, str)}
            self._letters[read] = found
        return found

    def _named(self, read: str, at: Mapping[str, str]) -> str:
        """Return what holds a number, by what its name has for each letter."""
        name = read % at
        return self._past.instead.get(name, name)

    def _places(self, read: Factor) -> list[dict[str, str]]:
        """Return what the names of a factor's numbers have for each letter, in the order of its array."""
        return _places(self._units(read))

    def _names(self, read: Factor) -> list[str]:
        name = self._read(read)
        return [] if name is None else [self._named(name, at) for at in self._places(read)]

    def _hide(self, variable: Variable, name: str, text: str) -> None:
        """Let a text stand for a number of a variable that is not written."""
        self._past.hidden.add(variable)
        self._past.instead[name] = text

    # -- what is read once ------------------------------------------------------------------------

    def _read_once(self) -> set[object]:
        """Return the variables, and the parts of formulas, that are written where they are read.

        What reads parameters is so only within its step: an update may come before the next.
        """
        if self.tells_all:
            return set()
        every = [one for some in self._at.values() for one in some if one.home and one.home.kind != "update"]
        count = Counting()
        for one in every:
            if one.formula is not None:
                count.formula(one, self._form(one), free=self._is_free(one.variable))
            else:
                count.reads(one)
        count.uses[str(LOSS)] += 1
        found: set[object] = {part for part, key in count.parts.items() if count.uses[key] == 1}
        moving: set[Variable] = set()
        for one in every:
            key = count.key(one.variable)
            if count.uses[key] != 1 or one.row is not None or not self._is_free(one.variable):
                continue
            written = self._written_with(one, found)
            moves = any(self._moves(read) or read.variable in moving for read in written)
            if moves and count.readers.get(key) == {one.home}:
                moving.add(one.variable)
            if not moves or one.variable in moving:
                found.add(one.variable)
        return found

    def _written_with(self, one: Equation, single: set[object]) -> Iterator[Factor]:
        """Yield what stands in the statement of an equation, whose parts that are read twice have names."""
        if one.formula is None:
            yield from one.factors()
            return
        form, given = self._form(one), dict(one.arguments)
        parts = {part: text for part, text, _ in form.parts}
        asked = GAP.findall(form.text)
        while asked:
            gap = asked.pop()
            if gap in given:
                yield given[gap]
            elif (one.variable, gap) in single:
                asked += GAP.findall(parts[gap])

    def _moves(self, read: Factor) -> bool:
        """Return whether an update changes what a factor reads."""
        variable = read.variable
        constant = variable in self._constants or variable == OTHERS
        return not constant and not _of_site(self.table.axes[variable])

    def _is_free(self, variable: Variable) -> bool:
        """Return whether a variable need not be there for others than the statements."""
        asked = variable in self._shown or variable in self._shifted or self.tells_all
        return not asked and _of_site(self.table.axes[variable])

    def _form(self, one: Equation) -> Form:
        found = self._forms.get(one.variable)
        if found is None:
            found = self._forms[one.variable] = self._formed(one)
        return found

    def _formed(self, one: Equation) -> Form:
        assert one.formula is not None
        given = {name for name, read in one.arguments if read.variable in self.table.inputs}
        still = given | {name for name, read in one.arguments if read.variable in self._constants}
        early = still if given and not self.tells_all else ()
        return form_of(one.formula, frozenset(early), guarded=self.guarded)

    # -- steps ------------------------------------------------------------------------------------

    def _begin(self, past: _Past, here: str = "") -> None:
        """Begin a step after others; `here` is the mark of its sample and time."""
        self._past = _Past(past)
        self._mark = here
        self._texts: list[str] = []
        self._said: list[Equation] = []
        self._first: list[str] = []
        self._shares: list[tuple[Share, str]] = []
        self._loss = ""

    def _step(self, site: Site, past: _Past) -> _Past:
        sample, time = site.sample or 0, site.time or 0
        ends = [(time + shift >= self.times) - (time + shift < 0) for shift in self._shifts]
        key = site.home, self._targets[sample][time], *ends
        written = past.next.get(key)
        if written is None:
            written = past.next[key] = self._written(site, past)
        here = [(_mark(shift), self._here(time + shift, sample)) for shift in self._shifts]
        self._end(_filled(written.text, here), written.equations)
        if written.before:
            self.before.append(_filled(written.before, here))
        if written.loss:
            self.losses.append(_filled(written.loss, here))
        if written.shares:
            self._gather(site, written.shares, _filled(written.added, here).split("\n"))
        return written.past

    def _written(self, site: Site, past: _Past) -> _Written:
        self._begin(past, _mark(0))
        for one in self._at.get(site.home, []):
            self._equation = one
            if site.home.kind == "gradient":
                sums = [(Share(one, name), _joined(parts)) for name, parts in self._sums(one)]
                self._shares += sums
            else:
                self._make(one, has_target=self._targets[site.sample or 0][site.time or 0])
        return _Written(
            "\n".join(self._texts),
            tuple(self._said),
            "\n".join(self._first),
            tuple(share for share, _ in self._shares),
            "\n".join(text for _, text in self._shares),
            self._loss,
            self._past,
        )

    def _end(self, text: str, equations: tuple[Equation, ...]) -> None:
        """End a step that consists of some lines."""
        self.blocks.append(Block(text, equations))

    def _make(self, one: Equation, *, has_target: bool) -> None:
        if one.where_target and not has_target:
            for name in self._names(one.result):
                self._put(name, "0.0")
        elif one.row is not None:
            self._row(one)
        elif one.formula is not None:
            self._formulas(one)
        else:
            for name, parts in self._sums(one):
                self._put(name, self._added(name, parts))
        if one.variable == LOSS:
            (self._loss,) = self._names(one.result)

    def _gather(self, site: Site, shares: Sequence[Share], texts: Sequence[str]) -> None:
        """Keep a site's shares for the update that applies them."""
        self._due.add(site.home.layer)
        for (one, total), text in zip(shares, texts, strict=True):
            so_far = self._gathered.setdefault(one.variable, {})
            anew = one.gathers == "sample" and self._last_sample.get(total, site.sample) != site.sample
            self._last_sample[total] = site.sample
            if total not in so_far or anew:
                goes_on = one.variable in self._applied or one.gathers == "run"
                so_far[total] = [total] if goes_on and not anew else []
            so_far[total].append(text)

    def _update(self, home: Home) -> None:
        """Apply what has been gathered since the last update of the layer, if anything has."""
        every = self._at.get(home, [])
        of_all = any(one.variable.layer is None for one in every)  # what clipping takes of all layers
        if home.layer not in self._due and not of_all:
            return
        self._due.discard(home.layer)
        here = {read.variable for one in every for read in one.factors()}
        totals = [
            one.result
            for one in self.table.equations
            if one.variable in self._gathered and (one.variable in here or one.variable.layer == home.layer)
        ]
        for total in totals:
            never_cleared = self.table.making[total.variable].gathers == "run"
            once = self._updates_read[total.variable] == 1 and not self._left and not never_cleared
            self._add_up(total.variable, once=once)
            if self._left:
                self._leave(total)
        changes = {change_of(one): one for one in self.table.parameters}
        made = {one.variable: one for one in every}
        known = dict(self._past.known)
        for one in every:
            self._equation = one
            change = made.get(change_of(old(one.variable)), one)
            if change.variable in changes and not any(change.factors()):
                continue  # not trained
            if change is not one and change.terms:  # W' = W + change
                for name, (changing, parts) in zip(self._names(one.result), self._sums(change), strict=True):
                    if change.variable in self._shown:
                        self._set(changing, _joined(parts))
                    self._set(name, name + "".join(parts))
            elif one.variable not in changes or not one.terms:
                self._make(one, has_target=True)
                self._past.known = dict(known)  # a state is another from here on
        self._past.instead.clear()
        for total in totals if self._left else ():
            self._applied.add(total.variable)
            for name in self._names(total):
                self._set(f"applied_{name}", name)

    def _add_up(self, total: Variable, *, once: bool) -> None:
        """Write the sums of what has been gathered, or let what reads them once have them."""
        for name, texts in self._gathered.pop(total).items():
            if once and len(texts) <= LONGEST_SUM:
                self._hide(total, name, _bracketed(" + ".join(texts)))
            else:
                self._set(name, self._added(name, [f" + {text}" for text in texts]))

    def _leave(self, total: Factor) -> None:
        """Let an update read what is left of a total without what has been applied."""
        if total.variable in self._applied:
            for name in self._names(total):
                self._set(f"left_{name}", f"{name} - applied_{name}")
                self._hide(total.variable, name, f"left_{name}")

    def _put(self, name: str, value: str) -> None:
        """Write a statement, or let what reads its result have the value instead."""
        if self._equation.variable in self._single:
            self._hide(self._equation.variable, name, _bracketed(value))
        else:
            self._set(name, value)

    def _set(self, name: str, value: str) -> None:
        self._texts.append(f"{name} = {value}")
        self._said.append(self._equation)

    # -- values -----------------------------------------------------------------------------------

    def _added(self, name: str, parts: list[str]) -> str:
        while len(parts) > LONGEST_SUM:
            self._set(name, _joined(parts[:LONGEST_SUM]))
            parts = [" + " + name, *parts[LONGEST_SUM:]]
        return _joined(parts)

    def _sums(self, one: Equation) -> Iterator[tuple[str, list[str]]]:
        """Yield the name of each number of a result and what adds up to it, with signs."""
        result = self._read(one.result)
        assert result is not None
        terms = [made for term in one.terms if (made := self._term(term, one.result)) is not None]
        for at in self._places(one.result):
            parts = []
            for sign, whole, reads, apart, free in terms:
                for values in free:
                    here = at | values if values else at
                    if whole:
                        parts.append(whole % here)
                    elif not any(here[first] == here[other] for first, other in apart):
                        parts.append(sign + " * ".join([self._named(read, here) for read in reads]))
            yield result % at, parts

    def _term(self, term: Term, result: Factor) -> _Product | None:
        """Return a term at the step that is written; None where it reads a time that there is not."""
        reads: list[str] = []
        apart: list[tuple[str, str]] = []
        sizes: dict[str, int] = {}
        for factor in term.factors:
            read = self._read(factor)
            if read is None:
                return None
            sizes |= self._units(factor)
            if factor.variable == OTHERS:  # 0 for the own, 1 for all others
                apart.append((factor.letters[0], factor.letters[1]))
            else:
                reads.append(read)
        size = abs(term.coefficient)
        if size != 1.0 or not reads:
            reads.insert(0, repr(size))
        sign = " - " if term.coefficient < 0 else " + "
        as_named = not apart and self._past.hidden.isdisjoint(factor.variable for factor in term.factors)
        whole = sign + " * ".join(reads) if as_named else ""
        free = {letter: size for letter, size in sizes.items() if letter not in result.letters}
        return _Product(sign, whole, reads, apart, _places(free))

    def _row(self, one: Equation) -> None:
        given = []
        for _, read in one.arguments:
            names = self._names(read) or ["0.0"] * math.prod(self._units(read).values())
            given.append(f"({', '.join(names)},)")
        self._set(f"{', '.join(self._names(one.result))},", f"{one.row}({', '.join(given)})")

    def _formulas(self, one: Equation) -> None:
        form, variable = self._form(one), one.variable
        reads = [(name, self._read(read)) for name, read in one.arguments]
        result = self._read(one.result)
        assert result is not None
        known, shared = self._past.known, _of_site(self.table.axes[variable]) and not self.tells_all
        for at in self._places(one.result):
            given = {name: "0.0" if read is None else self._named(read, at) for name, read in reads}
            for part, text, early in form.parts:
                value = text.format_map(given)
                alone = (variable, part) in self._single and not early
                given[part] = _bracketed(value) if alone else self._variable(value, early=early)
            name, value = self._named(result, at), form.text.format_map(given)
            same = value if value in given.values() else known.get(value) if shared else None
            if same is not None and self._is_free(variable):
                self._hide(variable, name, same)
                continue
            self._put(name, same or value)
            if shared and variable not in self._single and same is None:
                known[value] = name

    def _variable(self, text: str, *, early: bool = False) -> str:
        """Return the variable that holds a text's value: the same for the same text."""
        known = self._past.known.get(text)
        if known is None:
            known = self._past.known[text] = f"x{self._parts}{self._mark}"
            self._parts += 1
            if early:
                self._first.append(f"{known} = {text}")
            else:
                self._set(known, text)
        return known


def _joined(parts: Sequence[str]) -> str:
    text = "".join(parts)
    if not text:
        return "0.0"
    return text[3:] if text.startswith(" + ") else f"-{text[3:]}"


# -- text ----------------------------------------------------------------------------------------------


def _of_site(axes: tuple[object, ...]) -> bool:
    """Return whether there is one of a variable for each sample and time."""
    return TIME in axes or SAMPLE in axes


def _mark(shift: int) -> str:
    """Return what stands for the time and sample of a step, or for a time beside it."""
    return f"@{shift}@"


def _filled(text: str, here: Sequence[tuple[str, str]]) -> str:
    for mark, name in here:
        text = text.replace(mark, name)
    return text


def _places(sizes: Mapping[str, int]) -> list[dict[str, str]]:
    """Return what names end with for some letters, at each place: units are counted from 1, as on screen."""
    return _places_of(tuple(sizes.items()))


@lru_cache(maxsize=256)
def _places_of(sizes: tuple[tuple[str, int], ...]) -> list[dict[str, str]]:
    letters = [letter for letter, _ in sizes]
    units = [[f"_{unit + 1}" for unit in range(size)] for _, size in sizes]
    return [dict(zip(letters, some, strict=True)) for some in product(*units)]


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text else text


TOTAL: dict[str, Callable[..., object]] = {**FLOATS, "larger": FLOATS["max"]}
"""The functions that statements call: those that go on where Python's stop. Those of rows come to them."""

PLAIN: dict[str, Callable[..., object]] = TOTAL | {
    "exp": math.exp,
    "expm1": math.expm1,
    "ln": math.log,
    "log1p": math.log1p,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "sqrt": math.sqrt,
}
"""The same as Python has them, which take half the time."""
