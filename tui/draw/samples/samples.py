"""What does the network say of each sample, and which are the worst?

The table with the chosen row in it; beside it, or below where the screen is narrow, which class is taken for
which, and the chosen sample in full.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts import samples
from engine.looking.sorting import chosen_place, chosen_row, sorted_rows
from engine.words.runs.samples import heading, in_batch
from tui.draw.kit.numbers import WRONG, beside, span
from tui.draw.kit.rows import Row, around, clip, first_fitting, length, side_by_side
from tui.draw.samples.aside import confusion_rows, confusion_width, sample_rows
from tui.draw.samples.chosen import Table, theirs_rows
from tui.draw.samples.columns import needed_width, table_rows

if TYPE_CHECKING:
    from engine.facts.samples import Beside, Indices
    from engine.looking.cursor import Cursor
    from engine.looking.sorting import Sorting
    from engine.run.tracing import Trace

_WIDE = 110  # cells from which there is room beside the table
_ASIDE, _AROUND = 38, 3  # cells of what stands there; rows around those of classes that are mixed up
_WIDE_KEYS, _HIGH = 76, 8  # cells from which the keys stand in one line; in as few rows they do, too
_LEAST_LINES = 2  # the heads, and the chosen one
_KEYS = " · s sort · S worst · f which"
_KEYS_OF_THEIRS = f"{_KEYS} · < > {WRONG}"


def samples_rows(trace: Trace, cursor: Cursor, width: int, height: int, sorting: Sorting) -> list[Row]:
    """Return the table of the iteration's samples, in `width` x `height` cells."""
    rows = samples.samples_at(trace, trace.schedule.site(cursor.step).iteration)
    order = sorted_rows(rows, sorting)
    head: Row = ((f" {heading(rows, order, sorting.which)}", "heading"),)
    if not len(order):
        return [clip(head, width), clip(((" None is: f shows all again.", "words"),), width)][:height]
    sorting = replace(sorting, row=chosen_row(rows, sorting))
    table = Table(trace, rows, order, sorting, samples.beside(trace, rows))
    if table.theirs is not None:
        head = (*head, *_differ(table.theirs, order, width - length(head)))
    return [clip(row, width) for row in [head, *_arranged(table, width, height - 1)][:height]]


def _differ(theirs: Beside, order: Indices, room: int) -> Row:
    """Return how many rows of the table are not as the user has them; nothing if all are."""
    many = int(theirs.apart[order].sum())
    return first_fitting([beside(f"{many:,} not as yours", 2), beside(f"{many:,}", 2)], room) if many else ()


def _arranged(table: Table, width: int, height: int) -> list[Row]:
    """Return the table, and what is told of it: beside it, or below where only so all has room with bars."""
    confusion = max(_ASIDE, confusion_width(table.rows))
    left, wide = width - confusion, width >= _WIDE
    tall = len(table.rows.classes) + _AROUND > height // 2
    if not wide and not (tall and needed_width(table, bare=True) < left):
        return _below(table, width, height, left - 1)
    if wide and needed_width(table) > left and (both := _both(table, width, height // 2, left - 1)):
        return [*_lines(table, width, height - len(both) - 1), (), *both]
    rows = [clip(row, left - 1) for row in _lines(table, left, height)]
    aside = confusion_rows(table, confusion, height)
    sample = sample_rows(table, confusion, height - len(aside))
    aside += [*[()] * (0 < len(aside) < height - len(sample)), *sample]
    return side_by_side(rows, [clip(row, confusion) for row in aside], left)[:height]


def _both(table: Table, width: int, height: int, right: int) -> list[Row]:
    """Return which class is taken for which and the chosen sample, side by side; nothing without room."""
    if len(table.rows.classes) + _AROUND > height:
        return []
    left = confusion_rows(table, width - right - 1, height)
    sample = sample_rows(table, right, height) if left and right >= _ASIDE else []
    rows = [clip(row, right) for row in sample]
    return side_by_side(left, rows, width - right) if 0 < len(rows) <= height else []


def _below(table: Table, width: int, height: int, right: int) -> list[Row]:
    lines = min(len(table.order) + 2, height)
    least, mine = min(lines, _LEAST_LINES), theirs_rows(table, width)
    below = _both(table, width, height // 2, right)
    below = below or confusion_rows(table, width, height - least - len(mine))
    below = [*mine, *below] if below else sample_rows(table, width, max(height - lines - 1, height // 2))
    # The table has what it needs, and the last lines of what stands below it go first.
    room = height - max(least, min(lines, height - len(below) - 1))
    if room < 3:
        return _lines(table, width, height)
    return [*_lines(table, width, height - room), *[()] * (len(below) < room), *below[:room]]


def _lines(table: Table, width: int, height: int) -> list[Row]:
    """Return the lines around the chosen one; below them how many there are, and the keys."""
    order = table.order
    apart = width < _WIDE_KEYS and height > _HIGH
    room = max(1, height - 2 - apart if height > 3 else height - 1)
    window = around(chosen_place(order, table.sorting), len(order), room)
    found = table_rows(table, order[window.start : window.stop], width)
    if len(found) < height:
        hidden = len(window) < len(order)
        part = f"{span(window, len(order))} · " if hidden else ""
        place, keys = in_batch(table.trace, table.rows, table.row), _KEYS_OF_THEIRS if table.theirs else _KEYS
        loss = f"enter: {place or 'its loss'}"
        ways = [f"↑ ↓ · enter its loss{place and ': sample '}{place}{keys}", f"{loss}{keys}"]
        ways = [f" {part}{way}" for way in ([] if apart else ways) + [loss, "enter its loss"]]
        found.append(((first_fitting(ways, width - 1), "dim"),))
        found += [((f" {keys[3:]}", "dim"),)] * apart
    return found
