"""Are updates done at once where their arrays lie side by side, and nowhere else?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.catalog import find
from engine.equations.equation import Variable
from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.program.arrays.machine import NumpyMachine
from engine.program.arrays.together import side_by_side, together
from engine.program.operations import Operand, Operation, do
from engine.read import load
from engine.update_orders import WAITING

if TYPE_CHECKING:
    from engine.arrays import Array

SHAPES = ((Variable("weights", 1), (2, 3)), (Variable("biases", 1), (2,)), (Variable("biases", 2), ()))
RATE = np.array(-0.5)


def operand(array: Array) -> Operand:
    return Operand("", lambda _batch, _time: array)


def updates(totals: list[Array], parameters: list[Array]) -> list[Operation]:
    """What -0.5 times each total changes."""
    found = []
    for total, parameter in zip(totals, parameters, strict=True):
        found += [
            Operation("multiply", (operand(total), operand(RATE), operand(total))),
            Operation("add", (operand(parameter), operand(total), operand(parameter))),
        ]
    return found


def arrays() -> list[Array]:
    """Of each parameter one, side by side in the order of updates, with numbers."""
    found = side_by_side(SHAPES)
    for place, array in enumerate(found.values()):
        array[...] = np.arange(array.size).reshape(array.shape) + 10.0 * place
    return list(found.values())


def test_what_lies_side_by_side_is_done_at_once() -> None:
    apart, at_once = (arrays(), arrays()), (arrays(), arrays())
    for operation in updates(*apart):
        do(operation, 0, 0)
    fewer = together(updates(*at_once))
    assert [one.function for one in fewer] == ["multiply", "add"]
    for operation in fewer:
        do(operation, 0, 0)
    for one, other in zip(apart[1], at_once[1], strict=True):
        assert np.array_equal(one, other)


def test_what_lies_elsewhere_or_is_used_by_all_is_done_one_by_one() -> None:
    totals, parameters = arrays(), arrays()
    shared = np.zeros(2)
    for several in (
        updates([one.copy() for one in totals], parameters),
        updates(totals[::-1], parameters[::-1]),
        updates([shared, shared], [np.zeros(2), np.zeros(2)]),
        [],
    ):
        assert together(several) == several


@pytest.mark.parametrize("keep", [False, True])
def test_training_updates_all_layers_with_one_sum(keep: bool) -> None:
    scenario = load(find("iris"))
    shapes = shapes_of(scenario)
    machine = NumpyMachine(scenario, shapes, Schedule(shapes, WAITING))
    machine.advance(0, 1, keep=keep)
    ((_, code),) = machine._programs.values()
    *_, multiplied, added = code.source.splitlines()
    assert multiplied.strip().startswith("multiply(")
    assert added.strip().startswith("add(")
    assert code.source.count("    add(") == len(scenario.network.layers) + 1  # a bias each, and the update
