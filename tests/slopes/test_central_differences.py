"""Is each total the slope of the loss? Measured: change one parameter, and see what the loss does.

The slope is measured with the four-point central difference

    D(h) = [8 (C(+h) - C(-h)) - (C(+2h) - C(-2h))] / 12h = C' - h⁴/30 · C⁽⁵⁾ + ...

at h = 1e-3. Rounding in C adds about 1.5 units of rounding of C over h, 3e-13 of C here. The error
of D(2h) is sixteen times that of D(h), so |D(2h) - D(h)| is some fifteen times the error of D(h):
an honest tolerance, and one that a test below shows to be small. A kink (relu, leaky-relu, and
elu's second derivative; the absolute error, and huber's second derivative) spoils the formula, so
no pre-activation and no distance from a target may cross one.

The losses come from the oracle's own forward pass, so engine and measurement share nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest

from engine.arrays import Array, frozen
from tests.given.recorded import recorded
from tests.given.scenarios_at_random import (
    ACTIVATIONS,
    PAIRS,
    Wanted,
    in_turn,
    scenario_at_random,
    with_training,
)
from tests.given.some_of import EVERY_CASE, some_of
from tests.oracle import Number, Oracle
from tests.oracle.number import Vector, zeros

if TYPE_CHECKING:
    from engine.scenario import Layer, Scenario

Slopes: TypeAlias = dict[tuple[int, str, tuple[int, ...]], tuple[float, float]]
"""By layer, name and index: the measured slope and its tolerance."""

H = 1e-3
SOME = 2
"""Of how many parameters of an array the slope is measured, where a row of the engine's tables is tried.

Where it is a pair of output and loss, of one: which one it is goes by turns, from pair to pair.
"""

KINKED = ("relu", "leaky-relu", "elu")
KINKS = {"absolute-error": (0.0,), "huber": (-1.0, 1.0)}
FIELDS = {"weight": "weights", "bias": "biases", "recurrent": "recurrent_weights"}


class KinkError(Exception):
    """A pre-activation or a distance lies on the other side of a kink than before."""


class Measured(Oracle):
    """The oracle's forward pass over the first batch."""

    def measure(self) -> tuple[float, list[bool]]:
        """The loss, and on which side of each kink everything is."""
        losses: list[float] = []
        sides: list[bool] = []
        for sample in self.batch(0):
            self.values = {}
            for time in range(len(self.inputs[sample])):
                for layer in self.layers:
                    self.forward(sample, time, layer)
                    if self.activation[layer] in KINKED:
                        z = self.known(time, layer, "pre_activation")
                        sides += [x.value > 0.0 for x in z]
                if self.has_target[sample][time]:
                    loss = self.loss_fields(sample, time)["loss"]
                    assert isinstance(loss, Number)
                    losses.append(loss.value)
                    distances = zip(
                        self.known(time, self.depth, "activation"), self.targets[sample][time], strict=True
                    )
                    kinks = KINKS.get(self.loss, ())
                    sides += [(a - y).value > kink for a, y in distances for kink in kinks]
        return sum(losses), sides


def changed(scenario: Scenario, number: int, field: str, index: tuple[int, ...], by: float) -> Scenario:
    """The scenario with one parameter of one layer changed."""
    layers = list(scenario.network.layers)
    array = np.array(getattr(layers[number - 1], field))
    array[index] += by
    layers[number - 1] = with_array(layers[number - 1], field, frozen(array))
    return replace(scenario, network=replace(scenario.network, layers=tuple(layers)))


def with_array(layer: Layer, field: str, array: Array) -> Layer:
    arrays: dict[str, Any] = {field: array}
    return replace(layer, **arrays)


def slope(
    scenario: Scenario,
    number: int,
    field: str,
    index: tuple[int, ...],
    start: tuple[float, list[bool]] | None = None,
) -> tuple[float, float]:
    """The measured slope and how far it may be wrong; `start` is measured where nothing is changed."""
    loss, sides = start or Measured(scenario).measure()

    def at(multiple: int) -> float:
        there = changed(scenario, number, field, index, multiple * H)
        value, sides_there = Measured(there).measure()
        if sides_there != sides:
            raise KinkError
        return value

    c = {multiple: at(multiple) for multiple in (-4, -2, -1, 1, 2, 4)}
    fine = (8.0 * (c[1] - c[-1]) - (c[2] - c[-2])) / (12.0 * H)
    coarse = (8.0 * (c[2] - c[-2]) - (c[4] - c[-4])) / (24.0 * H)
    return fine, max(abs(fine - coarse), 1e-11 * max(1.0, abs(loss)))


def totals(scenario: Scenario) -> dict[tuple[int, str], Array]:
    """The engine's totals at the end of the first iteration."""
    found: dict[tuple[int, str], Array] = {}
    for record in recorded(with_training(scenario, iterations=1)):
        if record["kind"] == "gradient":
            for name in FIELDS:
                if f"{name}_total" in record:
                    found[record["layer"], name] = np.array(record[f"{name}_total"])
    return found


def measured(scenario: Scenario, most: int | None = None, turn: int | None = None) -> Slopes:
    """The slope along every parameter, or so many of an array, and how far it may be wrong.

    With a `turn` along one of each array, whose it is.
    """
    slopes, start = {}, Measured(scenario).measure()
    for number, layer in enumerate(scenario.network.layers, start=1):
        for name, field in FIELDS.items():
            array = getattr(layer, field)
            if array is not None:
                every = [*np.ndindex(array.shape)]
                some = some_of(every, most or len(every))
                if turn is not None and not EVERY_CASE:
                    some = [every[turn % len(every)]]
                for index in some:
                    slopes[number, name, index] = slope(scenario, number, field, index, start)
    for value, tolerance in slopes.values():
        assert tolerance < 1e-7 * max(1.0, abs(value)), "too coarse to judge by"
    return slopes


def wrong_totals(found: dict[tuple[int, str], Array], slopes: Slopes) -> list[str]:
    """Each number that is not the slope of the loss."""
    wrong = []
    for (number, name, index), (value, tolerance) in slopes.items():
        if (number, name) in found:
            total = found[number, name][index]
            if not abs(total - value) <= tolerance:
                wrong.append(f"layer {number} {name}{index}: {total}, measured {value}")
    return wrong


def measured_away_from_kinks(wanted: Wanted, turn: int | None = None) -> tuple[Scenario, Slopes]:
    """The first scenario at random in which no measurement crosses a kink."""
    for seed in range(100):
        scenario = scenario_at_random(seed, wanted)
        try:
            return scenario, measured(scenario, SOME, turn)
        except KinkError:
            continue
    raise AssertionError(wanted)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_each_output_activation_with_each_loss(output: str, loss: str) -> None:
    number = in_turn(output, loss)
    wanted = Wanted(
        output=output,
        loss=loss,
        recurrent=bool(number % 2),
        hidden=("tanh", "sigmoid", "softplus")[number % 3],
        depth=2,
        samples=2,
        order="deferred",
        steps=60,
    )
    scenario, slopes = measured_away_from_kinks(wanted, number)
    found = totals(scenario)
    assert {site[:2] for site in slopes} == set(found)
    assert wrong_totals(found, slopes) == []


@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_each_hidden_activation(hidden: str) -> None:
    wanted = Wanted(
        output="identity",
        loss="half-squared-error",
        recurrent=True,
        hidden=hidden,
        depth=2,
        samples=1,
        order="deferred",
    )
    scenario, slopes = measured_away_from_kinks(wanted)
    found = totals(scenario)
    assert {site[:2] for site in slopes} == set(found)
    assert wrong_totals(found, slopes) == []


RECURRENT = Wanted(output="sigmoid", loss="squared-error", recurrent=True, depth=2, samples=2)


@pytest.mark.parametrize("layer", [1, 2])
def test_a_gradient_off_by_a_millionth_is_found(layer: int) -> None:
    scenario = scenario_at_random(4, replace(RECURRENT, order="deferred", hidden="tanh"))
    found, slopes = totals(scenario), measured(scenario)
    assert wrong_totals(found, slopes) == []
    found[layer, "weight"] = found[layer, "weight"] + 1e-6 * np.abs(found[layer, "weight"]).max()
    assert len(wrong_totals(found, slopes)) == found[layer, "weight"].size


def test_a_premature_total_is_found() -> None:
    """In the premature order the totals of the lower layer are no slope of the loss."""
    scenario = scenario_at_random(4, replace(RECURRENT, order="premature", hidden="tanh"))
    assert wrong_totals(totals(scenario), measured(scenario)) != []


def test_a_missing_future_is_found() -> None:
    class WithoutFuture(Oracle):
        def from_future(self, time: int, layer: int) -> Vector:
            return zeros(len(self.biases[layer]))

    scenario = scenario_at_random(4, replace(RECURRENT, order="deferred", hidden="tanh", iterations=1))
    found = {}
    for step in WithoutFuture(scenario).steps():
        layer, rows = step["layer"], step.get("weight_total")
        if isinstance(layer, int) and isinstance(rows, list):
            found[layer, "weight"] = np.array(
                [[x.value for x in row] for row in rows if isinstance(row, list)]
            )
    assert wrong_totals(found, measured(scenario)) != []
