"""To how many digits can somebody's numbers agree with ours?

He may have computed in float32, or have printed a few digits. Both can be seen from the numbers. How far
rounding carries is measured: the iteration is worked out once more with every number that it makes moved by a
unit of rounding, and with the formulas of a textbook, which lose digits where ours do not.
"""

from __future__ import annotations

import ast
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from engine.diagnosis.values import Values
from engine.equations import forward
from engine.equations.activations import ACTIVATIONS
from engine.equations.formula import names, parse
from engine.equations.forward import arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.equations.equation import Equation, Variable
    from engine.scenario import Network

UNIT: Final = 2.0**-53
SINGLE: Final = 2.0**-24
_HALF: Final = 2.0**-11
_LOOKED_AT = 2000
_FULL = 14
"""Digits from which on a number is not one that was printed short."""
_FEWEST, _SURE = 4, 12
"""Fewer digits than these are believed to be printed only of so many numbers."""
_OF_SINGLE = 7
"""Digits that float32 has: of numbers printed with more it is seen that they are none of its own."""
_FINEST = 2.0**10
"""A multiple of 1 / 1024 may well be exact."""
_CHANCE = 3
"""How many digits must be missing before an array is believed to be printed shorter than the others."""
_BITS = 12
"""Bits of a number up to which it says nothing about its format."""
_TIMES = 2
"""How often rounding is measured: up and down go by chance."""
_UNITS = 16
"""How many times what one unit of rounding does may lie between two right computations."""


class Precision(NamedTuple):
    """How exact numbers are: a unit of rounding, and how many decimals and digits are printed at most.

    Of a sum `parts` says by how much those that it is made of may differ; it may be much less than they are.
    """

    unit: float = UNIT
    decimals: int | None = None
    digits: int | None = None
    parts: float = 0.0

    @property
    def words(self) -> str:
        """How the numbers look, for a sentence."""
        if self.digits is not None and (self.decimals is None or self.digits <= self.decimals):
            return f"printed to {self.digits} digits"
        if self.decimals is not None:
            return f"printed to {self.decimals} decimals"
        return {UNIT: "in float64", SINGLE: "in float32"}.get(self.unit, "in float16")

    @property
    def in_single(self) -> Precision:
        """The precision of the same numbers, worked out in float32 before they were printed or kept."""
        return self._replace(unit=max(self.unit, SINGLE))

    @property
    def is_short(self) -> bool:
        """Whether numbers are printed so short that it can't be seen whether they were float32 before."""
        return any(cut is not None and cut <= _OF_SINGLE for cut in (self.decimals, self.digits))

    def of_sum(self, arrays: Sequence[Array]) -> Precision:
        """Return how exact the sum of arrays is, each of them so exact."""
        parts = sum(_largest(self.of_printing(one) + 4.0 * self.unit * np.abs(one)) for one in arrays)
        return self._replace(decimals=None, digits=None, parts=parts)

    def of_printing(self, array: Array) -> Array | float:
        """Return by how much a printed number may differ from what was computed."""
        if self.parts:
            return self.parts
        if self.decimals is None and self.digits is None:
            return 0.0
        last = 0.0 if self.decimals is None else 10.0**-self.decimals
        if self.digits is None:
            return 0.51 * last
        with np.errstate(all="ignore"):
            place = np.floor(np.log10(np.abs(array)))
            own = np.where(np.isfinite(place), 10.0 ** (place + 1 - self.digits), 0.0)
        return np.asarray(0.51 * np.maximum(own, last))


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
    if any(places is not None and places < _OF_SINGLE for places in cut):
        found |= {name: Precision(SINGLE, *cut) for name in short}
    for name, some in double.items():
        own = None if name in unprinted else _printed_shorter(some, decimals, digits)
        found[name] = Precision(SINGLE if as_single[name] else UNIT, *(own or (decimals, digits)))
    return found


def _narrow(kind: np.dtype[Any]) -> float | None:
    if kind.kind != "f" or kind.itemsize >= 8:
        return None
    return SINGLE if kind.itemsize == 4 else _HALF


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
    with np.errstate(over="ignore"):
        pairs = [(x, np.float32(x)) for x in numbers]
    ways: list[Callable[[np.float32], float]] = [float, lambda one: float(str(one))]
    if decimals is not None:
        ways.append(lambda one: float(f"{float(one):.{decimals}f}"))
    if digits is not None:
        ways.append(lambda one: float(f"{float(one):.{digits - 1}e}"))
    return any(all(way(one) == x for x, one in pairs) for way in ways)


class Rounded(Values):
    """The numbers of an iteration in which all that is made is moved by a unit of rounding, up or down."""

    unit = UNIT
    chance = np.random.default_rng(0)

    @classmethod
    def of_values(cls, right: Values, network: Network, unit: float, seed: int) -> Rounded:
        """Return the numbers of an iteration with a unit of rounding."""
        chance = np.random.default_rng(seed)

        def moved(array: Array | float) -> Array:
            return _moved(np.asarray(array, dtype=np.float64), unit, chance)

        given = dict(right.ground.given)
        given[forward.INPUT] = moved(given[forward.INPUT])
        remembered = {one: moved(array) for one, array in right.remembered.items()}
        textbook = [_textbook(one, network) for one in right.equations]
        found = cls(right.ground._replace(given=given), textbook, remembered)
        found.unit, found.chance = unit, chance
        return found

    def _whole(self, one: Equation) -> Array:
        return self._rounded(one, super()._whole(one), None)

    def _at(self, one: Equation, time: int) -> Array:
        return self._rounded(one, super()._at(one, time), time)

    def _rounded(self, one: Equation, found: Array, time: int | None) -> Array:
        made = _moved(found, self.unit, self.chance)
        lost = self._lost(one, time)
        if lost is not None:
            made = made + self.unit * lost * (self.chance.integers(0, 2, made.shape) * 2.0 - 1.0)
        return made

    def _lost(self, one: Equation, time: int | None) -> Array | float | None:
        """Return the size of what cancels in a number: what is left of it is known no better than that."""
        if one.variable.name in ("activation", "slope"):
            return 1.0 if one.formula is not None and _has_one(one.formula) else None
        read = {name: np.abs(self._read(factor, time)) for name, factor in one.arguments}
        if one.row is not None and "error" in read:  # such as a (∂C/∂a - Σ a ∂C/∂a)
            a, error = read.get("a", np.asarray(1.0)), read["error"]
        elif "rest_y" in read:  # a - y, where targets add up to 1
            return np.asarray(read["a"] * (read["rest_y"] + read["y"]) + read["y"])
        elif one.row == "softmax_binary":
            a = read["a"]
            error = 1.0 / np.maximum(1.0 - a, self.unit) + 1.0
        else:
            return None
        return np.asarray(a * (error + (a * error).sum(axis=-1, keepdims=True)))


def _has_one(formula: ast.expr) -> bool:
    """Return whether a formula adds something to 1, or takes it away: a (1 - a), ln(1 + e^z), e^z - 1."""
    return any(
        (isinstance(node, ast.Constant) and node.value == 1)
        or (isinstance(node, ast.Name) and node.id == "expm1")
        for node in ast.walk(formula)
    )


def _moved(array: Array, unit: float, chance: np.random.Generator) -> Array:
    return np.asarray(array * (1.0 + 2.0 * unit * (chance.integers(0, 2, array.shape) * 2.0 - 1.0)))


def _textbook(one: Equation, network: Network) -> Equation:
    """Return an equation as a textbook writes it."""
    last = len(network.layers)
    if one.plain is not None and "rest_y" not in dict(one.arguments):  # a - y is so only where Σ y = 1
        return one._replace(formula=one.plain, arguments=arguments(one.plain, last), plain=None)
    if one.variable.name in ("activation", "slope") and one.row is None:
        row = ACTIVATIONS[network.layers[(one.variable.layer or 1) - 1].activation]
        text = row.slope_shown if one.variable.name == "slope" else row.shown
        if text:
            formula, of_layer = parse(text), one.variable.layer
            read = {"z": "pre_activation", "a": "activation"}
            own = one.result
            given = tuple(
                (name, own._replace(variable=own.variable._replace(name=read[name], layer=of_layer)))
                for name in names(formula)
            )
            return one._replace(formula=formula, arguments=given)
    return one


class Tolerance:
    """How far numbers may be from ours and still agree, measured for each unit of rounding once."""

    def __init__(self, right: Values, network: Network, iteration: int = 0) -> None:
        self._right, self._network = right, network
        self._longer = 1.0 + iteration
        self._rounded: dict[float, list[Rounded]] = {}
        self._known: dict[tuple[Variable, float], float] = {}

    def of(self, variable: Variable, unit: float, ours: Array) -> float:
        """Return how far rounding may carry a quantity that is `ours` (the right one, or a mistaken one)."""
        key = variable, unit
        right = self._right.of(variable)
        if key not in self._known:
            self._known[key] = self._measured(variable, unit)
        largest, mine = _largest(right), _largest(ours)
        noise = self._known[key]
        if mine > largest > 0.0:
            noise *= mine / largest
        return _UNITS * noise + 4.0 * unit * mine

    def _measured(self, variable: Variable, unit: float) -> float:
        if unit not in self._rounded:
            made = [Rounded.of_values(self._right, self._network, unit, seed) for seed in range(_TIMES)]
            self._rounded[unit] = made
        exact = self._right.of(variable)
        with np.errstate(all="ignore"):
            found = max(_largest(exact - moved.of(variable)) for moved in self._rounded[unit])
        return (found + unit * _largest(exact)) * self._longer


def _largest(array: Array) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0


def agree(theirs: Array, ours: Array, within: Array | float) -> bool:
    """Return whether numbers agree one by one."""
    return theirs.shape == ours.shape and bool(np.all(close(theirs, ours, within)))


def close(theirs: Array, ours: Array, within: Array | float) -> Mask:
    """Return which numbers agree; what is not finite must be the same."""
    with np.errstate(all="ignore"):
        near = np.abs(theirs - ours) <= within
    return np.asarray(near | (theirs == ours) | (np.isnan(theirs) & np.isnan(ours)))


def order_of(theirs: Array, ours: Array, within: float | Array) -> list[int] | None:
    """Return which of our rows each of theirs is, each of ours once, where that is another order than ours.

    `within` is one number, or one for each number of a row.
    """
    left = np.ones(len(ours), dtype=np.bool_)
    found: list[int] = []
    for number, row in enumerate(theirs):
        fits = close(row, ours, within).all(axis=1) & left
        if not fits.any():
            return None
        found.append(number if fits[number] else int(np.argmax(fits)))
        left[found[-1]] = False
    return None if found == list(range(len(ours))) else found


def digits_of_agreement(theirs: Array, ours: Array) -> int:
    """Return to how many digits, of the largest number, all numbers agree."""
    largest = _largest(ours)
    apart = _largest(theirs - ours)
    if apart == 0.0 or largest == 0.0:
        return 16
    return max(0, min(16, math.floor(-math.log10(apart / largest))))
