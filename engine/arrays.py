"""What is an immutable array here, and how is one made?"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]


def frozen(values: npt.ArrayLike) -> Array:
    """Return `values` as a read-only, C-contiguous float64 array; a single number has no dimension.

    The input is copied unless it already is such an array.
    """
    array = np.asarray(values, dtype=np.float64, order="C")
    if array.flags.writeable:
        if array is values or array.base is not None:
            array = array.copy()
        return sealed(array)
    return array


def sealed(array: Array) -> Array:
    """Make an array read-only and return a view of it: a view, unlike its owner, stays as it is."""
    array.setflags(write=False)
    return array.view()


def lock(array: npt.NDArray[np.generic] | None) -> None:
    """Make an array read-only for good: also the larger array that it is a view of."""
    while array is not None:
        array.setflags(write=False)
        array = array.base if isinstance(array.base, np.ndarray) else None
