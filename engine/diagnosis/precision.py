"""How exact are somebody's numbers, as can be seen from them?

He may have computed in float32, or have printed a few digits.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from engine.named_arrays.files.bfloat16 import BRAIN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import numpy.typing as npt

    from engine.arrays import Array

UNIT: Final = 2.0**-53
SINGLE: Final = 2.0**-24
_HALF: Final = 2.0**-11
_NAMES: Final = {UNIT: "in float64", SINGLE: "in float32", _HALF: "in float16", BRAIN: "in bfloat16"}
_SHORTEST: Final = ((BRAIN, 8), (_HALF, 11))
"""The formats that numbers are made longer from before numpy or JSON has them, with the bits of each."""
_LOOKED_AT = 2000
_FULL = 14
"""Digits from which on a number is not one that was printed short."""
_FEWEST, _SURE = 4, 12
"""Fewer digits than these are believed to be printed only of so many numbers."""
OF_SINGLE: Final = 7
"""Digits that float32 has: of numbers printed with more it is seen that they are none of its own."""
_FINEST = 2.0**10
"""A multiple of 1 / 1024 may well be exact."""
_CHANCE = 3
"""How many digits must be missing before an array is believed to be printed shorter than the others."""
_BITS = 12
"""Bits of a number up to which it says nothing about its format."""


class Precision(NamedTuple):
    """How exact numbers are: a unit of rounding, and how many decimals and digits are printed at most.

    What is not printed may be `cut` off in place of rounded. Of a sum `parts` says by how much those that it
    is made of may differ; it may be much less than they are.
    """

    unit: float = UNIT
    decimals: int | None = None
    digits: int | None = None
    parts: float = 0.0
    cut: bool = False

    @property
    def words(self) -> str:
        """How the numbers look, for a sentence."""
        if self.digits is not None and (self.decimals is None or self.digits <= self.decimals):
            return f"printed to {self.digits} digits{self._cut}"
        if self.decimals is not None:
            return f"printed to {self.decimals} decimals{self._cut}"
        return _NAMES[self.unit]

    @property
    def _cut(self) -> str:
        return ", the others cut off" if self.cut else ""

    @property
    def is_printed(self) -> bool:
        """Whether the numbers have fewer decimals or digits than they were computed with."""
        return self.decimals is not None or self.digits is not None

    @property
    def in_single(self) -> Precision:
        """The precision of the same numbers, worked out in float32 before they were printed or kept."""
        return self._replace(unit=max(self.unit, SINGLE))

    @property
    def is_short(self) -> bool:
        """Whether numbers are printed so short that it can't be seen whether they were float32 before."""
        return any(cut is not None and cut <= OF_SINGLE for cut in (self.decimals, self.digits))

    def of_sum(self, arrays: Sequence[Array]) -> Precision:
        """Return how exact the sum of arrays is, each of them so exact."""
        parts = sum(largest_of(self.of_printing(one) + 4.0 * self.unit * np.abs(one)) for one in arrays)
        return self._replace(decimals=None, digits=None, parts=parts)

    def of_printing(self, array: Array) -> Array | float:
        """Return by how much a printed number may differ from what was computed."""
        if self.parts:
            return self.parts
        if self.decimals is None and self.digits is None:
            return 0.0
        most = 1.01 if self.cut else 0.51
        last = 0.0 if self.decimals is None else 10.0**-self.decimals
        if self.digits is None:
            return most * last
        place = np.floor(np.log10(np.abs(array)))
        own = np.where(np.isfinite(place), 10.0 ** (place + 1 - self.digits), 0.0)
        return np.asarray(most * np.maximum(own, last))


def largest_of(array: Array) -> float:
    """Return the largest number of an array, without its sign, that is finite; 0 if there is none."""
    sizes = np.abs(array)
    largest = float(sizes.max(initial=0.0))
    if math.isfinite(largest):
        return largest
    return float(sizes.max(initial=0.0, where=np.isfinite(sizes)))


def precisions(
    arrays: Mapping[str, npt.NDArray[Any]], unprinted: Collection[str] = ()
) -> dict[str, Precision]:
    """Return how exact the numbers of each array of a file are.

    Float32 is seen from all that are in float64 together. So is how they were printed, for one program mostly
    prints all alike; but an array that shows by itself that it was printed shorter is taken so. The
    `unprinted` are none of that kind: their digits are few because they were given so.
    """
    single = {name: unit for name, array in arrays.items() if (unit := _narrow(array.dtype)) is not None}
    double = {name: _some(array) for name, array in arrays.items() if name not in single}
    every = [x for some in double.values() for x in some]
    decimals, digits = _printed(every)
    if digits is None or digits > 6:
        as_single = {name: _is_single(some, decimals, digits) for name, some in double.items()}
        if not all(as_single.values()):
            as_single = {
                name: yes and _longest(_of_many_bits(double[name])) > 9 for name, yes in as_single.items()
            }
    else:
        as_single = dict.fromkeys(double, False)
    found = {name: Precision(unit) for name, unit in single.items()}
    short = [name for name, unit in single.items() if unit == SINGLE]
    cut = _printed([x for name in short for x in _in_short(arrays[name])])
    if any(places is not None and places < OF_SINGLE for places in cut):
        found |= {name: Precision(SINGLE, *cut) for name in short}
    made_longer = {name: _some(arrays[name]) for name in short}
    made_longer |= {name: some for name, some in double.items() if as_single[name]}
    for name, some in double.items():
        own = None if name in unprinted else _printed_shorter(some, decimals, digits)
        found[name] = Precision(SINGLE if as_single[name] else UNIT, *(own or (decimals, digits)))
    return found | {name: Precision(unit) for name, unit in _units(made_longer).items()}


def _narrow(kind: np.dtype[Any]) -> float | None:
    if kind.kind != "f" or kind.itemsize >= 8:
        return None
    if kind.metadata is not None and "unit" in kind.metadata:
        return float(kind.metadata["unit"])
    return SINGLE if kind.itemsize == 4 else _HALF


def _units(arrays: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Return the units of arrays of float32 whose numbers were shorter before, as bfloat16 is for numpy.

    Of all together it is seen by a few numbers, of one among others by more.
    """
    every = _unit([x for some in arrays.values() for x in some], _FEWEST)
    if every is not None:
        return dict.fromkeys(arrays, every)
    own = {name: _unit(some, _SURE) for name, some in arrays.items()}
    return {name: unit for name, unit in own.items() if unit is not None}


def _unit(numbers: Sequence[float], fewest: int) -> float | None:
    """Return the unit of a format that holds all numbers, and that so many and a fifth of them fill."""
    array = np.asarray(numbers)
    for unit, bits in _SHORTEST:
        whole = np.frexp(array)[0] * 2.0**bits
        full = np.count_nonzero((whole % 2.0 == 1.0) & (array % 1.0 != 0.0))
        if not (whole % 1.0).any() and full >= max(fewest, array.size / 5):
            return unit
    return None


def _some(array: npt.NDArray[Any]) -> list[float]:
    """Return some numbers of an array, from all over it."""
    flat = np.asarray(array, dtype=np.float64).ravel()
    part = flat[:: max(1, flat.size // _LOOKED_AT)]
    return [float(x) for x in part[np.isfinite(part) & (part != 0.0)]]


def _in_short(array: npt.NDArray[Any]) -> list[float]:
    """Return some numbers of float32 as they are written in it: 0.1, which is 0.10000000149 else."""
    return [float(str(np.float32(x))) for x in _some(array)]


def _of_many_bits(numbers: Sequence[float]) -> list[float]:
    """Return the numbers that tell float32 from float64: not those that any format holds, such as 2⁻⁵⁹."""
    return [x for x in numbers if math.frexp(x)[0] * 2.0**_BITS % 1.0]


def _written(x: float) -> tuple[int, int]:
    """Return how many digits and decimals it takes to write a number."""
    number = Decimal(repr(x)).normalize().as_tuple()
    assert isinstance(number.exponent, int)
    return len(number.digits), -number.exponent


def _longest(numbers: Sequence[float]) -> int:
    return max((_written(x)[0] for x in numbers), default=0)


def _printed(numbers: Sequence[float]) -> tuple[int | None, int | None]:
    """Return how many decimals and digits numbers were printed with; None where they were not cut."""
    broken = [_written(x) for x in numbers if x != int(x)]
    if not broken:
        return None, None
    fewest = 2 if len(broken) >= _SURE else _FEWEST
    digits = max(fewest, *(one for one, _ in broken))
    decimals = max(fewest, *(two for _, two in broken))
    return (decimals if decimals <= _FULL else None), (digits if digits <= _FULL else None)


def _printed_shorter(
    numbers: Sequence[float], decimals: int | None, digits: int | None
) -> tuple[int | None, int | None] | None:
    """Return the decimals and digits of an array that was printed shorter than all of its file; None if not.

    Only numbers tell that no computation could end in exactly: 0.25 may be a quarter, 0.12 is 0.1249 cut.
    """
    telling = {abs(x) for x in numbers if x % 1.0 and x * _FINEST % 1.0}
    if not telling:
        return None
    is_short = decimals is not None or digits is not None
    fewest = 2 if len(telling) >= (_FEWEST if is_short else _SURE) else _FEWEST
    written = [_written(x) for x in numbers if x != int(x)]
    own_digits, own_decimals = (max(one) for one in zip(*written, strict=True))
    if max(own_decimals, own_digits) < fewest or min(own_digits, own_decimals) > _FULL:
        return None
    for place, most in enumerate((digits, decimals)):  # it is cut to neither of those of the file
        missing = sum((_FULL + 1 if most is None else most) - _written(x)[place] for x in telling)
        if missing < max(_CHANCE, len(telling) / 2):  # 1 in 10 numbers ends in 0
            return None
    return (
        max(fewest, own_decimals) if own_decimals <= _FULL else None,
        max(fewest, own_digits) if own_digits <= _FULL else None,
    )


def _is_single(numbers: Sequence[float], decimals: int | None, digits: int | None) -> bool:
    """Return whether numbers are those of float32, as they are or as they are printed."""
    pairs = [(x, np.float32(x)) for x in numbers]
    ways: list[Callable[[np.float32], float]] = [float, lambda one: float(str(one))]
    if decimals is not None:
        ways.append(lambda one: float(f"{float(one):.{decimals}f}"))
    if digits is not None:
        ways.append(lambda one: float(f"{float(one):.{digits - 1}e}"))
    return any(all(way(one) == x for x, one in pairs) for way in ways)
