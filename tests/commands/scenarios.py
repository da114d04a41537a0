"""Which scenario files do the tests of the commands write?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SEQUENCES = """\
format = 1
title = "Two sequences, a target at the last time"

[network]
inputs = 1
loss = "half-squared-error"

[[network.layers]]
activation = "tanh"
weights = [[0.5], [-0.4]]
recurrent_weights = [[0.3, -0.2], [0.1, 0.4]]

[[network.layers]]
activation = "identity"
weights = [[1.0, -1.0]]

[data]
inputs = [[[1.0], [0.5], [-1.0]], [[0.2], [0.4], [0.6]]]
targets = [[0.5], [-0.5]]

[training]
learning_rate = 0.1
iterations = 6
batch_size = 1
"""

MINI_BATCHES = """\
format = 1
title = "Three samples in batches of two"

[network]
inputs = 2
loss = "cross-entropy"

[[network.layers]]
activation = "tanh"
weights = [[0.5, 0.2], [-0.4, 0.3], [0.1, 0.1]]

[[network.layers]]
activation = "softmax"
weights = [[0.3, -0.1, 0.2], [0.2, 0.4, -0.5]]

[data]
inputs = [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
targets = [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]

[training]
learning_rate = 0.3
iterations = 7
batch_size = 2
reduction = "mean"
"""

DIVERGING = """\
format = 1
title = "A learning rate that is far too large"

[network]
inputs = 1
loss = "half-squared-error"

[[network.layers]]
activation = "identity"
weights = [[2.0]]

[data]
inputs = [[10.0]]
targets = [[1.0]]

[training]
learning_rate = 1e6
iterations = 45
"""

BAD = DIVERGING.replace("learning_rate = 1e6", 'learning_rate = "fast"')


def long_run(folder: Path, iterations: int = 100_000_000) -> Path:
    """Write a small scenario that trains longer than anybody waits."""
    return write(folder, MINI_BATCHES.replace("iterations = 7", f"iterations = {iterations}"), "long.toml")


def write(folder: Path, text: str, name: str = "scenario.toml") -> Path:
    """Write a scenario file and return its path."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
