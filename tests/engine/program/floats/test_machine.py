"""Does what training leaves out change no bit, also where a run leaves the range of floats?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.parameters import initial_parameters
from engine.program.floats import machine as float_machine
from engine.program.floats.machine import FloatMachine
from engine.update_orders import ORDERS, WAITING
from tests.given import further_orders
from tests.given.scenarios_at_random import (
    ACTIVATIONS,
    OUTPUTS,
    PAIRS,
    Wanted,
    in_turn,
    scenario_at_random,
)
from tests.given.some_of import EVERY_CASE, each_of

if TYPE_CHECKING:
    from engine.scenario import Scenario

_ITERATIONS = 6


def machine_of(scenario: Scenario, order: str) -> FloatMachine:
    shapes = shapes_of(scenario)
    return FloatMachine(scenario, shapes, Schedule(shapes, order))


def all_of(one: FloatMachine, scenario: Scenario) -> list[bytes]:
    """Everything that a machine says of a run: trained at once, and played step by step."""
    found = [one.advance(0, _ITERATIONS), one.parameters().flat()]
    one.put(initial_parameters(scenario))
    for iteration in range(_ITERATIONS):
        played = one.play(iteration)
        found += [*played.arrays.values(), played.after.flat()]
    # The sign of a nan is the processor's, and not the same each time.
    return [np.where(np.isnan(array), np.nan, array).tobytes() for array in found]


def exploding(output: str) -> Scenario:
    """In range at first, and soon far beyond."""
    loss = "cross-entropy" if output in ("relu", "softmax") else "squared-error"
    wanted = Wanted(output, loss, hidden="silu", depth=2, samples=2, learning_rate=1e3, tame=False)
    return scenario_at_random(5, wanted)


@pytest.mark.parametrize(
    "place", [place for place, pair in enumerate(PAIRS) if EVERY_CASE or in_turn(*pair) % 6 == 0]
)
def test_in_range_each_pair_is_the_same_with_functions_that_never_stop(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, loss = PAIRS[place]
    scenario = scenario_at_random(
        place, Wanted(output, loss, hidden=ACTIVATIONS[place % len(ACTIVATIONS)], steps=60)
    )
    expected = all_of(machine_of(scenario, WAITING), scenario)
    honest = float_machine.code_of

    def guarded(*args: object, **more: object) -> object:
        return honest(*args, **{**more, "guarded": True})  # type: ignore[arg-type]

    monkeypatch.setattr(float_machine, "code_of", guarded)
    assert all_of(machine_of(scenario, WAITING), scenario) == expected


@np.errstate(all="ignore")
@pytest.mark.parametrize(("output", "order"), each_of(OUTPUTS, ORDERS))
def test_the_same_with_functions_that_never_stop(
    output: str, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = exploding(output)
    expected = all_of(machine_of(scenario, order), scenario)
    honest = float_machine.code_of

    def guarded(*args: object, **more: object) -> object:
        return honest(*args, **{**more, "guarded": True})  # type: ignore[arg-type]

    monkeypatch.setattr(float_machine, "code_of", guarded)
    assert all_of(machine_of(scenario, order), scenario) == expected


def test_there_are_scenarios_that_stop_pythons_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []
    honest = float_machine.code_of

    def noting(*args: object, **more: object) -> object:
        made.append(bool(more["guarded"]))
        return honest(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(float_machine, "code_of", noting)
    for output in OUTPUTS:
        made.clear()
        one = machine_of(exploding(output), "deferred")
        one.advance(0, _ITERATIONS)
        one.advance(_ITERATIONS, 1)
        assert made[0] is False
        if output in ("sigmoid", "silu", "elu", "relu"):
            assert True in made, output
        assert sum(made) <= len(made) / 2  # made once, not at every call


def test_what_reads_parameters_is_computed_in_its_own_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it is read once, and later: an update between would change it."""
    further_orders.put(monkeypatch)
    wanted = Wanted("identity", "half-squared-error", recurrent=True, samples=3, batch_size=3, iterations=2)
    scenario = scenario_at_random(3, wanted)
    assert scenario.data.times > 1
    one = machine_of(scenario, "late-loss")
    one.advance(0, 2)
    trained = one.parameters().flat().tobytes()
    one.put(initial_parameters(scenario))
    one.play(0)
    assert one.play(1).after.flat().tobytes() == trained


def test_what_is_wrong_for_all_functions_is_not_hidden() -> None:
    scenario = scenario_at_random(1, Wanted(samples=1, batch_size=1))
    shapes = shapes_of(scenario)
    program = float_machine.Program(scenario, shapes, Schedule(shapes, "deferred"), 0, keep=False)
    with pytest.raises(ValueError, match="values to unpack"):
        program.run((), [], 0, 1)


def test_a_last_layer_that_is_not_trained_still_clips_the_others() -> None:
    wanted = Wanted("sigmoid", "half-squared-error", depth=2, recurrent=False, order=WAITING, iterations=9)
    scenario = scenario_at_random(3, wanted)
    first, last = scenario.network.layers
    last = replace(last, train_weights=False, train_biases=False)
    scenario = replace(
        scenario,
        network=replace(scenario.network, layers=(first, last)),
        training=replace(scenario.training, clip_norm=0.01),
    )
    one = machine_of(scenario, WAITING)
    one.advance(0, _ITERATIONS)
    trained = one.parameters().flat()
    one.put(initial_parameters(scenario))
    for iteration in range(_ITERATIONS):
        played = one.play(iteration)
    assert trained.tobytes() == played.after.flat().tobytes()
    assert trained.tobytes() != initial_parameters(scenario).flat().tobytes()
