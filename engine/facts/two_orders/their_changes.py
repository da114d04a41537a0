"""What do the user's own numbers make an iteration add to each number, beside what a run adds?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.equation import Variable
from engine.facts.beside.applied import update_with_theirs

if TYPE_CHECKING:
    from engine.facts.beside.applied import Update
    from engine.facts.two_orders.compare import Comparison, Pair
    from engine.facts.two_orders.deviations import Line, Lines
    from engine.run.tracing import Trace


def theirs_beside(trace: Trace, found: Comparison) -> Update | None:
    """Return what the user's own numbers make an update apply, where the first of the two is right."""
    return update_with_theirs(trace, found.iteration) if found.two.first is None else None


class TheirChanges:
    """What the user's own numbers make an update add, if that is another for any parameter."""

    def __init__(self, trace: Trace, found: Comparison) -> None:
        update = theirs_beside(trace, found)
        self._changes = {} if update is None else {one: of.change for one, of in update.by_parameter.items()}
        self.there = any(held.apart.any() for held in self._changes.values())

    def of(self, pair: Pair, index: tuple[int, ...]) -> float | None:
        """Return what is added to a number; None if it is what the run adds."""
        held = self._changes.get(Variable(pair.parameter, pair.layer))
        return float(held.array[index]) if held is not None and held.apart[index] else None

    def in_rest(self, line: Line, lines: Lines) -> int:
        """Return to how many numbers of a layer that are not listed something else is added."""
        layer = line.layer
        of_layer = [self._changes.get(Variable(pair.parameter, layer.layer)) for pair in layer.pairs]
        many = sum(int(held.apart.sum()) for held in of_layer if held is not None)
        listed = (lines[place] for place in range(len(lines)))
        return many - sum(
            self.of(one.pair, one.entry) is not None
            for one in listed
            if one.pair is not None and one.layer is layer
        )
