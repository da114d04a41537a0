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
        array.setflags(write=False)
    return array


def lock(array: npt.NDArray[np.generic] | None) -> None:
    """Make an array read-only for good: also the larger array that it is a view of."""
    while array is not None:
        array.setflags(write=False)
        array = array.base if isinstance(array.base, np.ndarray) else None
