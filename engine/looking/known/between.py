"""Which parameter leads from a unit to another between two layers, and what does the step multiply it with?

Units are counted through: from the size of their layer on they are those of another time, which the next
layer, or on the way back the one below, hears as if they were beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.known.contributions import comes_back, formed_reference, heard_beside

if TYPE_CHECKING:
    from engine.looking.known.numbers import Known
    from engine.order.quantities import Quantity


class Between:
    """The parameters between a layer and the one below it, at the cursor's step.

    On the way `back` errors come through them; `formed` says whether the step makes gradients of them, or an
    update. `past` is what the layer hears of the time before, `future` what the one below hears of the next.
    """

    def __init__(self, known: Known, layer: int) -> None:
        self.known, self.layer = known, layer
        sizes = known.trace.scenario.network.sizes
        self.below, self.above = sizes[layer - 1], sizes[layer] if layer < len(sizes) else 0
        self.back = comes_back(known, layer)
        self.past, self.future = heard_beside(known, layer - 1), heard_beside(known, layer)
        self.kind = known.site.kind if known.site.layer == layer else None
        self.formed = self.kind if self.kind in ("gradient", "update") else None

    def number(self, to: int, source: int) -> Traced:
        """Return the weight from a unit to another, or what the step forms of it."""
        group: Quantity = "weights" if to < self.above and source < self.below else "recurrent_weights"
        layer, index = self.layer, (to, source if source < self.below else source - self.below)
        if to >= self.above:
            layer, index = self.layer - 1, (to - self.above, source)
        reference = self.known.reference(group, layer)
        if self.formed == "gradient":
            reference = formed_reference(self.known, layer, group)
        return Traced(self.known.trace, Number(reference, index))

    def serves(self, to: int, source: int) -> bool:
        """Return whether the step reads a parameter, or forms it, for the neuron that is looked at.

        Of an error's two parts each comes through its own: from above, and from the time after.
        """
        if self.known.waits or not (self.back or self.kind not in (None, "delta")):
            return False
        part = self.known.explained.reference
        other = "from_above" if to >= self.above else "from_future"
        if self.back and part.quantity == other and part in self.known.writes:
            return False
        return (source if self.back else to) == self.known.cursor.units[self.layer - self.back]

    def factor(self, to: int, source: int) -> float | None:
        """Return what a weight is multiplied with: the activation below it or, on the way back, a delta."""
        if self.back:
            at, size, layer, heard = to, self.above, self.layer, self.future
        else:
            at, size, layer, heard = source, self.below, self.layer - 1, self.past
        if at >= size:
            values, at = None if heard is None else heard.values, at - size
        else:
            quantity: Quantity = "delta" if self.back else "activation" if layer else "input"
            values = self.known.array(quantity, layer)
        return None if values is None else float(values[at])

    def letter(self) -> str:
        """Return what the weights are multiplied with, as it is called: x, a1, h1, or a δ."""
        if self.back:
            heard = self.future is not None and self.future.back
            return "δ" if heard and self.above else f"δ{self.layer - heard}"
        below = self.known.reference("activation" if self.layer > 1 else "input", self.layer - 1)
        return Traced(self.known.trace, Number(below, (0,))).symbol.partition("[")[0]

    def change(self, to: int, source: int) -> tuple[float, float]:
        """Return what a weight was before the update of this step, and what has been added to it."""
        new = self.number(to, source)
        assert new.reference.version is not None
        old = new.reference._replace(version=new.reference.version - 1)
        added = formed_reference(self.known, self.layer, new.reference.quantity)
        before, change = (Traced(new.trace, Number(one, new.index)).value for one in (old, added))
        return before, change
