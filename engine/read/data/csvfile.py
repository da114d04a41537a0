"""Do the rows of a CSV file make samples, or sequences, that fit the network?

Without sequences a row is a sample. With sequences a row is one time of one sample, and the targets of a row
may be empty: each sample has targets at every time, or at the last time only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import frozen, sealed
from engine.read.data.csvtable import Table
from engine.read.data.labels import complain_misfit, targets, too_many_targets
from engine.scenario import Data, Names

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.read.data.layout import Layout
    from engine.read.data.opened import DataFile, Expected

_ORDER = "Rows go by sample, then by time, both from 0; all sequences are of one length."


def read_csv(file: DataFile, expected: Expected) -> tuple[Data, Names] | None:
    """Return the samples of a CSV file and the names in it, or None with each error noted."""
    table = Table(file, expected)
    if not table.read() or table.layout is None:
        return None
    layout = table.layout
    if layout.labels and complain_misfit(table.classes, expected, file.findings):
        return None
    if layout.labels and (says := too_many_targets(len(table.rows), expected.outputs)):
        file.complain(says, file.smaller)
        return None
    leading, inputs, wanted = table.columns()
    if layout.labels:
        wanted = targets(wanted[:, 0], expected.outputs)
    data = _sequences(table, leading, inputs, wanted) if expected.sequences else _samples(inputs, wanted)
    return None if data is None else (data, _names(layout, table.classes, expected))


def _names(layout: Layout, classes: tuple[str, ...], expected: Expected) -> Names:
    classes = classes or expected.asked.classes or ()
    used = [layout.names[place] for place in layout.places[layout.leading :]] if layout.names else []
    inputs, outputs = tuple(used[: layout.inputs]), tuple(used[layout.inputs :])
    if len(classes) == expected.outputs:
        outputs = classes
    return Names(inputs, outputs, classes, layout.words(classes))


def _samples(inputs: Array, wanted: Array) -> Data:
    has_target = np.ones((len(inputs), 1), dtype=np.bool_)
    return Data(sealed(inputs)[:, None], sealed(wanted)[:, None], sealed(has_target))


def _sequences(table: Table, rows: Array, inputs: Array, wanted: Array) -> Data | None:
    """Return the samples of rows whose sample and time are `rows` [row, 2]."""
    count = len(rows)
    other = np.flatnonzero(rows[:, 0] != rows[0, 0])
    times = int(other[0]) if len(other) else count
    samples, rest = divmod(count, times)
    index = np.arange(count)
    wrong = np.flatnonzero((rows[:, 0] != index // times) | (rows[:, 1] != index % times))
    if len(wrong) or rest:
        row = int(wrong[0]) if len(wrong) else count - 1
        sample, time = divmod(row, times) if len(wrong) else (samples, rest)
        found = (
            f"found sample {rows[row, 0]:g}, time {rows[row, 1]:g}" if len(wrong) else "found no more rows"
        )
        table.complain(f"expected sample {sample}, time {time}, {found}", _ORDER, line=table.rows.line(row))
        return None
    inputs, wanted = (array.reshape(samples, times, -1) for array in (inputs, wanted))
    empty = np.isnan(wanted)
    has_target = ~np.any(empty, axis=2)
    for sample, time in np.argwhere(~has_target & ~np.all(empty, axis=2)):
        line = table.rows.line(int(sample) * times + int(time))
        table.complain("expected all targets of this row or none, found some", line=line)
    for sample, given in enumerate(has_target):
        if not given[-1] or (given[:-1].any() and not given.all()):
            says = f"expected targets at every time of sample {sample}, or at its last time only"
            table.complain(says, line=table.rows.line(sample * times))
    if not table.good:
        return None
    return Data(frozen(inputs), frozen(np.where(empty, 0.0, wanted)), sealed(has_target))
