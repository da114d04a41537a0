"""What does the network say of each sample, and which are the worst?

The table with the chosen row in it; beside it, or below where the screen is narrow, which class is taken for
which, and the chosen sample in full.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts.samples import samples_at
from engine.looking.sorting import chosen_place, chosen_row, sorted_rows
from engine.words.runs.samples import heading
from tui.draw.kit.rows import Row, clip, side_by_side
from tui.draw.kit.window import around
from tui.draw.samples.aside import confusion_rows, sample_rows
from tui.draw.samples.columns import table_rows

if TYPE_CHECKING:
    from engine.facts.samples import Indices, Samples
    from engine.looking.cursor import Cursor
    from engine.looking.sorting import Sorting
    from engine.run.tracing import Trace

_WIDE = 110  # cells from which there is room beside the table
_ASIDE = 38
_LEAST_LINES = 6
_KEYS = "↑ ↓ · enter its loss · s sort · S worst · f which"


def samples_rows(trace: Trace, cursor: Cursor, width: int, height: int, sorting: Sorting) -> list[Row]:
    """Return the table of the iteration's samples, in `width` x `height` cells."""
    rows = samples_at(trace, trace.schedule.site(cursor.step).iteration)
    order = sorted_rows(rows, sorting)
    head: Row = ((f" {heading(rows, order, sorting)}", "heading"),)
    if not len(order):
        return [clip(head, width), clip(((" None is: f shows all again.", "words"),), width)][:height]
    sorting = replace(sorting, row=chosen_row(rows, sorting))
    if width >= _WIDE:
        body = _beside(trace, rows, order, sorting, width, height - 1)
    else:
        body = _below(trace, rows, order, sorting, width, height - 1)
    return [clip(row, width) for row in [head, *body][:height]]


def _beside(
    trace: Trace, rows: Samples, order: Indices, sorting: Sorting, width: int, height: int
) -> list[Row]:
    left = width - _ASIDE
    table = [clip(row, left - 1) for row in _table(trace, rows, order, sorting, left, height)]
    aside = [*confusion_rows(trace, rows, order, _ASIDE, height), ()] if rows.classes else []
    aside += sample_rows(trace, rows, int(sorting.row or 0), order, _ASIDE)
    return side_by_side(table, [clip(row, _ASIDE) for row in aside], left)[:height]


def _below(
    trace: Trace, rows: Samples, order: Indices, sorting: Sorting, width: int, height: int
) -> list[Row]:
    lines = min(len(order) + 2, height)
    below = confusion_rows(trace, rows, order, width, height - min(lines, _LEAST_LINES + 1) - 1)
    if not below:
        below = sample_rows(trace, rows, int(sorting.row or 0), order, width)
    # The table has what it needs, and the last lines of what stands below it go first.
    room = height - max(min(lines, _LEAST_LINES + 1), min(lines, height - len(below) - 1)) - 1
    if room < 2:
        return _table(trace, rows, order, sorting, width, height)
    return [*_table(trace, rows, order, sorting, width, height - room - 1), (), *below[:room]]


def _table(
    trace: Trace, rows: Samples, order: Indices, sorting: Sorting, width: int, height: int
) -> list[Row]:
    """Return the lines around the chosen one; below them how many there are, and the keys."""
    room = max(1, height - (2 if height > 3 else 1))
    window = around(chosen_place(order, sorting), len(order), room)
    found = table_rows(trace, rows, order[window.start : window.stop], sorting, width)
    if len(found) < height:
        hidden = len(window) < len(order)
        part = f"{window.start + 1:,} to {window.stop:,} of {len(order):,} · " if hidden else ""
        found.append(((f" {part}{_KEYS}", "dim"),))
    return found
