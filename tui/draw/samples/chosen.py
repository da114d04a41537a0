"""Which samples are shown, in which order, which is chosen, and what has the user in its place?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.beside.right import should_be
from engine.words.runs.samples import called, outputs
from tui.draw.kit.numbers import WRONG, beside, count, until_apart
from tui.draw.kit.rows import Row, first_fitting, flow
from tui.draw.kit.wide import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.facts.samples import Beside, Indices, Samples
    from engine.looking.sorting import Sorting
    from engine.run.tracing import Trace


LONGEST_NAME = 12
"""Cells of the name of a class or an output, at most."""


class Table(NamedTuple):
    """The `order` of the rows that are in the table, and how it stands; `theirs` is where the user's differ.

    It has a chosen row.
    """

    trace: Trace
    rows: Samples
    order: Indices
    sorting: Sorting
    theirs: Beside | None = None

    @property
    def scored(self) -> Indices:
        """The rows whose score and loss are told: all, where those that are wrong are listed."""
        return np.arange(len(self.rows)) if self.sorting.which == "wrong" else self.order

    @property
    def row(self) -> int:
        """The row that is chosen."""
        return int(self.sorting.row or 0)

    @property
    def called(self) -> str:
        """How the chosen sample is called."""
        return called(self.trace, self.rows, self.row)

    @property
    def outputs(self) -> list[str]:
        """What each output is called, in as many cells as there are for that."""
        return [shortened(name, LONGEST_NAME) for name in outputs(self.trace, self.rows)]


def with_yours(row: Row, width: int, value: float, other: float) -> Row:
    """Return a row, and behind it what its number is with the user's own outputs if that is another."""
    if should_be(value, other) is None:
        return row
    text = count(other) if isinstance(other, int) else until_apart(other, value)
    return first_fitting([(*row, *beside(f"with yours {text}")), (*row, *beside(text))], width)


def theirs_rows(table: Table, width: int) -> list[Row]:
    """Return in a line what the user has of the chosen sample; nothing if it is ours."""
    if table.theirs is None or not table.theirs.apart[table.row]:
        return []
    start: Row = ((" ", ""), (f"{WRONG} {table.called}, yours: ", "warning"))
    return flow([((told, "warning"),) for told in _told(table)], width, start, (" · ", "warning"))


def _told(table: Table) -> Iterator[str]:
    rows, theirs, row = table.rows, table.theirs, table.row
    assert theirs is not None
    if theirs.said[row]:
        yield f"said {shortened(rows.classes[int(theirs.rows.said[row])], LONGEST_NAME)}"
    for unit, name in enumerate(table.outputs):
        if theirs.predictions[row, unit]:
            its, ours = (float(one.predictions[row, unit]) for one in (theirs.rows, rows))
            yield f"{name} {until_apart(its, ours)}"
    if theirs.losses[row]:
        yield f"C {until_apart(float(theirs.rows.losses[row]), float(rows.losses[row]))}"
