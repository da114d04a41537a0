"""Which sums over a batch are wrong, and what is the share of each sample in them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.diagnosis.samples.values import batch_of
from engine.equations import forward
from engine.equations.equation import Variable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.diagnosis.iteration.values import Values
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.readings import Reading

_TOTALS = 3
"""Sums that are looked at."""
_LONGEST = 1_000
"""Numbers of a sum that are looked at."""


class Totals(NamedTuple):
    """The first sums over a batch that are wrong; all numbers of them that are looked at, in one row."""

    bench: Bench
    readings: Sequence[Reading]

    @property
    def numbers(self) -> Array:
        """Somebody's numbers [number], as sums: a mean is taken times the samples of the batch."""
        return np.hstack([one.array.ravel()[:_LONGEST] * self._times(one) for one in self.readings])

    @property
    def within(self) -> Array:
        """How far each of them may be off [number]."""
        found = []
        for one in self.readings:
            ours = self.bench.right.of(one.variable)
            within = np.broadcast_to(self.bench.within(one, ours), ours.shape)
            found.append(within.ravel()[:_LONGEST] * self._times(one))
        return np.hstack(found)

    def _times(self, reading: Reading) -> float:
        return 1.0 if reading.variable == reading.quantity.variable else float(len(batch_of(self.bench)))

    def shares(self, values: Values) -> Array:
        """Return what each sample of an iteration adds to them [sample, number]."""
        return np.hstack([_shares(values, one)[:, :_LONGEST] for one in self.readings])


def totals_of(bench: Bench, bad: Sequence[Reading]) -> Totals | None:
    """Return the first sums over a batch among what is wrong; None if there are none."""
    found = [one for one in bad if one.quantity.is_total and one.quantity.group != "recurrent_weights"]
    return Totals(bench, found[:_TOTALS]) if found else None


def _shares(values: Values, reading: Reading) -> Array:
    """Return the share of each sample in a total, as [sample, number]."""
    layer = reading.quantity.layer
    delta = values.of(Variable("delta", layer))
    if reading.quantity.group == "biases":
        return np.asarray(delta.sum(axis=0))
    below = values.of(forward.INPUT if layer == 1 else Variable("activation", layer - 1))
    rows = max(1, _LONGEST // below.shape[2] + 1)
    found = np.einsum("tsi,tsj->sij", delta[:, :, :rows], below)
    return np.asarray(found.reshape(len(found), -1))
