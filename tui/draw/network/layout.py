"""Which layers stand beside each other, and which of the weights between them?

All where they have room, else as many layers as fit around the one that the step works on.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from engine.looking.cursor import active_layer
from engine.looking.known.contributions import comes_back, heard_beside
from engine.looking.selection import layer_of
from tui.draw.kit.rows import around
from tui.draw.network.columns import LEAST_CELLS, NARROW, SHAPES, UNBOXED, Columns
from tui.draw.network.places import weight_rows
from tui.draw.network.plan import BETWEEN, REST, Column, Gap, Plan, Wire

if TYPE_CHECKING:
    from engine.looking.known.numbers import Known
    from tui.draw.network.plan import Shape

_LEAST_LAYER = 12  # cells of a layer and the weights into it
_LEAST_WIRE = 3  # cells behind a picture that stands further right than it has to
_MOST_SPARE = 26  # cells of a gap beyond those that it needs
_STUB = 2  # cells of a wire before a weight
_DIGITS = 3  # cells of a gap beyond those that it needs, for all digits of a weight
_BEHIND = 12, 17  # the same for its change behind it, and for a product
_MORE = 2  # cells beside the first and the last column, for the mark that there are more layers


def lay_out(known: Known, width: int, height: int) -> Plan:
    """Return the roomiest plan in which every weight is drawn; if there is none, the roomiest.

    With little room only the weights of one neuron are drawn between two layers, then only some layers.
    """
    return _Planner(known, width, max(1, height - 1)).best()


class _Planner:
    """Tries plans in `room` rows below the titles, with neurons of some shapes."""

    def __init__(self, known: Known, width: int, room: int, shapes: tuple[Shape, ...] = SHAPES) -> None:
        self.known, self.width, self.room, self.shapes = known, width, room, shapes
        self.columns = Columns(known, room, shapes)
        self.last = known.trace.shapes.layers
        # After the last layer what that one hears of the time after.
        self.every = range(self.last + 1 + (heard_beside(known, self.last + 1) is not None))

    def best(self) -> Plan:
        """Return the plan with all layers, small ones with short numbers if need be; else with what fits."""
        if (plan := self._with_time_after() or self.with_all()) is not None:
            return plan
        narrow = _Planner(self.known, self.width, self.room, NARROW).with_all()
        if narrow is not None and all(column.sign is None for column in narrow.columns):
            return narrow
        return self._windowed()

    def _with_time_after(self) -> Plan | None:
        """Return the plan with room for what will come back: None where that takes room from the products."""
        trace = self.known.trace
        if not trace.shapes.recurrent[-1] or trace.shapes.times == 1:
            return None
        plan = self.with_all(range(self.last + 2))
        roomy = plan is not None and (self.width - plan.least) // len(plan.gaps) >= _BEHIND[1]
        return plan if roomy else None

    def with_all(self, layers: range | None = None) -> Plan | None:
        """Return the plan with all layers, or just these; None where they have no room."""
        every = self.every if layers is None else layers
        if len(every) > self.width:  # each takes a cell at least
            return None
        tried: list[list[Column]] = []
        fitting = None
        for place in range(len(self.shapes)):
            columns = [self.columns.at(layer, place, every) for layer in every]
            if columns in tried:
                continue
            tried.append(columns)
            plan = self._planned(columns)
            if plan is not None and plan.whole:
                return plan
            fitting = fitting or plan
        if fitting is not None:
            return fitting
        return next(filter(None, (self._planned(columns, fans=True) for columns in tried)), None)

    def _windowed(self) -> Plan:
        """Return as many layers as fit around the active one, first where its numbers come from."""
        known = self.known
        focus = known.cursor.focus
        active = active_layer(known.trace, known.step) if focus is None else layer_of(known.trace, focus)
        middle = active + (known.site.kind == "delta")
        most = min(len(self.every), max(2, self.width // _LEAST_LAYER))
        # Before a layer stands alone its neurons are fewer cells.
        for made in (self.columns, Columns(known, self.room, self.shapes, LEAST_CELLS)):
            for count in range(most, 1, -1):
                shown = around(middle, len(self.every), count)
                columns = [made.at(layer, UNBOXED, shown) for layer in shown]
                if plan := self._planned(columns, fans=True):
                    return self._planned(columns) or plan
        alone = self._planned([self.columns.at(active, UNBOXED, range(active, active + 1))], wide=True)
        assert alone is not None
        return alone

    def _planned(self, columns: list[Column], *, fans: bool = False, wide: bool = False) -> Plan | None:
        """Return the plan of some layers; None where it is too wide.

        With `fans` only the weights of one neuron are drawn whatever the room. It may be as `wide` as it has
        to be.
        """
        gaps = [self._gap(left, right, fan=fans) for left, right in itertools.pairwise(columns)]
        before = _MORE if columns[0].layer else 1
        after = 0 if columns[-1].layer >= self.last else _MORE
        taken = before + Plan(tuple(columns), tuple(gaps)).least + after
        width = max(taken, self.width) if wide else self.width
        if taken > width:
            return None
        if gaps:
            columns, taken = _numbered(columns, gaps, taken, width)
        more = min((width - taken) // len(gaps), _MOST_SPARE) if gaps else 0
        x = before + (width - taken - more * len(gaps)) // 2
        placed, laid = list[Column](), list[Gap]()
        for column, gap in itertools.zip_longest(columns, gaps):
            placed.append(column._replace(x=x))
            if gap is not None:
                begin = x + column.width + column.beside + 1
                x = begin - 1 + gap.least + more
                lead = max(0, min(BETWEEN, more - _LEAST_WIRE)) if gap.picture else 0
                laid.append(gap._replace(x=begin + lead, join=x - 2))
        return Plan(tuple(placed), tuple(laid))

    def _gap(self, left: Column, right: Column, *, fan: bool) -> Gap:
        known = self.known
        layer, back = right.layer, comes_back(known, right.layer)
        recurrent = known.trace.shapes.recurrent
        past = layer <= len(recurrent) and recurrent[layer - 1]
        future = left.layer > 0 and recurrent[left.layer - 1]
        part = left.sign is not None or right.sign is not None or left.picture is not None
        if not (fan or part or (past and future)):
            # The rows that are kept for another time count, also while nothing stands in them.
            sources = (*left.rows, *(left.heard[: known.trace.scenario.network.sizes[layer]] if past else ()))
            targets = (*right.rows, *(right.heard[: left.size] if future else ()))
            rows = weight_rows(sources, targets, self.room)
            if rows is not None:
                there = right.size + (left.size if _heard(known, right, back=True) else 0)
                below = len(sources)
                wires = (Wire(place // below, place % below, row) for place, row in enumerate(rows))
                return Gap(layer, tuple(one for one in wires if one.to < there), below, whole=True, back=back)
        if back:
            source = known.cursor.units[left.layer]
            wires = (Wire(to, source, right.row(to)) for to in _ends(known, right, back=True))
            return Gap(layer, tuple(wires), 1, whole=False, back=True)
        if right.size == 0:
            return Gap(layer, (), 1, whole=False, back=False)
        to = known.cursor.units[layer]
        ends = _ends(known, left, back=False)
        if left.picture is not None:
            ends = [one for one in ends if one >= left.size]
        wires = (Wire(to, source, left.row(source)) for source in ends)
        return Gap(layer, tuple(wires), 0, whole=False, back=False, picture=left.picture)


def _numbered(columns: list[Column], gaps: list[Gap], taken: int, width: int) -> tuple[list[Column], int]:
    """Return columns with numbers of their units where there is room, and the cells that are taken then.

    The inputs have theirs first. No weight loses digits for it, nor the product behind it; targets that stand
    further right than they have to come nearer for it.
    """
    needed = 0 if all(gap.whole or gap.picture for gap in gaps) else _DIGITS
    for some in (columns[:1], columns[1:]):
        numbered = [one.numbered(_STUB * (not gaps[0].whole)) if one in some else one for one in columns]
        if numbered == columns:
            continue
        for made in (numbered, [*numbered[:-1], numbered[-1].nearer()]):
            wider = taken + _cells(made) - _cells(columns)
            before, after = ((width - each) // len(gaps) for each in (taken, wider))
            enough = after >= needed or (made != numbered and after >= before)
            if enough and not any(after < one <= before for one in _BEHIND):
                columns, taken = made, wider
                break
    return columns, taken


def _cells(columns: list[Column]) -> int:
    return sum(one.width + one.beside for one in columns)


def _heard(known: Known, column: Column, *, back: bool) -> int:
    """Return how many rows of a column hold what is heard of the time before, or of the one after."""
    heard = heard_beside(known, column.layer)
    if heard is None or heard.back != back:
        return 0
    return min(len(column.heard), known.trace.scenario.network.sizes[heard.layer])


def _ends(known: Known, column: Column, *, back: bool) -> list[int]:
    """Return what wires come from on one side of a column: units, what is heard, and all the others."""
    found = list(column.units)
    if column.ranked is not None and comes_back(known, column.layer) == back:
        found.append(REST)
    return [*found, *range(column.size, column.size + _heard(known, column, back=back))]
