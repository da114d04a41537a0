"""Which orders of targets make the same numbers, and which of them is the plainest?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.samples.mixed_up import plain_orders
from engine.diagnosis.samples.values import batch_of
from engine.once import once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.diagnosis.iteration.ground import Chosen
    from engine.diagnosis.judging.bench import Bench


class Alike:
    """The targets of a batch and which of them are alike: samples of one class stand for each other."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._own = batch_of(bench)
        self._kinds: dict[bytes, int] = {}
        self._kind: dict[int, int] = {}

    def plainest(self, chosen: Chosen) -> Chosen:
        """Return the plainest order of the targets that makes the same as a chosen one, if there is any."""
        if chosen.inputs != self._own or chosen.targets == self._own:
            return chosen
        order = self._plain.get(self._kinds_of(chosen.targets), chosen.targets)
        return chosen._replace(targets=order)

    def is_plain(self, order: tuple[int, ...]) -> bool:
        """Return whether an order is one of the plain ones."""
        return order in plain_orders(self._bench)

    def has_equals(self) -> bool:
        """Return whether some targets are alike, so that several orders make the same numbers."""
        return len(set(self._kinds_of(self._own))) < len(self._own)

    @once
    def _plain(self) -> dict[tuple[int, ...], tuple[int, ...]]:
        """The plainest order for each row of kinds that one makes."""
        found: dict[tuple[int, ...], tuple[int, ...]] = {}
        for order in plain_orders(self._bench):
            found.setdefault(self._kinds_of(order), order)
        return found

    def _kinds_of(self, order: Sequence[int]) -> tuple[int, ...]:
        """Return a number for the target at each place of an order: the same where they are alike."""
        data = self._bench.scenario.data
        for sample in set(order).difference(self._kind):
            here = data.has_target[sample]
            aims = data.targets[sample] + 0.0  # -0 is 0
            self._kind[sample] = self._kinds.setdefault(aims.tobytes() + here.tobytes(), len(self._kinds))
        return tuple(self._kind[sample] for sample in order)
