"""What stands on the wires between two layers, and what of it flows into the number that is looked at?

Each weight that is drawn stands on its wire, in a row of its own: the picture is also the table. Behind those
that the step reads for the neuron that is looked at stands what they are multiplied with.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.facts.number import letter_of
from engine.looking.known.contributions import (
    comes_back,
    contributions,
    formed_reference,
    heard_beside,
    read_or_formed,
)
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral, sign_style, signed
from tui.draw.marks import is_wrong, linked
from tui.draw.network.plan import MOST_WEIGHT, REST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.arrays import Array
    from engine.looking.known.numbers import Known
    from engine.order.quantities import Quantity, Reference
    from tui.draw.kit.rows import Canvas
    from tui.draw.network.plan import Column, Gap, Wire

_FOLLOWS = " summing to "
_POSITIVE, _NEGATIVE = "■", "□"
_LEAST_BAR, _MOST_BAR = 5, 12  # cells of a wire that say how large its weight is
_LEAST_WIRE = 3  # cells between a neuron and a weight that stands further left than planned
_BEFORE = 2  # cells that the wires join further left than they have to, where there is room
_WEIGHT = 7  # cells of a weight that has something behind it
_LEAST_NUMBER = 5  # cells
_PRODUCT = 8  # cells of a product that stands alone


class OnWire(Struct, frozen=True):
    """The number on a wire: a weight, or what the step forms of it; None if it is not known yet."""

    reference: Reference
    index: tuple[int, int]
    value: float | None
    wrong: bool

    def text(self, room: int) -> str:
        """Return it in so many cells."""
        return UNKNOWN if self.value is None else numeral(self.value, room)


class Behind(Struct, frozen=True):
    """What can stand behind a weight: its heading, and for each wire the text, if it is known."""

    heading: str
    texts: Mapping[Wire, str]


class Weights:
    """The weights on the wires of a gap, and what stands behind them."""

    def __init__(
        self, canvas: Canvas, known: Known, gap: Gap, left: Column, right: Column, ends: Mapping[int, int]
    ) -> None:
        self.canvas, self.known, self.gap, self.left, self.right = canvas, known, gap, left, right
        self.ends, self.join = ends, gap.join
        self.past, self.future = heard_beside(known, left.layer), heard_beside(known, right.layer)
        # What the layer above hears of the time before, where its units have wires of their own.
        past = self.past
        self.heard = past.symbol if past is not None and not past.back and not left.summed else ""
        here = known.site.kind if known.site.layer == gap.layer else None
        self.formed = here if here in ("gradient", "update") else None
        # The wires whose weights the step reads, or forms, for the neuron that is looked at.
        reads = gap.back or here not in (None, "delta")
        unit = known.cursor.units[gap.layer - gap.back] if reads else None
        self.hot = frozenset(one for one in gap.wires if (one.source if gap.back else one.to) == unit)
        self.on = self._numbers()
        self.x, self.weight = self._begin(), gap.weight
        self.weight += gap.number - self.x
        # Its mark has a cell before a wrong number, behind that of the wire: the weights begin a cell later.
        wrong = any(one.wrong for one in self.on.values())
        self.shift = int(wrong and gap.join - self.x - 2 >= _LEAST_NUMBER)
        self.x += self.shift
        self.weight = min(MOST_WEIGHT, self.weight, gap.join - self.x - 1)
        self.bar, self.bar_x, self.largest = 0, 0, 0.0
        self.behind = next((one for one in self._behind() if self._fits(one)), None)
        self.ranked = right.ranked if gap.back else left.ranked
        if not gap.back and comes_back(known, left.layer):
            self.ranked = None  # it is sorted by what it sends back, not by what it sends on
        self.products: Array | None = None
        if self.behind is not None:
            self.weight = self._weight_before(self.behind)
        elif self.ranked is not None:
            self.products = contributions(known, right.layer if gap.back else left.layer)
        roomy = gap.join - self.x - 1 > len(_FOLLOWS) + _PRODUCT
        self.words = roomy and self.products is not None and not (self.formed or gap.back)
        self.x += len(_FOLLOWS) * self.words

    def ends_at(self) -> tuple[int, int]:
        """Return the cell in which the wires join, and their last one.

        The blank before a neuron, and a few more cells before those that the wires do not go into, are taken
        from the wire, never from what stands on it.
        """
        gap, right, x = self.gap, self.right, self.right.x
        if gap.picture is not None:
            end = gap.number + gap.picture.width
        elif self.behind is not None:
            sums = 0 if self.ranked is None else 3 + _PRODUCT
            end = self.x + self.weight + max(sums, *map(len, self.behind.texts.values()))
        elif self.products is not None:
            end = self.x + _PRODUCT
        else:
            end = self.x + max((len(one.text(self.weight)) for one in self.on.values()), default=0)
        last = x - 1 if right.shape.boxed else x - 2
        if gap.back and not gap.whole:
            return gap.join, last  # each goes on in its own row
        far = last - 2 if not gap.whole and len(right.rows) > 1 else last - 1
        self.join = next((join for join in (far, last - 1) if join > end), gap.join)
        return self.join, last if self.join < gap.join else x - 1

    def _begin(self) -> int:
        """Return the first cell of the weights: further left than planned where they have not all they need.

        Where no wires run down, what the layer below leaves free is theirs, too.
        """
        gap = self.gap
        if gap.whole or gap.back or gap.picture is not None or self.left.sign is not None or not self.on:
            return gap.number
        free = max(self.ends.get(wire.source, self.left.end) for wire in gap.wires) + _LEAST_WIRE
        wanted = max(len(one.text(MOST_WEIGHT)) for one in self.on.values()) + _BEFORE
        return gap.number - max(0, min(wanted - (gap.join - gap.number - 1), gap.number - free))

    def draw(self) -> None:
        """Write the heading, and on each wire what it brings."""
        self._heading()
        if self.behind is None and self.products is None:
            self._plan_bars()
        for wire in self.gap.wires:
            if REST in wire[:2]:
                assert self.ranked is not None
                self._sum(wire, self.ranked.others_sum)
            elif wire in self.on and self.products is not None:
                self._product(wire, float(self.products[wire.to if self.gap.back else wire.source]))
            elif wire in self.on:
                self._weight(wire, self.on[wire])

    def _fits(self, behind: Behind) -> bool:
        widest = max(len(text) for text in (*behind.texts.values(), f"{behind.heading} "))
        return self._weight_before(behind) + widest < self.gap.join - self.x

    def _weight_before(self, behind: Behind) -> int:
        """Return the cells of the weights that something stands behind."""
        weights = [len(one.text(self.weight)) for wire, one in self.on.items() if wire in behind.texts]
        return min(self.weight, max(_WEIGHT, *weights))

    # -- one wire ------------------------------------------------------------------------------------------

    def _weight(self, wire: Wire, one: OnWire) -> None:
        y = 1 + wire.row
        if one.value is None:
            self.canvas.write(self.x, y, UNKNOWN, "unknown")
            return
        look = ("edge-" if wire in self.hot else "far-") + sign_style(one.value)
        self.canvas.write(self.x - 1, y, " ")
        if one.wrong:
            self.canvas.write(self.x - 1 - self.shift, y, " " * self.shift + WRONG, "warning")
        style = linked(self.known, look, one.reference, *one.index)
        end = self.canvas.write(self.x, y, one.text(self.weight), style)
        if self.behind is not None and (text := self.behind.texts.get(wire, "")):
            self.canvas.write(end, y, " " * (self.x + self.weight - end))
            end = self.canvas.write(self.x + self.weight, y, text, "value" if wire in self.hot else "dim")
        self.canvas.write(end, y, " ")
        if self.bar and math.isfinite(one.value):
            cells = math.ceil(abs(one.value) / self.largest * self.bar)
            self.canvas.write(self.bar_x, y, (_NEGATIVE if one.value < 0.0 else _POSITIVE) * cells, look)

    def _plan_bars(self) -> None:
        """Find where the wires have room to say how large their weights are beside each other."""
        sizes = [abs(one.value) for one in self.on.values() if one.value is not None]
        if len(sizes) < 2:
            return  # nothing to be held beside
        self.bar_x = self.x + max(len(one.text(self.weight)) for one in self.on.values()) + 2
        self.largest = max(filter(math.isfinite, sizes), default=0.0)
        room = min(_MOST_BAR, self.join - self.bar_x - 1)
        self.bar = room if self.largest and room >= _LEAST_BAR else 0

    def _product(self, wire: Wire, value: float) -> None:
        """Write what a wire of a ranked column brings, where there is no room for its weight, too."""
        tint = "edge-" if wire in self.hot else "far-"
        text = numeral(value, max(5, min(_PRODUCT, self.join - self.x - 1)))
        self.canvas.write(self.x - 1, 1 + wire.row, f" {text} ", tint + sign_style(value))

    def _sum(self, wire: Wire, total: float) -> None:
        """Write what all the wires bring that are not shown; gradients of different weights have no sum."""
        if self.formed:
            return
        x = self.x if self.behind is None else self.x + self.weight + 3
        if not self.gap.back and (self.words or self.behind is not None):
            self.canvas.write(self.ends[REST], 1 + wire.row, _FOLLOWS, "dim")
        text = signed(total, max(5, min(_PRODUCT, self.join - x - 1))).strip()
        self.canvas.write(x - 1, 1 + wire.row, f" {text} ", "far-" + sign_style(total))

    # -- what stands where ---------------------------------------------------------------------------------

    def _numbers(self) -> dict[Wire, OnWire]:
        """Return the number of each wire that has its own: one for all the others, or for all that is heard
        of another time, has none.
        """
        known, left, right = self.known, self.left, self.right
        found: dict[Wire, OnWire] = {}
        for wire in self.gap.wires:
            heard, sent = wire.source - left.size, wire.to - right.size
            if REST in wire[:2] or (left.summed and heard >= 0) or (right.summed and sent >= 0):
                continue
            layer, group, index = self.gap.layer, "weights", (wire.to, wire.source)
            if sent >= 0:
                layer, group, index = layer - 1, "recurrent_weights", (sent, wire.source)
            elif heard >= 0:
                group, index = "recurrent_weights", (wire.to, heard)
            reference = known.reference(group, layer)
            if self.formed == "gradient":
                reference = formed_reference(known, layer, group)
            matrix = known.at(reference)
            value = None if matrix is None else float(matrix[index])
            wrong = matrix is not None and is_wrong(known, reference, index)
            found[wire] = OnWire(reference, index, value, wrong)
        return found

    def _heading(self) -> None:
        known, layer, gap, behind = self.known, self.gap.layer, self.gap, self.behind
        x = max(self.x - self.shift, gap.number)  # not over what stands above the layer below
        name, _ = read_or_formed(known, layer)
        if self.formed == "update" and gap.picture is None:
            name = letter_of(known.trace, known.reference("weights", layer))
        names = [name] if self.right.size else []
        if self.heard:
            names.append(f"U{layer}")
        if self.future is not None and self.future.back and not self.right.summed:
            names.append(letter_of(known.trace, known.reference("recurrent_weights", layer - 1)))
        bare = [] if self.formed else [one.split()[-1] for one in names[:1]]
        wordings = [", ".join(names), *names[:1], *bare]
        text = next((one for one in wordings if len(one) < gap.join - x), wordings[-1])
        if self.products is not None:
            others = {"gradient": names[0], "update": f"ΔW{layer}"}
            text = others.get(self.formed or "", f"{names[0]}×{self._factor()}")
        room = (self.x + self.weight if behind is not None else gap.join) - x - 1
        several = (self.left if gap.back else self.right).size > 1
        if not gap.whole and self.products is None and several and self.right.size and self.left.size:
            unit = known.cursor.units[gap.layer - 1 if gap.back else gap.layer] + 1
            longer = f"{text}{'←' if gap.back else '→'}{unit}"
            # What is formed is named by itself where the word `layer` behind it needs the room.
            text = text if self.formed and len(longer) + len("layer") > room else longer
        self.canvas.write(x, 0, text, "active-title" if self.formed else "title")
        if behind is not None:
            end = max(x + len(text), self.x + self.weight)
            self.canvas.write(end + 1, 0, behind.heading, "title")

    def _factor(self) -> str:
        layer = self.gap.layer
        if self.gap.back:
            heard = self.future is not None and self.future.back
            return "δ" if heard and self.right.size else f"δ{layer - heard}"
        if layer == 1:
            return "x"
        return f"{'h' if self.known.trace.shapes.recurrent[layer - 2] else 'a'}{layer - 1}"

    def _behind(self) -> list[Behind]:
        """Return what can stand behind the weights that this step reads, or changes: the most first."""
        gap = self.gap
        hot = {wire: one for wire, one in self.on.items() if wire in self.hot}
        if self.formed == "gradient" or not hot:
            return []
        if self.formed == "update":
            changes = {wire: self._change(one) for wire, one in self.on.items()}
            whole = {wire: f" = {old} {change}" for wire, (old, change) in changes.items()}
            short = {wire: f" Δ {change}" for wire, (_, change) in changes.items()}
            names = [f"ΔW{gap.layer}, ΔU{gap.layer}", "Δ"] if self.heard else [f"ΔW{gap.layer}"]
            wordings = [(f"= old + {name}", whole) for name in names] + [(name, short) for name in names]
            return [Behind(*wording) for wording in wordings]
        texts: dict[Wire, str] = {}
        for wire, one in hot.items():
            if (factor := self._value(wire)) is not None and one.value is not None:
                shown = f"({numeral(factor)})" if factor < 0 else numeral(factor)
                texts[wire] = f" × {shown} = {numeral(one.value * factor)}"
        factors = [f"{self._factor()}, {heard}" for heard in (self.heard, self.heard[:1]) if heard]
        return [Behind(f"× {one} = share", texts) for one in factors or [self._factor()]] if texts else []

    def _value(self, wire: Wire) -> float | None:
        """Return what a weight is multiplied with: the activation below it or, on the way back, a delta."""
        at = wire.to if self.gap.back else wire.source
        column, heard = (self.right, self.future) if self.gap.back else (self.left, self.past)
        if at >= column.size:
            values, at = None if heard is None else heard.values, at - column.size
        else:
            quantity: Quantity = "delta" if self.gap.back else "activation" if column.layer else "input"
            values = self.known.array(quantity, column.layer)
        return None if values is None else float(values[at])

    def _change(self, one: OnWire) -> tuple[str, str]:
        """Return the weight before the update and, with its sign, what has been added to it."""
        reference, index = one.reference, one.index
        assert reference.version is not None
        old = self.known.at(reference._replace(version=reference.version - 1))
        change = self.known.at(formed_reference(self.known, self.gap.layer, reference.quantity))
        assert old is not None
        assert change is not None
        value = float(change[index])
        return numeral(float(old[index])), f"{'-' if value < 0 else '+'} {numeral(abs(value))}"
