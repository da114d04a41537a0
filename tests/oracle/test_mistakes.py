"""Does a mistake of the judge do what the contract says instead, and change nothing else?

Each is held against what it must be by the records themselves, with numpy, and against a run without it: of
the first iteration exactly those fields differ that depend on the rewritten equation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest

from engine.arrays import frozen
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.given.scenarios_at_random import MISTAKES as ROWS
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random, with_training
from tests.oracle import records
from tests.oracle.run import MISTAKES

if TYPE_CHECKING:
    from engine.scenario import Order

Record: TypeAlias = dict[str, Any]
LAST = 2
CANONICAL_LINKS = [("softmax", "cross-entropy"), ("sigmoid", "binary-cross-entropy")]


def two_layers(**training: Any) -> Scenario:
    """Two recurrent layers of two units: every mistake shows in it. Three samples of three times."""
    layers = (
        Layer(
            "sigmoid",
            weights=frozen([[0.3, -0.2], [0.1, 0.4]]),
            biases=frozen([0.1, -0.1]),
            recurrent_weights=frozen([[0.2, 0.5], [-0.4, 0.3]]),
            initial_state=frozen([0.3, -0.2]),
        ),
        Layer(
            "tanh",
            weights=frozen([[0.5, -0.6], [0.7, 0.2]]),
            biases=frozen([0.2, 0.1]),
            recurrent_weights=frozen([[0.6, -0.1], [0.2, -0.5]]),
            initial_state=frozen([-0.1, 0.4]),
        ),
    )
    inputs = [[[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]], [[0.9, 0.8], [-0.7, 0.2], [0.4, 0.1]]]
    inputs.append([[0.7, 0.1], [-0.3, 0.2], [0.2, 0.2]])
    targets = [[[0.5, 0.1], [0.1, -0.3], [0.9, 0.2]]] * 3
    return Scenario(
        title="two layers",
        network=Network(inputs=2, loss="half-squared-error", layers=layers),
        data=Data(frozen(inputs), frozen(targets), np.array([[False, True, True]] * 3)),
        training=Training(
            **{"learning_rate": 0.1, "iterations": 3, "batch_size": 3, "reduction": "mean", **training}
        ),
    )


def run(mistake: str | None, **training: Any) -> list[Record]:
    return list(records(two_layers(mistake=mistake, **training)))


def of_kind(found: list[Record], kind: str, layer: int | None = None) -> list[Record]:
    return [r for r in found if r["kind"] == kind and (layer is None or r["layer"] == layer)]


def at(found: list[Record], like: Record, kind: str, layer: int | None = None) -> Record:
    """The record of a kind at the same iteration, sample and time."""
    site = {**like, "kind": kind, "layer": layer or like["layer"]}
    names = ("iteration", "kind", "sample", "time", "layer")
    (only,) = [r for r in found if all(r[name] == site[name] for name in names)]
    return only


def close(found: object, expected: object) -> None:
    np.testing.assert_allclose(np.array(found), np.array(expected), rtol=1e-12, atol=1e-15)


# --- what is done instead -----------------------------------------------------------------------------


@pytest.mark.parametrize(("mistake", "layer"), [("no-slope", 1), ("no-output-slope", LAST)])
@pytest.mark.parametrize("order", ORDERS)
def test_without_a_slope_the_delta_is_the_error(mistake: str, layer: int, order: Order) -> None:
    found = run(mistake, order=order)
    for record in of_kind(found, "delta"):
        assert (record["delta"] == record["error"]) == (record["layer"] == layer)
        close(record["error"], np.add(record["from_above"], record["from_future"]))


@pytest.mark.parametrize(("output", "loss"), CANONICAL_LINKS)
def test_without_the_slope_of_the_output_the_canonical_links_are_undone(output: str, loss: str) -> None:
    wanted = Wanted(output=output, loss=loss, recurrent=False, depth=2, mistake="no-output-slope")
    found = list(records(scenario_at_random(3, wanted)))
    for record in of_kind(found, "delta", LAST):
        a = np.array(at(found, record, "forward")["activation"])
        (y,) = [
            np.array(loss["target"])
            for loss in of_kind(found, "loss")
            if (loss["iteration"], loss["sample"]) == (record["iteration"], record["sample"])
        ]
        close(record["delta"], -y / a if output == "softmax" else (a - y) / (a * (1.0 - a)))


def test_the_slope_of_the_activation_is_that_of_f_at_a() -> None:
    found = run("slope-of-activation")
    for record in of_kind(found, "delta"):
        forward = at(found, record, "forward")
        z, a = np.array(forward["pre_activation"]), np.array(forward["activation"])
        slopes = {1: lambda x: np.exp(-x) / (1.0 + np.exp(-x)) ** 2, 2: lambda x: 1.0 / np.cosh(x) ** 2}
        close(forward["slope"], slopes[record["layer"]](z))
        close(record["delta"], slopes[record["layer"]](a) * np.array(record["error"]))


def test_the_slope_of_a_softmax_is_as_it_is() -> None:
    wanted = Wanted(output="softmax", loss="cross-entropy", recurrent=False, depth=1)
    scenario = scenario_at_random(0, wanted)
    wrong = with_training(scenario, mistake="slope-of-activation")
    assert list(records(wrong)) == list(records(scenario))


def test_weights_that_are_not_transposed() -> None:
    found = run("weights-not-transposed")
    weights = np.array([[0.5, -0.6], [0.7, 0.2]])
    for record in of_kind(found, "delta", 1):
        if record["iteration"] == 0:
            close(record["from_above"], weights @ np.array(at(found, record, "delta", LAST)["delta"]))
    scenario = scenario_at_random(0, Wanted(mistake="weights-not-transposed", depth=3))
    layers = scenario.network.layers
    assert all(layer.weights.shape == (layer.units, layer.units) for layer in layers[1:])


def test_weights_that_are_not_square_must_be_transposed() -> None:
    scenario = scenario_at_random(3, Wanted(depth=2))
    layer = scenario.network.layers[1]
    assert layer.units != layer.inputs
    with pytest.raises(AssertionError, match="not square"):
        list(records(with_training(scenario, mistake="weights-not-transposed")))


def test_the_pre_activation_for_the_activation() -> None:
    found = run("z-for-activation")
    for record in of_kind(found, "gradient"):
        delta = at(found, record, "delta")["delta"]
        if record["layer"] == 1:
            read = at(found, record, "forward")["inputs"]
        else:
            read = at(found, record, "forward", 1)["pre_activation"]
        close(record["weight_gradient"], np.outer(delta, read))


@pytest.mark.parametrize(("mistake", "divisor"), [(None, 3), ("mean-twice", 9), ("mean-missing", 1)])
@pytest.mark.parametrize("order", ORDERS)
def test_the_mean(mistake: str | None, divisor: int, order: Order) -> None:
    found = run(mistake, order=order, iterations=1)
    gradients: dict[int, Record] = {}
    for record in found:
        if record["kind"] == "gradient":
            gradients[record["layer"]] = record
        if record["kind"] == "update":
            total = gradients[record["layer"]]["weight_gradient" if order == "premature" else "weight_total"]
            close(record["weights_change"], -0.1 / divisor * np.array(total))


@pytest.mark.parametrize("mistake", ["mean-twice", "mean-missing"])
def test_where_there_is_no_mean_it_cannot_be_wrong(mistake: str) -> None:
    with pytest.raises(AssertionError, match="sum"):
        run(mistake, reduction="sum")
    assert scenario_at_random(0, Wanted(mistake=mistake)).training.reduction == "mean"


@pytest.mark.parametrize("order", ORDERS)
def test_gradients_that_are_kept(order: Order) -> None:
    """Every total goes on from the one before, and that is what an update applies."""
    found = run("gradient-kept", order=order, weight_decay=1e-300)
    totals = {1: np.zeros((2, 2)), 2: np.zeros((2, 2))}
    for record in found:
        layer = record["layer"]
        if record["kind"] == "gradient":
            totals[layer] = totals[layer] + np.array(record["weight_gradient"])
            close(record["weight_total"], totals[layer])
        if record["kind"] == "update":
            close(record["weights_applied"], totals[layer] / 3.0)


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_uphill(optimizer: str) -> None:
    settings = {"optimizer": optimizer, "weight_decay": 0.1, "iterations": 1}
    right, wrong = (of_kind(run(mistake, **settings), "update") for mistake in (None, "sign"))
    for down, up in zip(right, wrong, strict=True):
        assert up["weights_change"] == np.negative(down["weights_change"]).tolist()
        close(up["weights_after"], np.add(up["weights_before"], up["weights_change"]))


def test_the_target_first() -> None:
    found = run("target-first")
    losses = {(r["iteration"], r["sample"], r["time"]): r for r in of_kind(found, "loss")}
    for record in of_kind(found, "delta", LAST):
        loss = losses.get((record["iteration"], record["sample"], record["time"]))
        expected = [0.0, 0.0] if loss is None else np.subtract(loss["target"], loss["prediction"])
        close(record["from_above"], expected)
        slope = at(found, record, "forward")["slope"]
        close(record["delta"], np.multiply(np.add(expected, record["from_future"]), slope))


@pytest.mark.parametrize(("output", "loss"), CANONICAL_LINKS)
def test_the_target_first_turns_the_canonical_links_round(output: str, loss: str) -> None:
    wanted = Wanted(output=output, loss=loss, recurrent=False, depth=1, iterations=1)
    right = scenario_at_random(3, wanted)
    wrong = with_training(right, mistake="target-first")
    for one, other in zip(*(of_kind(list(records(s)), "delta") for s in (right, wrong)), strict=True):
        assert other["delta"] == np.negative(one["delta"]).tolist()
        assert other["error"] == np.negative(one["error"]).tolist()


@pytest.mark.parametrize("order", ORDERS)
def test_the_bias_of_the_last_sample(order: Order) -> None:
    found = run("bias-of-last-sample", order=order)
    for record in of_kind(found, "gradient"):
        of_sample = [
            np.array(r["bias_gradient"])
            for r in of_kind(found, "gradient", record["layer"])
            if (r["iteration"], r["sample"]) == (record["iteration"], record["sample"])
            and r["time"] >= record["time"]
        ]
        close(record["bias_total"], sum(of_sample))
    if order != "premature":
        for update in of_kind(found, "update"):
            total = [
                r["bias_total"]
                for r in of_kind(found, "gradient", update["layer"])
                if r["iteration"] == update["iteration"]
            ][-1]
            close(update["biases_change"], -0.1 / 3.0 * np.array(total))


def test_a_future_that_is_dropped() -> None:
    for record in of_kind(run("future-dropped"), "delta"):
        assert record["from_future"] == [0.0, 0.0]
        assert record["error"] == record["from_above"]


def test_the_state_of_the_same_time() -> None:
    found = run("state-of-same-time")
    for record in of_kind(found, "gradient"):
        h = at(found, record, "forward")["activation"]
        close(record["recurrent_gradient"], np.outer(record["bias_gradient"], h))


# --- and nothing else ---------------------------------------------------------------------------------

GROUPS = {"weights": "weight", "biases": "bias", "recurrent": "recurrent"}
UPDATED = ("applied", "velocity_after", "change", "after")


def fields(layer: int, *names: str) -> set[str]:
    return {f"{name} {layer}" for name in names}


def gathered(layer: int, *groups: str) -> set[str]:
    return {f"{GROUPS[g]}_{what} {layer}" for g in groups or GROUPS for what in ("gradient", "total")}


def updated(layer: int, *groups: str, what: tuple[str, ...] = UPDATED) -> set[str]:
    return {f"{g}_{part} {layer}" for g in groups or GROUPS for part in what}


def learned(layer: int) -> set[str]:
    return gathered(layer) | updated(layer)


BACK = ("from_future", "error", "delta")
ALL_OF_THE_FIRST = fields(1, "from_above", *BACK) | learned(1)
DEPENDENT = {
    "no-slope": fields(1, *BACK) | learned(1),
    "no-output-slope": fields(2, *BACK) | learned(2) | ALL_OF_THE_FIRST,
    "slope-of-activation": fields(2, *BACK) | learned(2) | ALL_OF_THE_FIRST,
    "weights-not-transposed": ALL_OF_THE_FIRST,
    "z-for-activation": gathered(2, "weights") | updated(2, "weights"),
    "mean-twice": updated(1) | updated(2),
    "mean-missing": updated(1) | updated(2),
    "gradient-kept": set(),
    "sign": updated(1, what=("change", "after")) | updated(2, what=("change", "after")),
    "target-first": fields(2, "from_above", *BACK) | learned(2) | ALL_OF_THE_FIRST,
    "bias-of-last-sample": fields(1, "bias_total")
    | fields(2, "bias_total")
    | updated(1, "biases")
    | updated(2, "biases"),
    "future-dropped": fields(2, *BACK) | learned(2) | ALL_OF_THE_FIRST,
    "state-of-same-time": gathered(1, "recurrent")
    | gathered(2, "recurrent")
    | updated(1, "recurrent")
    | updated(2, "recurrent"),
}
"""The fields of the first iteration that a mistake changes, with the layer."""


def differing(mistake: str, **training: Any) -> set[str]:
    right, wrong = run(None, **training), run(mistake, **training)
    found = set()
    for one, other in zip(right, wrong, strict=True):
        assert list(one) == list(other)
        found |= {f"{name} {one['layer']}" for name in one if one[name] != other[name]}
    return found


@pytest.mark.parametrize("mistake", ROWS)
def test_all_else_stays(mistake: str) -> None:
    settings = {"optimizer": "momentum", "weight_decay": 0.01}
    assert differing(mistake, iterations=1, **settings) == DEPENDENT[mistake]
    assert differing(mistake, iterations=2, **settings) != set()


@pytest.mark.parametrize("mistake", ROWS)
@pytest.mark.parametrize("clip_norm", [1e-3, 1e3])
def test_the_length_of_all_gradients_reads_every_wrong_one(mistake: str, clip_norm: float) -> None:
    """The factor of the clipping is another where any gradient is, if they are clipped at all.

    Where all of them are turned round, they are as long as before.
    """
    found = differing(mistake, iterations=1, clip_norm=clip_norm)
    other = any("applied" in name for name in DEPENDENT[mistake]) and mistake != "target-first"
    assert {"clip_scale 1", "clip_scale 2"} & found == (
        {"clip_scale 1", "clip_scale 2"} if other and clip_norm < 1.0 else set()
    )


def test_the_premature_order_applies_no_total_of_a_bias() -> None:
    assert differing("bias-of-last-sample", order="premature") == {"bias_total 1", "bias_total 2"}


def test_a_mistake_without_a_meaning_is_refused() -> None:
    with pytest.raises(AssertionError, match="off-by-one"):
        run("off-by-one")


def test_each_mistake_of_the_engine_has_a_meaning() -> None:
    assert sorted(MISTAKES) == sorted(ROWS)
