"""What is an immutable array here, how is one made, and how is what holds some copied?"""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import Field

    import numpy.typing as npt

Array: TypeAlias = "npt.NDArray[np.float64]"
Mask: TypeAlias = "npt.NDArray[np.bool_]"
Scalar = TypeVar("Scalar", bound=np.generic)


def frozen(values: npt.ArrayLike) -> Array:
    """Return `values` as a read-only, C-contiguous float64 array; a single number has no dimension.

    The input is copied unless it already is such an array.
    """
    array = np.asarray(values, dtype=np.float64, order="C")
    if _is_sealed(array):
        return array
    if array is values or array.base is not None:
        array = array.copy()
    return sealed(array)


def sealed(array: npt.NDArray[Scalar]) -> npt.NDArray[Scalar]:
    """Return an array's numbers as an array that nobody can make writable again.

    A view of an array can be, through the array that it is a view of; of read-only memory it can't.
    """
    return np.asarray(array.data.toreadonly())


def _is_sealed(array: Array) -> bool:
    memory: object = array
    while isinstance(memory, np.ndarray):
        if memory.flags.writeable:
            return False
        memory = memory.base
    return isinstance(memory, memoryview) and memory.readonly


class Immutable:
    """A frozen dataclass of arrays: equal to itself alone, its own copy, and read-only once unpickled."""

    __slots__ = ()

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # With slots a dataclass is made twice, and what refuses in the second asks for the first.
        if "__slots__" in vars(cls) and "__setattr__" in vars(cls):
            cls.__setattr__ = cls.__delattr__ = _refuse  # type: ignore[method-assign]

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[..., Immutable], tuple[object, ...]]:
        return _again, (type(self), *(getattr(self, field.name) for field in fields(self)))


def _refuse(holder: object, name: str, *_: object) -> NoReturn:
    kind = type(holder).__name__
    raise FrozenInstanceError(f"a {kind} is immutable: its {name} can't be set or deleted")


def _again(kind: Callable[..., Immutable], *values: object) -> Immutable:
    return kind(*(sealed(value) if isinstance(value, np.ndarray) else value for value in values))


def length(array: Array) -> float:
    """Return the Euclidean length of all entries of an array as one vector."""
    return float(lengths(array.reshape(1, -1))[0])


@np.errstate(all="ignore")
def lengths(rows: Array) -> Array:
    """Return the Euclidean length of each row of [row, unit]: the largest entry is taken out of the root."""
    largest: Array = np.abs(rows).max(axis=1, initial=0.0)
    scale = np.where(np.isfinite(largest) & (largest > 0.0), largest, 1.0)
    found: Array = scale * np.sqrt(((rows / scale[:, None]) ** 2).sum(axis=1))
    return found
