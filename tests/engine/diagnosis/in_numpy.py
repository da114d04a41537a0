"""What does somebody's own program compute, written as a textbook has it, in float32 if he likes?

Nothing is kept from cancelling or saturating: a (1 - a), ln a, a - y, as they stand in a book.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.scenario import Scenario

    AnyArray = npt.NDArray[Any]


def activation(name: str, z: AnyArray) -> tuple[AnyArray, AnyArray]:
    """f(z), and its slope by a or z."""
    one = z.dtype.type(1)
    match name:
        case "identity":
            return z, np.ones_like(z)
        case "sigmoid":
            a = one / (one + np.exp(-z))
            return a, a * (one - a)
        case "tanh":
            a = np.tanh(z)
            return a, one - a * a
        case "relu":
            return np.maximum(z, 0), (z > 0).astype(z.dtype)
        case "leaky-relu":
            leak = z.dtype.type(0.01)
            return np.where(z > 0, z, leak * z), np.where(z > 0, one, leak)
        case "elu":
            return np.where(z > 0, z, np.exp(z) - one), np.where(z > 0, one, np.exp(z))
        case "softplus":
            return np.log(one + np.exp(z)), one / (one + np.exp(-z))
        case "silu":
            s = one / (one + np.exp(-z))
            return z * s, s * (one + z * (one - s))
        case "softmax":
            e = np.exp(z - z.max(axis=-1, keepdims=True))
            return e / e.sum(axis=-1, keepdims=True), np.zeros_like(z)
    raise AssertionError(name)


def error(name: str, a: AnyArray, y: AnyArray) -> AnyArray:
    """∂C/∂a."""
    one = a.dtype.type(1)
    match name:
        case "half-squared-error":
            return np.asarray(a - y)
        case "squared-error":
            return np.asarray(2 * (a - y))
        case "mean-squared-error":
            return np.asarray(2 * (a - y) / a.dtype.type(a.shape[-1]))
        case "binary-cross-entropy":
            return np.asarray(-y / a + (one - y) / (one - a))
        case "cross-entropy":
            return np.asarray(-y / a)
        case "absolute-error":
            return np.asarray(np.sign(a - y))
        case "huber":
            return np.asarray(np.clip(a - y, -1, 1))
        case "log-cosh":
            return np.asarray(np.tanh(a - y))
    raise AssertionError(name)


def numbers(scenario: Scenario, kind: type[np.floating[Any]]) -> dict[str, AnyArray]:
    """All quantities of the first iteration by their names in the contract, computed in a type of floats."""
    with np.errstate(all="ignore"):
        return _numbers(scenario, kind)


def _numbers(scenario: Scenario, kind: type[np.floating[Any]]) -> dict[str, AnyArray]:
    network, training = scenario.network, scenario.training
    count = min(training.batch_size, scenario.data.samples)
    inputs = scenario.data.inputs[:count].transpose(1, 0, 2).astype(kind)
    targets = scenario.data.targets[:count].transpose(1, 0, 2).astype(kind)
    there = scenario.data.has_target[:count].T[..., None]
    times, depth = len(inputs), len(network.layers)
    found: dict[str, AnyArray] = {}
    activations = [inputs]
    slopes, states = [], []
    for l, layer in enumerate(network.layers, start=1):
        W, b = layer.weights.astype(kind), layer.biases.astype(kind)
        zs, hs = [], []
        first = np.zeros(layer.units) if layer.initial_state is None else layer.initial_state
        h = np.broadcast_to(first.astype(kind), (count, layer.units))
        before = []
        for t in range(times):
            before.append(h)
            z = activations[-1][t] @ W.T + b
            if layer.recurrent_weights is not None:
                z = z + h @ layer.recurrent_weights.astype(kind).T
            h, _ = activation(layer.activation, z)
            zs.append(z)
            hs.append(h)
        z, a = np.stack(zs), np.stack(hs)
        slope = activation(layer.activation, z)[1]
        found[f"z{l}"], found[f"a{l}"] = z, a
        if layer.activation != "softmax":
            found[f"slope{l}"] = slope
        activations.append(a)
        slopes.append(slope)
        states.append(np.stack(before))
    arriving = np.where(there, error(network.loss, activations[-1], targets), kind(0))
    for l in range(depth, 0, -1):
        layer = network.layers[l - 1]
        errors, deltas = np.zeros_like(arriving), np.zeros_like(arriving)
        after = np.zeros_like(arriving[0])
        for t in range(times - 1, -1, -1):
            e = arriving[t]
            if layer.recurrent_weights is not None:
                e = e + after @ layer.recurrent_weights.astype(kind)
            if layer.activation == "softmax":
                a = activations[l][t]
                after = a * (e - (a * e).sum(axis=-1, keepdims=True))
            else:
                after = e * slopes[l - 1][t]
            errors[t], deltas[t] = e, after
        found[f"error{l}"], found[f"delta{l}"] = errors, deltas
        arriving = deltas @ layer.weights.astype(kind)
        gradients = {
            "W": (np.einsum("tsi,tsj->ij", deltas, activations[l - 1]), layer.weights),
            "b": (deltas.sum(axis=(0, 1)), layer.biases),
        }
        if layer.recurrent_weights is not None:
            gradients["U"] = np.einsum("tsi,tsj->ij", deltas, states[l - 1]), layer.recurrent_weights
        rate = kind(training.learning_rate / (count if training.reduction == "mean" else 1))
        for letter, (gradient, parameter) in gradients.items():
            found[f"g{letter}{l}"] = gradient.astype(kind)
            trains = letter != "b" or layer.train_biases
            change = rate * gradient if trains else 0 * gradient
            found[f"{letter}{l}_after"] = (parameter.astype(kind) - change).astype(kind)
    for name, array in found.items():
        if array.ndim == 3:
            found[name] = array.transpose(1, 0, 2) if network.recurrent else array[0]
    return found
