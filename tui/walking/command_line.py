"""What may be typed as a command, and what does it do?

Conditions lead to steps, stop at them or are counted; anything that a key does can be typed by its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from engine.conditions.grammar import ConditionError
from engine.conditions.meaning import meaning_of
from engine.conditions.words import EVERY
from engine.facts.theirs import theirs_of
from engine.looking.cursor import leap
from engine.looking.places import step_named
from engine.read.document.text import shortened
from engine.read.findings import nearest
from tui import keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.conditions.meaning import Meaning
    from engine.conditions.reach import Count
    from tui.walking.walk import Walk

WITH_CONDITION = {
    "until": "on to the next step at which CONDITION begins to hold",
    "since": "back to the last step at which it began to hold",
    "break": "stop playing and longer moves where it begins to hold",
    "find": "how often it holds, and where",
}
WITH_NUMBER = {"delete": "a breakpoint", "disable": "a breakpoint", "enable": "it again"}
WITH_FILE = {"mine": "hold the numbers of a FILE of your own against this iteration"}
ALONE = {"breaks": "the breakpoints"}


_PLACE = re.compile(r"i?[0-9][0-9,.]*%?|[+-][0-9,]+")
"""What looks like a step's number, or another way to name a step."""


class Reply(NamedTuple):
    """What is said of a command; `done` when there is nothing more to type."""

    text: str = ""
    done: bool = True


def _named() -> dict[str, str]:
    """Return the actions of keys by their names, and by those of the footer."""
    found = {name: key.action for name, key in keys.NAMED.items()}
    for key in keys.KEYS:
        found.setdefault(key.name.replace(" ", "-"), key.action)
    return {name: action for name, action in found.items() if re.fullmatch(r"[\w-]+", name)}


NAMED = _named()
"""What keys do, by a name that can be typed."""

EVERY_COMMAND = tuple(dict.fromkeys((*WITH_CONDITION, *ALONE, *WITH_NUMBER, *WITH_FILE, *NAMED)))


class CommandLine:
    """Obeys commands on a walk; `act` does what a key does, `tell` says what has been found.

    One that is `closed` reads no files.
    """

    def __init__(
        self, walk: Walk, act: Callable[[str], None], tell: Callable[[str], None], *, closed: bool = False
    ) -> None:
        self._walk, self._act, self._tell, self._closed = walk, act, tell, closed

    def obey(self, text: str) -> Reply:
        """Do what is typed, or say why not."""
        word, _, rest = text.strip().partition(" ")
        rest = rest.strip()
        if not word:
            return Reply("Such as until loss < 0.01; tab completes, ↑ has what was typed before", done=False)
        if word in WITH_CONDITION:
            return self._with_condition(word, rest, text.index(rest) if rest else len(text) + 1)
        if word in WITH_NUMBER:
            return self._with_number(word, rest)
        if word in WITH_FILE:
            return self._hold(rest)
        if rest:
            return self._unknown(word, f"{word} takes nothing after it" if word in EVERY_COMMAND else "")
        if word == "breaks":
            return Reply(self._listed(), done=False)
        if _PLACE.fullmatch(word):
            return self._go_to(word)
        if word in NAMED:
            self._act(NAMED[word])
            return Reply()
        return self._unknown(word)

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

    def _hold(self, file: str) -> Reply:
        """Hold somebody's numbers against the iteration that is looked at; without a file say the verdict."""
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
        from engine.read.complaints import ScenarioError

        try:
            theirs = theirs_in(file, trace.scenario, trace.schedule.site(here.step).iteration)
        except ScenarioError as error:
            return Reply(str(error), done=False)
        self._walk.hold(theirs)
        return Reply(theirs.verdict)

    # -- conditions -------------------------------------------------------------------------------

    def _with_condition(self, word: str, text: str, offset: int) -> Reply:
        trace = self._walk.journey.trace
        try:
            meaning = meaning_of(text, trace.scenario)
        except ConditionError as error:
            says = f"{error.says[:1].upper()}{error.says[1:]}."
            return Reply(f"Column {error.column + offset}: {says} {error.remedy}".strip(), done=False)
        if word == "break":
            made = self._walk.breakpoints.add(text)
            return Reply(made.words)
        if word == "find":
            self._walk.count(meaning, lambda found: self._tell(self._counted(meaning, found)))
        else:
            back = word == "since"
            nowhere = f"At no {'earlier' if back else 'later'} step it begins to hold: {text}"
            self._walk.look_for(meaning, back=back, nowhere=nowhere)
        return Reply()

    def _counted(self, meaning: Meaning, found: Count) -> str:
        trace = self._walk.journey.trace
        if found.first is None or found.last is None:
            return f"In none of {trace.iterations:,} iterations: {meaning.text}"
        first, last = (trace.schedule.site(step).iteration + 1 for step in (found.first, found.last))
        where = f"step {found.first + 1:,} (iteration {first:,})"
        if found.iterations > 1:
            where = f"steps {where.removeprefix('step ')} to {found.last + 1:,} ({last:,})"
        return f"In {found.iterations:,} of {trace.iterations:,} iterations: {where}"

    # -- breakpoints ------------------------------------------------------------------------------

    def _with_number(self, word: str, text: str) -> Reply:
        breakpoints = self._walk.breakpoints
        if not (text.isascii() and text.isdigit()):
            return Reply(f"{word} takes the number of a breakpoint; breaks lists them", done=False)
        one = breakpoints.find(int(text[:9]))
        if one is None:
            return Reply(f"There is no breakpoint {text[:9]}; breaks lists them", done=False)
        if word == "delete":
            breakpoints.every.remove(one)
            return Reply(f"Breakpoint {one.number} is gone: {one.text}")
        one.off = word == "disable"
        return Reply(f"Breakpoint {one.number} is {'off' if one.off else 'on'}: {one.text}")

    def _listed(self) -> str:
        every = self._walk.breakpoints.every
        if not every:
            return "There are no breakpoints; break CONDITION makes one"
        return "\n".join(f"{one.number}  {one.text}{'  (off)' if one.off else ''}" for one in every)


def completions(text: str) -> list[str]:
    """Return the words that may stand at the end of a command that is being typed."""
    word, space, rest = text.partition(" ")
    if not space:
        return [one for one in EVERY_COMMAND if one.startswith(word)] if word else []
    begun = re.search(r"[a-z_]+$", rest)
    if word not in WITH_CONDITION or begun is None:
        return []
    return [one for one in EVERY if one.startswith(begun[0])]


def completed(text: str) -> str | None:
    """Return a command with its last word completed, if there is one that fits."""
    fitting = completions(text)
    if not fitting:
        return None
    begun = re.search(r"[\w-]+$", text)
    assert begun is not None
    first = min(fitting, key=len)
    return text[: begun.start()] + first
