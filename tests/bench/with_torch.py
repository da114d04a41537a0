"""How fast does PyTorch train the same network: eager, on the CPU, in float64?

The shortest loop that PyTorch offers: plain tensors and functions, `backward`, updates in place; no modules,
and an optimizer object only where there is a state.
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

from engine.order.shapes import shapes_of
from tests.bench.networks import in_order

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.scenario import Scenario

# Looked up by name: PyTorch need not be installed for the rest of the project to be type-checked.
torch: Any = importlib.import_module("torch")

_ACTIVATIONS: dict[str, Any] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "identity": lambda z: z,
    "softmax": lambda z: z,  # cross_entropy below takes the pre-activation
}


def train(scenario: Scenario, iterations: int) -> tuple[float, list[Array]]:
    """Train and return the seconds it took and the parameters it ended at."""
    torch.set_num_threads(1)
    network, shapes = scenario.network, shapes_of(scenario)
    parameters = [torch.tensor(array, requires_grad=True) for array in in_order(network.layers)]
    for place, array in enumerate(in_order(network.layers)):
        if any(array is layer.biases and not layer.train_biases for layer in network.layers):
            parameters[place].requires_grad_(False)
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    batches = []
    for number in range(shapes.batches):
        part = slice(shapes.batch(number).start, shapes.batch(number).stop)
        inputs, targets = scenario.data.inputs[part], scenario.data.targets[part]
        batches.append((torch.tensor(inputs.swapaxes(0, 1)), torch.tensor(targets.swapaxes(0, 1))))
    rate = scenario.training.learning_rate
    optimizer = _optimizer(scenario, trained)

    start = time.perf_counter()
    for iteration in range(iterations):
        x, y = batches[iteration % len(batches)]
        loss = _loss(scenario, parameters, x, y)
        for parameter in trained:
            parameter.grad = None
        loss.backward()
        if optimizer is not None:
            optimizer.step()
            continue
        with torch.no_grad():
            for parameter in trained:
                parameter.sub_(parameter.grad, alpha=rate)
    seconds = time.perf_counter() - start
    return seconds, [parameter.detach().numpy() for parameter in parameters]


def _optimizer(scenario: Scenario, parameters: list[Any]) -> Any:
    """Return PyTorch's optimizer; None for plain gradient descent."""
    rate = scenario.training.learning_rate
    match scenario.training.optimizer:
        case "sgd":
            return None
        case "momentum":
            return torch.optim.SGD(parameters, lr=rate, momentum=scenario.training.momentum)
        case "adam":
            return torch.optim.Adam(parameters, lr=rate)
        case other:
            raise ValueError(f"not timed: {other}")


def _loss(scenario: Scenario, parameters: list[Any], x: Any, y: Any) -> Any:
    """Return the loss of a batch [time, sample, unit], summed or averaged as the scenario says."""
    rest = iter(parameters)
    value = x if len(x) > 1 else x[0]
    target = y if len(y) > 1 else y[0]
    for layer in scenario.network.layers:
        f = _ACTIVATIONS[layer.activation]
        z = torch.nn.functional.linear(value, next(rest), next(rest))
        if layer.recurrent_weights is None:
            value = f(z)
            continue
        UT, states = next(rest).T, []
        h = torch.tensor(layer.initial_state)
        for z_t in z.unbind():
            h = f(torch.addmm(z_t, h.expand(len(z_t), -1), UT))
            states.append(h)
        value = torch.stack(states)
    if scenario.network.loss == "cross-entropy":
        reduction = scenario.training.reduction
        return torch.nn.functional.cross_entropy(value, target, reduction=reduction)
    assert scenario.network.loss == "half-squared-error"
    return 0.5 * torch.nn.functional.mse_loss(value, target, reduction="sum")
