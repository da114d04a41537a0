"""Which factors make a gradient, along one path and over all paths, and what is used again?

Three tables below each other, for the weight between the two neurons that the cursor looks at: the
factors of one path from the loss down, with the product so far; the sum over all paths; and what has
been formed for the layer above already. Their numbers and the bars behind them share two columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.known.asked import Asked
from engine.words.gradients.batch import of_sample
from engine.words.numbers.chain import changed_already, notes, stations
from tui.draw.chain.boxes import ROWS, path_rows
from tui.draw.chain.factors import factor_rows
from tui.draw.chain.sums import listable, passed, reuse_rows, reuse_words, sum_rows
from tui.draw.kit.rows import Room, Row, clip, first_fitting, length
from tui.draw.kit.wide import wrapped

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_LEAST_FACTORS, _GAPS = 4, 2
_WIDE_TITLE = 100


def chain_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the path, the sum over paths and the reuse in `width` x `height` cells."""
    asked = Asked(trace, cursor)
    paths, branches = listable(asked), asked.above
    least = len(reuse_rows(asked, width, 0))
    room = Room(height - 2 - len(sum_rows(asked, width, 0)) - least)
    told = _notes(asked, width, in_full=len(asked.path) < room.left)
    room.left -= len(told)
    factors = max(1, room.some(min(_LEAST_FACTORS, len(asked.path))))
    listed, gathered = room.some(min(2, paths)), room.some(min(2, branches))
    factors += room.some(len(asked.path.in_rows(factors + room.left)) - factors)
    future = asked.chain.from_future(asked.unit) is not None
    # The error that is the sum: of it the slope makes the delta. Without a row for it all is one term.
    several = gathered + future > 1
    summed = room.some(int(several))
    if several and not summed and gathered > 1:
        gathered, branches, summed = 1, 1, int(future)
        room.left += not future
        factors += room.some(len(asked.path.in_rows(factors + room.left)) - factors)
    price = room.take(reuse_words(asked, width, min(2, room.left)))
    gathered += room.some(min(branches - gathered, (room.left + 1) // 2))
    listed += room.some(paths - listed)
    gathered += room.some(branches - gathered)
    room.left += len(price)
    words = room.take(reuse_words(asked, width, room.left))
    reuse = reuse_rows(asked, width, gathered, summed=summed > 0)
    gap: list[Row] = [()] if room.left >= _GAPS else []
    boxes = path_rows(asked, width) if room.left >= ROWS + len(gap) * _GAPS else []
    rows = [_title(asked, width), *boxes, *factor_rows(asked, width, factors), *told]
    rows += [*gap, *sum_rows(asked, width, listed), *gap, *reuse, *words]
    return [clip(row, width) for row in rows[:height]]


def _title(asked: Asked, width: int) -> Row:
    """Return which weight and which path are shown, and for which sample and time."""
    batch = asked.trace.shapes.batch(asked.known.iteration)
    sample = f"sample {asked.known.sample - batch.start + 1:,}"
    time = f" · time @{asked.known.time}" if asked.trace.shapes.sequences else ""
    head, words = f" {asked.gradient.symbol}", " along one path: "
    if width < _WIDE_TITLE and (asked.path.carrier is not None or of_sample(asked.trace, asked.step)):
        words = " along: "
    room = width - len(head) - len(words) - 1
    names = passed(stations(asked.path), room)
    row: Row = ((head, "chosen"), (words, ""), (names, "strong"))
    room = width - length(row) - 1
    place = first_fitting([f"{sample} of {len(batch):,}{time}", f"{sample}{time}", ""], room - 2)
    return (*row, (place.rjust(room), "dim")) if place else row


def _notes(asked: Asked, width: int, *, in_full: bool) -> list[Row]:
    """Return what must be said of the factors."""
    changed = asked.path.changed(asked.step)
    told = [(" ! ", changed_already(changed))] if changed else []
    told += [("", text) for text in notes(asked.chain, asked.path, in_full=in_full)]
    return [
        ((mark if place == 0 else " " * len(mark), "warning" if place == 0 else ""), (f" {line}", "words"))
        for mark, text in told
        for place, line in enumerate(wrapped(text, max(20, width - len(mark) - 2)))
    ]
