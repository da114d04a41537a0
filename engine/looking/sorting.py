"""In which order do the samples stand in their table, which of them are in it, and which one is chosen?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import sealed
from engine.kept import Kept
from engine.looking.cursor import within
from engine.records import Record

if TYPE_CHECKING:
    from engine.arrays import Mask
    from engine.facts.samples import Indices, Samples

WORST_FIRST = "loss"
_FIRST_COLUMNS = ("sample", "target", "said")
WHICH = ("all", "batch", "wrong")
"""Which rows there are: all, those of the iteration's batch, those that are taken for another class."""


class Sorting(Record):
    """How a table of samples is sorted: by a column, the largest first if `falling`.

    `which` is one of `WHICH`; `row` is the row of the facts that is chosen, None: whichever stands first.
    """

    by: str = WORST_FIRST
    falling: bool = True
    which: str = WHICH[0]
    row: int | None = None


def columns_of(rows: Samples) -> tuple[str, ...]:
    """Return what the table can be sorted by; a number is an output, from 1."""
    outputs = tuple(str(unit + 1) for unit in range(rows.predictions.shape[1]))
    first = _FIRST_COLUMNS if rows.classes else _FIRST_COLUMNS[:2]
    return (*first, *outputs, WORST_FIRST)


def sorted_rows(rows: Samples, sorting: Sorting) -> Indices:
    """Return the rows that are in the table, in their order; equal ones by their number.

    Kept, for who walks through the table asks for it with each key.
    """
    by, which, falling = sorting.by, sorting.which, sorting.falling
    return _SORTED.of(rows, (by, which, falling), lambda: _sorted(rows, by, which, falling=falling))


_SORTED: Kept[Samples, Indices] = Kept(8 << 20, lambda order: order.nbytes)


def _sorted(rows: Samples, by: str, which: str, *, falling: bool) -> Indices:
    keys: dict[str, Indices] = {"sample": rows.samples, "said": rows.said}
    if by == "target":
        values = rows.meant if rows.classes else rows.targets[:, 0]
    elif by.isdigit():
        values = rows.predictions[:, within(int(by) - 1, rows.predictions.shape[1])]
    else:
        values = keys.get(by, rows.losses)
    key = np.where(np.isnan(values), np.inf, values) if values.dtype.kind == "f" else values
    order = np.argsort(-key if falling else key, kind="stable")
    if which == "batch":
        order = order[rows.in_batch[order]]
    elif which == "wrong":
        order = order[rows.wrong[order]]
    return sealed(order)


def chosen_place(order: Indices, sorting: Sorting) -> int:
    """Return at which place of the table the chosen row stands; the first if it is not in it."""
    found = np.flatnonzero(order == sorting.row)
    return int(found[0]) if len(found) else 0


def chosen_row(rows: Samples, sorting: Sorting) -> int | None:
    """Return the chosen row of the facts; None where the table is empty."""
    order = sorted_rows(rows, sorting)
    return int(order[chosen_place(order, sorting)]) if len(order) else None


def moved(rows: Samples, sorting: Sorting, by: int) -> Sorting:
    """Return the row so many places further down chosen, at most the last."""
    order = sorted_rows(rows, sorting)
    if not len(order):
        return sorting
    here = chosen_place(order, sorting)
    place = within(here + by, len(order))
    return sorting if place == here else replace(sorting, row=int(order[place]))


def at_next_apart(rows: Samples, apart: Mask, sorting: Sorting, by: int) -> Sorting:
    """Return the next row chosen that is `apart` (`by` 1), or the one before; the same if there is none."""
    order = sorted_rows(rows, sorting)
    places, here = np.flatnonzero(apart[order]), chosen_place(order, sorting)
    further = places[places > here] if by > 0 else places[places < here][::-1]
    return replace(sorting, row=int(order[further[0]])) if len(further) else sorting


def by_next_column(rows: Samples, sorting: Sorting) -> Sorting:
    """Return the table sorted by the next column, the loss with the worst first; the first row is chosen."""
    columns = columns_of(rows)
    place = columns.index(sorting.by) if sorting.by in columns else -1
    by = columns[(place + 1) % len(columns)]
    return replace(sorting, by=by, falling=by == WORST_FIRST, row=None)


def with_other_rows(rows: Samples, sorting: Sorting) -> Sorting:
    """Return the table with all rows, those of the batch, or those that are wrong, one after the other."""
    kinds = [kind for kind in WHICH if kind != "wrong" or rows.classes]
    if rows.in_batch.all():
        kinds.remove("batch")
    place = kinds.index(sorting.which) if sorting.which in kinds else 0
    return replace(sorting, which=kinds[(place + 1) % len(kinds)], row=None)


def obeyed(rows: Samples, sorting: Sorting, command: str) -> Sorting:
    """Return the table after a command: unit-down, unit-up, sort, worst or which."""
    match command:
        case "sort":
            return by_next_column(rows, sorting)
        case "worst":
            return replace(sorting, by=WORST_FIRST, falling=True, row=None)
        case "which":
            return with_other_rows(rows, sorting)
        case _:
            return moved(rows, sorting, 1 if command == "unit-down" else -1)
