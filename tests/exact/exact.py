"""What are terms, error and delta of the last layer exactly, and how well can float64 know them?

The formulas are the textbook's, nothing rewritten: `digits_for` gives so many digits that nothing
that cancels is lost. An exponential or a logarithm itself has sixty: what cancels is what it is added to,
and more would take a thousand times as long. Beside each value stands its `size`: what one unit of rounding
is relative to.

- An activation is known to a unit of its own size. Where it has come so near to a limit of its function
  that their difference would cost more than three digits, it is known to a unit of its distance from the
  limit, for that distance has a formula of its own. One that is a float64 itself is known exactly.
- Targets are given, and 1 - y is exact where y is near 1. So a - y costs the digits that subtracting
  two given numbers costs, and no more: none at all where the target is the limit.
- A function f of x has the size |f'(x)| · X + |f(x)|; a sum has the sum of the sizes.

Where the mathematics has no value (the logarithm of what is not above 0, with a weight that is not 0),
there is None.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

ZERO, HALF, ONE = Decimal(0), Decimal("0.5"), Decimal(1)
UNIT = Decimal(2) ** -53
NEAR = Decimal("0.001")
"""The part of an activation that its distance from a limit must be below for the limit to count."""


class Sized(NamedTuple):
    """A value, and what a unit of rounding of it is relative to."""

    value: Decimal
    size: Decimal

    def times(self, factor: Decimal) -> Sized:
        """Return it times a factor that is known to a unit of its own size."""
        return Sized(self.value * factor, (self.size + abs(self.value)) * abs(factor))


class Share(NamedTuple):
    """What one unit has to do with the loss. The error is None where a rounding decides its sign."""

    term: Sized
    error: Sized | None


def added(*parts: Sized) -> Sized:
    """The sum."""
    return Sized(sum((p.value for p in parts), ZERO), sum((p.size for p in parts), ZERO))


def digits_for(*z: float) -> Context:
    """Sixty digits more than what is lost when e^-2z is added to 1, for 1 - tanh z is 2 e^-2z."""
    return Context(prec=60 + int(0.87 * (max(*z, 0.0) - min(*z, 0.0))), Emin=-(10**9), Emax=10**9)


def exp(x: Decimal) -> Decimal:
    """e^x, to sixty of its own digits."""
    with localcontext(prec=60):
        return x.exp()


def ln(x: Decimal) -> Decimal:
    """The natural logarithm, to sixty of its own digits, however near x is to 1."""
    with localcontext(prec=60):
        return x.ln()


# --- activations ------------------------------------------------------------------------------------


def formulas(name: str, z: Decimal) -> tuple[Decimal, Decimal]:
    """f(z) and f'(z), as they are defined; at a kink the slope of the contract."""
    if name == "identity":
        return z, ONE
    if name == "relu":
        return (z, ONE) if z > 0 else (ZERO, ZERO)
    if name == "leaky-relu":
        leak = Decimal("0.01")
        return (z, ONE) if z > 0 else (leak * z, leak)
    up = exp(z)
    if name == "elu":
        return (z, ONE) if z > 0 else (up - 1, up)
    down = exp(-z)
    sigma = 1 / (1 + down)
    if name == "sigmoid":
        return sigma, sigma * (1 - sigma)
    if name == "tanh":
        tanh = (up - down) / (up + down)
        return tanh, 1 - tanh * tanh
    if name == "softplus":
        # far out it is z and next to nothing, which stays when z is taken away
        return (z + ln(1 + down) if z > 0 else ln(1 + up)), sigma
    if name == "silu":
        return z * sigma, sigma + z * sigma * (1 - sigma)
    raise AssertionError(name)


@cache
def limits(name: str) -> tuple[Decimal, ...]:
    """Where f comes to rest far out: where it is the same at two distances. A softmax of two is a sigmoid."""
    found = []
    with localcontext(Context(prec=60, Emin=-(10**9), Emax=10**9)):
        for side in (-1, 1):
            function = "sigmoid" if name == "softmax" else name
            near, far = (formulas(function, Decimal(side * z))[0] for z in (10_000, 20_000))
            if abs(near - far) < Decimal("1e-50"):
                found.append(far.quantize(ONE))
    return tuple(found)


def known(name: str, a: Decimal) -> Sized:
    """An activation, with what its own unit of rounding is relative to."""
    if Decimal(float(a)) == a:
        return Sized(a, ZERO)
    distance = min((abs(a - limit) for limit in limits(name)), default=abs(a))
    return Sized(a, distance if distance < NEAR * abs(a) else abs(a))


@cache
def activated(name: str, z: float) -> tuple[Sized, Decimal]:
    """The activation of one unit, and its slope."""
    with localcontext(digits_for(z)):
        a, slope = formulas(name, Decimal(z))
        return known(name, a), slope


@cache
def softmax(z: tuple[float, ...]) -> tuple[Sized, ...]:
    """The activations of a row."""
    with localcontext(digits_for(*z)):
        powers = [exp(Decimal(x) - Decimal(max(z))) for x in z]
        return tuple(known("softmax", power / sum(powers)) for power in powers)


# --- losses -----------------------------------------------------------------------------------------


def share(loss: str, a: Sized, target: float, n: int) -> Share | None:
    """The term of one of n outputs and its slope; None where the loss has no value."""
    y = Decimal(target)
    if loss == "cross-entropy":
        return logarithmic([(y, a)], [1])
    if loss == "binary-cross-entropy":
        return logarithmic([(y, a), (1 - y, Sized(1 - a.value, a.size))], [1, -1])
    d = Sized(a.value - y, a.size + abs(a.value - y))
    value, slope, curvature = of_distance(loss, d.value, n)
    # the second order counts where a and y are the same but for a few roundings
    term = Sized(value, abs(slope) * d.size + value + 2 * UNIT * curvature * d.size**2)
    if (
        loss == "absolute-error"
        and d.value != 0
        and (abs(d.value) < 16 * UNIT * a.size or float(d.value) == 0.0)
    ):
        return Share(term, None)
    return Share(term, Sized(slope, curvature * d.size + abs(slope)))


def of_distance(loss: str, d: Decimal, n: int) -> tuple[Decimal, Decimal, Decimal]:
    """A loss of a - y, its slope and the slope's slope."""
    factor = {"half-squared-error": HALF, "squared-error": ONE, "mean-squared-error": ONE / n}.get(loss)
    if factor is not None:
        return factor * d * d, 2 * factor * d, 2 * factor
    if loss == "absolute-error":
        return abs(d), Decimal((d > 0) - (d < 0)), ZERO
    if loss == "huber":
        return (HALF * d * d, d, ONE) if abs(d) <= 1 else (abs(d) - HALF, d / abs(d), ZERO)
    if loss == "log-cosh":
        # 1 + d²/2 must keep sixty digits of d²; where that is more than float64 can hold, nothing is left
        with localcontext(Context(prec=60 + min(700, 2 * max(0, -d.adjusted())), Emin=-(10**9), Emax=10**9)):
            cosh, sinh = (d.exp() + (-d).exp()) / 2, (d.exp() - (-d).exp()) / 2
            return ln(cosh), sinh / cosh, 1 / (cosh * cosh)
    raise AssertionError(loss)


def logarithmic(weighted: list[tuple[Decimal, Sized]], directions: list[int]) -> Share | None:
    """Minus the sum of weight · ln x, by the slope of each x: 1 for a and -1 for 1 - a. 0 ln 0 is 0."""
    terms, errors = [], []
    for (weight, x), direction in zip(weighted, directions, strict=True):
        if weight == 0:
            continue
        if x.value <= 0:
            return None
        relative = x.size / x.value
        logarithm = ln(x.value)
        terms.append(Sized(-weight * logarithm, abs(weight) * (relative + abs(logarithm))))
        errors.append(Sized(-direction * weight / x.value, abs(weight) / x.value * (relative + 1)))
    return Share(added(*terms), added(*errors))


# --- delta ------------------------------------------------------------------------------------------


def through_softmax(a: Sequence[Sized], error: Sequence[Sized]) -> list[Sized]:
    """From ∂C/∂a to ∂C/∂z: the sum over the others of a_i a_j (e_i - e_j)."""
    return [
        added(
            *(
                added(error[i], error[j].times(-ONE)).times(a[i].value * a[j].value)
                for j in range(len(a))
                if j != i
            )
        )
        for i in range(len(a))
    ]
