"""How far does the error reach back that was made at one time?

What was heard at each time, what should have been said and was said; the error, and how much of it reaches
each time before.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from engine.facts.chain.factors import is_one_factor
from engine.facts.right import rightly
from engine.facts.unrolled.errors import from_losses, layer_told, story, told
from engine.facts.unrolled.through_time import numbers_of, quantity, times_done
from engine.looking.weights import layer_looked_at
from engine.numerals import numeral
from engine.words.unrolled import before_any_story, story_title, story_words
from tui.draw.kit.rows import Canvas, Row, rule
from tui.draw.marks.known import Known
from tui.draw.time.claims import NOTHING, Claim, claimed_rows, narrow
from tui.draw.time.columns import TimeColumns
from tui.draw.time.error_size import bars_of, draw_axis, draw_bars

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.unrolled.errors import Story
    from engine.looking.cursor import Cursor
    from engine.order.quantities import Quantity
    from engine.run.iteration import Stored
    from engine.run.tracing import Trace


class _Share(NamedTuple):
    """A linear scale up to the largest of all sizes."""

    largest: float

    def share(self, value: float) -> float:
        """Return where a size lies between 0 and the largest (1)."""
        return value / self.largest if self.largest else 0.0


class Teller:
    """Tells of the error that is chosen; `made` is its time, None while no loss is known."""

    def __init__(self, trace: Trace, cursor: Cursor, width: int) -> None:
        self.trace, self.step, self.units = trace, cursor.step, cursor.units
        self.known = Known(trace, cursor)
        self.made = told(trace, cursor.step, cursor.error)
        self.layer = layer_told(trace, layer_looked_at(trace, cursor))
        self.unit, self.output = cursor.units[self.layer], cursor.units[-1]
        self.straight = rightly(trace, cursor.step)
        self.columns = TimeColumns(trace.shapes.times, self.known.site.time or 0, width, self.made)
        self.there = trace.shapes.has_target[self.known.sample]

    @property
    def several(self) -> bool:
        """Whether more than one time of the sample has a target, and so an error."""
        return int(self.there.sum()) > 1

    @property
    def goes_back(self) -> bool:
        """Whether any error has come back to the layer by now."""
        return bool(times_done(self.trace, self.step, "delta", self.layer))

    @property
    def words(self) -> str:
        """What there is to say."""
        found = self._story()
        if found is None:
            return before_any_story(self.trace, self.step)
        return " ".join(story_words(self.trace, self.step, found, self.output))

    def _story(self) -> Story | None:
        if self.made is None:
            return None
        return story(self.trace, self.step, self.made, self.layer, self.unit)

    def rows(self, lines: int) -> list[Row]:
        """Return what was heard, should be said and was said, the error, and how far it reaches.

        The bars have so many lines.
        """
        rows = [
            rule(story_title(self.made), self.columns.width, after="" if self.made is None else "< > another")
        ]
        rows += [self.columns.heading(("", "")), *self._said()]
        found = self._story()
        return rows if found is None else [*rows, *self._reach(found), *self._bars(found, lines)]

    def _claim(self, name: Stored, layer: int, unit: int) -> Claim:
        right = None if self.straight is None else quantity(*self.straight, name, layer, unit)
        return Claim.of(quantity(self.trace, self.step, name, layer, unit), right)

    def _said(self) -> list[Row]:
        numbers, last = numbers_of(self.trace, self.step), self.trace.shapes.layers
        letter = "h" if self.trace.shapes.recurrent[-1] else "a"

        def should(time: int) -> float | str:
            return float(numbers.target(self.known.sample, time)[self.output]) if self.there[time] else "none"

        def touched(quantity: Quantity, layer: int) -> Callable[[int], str]:
            return lambda time: self.known.touched_at(quantity, layer, time)

        heard, said = (
            self._claim("activation", 0, self.units[0]),
            self._claim("activation", last, self.output),
        )
        label = f"said {letter}{last}[{self.output + 1}]"
        return [
            *self._row(f"heard x[{self.units[0] + 1}]", heard.at, heard, touched("input", 0)),
            *self._row(f"should say y[{self.output + 1}]", should, NOTHING),
            *self._row(label, said.at, said, touched("activation", last))[:1],
        ]

    def _row(
        self,
        name: str,
        number: Callable[[int], float | str | None],
        claim: Claim,
        emphasis: Callable[[int], str] | None = None,
    ) -> list[Row]:
        return claimed_rows(self.columns, name, number, claim, "", emphasis)

    def _reach(self, found: Story) -> list[Row]:
        """Return the error where it was made, and what it gives to each time before."""
        name, error = self._error(found.made)
        part = f"part of δ{self.layer}[{self.unit + 1}]"
        right = None if self.straight is None else story(*self.straight, found.made, self.layer, self.unit)
        parts = Claim.of(found.part, None if right is None else right.part)

        def up_to(value: Callable[[int], float | str | None]) -> Callable[[int], float | str | None]:
            return lambda time: value(time) if time <= found.made else ""

        def left(time: int) -> float | str | None:
            share = found.left(time)
            return None if share is None else numeral(100.0 * share, self.columns.number - 1)

        rows = [
            *self._row(name, lambda time: error if time == found.made else "", NOTHING),
            self.columns.row(
                (part, "title"),
                lambda time: narrow(self.columns, up_to(found.part.at)(time)),
                wrong=lambda time: parts.right(time) is not None,
            ),
        ]
        units = self.trace.scenario.network.layers[self.layer - 1].units
        if units > 1:
            rows += self._row(f"length of all {units}", up_to(found.size.at), NOTHING)
        return [*rows, *self._row("% of it left", up_to(left), NOTHING)]

    def _error(self, made: int) -> tuple[str, float | None]:
        """Return what the error is called that a loss gives, and what it is as far as it is known."""
        last = self.trace.shapes.layers
        letter = "h" if self.trace.shapes.recurrent[-1] else "a"
        if made not in times_done(self.trace, self.step, "delta", last):
            return f"error ∂C/∂{letter}{last}[{self.output + 1}]", None
        if is_one_factor(self.trace.scenario):
            given = from_losses(numbers_of(self.trace, self.step), self.known.sample)
            return f"error ∂C/∂z{last}[{self.output + 1}]", float(given[made, self.output])
        name: Stored = "from_above" if self.trace.shapes.recurrent[-1] else "error"
        value = quantity(self.trace, self.step, name, last, self.output).at(made)
        return f"error ∂C/∂{letter}{last}[{self.output + 1}]", value

    def _bars(self, found: Story, lines: int) -> list[Row]:
        """Return a bar for each time up to the error's, as long as what of it has come back there."""
        if lines < 1:
            return []
        canvas, bars = Canvas(self.columns.width, lines), bars_of(self.columns, beside=0)
        sizes = [size for size in found.size.values.tolist() if math.isfinite(size)]
        draw_bars(canvas, found.size, _Share(max(sizes, default=0.0)), bars, self.columns.present)
        rows = canvas.rows()
        return rows if self.columns.aligned else [*rows, draw_axis(bars, self.columns)]
