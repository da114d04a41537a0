"""Which targets are the class labels of samples: 1 for the class that is meant, and 0 for all others?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.importing.taken import NotTakenError
from engine.read.findings import quoted

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.arrays import Array
    from engine.importing.taken import Taken

_NAMED = 12
"""Classes up to which each is named."""


def one_of(labels: npt.NDArray[Any], classes: npt.NDArray[Any], outputs: int) -> Array:
    """Return targets [..., output] of labels [...]; one output alone says whether it is the second class.

    Raises:
        NotTakenError: a label is of no class; which.
    """
    unknown = np.argwhere(~np.isin(labels, classes))
    if len(unknown):
        place = tuple(unknown[0].tolist())
        index = "".join(f"[{part}]" for part in place)
        first, *_, last = names = classes.tolist()
        expected = quoted(names) if len(names) <= _NAMED else f"one of {len(names)} from {first} to {last}"
        raise NotTakenError(f"targets{index} is {labels[place]!s}: expected {expected}")
    chosen: Array = (labels[..., None] == classes).astype(np.float64)
    return chosen[..., 1:] if outputs == 1 else chosen


def may_be_classes(taken: Taken, targets: npt.NDArray[Any], samples: int, times: int) -> bool:
    """Return whether targets are numbers of classes, as CrossEntropyLoss takes them: [sample], with times
    [sample, time].

    What may be one target for each output is that.
    """
    if taken.loss != "cross-entropy" or taken.outputs == 1 or targets.shape == (samples, taken.outputs):
        return False
    shapes = [(samples,), *([(samples, times)] if taken.recurrent else [])]
    whole = targets.dtype.kind in "iub" or (targets.dtype.kind == "f" and bool(np.all(targets % 1.0 == 0.0)))
    return targets.shape in shapes and whole
