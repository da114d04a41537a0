"""Do loss, delta and gradients stay exact where an activation saturates, and honest where all diverges?

The expected values are worked out with 60 digits. At pre-activations of ±40 and ±1000 a naive
evaluation takes the logarithm of 0 or multiplies 0 by infinity; the simplified forms do not.
"""

from __future__ import annotations

import json
import math
import warnings
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.oracle import Oracle, differences
from tests.recorded import as_record, recorded
from tests.scenarios_at_random import ORDERS, Wanted, scenario_at_random

if TYPE_CHECKING:
    from collections.abc import Iterator

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
@pytest.mark.parametrize("z", [*BEYOND, -700.0, -20.0, 20.0, 700.0])
def test_each_smooth_activation_far_out(activation: str, z: float) -> None:
    """Activation and slope to a few roundings of their own size, however small."""
    x = Decimal(z)
    low = sigmoid(x) * sigmoid(-x)
    expected = {
        "sigmoid": (sigmoid(x), low),
        "tanh": (2 * sigmoid(2 * x) - 1, 4 * sigmoid(2 * x) * sigmoid(-2 * x)),
        "softplus": ((1 + x.exp()).ln(), sigmoid(x)),
        "silu": (x * sigmoid(x), sigmoid(x) + x * low),
        "elu": (x, Decimal(1)) if z > 0.0 else (x.exp() - 1, x.exp()),
    }[activation]
    record = by_kind(outputs(activation, "half-squared-error", [z], [0.5]))["forward", 2]
    for found, value in zip((record["activation"][0], record["slope"][0]), expected, strict=True):
        assert found == pytest.approx(float(value), rel=1e-14, abs=1e-300)


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


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("recurrent", [False, True], ids=["dense", "recurrent"])
@pytest.mark.parametrize("rate", [1e2, 1e4, 1e6, 1e9, 1e30, 1e80, 1e150])
def test_overflow_is_silent_wherever_it_happens(rate: float, recurrent: bool, order: Order) -> None:
    """At one rate it is a sum that overflows first, at another a product, a share, a change or a loss."""
    for seed in range(4):
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
