"""Does an imported network predict and learn as PyTorch's own?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import load, trace
from engine.arrays import sealed
from engine.importing.reading import read_network
from engine.importing.written import text
from engine.scenario import Data
from tests.engine.named_arrays.test_numbersfile import safetensors

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario import Scenario

torch: Any = pytest.importorskip("torch")
nn: Any = torch.nn

_RATE = 0.1


def saved(module: Any, file: Path) -> None:
    arrays = {name: value.numpy() for name, value in module.state_dict().items()}
    if file.suffix == ".npz":
        np.savez(file, allow_pickle=False, **arrays)
    else:
        file.write_bytes(safetensors(**dict(sorted(arrays.items()))))


def with_data(scenario: Scenario, inputs: Any, targets: Any) -> Scenario:
    x, y = (np.ascontiguousarray(one.double().numpy()) for one in (inputs, targets))
    if x.ndim == 2:
        x, y = x[:, None], y[:, None]
    data = Data(sealed(x.copy()), sealed(y.copy()), sealed(np.ones(x.shape[:2], dtype=np.bool_)))
    training = replace(
        scenario.training, batch_size=len(x), iterations=1, learning_rate=_RATE, reduction="mean"
    )
    return replace(scenario, data=data, training=training)


def assert_same(
    scenario: Scenario, predict: Any, module: Any, inputs: Any, targets: Any, bound: float
) -> None:
    """The same predictions, and the same parameters after a step of SGD, with the loss half-squared-error."""
    run = trace(with_data(scenario, inputs, targets))
    predicted = run.iteration(0).vectors("activation", len(scenario.network.layers))
    expected = predict(inputs)
    np.testing.assert_allclose(
        predicted.reshape(expected.shape), expected.detach().numpy(), rtol=bound, atol=bound
    )
    loss = 0.5 * ((expected - targets) ** 2).sum() / len(inputs)
    optimizer = torch.optim.SGD(module.parameters(), lr=_RATE)
    loss.backward()
    optimizer.step()
    after = run.parameters(1)
    theirs = {name: value.numpy() for name, value in module.state_dict().items()}
    assert len(theirs) == 2 * len(after.weights) + 2 * sum(one is not None for one in after.recurrent_weights)
    assert [layer.bias_copies for layer in scenario.network.layers] == [
        1 if one is None else 2 for one in after.recurrent_weights
    ]
    matrices = [one for one in theirs.values() if one.ndim == 2]
    ours = [
        one
        for pair in zip(after.weights, after.recurrent_weights, strict=True)
        for one in pair
        if one is not None
    ]
    for one, expected in zip(ours, matrices, strict=True):
        np.testing.assert_allclose(one, expected, rtol=bound, atol=bound)
    biases = iter([one for one in theirs.values() if one.ndim == 1])
    for one, recurrent in zip(after.biases, after.recurrent_weights, strict=True):
        expected = next(biases) if recurrent is None else next(biases) + next(biases)
        np.testing.assert_allclose(one, expected, rtol=bound, atol=bound)


@pytest.mark.parametrize(("kind", "bound"), [("float64", 1e-12), ("float32", 1e-6)])
@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_a_sequential(kind: str, bound: float, suffix: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    dtype = getattr(torch, kind)
    module = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 5), nn.ELU(), nn.Linear(5, 2)).to(dtype)
    saved(module, tmp_path / f"net{suffix}")
    found = read_network(str(tmp_path / f"net{suffix}"), activations=("tanh", "elu"))
    (tmp_path / "net.toml").write_text(text(found, "net", "net"))
    inputs, targets = torch.randn(6, 3, dtype=dtype), torch.randn(6, 2, dtype=dtype)
    assert_same(load(tmp_path / "net.toml"), module, module, inputs, targets, bound)


class Elman(nn.Module):  # type: ignore[misc]
    def __init__(self, nonlinearity: str) -> None:
        super().__init__()
        self.rnn = nn.RNN(2, 3, num_layers=2, nonlinearity=nonlinearity, batch_first=True)
        self.fc = nn.Linear(3, 1)

    def forward(self, inputs: Any) -> Any:
        return self.fc(self.rnn(inputs)[0])


@pytest.mark.parametrize(("kind", "bound"), [("float64", 1e-12), ("float32", 1e-6)])
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_an_elman_network(kind: str, bound: float, nonlinearity: str, tmp_path: Path) -> None:
    torch.manual_seed(2)
    dtype = getattr(torch, kind)
    module = Elman(nonlinearity).to(dtype)
    saved(module, tmp_path / "net.npz")
    found = read_network(str(tmp_path / "net.npz"), activations=(nonlinearity,))
    (tmp_path / "net.toml").write_text(text(found, "net", "net"))
    inputs, targets = torch.randn(4, 5, 2, dtype=dtype), torch.randn(4, 5, 1, dtype=dtype)
    assert_same(load(tmp_path / "net.toml"), module, module, inputs, targets, bound)
