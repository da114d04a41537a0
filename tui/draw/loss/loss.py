"""How has the loss gone so far, and where in it are we?

The curve; below it in a line, or where there is room in full, when the loss first fell below round bounds;
and what the loss of the iteration that is looked at is made of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.theirs import theirs_of
from engine.facts.losses import bounds, is_logarithmic
from engine.kept import Kept
from engine.words.runs.losses import first_below, left_out
from tui.draw.kit.plot import LABELS, usable_of
from tui.draw.kit.rows import Row, Run, clip, side_by_side
from tui.draw.kit.wide import shortened
from tui.draw.loss.below import bounds_rows, parts_rows
from tui.draw.loss.curve import curve_rows

if TYPE_CHECKING:
    from engine.looking.along import Along
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_WIDE, _HIGH = 95, 22  # cells from which there is room below the curve
_LEAST_BELOW, _MOST_BELOW, _BOUNDS = 5, 14, 42
_MARGIN: Run = (" " * (LABELS + 1), "")


def loss_rows(trace: Trace, cursor: Cursor, width: int, height: int, along: Along) -> list[Row]:
    """Return the curve of the losses and what there is to say of it."""
    here = trace.schedule.site(cursor.step).iteration
    key = here, along, trace.computed, width, height, theirs_of(trace)
    return _LATEST.of(trace, key, lambda: _drawn(trace, cursor, width, height, along))


_LATEST: Kept[Trace, list[Row]] = Kept(0, lambda _: 1)
"""The picture that is shown: all steps of an iteration have the same."""


def _drawn(trace: Trace, cursor: Cursor, width: int, height: int, along: Along) -> list[Row]:
    if width < _WIDE or height < _HIGH or not trace.computed:
        return curve_and_bounds(trace, cursor, width, height, along)
    at = trace.schedule.site(cursor.step).iteration if along.at is None else along.at
    most = max(_LEAST_BELOW, min(_MOST_BELOW, height // 4))
    left = parts_rows(trace, min(at, trace.computed - 1), width - _BOUNDS, most)
    right = bounds_rows(trace, _BOUNDS, most)  # both begin with a rule: one line
    below = [*_left_out(trace, along), *side_by_side(left, right, width - _BOUNDS)]
    return [*curve_rows(trace, cursor, width, height - len(below), along), *below]


def curve_and_bounds(trace: Trace, cursor: Cursor, width: int, height: int, along: Along) -> list[Row]:
    """Return the curve, and below it in one line what is left out of it or when it fell below bounds."""
    told = shortened(first_below(bounds(trace)), width - LABELS - 1)
    below = _left_out(trace, along) or [(_MARGIN, (told, "words"))]
    rows = [*curve_rows(trace, cursor, width, height - 1, along), *below]
    return [clip(row, width) for row in rows[:height]]


def _left_out(trace: Trace, along: Along) -> list[Row]:
    values, logarithmic = trace.losses.values(), is_logarithmic(trace, along.logarithmic)
    usable = usable_of(values, logarithmic=logarithmic)
    if usable.all() or not usable.any():
        return []
    return [(_MARGIN, (left_out(int((~usable).sum()), logarithmic=logarithmic), "dim"))]
