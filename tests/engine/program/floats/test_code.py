"""Is there nothing in straight-line code that a sharp hand would leave out, and is it right at every site?

That its numbers are right is held in `test_programs`; here is what it says.
"""

from __future__ import annotations

import ast
from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

import pytest

from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.program.floats.machine import code_of
from tests.given.scenarios_at_random import LOSSES, Wanted, dense_or_recurrent, scenario_at_random

if TYPE_CHECKING:
    from collections.abc import Iterator

_SMOOTH = ("sigmoid", "tanh", "softplus", "silu")


def statements(wanted: Wanted, order: str = "deferred") -> list[ast.Assign]:
    """What training does in the first iteration, behind what it needs of the batch only."""
    scenario = scenario_at_random(7, wanted)
    shapes = shapes_of(scenario)
    code = code_of(scenario, shapes, Schedule(shapes, order), 0, keep=False, guarded=False)
    lines = [line for block in code.blocks for line in block.text.split("\n") if line]
    body = ast.parse("\n".join([*lines, f"_ = {' + '.join(code.losses)}"])).body
    return [one for one in body if isinstance(one, ast.Assign)]


def calls(node: ast.AST) -> Iterator[str]:
    """The functions that are surely applied: what is chosen between is left out."""
    if isinstance(node, ast.IfExp):
        return
    if isinstance(node, ast.Call):
        yield ast.unparse(node)
    for child in ast.iter_child_nodes(node):
        yield from calls(child)


@pytest.mark.parametrize(
    ("output", "loss", "recurrent"),
    dense_or_recurrent(product(_SMOOTH, LOSSES)),
)
def test_no_function_is_applied_twice(output: str, loss: str, recurrent: bool) -> None:
    wanted = Wanted(
        output, loss, recurrent=recurrent, hidden="sigmoid", samples=2, batch_size=2, depth=2, steps=60
    )
    found = Counter(call for one in statements(wanted) for call in calls(one))
    assert found
    assert {call for call, times in found.items() if times > 1} == set()


@pytest.mark.parametrize("order", ["deferred", "premature"])
@pytest.mark.parametrize("output", _SMOOTH)
def test_what_is_read_once_has_no_name(output: str, order: str) -> None:
    wanted = Wanted(output, "half-squared-error", recurrent=False, hidden="tanh", samples=3, depth=3)
    found = statements(wanted, order)
    read = Counter(node.id for one in found for node in ast.walk(one.value) if isinstance(node, ast.Name))
    made = [ast.unparse(target) for one in found for target in one.targets]
    assert [name for name in made if read[name] < 2 and not name.startswith(("W", "b", "_"))] == []


def test_what_only_the_batch_says_is_not_in_the_statements() -> None:
    wanted = Wanted("sigmoid", "binary-cross-entropy", recurrent=False, depth=1, samples=2)
    assert not any("1.0 - y" in ast.unparse(one) for one in statements(wanted))


def test_every_site_has_its_own_names() -> None:
    """No mark of a site is left, and what one site makes, no other makes again."""
    wanted = Wanted("tanh", "huber", recurrent=True, hidden="elu", samples=3, batch_size=3, depth=2)
    found = statements(wanted)
    made = Counter(ast.unparse(target) for one in found for target in one.targets)
    assert {name for name, times in made.items() if times > 1} == set()
