"""Which numbers are known by now, and which does the present step read and write?

Asked for a value of the iteration that the cursor is in; what a later step will write is None, never 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.theirs import theirs_of
from engine.facts.entry import array_of
from engine.facts.number import Traced
from engine.looking.selection import explained, selected
from engine.order.quantities import PARAMETERS, Quantity, Reference, group_of

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


class Known:
    """The knowledge at a step: `sample` and `time` are those of the step.

    Where it `is_compared` a number may have another one beside it: what it should be, or what somebody has.

    An update of a whole batch has neither: the last ones that were worked on stand in, as at an update
    out of turn.
    """

    def __init__(self, trace: Trace, cursor: Cursor) -> None:
        self.trace = trace
        self.cursor = cursor
        self.step = cursor.step
        self.site = trace.schedule.site(cursor.step)
        self.iteration = self.site.iteration
        batch, at = trace.shapes.batch(self.iteration), trace.schedule.anchor(cursor.step)
        self.sample = batch.stop - 1 if at.sample is None else at.sample
        self.time = at.time or 0
        self.reads = frozenset(trace.flow.reads(cursor.step))
        self.writes = frozenset(trace.flow.writes(cursor.step))
        # Asked once, not of each number: mostly nothing stands beside any.
        self.is_compared = trace.disturbed or theirs_of(trace) is not None
        self._found: dict[Reference, Array | None] = {}
        self._named: dict[tuple[Quantity, int | None], Reference] = {}
        self.explained = explained(trace, cursor)
        self.selected = selected(trace, cursor) if cursor.focus or cursor.term is not None else None

    def reference(self, quantity: Quantity, layer: int | None) -> Reference:
        """Return the reference of a quantity at the step's sample and time.

        Kept, as it is asked for at each of an array's numbers.
        """
        found = self._named.get((quantity, layer))
        if found is None:
            found = self._named[quantity, layer] = self._reference(quantity, layer)
        return found

    def _reference(self, quantity: Quantity, layer: int | None) -> Reference:
        if quantity in PARAMETERS:
            assert layer is not None
            version = self.trace.schedule.updates_before(self.step, layer)
            written = Reference(quantity, self.iteration, layer, version=version + 1)
            if written in self.writes:
                return written
            return Reference(quantity, self.iteration, layer, version=version)
        return Reference(quantity, self.iteration, layer, self.sample, self.time)

    def array(self, quantity: Quantity, layer: int | None) -> Array | None:
        """Return a vector or matrix at the step's sample and time; None if it is not known yet."""
        return self.at(self.reference(quantity, layer))

    def at(self, reference: Reference) -> Array | None:
        """Return what a reference names; None if it is not known yet."""
        if reference not in self._found:
            writer = self.trace.flow.writer(reference)
            later = writer is not None and writer > self.step
            # Kept, as the same weights are asked for again and again.
            self._found[reference] = None if later else array_of(self.trace, reference)
        return self._found[reference]

    def leaves(self, reference: Reference, index: tuple[int, ...]) -> bool:
        """Return whether this step leaves a parameter as it was: it is not trained, nor set by hand."""
        if reference not in self.writes or reference.quantity not in PARAMETERS:
            return False
        assert reference.layer is not None
        assert reference.version is not None
        if self.trace.scenario.network.layers[reference.layer - 1].trains_at(reference.quantity, index):
            return False
        old = array_of(self.trace, reference._replace(version=reference.version - 1))
        return bool(array_of(self.trace, reference)[index] == old[index])

    @property
    def waits(self) -> bool:
        """Whether the number that is looked at is not known yet: nothing of this step leads to it."""
        return self.selected is not None and not Traced(self.trace, self.selected).known(self.step)

    @property
    def pixel(self) -> int:
        """The input that is looked at: that of the selected number, if it is an input or a weight of one."""
        number = self.selected
        if number is not None and number.reference.layer == 0:
            return number.index[0]
        if (
            number is not None
            and number.reference.layer == 1
            and group_of(number.reference.quantity) == "weights"
        ):
            return number.index[1]
        return self.cursor.units[0]

    @property
    def is_of_batch(self) -> bool:
        """Whether the step updates a layer by a whole batch, and a number of that is looked at."""
        layer = self.site.layer if self.site.kind == "update" and self.site.sample is None else None
        if layer is None or len(self.trace.shapes.batch(self.iteration)) == 1:
            return False
        reference = self.explained.reference
        return reference.layer == layer and reference.version is not None

    def shows_delta(self, layer: int) -> bool:
        """Return whether the way back has come to a layer: what is said of a neuron then is its delta."""
        back = self.site.kind in ("delta", "gradient", "update") and layer >= (self.site.layer or 0)
        return back and self.array("delta", layer) is not None
