"""Does a list of numbers have the shape that the network asks for, and is each number finite?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from msgspec import UNSET

from engine.arrays import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.read.findings import Findings, KeyPath

# Of the parameters, of the data and of what one iteration computes: 80 MB each.
NUMBERS = 10_000_000


def known(value: object) -> bool:
    """Return whether a value was given and was of the right kind."""
    return value is not None and value is not UNSET


def vector(
    values: list[float], length: int | None, per: str, path: KeyPath, findings: Findings
) -> Array | None:
    """Return `values` as an array [length] or, with a finding, None.

    `per` says what the numbers are counted by ("neuron of this layer"). A `length` of None is not checked.
    """
    if length is not None and len(values) != length:
        findings.add(path, f"expected {counted(length, 'number')}, one per {per}, found {len(values)}")
        return None
    return _finite(values, path, findings)


def matrix(
    rows: list[list[float]],
    shape: tuple[int | None, int | None],
    per: tuple[str, str],
    path: KeyPath,
    findings: Findings,
) -> Array | None:
    """Return `rows` as an array of `shape` or, with findings, None.

    `per` says what rows and columns are counted by. None in the shape is not checked, but all rows
    must be of one length.
    """
    count, width = shape
    good = True
    if count is not None and len(rows) != count:
        findings.add(path, f"expected {counted(count, 'row')}, one per {per[0]}, found {len(rows)}")
        good = False
    if not rows or not rows[0]:
        where, what = (path, "no row") if not rows else ((*path, 0), "an empty row")
        if good:
            findings.add(where, f"expected at least one number, found {what}")
        return None
    widths = {len(row) for row in rows}
    if len(widths) == 1 and width is not None and widths != {width}:
        says = f"expected rows of {counted(width, 'number')}, one per {per[1]}, found rows of {len(rows[0])}"
        findings.add(path, says)
        return None
    if len(widths) > 1:
        right = width if width is not None else len(rows[0])
        why = f", one per {per[1]}" if width is not None else " as in the first row"
        for index, row in enumerate(rows):
            if len(row) != right:
                findings.add((*path, index), f"expected {counted(right, 'number')}{why}, found {len(row)}")
        return None
    array = _finite(rows, path, findings)
    return array if good else None


def counted(count: int, noun: str) -> str:
    """Return a count in words: `1 number`, `2 numbers`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _finite(values: Sequence[Any], path: KeyPath, findings: Findings) -> Array | None:
    array = frozen(values)
    if bool(np.isfinite(array).all()):
        return array
    for index in np.argwhere(~np.isfinite(array)):
        place = tuple(int(part) for part in index)
        not_finite(cast(float, array[place]), (*path, *place), findings)
    return None


def not_finite(value: float, path: KeyPath, findings: Findings) -> None:
    """Add the finding that a number is not finite."""
    word = "nan" if np.isnan(value) else f"{value} (or a number beyond 1.8e308)"
    findings.add(path, f"expected a finite number, found {word}")
