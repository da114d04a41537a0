"""Which samples are shown, in which order, which is chosen, and what has the user in their place?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.draw.kit.wide import shortened

if TYPE_CHECKING:
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
    def row(self) -> int:
        """The row that is chosen."""
        return int(self.sorting.row or 0)


def named(table: Table) -> str:
    """Return how the chosen sample is called."""
    rows, row = table.rows, table.row
    at = f" at time {int(rows.times[row])}" if table.trace.shapes.sequences else ""
    return f"sample {int(rows.samples[row]) + 1:,}{at}"


def output_names(table: Table) -> list[str]:
    """Return what each output is called: the class that it stands for, or its number."""
    rows, shapes = table.rows, table.trace.shapes
    letter = "h" if shapes.recurrent[shapes.layers - 1] else "a"
    units = rows.predictions.shape[1]
    if rows.classes and units > 1:
        return [shortened(rows.classes[unit], LONGEST_NAME) for unit in range(units)]
    return [f"{letter}{shapes.layers}[{unit + 1}]" for unit in range(units)]
