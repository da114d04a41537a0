"""Do the gradients agree with automatic differentiation, and the training with an optimiser?

PyTorch in float64 builds the same network from tensors and differentiates it by itself. Without
PyTorch these tests are skipped; those against the oracle and central differences are not.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest

from engine.scenario import Data
from tests.given.recorded import recorded
from tests.given.scenarios_at_random import (
    ACTIVATIONS,
    OPTIMIZERS,
    PAIRS,
    REDUCTIONS,
    Wanted,
    in_turn,
    scenario_at_random,
    with_training,
)
from tests.oracle import records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from engine.scenario import Reduction, Scenario, Training

    Told: TypeAlias = Callable[[Scenario], Iterable[dict[str, Any]]]

torch: Any = pytest.importorskip("torch")
functional: Any = torch.nn.functional

FUNCTIONS: dict[str, Any] = {
    "identity": lambda z: 1.0 * z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky-relu": lambda z: functional.leaky_relu(z, 0.01),
    "elu": functional.elu,
    "softplus": lambda z: functional.softplus(z, threshold=100.0),
    "silu": functional.silu,
    "softmax": lambda z: torch.softmax(z, dim=0),
}

LOSS_FUNCTIONS: dict[str, Any] = {
    "half-squared-error": lambda a, y: 0.5 * functional.mse_loss(a, y, reduction="sum"),
    "squared-error": lambda a, y: functional.mse_loss(a, y, reduction="sum"),
    "mean-squared-error": functional.mse_loss,
    "binary-cross-entropy": lambda a, y: functional.binary_cross_entropy(a, y, reduction="sum"),
    "cross-entropy": lambda a, y: -torch.xlogy(y, a).sum(),
    "absolute-error": lambda a, y: functional.l1_loss(a, y, reduction="sum"),
    "huber": lambda a, y: functional.huber_loss(a, y, reduction="sum", delta=1.0),
    "log-cosh": lambda a, y: torch.log(torch.cosh(a - y)).sum(),
}


class Twin:
    """The network of a scenario as tensors."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.layers: list[dict[str, Any]] = []
        for layer in scenario.network.layers:
            arrays = {"weight": layer.weights, "bias": layer.biases}
            if layer.recurrent_weights is not None:
                arrays["recurrent"] = layer.recurrent_weights
            self.layers.append(
                {name: torch.tensor(array.tolist(), dtype=torch.float64) for name, array in arrays.items()}
            )
        for tensors in self.layers:
            for tensor in tensors.values():
                tensor.requires_grad_()
        self.sites: dict[tuple[int, int, int], tuple[Any, Any]] = {}

    def loss(self, sample: int) -> Any:
        """The loss of a sample; keeps z and a of every layer and time."""
        data, network = self.scenario.data, self.scenario.network
        loss = torch.zeros((), dtype=torch.float64)
        state: list[Any] = []
        for layer in network.layers:
            given = layer.initial_state
            start = np.zeros(layer.units) if given is None else given
            state.append(torch.tensor(start.tolist(), dtype=torch.float64))
        for time in range(data.times):
            a = torch.tensor(data.inputs[sample, time].tolist(), dtype=torch.float64)
            for number, (layer, tensors) in enumerate(zip(network.layers, self.layers, strict=True)):
                z = tensors["weight"] @ a + tensors["bias"]
                if "recurrent" in tensors:
                    z = z + tensors["recurrent"] @ state[number]
                a = FUNCTIONS[layer.activation](z)
                z.retain_grad()
                a.retain_grad()
                state[number] = a
                self.sites[sample, time, number + 1] = z, a
            if data.has_target[sample, time]:
                y = torch.tensor(data.targets[sample, time].tolist(), dtype=torch.float64)
                loss = loss + LOSS_FUNCTIONS[network.loss](a, y)
        return loss


def assert_close(found: object, expected: object, scale: object = 0.0) -> None:
    """Equal to 1e-12 of the larger of the two numbers, or of the scale."""
    f, e = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    assert f.shape == e.shape
    bound = 1e-12 * np.maximum(np.maximum(np.abs(f), np.abs(e)), np.asarray(scale, dtype=float))
    assert np.all(np.abs(f - e) <= bound), (f, e)


def assert_gradients_agree(scenario: Scenario) -> None:
    """Errors and deltas at every site, and each layer's totals, of the first iteration.

    A total may cancel, so its scale is the sum of the absolute shares; a delta is made of the
    deltas above, so its scale is the largest of them in the iteration.
    """
    records = recorded(with_training(scenario, iterations=1, order="deferred"))
    twin = Twin(scenario)
    batch = sorted({record["sample"] for record in records if record["kind"] == "forward"})
    losses = [twin.loss(sample) for sample in batch]
    sum(losses).backward()
    assert sum(r["loss"] for r in records if r["kind"] == "loss") == pytest.approx(
        float(sum(losses).detach()), rel=1e-12, abs=1e-12
    )

    deltas = [record for record in records if record["kind"] == "delta"]
    scale = {name: max(abs(x) for r in deltas for x in r[name]) for name in ("error", "delta")}
    for record in deltas:
        z, a = twin.sites[record["sample"], record["time"] or 0, record["layer"]]
        for name, tensor in (("error", a), ("delta", z)):
            # where nothing depends on a number, autograd keeps no gradient for it
            gradient = [0.0] * len(record[name]) if tensor.grad is None else tensor.grad.tolist()
            assert_close(record[name], gradient, scale[name])

    for number, tensors in enumerate(twin.layers, start=1):
        shares = [r for r in records if r["kind"] == "gradient" and r["layer"] == number]
        for name, tensor in tensors.items():
            size = sum(np.abs(np.asarray(r[f"{name}_gradient"])) for r in shares)
            assert_close(shares[-1][f"{name}_total"], tensor.grad.tolist(), size)


@pytest.mark.parametrize(("output", "loss"), PAIRS)
def test_each_output_activation_with_each_loss(output: str, loss: str) -> None:
    recurrent = bool(in_turn(output, loss) % 2)
    assert_gradients_agree(scenario_at_random(0, Wanted(output=output, loss=loss, recurrent=recurrent)))


@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_each_hidden_activation(hidden: str) -> None:
    for seed, recurrent in enumerate((False, True)):
        wanted = Wanted(hidden=hidden, recurrent=recurrent, depth=3, loss="mean-squared-error")
        assert_gradients_agree(scenario_at_random(seed, wanted))


def losses_of_each_iteration(scenario: Scenario) -> tuple[list[float], Sequence[dict[str, Any]]]:
    """The engine's loss of each batch, and the last record of every layer's parameters."""
    losses = [0.0] * scenario.training.iterations
    updates: dict[int, dict[str, Any]] = {}
    samples: list[set[int]] = [set() for _ in losses]
    for record in recorded(scenario):
        if record["kind"] == "loss":
            losses[record["iteration"]] += record["loss"]
        if record["kind"] == "forward":
            samples[record["iteration"]].add(record["sample"])
        if record["kind"] == "update":
            updates[record["layer"]] = record
    if scenario.training.reduction == "mean":
        losses = [loss / len(batch) for loss, batch in zip(losses, samples, strict=True)]
    return losses, [updates[number] for number in sorted(updates)]


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("recurrent", [False, True], ids=["dense", "recurrent"])
@pytest.mark.parametrize(
    ("output", "loss"),
    [("tanh", "half-squared-error"), ("softmax", "cross-entropy"), ("sigmoid", "binary-cross-entropy")],
)
def test_training_agrees_with_sgd(output: str, loss: str, recurrent: bool, reduction: Reduction) -> None:
    wanted = Wanted(
        output=output,
        loss=loss,
        recurrent=recurrent,
        reduction=reduction,
        order="deferred",
        hidden="sigmoid",
        depth=3,
        samples=5,
        batch_size=2,
        iterations=10,
        learning_rate=0.1,
    )
    scenario = scenario_at_random(3, wanted)
    losses, updates = losses_of_each_iteration(scenario)

    twin = Twin(scenario)
    trained = [
        tensor
        for layer, tensors in zip(scenario.network.layers, twin.layers, strict=True)
        for name, tensor in tensors.items()
        if name != "bias" or layer.train_biases
    ]
    optimiser = torch.optim.SGD(trained, lr=scenario.training.learning_rate)
    batches = [[0, 1], [2, 3], [4]]
    for iteration, found in enumerate(losses):
        batch = batches[iteration % 3]
        value = sum(twin.loss(sample) for sample in batch)
        if reduction == "mean":
            value = value / len(batch)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        assert found == pytest.approx(float(value.detach()), rel=1e-11)

    for update, tensors in zip(updates, twin.layers, strict=True):
        for name, tensor in tensors.items():
            assert_close(np.asarray(update[AFTER[name]]) / 10.0, tensor.detach().numpy() / 10.0, 1.0)


OPTIMISERS: dict[str, Callable[[Training, Any], Any]] = {
    "sgd": lambda t, groups: torch.optim.SGD(groups, lr=t.learning_rate),
    "momentum": lambda t, groups: torch.optim.SGD(groups, lr=t.learning_rate, momentum=t.momentum),
    "nesterov": lambda t, groups: torch.optim.SGD(
        groups, lr=t.learning_rate, momentum=t.momentum, nesterov=True
    ),
    "rmsprop": lambda t, groups: torch.optim.RMSprop(
        groups, lr=t.learning_rate, alpha=t.decay, eps=t.epsilon
    ),
    "adam": lambda t, groups: torch.optim.Adam(
        groups, lr=t.learning_rate, betas=(t.beta1, t.beta2), eps=t.epsilon
    ),
    "adamw": lambda t, groups: torch.optim.AdamW(
        groups, lr=t.learning_rate, betas=(t.beta1, t.beta2), eps=t.epsilon
    ),
}
BEFORE = {"weight": "weights_before", "bias": "biases_before", "recurrent": "recurrent_before"}
AFTER = {"weight": "weights_after", "bias": "biases_after", "recurrent": "recurrent_after"}
TRAIN = {"weight": "train_weights", "bias": "train_biases", "recurrent": "train_recurrent_weights"}


@cache
def trained_by_torch(scenario: Scenario) -> list[list[dict[str, Any]]]:
    """The parameters of every layer after each iteration, batches being all samples.

    Clipping is by the contract's factor: PyTorch's own adds 1e-6 to the length. What is not trained is put
    back after each step.
    """
    twin, training = Twin(scenario), scenario.training
    masks = [
        (tensor, torch.tensor(np.broadcast_to(getattr(layer, TRAIN[name]), tensor.shape).copy()))
        for layer, tensors in zip(scenario.network.layers, twin.layers, strict=True)
        for name, tensor in tensors.items()
    ]
    decayed = [tensor for tensors in twin.layers for name, tensor in tensors.items() if name != "bias"]
    biases = [tensors["bias"] for tensors in twin.layers]
    groups = [
        {"params": decayed, "weight_decay": training.weight_decay},
        {"params": biases, "weight_decay": 0.0},
    ]
    optimiser = OPTIMISERS[training.optimizer](training, groups)
    samples = range(scenario.data.samples)
    found = []
    for _ in range(training.iterations):
        optimiser.zero_grad()
        value = sum(twin.loss(sample) for sample in samples)
        (value / len(samples) if training.reduction == "mean" else value).backward()
        if training.clip_norm is not None:
            norm = torch.linalg.vector_norm(torch.cat([tensor.grad[mask] for tensor, mask in masks]))
            for tensor, _mask in masks:
                tensor.grad *= torch.clamp(training.clip_norm / norm, max=1.0)
        old = [tensor.detach().clone() for tensor, _ in masks]
        optimiser.step()
        with torch.no_grad():
            for (tensor, mask), before in zip(masks, old, strict=True):
                tensor.copy_(torch.where(mask, tensor, before))
        found.append(
            [
                {name: tensor.detach().numpy().copy() for name, tensor in layer.items()}
                for layer in twin.layers
            ]
        )
    return found


def assert_trained_alike(scenario: Scenario, found: Iterable[dict[str, Any]]) -> None:
    """Every parameter after every iteration, to 1e-12 of the largest that it has been until then."""
    updates = [record for record in found if record["kind"] == "update"]
    largest: dict[tuple[int, str], Any] = {}
    for layers in trained_by_torch(scenario):
        for number in range(len(layers), 0, -1):
            update = updates.pop(0)
            assert update["layer"] == number
            for name, expected in layers[number - 1].items():
                size = np.maximum(np.abs(update[BEFORE[name]]), largest.get((number, name), 0.0))
                assert_close(update[AFTER[name]], expected, size)
                largest[number, name] = size
    assert updates == []


def fifty_steps(optimizer: str, *, recurrent: bool, **training: Any) -> Scenario:
    wanted = Wanted(
        output="tanh",
        loss="half-squared-error",
        hidden="sigmoid",
        recurrent=recurrent,
        order="deferred",
        depth=2,
        samples=2,
        batch_size=2,
        iterations=50,
        optimizer=optimizer,
    )
    scenario = scenario_at_random(5, wanted)
    data = scenario.data
    short = Data(data.inputs[:, -2:], data.targets[:, -2:], data.has_target[:, -2:])
    return with_training(replace(scenario, data=short), **training)


@cache
def plain(optimizer: str) -> Scenario:
    return fifty_steps(optimizer, recurrent=False)


@cache
def decayed_and_clipped(optimizer: str) -> Scenario:
    scenario = fifty_steps(optimizer, recurrent=True, weight_decay=0.05, clip_norm=0.1, reduction="mean")
    layers = tuple(
        replace(
            layer,
            train_weights=np.indices(layer.weights.shape).sum(axis=0) % 2 == 0,
            train_biases=number == 0,
            train_recurrent_weights=np.indices((layer.units, layer.units)).sum(axis=0) % 2 == 1,
        )
        for number, layer in enumerate(scenario.network.layers)
    )
    return replace(scenario, network=replace(scenario.network, layers=layers))


@pytest.mark.parametrize("told", [recorded, records], ids=["engine", "oracle"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_fifty_steps_of_each_optimizer(optimizer: str, told: Told) -> None:
    scenario = plain(optimizer)
    assert_trained_alike(scenario, told(scenario))


@pytest.mark.parametrize("told", [recorded, records], ids=["engine", "oracle"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_fifty_steps_with_decay_and_clipping_of_what_is_trained(optimizer: str, told: Told) -> None:
    scenario = decayed_and_clipped(optimizer)
    assert_trained_alike(scenario, told(scenario))


def test_a_premature_run_disagrees_with_sgd() -> None:
    """So that the agreement above is not an accident of small steps."""
    wanted = Wanted(order="premature", hidden="sigmoid", depth=3, samples=1, iterations=1, learning_rate=0.1)
    scenario = scenario_at_random(1, wanted)
    twin = Twin(scenario)
    twin.loss(0).backward()
    shares = [r for r in recorded(scenario) if r["kind"] == "gradient"]
    with pytest.raises(AssertionError):
        assert_close(shares[-1]["weight_total"], twin.layers[0]["weight"].grad.tolist(), 1.0)
