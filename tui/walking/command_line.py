"""What may be typed as a command, and what does it do?

Conditions lead to steps, stop at them or are counted; anything that a key does can be typed by its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from engine.apart import NotAtHandError
from engine.conditions.grammar import ConditionError
from engine.conditions.meaning import meaning_of
from engine.conditions.words import EVERY
from engine.facts.beside.theirs import theirs_of
from engine.looking.cursor import leap
from engine.looking.ways.places import step_named
from engine.order.quantities import PARAMETERS
from engine.run.change import SETTABLE
from engine.spelling.nearest import nearest
from engine.spelling.text import shortened
from engine.words.runs.found import counted_words, nowhere_words
from tui import keys
from tui.meanwhile.wanted import ASKED
from tui.walking.nothing import NOT_AT_HAND

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.walking.walk import Walk

WITH_CONDITION = {
    "until": "on to the next step at which CONDITION begins to hold, in each iteration anew",
    "since": "back to the last step at which it began to hold",
    "break": "stop playing and longer moves where it begins to hold, in each iteration anew",
    "find": "how often it holds, and where",
}
WITH_EXPRESSION = {"watch": "any number: its value now, and how it went over the iterations"}
WITH_NUMBER = {
    "drop": "a watched number, by its place",
    "delete": "a breakpoint",
    "disable": "a breakpoint",
    "enable": "it again",
    "run": "go on in this run of those that have branched",
}
WITH_CHANGE = {
    "set": "what if a number or a setting were another: from this iteration on the run branches",
    "poke": "set a parameter by hand, here in the midst of the iteration: a step of its own",
    "nudge": "how C would move if a parameter were a little larger, beside what its gradient says",
}
WITH_FILE = {
    "mine": "hold the numbers of a FILE of your own against this iteration; after it --name THEIRS=gW1",
}
WRITING = {
    "save": "keep this session, in a FILE of your own if one is named; bp-tui --resume goes on in it",
    "export": "scenario FILE: the scenario with the parameters of here, or of the start, as a file",
}
ALONE = {"breaks": "the breakpoints"}


_NAME = re.compile(r"\s+--name(?:\s+|=|$)")
_NUDGE = "nudge W1[1,2] 0.001"

_PLACE = re.compile(r"i?[0-9][0-9,.]*%?|[+-][0-9,]+")
"""What looks like a step's number, or another way to name a step."""


class Reply(NamedTuple):
    """What is said of a command; `done` when there is nothing more to type.

    `answers` if it has been obeyed, and is what there is to read.
    """

    text: str = ""
    done: bool = True
    answers: bool = False


def _named() -> dict[str, str]:
    """Return the actions of keys by their names, and by those of the footer."""
    found = {name: key.action for name, key in keys.NAMED.items()}
    for key in keys.KEYS:
        found.setdefault(key.name.replace(" ", "-"), key.action)
    return {name: action for name, action in found.items() if re.fullmatch(r"[\w-]+", name)}


def _moves() -> dict[str, str]:
    """Return the moves by the keys that make them, and by their names."""
    found: dict[str, str] = {}
    for key in keys.KEYS:
        move = re.fullmatch(r"move\('([\w-]+)'\)", key.action)
        if move is not None:
            found |= dict.fromkeys((move[1], *key.keys, *key.on_screen.split()), move[1])
    return found


MOVES = _moves()
"""Moves by the names and the signs of their keys."""

_COUNTED = re.compile(r"([1-9][0-9]{0,3})\s*([^\s0-9,.%][^\s]*)")
"""How often, and what."""

NAMED = _named()
"""What keys do, by a name that can be typed."""

EVERY_COMMAND = tuple(
    dict.fromkeys(
        (*WITH_CONDITION, *WITH_EXPRESSION, *WITH_CHANGE, *ALONE, *WITH_NUMBER, *WITH_FILE, *WRITING, *NAMED)
    )
)


TO_COMPLETE = WITH_CONDITION | WITH_EXPRESSION | WITH_CHANGE | WITH_NUMBER
"""What each command does that takes more words than its own, but for files."""

OF_FILES = WITH_FILE | WRITING


class CommandLine:
    """Obeys commands on a walk.

    `act` does what a key does, `tell` says what has been found, `go_on` goes on in another run, `write` has
    something written. One that is `closed` reads and writes no files.
    """

    def __init__(
        self,
        walk: Walk,
        act: Callable[[str], None],
        tell: Callable[[str], None],
        go_on: Callable[[Callable[[], str]], None],
        write: Callable[[str, str], None],
        *,
        closed: bool = False,
    ) -> None:
        self._walk, self._act, self._tell, self._go_on = walk, act, tell, go_on
        self._write = write
        self._closed = closed

    def obey(self, text: str) -> Reply:
        """Do what is typed, or say why not."""
        try:
            return self._obey(text)
        except NotAtHandError:
            return Reply(NOT_AT_HAND, done=False)

    def _obey(self, text: str) -> Reply:
        command = _bare(text.strip())
        if counted := _COUNTED.fullmatch(command):
            return self._repeat(int(counted[1]), counted[2])
        word, _, rest = command.partition(" ")
        rest = rest.strip()
        if not word:
            return Reply("Such as until loss < 0.01; tab completes, ↑ has what was typed before", done=False)
        if word in WITH_CONDITION:
            return self._with_condition(word, rest, text.index(rest) if rest else len(text) + 1)
        if word in WITH_EXPRESSION and rest:
            return self._watch(rest, text.index(rest) if rest else len(text) + 1)
        if word in WITH_CHANGE:
            return {"set": self._set, "poke": self._poke, "nudge": self._nudge}[word](rest)
        if word in WITH_NUMBER:
            return self._with_number(word, rest)
        if word in WITH_FILE:
            return self._hold(rest)
        if word in WRITING:
            return self._have_written(word, rest)
        if rest:
            return self._unknown(word, f"{word} takes nothing after it" if word in EVERY_COMMAND else "")
        if word == "breaks":
            return Reply(self._walk.breakpoints.listed(), done=False, answers=True)
        if _PLACE.fullmatch(word):
            return self._go_to(word)
        if word in NAMED:
            self._act(NAMED[word])
            return Reply()
        return self._unknown(word)

    def _repeat(self, times: int, what: str) -> Reply:
        command = MOVES.get(what)
        if command is None:
            return Reply(f"{times} times what? A move, such as {times}n or {times} next-phase", done=False)
        self._act(f"move('{command}', {times})")
        return Reply()

    def _unknown(self, word: str, why: str = "") -> Reply:
        why = why or f"There is no command {shortened(word, 30)!r}"
        return Reply(f"{why}. {nearest(word, EVERY_COMMAND)}".strip(), done=False)

    def _go_to(self, text: str) -> Reply:
        trace, here = self._walk.place
        step = step_named(trace.schedule, here.step, text)
        if isinstance(step, str):
            return Reply(step, done=False)
        self._walk.go(leap(here, trace, step))
        return Reply()

    def _hold(self, text: str) -> Reply:
        """Hold somebody's numbers against the iteration that is looked at; without a file say the verdict.

        Behind the file it may be said what names in it mean.
        """
        file, *told = _NAME.split(text)
        trace, here = self._walk.place
        if not file and (theirs := theirs_of(trace)) is not None:
            return Reply(theirs.verdict)
        if self._closed:
            return Reply("This session reads no files but the scenarios at hand.", done=False)
        if not file:
            return Reply("mine takes the name of a file of your own numbers, such as mine.npz", done=False)
        if trace.disturbed:
            says = "Your numbers are held against the run as it should be: take back what is otherwise here"
            return Reply(f"{says} (X, M or u)", done=False)
        # Imported when numbers are there: most sessions have none.
        from engine.diagnosis.beside import theirs_in
        from engine.diagnosis.naming.names import names_told
        from engine.read.complaints import ScenarioError

        try:
            names, iteration = names_told(told), trace.schedule.site(here.step).iteration
            theirs = theirs_in(file, trace.scenario, iteration, names)
        except (ScenarioError, ValueError) as error:
            return Reply(str(error), done=False)
        self._walk.hold(theirs)
        return Reply(theirs.verdict)

    def _have_written(self, what: str, rest: str) -> Reply:
        """Have the session or a scenario written; what came of it is said then."""
        if self._closed:
            return Reply("This session writes no files.", done=False)
        if what == "export":
            kind, _, rest = rest.partition(" ")
            if kind != "scenario":
                says = "export scenario FILE writes it with the parameters of here, FILE start of the start"
                return Reply(says, done=False)
        self._write(what, rest.strip())
        return Reply()

    # -- conditions -------------------------------------------------------------------------------

    def _with_condition(self, word: str, text: str, offset: int) -> Reply:
        trace = self._walk.journey.trace
        try:
            meaning = meaning_of(text, trace.scenario)
        except ConditionError as error:
            return _misunderstood(error, offset)
        if word == "break":
            made = self._walk.breakpoints.add(text)
            return Reply(made.words)
        if word == "find":
            trace = self._walk.journey.trace
            self._walk.count(meaning, lambda found: self._tell(counted_words(trace, meaning.text, found)))
        else:
            back = word == "since"
            self._walk.look_for(meaning, back=back, nowhere=nowhere_words(text, back=back))
        return Reply()

    def _watch(self, text: str, offset: int) -> Reply:
        try:
            return Reply(self._walk.watches.add(self._walk.journey.trace, text))
        except ConditionError as error:
            return _misunderstood(error, offset)

    # -- what if ----------------------------------------------------------------------------------

    def _set(self, text: str) -> Reply:
        from engine.branching.making import changed_scenario
        from engine.branching.typed_changes import change_named

        trace, here = self._walk.place
        change = change_named(trace, here, text)
        if isinstance(change, str):
            return Reply(change, done=False)
        try:
            changed_scenario(trace.scenario, trace.order, change)
        except ValueError as error:
            return Reply(str(error), done=False)
        self._go_on(lambda: self._walk.branch(change))
        return Reply()

    def _poke(self, text: str) -> Reply:
        from engine.branching.typed_changes import poke_named

        found = poke_named(*self._walk.place, text)
        if isinstance(found, str):
            return Reply(found, done=False)
        self._go_on(lambda: self._walk.set_by_hand(*found))
        return Reply()

    def _nudge(self, text: str) -> Reply:
        from engine.branching.typed_changes import number_named
        from engine.facts.slopes.nudge import nudged
        from engine.words.runs.branched import nudge_lines

        trace, here = self._walk.place
        name, _, by = text.rpartition(" ")
        number = number_named(trace, here, name.strip())
        if isinstance(number, str) or number.reference.quantity not in PARAMETERS:
            return Reply(f"nudge takes a parameter and by how much: {_NUDGE}", done=False)
        try:
            size = float(by)
        except ValueError:
            return Reply(f"{shortened(by, 20)!r} is no number: {_NUDGE}", done=False)
        iteration = trace.schedule.site(here.step).iteration

        def told() -> str:
            return "\n".join(nudge_lines(trace, number, nudged(trace, iteration, number, size)))

        if (maker := self._walk.apart) is None:
            return Reply(told(), done=False, answers=True)
        maker.make(ASKED, told, self._tell)
        return Reply("The losses are being computed.")

    def _enter(self, text: str) -> Reply:
        if not (text.isascii() and text.isdigit()):
            return Reply("run takes the number of a run; branches shows them", done=False)
        self._go_on(lambda: self._walk.enter(int(text[:9]) - 1))
        return Reply()

    # -- breakpoints ------------------------------------------------------------------------------

    def _with_number(self, word: str, text: str) -> Reply:
        if word == "run":
            return self._enter(text)
        if word == "drop":
            place = int(text[:9]) - 1 if text.isascii() and text.isdigit() else -1
            return Reply(self._walk.watches.remove(self._walk.journey.trace, place))
        says, done = self._walk.breakpoints.obey(word, text)
        return Reply(says, done=done)


def _misunderstood(error: ConditionError, offset: int) -> Reply:
    says = f"{error.says[:1].upper()}{error.says[1:]}."
    return Reply(f"Column {error.column + offset}: {says} {error.remedy}".strip(), done=False)


def completions(text: str) -> list[str]:
    """Return the words that may stand at the end of a command that is being typed."""
    word, space, rest = _bare(text).partition(" ")
    if not space:
        return [one for one in EVERY_COMMAND if one.startswith(word)] if word else []
    if word == "export" and rest:
        return [one for one in ("scenario",) if one.startswith(rest)]
    begun = re.search(r"[a-z_]+$", rest)
    if begun is None or word not in (*WITH_CONDITION, *WITH_EXPRESSION, "set"):
        return []
    if word == "set":
        return [one for one in SETTABLE if one.startswith(begun[0]) and begun[0] == rest]
    return [one for one in EVERY if one.startswith(begun[0])]


def completed(text: str) -> list[str]:
    """Return a command with its last word completed, by each that fits, the shortest before all others."""
    begun, fitting = re.search(r"[\w-]+$", text), completions(text)
    before = text[: begun.start()] if begun is not None else text
    shortest = min(fitting, key=len, default="")
    return [before + one for one in sorted(fitting, key=lambda one: one != shortest)]


def _bare(text: str) -> str:
    """Return a command without the key that the screen and the README write before it."""
    return text.removeprefix(":").lstrip()
