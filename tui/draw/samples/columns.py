"""Which columns has the table of samples, and which of them have room?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from engine.facts.samples import loss_step
from engine.once import once
from tui.draw.kit.bars import bar_beside
from tui.draw.kit.numbers import aligned, look_of, marked, numeral
from tui.draw.kit.rows import Linked, Row, Run
from tui.draw.kit.shades import scale_of
from tui.draw.kit.wide import cells, padded, shortened
from tui.draw.samples.chosen import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.facts.samples import Indices, Samples
    from engine.looking.sorting import Sorting
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Style
    from tui.draw.samples.chosen import Table

_GAP = 2
_MARKS = 3  # the chosen one, the wrong one, and a blank
_LEAST_BAR, _MOST_BAR = 6, 32
_MOST_INPUTS = 4
_FIRST = 8  # rows that tell how wide the columns are
_OF_NO_OUTPUT, _INPUTS = 80, 90  # from these ranks on a column is of the batch, and of an input


@dataclass(frozen=True)
class Column:
    """A column: `by` is what the table is sorted by, if it can be; those of a high `rank` go first.

    A text stands at the left of its cells, a number at the right. `apart` are the lines in which the user
    has something else, if there are any.
    """

    by: str
    head: str
    texts: Sequence[str]
    styles: Sequence[Style]
    rank: int = 0
    is_text: bool = False
    apart: Sequence[bool] = ()

    @once
    def width(self) -> int:
        """The cells that it takes; one is kept for the sign of sorting."""
        return max(cells(self.head) + 1, *map(cells, self.texts), 1)

    def padded(self, text: str) -> str:
        """Return a text in the cells of the column."""
        return padded(text, self.width, right=not self.is_text)


def table_rows(table: Table, shown: Indices, width: int) -> list[Row]:
    """Return the heads of the columns and a line for each of some rows; the chosen one is marked.

    So is what is not the same with the user's own outputs.
    """
    rows, sorting = table.rows, table.sorting
    columns = _fitting(_columns(table, shown), width - _MARKS)
    largest = scale_of(rows.losses)
    room = min(_MOST_BAR, width - 1 - _MARKS - sum(column.width + _GAP for column in columns))
    found: list[Row] = [((" " * _MARKS, ""), *_heads(columns, sorting))]
    for place, row in enumerate(shown.tolist()):
        chosen = row == sorting.row
        wrong = ("!", "warning") if rows.wrong[row] else (" ", "")
        line: list[Run] = [("▸" if chosen else " ", "chosen"), wrong, (" ", "")]
        for column in columns:
            style = column.styles[place]
            if chosen and isinstance(style, Linked):
                style = Linked("chosen", style.target)
            if column.apart and column.apart[place]:
                gap, _ = line.pop()
                line += marked(f"{gap}{column.padded(column.texts[place])}", style)
            else:
                line.append((column.padded(column.texts[place]), style))
            line.append((" " * _GAP, ""))
        if room >= _LEAST_BAR:
            line.append((bar_beside(float(rows.losses[row]), largest, room), "loss"))
        found.append(tuple(line))
    return found


def needed_width(table: Table, *, bare: bool = False) -> int:
    """Return the cells that all columns but those of inputs take, as the first rows have them, and a bar.

    `bare` are those of what is never left out.
    """
    most = 1 if bare else _OF_NO_OUTPUT
    columns = [one for one in _columns(table, table.order[:_FIRST]) if one.rank < most]
    return _MARKS + sum(column.width + _GAP for column in columns) + 2 * _LEAST_BAR * (not bare)


def _heads(columns: Sequence[Column], sorting: Sorting) -> list[Run]:
    heads: list[Run] = []
    for column in columns:
        mine = column.by == sorting.by
        head = f"{column.head}{'↓' if sorting.falling else '↑'}" if mine else column.head
        heads += [(column.padded(head), "strong" if mine else "title"), (" " * _GAP, "")]
    return heads


def _fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """Return the columns that have room, those that are needed least left out first.

    Where outputs are, … stands in their place. Inputs are there all or none: the chosen sample has them.
    """
    kept, texts = list(columns), columns[0].texts
    more = Column("", "…", ["…"] * len(texts), ["dim"] * len(texts))
    while True:
        least = max(kept, key=lambda column: (column.rank, kept.index(column)))
        room = width - 2 * _LEAST_BAR * (least.rank >= _OF_NO_OUTPUT)  # a bar says more than an input
        if least.rank == 0 or sum(column.width + _GAP for column in kept) <= room:
            return kept
        if least.rank >= _OF_NO_OUTPUT:
            kept = [column for column in kept if column.rank < least.rank]
            continue
        place = kept.index(least)
        kept.remove(least)
        if more not in kept:
            kept.insert(place, more)
        there = kept.index(more)
        both = zip_longest(more.apart, least.apart, fillvalue=False)
        more = kept[there] = replace(more, apart=[one or other for one, other in both])


def _columns(table: Table, shown: Indices) -> list[Column]:
    trace, rows, theirs = table.trace, table.rows, table.theirs
    names, shapes = trace.scenario.names, trace.shapes
    several = shapes.batches > 1

    def apart(name: str, *unit: int) -> Sequence[bool]:
        mask: Sequence[bool] = [] if theirs is None else getattr(theirs, name)[(shown, *unit)].tolist()
        return mask

    found = [_numbers(trace, rows, shown)]
    if several:
        found.append(_batches(trace, rows, shown))
    if not shapes.sequences and trace.scenario.network.inputs <= _MOST_INPUTS:
        inputs = trace.scenario.data.inputs[rows.samples[shown], 0]
        for unit, texts in enumerate(inputs.T):
            name = names.inputs[unit] if names.inputs else f"x[{unit + 1}]"
            found.append(_of_numbers("", name, texts, rank=_INPUTS))
    outputs = rows.predictions.shape[1]
    if rows.classes:
        found += [
            _of_classes("target", "is", rows, rows.meant[shown]),
            replace(_of_classes("said", "said", rows, rows.said[shown]), apart=apart("said")),
        ]
    # Of many classes those stay that are said: first that of the chosen row, then those of the rows shown.
    said = [int(rows.said[table.row]), *sorted(set(rows.said[shown].tolist())), *range(outputs)]
    ranks = {unit: place for place, unit in enumerate(dict.fromkeys(said))}
    for unit, name in enumerate(table.outputs):
        if not rows.classes:
            by = "target" if unit == 0 else ""
            found.append(_of_numbers(by, f"y[{unit + 1}]", rows.targets[shown, unit], rank=2 * unit))
        predicted = rows.predictions[shown, unit]
        rank = min(10 + 2 * ranks[unit], _OF_NO_OUTPUT - 1) if rows.classes else 2 * unit
        column = _of_numbers(str(unit + 1), name, predicted, rank)
        found.append(replace(column, apart=apart("predictions", unit)))
    return [*found, replace(_of_numbers("loss", "C", rows.losses[shown]), apart=apart("losses"))]


def _numbers(trace: Trace, rows: Samples, shown: Indices) -> Column:
    """Return the number of each sample, which leads to its loss step."""
    at = [f"@{time}" if trace.shapes.sequences else "" for time in rows.times[shown].tolist()]
    texts = [f"{sample + 1}{time}" for sample, time in zip(rows.samples[shown].tolist(), at, strict=True)]
    styles = [Linked("", loss_step(trace, rows, row)) for row in shown.tolist()]
    return Column("sample", "sample", texts, styles)


def _batches(trace: Trace, rows: Samples, shown: Indices) -> Column:
    """Return the batch of each sample; that of the iteration stands out."""
    size = trace.scenario.training.batch_size
    texts = [str(sample // size + 1) for sample in rows.samples[shown].tolist()]
    styles = ["strong" if mine else "dim" for mine in rows.in_batch[shown].tolist()]
    return Column("", "batch", texts, styles, rank=_OF_NO_OUTPUT)


def _of_classes(by: str, head: str, rows: Samples, classes: Indices) -> Column:
    texts = [shortened(rows.classes[one], LONGEST_NAME) for one in classes.tolist()]
    return Column(by, head, texts, ["author"] * len(texts), is_text=True)


def _of_numbers(by: str, head: str, values: Array, rank: int = 0) -> Column:
    """Return a column of numbers, aligned at the point; of shares with three decimals."""
    shares = bool((np.isfinite(values) & (values >= 0.0) & (values <= 1.0)).all())
    whole = bool((np.round(values) == values).all())
    listed = values.tolist()
    if by.isdigit() and shares and not whole:
        texts = [f"{value:.3f}" for value in listed]
    else:
        texts = aligned([numeral(value) for value in listed])
    return Column(by, shortened(head, LONGEST_NAME), texts, [look_of(by, value) for value in listed], rank)
