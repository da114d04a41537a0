"""Is a long program, which is compiled part by part, the same program?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.program.arrays import code
from engine.program.arrays.machine import NumpyMachine
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import each_of

if TYPE_CHECKING:
    from engine.program.played import Played


def played(seed: int, *, recurrent: bool) -> tuple[NumpyMachine, Played]:
    scenario = scenario_at_random(seed, Wanted(recurrent=recurrent, order=ORDERS[seed % len(ORDERS)]))
    shapes = shapes_of(scenario)
    machine = NumpyMachine(scenario, shapes, Schedule(shapes, scenario.training.order))
    return machine, machine.play(0)


@pytest.mark.parametrize(("seed", "recurrent"), each_of(range(6), [False, True]))
def test_its_numbers_are_the_same_bit_for_bit(
    seed: int, recurrent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = played(seed, recurrent=recurrent)
    monkeypatch.setattr(code, "AT_ONCE", 3)
    machine, parts = played(seed, recurrent=recurrent)
    sources = [program.code.source for program in machine._programs.values()]
    assert all(source.count("def part") > 1 for source in sources)
    assert whole.arrays.keys() == parts.arrays.keys()
    for variable, array in whole.arrays.items():
        assert np.array_equal(array, parts.arrays[variable], equal_nan=True)
    for variable in machine._table.parameters:
        assert np.array_equal(whole.after.array(variable), parts.after.array(variable), equal_nan=True)
