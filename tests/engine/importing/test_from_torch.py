"""Does a module of PyTorch predict and learn here as there, and is what can't be taken refused?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import diagnose, from_torch, trace

if TYPE_CHECKING:
    from collections.abc import Callable

torch: Any = pytest.importorskip("torch")
nn: Any = torch.nn
functional: Any = torch.nn.functional

_RATE = 0.1
_UPDATES = 5
_OPTIMIZERS = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=_RATE),
    "momentum": lambda parameters: torch.optim.SGD(parameters, lr=_RATE, momentum=0.9),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=_RATE),
}


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(3)


def dense(*further: Any) -> Any:
    return nn.Sequential(nn.Linear(3, 4), *further, nn.Linear(4, 2)).double()


class Functions(nn.Module):  # type: ignore[misc]
    """Activations as functions and methods, and layers not in the order in which they are made."""

    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(3, 2)
        self.first = nn.Linear(3, 4)
        self.middle = nn.Linear(4, 3, bias=False)

    def forward(self, x: Any) -> Any:
        x = functional.leaky_relu(self.first(x))
        x = self.middle(x).tanh()
        return torch.sigmoid(self.last(x))


class Elman(nn.Module):  # type: ignore[misc]
    def __init__(self, reads: str, **settings: Any) -> None:
        super().__init__()
        self.rnn = nn.RNN(3, 4, **{"batch_first": True, **settings})
        self.fc = nn.Linear(4, 2)
        self.reads = reads

    def forward(self, x: Any) -> Any:
        if self.reads == "all":
            out, _ = self.rnn(x)
            return self.fc(out)
        if self.reads == "last":
            return self.fc(self.rnn(x)[0][:, -1, :])
        _, state = self.rnn(x)
        return self.fc(state[-1])


def compared(module: Any, inputs: Any, targets: Any, optimizer: str = "sgd") -> None:
    """The same predictions, and the same after one step, with half the squared error."""
    scenario = from_torch(
        module, inputs, targets, loss="half-squared-error", learning_rate=_RATE, optimizer=optimizer
    )
    predicted = module(inputs)
    found = trace(scenario).iteration(0).vectors("activation", len(scenario.network.layers))
    found = found[:, -1] if predicted.ndim == 2 else found
    np.testing.assert_allclose(found, predicted.detach().numpy(), rtol=1e-12, atol=1e-14)

    loss = 0.5 * ((predicted - targets) ** 2).sum() / len(inputs)
    step = _OPTIMIZERS[optimizer](module.parameters())
    loss.backward()
    step.step()
    after = trace(scenario).parameters(1)
    ours = [one for one in (*after.weights, *after.recurrent_weights) if one is not None]
    theirs = [one.detach().numpy() for one in module.parameters() if one.ndim == 2]
    assert len(ours) == len(theirs)
    for expected in theirs:
        alike = [one for one in ours if one.shape == expected.shape]
        assert min(float(np.abs(one - expected).max()) for one in alike) < 1e-12


@pytest.mark.parametrize("optimizer", _OPTIMIZERS)
@pytest.mark.parametrize(
    "make",
    [
        lambda: dense(),
        lambda: dense(nn.ReLU()),
        lambda: dense(nn.Tanh(), nn.Dropout(0.0), nn.Identity()),
        lambda: dense(nn.ELU(), nn.Sequential(nn.Linear(4, 4), nn.SiLU())),
        lambda: dense(nn.Softplus(threshold=1000)),
        lambda: dense(nn.Sigmoid()).append(nn.Softmax(dim=1)),
        lambda: Functions().double(),
        lambda: nn.Linear(3, 2).double(),
    ],
)
def test_dense_networks(make: Callable[[], Any], optimizer: str) -> None:
    compared(make(), torch.randn(5, 3).double(), torch.rand(5, 2).double(), optimizer)


@pytest.mark.parametrize("reads", ["all", "last", "state"])
@pytest.mark.parametrize("settings", [{}, {"num_layers": 2}, {"nonlinearity": "relu"}, {"bias": False}])
def test_networks_with_a_memory(reads: str, settings: dict[str, Any]) -> None:
    targets = torch.randn(5, 6, 2) if reads == "all" else torch.randn(5, 2)
    compared(Elman(reads, **settings).double(), torch.randn(5, 6, 3).double(), targets.double())


@pytest.mark.parametrize("optimizer", _OPTIMIZERS)
@pytest.mark.parametrize("clip", [None, 0.3])
@pytest.mark.parametrize(
    "settings", [{}, {"num_layers": 2}, {"nonlinearity": "relu", "bias": False}, {"only": "bias_hh_l0"}]
)
def test_a_memory_learns_on_as_in_torch(settings: dict[str, Any], clip: float | None, optimizer: str) -> None:
    """Both biases of an RNN are trained: their sum goes twice as far, and both count in the length."""
    settings = dict(settings)
    only = settings.pop("only", "")
    module = Elman("all", **settings).double()
    if only:
        for name, bias in module.rnn.named_parameters():
            bias.requires_grad_(name == only or "weight" in name)
    inputs, targets = torch.randn(5, 6, 3).double(), torch.randn(5, 6, 2).double()
    asked: dict[str, Any] = {"learning_rate": _RATE, "optimizer": optimizer, "iterations": _UPDATES + 1}
    asked |= {"clip_norm": clip} if clip else {}
    scenario = from_torch(module, inputs, targets, **asked)
    both = 1 if only or not module.rnn.bias else 2
    assert [layer.bias_copies for layer in scenario.network.layers[:-1]] == [both] * module.rnn.num_layers
    run, step = trace(scenario), _OPTIMIZERS[optimizer](module.parameters())
    clipped = 0
    for k in range(_UPDATES + 1):
        predicted = module(inputs)
        found = run.iteration(k).vectors("activation", len(scenario.network.layers))
        np.testing.assert_allclose(found, predicted.detach().numpy(), rtol=1e-12, atol=1e-12)
        step.zero_grad()
        (0.5 * ((predicted - targets) ** 2).sum() / len(inputs)).backward()
        if clip:
            clipped += clipped_to(clip, [one for one in module.parameters() if one.grad is not None])
        step.step()
    assert bool(clipped) == bool(clip)


def clipped_to(limit: float, parameters: list[Any]) -> bool:
    """Shorten the gradients as clip_grad_norm_ does, but that it divides by the length and 1e-6."""
    length = nn.utils.clip_grad_norm_(parameters, float("inf"))
    exact = [one.grad * torch.clamp(limit / length, max=1.0) for one in parameters]
    nn.utils.clip_grad_norm_(parameters, limit)
    for one, shortened in zip(parameters, exact, strict=True):
        torch.testing.assert_close(one.grad, shortened, rtol=1e-5, atol=0.0)
        one.grad = shortened
    return bool(length > limit)


@pytest.mark.parametrize("reads", ["last", "state"])
def test_of_the_last_time_alone_there_are_targets_there_alone(reads: str) -> None:
    assert from_torch(Elman(reads)).data.has_target.tolist() == [[False, False, True]] * 2
    with pytest.raises(ValueError, match="the module gives the last time alone"):
        from_torch(Elman(reads), torch.ones(2, 4, 3), torch.ones(2, 4, 2))
    assert from_torch(Elman("all")).data.has_target.all()


def test_biases_are_learned_as_in_torch() -> None:
    module, inputs, targets = dense(nn.Tanh()), torch.randn(5, 3).double(), torch.randn(5, 2).double()
    scenario = from_torch(module, inputs, targets, learning_rate=_RATE)
    (0.5 * ((module(inputs) - targets) ** 2).sum() / 5).backward()
    torch.optim.SGD(module.parameters(), lr=_RATE).step()
    for ours, theirs in zip(
        trace(scenario).parameters(1).biases, (module[0].bias, module[2].bias), strict=True
    ):
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-12)


def test_what_torch_does_not_train_is_not_trained() -> None:
    module = nn.Sequential(nn.Linear(3, 4, bias=False), nn.Tanh(), nn.Linear(4, 2))
    module[2].weight.requires_grad_(False)
    first, second = from_torch(module).network.layers
    assert (first.train_weights, first.train_biases) == (True, False)
    assert (second.train_weights, second.train_biases) == (False, True)


def test_the_loss_brings_what_torch_has_in_it() -> None:
    for loss, last in (("cross-entropy", "softmax"), ("binary-cross-entropy", "sigmoid"), (None, "identity")):
        scenario = from_torch(dense(nn.Tanh()), loss=loss)
        assert scenario.network.layers[-1].activation == last
    assert "the softmax that torch has in its loss" in from_torch(dense(), loss="cross-entropy").about
    assert from_torch(nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())).network.loss == "binary-cross-entropy"


class Skips(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x: Any) -> Any:
        return self.fc(x) + x


class Twice(nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x: Any) -> Any:
        return self.fc(torch.tanh(self.fc(x)))


class Branches(Skips):
    def forward(self, x: Any) -> Any:
        return self.fc(x) if x.sum() > 0 else x


class Two(Skips):
    def forward(self, x: Any) -> Any:
        y = self.fc(x)
        return y, torch.tanh(y)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: dense(nn.GELU()), r"1 \(GELU\) can't be taken"),
        (lambda: dense(nn.BatchNorm1d(4)), r"1 \(BatchNorm1d\) can't be taken"),
        (lambda: dense(nn.PReLU()), "negative_slope"),
        (lambda: dense(nn.LeakyReLU(0.2)), "negative_slope is 0.2, and here 0.01"),
        (lambda: dense(nn.ELU(2.0)), "alpha is 2.0"),
        (lambda: dense(nn.Softmax(dim=1)), "softmax can stand in the last layer alone"),
        (lambda: dense().append(nn.Softmax(dim=0)), "dim is 0"),
        (lambda: dense(nn.Dropout(0.5)), r"1 \(Dropout\) draws at random"),
        (lambda: dense(nn.ReLU(), nn.Tanh()), r"2 \(Tanh\) has no Linear before it"),
        (lambda: nn.Sequential(nn.Conv2d(1, 1, 3)), r"0 \(Conv2d\) can't be taken"),
        (lambda: nn.Sequential(), "can't be followed|no Linear and no RNN"),
        (lambda: nn.LSTM(2, 2), "LSTM can't be taken"),
        (lambda: nn.RNN(2, 2, bidirectional=True), "RNN is bidirectional"),
        (Skips, "add reads something else than what is before it"),
        (Twice, r"fc \(Linear\): another layer has the same weight"),
        (Branches, "what Branches.forward does can't be followed"),
        (Two, "Two returns more than the last of a chain|reads something else"),
        (lambda: 3, "expected a module of torch, found a int"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_place(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_torch(make())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"loss": "mse"}, r'loss is .mse.: expected .* Did you mean "mean-squared-error"'),
        ({"learning_rate": -1.0}, "training: Expected `float` >= 0"),
        ({"learning_rate": float("inf")}, "learning_rate is inf"),
        ({"lr": 0.1}, "training: .*`lr`"),
        ({"batch_size": 9}, "batch_size is 9, and there are 2 samples"),
        ({"inputs": np.ones((2, 3))}, "inputs and targets go together"),
        ({"inputs": np.ones((2, 4)), "targets": np.ones((2, 2))}, r"inputs have the shape \[2, 4\]"),
        ({"inputs": np.ones((2, 3)), "targets": np.ones((3, 2))}, r"targets have the shape \[3, 2\]"),
        ({"inputs": np.full((2, 3), np.nan), "targets": np.ones((2, 2))}, r"inputs\[0\]\[0\] is nan"),
    ],
)
def test_data_and_training_are_checked(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        from_torch(dense(), **settings)


def test_the_classes_that_its_loss_takes_are_taken() -> None:
    module, inputs, labels = dense(nn.Tanh()), torch.randn(5, 3).double(), torch.tensor([0, 1, 1, 0, 1])
    functional.cross_entropy(module(inputs), labels).backward()
    scenario = from_torch(module, inputs, labels, loss="cross-entropy")
    grads = {name: one.grad.numpy() for name, one in module.named_parameters()}
    assert not diagnose(scenario, {f"{name}.grad": one for name, one in grads.items()}).wrong
