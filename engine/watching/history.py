"""What is a number of a run now, and what was it at the end of each iteration?

Any number or expression of the condition language (`engine.watching.watched_number`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.conditions.evaluate import number_of
from engine.conditions.given import Reading, asked, is_parameter
from engine.conditions.layout import NOTHING, Layouts
from engine.conditions.meaning import number_meaning
from engine.conditions.numbers import Iterations, Numbers
from engine.conditions.played import values_in
from engine.conditions.words import WORDS
from engine.facts.losses import far_apart
from engine.kept import Kept
from engine.once import once
from engine.run.curve import Curve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.conditions.evaluate import Held
    from engine.conditions.meaning import Meaning
    from engine.run.tracing import Trace

_POINTS = 1 << 11
_PIECE = 64


def value_at(trace: Trace, meaning: Meaning, step: int) -> float | None:
    """Return what a watched number is at a step (0-based); None where it has no value yet.

    Parameters that no step of the iteration has changed yet are what the iteration began with.
    """
    iteration = trace.schedule.site(step).iteration
    held = _held(trace, meaning.text, iteration)
    at = int(held.at[step - trace.schedule.first_step(iteration)])
    if at != NOTHING:
        return float(held.data[0, at])
    if not all(is_parameter(leaf) for leaf in asked(meaning.every)):
        return None
    return float(_held(trace, meaning.text, iteration, begins=True).data[0, 0])


def _held(trace: Trace, text: str, iteration: int, *, begins: bool = False) -> Held:
    """Return a number of one iteration at each of its steps; kept for the steps that are looked at next.

    Parameters as the iteration `begins` with them, where that is asked for.
    """
    return _HELD.of(
        trace, (text, iteration, begins), lambda: _computed(trace, text, iteration, begins=begins)
    )


_HELD: Kept[Trace, Held] = Kept(8 << 20, lambda held: held.data.nbytes + held.at.nbytes)


def _computed(trace: Trace, text: str, iteration: int, *, begins: bool) -> Held:
    meaning = number_meaning(text, trace.scenario)
    layouts = Layouts(trace.schedule, meaning.every)
    ((layout, iterations),) = layouts.groups(iteration, 1)
    numbers = trace.iteration(iteration)
    arrays = {leaf: values_in(numbers, layout, leaf)[None] for leaf in asked(meaning.every)}
    if begins:
        for leaf, array in arrays.items():
            before = getattr(numbers.before, WORDS[leaf.word].quantity)[(leaf.layer or 1) - 1]
            arrays[leaf] = np.broadcast_to(before if leaf.entry is None else before[leaf.entry], array.shape)
    rows = Reading(trace, meaning.every, layouts).rows(layout, iterations, arrays)
    with np.errstate(all="ignore"):
        return number_of(meaning, Iterations(rows))


class Extreme(NamedTuple):
    """The smallest or the largest value, and the iteration at whose end it was."""

    value: float
    iteration: int


class History:
    """What a watched number was at the end of each iteration that has been run, within a fixed memory.

    `low` and `high` are the smallest and the largest, None while there is none; `curve` is what is kept.
    """

    def __init__(self, trace: Trace, meaning: Meaning) -> None:
        self.meaning = meaning
        self.curve = Curve(_POINTS)
        self.low: Extreme | None = None
        self.high: Extreme | None = None
        self._trace = trace

    @once
    def _numbers(self) -> Numbers:
        # Made by who reads on: of an iteration of a million steps it takes long.
        return Numbers(self._trace, self.meaning.every, moves=False)

    @property
    def done(self) -> bool:
        """Whether it knows all that has been run."""
        return self.curve.iterations >= self._trace.computed

    def follow(self) -> Iterator[None]:
        """Read on to where the run has come, piece by piece."""
        pace = _PIECE
        while not self.done:
            began = time.perf_counter()
            first = self.curve.iterations
            count = min(pace, self._trace.computed - first)
            if first < self._trace.begins:  # what is before is another run's
                count = min(count, self._trace.begins - first)
                self._add(first, np.full(count, np.nan))
            else:
                self._add(first, self._read(first, count))
            yield
            took = max(time.perf_counter() - began, 1e-6)
            pace = max(1, min(4 * pace, int(pace * 0.004 / took), 1 << 13))

    def _read(self, first: int, count: int) -> Array:
        values = np.full(count, np.nan)
        with np.errstate(all="ignore"):
            for some in self._numbers.read(first, count):
                held = number_of(self.meaning, some)
                at = int(held.at[-1])
                if at != NOTHING:
                    values[some.iterations - first] = held.data[:, at]
        return values

    def _add(self, first: int, values: Array) -> None:
        self.curve.add(values)
        there = np.flatnonzero(np.isfinite(values))
        if not len(there):
            return
        for smallest in (True, False):
            place = int(there[np.argmin(values[there]) if smallest else np.argmax(values[there])])
            mine = Extreme(float(values[place]), first + place)
            known = self.low if smallest else self.high
            if known is None or (mine.value < known.value if smallest else mine.value > known.value):
                if smallest:
                    self.low = mine
                else:
                    self.high = mine


class Watched(NamedTuple):
    """A watched number: as it was typed, what it asks of the run, and what it was."""

    text: str
    meaning: Meaning
    history: History


def is_logarithmic(one: Watched, chosen: bool | None) -> bool:
    """Return whether a number has a logarithmic scale: by itself, or `chosen` where it was always above 0."""
    values = one.history.curve.values()
    if chosen is None:
        return far_apart(values)
    low = one.history.low
    return chosen and low is not None and low.value > 0.0
