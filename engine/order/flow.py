"""What does each step read and what does it write?

From these two lists everything else about the order of things is derived: what an update still
waits for, which step made a number, which numbers a premature update falsifies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.order.quantities import CHANGE_OF, GRADIENT_OF, TOTAL_OF, Quantity, Reference
from engine.order.reads import reads_of
from engine.order.site import Kind, Site

if TYPE_CHECKING:
    from engine.order.schedule import Schedule

_WRITTEN: dict[Kind, tuple[Quantity, ...]] = {
    "forward": ("pre_activation", "activation", "slope"),
    "loss": ("terms", "loss"),
    "delta": ("from_above", "from_future", "error", "delta"),
    "gradient": (*GRADIENT_OF.values(), *TOTAL_OF.values()),
}
"""What a step of each kind writes of a recurrent layer."""

_WRITTEN_OF_DENSE: dict[Kind, tuple[Quantity, ...]] = {
    kind: tuple(name for name in names if not name.startswith(("from_", "recurrent_")))
    for kind, names in _WRITTEN.items()
}

_KIND_OF: dict[Quantity, Kind] = {name: kind for kind, names in _WRITTEN.items() for name in names}


class Flow:
    """The reads and writes of every step of a schedule, and which step wrote what is read."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._shapes = schedule.shapes

    def reads(self, step: int) -> tuple[Reference, ...]:
        """Return what a step reads, in the order of its formula."""
        return reads_of(self._schedule, step)

    def writes(self, step: int) -> tuple[Reference, ...]:
        """Return what a step writes."""
        site = self._schedule.site(step)
        kind, k, sample, time, layer = site
        if kind == "update":
            assert layer is not None
            version = self._schedule.updates_before(step, layer) + 1
            return tuple(
                Reference(name, k, layer, version=version)
                for group in self._shapes.groups(layer)
                for name in (CHANGE_OF[group], group)
            )
        recurrent = layer is not None and self._shapes.recurrent[layer - 1]
        names = (_WRITTEN if recurrent else _WRITTEN_OF_DENSE)[kind]
        return tuple([Reference(name, k, layer, sample, time) for name in names])

    def writer(self, reference: Reference) -> int | None:
        """Return the step that wrote what a reference names; None where the scenario file gave it."""
        if reference.quantity in ("input", "target", "initial_state"):
            return None
        k, layer = reference.iteration, reference.layer
        if reference.version is not None:
            assert layer is not None
            if reference.version > 0:
                return self._schedule.update_step(k, layer, reference.version - 1)
            return self._last_update(k - 1, layer) if k > 0 else None
        return self._schedule.step(
            Site(_KIND_OF[reference.quantity], k, reference.sample, reference.time, layer)
        )

    def updates(self, iteration: int, layer: int) -> int:
        """Return how often a layer 1..L is updated in an iteration."""
        last = self._schedule.first_step(iteration + 1) - 1
        site = self._schedule.site(last)
        return self._schedule.updates_before(last, layer) + int(site.kind == "update" and site.layer == layer)

    def _last_update(self, iteration: int, layer: int) -> int:
        return self._schedule.update_step(iteration, layer, self.updates(iteration, layer) - 1)
