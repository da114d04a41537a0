"""Which values does an activation reach, and is it cut off on one side?"""

from __future__ import annotations

from functools import cache
from math import inf

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.floats import function
from engine.equations.functions.formula import parse

_FARTHEST = 32
_STEPS = 64
"""Pre-activations from -32 to 32, so many to a whole one."""

_UNBOUNDED = 16.0
_FAR = 20.0


@cache
def reach(activation: str) -> tuple[float, float]:
    """Return the bounds of an activation's values, -inf and inf where there are none."""
    row = ACTIVATIONS[activation]
    if row.coupled:
        return (0.0, 1.0) if row.shares_one else (-inf, inf)
    value = function(parse(row.formula), ("z",))
    values = [round(value(place / _STEPS), 9) for place in range(-_FARTHEST * _STEPS, _FARTHEST * _STEPS + 1)]
    low, high = min(values), max(values)
    # What has no bound is as large as its pre-activation, or (leaky) a hundredth of it and still growing.
    grows = value(_FARTHEST * 1e6) > 2 * high
    falls = value(-_FARTHEST * 1e6) < 2 * min(low, -1e-9)
    return (-inf if falls else low), (inf if grows or high > _UNBOUNDED else high)


def strictly_within(activation: str, low: float, high: float) -> bool:
    """Return whether all values lie between two numbers and are neither, but for the digits of z."""
    row = ACTIVATIONS[activation]
    if row.coupled:
        below, above = reach(activation)
        return low <= below and high >= above
    value = function(parse(row.formula), ("z",))
    return low < value(-_FAR) and value(_FAR) < high


def tells_two_apart(activation: str) -> bool:
    """Return whether one output alone says which of two classes it is: it lies anywhere from 0 to 1."""
    return not ACTIVATIONS[activation].coupled and reach(activation) == (0.0, 1.0)


@cache
def is_cut_off(activation: str) -> bool:
    """Return whether an activation is 0 and flat on one side: a unit that is always there is dead."""
    row = ACTIVATIONS[activation]
    if row.coupled:
        return False
    both = [function(one, ("z",)) for one in (parse(row.formula), row.slope_of_z)]
    return any(all(one(z) == 0.0 for one in both) for z in (-1.0, 1.0))


def words(bounds: tuple[float, float]) -> str:
    """Return what lies between two bounds, in words."""
    low, high = bounds
    if -low == high == inf:
        return "any number"
    if high == inf:
        return f"{low:g} and above"
    return f"{low:g} to {high:g}"
