"""Do the rows of a CSV file make samples, or sequences, that fit the network?

Without sequences a row is a sample. With sequences a row is one time of one sample, and the targets of a row
may be empty: each sample has targets at every time, or at the last time only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import frozen, sealed
from engine.read.data.csvtable import Table
from engine.scenario import Data

if TYPE_CHECKING:
    from engine.read.data.opened import DataFile, Expected

_ORDER = "Rows go by sample, then by time, both from 0; all sequences are of one length."


def read_csv(file: DataFile, expected: Expected) -> Data | None:
    """Return the samples of a CSV file, or None with each error noted."""
    table = Table(file, expected)
    if not table.read():
        return None
    return _sequences(table, expected) if expected.sequences else _samples(table, expected)


def _samples(table: Table, expected: Expected) -> Data:
    rows = table.rows()
    has_target = np.ones((len(rows), 1), dtype=np.bool_)
    inputs, targets = rows[:, None, : expected.inputs], rows[:, None, expected.inputs :]
    return Data(frozen(inputs), frozen(targets), sealed(has_target))


def _sequences(table: Table, expected: Expected) -> Data | None:
    rows = table.rows()
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
        table.complain(f"expected sample {sample}, time {time}, {found}", _ORDER, line=table.lines[row])
        return None
    inputs = rows[:, 2 : 2 + expected.inputs].reshape(samples, times, -1)
    targets = rows[:, 2 + expected.inputs :].reshape(samples, times, -1)
    empty = np.isnan(targets)
    has_target = ~np.any(empty, axis=2)
    for sample, time in np.argwhere(~has_target & ~np.all(empty, axis=2)):
        line = table.lines[int(sample) * times + int(time)]
        table.complain("expected all targets of this row or none, found some", line=line)
    for sample, given in enumerate(has_target):
        if not given[-1] or (given[:-1].any() and not given.all()):
            says = f"expected targets at every time of sample {sample}, or at its last time only"
            table.complain(says, line=table.lines[sample * times])
    if not table.good:
        return None
    return Data(frozen(inputs), frozen(np.where(empty, 0.0, targets)), sealed(has_target))
