"""At which steps of a run does a condition hold? Searched forwards or backwards, piece by piece.

Iterations that have been run are read again from where their parameters are known; others are run. Between
two pieces whoever searches can show how far it is, or give up.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.conditions.evaluate import edges, first_steps
from engine.conditions.numbers import Numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array, Mask
    from engine.conditions.evaluate import Whole
    from engine.conditions.meaning import Meaning
    from engine.run.tracing import Trace

_LONGEST, _NUMBERS = 1 << 15, 1 << 20  # iterations of a piece, and numbers that are read of it
_BEGINNING = 64  # iterations of the first piece


class Piece(NamedTuple):
    """What was found in some more iterations; `done` of those asked for have been searched.

    `iterations` are those in which the condition holds, in rising order; `steps` the first step of each at
    which it does; `values` what the number is there that it is about, `known` where there is one.
    """

    done: int
    iterations: Whole
    steps: Whole
    values: Array
    known: Mask


def search(
    trace: Trace,
    meaning: Meaning,
    asked: range,
    *,
    back: bool = False,
    seconds: float = 0.05,
    run_on: bool = False,
) -> Iterator[Piece]:
    """Yield what is found in the iterations asked for, piece by piece, each of about so many seconds.

    Searched `back`, later pieces come first. What has not been run is then searched on the way there, and
    kept. With `run_on` the run itself goes on, too, so that what is found can be looked at at once.
    """
    numbers = Numbers(trace, meaning.every, moves=meaning.moves)
    largest = _largest(numbers, meaning)
    pace = _Pace(min(_BEGINNING, largest), largest, seconds)
    first, stop, done = asked.start, asked.stop, 0
    known = max(first, min(stop, trace.computed)) if back else first
    kept: list[Piece] = []
    at = known
    while at < stop:
        count = min(pace.pace, stop - at)
        with pace:
            if run_on:
                trace.advance(at + count - trace.computed)
            piece = _searched(trace, meaning, numbers, at, count)
        at += count
        done += count
        if back:
            kept.append(piece)
            piece = _NOTHING
        yield piece._replace(done=done)
    while kept:
        yield kept.pop()._replace(done=done)
    while back and known > first:
        count = min(pace.pace, known - first)
        with pace:
            piece = _searched(trace, meaning, numbers, known - count, count)
        known -= count
        done += count
        yield piece._replace(done=done)


def edges_in(trace: Trace, meaning: Meaning, iteration: int) -> Whole:
    """Return the steps of an iteration at which a condition begins to hold."""
    (iterations,) = Numbers(trace, meaning.every, moves=meaning.moves).read(iteration, 1)
    with np.errstate(all="ignore"):
        return trace.schedule.first_step(iteration) + edges(meaning, iterations)


_NOTHING = Piece(
    0,
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.int64),
    np.zeros(0),
    np.zeros(0, dtype=np.bool_),
)


def _searched(trace: Trace, meaning: Meaning, numbers: Numbers, first: int, count: int) -> Piece:
    parts = []
    with np.errstate(all="ignore"):
        for some in numbers.read(first, count):
            found = first_steps(meaning, some)
            if len(found.places):
                mine = some.iterations[found.places].astype(np.int64)
                steps = trace.schedule.first_steps(mine) + found.steps
                parts.append(Piece(0, mine, steps, found.values, found.known))
    if len(parts) <= 1:
        return parts[0] if parts else _NOTHING
    joined = [np.concatenate(arrays) for arrays in zip(*(part[1:] for part in parts), strict=True)]
    order = np.argsort(joined[0])
    return Piece(0, *(array[order] for array in joined))


def _largest(numbers: Numbers, meaning: Meaning) -> int:
    """Return how many iterations can be read at once."""
    layout = numbers.layouts.of_batch(0)
    each = len(layout)
    for leaf in meaning.every:
        each += len(layout.of(leaf).keys) * math.prod(leaf.shape)
    return max(1, min(_LONGEST, _NUMBERS // each))


class _Pace:
    """How many iterations are a piece, by how long the last one took."""

    def __init__(self, first: int, largest: int, seconds: float) -> None:
        self.pace = first
        self._largest, self._seconds = largest, seconds
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        took = max(time.perf_counter() - self._began, 1e-6)
        wanted = int(self.pace * self._seconds / took)
        self.pace = max(1, min(4 * self.pace, wanted, self._largest))
