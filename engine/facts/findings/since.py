"""From which iteration on does something hold, to the end of what has been run?

Where it can be had soon every iteration is asked; else it is told how many were looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.facts.findings.finding import TO_THE_END, Seen, begins_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.arrays import Mask
    from engine.run.tracing import Trace

_PLAYED = 128
_WORK = 400_000_000
"""Iterations, and multiply-adds, that are soon played: some tenths of a second."""

_PIECE = 16
_ASKED = 16  # iterations that are asked by halves besides


class Since(NamedTuple):
    """The iteration from which on something holds to the end, and in which ones it was seen to."""

    iteration: int
    seen: Seen


def since(
    trace: Trace, holds: Callable[[int], Mask], places: Sequence[int], sure: bool = False
) -> list[Since | None]:
    """Return from when on each of some things holds to the last of some places; None where it doesn't there.

    `holds` tells of an iteration which of them do. What is `sure` to stay so is not asked for in between.
    """
    asked: dict[int, Mask] = {}

    def at(iteration: int) -> Mask:
        if iteration not in asked:
            asked[iteration] = holds(iteration)
        return asked[iteration]

    stop = places[-1] + 1
    soon = max(trace.begins, stop - played_soon(trace))
    found: list[Since | None] = []
    for one in range(len(at(places[-1]))):
        failing = next((place for place in reversed(places) if not at(place)[one]), trace.begins - 1)
        if failing == places[-1]:
            found.append(None)
        elif failing < trace.begins and sure:
            found.append(Since(trace.begins, TO_THE_END))
        elif (last := _last_failing(at, one, max(failing, soon - 1), stop)) >= soon or last == failing:
            found.append(Since(last + 1, TO_THE_END))
        else:
            after = [place for place in places if place > failing]
            begin = after[0]
            if failing >= trace.begins and len(asked) < len(places) + played_soon(trace) + _ASKED:
                begin = begins_at(lambda place, one=one: bool(at(place)[one]), failing, begin)  # type: ignore[misc]
            looked = len(after) + (begin < after[0])
            found.append(Since(begin, Seen(looked, looked)))
    return found


def _last_failing(at: Callable[[int], Mask], one: int, before: int, stop: int) -> int:
    """Return the last iteration before `stop` in which something does not hold; else that `before` them.

    From the end on, some at a time: forwards each is soon played after the one before.
    """
    while stop > before + 1:
        start = max(before + 1, stop - _PIECE)
        every = [bool(at(place)[one]) for place in range(start, stop)]
        if not all(every):
            return start + max(place for place, holds in enumerate(every) if not holds)
        stop = start
    return before


def played_soon(trace: Trace) -> int:
    """Return how many iterations of a run are soon played."""
    each = trace.scenario.network.parameters * trace.shapes.batch_size * trace.shapes.times
    return max(1, min(_PLAYED, _WORK // max(1, each)))
