"""Where does the user want to be stopped? Conditions that are kept, with a number each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.ways.moves import STEPPING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.conditions.meaning import Meaning
    from engine.looking.ways.moves import Command
    from engine.run.tracing import Trace

LONGER: tuple[Command, ...] = (
    *(one for one in STEPPING if one not in ("next", "previous")),
    *("same-next", "same-previous"),
)
"""The moves that a breakpoint on the way stops."""


class Breakpoint:
    """A condition that stops playing and longer moves, by its number; not while it is `off`."""

    def __init__(self, number: int, text: str, *, off: bool = False) -> None:
        self.number = number
        self.text = text
        self.off = off

    @property
    def words(self) -> str:
        """What is said where it stops."""
        return f"Breakpoint {self.number}: {self.text}"


class Breakpoints:
    """The breakpoints that there are, in the order in which they were made."""

    def __init__(self) -> None:
        self.every: list[Breakpoint] = []
        self._made = 0
        self._begins: tuple[object, dict[int, int]] = (None, {})

    def add(self, text: str) -> Breakpoint:
        """Make one of a condition that has been understood."""
        self._made += 1
        self.every.append(Breakpoint(self._made, text))
        return self.every[-1]

    def take_up(self, every: Iterable[Breakpoint]) -> None:
        """Have those that were kept, with their numbers, and no others."""
        self.every = list(every)
        self._made = max((one.number for one in self.every), default=0)

    def find(self, number: int) -> Breakpoint | None:
        """Return the one with a number."""
        return next((one for one in self.every if one.number == number), None)

    def listed(self) -> str:
        """Return a line for each."""
        if not self.every:
            return "There are no breakpoints; break CONDITION makes one"
        return "\n".join(f"{one.number}  {one.text}{'  (off)' if one.off else ''}" for one in self.every)

    def obey(self, word: str, number: str) -> tuple[str, bool]:
        """Delete, disable or enable one; return what is said of it, and whether it was done."""
        if not (number.isascii() and number.isdigit()):
            return f"{word} takes the number of a breakpoint; breaks lists them", False
        one = self.find(int(number[:9]))
        if one is None:
            return f"There is no breakpoint {number[:9]}; breaks lists them", False
        if word == "delete":
            self.every.remove(one)
            return f"Breakpoint {one.number} is gone: {one.text}", True
        one.off = word == "disable"
        return f"Breakpoint {one.number} is {'off' if one.off else 'on'}: {one.text}", True

    def forget(self) -> None:
        """Have none, for another scenario."""
        self.every.clear()

    def on(self) -> list[Breakpoint]:
        """Return those that stop."""
        return [one for one in self.every if not one.off]

    def meanings(self, trace: Trace) -> list[Meaning]:
        """Return what those that stop ask of a run."""
        # Imported when there is a breakpoint: most sessions have none.
        from engine.conditions.meaning import meaning_of

        return [meaning_of(one.text, trace.scenario) for one in self.on()]

    def at(self, trace: Trace, step: int) -> Breakpoint | None:
        """Return one whose condition begins to hold at a step."""
        on = self.on()
        if not on:
            return None
        iteration = trace.schedule.site(step).iteration
        key = trace, iteration, tuple(one.number for one in on)
        if self._begins[0] != key:
            from engine.conditions.search import edges_in

            # One who plays asks for the steps of an iteration one after another.
            begins: dict[int, int] = {}
            for one, meaning in zip(on, self.meanings(trace), strict=True):
                for edge in edges_in(trace, meaning, iteration).tolist():
                    begins.setdefault(edge, one.number)
            self._begins = key, begins
        number = self._begins[1].get(step)
        return None if number is None else self.find(number)
