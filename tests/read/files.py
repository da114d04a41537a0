"""Which scenario texts do the tests begin with?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.read import Complaint, ScenarioError, load

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario import Data

PLAIN = """\
format = 1
title = "Two layers"

[network]
inputs = 2
loss = "half-squared-error"

[[network.layers]]
activation = "sigmoid"
weights = [[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]
biases = [0.1, 0.2, 0.3]

[[network.layers]]
activation = "identity"
units = 1
init = "uniform"

[data]
inputs = [[0.0, 1.0], [1.0, 0.0]]
targets = [[1.0], [0.0]]

[training]
learning_rate = 0.5
iterations = 10
seed = 1
"""

SEQUENCES = """\
format = 1
title = "Sequences"

[network]
inputs = 1
loss = "squared-error"

[[network.layers]]
activation = "tanh"
weights = [[0.5], [-0.5]]
recurrent_weights = [[0.1, 0.2], [0.3, 0.4]]
initial_state = [0.5, 0.25]

[[network.layers]]
activation = "identity"
weights = [[1.0, 1.0]]

[data]
inputs = [[[1], [2], [3]], [[4], [5], [6]]]
targets = [[[0.1], [0.2], [0.3]], [9]]

[training]
learning_rate = 0.1
"""


def write(folder: Path, text: str | bytes, name: str = "scenario.toml") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def changed(text: str, old: str, new: str) -> str:
    """Return `text` with the one place `old` changed."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the text"
    return text.replace(old, new)


def complaints(path: Path) -> tuple[Complaint, ...]:
    """Return what `load` complains about."""
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return caught.value.complaints


def complaint(path: Path) -> Complaint:
    """Return the only complaint about a file."""
    found = complaints(path)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def assert_read_only(data: Data) -> None:
    """Assert that no array of the data can be written to."""
    for array in (data.inputs, data.targets, data.has_target):
        assert not array.flags.writeable
