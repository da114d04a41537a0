"""Is a slope that goes wrong at one time alone found, at whichever time, in one layer of several?

Two recurrent layers below a dense one, several sequences, in numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import diagnose
from engine.arrays import frozen, sealed
from engine.scenario import Data, Layer, Network, Scenario, Training

if TYPE_CHECKING:
    import numpy.typing as npt

    Arrays = dict[str, npt.NDArray[Any]]

pytestmark = pytest.mark.usefixtures("each_scenario_is_worked_out_once")


def scenario(times: int, samples: int, states: tuple[int, ...]) -> Scenario:
    chance = np.random.default_rng(times)
    sizes = (2, *states)
    layers = [
        Layer(
            "tanh",
            frozen(chance.normal(size=(units, below)) * 0.7),
            frozen(chance.normal(size=units) * 0.3),
            recurrent_weights=frozen(chance.normal(size=(units, units)) * 0.6),
        )
        for below, units in zip(sizes, states, strict=False)
    ]
    layers.append(Layer("identity", frozen(chance.normal(size=(2, sizes[-1]))), frozen(np.zeros(2))))
    return Scenario(
        "several times",
        Network(2, "half-squared-error", tuple(layers)),
        Data(
            frozen(chance.normal(size=(samples, times, 2))),
            frozen(chance.normal(size=(samples, times, 2))),
            sealed(np.ones((samples, times), dtype=np.bool_)),
        ),
        Training(0.1, 1, samples),
    )


def program(one: Scenario, mistake: str = "", time: int = 0, layer: int = 1) -> Arrays:
    """All deltas and gradients; the slope of one layer is another at one time."""
    layers, times = one.network.layers, one.data.times
    a = [one.data.inputs]
    for part in layers:
        rows, state = [], np.zeros((one.data.samples, part.units))
        for t in range(times):
            z = a[-1][:, t] @ part.weights.T + part.biases
            if part.recurrent_weights is not None:
                z = z + state @ part.recurrent_weights.T
            state = np.tanh(z) if part.activation == "tanh" else z
            rows.append(state)
        a.append(np.stack(rows, axis=1))
    found: Arrays = {}
    above = a[-1] - one.data.targets
    for number in range(len(layers), 0, -1):
        part, out = layers[number - 1], a[number]
        delta, future = np.zeros_like(out), np.zeros(out[:, 0].shape)
        for t in reversed(range(times)):
            slope = 1 - out[:, t] ** 2 if part.activation == "tanh" else np.ones_like(out[:, t])
            if (t, number) == (time, layer):
                slope = {
                    "missing": np.ones_like(slope),
                    "at a": 1 - np.tanh(out[:, t]) ** 2,
                    "twice": slope**2,
                    "of before": 1 - out[:, t - 1] ** 2,
                    "odd": slope * 1.13 + 0.1,
                }.get(mistake, slope)
            delta[:, t] = slope * (above[:, t] + future)
            if part.recurrent_weights is not None:
                cut = (mistake, t, number) == ("cut", time + 1, layer)
                future = 0 * future if cut else delta[:, t] @ part.recurrent_weights
        found[f"delta{number}"] = delta
        found[f"gW{number}"] = np.einsum("sti,stj->ij", delta, a[number - 1])
        if part.recurrent_weights is not None:
            found[f"gU{number}"] = np.einsum("sti,stj->ij", delta[:, 1:], out[:, :-1])
        above = delta @ part.weights
    return found


NAMES = {
    "missing": "no-slope",
    "at a": "slope-of-activation",
    "twice": "slope-twice",
    "of before": "slope-of-time-before",
    "cut": "future-dropped",
}
CASES = [
    (scenario(3, 2, (3,)), 1, 1),
    (scenario(7, 1, (2,)), 4, 1),
    (scenario(5, 2, (3, 2)), 2, 1),
    (scenario(5, 2, (3, 2)), 3, 2),
]


@pytest.mark.parametrize(("case", "mistake"), [*zip((0, 1, 2, 3, 0), NAMES, strict=True), (3, "missing")])
def test_a_slope_at_one_time_is_named(case: int, mistake: str) -> None:
    one, time, layer = CASES[case]
    every = program(one, mistake, time, layer)
    for kept in ("", "g") if one is CASES[0][0] else ("g",):
        found = diagnose(one, {name: every[name] for name in every if name.startswith(kept)})
        first = found.further[0]
        assert (found.causes, first.name, first.where) == ((), f"{NAMES[mistake]}-at-time-{time}", (layer,))
        assert first.instead.endswith(f"at time {time} alone")


def test_it_is_worked_out_where_it_is_made() -> None:
    one, time, layer = CASES[0]
    found = diagnose(one, program(one, "missing", time, layer))
    assert found.entry is not None
    last = found.entry.worked[-1]
    assert (last.right.result.number.reference.time, last.theirs is None) == (time, False)


@pytest.mark.usefixtures("no_two_are_tried")
def test_right_programs_and_unknown_slopes_are_given_no_name() -> None:
    for one, *_ in CASES:
        assert diagnose(one, program(one)).first_wrong is None
    one = CASES[0][0]
    found = diagnose(one, program(one, "odd", 1))
    assert found.first_wrong in ("delta1", "delta2")
    assert (*found.causes, *found.further, *found.pair) == ()
