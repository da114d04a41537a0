"""Are the two programs the same to rounding, and is each bit for bit itself however it is run?

A machine trains, keeps all of an iteration, goes on from anywhere: whatever it does, the numbers are the
same. Floats and numpy differ in last bits only. All of it over scenarios at random, in every order, also in
such as the engine does not have.
"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.equations.forward import TERMS
from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.parameters import initial_parameters
from engine.program import machine
from engine.program.arrays.machine import NumpyMachine
from engine.program.floats.machine import FloatMachine
from engine.scenario import Network, Scenario, Training
from tests.given import further_orders
from tests.given.further_orders import FURTHER
from tests.given.scenarios_at_random import (
    LOSSES,
    ORDERS,
    PAIRS,
    Wanted,
    data_at_random,
    layer_at_random,
    scenario_at_random,
    with_training,
)
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.parameters import Parameters
    from engine.program.machine import Machine
    from engine.program.played import Played

ITERATIONS = 3
KINDS: dict[str, Callable[..., Machine]] = {"floats": FloatMachine, "numpy": NumpyMachine}
EVERY_ORDER = (*ORDERS, *FURTHER)


@pytest.fixture(autouse=True)
def further(monkeypatch: pytest.MonkeyPatch) -> None:
    further_orders.put(monkeypatch)


def of_one_unit(seed: int) -> Scenario:
    """Every axis of size 1 that there may be: units, and for some seeds samples and times."""
    chance = Random(f"one unit {seed}")
    recurrent, samples = bool(seed % 2), 1 + seed // 2 % 2
    times = 1 + 2 * (seed // 4 % 2) if recurrent else 1
    layers = tuple(
        layer_at_random(chance, name, (1, 1), 1.0, centre=0.0, recurrent=recurrent)
        for name in ("tanh", "sigmoid")
    )
    return Scenario(
        title=f"one unit, seed {seed}",
        network=Network(1, "half-squared-error", layers),
        data=data_at_random(chance, "half-squared-error", samples, times, 1, 1),
        training=Training(0.1, ITERATIONS, samples),
    )


def scenarios() -> list[Scenario]:
    """At random, and what has axes of size 1, batches of unequal size, times without a target."""
    found = [
        scenario_at_random(seed, Wanted(iterations=ITERATIONS, steps=150))
        for seed in range(10 if EVERY_CASE else 6)
    ]
    found += [of_one_unit(seed) for seed in range(8)]
    for seed, recurrent in enumerate((False, True, True)):
        wanted = Wanted(samples=5, batch_size=2, recurrent=recurrent, iterations=ITERATIONS, depth=2)
        found.append(scenario_at_random(seed, wanted))
    # Each activation and each loss.
    for seed, (output, loss) in enumerate((*PAIRS[:: len(LOSSES) + 1], PAIRS[-1])):
        found.append(
            scenario_at_random(seed, Wanted(output, loss, depth=2, iterations=ITERATIONS, steps=150))
        )
    return found


SCENARIOS = scenarios()
_APART = 4 if EVERY_CASE else len(EVERY_ORDER)
PLACES = {order: range(place % _APART, len(SCENARIOS), _APART) for place, order in enumerate(EVERY_ORDER)}
"""Which of the scenarios are tried in which order: each in one at least."""


def test_the_scenarios_have_what_is_rare() -> None:
    data = [(found.data, found.training) for found in SCENARIOS]
    assert any(some.samples % training.batch_size for some, training in data)
    assert any(not some.has_target.all() for some, _ in data)
    assert any(some.samples == 1 and some.times > 1 for some, _ in data)
    assert any(some.samples > 1 and some.times == 1 for some, _ in data)
    assert any(set(found.network.sizes) == {1} for found in SCENARIOS)


@cache
def made(kind: str, place: int, order: str) -> Machine:
    scenario = SCENARIOS[place]
    shapes = shapes_of(scenario)
    return KINDS[kind](scenario, shapes, Schedule(shapes, order))


def flat(one: Machine) -> bytes:
    return one.parameters().flat().tobytes()


def start(place: int) -> Parameters:
    return initial_parameters(SCENARIOS[place])


def play_all(one: Machine, place: int) -> list[Played]:
    one.put(start(place))
    return [one.play(iteration) for iteration in range(ITERATIONS)]


@np.errstate(all="ignore")
@pytest.mark.parametrize("order", EVERY_ORDER)
@pytest.mark.parametrize("kind", KINDS)
def test_training_and_keeping_all_are_the_same_bit_for_bit(kind: str, order: str) -> None:
    for place in PLACES[order]:
        scenario, one = SCENARIOS[place], made(kind, place, order)
        one.put(start(place))
        losses = one.advance(0, ITERATIONS)
        trained = flat(one)
        every = play_all(one, place)
        assert flat(one) == trained, scenario.title
        sizes = [len(shapes_of(scenario).batch(number)) for number in range(ITERATIONS)]
        mean = scenario.training.reduction == "mean"
        kept = [
            some.arrays[TERMS].sum() / (size if mean else 1) for some, size in zip(every, sizes, strict=True)
        ]
        np.testing.assert_allclose(losses, kept, rtol=1e-12, atol=1e-15)


@np.errstate(all="ignore")
@pytest.mark.parametrize("order", EVERY_ORDER)
@pytest.mark.parametrize("kind", KINDS)
def test_it_goes_on_from_anywhere(kind: str, order: str) -> None:
    """From parameters that it left behind, in pieces of any length, whatever was run in between."""
    for place in PLACES[order]:
        one = made(kind, place, order)
        one.put(start(place))
        whole = one.advance(0, ITERATIONS)
        trained = flat(one)
        one.put(start(place))
        begin = one.advance(0, 1)
        checkpoint = one.parameters()
        one.play(1)
        one.advance(2, 1)
        one.put(checkpoint)
        rest = [begin, one.advance(1, 1), one.advance(2, ITERATIONS - 2)]
        assert flat(one) == trained, SCENARIOS[place].title
        assert np.concatenate(rest).tobytes() == whole.tobytes()


@np.errstate(all="ignore")
@pytest.mark.parametrize("order", EVERY_ORDER)
def test_floats_and_numpy_agree_to_rounding(order: str) -> None:
    for place in PLACES[order]:
        one, other = (play_all(made(kind, place, order), place) for kind in KINDS)
        for found, expected in zip(one, other, strict=True):
            assert found.arrays.keys() == expected.arrays.keys()
            for variable, array in found.arrays.items():
                scale = 1e-12 * max(1.0, float(np.nanmax(np.abs(array), initial=0.0)))
                np.testing.assert_allclose(
                    array,
                    expected.arrays[variable],
                    rtol=1e-9,
                    atol=scale,
                    err_msg=f"{variable} of {SCENARIOS[place].title}",
                )


@np.errstate(all="ignore")
@pytest.mark.parametrize("order", EVERY_ORDER)
@pytest.mark.parametrize("floats", [True, False], ids=KINDS)
def test_the_updates_that_are_shown_are_those_that_were_made(
    floats: bool, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an iteration shows of its updates, one after the other, leads to the parameters of the run."""
    monkeypatch.setattr(machine, "straight", lambda *_: floats)
    for scenario in (SCENARIOS[place] for place in PLACES[order][::2]):
        run = trace(with_training(scenario, order=order))
        for number in range(2):
            numbers, after = run.iteration(number), run.parameters(number + 1)
            for layer in range(1, run.shapes.layers + 1):
                shown = numbers.parameters(layer, run.flow.updates(number, layer))
                for group, array in zip(shown._fields, shown, strict=True):
                    expected = getattr(after.layer(layer), group)
                    if array is not None:
                        assert array.tobytes() == expected.tobytes(), (scenario.title, group, layer)


@pytest.mark.parametrize("order", EVERY_ORDER)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_kept_can_not_be_changed(kind: str, order: str) -> None:
    """And it stays what it is when the machine goes on."""
    place = PLACES[order][0]
    one = made(kind, place, order)
    one.put(start(place))
    found = one.play(0)
    after = one.parameters()
    arrays = [*found.arrays.values(), *found.totals.values(), *after.weights, *after.biases]
    before = [array.copy() for array in arrays]
    one.play(1)
    one.advance(2, 2)
    for array, copied in zip(arrays, before, strict=True):
        assert array.tobytes() == copied.tobytes()
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True


def test_a_program_is_made_once_for_all_batches_of_a_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of many batches alike compiles no more than one of a single batch."""
    from engine.program.floats import machine as float_machine

    count = 0
    honest = float_machine.compiled

    def counting(*args: object, **more: object) -> object:
        nonlocal count
        count += 1
        return honest(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(float_machine, "compiled", counting)
    scenario = scenario_at_random(3, Wanted(samples=5, batch_size=2, recurrent=False, depth=2))
    shapes = shapes_of(scenario)
    FloatMachine(scenario, shapes, Schedule(shapes, "deferred")).advance(0, 30)
    assert count == 2  # of two samples and of one


@np.errstate(all="ignore")
@pytest.mark.parametrize("order", EVERY_ORDER)
@pytest.mark.parametrize("kind", KINDS)
def test_an_iteration_leaves_nothing_behind_but_parameters(kind: str, order: str) -> None:
    """Gradients are gathered from nothing, whatever was gathered before."""
    for place in PLACES[order]:
        one, begin = made(kind, place, order), start(place)
        one.put(begin)
        one.play(0)
        first = flat(one)
        one.put(begin.unflatten(begin.flat() * 1.5))
        one.play(1)
        assert flat(one) != first
        one.put(begin)
        one.play(0)
        assert flat(one) == first
