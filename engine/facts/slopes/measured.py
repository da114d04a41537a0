"""What is the slope of the loss along one parameter, measured without backpropagation?

The neutral judge of all orders: the loss is computed with the parameter a little larger and a little
smaller, by forward passes alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.arrays import frozen
from engine.equations.equation import Variable
from engine.kept import Made
from engine.program.arrays.machine import ForwardPass
from engine.run.iteration import Iteration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.order.quantities import Parameter
    from engine.parameters import Parameters
    from engine.run.tracing import Trace

_NUDGE = 1e-3
_FINER, _SMALLER = 6, 0.1
_SURE = 1e-6
_EPS = float(np.finfo(np.float64).eps)


class Slope(NamedTuple):
    """A measured slope of the batch's summed loss, and about how far off it may be."""

    value: float
    uncertainty: float


def central_difference(
    trace: Trace, iteration: int, layer: int, parameter: Parameter, index: tuple[int, ...]
) -> Slope:
    """Return the slope of the batch's summed loss along one parameter, by nudging it both ways.

    No backpropagation is used: forward passes at 0, ±h and ±2h, and with smaller nudges if these leave it
    unsure. A kink (of relu, say) within the nudge shows as a large uncertainty.
    """
    numbers = trace.iteration(iteration)

    def forward() -> ForwardPass:
        return ForwardPass(trace.scenario, trace.shapes.times, [numbers.samples])

    def slope() -> Slope:
        return _slope(_FORWARD.of(numbers, None, forward), numbers.before, layer, parameter, index)

    return _SLOPES.of(numbers, (layer, parameter, index), slope)


# Kept as long as the trace keeps the iteration.
_FORWARD, _SLOPES = Made[Iteration, ForwardPass](), Made[Iteration, Slope]()


def _slope(
    forward: ForwardPass, before: Parameters, layer: int, parameter: Parameter, index: tuple[int, ...]
) -> Slope:
    variable = Variable(parameter, layer)
    array = before.array(variable)
    value = float(array[index])

    def loss(nudge: float) -> float:
        nudged = array.copy()
        nudged[index] = value + nudge
        return forward.loss(before.replaced({variable: frozen(nudged)}))

    here = loss(0.0)
    h = _NUDGE * max(1.0, abs(value))
    found = [_nudged(loss, here, value, h)]
    # At a steep place a nudge is too large, and smaller ones give other slopes. Each is held against all
    # that are smaller: where it is far from one of them by more than that one may be off, it is wrong.
    while len(found) <= _FINER and not found[-1].is_sure:
        h *= _SMALLER
        found.append(_nudged(loss, here, value, h))
    slopes = [one.held_against(found[place + 1 :]) for place, one in enumerate(found)]
    return min(slopes, key=lambda one: math.inf if math.isnan(one.uncertainty) else one.uncertainty)


class _Nudged(NamedTuple):
    """A slope from one size of nudge: how far the shape of the loss may put it off, and how far rounding."""

    value: float
    shape: float
    rounding: float

    @property
    def is_sure(self) -> bool:
        """Whether a smaller nudge has nothing to tell."""
        return self.shape <= max(_SURE * abs(self.value), self.rounding)

    def held_against(self, finer: Sequence[_Nudged]) -> Slope:
        """Return the slope with an uncertainty that those of smaller nudges agree with."""
        own = self.shape + self.rounding
        apart = [abs(self.value - one.value) - one.shape - one.rounding for one in finer]
        return Slope(self.value, own + max([0.0, *apart]))


def _nudged(loss: Callable[[float], float], here: float, value: float, h: float) -> _Nudged:
    """Return the slope from the losses at ±h and ±2h around a value of the parameter."""
    near, far = (loss(h), loss(-h)), (loss(2.0 * h), loss(-2.0 * h))
    with np.errstate(all="ignore"):
        four = (8.0 * (near[0] - near[1]) - (far[0] - far[1])) / (12.0 * h)
        two = (near[0] - near[1]) / (2.0 * h)
        # Of a smooth loss the second difference grows fourfold with twice the nudge; at a kink it doesn't.
        kink = abs((sum(far) - 2.0 * here) - 4.0 * (sum(near) - 2.0 * here)) / (4.0 * h)
    # The losses are rounded, and so is the nudged value itself.
    rounding = 8.0 * _EPS * (max(map(abs, (here, *near, *far))) + abs(four * value)) / h
    # The error of the two-point slope, of order h², is far above that of the four-point one. With twice
    # their difference and the kink's share no single kink within the nudges goes unnoticed.
    return _Nudged(four, 2.0 * abs(four - two) + kink, rounding)
