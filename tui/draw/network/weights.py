"""What stands on the wires between two layers, and what of it flows into the number that is looked at?

Each weight that is drawn stands on its wire, in a row of its own: the picture is also the table. Behind those
that the step reads for the neuron that is looked at stands what they are multiplied with.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.facts.number import letter_of
from engine.looking.known.between import Between
from engine.looking.known.contributions import comes_back, contributions, read_or_formed
from tui.draw.kit.numbers import WRONG, factor, numeral, sign_style, signed
from tui.draw.kit.rows import filled, length
from tui.draw.marks import linked, touched
from tui.draw.network.plan import MOST_WEIGHT, REST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.arrays import Array
    from engine.facts.number import Traced
    from engine.looking.known.numbers import Known
    from tui.draw.kit.rows import Canvas, Row
    from tui.draw.network.plan import Column, Gap, Wire

_FOLLOWS = " summing to "
_POSITIVE, _NEGATIVE = "■", "□"
_LEAST_BAR, _MOST_BAR = 5, 12  # cells of a wire that say how large its weight is
_LEAST_WIRE = 3  # cells between a neuron and a weight that stands further left than planned
_BEFORE_TITLE = 3  # blanks at least before what the layer above is called
_BEFORE = 2  # cells that the wires join further left than they have to, where there is room
_WEIGHT = 7  # cells of a weight that has something behind it
_LEAST_NUMBER = 5  # cells
_PRODUCT = 8  # cells of a product that stands alone, and of what all the others come to
_SIGN = 3  # cells of what stands behind a weight that are none of a number


class Behind(Struct, frozen=True):
    """What can stand behind a weight: its heading, and for each wire the text, if it is known.

    What a change adds is `added` behind that, in the colour of its sign, with a bar where there is room.
    """

    heading: str
    texts: Mapping[Wire, str]
    added: Mapping[Wire, tuple[str, float]] = {}


class Weights:
    """The weights on the wires of a gap, and what stands behind them.

    They begin at the cell `x`; the wires meet in the cell `join` and end in the `last` one.
    """

    def __init__(
        self, canvas: Canvas, known: Known, gap: Gap, left: Column, right: Column, ends: Mapping[int, int]
    ) -> None:
        self.canvas, self.known, self.gap, self.left, self.right = canvas, known, gap, left, right
        self.ends = ends
        self.between = between = Between(known, gap.layer)
        # What the layer above hears of the time before, where its units have wires of their own.
        past = between.past
        self.heard = past.symbol if past is not None and not past.back and not left.summed else ""
        self.formed = between.formed
        self.hot = frozenset(one for one in gap.wires if between.serves(one.to, one.source))
        self.on = {wire: between.number(wire.to, wire.source) for wire in gap.wires if self._has_own(wire)}
        # The mark of a wrong number has a cell before it, behind the blank that ends the wire.
        wrong = known.is_compared and any(one.beside is not None for one in self.on.values())
        self.x = self._begin()
        self.shift = int(wrong and gap.join - self.x - 2 >= _LEAST_NUMBER)
        self.x += self.shift
        self.weight = min(MOST_WEIGHT, gap.join - self.x - 1)
        self.behind = next((one for one in self._behind() if self._fits(one)), None)
        self.ranked = right.ranked if gap.back else left.ranked
        if not gap.back and comes_back(known, left.layer):
            self.ranked = None  # it is sorted by what it sends back, not by what it sends on
        self.products: Array | None = None
        self.total = self.x  # where what all the others come to begins
        self.follows = not gap.back and self.behind is not None  # whether that is said
        if self.behind is not None:
            self.weight = self._weight_before(self.behind)
            self.total += self.weight + _SIGN
        elif self.ranked is not None:
            self.products = contributions(known, right.layer if gap.back else left.layer)
            roomy = gap.join - self.x - 1 > len(_FOLLOWS) + _PRODUCT
            self.follows = roomy and not (self.formed or gap.back)
            self.x += len(_FOLLOWS) * self.follows
            self.total = self.x
        self.rows = {wire: self._row(wire, one) for wire, one in self.on.items()}
        self.join, self.last = self._ends()

    def draw(self) -> None:
        """Write the heading, and on each wire what it brings."""
        self._heading()
        for wire, row in self.rows.items():
            y = 1 + wire.row
            self.canvas.write(self.x - 1, y, " ")
            if self.products is None and self.on[wire].beside is not None:
                self.canvas.write(self.x - 1 - self.shift, y, " " * self.shift)
                self.canvas.write(self.x - 1, y, WRONG, "warning")
            self.canvas.write(self.canvas.runs(self.x, y, row), y, " ")
        if self.products is None:
            self._bars()
        for wire in self.gap.wires:
            if REST in wire[:2] and not self.formed:  # gradients of different weights have no sum
                self._total(wire)

    # -- what stands on the wires --------------------------------------------------------------------------

    def _has_own(self, wire: Wire) -> bool:
        """Return whether a wire has a number: one for all the others, or all that is heard, has none."""
        of_all = self.left.summed and wire.source >= self.left.size
        of_all |= self.right.summed and wire.to >= self.right.size
        return not of_all and REST not in wire[:2]

    def _row(self, wire: Wire, one: Traced) -> Row:
        """Return what stands on a wire: its number and what is behind that, or else what it brings."""
        tint = self._tint(wire)
        if touched(self.known, one.reference, one.index) == "new-":
            tint = "new-" if wire in self.hot else "new-far-"
        if self.products is not None:
            value = float(self.products[wire.to if self.gap.back else wire.source])
            return ((numeral(value, self._room(self.x)), tint + sign_style(value)),)
        style = linked(self.known, tint + sign_style(one.value), one.reference, *one.index)
        row: Row = ((numeral(one.value, self.weight), style),)
        if self.behind is not None and (text := self.behind.texts.get(wire, "")):
            row = (*filled(row, self.weight), (text, "value" if wire in self.hot else "dim"))
            if wire in self.behind.added:
                added, change = self.behind.added[wire]
                row = (*row, (added, tint + sign_style(change)))
        return row

    def _tint(self, wire: Wire) -> str:
        """Return how a style begins that says whether a weight is one of the neuron that is looked at."""
        return "edge-" if wire in self.hot else "far-"

    def _room(self, x: int) -> int:
        """Return the cells of what a wire brings, or all of some do, from a cell on."""
        return max(_LEAST_NUMBER, min(_PRODUCT, self.gap.join - x - 1))

    def _bars(self) -> None:
        """Draw how large the numbers are beside each other, where the wires have room for it."""
        x = self.x + max(map(length, self.rows.values()), default=0) + 2
        room = min(_MOST_BAR, self.join - x - 1)
        values = {wire: one.value for wire, one in self.on.items()}
        if self.behind is not None:
            values = {wire: change for wire, (_, change) in self.behind.added.items()}
        finite = {wire: value for wire, value in values.items() if math.isfinite(value)}
        largest = max(map(abs, finite.values()), default=0.0)
        if len(self.on) < 2 or not largest or room < _LEAST_BAR:
            return
        for wire, value in finite.items():
            bar = (_NEGATIVE if value < 0.0 else _POSITIVE) * math.ceil(abs(value) / largest * room)
            self.canvas.write(x, 1 + wire.row, bar, self._tint(wire) + sign_style(value))

    def _total(self, wire: Wire) -> None:
        """Write what all the wires bring that are not shown."""
        assert self.ranked is not None
        total = self.ranked.others_sum
        if self.follows:
            self.canvas.write(self.ends[REST], 1 + wire.row, _FOLLOWS, "dim")
        text = signed(total, self._room(self.total)).strip()
        self.canvas.write(self.total - 1, 1 + wire.row, f" {text} ", "far-" + sign_style(total))

    # -- what stands where ---------------------------------------------------------------------------------

    def _begin(self) -> int:
        """Return the first cell of the weights: further left than planned where they have not all they need.

        Where no wires run down, what the layer below leaves free is theirs, too.
        """
        gap = self.gap
        if gap.whole or gap.back or gap.picture is not None or self.left.sign is not None or not self.on:
            return gap.number
        free = max(self.ends.get(wire.source, self.left.end) for wire in gap.wires) + _LEAST_WIRE
        wanted = max(len(numeral(one.value, MOST_WEIGHT)) for one in self.on.values()) + _BEFORE
        return gap.number - max(0, min(wanted - (gap.join - gap.number - 1), gap.number - free))

    def _ends(self) -> tuple[int, int]:
        """Return the cell in which the wires join, and their last one.

        The blank before a neuron, and a few more cells before those that the wires do not go into, are taken
        from the wire, never from what stands on it.
        """
        gap, right, x = self.gap, self.right, self.right.x
        last = x - 1 if right.shape.boxed else x - 2
        if gap.back and not gap.whole:
            return gap.join, last  # each goes on in its own row
        end = self.x + max(map(length, self.rows.values()), default=0)
        if gap.picture is not None:
            end = gap.number + gap.picture.width
        elif self.ranked is not None:
            end = max(end, self.total + _PRODUCT)
        far = last - 2 if not gap.whole and len(right.rows) > 1 else last - 1
        join = next((join for join in (far, last - 1) if join > end), gap.join)
        # Only an arrow takes that blank where it has no other room.
        arrow = (self.known.site.kind, self.known.site.layer) == ("forward", gap.layer)
        return join, x - 1 if arrow and join == gap.join else last

    def _fits(self, behind: Behind) -> bool:
        added = max((len(text) for text, _ in behind.added.values()), default=0)
        widest = max(len(behind.heading) + 1, added + max(map(len, behind.texts.values())))
        return self._weight_before(behind) + widest < self.gap.join - self.x

    def _weight_before(self, behind: Behind) -> int:
        """Return the cells of the weights that something stands behind."""
        weights = [len(numeral(self.on[wire].value, self.weight)) for wire in behind.texts]
        return min(self.weight, max(_WEIGHT, *weights))

    def _heading(self) -> None:
        known, layer, gap, behind = self.known, self.gap.layer, self.gap, self.behind
        x = self.x - self.shift
        if x < gap.number and not self.canvas.is_free(x - 2, 0, gap.number - x + 2):
            x = gap.number  # the layer below is called there
        name, _ = read_or_formed(known, layer)
        if self.formed == "update" and gap.picture is None and self.products is None:
            name = letter_of(known.trace, known.reference("weights", layer))
        names = [name] if self.right.size else []
        if self.heard:
            names.append(f"U{layer}")
        future = self.between.future
        if future is not None and future.back and not self.right.summed:
            names.append(letter_of(known.trace, known.reference("recurrent_weights", layer - 1)))
        bare = [] if self.formed else [one.split()[-1] for one in names[:1]]
        several, whose = (self.left if gap.back else self.right).size > 1, [""]
        if not gap.whole and several and self.right.size and self.left.size:
            unit = known.cursor.units[layer - gap.back] + 1
            whose = [f"{'←' if gap.back else '→'}{unit}", ""]
        ways = ([", ".join(names), *names[:1]], bare)
        wordings = [f"{one}{end}" for some in ways for end in whose for one in some]
        if self.products is not None:
            whole = name if self.formed else f"{name}×{self.between.letter()}"
            wordings = [whole, whole.split()[-1], name.split()[-1]]
        room = self.right.letter - _BEFORE_TITLE - x
        for text in wordings:
            at = min(x, x + room - len(text))
            # What names two letters, or that one is early, may begin further left, where nothing is called.
            wide = ", " in text or text in names[:1]
            if at == x or (wide and self.canvas.is_free(at - 2, 0, x - at + 2)):
                break
        else:
            at = x
        x = at
        self.canvas.write(x, 0, text, "active-title" if self.formed else "title")
        if behind is not None:
            end = max(x + len(text), self.x + self.weight)
            self.canvas.write(end + 1, 0, behind.heading, "title")

    # -- what stands behind the weights --------------------------------------------------------------------

    def _behind(self) -> list[Behind]:
        """Return what can stand behind the weights that this step reads, or changes: the most first."""
        gap = self.gap
        hot = {wire: one for wire, one in self.on.items() if wire in self.hot}
        if self.formed == "gradient" or not hot:
            return []
        if self.formed == "update":
            changes = {wire: self.between.change(wire.to, wire.source) for wire in self.on}
            whole = {
                wire: f" = {numeral(old)} {'-' if change < 0 else '+'} "
                for wire, (old, change) in changes.items()
            }
            alone = {wire: (numeral(change), change) for wire, (_, change) in changes.items()}
            terms = {wire: (text.lstrip("-"), change) for wire, (text, change) in alone.items()}
            names = [f"ΔW{gap.layer}, ΔU{gap.layer}", "Δ"] if self.heard else [f"ΔW{gap.layer}"]
            short = [Behind(name, dict.fromkeys(alone, " Δ "), alone) for name in names]
            return [*(Behind(f"= old + {name}", whole, terms) for name in names), *short]
        factors = {wire: self.between.factor(wire.to, wire.source) for wire in hot}
        texts = {
            wire: f" × {factor(value)} = {numeral(hot[wire].value * value)}"
            for wire, value in factors.items()
            if value is not None
        }
        letter = self.between.letter()
        letters = [f"{letter}, {heard}" for heard in (self.heard, self.heard[:1]) if heard] or [letter]
        return [Behind(f"× {one} = share", texts) for one in letters] if texts else []
