"""What does a line that is typed or piped in do to a run that is read as text?

The commands of the app's own line, without an app: a search goes on until it has found, a view is printed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.branching.tree import Entry, Runs
from engine.conditions.grammar import ConditionError
from engine.facts.two_orders.chosen import NOBODY_CHOSE, next_choice
from engine.looking.cursor import Cursor, leap, start
from engine.looking.lesson.shown import VIEWS
from engine.looking.ways.moves import repeated
from engine.to_the_end import to_the_end
from tui.commands import plain
from tui.views import Chosen, key_of, view_rows
from tui.walking.breakpoints import LONGER, Breakpoints
from tui.walking.orders import Breaks, Place, at_same_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from engine.run.tracing import Trace


_PAGE = 40
_SECONDS = 0.1  # of a piece of a search
_VIEWS = {**{key_of(view): view for view in VIEWS}, **{view: view for view in VIEWS}, "branches": "branches"}
_COUNTED = re.compile(r"([1-9]\d{0,3})\s*(\D\S*)")

DONE, WRONG, NOT_FOUND = 0, 2, 3


def run_script(trace: Trace, step: int, text: str, say: Callable[[str], object], width: int) -> int:
    """Obey the commands of a text, one a line or with ; between them; return the exit code.

    2 if a command was not understood, else 3 if something was not found.
    """
    script = Script(trace, step, width)
    for command in re.split(r"[;\n]", text):
        word = command.strip()
        if word in ("q", "quit"):
            break
        if word and not word.startswith("#"):
            for lines in script.obey(word):
                say(lines)
    return script.code


def converse(trace: Trace, step: int, lines: Iterable[str], say: Callable[[str], object], width: int) -> None:
    """Show a step (0-based), and obey one line after the other until `q` or the last line."""
    script = Script(trace, step, width)
    say("\n".join(plain.wrapped(f"{trace.scenario.title}\n{plain.HELP}", width)))
    say(plain.facts_line(trace, script.cursor, width))
    say("\n" + "\n".join(plain.page(trace, script.cursor, width)))
    for line in lines:
        word = line.strip()
        if word in ("q", "quit"):
            return
        before = script.trace, script.cursor
        for text in script.obey(word):
            say(text)
        if (script.trace, script.cursor) != before:
            say("\n" + "\n".join(plain.page(script.trace, script.cursor, width)))


class Script:
    """A run that is read as text: where the reader is in it, and in which of the runs that have branched.

    `code` is the exit code by now.
    """

    def __init__(self, trace: Trace, step: int, width: int) -> None:
        self.runs = Runs((Entry(trace),))
        self.cursor = start(trace, step)
        self.code = DONE
        self._width = width
        self._two = NOBODY_CHOSE
        self._commands: dict[str, Callable[[str], Iterator[str]]] = {
            "print": self._print,
            "until": self._until,
            "since": self._since,
            "find": self._find,
            "findings": self._findings,
            "watch": self._watch,
            "set": self._set,
            "run": self._run,
            "poke": self._poke,
            "nudge": self._nudge,
            "break": self._break,
            "breaks": self._breaks,
            **{word: partial(self._breakpoint, word) for word in ("delete", "disable", "enable")},
        }
        self._breakpoints = Breakpoints()

    @property
    def trace(self) -> Trace:
        """The run that is read."""
        return self.runs.here

    def obey(self, text: str) -> Iterator[str]:
        """Do what a line says; yield what there is to print."""
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        if text in _VIEWS or text == "v":
            yield from self._view(text)
        elif word in self._commands:
            yield from self._commands[word](rest)
        else:
            yield from self._move(text)

    def _move(self, text: str) -> Iterator[str]:
        counted = _COUNTED.fullmatch(text)
        command = plain.TYPED.get(counted[2]) if counted else None
        after: Cursor | str
        if counted and command is not None:
            after = repeated(self.cursor, self.trace, command, int(counted[1]))
        else:
            after = plain.obey(self.trace, self.cursor, text)
            command = plain.TYPED.get(text)
        if not isinstance(after, str) and self._breakpoints.on() and (counted or command in LONGER):
            after, stopped = self._unless_stopped(after)
            yield from stopped
        if isinstance(after, str):
            if text != "?":
                self.code = WRONG
            yield "\n".join(plain.wrapped(after, self._width))
        elif after == self.cursor:
            yield "There is nothing further that way."
        else:
            self.cursor = after

    def _unless_stopped(self, cursor: Cursor) -> tuple[Cursor, list[str]]:
        """Return a cursor, or that of the first breakpoint on the way there and what is said of it."""
        from engine.conditions.reach import reach

        trace, on = self.trace, self._breakpoints.on()
        meanings = self._breakpoints.meanings(trace)
        found = to_the_end(reach(trace, meanings, self.cursor.step, cursor.step, _SECONDS))
        return (
            (cursor, []) if found is None else (leap(self.cursor, trace, found.step), [on[found.place].words])
        )

    def _view(self, text: str) -> Iterator[str]:
        trace, iteration = self.trace, self.trace.schedule.site(self.cursor.step).iteration
        if text == "v":
            self._two = next_choice(trace, iteration, self._two)
        view = "compare" if text == "v" else _VIEWS[text]
        # Of sequences the view of time has two pages.
        for page in (0, -1) if view == "time" and trace.shapes.sequences else (0,):
            there = replace(self.cursor, page=page)
            chosen = Chosen(two=self._two, runs=self.runs)
            rows = view_rows(view, trace, there, self._width, _PAGE, chosen)
            yield "\n".join(plain.lines_of(rows)).rstrip()

    def _print(self, _: str) -> Iterator[str]:
        yield "\n".join(plain.page(self.trace, self.cursor, self._width))

    # -- searching --------------------------------------------------------------------------------

    def _until(self, text: str) -> Iterator[str]:
        yield from self._go_where(text, back=False)

    def _since(self, text: str) -> Iterator[str]:
        yield from self._go_where(text, back=True)

    def _go_where(self, text: str, *, back: bool) -> Iterator[str]:
        from engine.conditions.meaning import meaning_of
        from engine.conditions.reach import reach
        from engine.words.runs.found import nowhere_words

        trace = self.trace
        try:
            meaning = meaning_of(text, trace.scenario)
        except ConditionError as error:
            yield self._wrong(str(error))
            return
        limit = trace.first_step if back else len(trace) - 1
        found = to_the_end(reach(trace, [meaning], self.cursor.step, limit, _SECONDS))
        if found is None:
            self.code = self.code or NOT_FOUND
            yield nowhere_words(text, back=back)
        else:
            self.cursor = leap(self.cursor, trace, found.step)

    def _find(self, text: str) -> Iterator[str]:
        from engine.conditions.meaning import meaning_of
        from engine.conditions.reach import count
        from engine.words.runs.found import counted_words

        try:
            meaning = meaning_of(text, self.trace.scenario)
        except ConditionError as error:
            yield self._wrong(str(error))
            return
        found = to_the_end(count(self.trace, meaning, _SECONDS))
        if found.first is None:
            self.code = self.code or NOT_FOUND
        yield counted_words(self.trace, meaning.text, found)

    def _findings(self, _: str) -> Iterator[str]:
        from engine.facts.findings.search import findings
        from engine.words.runs.findings import not_there, told, where

        self.trace.advance(self.trace.iterations)
        looked = to_the_end(findings(self.trace))
        for one in looked.found:
            words = told(self.trace, one)
            text = "\n".join((f"{words.headline} ({where(self.trace, one)})", *words.lines))
            yield "\n".join(plain.wrapped(text, self._width))
        if rest := "\n".join(not_there(self.trace, looked)):
            yield "\n".join(plain.wrapped(rest, self._width))

    def _watch(self, text: str) -> Iterator[str]:
        from engine.conditions.meaning import number_meaning
        from engine.numerals import numeral
        from engine.watching.history import History, value_at

        try:
            meaning = number_meaning(text, self.trace.scenario)
        except ConditionError as error:
            yield self._wrong(str(error))
            return
        value = value_at(self.trace, meaning, self.cursor.step)
        history = History(self.trace, meaning)
        for _ in history.follow():
            pass
        ends = [
            f"{word} {numeral(one.value)} at {one.iteration + 1:,}"
            for word, one in (("least", history.low), ("most", history.high))
            if one is not None
        ]
        yield " · ".join((f"{text} = {'not known yet' if value is None else repr(value)}", *ends))

    # -- breakpoints ------------------------------------------------------------------------------

    def _break(self, text: str) -> Iterator[str]:
        from engine.conditions.meaning import meaning_of

        try:
            meaning_of(text, self.trace.scenario)
        except ConditionError as error:
            yield self._wrong(str(error))
            return
        yield self._breakpoints.add(text).words

    def _breaks(self, _: str) -> Iterator[str]:
        yield self._breakpoints.listed()

    def _breakpoint(self, word: str, number: str) -> Iterator[str]:
        says, done = self._breakpoints.obey(word, number)
        yield says if done else self._wrong(says)

    # -- what if ----------------------------------------------------------------------------------

    def _set(self, text: str) -> Iterator[str]:
        from engine.branching.making import branch
        from engine.branching.typed_changes import change_named

        change = change_named(self.trace, self.cursor, text)
        if isinstance(change, str):
            yield self._wrong(change)
            return
        try:
            made = branch(self.trace, self.trace.schedule.site(self.cursor.step).iteration, change)
        except ValueError as error:
            yield self._wrong(str(error))
            return
        self._enter(self.runs.branched(made))
        yield f"Run {self.runs.at + 1}: {change.words}"

    def _poke(self, text: str) -> Iterator[str]:
        from engine.branching.typed_changes import poke_named

        found = poke_named(self.trace, self.cursor, text)
        place = (
            found if isinstance(found, str) else Breaks().set_by_hand(Place(self.trace, self.cursor), *found)
        )
        if isinstance(place, str):
            yield self._wrong(place)
            return
        self.runs, self.cursor = self.runs.gone_on(place.trace), place.cursor
        yield from self._print("")

    def _run(self, text: str) -> Iterator[str]:
        place = int(text[:9]) - 1 if text.isascii() and text.isdigit() else -1
        if not 0 <= place < len(self.runs.entries):
            yield self._wrong(f"The runs are 1 to {len(self.runs.entries)}")
            return
        self._enter(self.runs.entered(place))

    def _enter(self, runs: Runs) -> None:
        """Go on at the same place in another run."""
        here = Place(self.trace, self.cursor)
        self.runs = runs
        self.cursor = at_same_place(here, self.trace).cursor

    def _nudge(self, text: str) -> Iterator[str]:
        from engine.branching.typed_changes import number_named
        from engine.facts.slopes.nudge import nudged
        from engine.order.quantities import PARAMETERS
        from engine.words.runs.branched import nudge_lines

        name, _, by = text.rpartition(" ")
        number = number_named(self.trace, self.cursor, name.strip())
        try:
            if isinstance(number, str) or number.reference.quantity not in PARAMETERS:
                raise ValueError(text)
            iteration = self.trace.schedule.site(self.cursor.step).iteration
            found = nudged(self.trace, iteration, number, float(by))
        except ValueError:
            yield self._wrong("nudge takes a parameter and by how much: nudge W1[1,2] 0.001")
            return
        yield "\n".join(nudge_lines(self.trace, number, found))

    def _wrong(self, says: str) -> str:
        self.code = WRONG
        return says
