"""Is the judge itself right: the layerwise order, and the losses of a distance?

Worked by hand, or held against what must be the same by the contract.
"""

from __future__ import annotations

import math
from decimal import Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.arrays import frozen
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.given.scenarios_at_random import Wanted, scenario_at_random, with_training
from tests.oracle import Number, differences, ending, records
from tests.oracle.functions import loss_of_distance, slope_of_distance
from tests.oracle.number import exact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.oracle.run import Step


def ordered(scenario: Scenario, order: str) -> list[dict[str, Any]]:
    return list(records(with_training(scenario, order=order)))


def chain(**training: Any) -> Scenario:
    """Two identity layers of one unit each, a2 = 3 · 2 · x, and the samples x = 1 and x = 2 with target 0."""
    return Scenario(
        title="chain",
        network=Network(
            inputs=1,
            loss="half-squared-error",
            layers=tuple(Layer("identity", frozen([[w]]), frozen([0.0]), train_biases=False) for w in (2, 3)),
        ),
        data=Data(
            inputs=frozen([[[1.0]], [[2.0]]]),
            targets=frozen([[[0.0]], [[0.0]]]),
            has_target=np.ones((2, 1), dtype=np.bool_),
        ),
        training=Training(**{"learning_rate": 0.125, "iterations": 1, "batch_size": 2, **training}),
    )


def test_layerwise_by_hand() -> None:
    """The total of layer 2 over both samples is applied before the deltas of layer 1 are formed."""
    found = ordered(chain(), "layerwise")
    sites = [tuple(record[name] for name in ("kind", "sample", "layer")) for record in found]
    assert sites == [
        *(("forward", 0, 1), ("forward", 0, 2), ("loss", 0, None)),
        *(("forward", 1, 1), ("forward", 1, 2), ("loss", 1, None)),
        *(("delta", 0, 2), ("gradient", 0, 2), ("delta", 1, 2), ("gradient", 1, 2), ("update", None, 2)),
        *(("delta", 0, 1), ("gradient", 0, 1), ("delta", 1, 1), ("gradient", 1, 1), ("update", None, 1)),
    ]
    numbers = dict(zip(sites, found, strict=True))
    assert [numbers["delta", sample, 2]["delta"] for sample in (0, 1)] == [[6.0], [12.0]]
    assert numbers["gradient", 1, 2]["weight_total"] == [[6.0 * 2.0 + 12.0 * 4.0]]
    assert numbers["update", None, 2]["weights_after"] == [[3.0 - 60.0 / 8.0]]
    assert [numbers["delta", sample, 1]["error"] for sample in (0, 1)] == [[-4.5 * 6.0], [-4.5 * 12.0]]
    assert numbers["gradient", 1, 1]["weight_total"] == [[-27.0 * 1.0 - 54.0 * 2.0]]
    assert numbers["update", None, 1]["weights_after"] == [[2.0 + 135.0 / 8.0]]


def test_layerwise_takes_the_mean_as_the_other_orders_do() -> None:
    found = ordered(chain(reduction="mean"), "layerwise")
    changes = [record["weights_change"] for record in found if record["kind"] == "update"]
    assert changes[0] == [[-60.0 / 16.0]]
    # W2 is 3 - 3.75 = -0.75 when the deltas of layer 1 are formed
    assert changes[1] == [[0.75 * (6.0 * 1.0 + 12.0 * 2.0) / 16.0]]


@pytest.mark.parametrize("seed", range(4))
def test_with_one_sample_and_one_time_layerwise_is_premature(seed: int) -> None:
    """But for what an update says it applied: a total, not the gradient of a sample."""
    scenario = scenario_at_random(seed, Wanted(samples=1, recurrent=False, depth=3))
    layerwise, premature = (ordered(scenario, order) for order in ("layerwise", "premature"))
    for early, vectorised in zip(premature, layerwise, strict=True):
        if early["kind"] == "update":
            early["sample"] = early["time"] = None
        assert early == vectorised


@pytest.mark.parametrize("recurrent", [False, True], ids=["dense", "recurrent"])
@pytest.mark.parametrize("seed", range(4))
def test_with_one_layer_layerwise_is_deferred(seed: int, recurrent: bool) -> None:
    """In another sequence of steps: the future is read before the recurrent weights are changed."""
    scenario = scenario_at_random(seed, Wanted(depth=1, recurrent=recurrent, samples=3))

    def without_place(order: str) -> list[dict[str, Any]]:
        found = [{k: v for k, v in r.items() if k != "step"} for r in ordered(scenario, order)]
        return sorted(found, key=lambda r: (r["iteration"], r["kind"], str(r["sample"]), str(r["time"])))

    assert without_place("layerwise") == without_place("deferred")


@pytest.mark.parametrize("seed", range(4))
def test_layerwise_carries_the_error_down_with_changed_weights(seed: int) -> None:
    """The last layer's deltas are those of the deferred order; below, the changed weights are at work."""
    scenario = scenario_at_random(seed, Wanted(depth=3, recurrent=True, samples=2, iterations=1))
    after: dict[int, list[list[float]]] = {}
    deltas: dict[tuple[int, int, int], list[float]] = {}
    late = {
        (record["sample"], record["time"]): record["delta"]
        for record in ordered(scenario, "deferred")
        if record["kind"] == "delta" and record["layer"] == 3
    }
    for record in ordered(scenario, "layerwise"):
        if record["kind"] == "update":
            after[record["layer"]] = record["weights_after"]
        if record["kind"] != "delta":
            continue
        sample, time, layer = record["sample"], record["time"], record["layer"]
        deltas[layer, sample, time] = record["delta"]
        if layer == 3:
            assert record["delta"] == late[sample, time]
        else:
            above = np.array(after[layer + 1]).T @ np.array(deltas[layer + 1, sample, time])
            np.testing.assert_allclose(record.get("from_above", record["error"]), above, rtol=1e-12)


def test_an_order_without_a_meaning_is_refused() -> None:
    with pytest.raises(AssertionError, match="sideways"):
        ordered(chain(), "sideways")


# --- losses of a distance -----------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _digits() -> Iterator[None]:
    with localcontext(Context(prec=500, Emin=-(10**9), Emax=10**9)):
        yield


def textbook(loss: str, d: Decimal) -> tuple[Decimal, Decimal]:
    """The loss of a distance and its slope, as they are defined."""
    if loss == "absolute-error":
        return abs(d), Decimal((d > 0) - (d < 0))
    if loss == "huber":
        return (d * d / 2, d) if abs(d) <= 1 else (abs(d) - Decimal("0.5"), d / abs(d))
    cosh, sinh = (d.exp() + (-d).exp()) / 2, (d.exp() - (-d).exp()) / 2
    return cosh.ln(), sinh / cosh


SIZES = (0.0, 1e-200, 1e-30, 1e-9, 0.3, 0.999, 1.0, math.nextafter(1.0, 2.0), 1.5, 30.0, 1e3)


@pytest.mark.parametrize("loss", ["absolute-error", "huber", "log-cosh"])
def test_losses_of_a_distance(loss: str) -> None:
    for distance in (sign * size for size in SIZES for sign in (1.0, -1.0)):
        d = exact(distance)
        term, error = loss_of_distance(loss, d, 1), slope_of_distance(loss, d, 1)
        for found, expected in zip((term, error), textbook(loss, Decimal(distance)), strict=True):
            assert found.value == pytest.approx(float(expected), rel=1e-15, abs=0.0), distance
            assert abs(found.value) <= found.size <= 3.0 * abs(found.value), distance


@pytest.mark.parametrize("loss", ["absolute-error", "huber", "log-cosh"])
def test_a_distance_that_is_not_a_number_has_no_loss(loss: str) -> None:
    assert math.isnan(loss_of_distance(loss, exact(math.nan), 1).value)
    assert math.isnan(slope_of_distance(loss, exact(math.nan), 1).value)


def test_a_slope_that_a_rounding_decides_may_have_either_sign() -> None:
    """0.1 + 0.2 - 0.3 is 5.6e-17, or 0, or less, depending on who adds; 1 - 0.3 is not in doubt."""
    error = slope_of_distance("absolute-error", exact(0.1) + exact(0.2) - exact(0.3), 1)
    site: Step = {"step": 0, "iteration": 0, "kind": "delta", "sample": 0, "time": None, "layer": 1}
    for found in (1.0, 0.0, -1.0):
        assert differences({**site, "error": [found]}, {**site, "error": [error]}) == []
    error = slope_of_distance("absolute-error", exact(1.0) - exact(0.3), 1)
    assert differences({**site, "error": [1.0]}, {**site, "error": [error]}) == []
    assert differences({**site, "error": [-1.0]}, {**site, "error": [error]}) != []
    assert slope_of_distance("absolute-error", Number(0.0, 0.0), 1) == Number(0.0, 0.0)


@pytest.mark.parametrize("loss", ["cross-entropy", "binary-cross-entropy"])
def test_a_slope_that_is_not_a_number_leaves_no_delta(loss: str) -> None:
    """Though a target of 0 asks nothing of the prediction. The slope of the identity is 1 everywhere."""
    lost = [exact(math.nan)]
    for activation in ("sigmoid", "relu", "silu"):
        (delta,) = ending.delta(loss, activation, lost, lost, [exact(0.0)])
        assert math.isnan(delta.value)
    (delta,) = ending.delta("cross-entropy", "identity", lost, lost, [exact(0.0)])
    assert delta.value == 0.0
