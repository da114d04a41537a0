"""Are labels of classes taken as CrossEntropyLoss takes them, and are no other targets taken for labels?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.importing.scenario import scenario_of
from engine.importing.taken import NotTakenError, Taken, TakenLayer

INPUTS = np.ones((2, 3))
IN_TIME = np.ones((2, 4, 3))


def network(outputs: int = 3, *, loss: str = "cross-entropy", recurrent: bool = False) -> Taken:
    memory = np.eye(outputs) if recurrent else None
    return Taken((TakenLayer("fc", "softmax", np.ones((outputs, 3)), np.zeros(outputs), memory),), loss)


def targets_of(taken: Taken, targets: Any) -> Any:
    inputs = IN_TIME if taken.recurrent else INPUTS
    return scenario_of(taken, "labels", inputs, targets, {}).data


@pytest.mark.parametrize("labels", [[2, 0], [2.0, 0.0], np.array([2, 0], dtype=np.uint8)])
def test_the_class_of_each_sample(labels: Any) -> None:
    assert targets_of(network(), labels).targets.tolist() == [[[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]]]


def test_the_class_at_each_time_or_at_the_last() -> None:
    taken = network(recurrent=True)
    data = targets_of(taken, [[0, 1, 2, 0], [2, 2, 1, 0]])
    assert data.targets.argmax(axis=2).tolist() == [[0, 1, 2, 0], [2, 2, 1, 0]]
    assert data.has_target.all()
    last = targets_of(taken, [1, 2])
    assert last.targets[:, -1].argmax(axis=1).tolist() == [1, 2]
    assert last.has_target.sum() == 2


def test_one_target_for_each_output_is_no_label() -> None:
    assert (
        targets_of(network(), np.eye(3, dtype=np.int64)[:2]).targets[:, 0].tolist() == np.eye(3)[:2].tolist()
    )
    # As many outputs as times: a target for each output, as ever.
    taken = network(4, recurrent=True)
    assert targets_of(taken, np.eye(4, dtype=np.int64)[:2]).has_target.sum() == 2


@pytest.mark.parametrize(
    ("taken", "targets", "said"),
    [
        (network(), [0, 3], r"targets\[1\] is 3: expected 0, 1 or 2"),
        (network(20), [0, -1], r"targets\[1\] is -1: expected one of 20 from 0 to 19"),
        (network(recurrent=True), [[0, 1, 0, 1], [0, 1, 5, 1]], r"targets\[1\]\[2\] is 5"),
        (network(), [0.5, 1.0], r"shape \[2\]: expected \[2, 3\], or whole numbers of classes"),
        (network(loss="half-squared-error"), [0, 1], r"shape \[2\]: expected \[2, 3\]$"),
    ],
)
def test_what_is_no_label_is_named(taken: Taken, targets: Any, said: str) -> None:
    with pytest.raises(NotTakenError, match=said):
        targets_of(taken, targets)
