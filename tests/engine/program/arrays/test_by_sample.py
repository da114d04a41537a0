"""Does an iteration that is run sample by sample keep its numbers, and little else?"""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import apart, trace
from engine.arrays import frozen
from engine.equations.equation import Variable
from engine.equations.mistakes.mistakes import MISTAKES
from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.program.arrays import machine
from engine.program.arrays.by_sample import Applied, Wholes
from engine.program.arrays.machine import NumpyMachine
from engine.scenario import Data
from tests.given.shipped import scenario_of
from tests.given.some_of import each_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array
    from engine.program.operations import Memory
    from engine.scenario import Scenario

BY_SAMPLE = "premature"
MANY = 2000
SQUARE = "weights-not-transposed"  # a mistake that can't be made where layers are of different sizes
OTHERS = 4 << 20
"""Bytes for the program, and for the arguments of as many of its calls as are kept."""


def of_many(samples: int = MANY, batch_size: int = MANY) -> Scenario:
    mazur = scenario_of("mazur")
    rows = np.linspace(0.0, 1.0, 2 * samples).reshape(samples, 1, 2)
    data = Data(frozen(rows), frozen(rows[..., ::-1]), np.ones((samples, 1), dtype=np.bool_))
    return replace(mazur, data=data, training=replace(mazur.training, batch_size=batch_size, iterations=3))


def machine_of(scenario: Scenario) -> NumpyMachine:
    shapes = shapes_of(scenario)
    return NumpyMachine(scenario, shapes, Schedule(shapes, BY_SAMPLE))


def test_its_memory_grows_by_its_numbers_alone() -> None:
    scenario = of_many()
    numpy_machine = machine_of(scenario)
    tracemalloc.start()
    try:
        played = numpy_machine.play(0)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    numbers = sum(array.nbytes for array in played.arrays.values())
    assert numbers > 8 * MANY * sum(scenario.network.sizes[1:])
    assert isinstance(played.totals, Applied)
    assert most < numbers + played.totals.nbytes + OTHERS


def test_nothing_is_another_where_no_calls_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = machine_of(of_many(30, 12))
    losses = kept.advance(0, 5)
    monkeypatch.setattr(machine, "_CACHED_PASSES", 5)
    forgetful = machine_of(of_many(30, 12))
    assert np.array_equal(forgetful.advance(0, 5), losses)
    assert np.array_equal(forgetful.parameters().flat(), kept.parameters().flat())


def test_what_updates_have_applied_is_found_by_its_places() -> None:
    one, other = Variable("weights", 1), Variable("biases", 1)
    applied = Applied(3)
    for sample in range(3):
        places = range(2 * sample, 2 * sample + 1), range(2 * sample + 1, 2 * sample + 2)
        sums = [(one, places[0], np.array([sample])), (one, places[1], np.array([-sample]))]
        applied.add(sample, [*sums, (other, range(2 * sample + 2), np.array([10 * sample]))])
    applied.seal()
    assert {key: float(array[0]) for key, array in applied.items()} == {
        **{(one, range(2 * sample, 2 * sample + 1)): sample for sample in range(3)},
        **{(one, range(2 * sample + 1, 2 * sample + 2)): -sample for sample in range(3)},
        **{(other, range(2 * sample + 2)): 10 * sample for sample in range(3)},
    }
    assert len(applied) == 9
    assert applied.get((one, range(2))) is None
    assert not applied[other, range(4)].flags.writeable


def test_of_a_large_run_it_may_be_left_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_PARAMETERS", 0)
    run, same = (trace(scenario_of("iris"), BY_SAMPLE) for _ in range(2))
    add, places, free = Wholes.add, [0, 1, 2], []

    def left(self: Wholes, memory: Memory, place: int) -> None:
        with ThreadPoolExecutor(1) as other:
            free.append(other.submit(apart.WHOLE.acquire, blocking=False).result())
            if free[-1]:
                other.submit(apart.WHOLE.release).result()
        add(self, memory, place)
        if place == places[-1]:
            raise InterruptedError

    with monkeypatch.context() as once:
        once.setattr(Wholes, "add", left)
        with pytest.raises(InterruptedError):
            run.iteration(1)
    assert free == [True] * len(places)
    assert np.array_equal(run.iteration(1).after.flat(), same.iteration(1).after.flat())
    assert np.array_equal(run.parameters(4).flat(), same.parameters(4).flat())


@pytest.mark.parametrize(
    ("mistake", "kind"), each_of([None, *(one for one in MISTAKES if one != SQUARE)], ["played", "run"])
)
def test_an_iteration_that_was_left_is_gone_on_with_after_its_last_whole_piece(
    monkeypatch: pytest.MonkeyPatch, mistake: str | None, kind: str
) -> None:
    monkeypatch.setattr(machine, "PIECE", 20)
    iris = scenario_of("iris")
    iris = replace(iris, training=replace(iris.training, mistake=mistake, batch_size=75))
    mine, same = machine_of(iris), machine_of(iris)
    before, room, done = mine.parameters(), [50], [0]
    same.advance(0, 1)
    after = same.parameters()
    same.put(before)
    where, name = (Wholes, "add") if kind == "played" else (machine, "copyto")
    keep: Callable[..., None] = getattr(where, name)

    def kept(*given: object) -> None:
        keep(*given)
        done[0] += 1
        if done[0] == room[0]:
            raise InterruptedError

    def made(by: NumpyMachine) -> list[Array]:
        done[0] = 0
        return [by.advance(0, 1)] if kind == "run" else [*by.play(0).arrays.values()]

    def leave() -> None:
        room[0] = 50
        mine.put(before)
        with pytest.raises(InterruptedError):
            made(mine)
        room[0] = 0

    expected = made(same)
    left_behind = same.parameters().flat().tobytes()
    monkeypatch.setattr(where, name, kept)
    leave()
    for one in (mine, same):  # from elsewhere nobody goes on with it
        one.put(after)
        made(one)
        assert done[0] == 75
    assert mine.parameters().flat().tobytes() == same.parameters().flat().tobytes()
    leave()
    mine.put(before)
    assert all(map(np.array_equal, made(mine), expected))
    assert done[0] == 35  # of 75, without two pieces of 20
    assert mine.parameters().flat().tobytes() == left_behind
