"""Does `check` warn of what will be slow, with the size that is why and what helps, and of nothing else?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine import load
from engine.arrays import frozen
from engine.catalog import find, shipped
from engine.read.build import checked
from engine.read.sense import size, told
from engine.read.sense.size import slow
from engine.scenario import Data

if TYPE_CHECKING:
    import pytest

    from engine.scenario import Scenario


def of_data(name: str, samples: int, times: int, batch_size: int) -> Scenario:
    """A shipped scenario with so much data."""
    scenario = load(find(name))
    inputs = frozen(np.zeros((samples, times, scenario.network.inputs)))
    targets = frozen(np.zeros((samples, times, scenario.network.layers[-1].units)))
    data = Data(inputs, targets, np.ones((samples, times), dtype=np.bool_))
    training = replace(scenario.training, batch_size=batch_size)
    return replace(scenario, data=data, training=training)


def test_a_batch_of_very_many_samples_is_slow_and_a_smaller_one_helps() -> None:
    (found,) = slow(of_data("mazur", 1_200_000, 1, 1_200_000))
    assert found.says.startswith("each iteration will be slow, about 1 second: 1,200,000 samples have ")
    assert "batch_size" in found.remedy
    (found,) = slow(of_data("mazur", 1_200_000, 1, 100))  # as it says
    assert found.says.startswith("view 0 will be slow")


def test_a_batch_of_many_samples_is_slow_where_they_come_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = of_data("mazur", 1_000, 1, 1_000)
    assert [*slow(scenario)] == []
    monkeypatch.setattr(size, "SLOW", 0.03)
    (found,) = slow(scenario)
    assert found.says.startswith("view 2 will be slow, about ")
    assert found.says.endswith(": it runs the 1,000 samples of a batch one by one")
    assert [*slow(of_data("mazur", 100, 1, 100))] == []  # as it says
    assert told(scenario).startswith("warning: view 2 will be slow")


def test_a_very_long_sequence_is_slow_and_shorter_ones_help() -> None:
    (found,) = slow(of_data("elman", 1, 300_000, 1))
    assert found.says == (
        "each iteration will be slow, about 4 seconds: 300,000 times of 2 layers come one after the other"
    )
    assert found.remedy == "Cut the sequences into shorter samples."


def test_check_prints_it_at_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "SLOW", 0.002)
    _, found = checked(str(find("mazur")))
    (says,) = (str(one) for one in found)
    assert ": network.layers: warning: the start will be slow, about " in says
    assert "Fewer layers help." in says


def test_nothing_that_is_shipped_is_slow() -> None:
    assert [entry.label for entry in shipped() if list(slow(load(entry.path)))] == []
