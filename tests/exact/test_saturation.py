"""Do loss, delta and gradients stay exact where an activation saturates, and honest where all diverges?

The expected values are worked out with 60 digits. At pre-activations of ±40 and ±1000 a naive
evaluation takes the logarithm of 0 or multiplies 0 by infinity; the simplified forms do not.
"""

from __future__ import annotations

import json
import math
import warnings
from dataclasses import replace
from decimal import Context, Decimal, localcontext
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.exact import exact
from tests.exact.exact import Share, Sized
from tests.given.recorded import as_record, recorded
from tests.given.scenarios_at_random import (
    CENTRE,
    LOGARITHMIC,
    LOSSES,
    ORDERS,
    OUTPUTS,
    Wanted,
    dense_or_recurrent,
    in_turn,
    scenario_at_random,
)
from tests.given.some_of import EVERY_CASE, each_of, in_turns
from tests.oracle import Oracle, differences, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.scenario import Order

EXACT = Context(prec=60, Emin=-(10**9), Emax=10**9)
BEYOND = (-1000.0, -40.0, 40.0, 1000.0)


@pytest.fixture(autouse=True)
def _sixty_digits() -> Iterator[None]:
    with localcontext(EXACT):
        yield


def sigmoid(z: Decimal) -> Decimal:
    return 1 / (1 + (-z).exp())


def softmax(z: list[Decimal]) -> list[Decimal]:
    powers = [(x - max(z)).exp() for x in z]
    return [p / sum(powers) for p in powers]


def log_sum_exp(z: list[Decimal]) -> Decimal:
    return max(z) + sum(((x - max(z)).exp() for x in z), Decimal(0)).ln()


def outputs(activation: str, loss: str, z: list[float], target: list[float], iterations: int = 1) -> Scenario:
    """A layer whose pre-activations are z: the input is 2 and a hidden identity unit passes 4 on.

    The learning rate is small, for the error of the hidden unit is as large as the z are.
    """
    return Scenario(
        title="saturated",
        network=Network(
            inputs=1,
            loss=loss,
            layers=(
                Layer("identity", weights=frozen([[2.0]]), biases=frozen([0.0])),
                Layer(activation, weights=frozen([[x / 4.0] for x in z]), biases=frozen([0.0] * len(z))),
            ),
        ),
        data=Data(
            inputs=frozen([[[2.0]]]),
            targets=frozen([[target]]),
            has_target=np.ones((1, 1), dtype=np.bool_),
        ),
        training=Training(learning_rate=1e-5, iterations=iterations, batch_size=1),
    )


def close(found: float, expected: Decimal, scale: float = 0.0) -> bool:
    """Equal to four units of rounding of the expected value, or of the scale."""
    return abs(found - float(expected)) <= 4.0 * 2.0**-53 * max(abs(float(expected)), scale)


def by_kind(scenario: Scenario) -> dict[tuple[str, int | None], dict[str, Any]]:
    return {(record["kind"], record["layer"]): record for record in recorded(scenario)}


def assert_gradients(records: dict[tuple[str, int | None], dict[str, Any]], z: list[float]) -> None:
    """The rest of the backward pass follows from the deltas of the output layer, to a few roundings."""
    delta = records["delta", 2]["delta"]
    assert records["gradient", 2]["weight_gradient"] == [[4.0 * d] for d in delta]
    assert records["gradient", 2]["bias_gradient"] == delta
    below = math.fsum(d * x / 4.0 for d, x in zip(delta, z, strict=True))
    size = math.fsum(abs(d * x / 4.0) for d, x in zip(delta, z, strict=True))
    assert abs(records["delta", 1]["error"][0] - below) <= 1e-15 * size
    assert abs(records["gradient", 1]["weight_gradient"][0][0] - 2.0 * below) <= 2e-15 * size


@pytest.mark.parametrize("target", [0.0, 1.0, 0.25])
@pytest.mark.parametrize("z", [*BEYOND, 0.0, -3.0])
def test_sigmoid_with_binary_cross_entropy(z: float, target: float) -> None:
    records = by_kind(outputs("sigmoid", "binary-cross-entropy", [z], [target]))
    assert records["forward", 2]["pre_activation"] == [z]

    x, y = Decimal(z), Decimal(target)
    loss = y * (1 + (-x).exp()).ln() + (1 - y) * (1 + x.exp()).ln()
    delta = (1 - y) * sigmoid(x) - y * sigmoid(-x)
    assert close(records["loss", None]["loss"], loss)
    assert records["loss", None]["terms"] == [records["loss", None]["loss"]]
    assert close(records["delta", 2]["delta"][0], delta)
    error = (1 - y) / sigmoid(-x) - y / sigmoid(x)
    found = float(records["delta", 2]["error"][0])
    assert found == float(error) or close(found, error)
    assert close(records["forward", 2]["slope"][0], sigmoid(x) * sigmoid(-x))
    assert_gradients(records, [z])


@pytest.mark.parametrize(
    "target",
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.5, 0.25, 0.25], [0.5, 1.0, 2.0]],
)
@pytest.mark.parametrize("z", [[1000.0, 0.0, -1000.0], [-40.0, 40.0, 0.0], [40.0, 0.0, 40.0], [1000.0] * 3])
def test_softmax_with_cross_entropy(z: list[float], target: list[float]) -> None:
    records = by_kind(outputs("softmax", "cross-entropy", z, target))
    assert records["forward", 2]["pre_activation"] == z

    x, y = [Decimal(v) for v in z], [Decimal(v) for v in target]
    shares = softmax(x)
    logarithms = [log_sum_exp(x) - v for v in x]
    found = records["loss", None]
    for term, weight, logarithm in zip(found["terms"], y, logarithms, strict=True):
        # a logarithm below one unit of rounding of the largest pre-activation may count as 0
        assert close(term, weight * logarithm, scale=1.0)
    assert close(
        found["loss"], sum((w * v for w, v in zip(y, logarithms, strict=True)), Decimal(0)), scale=1.0
    )
    for delta, share, weight in zip(records["delta", 2]["delta"], shares, y, strict=True):
        # with a single 1 nothing cancels: a - 1 is minus the sum of the others
        scale = 0.0 if sorted(target) == [0.0, 0.0, 1.0] else float(share * sum(y))
        assert close(delta, share * sum(y) - weight, scale)
    assert_gradients(records, z)


@pytest.mark.parametrize(
    ("activation", "loss", "z", "target"),
    [
        ("sigmoid", "binary-cross-entropy", [-1000.0, 1000.0, 40.0, -40.0], [1.0, 0.0, 1.0, 0.5]),
        ("softmax", "cross-entropy", [-1000.0, 1000.0, 40.0, -40.0], [1.0, 0.0, 0.0, 0.0]),
    ],
)
def test_a_saturated_network_learns_on(
    activation: str, loss: str, z: list[float], target: list[float]
) -> None:
    """The largest possible error is not a dead end: three updates, every number finite but ∂C/∂a."""
    losses = []
    for record in recorded(outputs(activation, loss, z, target, iterations=3)):
        for name in ("loss", "delta", "weight_total", "weights_after"):
            assert np.isfinite(np.array(record.get(name, 0.0), dtype=float)).all()
        if record["kind"] == "loss":
            losses.append(record["loss"])
    assert losses[0] > losses[1] > losses[2]


@pytest.mark.parametrize("a", [2.0**-60, 1e-12, 1e-3, 1.0 - 2.0**-40])
@pytest.mark.parametrize("target", [0.0, 1.0, 0.25])
def test_binary_cross_entropy_of_a_prediction_close_to_0_or_1(a: float, target: float) -> None:
    """Without a sigmoid there is only the prediction: ln(1 - a) of a small a keeps its digits."""
    x, y = Decimal(a), Decimal(target)
    loss = -(y * x.ln() + (1 - y) * (1 - x).ln())
    records = by_kind(outputs("identity", "binary-cross-entropy", [a], [target]))
    assert close(records["loss", None]["loss"], loss)
    assert close(records["delta", 2]["delta"][0], (1 - y) / (1 - x) - y / x)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus", "silu", "elu"])
def test_each_smooth_activation_far_out(activation: str) -> None:
    """Activation and slope to a few roundings of their own size, however small."""
    far = [*BEYOND, -700.0, -20.0, 20.0, 700.0]
    record = by_kind(outputs(activation, "half-squared-error", far, [0.5] * len(far)))["forward", 2]
    for z, *found in zip(far, record["activation"], record["slope"], strict=True):
        x = Decimal(z)
        low = sigmoid(x) * sigmoid(-x)
        expected = {
            "sigmoid": (sigmoid(x), low),
            "tanh": (2 * sigmoid(2 * x) - 1, 4 * sigmoid(2 * x) * sigmoid(-2 * x)),
            "softplus": ((1 + x.exp()).ln(), sigmoid(x)),
            "silu": (x * sigmoid(x), sigmoid(x) + x * low),
            "elu": (x, Decimal(1)) if z > 0.0 else (x.exp() - 1, x.exp()),
        }[activation]
        assert found == [pytest.approx(float(value), rel=1e-14, abs=1e-300) for value in expected], z


# --- every pair of activation and loss ----------------------------------------------------------------

DISTANCES = (2.0**-30, 0.5, 3.0, 10.0, 20.0, 40.0, 700.0, 1000.0)
PRE_ACTIVATIONS = (0.0, *DISTANCES, *(-z for z in DISTANCES))
TARGETS = (0.0, 1.0, -1.0, 0.25, 2.0**-40, 1.0 - 2.0**-40, 2.0**-40 - 1.0)
ROWS = (
    (1000.0, 0.0, -1000.0),
    (-700.0, 700.0, 0.0),
    (-40.0, 40.0, 0.0),
    (40.0, 0.0, 40.0),
    (0.0, -20.0, 20.0),
    (10.0, 0.0, -10.0),
    (3.0, -0.5, 1.0),
    (1000.0, 1000.0, 1000.0),
    (0.0, 2.0**-30, 0.0),
)
TARGET_ROWS = (
    (1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.5, 0.25, 0.25),
    (1.0 - 2.0**-40, 2.0**-40, 0.0),
    (0.5, 1.0, 2.0),
)
LATER = (0.25, 0.75, 1.0)
"""The targets of the next time, where there is one."""


class Case(NamedTuple):
    """One row of a last layer: what is given, and what must come of it; slopes are None for softmax."""

    z: tuple[float, ...]
    target: tuple[float, ...]
    activations: tuple[Sized, ...]
    slopes: tuple[Decimal, ...] | None
    shares: tuple[Share, ...]

    def errors(self, future: Sequence[float]) -> list[Sized | None]:
        """∂C/∂a: what comes from the loss, and from the future as it was recorded."""
        with localcontext(exact.digits_for(*self.z)):
            return [
                None if share.error is None else exact.added(share.error, Sized(Decimal(f), abs(Decimal(f))))
                for share, f in zip(self.shares, future, strict=True)
            ]

    def deltas(self, future: Sequence[float]) -> list[Sized | None]:
        """∂C/∂z."""
        errors = self.errors(future)
        with localcontext(exact.digits_for(*self.z)):
            if self.slopes is not None:
                pairs = zip(errors, self.slopes, strict=True)
                return [None if error is None else error.times(slope) for error, slope in pairs]
            whole = [error for error in errors if error is not None]
            if len(whole) < len(errors):
                return [None] * len(errors)
            return [*exact.through_softmax(self.activations, whole)]


@cache
def cases(activation: str, loss: str) -> tuple[Case, ...]:
    """Every row that has a loss: three units, of any pre-activation and target unless they are a softmax."""
    if activation == "softmax":
        rows = [
            case_of(z, y, exact.softmax(z), None, loss)
            for z in ROWS
            for y in (*TARGET_ROWS, tuple(float(a.value) for a in exact.softmax(z)))
        ]
        return tuple(row for row in rows if row is not None)
    units = []
    for z in PRE_ACTIVATIONS:
        a, slope = exact.activated(activation, z)
        for y in dict.fromkeys((*TARGETS, float(a.value))):
            unit = case_of((z,), (y,), (a,), (slope,), loss)
            if unit is not None:
                units.append(unit)
    units += units[: -len(units) % 3]
    return tuple(side_by_side(units[place : place + 3]) for place in range(0, len(units), 3))


def case_of(
    z: tuple[float, ...],
    target: tuple[float, ...],
    activations: tuple[Sized, ...],
    slopes: tuple[Decimal, ...] | None,
    loss: str,
) -> Case | None:
    """A case, if all of its losses have a value."""
    shares = []
    with localcontext(exact.digits_for(*z)):
        for a, y in zip(activations, target, strict=True):
            found = exact.share(loss, a, y, n=3)
            if found is None:
                return None
            shares.append(found)
    return Case(z, target, activations, slopes, tuple(shares))


def side_by_side(units: Sequence[Case]) -> Case:
    """A row of units that have nothing to do with each other."""
    z, target, activations, slopes, shares = zip(*units, strict=True)
    return Case(sum(z, ()), sum(target, ()), sum(activations, ()), sum(slopes, ()), sum(shares, ()))


def last_layer(
    activation: str, loss: str, rows: Sequence[Case], batch_size: int, recurrent: bool
) -> Scenario:
    """One layer whose pre-activations are its inputs, a row a sample; nothing is learnt.

    A recurrent one has a second time with predictions near 1/2, which sends an error back.
    """
    inputs, targets = [[[*row.z]] for row in rows], [[[*row.target]] for row in rows]
    if recurrent:
        centre = [0.3, -0.2, 0.1] if activation == "softmax" else [CENTRE.get(activation, 0.5)] * 3
        for row, times, wanted in zip(rows, inputs, targets, strict=True):
            h = [float(a.value) for a in row.activations]
            passed = [math.fsum(u * x for u, x in zip(weights, h, strict=True)) for weights in RECURRENT]
            times.append([c - p for c, p in zip(centre, passed, strict=True)])
            wanted.append([*LATER])
    layer = Layer(
        activation,
        weights=frozen(np.eye(3)),
        biases=frozen([0.0] * 3),
        recurrent_weights=frozen(RECURRENT) if recurrent else None,
    )
    return Scenario(
        title="every pair",
        network=Network(inputs=3, loss=loss, layers=(layer,)),
        data=Data(
            inputs=frozen(inputs),
            targets=frozen(targets),
            has_target=np.ones((len(rows), 1 + recurrent), dtype=np.bool_),
        ),
        training=Training(
            learning_rate=0.0, iterations=math.ceil(len(rows) / batch_size), batch_size=batch_size
        ),
    )


def found_by(scenario: Scenario) -> dict[tuple[str, int], dict[str, Any]]:
    """The records of the first time that numbers are held against, by their kind and sample."""
    run = trace(scenario)
    sites = [run.schedule.site(step) for step in range(len(run))]
    return {
        (site.kind, site.sample): as_record(run[step])
        for step, site in enumerate(sites)
        if site.kind in ("forward", "loss", "delta") and site.sample is not None and not site.time
    }


RECURRENT = [[0.5, -0.25, 0.75], [0.125, 0.5, -0.5], [-0.75, 0.25, 0.5]]


def agrees(found: float | str, expected: Sized) -> bool:
    """As close as the house wants it; below the smallest normal number float64 has fewer digits to give."""
    number, value = float(found), float(expected.value)
    if math.isinf(value):
        return number == value
    return close(number, expected.value, float(expected.size)) or abs(number - value) <= 4.0 * 2.0**-1074


def wrong_numbers(found: Mapping[tuple[str, int], dict[str, Any]], rows: Sequence[Case]) -> list[str]:
    """Every number that is not what it must be, in words. More follow from one that breaks a weight."""
    wrong = []
    for sample, row in enumerate(rows):
        forward, back = found["forward", sample], found["delta", sample]
        future = [float(f) for f in back.get("from_future", [0.0] * 3)]
        if not all(map(math.isfinite, future)) or any(future) != ("from_future" in back):
            wrong.append(f"from_future {future} at z {row.z}, target {row.target}")
            continue
        expected: dict[str, tuple[Sequence[float], Sequence[Sized | None]]] = {
            "pre_activation": (forward["pre_activation"], [Sized(Decimal(z), Decimal(0)) for z in row.z]),
            "activation": (forward["activation"], [own_size(a.value) for a in row.activations]),
            "error": (back["error"], row.errors(future)),
            "delta": (back["delta"], row.deltas(future)),
        }
        if ("loss", sample) in found:
            loss, terms = found["loss", sample], [share.term for share in row.shares]
            expected["terms"] = loss["terms"], terms
            expected["loss"] = [loss["loss"]], [exact.added(*terms)]
        if row.slopes is not None:
            # a slope has a few operations behind it: silu's is a sum of two that partly cancel
            expected["slope"] = forward["slope"], [own_size(slope, 4) for slope in row.slopes]
        wrong += [
            f"{name} {number} at z {row.z}, target {row.target}: expected {float(wanted.value)}"
            for name, (numbers, values) in expected.items()
            for number, wanted in zip(numbers, values, strict=True)
            if wanted is not None and not agrees(number, wanted)
        ]
    return wrong


def own_size(value: Decimal, times: int = 1) -> Sized:
    return Sized(value, times * abs(value))


@pytest.mark.parametrize(
    ("activation", "loss", "recurrent"),
    dense_or_recurrent(turned=True),
)
def test_every_pair_keeps_its_digits(activation: str, loss: str, recurrent: bool) -> None:
    """Near the middle and far out, at targets at the activation's limits, next to them and elsewhere.

    One sample at a time and all at once, for the engine may choose another program for each, in a dense layer
    and in a recurrent one: they take turns, and each activation and each loss meets them all. The oracle,
    which is held to these digits below, has each pair in the other kind of layer. Of the rows each has half:
    the oracle has the others.
    """
    rows = in_turns(cases(activation, loss), in_turn(activation, loss) // 4 + 1, 2)
    both = (len(rows), 1)
    for batch_size in both if EVERY_CASE else (both[in_turn(activation, loss) // 2 % 2],):
        scenario = last_layer(activation, loss, rows, batch_size, recurrent)
        wrong = wrong_numbers(found_by(scenario), rows)
        assert wrong[:5] == [], f"{len(wrong)} numbers in batches of {batch_size}"


@pytest.mark.parametrize("activation", OUTPUTS)
def test_a_sign_is_right_where_float64_can_hold_the_distance_no_more(activation: str) -> None:
    """Nearer to a limit than any float64 a is not the limit: the absolute error has a slope there."""
    every = cases(activation, "absolute-error")
    beyond = 0
    for turn, batch_size in enumerate((len(every), 1)):
        rows = in_turns(every, turn, 2)
        found = found_by(last_layer(activation, "absolute-error", rows, batch_size, recurrent=False))
        for sample, row in enumerate(rows):
            with localcontext(exact.digits_for(*row.z)):
                apart = [a.value - Decimal(y) for a, y in zip(row.activations, row.target, strict=True)]
            for error, distance in zip(found["delta", sample]["error"], apart, strict=True):
                if distance and float(distance) == 0.0:
                    beyond += 1
                    assert error == math.copysign(1.0, distance), (row.z, row.target)
    limited = activation not in ("identity", "relu", "leaky-relu")
    assert bool(beyond) == limited


@pytest.mark.parametrize(
    ("activation", "loss", "recurrent"),
    dense_or_recurrent(),
)
def test_the_oracle_keeps_its_digits_too(activation: str, loss: str, recurrent: bool) -> None:
    """So that what is judged by it is judged rightly far out. Pairs take turns in halves of the rows."""
    rows = in_turns(cases(activation, loss), in_turn(activation, loss) // 4, 2)
    scenario = last_layer(activation, loss, rows, len(rows), recurrent)
    steps: list[dict[str, Any]] = [*records(scenario)]
    found = {(r["kind"], r["sample"]): r for r in steps if not r["time"]}
    assert wrong_numbers(found, rows)[:5] == []


@pytest.mark.parametrize("activation", OUTPUTS)
def test_what_the_future_alone_sends_back(activation: str) -> None:
    """Where a time has no target, delta is what f' or Jᵀ makes of the future, with the winner's digits."""
    zero = Sized(Decimal(0), Decimal(0))
    every = [row._replace(shares=(Share(zero, zero),) * 3) for row in cases(activation, "half-squared-error")]
    for turn, batch_size in enumerate((len(every), 1)):
        rows = in_turns(every, turn, 2)
        scenario = last_layer(activation, "half-squared-error", rows, batch_size, recurrent=True)
        targets, has_target = scenario.data.targets.copy(), scenario.data.has_target.copy()
        targets[:, 0], has_target[:, 0] = 0.0, False
        data = replace(scenario.data, targets=frozen(targets), has_target=has_target)
        assert wrong_numbers(found_by(replace(scenario, data=data)), rows)[:5] == []


E40 = math.exp(-40.0)


@pytest.mark.parametrize(
    ("activation", "loss", "z", "target", "error", "delta"),
    [
        ("sigmoid", "half-squared-error", [40.0], [1.0], [-E40], [-E40 * E40]),
        ("sigmoid", "squared-error", [-40.0], [0.0], [2.0 * E40], [2.0 * E40 * E40]),
        ("sigmoid", "cross-entropy", [40.0], [1.0], [-1.0], [-E40]),
        ("sigmoid", "cross-entropy", [-1000.0], [1.0], [-math.inf], [-1.0]),
        ("tanh", "half-squared-error", [40.0], [1.0], [-2.0 * E40**2], [-8.0 * E40**4]),
        ("tanh", "half-squared-error", [-40.0], [-1.0], [2.0 * E40**2], [8.0 * E40**4]),
        ("tanh", "binary-cross-entropy", [40.0], [0.0], [0.5 / E40**2], [2.0]),
        ("tanh", "binary-cross-entropy", [1000.0], [0.0], [math.inf], [2.0]),
        ("elu", "half-squared-error", [-40.0], [-1.0], [E40], [E40 * E40]),
        ("softplus", "cross-entropy", [-1000.0], [1.0], [-math.inf], [-1.0]),
        ("softmax", "half-squared-error", [20.0, -20.0], [0.0, 1.0], [1.0, -1.0], [2.0 * E40, -2.0 * E40]),
        (
            "softmax",
            "half-squared-error",
            [20.0, -20.0],
            [1.0, 0.0],
            [-E40, E40],
            [-2.0 * E40**2, 2.0 * E40**2],
        ),
        ("softmax", "binary-cross-entropy", [20.0, -20.0], [1.0, 0.0], [-1.0, 1.0], [-2.0 * E40, 2.0 * E40]),
        ("softmax", "binary-cross-entropy", [20.0, -20.0], [0.0, 1.0], [1.0 / E40, -1.0 / E40], [2.0, -2.0]),
        ("softmax", "cross-entropy", [20.0, -20.0], [1.0, 0.0], [-1.0, 0.0], [-E40, E40]),
        ("softmax", "absolute-error", [20.0, -20.0], [1.0, 0.0], [-1.0, 1.0], [-2.0 * E40, 2.0 * E40]),
        ("sigmoid", "absolute-error", [40.0], [1.0], [-1.0], [-E40]),
        ("tanh", "huber", [-40.0], [-1.0], [2.0 * E40**2], [8.0 * E40**4]),
        ("sigmoid", "log-cosh", [40.0], [1.0], [-E40], [-E40 * E40]),
    ],
)
def test_pairs_whose_numbers_one_knows_by_heart(
    activation: str, loss: str, z: list[float], target: list[float], error: list[float], delta: list[float]
) -> None:
    """1 - σ(40) is e^-40 to sixteen digits, 1 - tanh 40 is 2 e^-80; where float64 has only 1 - 1 = 0."""
    records = by_kind(outputs(activation, loss, z, target))
    found = records["delta", 2]
    assert [float(e) for e in found["error"]] == pytest.approx(error, rel=1e-15, abs=0.0)
    assert found["delta"] == pytest.approx(delta, rel=1e-15, abs=0.0)
    assert_gradients(records, z)


SIZES = (1e-200, 1e-150, 1e-17, 2.0**-30, 0.1, 1.0 - 2.0**-53, 1.0, 1.0 + 2.0**-52, 30.0, 1e3)


@pytest.mark.parametrize("loss", sorted({*LOSSES} - {*LOGARITHMIC}))
def test_tiny_and_huge_distances(loss: str) -> None:
    """Of outputs side by side; that a loss is the sum of their terms is looked at above."""
    distances = [sign * size for size in SIZES for sign in (1.0, -1.0)]
    records = by_kind(outputs("identity", loss, distances, [0.0] * len(distances)))
    terms, errors = records["loss", None]["terms"], records["delta", 2]["error"]
    for distance, term, error in zip(distances, terms, errors, strict=True):
        given = Sized(Decimal(distance), Decimal(0))
        expected = exact.share(loss, given, 0.0, n=len(distances))
        assert expected is not None
        assert expected.error is not None
        assert agrees(term, expected.term), distance
        assert agrees(error, expected.error), distance
    assert records["delta", 2]["delta"] == errors


def test_lost_digits_are_found() -> None:
    """What plain float64 makes of sigmoid and a squared error: enough at z = 3, nothing at z = 40."""
    errors = []
    for z in (3.0, 10.0, 40.0):
        with localcontext(exact.digits_for(z)):
            found = exact.share("half-squared-error", exact.activated("sigmoid", z)[0], 1.0, n=1)
        assert found is not None
        assert found.error is not None
        plain = 1.0 / (1.0 + math.exp(-z)) - 1.0
        errors.append((agrees(plain, found.error), float(found.error.value)))
        assert agrees(float(found.error.value) * (1.0 + 2e-16), found.error)
        assert not agrees(float(found.error.value) * (1.0 + 1e-13), found.error)
    assert [held for held, _ in errors] == [True, False, False]
    assert errors[2][1] == pytest.approx(-4.248354255291589e-18, rel=1e-15)


def diverging(iterations: int) -> Scenario:
    """Identity layers and a learning rate of a million."""
    return Scenario(
        title="diverging",
        network=Network(
            inputs=2,
            loss="squared-error",
            layers=(
                Layer("identity", weights=frozen([[0.5, -0.3], [0.2, 0.1]]), biases=frozen([0.1, 0.2])),
                Layer("identity", weights=frozen([[0.7, -0.4]]), biases=frozen([0.0])),
            ),
        ),
        data=Data(
            inputs=frozen([[[1.0, 2.0]], [[-1.0, 0.5]]]),
            targets=frozen([[[1.0]], [[0.0]]]),
            has_target=np.ones((2, 1), dtype=np.bool_),
        ),
        training=Training(learning_rate=1e6, iterations=iterations, batch_size=2),
    )


def words(value: object) -> set[str]:
    """Every string among the numbers of a record."""
    if isinstance(value, list):
        return set().union(*(words(part) for part in value))
    return {value} if isinstance(value, str) else set()


def test_divergence_neither_raises_nor_warns_and_is_printed_as_words() -> None:
    scenario = diverging(12)
    seen: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        steps = trace(scenario)
        lines = [json.dumps(as_record(step), allow_nan=False) for step in steps]
        assert len(lines) == len(steps)
    for line in lines:
        seen |= words([value for name, value in json.loads(line).items() if name != "kind"])
    assert seen == {"inf", "-inf", "nan"}


@pytest.mark.parametrize(
    ("rate", "recurrent", "order"),
    [
        (*case, order)
        for case, order in each_of(product([1e2, 1e4, 1e6, 1e9, 1e30, 1e80, 1e150], [False, True]), ORDERS)
    ],
)
def test_overflow_is_silent_wherever_it_happens(rate: float, recurrent: bool, order: Order) -> None:
    """At one rate it is a sum that overflows first, at another a product, a share, a change or a loss."""
    for seed in range(2 if EVERY_CASE else 1):
        wanted = Wanted(
            output="identity",
            hidden="identity",
            loss="squared-error",
            recurrent=recurrent,
            order=order,
            depth=2,
            samples=3,
            batch_size=2,
            iterations=9,
            learning_rate=rate,
            steps=200,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for record in recorded(scenario_at_random(seed, wanted)):
                json.dumps(record, allow_nan=False)


def test_divergence_follows_the_oracle_as_long_as_there_are_numbers() -> None:
    compared = 0
    for record, expected in zip(recorded(diverging(12)), Oracle(diverging(12)).steps(), strict=True):
        if words([value for name, value in record.items() if name != "kind"]):
            break
        assert differences(record, expected) == []
        compared += 1
    assert compared > 4 * 12
