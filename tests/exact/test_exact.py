"""Are the exact numbers right? The slopes are measured: with so many digits a difference is a derivative.

Nothing of the engine is asked here: the lists are those of the contract.
"""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING

import pytest

from tests.exact import exact
from tests.exact.exact import Sized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky-relu", "elu", "softplus", "silu")
LOSSES = (
    "half-squared-error",
    "squared-error",
    "mean-squared-error",
    "binary-cross-entropy",
    "cross-entropy",
    "absolute-error",
    "huber",
    "log-cosh",
)
H = Decimal("1e-20")


@pytest.fixture(autouse=True)
def _digits() -> Iterator[None]:
    with localcontext(Context(prec=300, Emin=-(10**9), Emax=10**9)):
        yield


def given(value: Decimal) -> Sized:
    return Sized(value, Decimal(0))


def measured(f: Callable[[Decimal], Decimal], x: Decimal) -> Decimal:
    """The slope, to about the square of H."""
    h = H * abs(x)
    return (f(x + h) - f(x - h)) / (2 * h)


def same(found: Decimal, expected: Decimal) -> bool:
    return abs(found - expected) <= Decimal("1e-18") * max(abs(found), abs(expected))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_of_an_activation(name: str) -> None:
    for z in map(Decimal, ("-40", "-3", "-0.5", "0.7", "3", "40")):
        slope = exact.formulas(name, z)[1]
        assert same(slope, measured(lambda x: exact.formulas(name, x)[0], z)), z


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("identity", ()),
        ("sigmoid", (0, 1)),
        ("tanh", (-1, 1)),
        ("relu", (0,)),
        ("leaky-relu", ()),
        ("elu", (-1,)),
        ("softplus", (0,)),
        ("silu", (0,)),
        ("softmax", (0, 1)),
    ],
)
def test_limits(name: str, values: tuple[int, ...]) -> None:
    assert exact.limits(name) == values


def term(loss: str, a: Decimal, y: float) -> Decimal:
    found = exact.share(loss, given(a), y, n=3)
    assert found is not None
    return found.term.value


@pytest.mark.parametrize("y", [0.0, 1.0, 0.25, -1.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_error_is_the_slope_of_the_term(loss: str, y: float) -> None:
    for a in map(Decimal, ("1e-20", "0.3", "0.75", "0.9999999999")):
        found = exact.share(loss, given(a), y, n=3)
        assert found is not None
        assert found.error is not None
        assert same(found.error.value, measured(lambda x: term(loss, x, y), a)), a


@pytest.mark.parametrize("loss", LOSSES[:3] + LOSSES[5:])
def test_the_slopes_of_a_loss_of_a_distance(loss: str) -> None:
    for d in map(Decimal, ("-1000", "-1.5", "-0.5", "1e-9", "0.5", "1.5", "30", "1000")):
        value, slope, curvature = exact.of_distance(loss, d, 3)
        assert value > 0, d
        assert same(slope, measured(lambda x: exact.of_distance(loss, x, 3)[0], d)), d
        # log-cosh's slope has sixty digits, and far out its curvature is below the last of them
        there = measured(lambda x: exact.of_distance(loss, x, 3)[1], d)
        assert same(curvature, there) or abs(curvature - there) <= Decimal("1e-38"), d


@pytest.mark.parametrize("loss", LOSSES)
def test_the_delta_of_a_softmax_is_the_slope_of_the_loss(loss: str) -> None:
    """In each pre-activation, by way of all activations."""
    z, y = [Decimal("0.3"), Decimal("-1.5"), Decimal(9)], (0.0, 1.0, 0.25)

    def activations(place: int, x: Decimal) -> list[Sized]:
        powers = [(x if i == place else old).exp() for i, old in enumerate(z)]
        return [given(power / sum(powers)) for power in powers]

    shares = [exact.share(loss, a, t, n=3) for a, t in zip(activations(0, z[0]), y, strict=True)]
    errors = [share.error for share in shares if share is not None and share.error is not None]
    for place, delta in enumerate(exact.through_softmax(activations(0, z[0]), errors)):

        def whole(x: Decimal, place: int = place) -> Decimal:
            return sum(
                (term(loss, a.value, t) for a, t in zip(activations(place, x), y, strict=True)), Decimal(0)
            )

        assert same(delta.value, measured(whole, z[place]))


@pytest.mark.parametrize(
    ("loss", "a", "y"),
    [
        ("cross-entropy", "-0.5", 1.0),
        ("cross-entropy", "0", 0.5),
        ("binary-cross-entropy", "0", 1.0),
        ("binary-cross-entropy", "1", 0.25),
        ("binary-cross-entropy", "3", 0.0),
    ],
)
def test_no_value_where_there_is_none(loss: str, a: str, y: float) -> None:
    assert exact.share(loss, given(Decimal(a)), y, n=1) is None


@pytest.mark.parametrize(
    ("loss", "a", "y"),
    [
        ("cross-entropy", "-0.5", 0.0),
        ("cross-entropy", "0", 0.0),
        ("binary-cross-entropy", "0", 0.0),
        ("binary-cross-entropy", "1", 1.0),
    ],
)
def test_a_weight_of_zero_makes_the_logarithm_nothing(loss: str, a: str, y: float) -> None:
    found = exact.share(loss, given(Decimal(a)), y, n=1)
    assert found is not None
    assert found.term.value == 0


def test_what_an_activation_is_known_to() -> None:
    """Its own size; its distance from a limit, where that is short; nothing is unknown of a float64."""
    assert exact.activated("sigmoid", 0.0)[0] == Sized(Decimal("0.5"), Decimal(0))
    three, forty = (exact.activated("sigmoid", z)[0] for z in (3.0, 40.0))
    assert three.size == three.value
    assert forty.size == 1 - forty.value
    assert float(forty.size) == pytest.approx(4.248354255291589e-18, rel=1e-15)
    (winner, *_), low = exact.softmax((40.0, 0.0, 0.0)), exact.activated("elu", -40.0)[0]
    assert float(winner.size) == pytest.approx(2 * 4.248354255291589e-18, rel=1e-15)
    assert float(low.size) == pytest.approx(4.248354255291589e-18, rel=1e-15)


@pytest.mark.parametrize("y", [0.1, -7.0])
@pytest.mark.parametrize("a", ["0.1", "-7"])
def test_a_sign_that_a_rounding_decides_has_no_value(a: str, y: float) -> None:
    """Only where the activation was rounded: two given numbers are the same or not."""
    value = Decimal(a)
    rounded = exact.share("absolute-error", Sized(value, abs(value)), y, n=1)
    assert rounded is not None
    assert (rounded.error is None) == (float(value) == y and value != Decimal(y))
    sure = exact.share("absolute-error", given(Decimal(float(value))), y, n=1)
    assert sure is not None
    assert sure.error is not None
    assert sure.error.value == (float(value) > y) - (float(value) < y)


@pytest.mark.parametrize("z", [1000.0, -1000.0])
def test_the_digits_reach_as_far_as_the_pre_activations(z: float) -> None:
    """1 - |tanh z| is 2 e^-2|z|, and sixty digits of it are there."""
    a, _ = exact.activated("tanh", z)
    with localcontext(exact.digits_for(z)):
        assert same(a.size, 2 * (-2 * abs(Decimal(z))).exp())
    winner, second, _ = exact.softmax((z, 0.0, -z) if z > 0 else (-z, 0.0, z))
    with localcontext(exact.digits_for(1000.0, -1000.0)):
        assert same(1 - winner.value, second.value)


def test_a_sign_below_what_float64_can_hold_has_no_value() -> None:
    """1 - σ(1000) is 5e-435: float64 has nothing between that and 0."""
    signs = []
    for z in (40.0, 700.0, 1000.0):
        with localcontext(exact.digits_for(z)):
            found = exact.share("absolute-error", exact.activated("sigmoid", z)[0], 1.0, n=1)
        assert found is not None
        signs.append(found.error and found.error.value)
    assert signs == [-1, -1, None]


def test_the_square_of_a_rounding_is_no_digit_lost() -> None:
    """Where a is y but for less than its rounding, the loss is less than what the rounding makes of it."""
    a, y = Decimal("0.1"), 0.1
    found = exact.share("half-squared-error", Sized(a, a), y, n=1)
    assert found is not None
    plain = (4 * a * exact.UNIT) ** 2 / 2
    assert plain > 10 * found.term.value
    assert abs(plain - found.term.value) <= 4 * exact.UNIT * found.term.size
