"""Which numbers does the user watch, and how is their history read while he steps on?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from engine.run.tracing import Trace
    from engine.watching.history import Watched
    from tui.meanwhile.maker import Maker
    from tui.meanwhile.quest import Quest

MOST = 12
"""Numbers that are watched at most."""


class Watches:
    """The numbers that are watched, in the order in which they were asked for.

    `changed` is called when there is another one, or more is known of them; `apart` returns who reads on in a
    large run.
    """

    def __init__(self, changed: Callable[[], None], apart: Callable[[], Maker | None] = lambda: None) -> None:
        self._changed, self._apart = changed, apart
        self._trace: Trace | None = None
        self._quest: Quest[None] | None = None
        self.every: tuple[Watched, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is watched, as it was typed."""
        return tuple(one.text for one in self.every)

    def add(self, trace: Trace, text: str) -> str:
        """Watch a number, too; return what is said of it.

        Raises:
            ConditionError: it is no number of the run.
        """
        if text in self.texts:
            return f"{_called(trace, text)} is watched already."
        if len(self.every) == MOST:
            return f"No more than {MOST} numbers are watched: drop 1 makes room."
        self.watch(trace, (*self.texts, text))
        return f"{_called(trace, text)} is watched: W shows how it went."

    def remove(self, trace: Trace, place: int) -> str:
        """Watch a number no more, by its place; return what is said of it."""
        if not 0 <= place < len(self.every):
            return f"There is no watched number {place + 1}: W shows them."
        text = self.texts[place]
        self.watch(trace, (*self.texts[:place], *self.texts[place + 1 :]))
        return f"{_called(trace, text)} is watched no more."

    def toggle(self, trace: Trace, text: str) -> str:
        """Watch a number, or no more if it is."""
        return self.remove(trace, self.texts.index(text)) if text in self.texts else self.add(trace, text)

    def watch(self, trace: Trace, texts: tuple[str, ...]) -> None:
        """Watch these numbers of a run; what is known of those that were watched stays.

        Raises:
            ConditionError: one of them is no number of the run.
        """
        # Imported when something is watched: most sessions never do.
        from engine.conditions.meaning import number_meaning
        from engine.watching.history import History, Watched

        known = {one.text: one for one in self.every} if trace is self._trace else {}
        every = []
        for text in texts:
            one = known.get(text)
            if one is None:
                meaning = number_meaning(text, trace.scenario)
                one = Watched(text, meaning, History(trace, meaning))
            every.append(one)
        self.every, self._trace = tuple(every), trace
        self.follow()
        self._changed()

    def enter(self, trace: Trace) -> None:
        """Go on in another run with those of the numbers that it has."""
        if self.every:
            self.show(trace, self.texts)

    def show(self, trace: Trace, texts: tuple[str, ...]) -> None:
        """Watch those of some numbers that a run has, and no others."""
        if texts == self.texts and (trace is self._trace or not texts):
            return
        if not texts:
            self.forget()
            return
        from engine.conditions.grammar import ConditionError
        from engine.conditions.meaning import number_meaning

        good = []
        for text in texts:
            try:
                number_meaning(text, trace.scenario)
            except ConditionError:
                continue
            good.append(text)
        self.watch(trace, tuple(good))

    def forget(self) -> None:
        """Watch nothing, for another scenario."""
        self.end()
        self.every = ()
        self._changed()

    def follow(self) -> None:
        """Read on to where the run has come, unless that goes on."""
        if not self.every or (self._quest is not None and self._quest.runs):
            return
        if all(one.history.done for one in self.every):
            return
        # Imported when something is watched: most sessions never do.
        from tui.meanwhile.quest import Quest

        self._quest = Quest(self._following(), lambda _: self._changed(), self._changed, self._apart())
        self._quest.start()

    def end(self) -> None:
        """Read no more."""
        if self._quest is not None:
            self._quest.stop()

    def _following(self) -> Generator[float, None, None]:
        # Others may be added on the way.
        while (behind := next((one for one in self.every if not one.history.done), None)) is not None:
            for _ in behind.history.follow():
                yield 0.0


def _called(trace: Trace, text: str) -> str:
    """Return what a watched number is called on the screen."""
    from engine.watching.watched_number import symbol_of  # most sessions never watch any

    return symbol_of(text, trace.shapes.recurrent) or text
