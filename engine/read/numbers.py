"""Does a list of numbers have the shape that the network asks for, and is each number finite?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from msgspec import UNSET

from engine.arrays import frozen, sealed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array, Mask
    from engine.read.findings import Findings, KeyPath

# Of the parameters, of the data and of what one iteration computes: 80 MB each.
NUMBERS = 10_000_000

NEURON = "neuron of this layer"
"""What the rows of a layer's parameters are counted by."""


def known(value: object) -> bool:
    """Return whether a value was given and was of the right kind."""
    return value is not None and value is not UNSET


def vector(
    values: list[float], length: int | None, per: str, path: KeyPath, findings: Findings, noun: str = "number"
) -> Array | None:
    """Return `values` as an array [length] or, with a finding, None.

    `per` says what the numbers are counted by ("neuron of this layer"). A `length` of None is not checked.
    `noun` is what they are called: truth values are numbers too.
    """
    if length is not None and len(values) != length:
        says = f"expected {counted(length, noun)}, one per {per}, found {len(values)}"
        findings.add(path, says, numbers=length)
        _finite(values, path, findings)
        return None
    return _finite(values, path, findings)


def matrix(
    rows: list[list[float]],
    shape: tuple[int | None, int | None],
    per: tuple[str, str],
    path: KeyPath,
    findings: Findings,
    noun: str = "number",
) -> Array | None:
    """Return `rows` as an array of `shape` or, with findings, None.

    `per` says what rows and columns are counted by. None in the shape is not checked, but all rows
    must be of one length.
    """
    count, width = shape
    if not rows:
        findings.add(path, f"expected at least one row of {noun}s, found an empty list")
        return None
    good = count is None or len(rows) == count
    if count is not None and not good:
        findings.add(path, f"expected {counted(count, 'row')}, one per {per[0]}, found {len(rows)}")
    good &= _check_widths(rows, width, per, path, findings, noun)
    if len({len(row) for row in rows}) > 1:  # no array holds these
        for index, row in enumerate(rows):
            _finite(row, (*path, index), findings)
        return None
    array = _finite(rows, path, findings)
    return array if good else None


def mask(values: Mask) -> Mask:
    """Return `values`, made read-only."""
    return sealed(values)


def counted(count: int, noun: str) -> str:
    """Return a count in words: `1 number`, `2 numbers`."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _check_widths(
    rows: list[list[float]],
    width: int | None,
    per: tuple[str, str],
    path: KeyPath,
    findings: Findings,
    noun: str,
) -> bool:
    """Return whether all rows have `width` items; if it is None, as many as the first, at least one."""
    widths = {len(row) for row in rows}
    wanted = width or len(rows[0]) or 1
    if widths == {wanted}:
        return True
    numbers, each = counted(wanted, noun), f", one per {per[1]}" if width else ""
    if len(widths) == 1:
        says = f"expected rows of {numbers}{each}, found rows of {len(rows[0])}"
        findings.add(path, says, numbers=wanted)
    else:
        why = "" if width else " as in the first row"
        for index, row in enumerate(rows):
            if len(row) != wanted:
                # The path counts from 0, as files do; people, and all screens, count neurons from 1.
                whose = f" for neuron {index + 1}" if per[0] == NEURON else ""
                says = f"expected {numbers}{whose}{each}{why}, found {len(row)}"
                findings.add((*path, index), says, numbers=wanted)
    return False


def _finite(values: Sequence[Any], path: KeyPath, findings: Findings) -> Array | None:
    array = frozen(values)
    if bool(np.isfinite(array).all()):
        return array
    for index in np.argwhere(~np.isfinite(array)):
        place = tuple(int(part) for part in index)
        not_finite(cast("float", array[place]), (*path, *place), findings)
    return None


def not_finite(value: float, path: KeyPath, findings: Findings) -> None:
    """Add the finding that a number is not finite."""
    word = "nan" if np.isnan(value) else f"{value} (or a number beyond 1.8e308)"
    findings.add(path, f"expected a finite number, found {word}")
