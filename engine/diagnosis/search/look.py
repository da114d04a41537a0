"""Which two mistakes may make somebody's numbers together, as is seen from a few of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.program.cycles import CircularError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.diagnosis.iteration.values import Values
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.readings import Reading
    from engine.equations.equation import Variable

_LOOKED_AT = 12
"""At how many numbers it is seen whether two mistakes may make them together."""
_SAME = 1e-7
"""Which share of a number two mistakes may be off there, beside the rounding of theirs."""
STEPS = 8
"""Steps in which mistakes that reproduce all are told apart by how closely they do."""


class Look(NamedTuple):
    """Some numbers of a variable: as they are right, as somebody has them, and how far these may be off.

    `before` is what the iteration began with, of parameters after it. Two mistakes that leave each other
    alone multiply what they do to what is added to that, or add it: so is seen from few numbers which two may
    make theirs together.
    """

    variable: Variable
    places: tuple[npt.NDArray[np.intp], ...]
    before: Array
    right: Array
    theirs: Array
    within: Array

    def at(self, values: Values) -> Array:
        """Return the numbers as an iteration has them."""
        try:
            return values.of(self.variable)[self.places]
        except CircularError:
            return np.full(len(self.right), np.nan)

    def fits(self, one: Values, other: Values) -> bool:
        """Return whether what two mistakes have made is theirs together."""
        return bool(self._apart(self.at(one), self.at(other)[None])[0] <= 1.0)

    def together(self, effects: Sequence[Array]) -> list[tuple[int, int]]:
        """Return which of the numbers that mistakes have made are theirs, two and two; the closest first."""
        made = np.array(effects).reshape(len(effects), len(self.right))
        found = []
        for place, one in enumerate(made):
            apart = self._apart(one, made[place + 1 :])
            found += [
                (round(STEPS * float(apart[at])), place, place + 1 + int(at))
                for at in np.flatnonzero(apart <= 1.0)
            ]
        return [(one, other) for _, one, other in sorted(found)]

    def _apart(self, one: Array, others: Array) -> Array:
        """Return how far one [number] and each of others [mistake, number] are off, of what they may."""
        right, theirs, first, second = (x - self.before for x in (self.right, self.theirs, one, others))
        may = self.within + _SAME * np.abs(theirs)
        added = first + second - right
        worst = np.full(len(others), np.inf)
        for together in (np.where(right == 0.0, added, first * second / right), added):
            apart = np.abs(together - theirs) / may
            worst = np.minimum(worst, np.where(np.isnan(apart), np.inf, apart).max(axis=1, initial=0.0))
        return worst


def look_at(bench: Bench, reading: Reading) -> Look:
    """Return some numbers of a reading: those that differ most."""
    variable = reading.variable
    ours = bench.right.of(variable)
    apart = np.abs(reading.array - ours * reading.share).ravel()
    order = np.argsort(-np.where(np.isfinite(apart), apart, -1.0), kind="stable")
    places = np.unravel_index(order[:_LOOKED_AT], ours.shape)
    within = np.broadcast_to(bench.within(reading, ours), ours.shape)[places] / reading.share
    theirs = reading.array[places] / reading.share
    return Look(variable, places, bench.before(variable)[places], ours[places], theirs, within)
