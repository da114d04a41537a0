"""Does an update with somebody's numbers add what they say, and does the loss follow from it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import load
from engine.catalog import find
from engine.equations.equation import Variable
from engine.facts.beside.applied import update_with_theirs
from engine.facts.beside.theirs import hold
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.order.quantities import Reference
from tests.engine.diagnosis.planted import of_scenario
from tests.engine.facts.beside.held import held

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.facts.beside.applied import Update
    from engine.run.tracing import Trace

W1 = Variable("weights", 1)


def updated(name: str, numbers: dict[str, Array]) -> tuple[Trace, Update]:
    run = held(load(find(name)), numbers)
    update = update_with_theirs(run, 0)
    assert update is not None
    return run, update


def logistic(z: Array) -> Array:
    found: Array = 1.0 / (1.0 + np.exp(-z))
    return found


def test_parameters_after_it_say_what_it_has_added_and_the_loss_follows() -> None:
    right = of_scenario(load(find("mazur")))
    after = right["W1_after"] + [[0.1, 0.0], [0.0, 0.0]]
    run, update = updated("mazur", {"W1_after": after, "gW1": 3.0 * right["gW1"]})
    applied, before = update.by_parameter[W1], run.parameters(0)
    assert update.changed_otherwise == 1
    assert applied.change.apart.tolist() == [[True, False], [False, False]]
    assert applied.change.array[0, 0] == pytest.approx(after[0, 0] - before.weights[0][0, 0])
    assert applied.gradient.apart.all()
    np.testing.assert_allclose(applied.gradient.array, 3.0 * right["gW1"])
    x, y = (array[0, 0] for array in (run.scenario.data.inputs, run.scenario.data.targets))
    hidden = logistic(after @ x + before.biases[0])
    outputs = logistic(right["W2_after"] @ hidden + before.biases[1])
    assert update.loss_after(run) == pytest.approx(0.5 * ((outputs - y) ** 2).sum(), rel=1e-12)
    change = Number(Reference("weights_change", 0, 1, version=1), (0, 0))
    assert (Traced(run, change).beside, Traced(run, change).whose) == (
        applied.change.array[0, 0],
        "with yours",
    )


def test_a_gradient_is_applied_by_the_runs_own_update() -> None:
    right = of_scenario(load(find("mazur")))
    run, update = updated("mazur", {"gW1": right["gW1"] * [[2.0, 1.0], [1.0, 1.0]]})
    change = update.by_parameter[W1].change
    assert change.array[0, 0] == pytest.approx(-0.5 * 2.0 * right["gW1"][0, 0])
    assert update.changed_otherwise == 1
    gradient = of_scenario(load(find("16-adam")))["gW1"] * [[1e-3, 1.0]]
    run, update = updated("16-adam", {"gW1": gradient})
    rate = run.scenario.training.learning_rate
    of_mean = gradient[0, 0] / (2 if run.scenario.training.reduction == "mean" else 1)
    moved = -rate * of_mean / (abs(of_mean) + 1e-8)
    assert update.by_parameter[W1].change.array[0, 0] == pytest.approx(moved, rel=1e-6)


def test_deltas_make_a_gradient_where_there_is_none() -> None:
    right = of_scenario(load(find("mazur")))
    twice = {"delta1": right["delta1"] * [1.0, 2.0]}
    _, update = updated("mazur", twice)
    applied = update.by_parameter[W1]
    np.testing.assert_allclose(applied.gradient.array[1], 2.0 * right["gW1"][1])
    assert applied.change.apart.tolist() == [[False, False], [True, True]]
    assert updated("mazur", twice | {"gW1": right["gW1"]})[1].changed_otherwise == 0


def test_what_agrees_changes_nothing() -> None:
    run, update = updated("mazur", of_scenario(load(find("mazur"))))
    assert not update.by_parameter
    assert update_with_theirs(run, 1) is None
    hold(run, None)
    assert update_with_theirs(run, 0) is None
