"""How far does the error reach back that was made at one time, and what do all errors make of the deltas?

What was heard at each time, what should have been said and was said; the error, and how much of it reaches
each time before. Then a row for each error, a column for each time it arrives at: what stands in a column
adds up to the delta. Errors for which there is no row have one together.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.arrays import frozen
from engine.facts.beside.alongside import alongside
from engine.facts.beside.claims import Claim
from engine.facts.beside.theirs import holds
from engine.facts.through_time import Along, numbers_of, times_done
from engine.facts.unrolled.errors import given, layer_told, parts_of, story, told
from engine.looking.known.numbers import Known
from engine.looking.weights import layer_looked_at
from engine.once import once
from engine.words.numbers.unrolled import before_any_story, story_title, story_words
from tui.draw.kit.rows import Canvas, Row, rule
from tui.draw.marks import touched_at
from tui.draw.time.bars import bars_of, draw_axis, draw_bars
from tui.draw.time.columns import TimeColumns

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.unrolled.errors import Story
    from engine.looking.cursor import Cursor
    from engine.run.iteration import Stored
    from engine.run.tracing import Trace


_AROUND = 3  # rows of the table of all errors that are not those of errors: heading, times, sum


class Teller:
    """Tells of the error that is chosen; `made` is its time, None while no loss is known."""

    def __init__(self, trace: Trace, cursor: Cursor, width: int) -> None:
        self.trace, self.cursor, self.step, self.units = trace, cursor, cursor.step, cursor.units
        self.known = Known(trace, cursor)
        self.made = told(trace, cursor.step, cursor.error)
        self.layer = layer_told(trace, layer_looked_at(trace, cursor))
        self.unit, self.output = cursor.units[self.layer], cursor.units[-1]
        self.other = alongside(trace, cursor.step)
        time, held = self.known.site.time or 0, self.other is not None
        self.columns = TimeColumns(trace.shapes.times, time, width, self.made, held=held)
        self.there = trace.shapes.has_target[self.known.sample]

    @property
    def several(self) -> bool:
        """Whether more than one time of the sample has a target, and so an error."""
        return int(self.there.sum()) > 1

    @property
    def goes_back(self) -> bool:
        """Whether any error has come back to the layer by now."""
        return bool(times_done(self.trace, self.step, "delta", self.layer))

    @once
    def story(self) -> Story | None:
        """The way back of the error; None while none is known."""
        if self.made is None:
            return None
        return story(self.trace, self.step, self.made, self.layer, self.unit)

    @property
    def words(self) -> str:
        """What there is to say."""
        if self.story is None:
            return before_any_story(self.trace, self.step)
        return " ".join(story_words(self.trace, self.step, self.story, self.output))

    @once
    def rows(self) -> list[Row]:
        """What was heard, should be said and was said, the error, and how far it reaches."""
        keys = "< > another" if self.story is not None and self.several else ""
        title = rule(story_title(self.trace, self.step, self.made), self.columns.width, after=keys)
        rows = [title, self.columns.heading(("", "")), *self._said()]
        return rows if self.story is None else [*rows, *self._reach(self.story)]

    def bars(self, lines: int) -> list[Row]:
        """Return a bar for each time up to the error's, as long as what of it has come back there."""
        if self.story is None:
            return []
        size = self.story.size
        canvas, bars = Canvas(self.columns.width, lines), bars_of(self.columns, beside=0)
        draw_bars(canvas, size, bars, self.columns.present)
        rows = canvas.rows()
        return rows if len(bars) == len(self.columns.shown) else [*rows, draw_axis(bars, self.columns)]

    def claim(self, name: Stored, layer: int, unit: int) -> Claim:
        """Return what a unit has at each time, and what stands beside it."""
        return Claim.of_unit(name, layer, unit, self.trace, self.step, self.other)

    def worked_out(self, make: Callable[[Trace, int], Along]) -> Claim:
        """Return what is made of a trace at a step, and the same of the trace beside this one."""
        return Claim.made(make, self.trace, self.step, self.other)

    def _said(self) -> list[Row]:
        """Return what was heard at each time, what should have been said and what was."""
        numbers, last = numbers_of(self.trace, self.step), self.trace.shapes.layers
        heard = self.claim("activation", 0, self.units[0])
        said = self.claim("activation", last, self.output)

        def should(time: int) -> float | str:
            return float(numbers.target(self.known.sample, time)[self.output]) if self.there[time] else "none"

        x, y = f"heard x[{self.units[0] + 1}]", f"should say y[{self.output + 1}]"
        spoke = f"said {'h' if self.trace.shapes.recurrent[-1] else 'a'}{last}[{self.output + 1}]"
        touched = partial(touched_at, self.known)
        return [
            *self.columns.rows(x, heard.at, heard, "", partial(touched, "input", 0)),
            *self.columns.rows(y, should),
            self.columns.rows(spoke, said.at, said, "", partial(touched, "activation", last))[0],
        ]

    def _reach(self, found: Story) -> list[Row]:
        """Return the error where it was made, and what it gives to each time before."""
        other = self.other
        there = None if other is None else story(other.trace, other.step, found.made, self.layer, self.unit)
        parts = Claim.of(found.part, None if there is None else there.part, other)
        units = self.trace.scenario.network.layers[self.layer - 1].units

        def percent(time: int) -> float | None:
            share = found.left(time)
            return None if share is None else 100.0 * share

        def until(value: Callable[[int], float | None]) -> Callable[[int], float | str | None]:
            return lambda time: "" if time > found.made else value(time)

        # The error that the loss of a time gives, in its column.
        name, error = given(self.trace, self.step, found.made, self.output)
        rows = self.columns.rows(f"error {name}", lambda time: error if time == found.made else "")
        part = f"part of δ{self.layer}[{self.unit + 1}]"
        rows += self.columns.rows(part, until(found.part.at), parts, "←")[:1]
        if units > 1:
            rows += self.columns.rows(f"length of all {units}", until(found.size.at), style="value")
        return [*rows, *self.columns.rows("% of it left", until(percent), style="strong")]


def errors_height(teller: Teller) -> int:
    """Return how many rows all errors take at most, as far as the times have columns."""
    errors, columns = int(teller.there.sum()), len(teller.columns.shown)
    beside = teller.other is not None or holds(teller.trace)
    return _AROUND + min(errors, columns) + (errors > columns) + beside


def errors_rows(teller: Teller, height: int) -> list[Row]:
    """Return what each error gives to the delta of the neuron that is told of, in at most `height` rows."""
    columns, layer, unit = teller.columns, teller.layer, teller.unit
    delta = f"δ{layer}[{unit + 1}]"
    found = teller.claim("delta", layer, unit)
    total = columns.rows(f"= {delta}", found.at, found, "", partial(touched_at, teller.known, "delta", layer))
    some, rest = _sources(teller, max(1, height - _AROUND + 1 - len(total)))
    groups = (*((time,) for time in some), *([tuple(rest)] if rest else []))
    done = times_done(teller.trace, teller.step, "delta", layer)
    parts = parts_of(teller.trace, teller.step, layer, groups)[:, :, unit] if done else None
    title = f"{delta} at each time adds up what every error sends back"
    heads = rule(title, columns.width, after="a column: where it arrives")
    rows = [heads, columns.heading(("error made at", "title"))]
    for place, group in enumerate(groups):
        sent = Along(done, frozen([]) if parts is None else parts[place, done.start :])
        rows.append(_row(teller, group, sent))
    return [*rows, *total]


def _row(teller: Teller, group: tuple[int, ...], sent: Along) -> Row:
    """Return what a group of errors gives at each time; nothing where all of them are made earlier."""
    here = group == (teller.made,)
    name = f"{'▸' if here else ' '}@{group[0]}" if len(group) == 1 else f" {len(group):,} other times"
    return teller.columns.row(
        (name, "chosen" if here else "title"),
        lambda time: ("", "") if time > max(group) else teller.columns.run(sent.at(time)),
    )


def _sources(teller: Teller, room: int) -> tuple[list[int], list[int]]:
    """Return the times of the errors that have a row of their own, the latest first, and the others."""
    every = [time for time, there in enumerate(teller.there.tolist()) if there]
    some = [time for time in every if time in teller.columns.shown]
    if len(some) + (len(some) < len(every)) > room:
        near = teller.columns.present
        some = sorted(some, key=lambda time: (time != teller.made, abs(time - near)))[: max(1, room - 1)]
    return sorted(some, reverse=True), [time for time in every if time not in set(some)]
