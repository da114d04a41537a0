"""How fast is numpy itself? The networks of `tests.bench.engine`, each trained by a loop written by hand.

Each function is what a competent person would write for that one network: no objects, no callbacks, array
operations over whole batches, slopes from the activations (a(1-a), 1-a²), the loss of each iteration, updates
in place. Each changes `parameters` and returns the losses. Momentum and Adam stand beside the gradients of a
network, as a loop over its parameters. Inputs and targets are [sample, unit], or
[time, unit] for the recurrent net; `parameters` are as in a scenario, W [unit, input].
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.arrays import Array

    Batches = Sequence[tuple[Array, Array]]
    Loop = Callable[[list[Array], Batches, float, int], Array]
    Gradients = Callable[[list[Array], Array, Array], tuple[float, list[tuple[Array, Array]]]]


def two_sigmoid_layers(parameters: list[Array], batches: Batches, rate: float, iterations: int) -> Array:
    """Mazur's network: one sample, so plain vectors; the biases are not trained."""
    W1, b1, W2, b2 = parameters
    x, y = batches[0][0][0], batches[0][1][0]
    losses = np.empty(iterations)
    for k in range(iterations):
        h = 1 / (1 + np.exp(-(W1.dot(x) + b1)))
        a = 1 / (1 + np.exp(-(W2.dot(h) + b2)))
        error = a - y
        losses[k] = 0.5 * error.dot(error)
        delta2 = error * a * (1 - a)
        delta1 = delta2.dot(W2) * h * (1 - h)
        W2 -= (rate * delta2)[:, None] * h
        W1 -= (rate * delta1)[:, None] * x
    return losses


def two_sigmoid_layers_too_early(
    parameters: list[Array], batches: Batches, rate: float, iterations: int
) -> Array:
    """Mazur's network with each layer updated before the delta of the layer below is formed."""
    W1, b1, W2, b2 = parameters
    x, y = batches[0][0][0], batches[0][1][0]
    losses = np.empty(iterations)
    for k in range(iterations):
        h = 1 / (1 + np.exp(-(W1.dot(x) + b1)))
        a = 1 / (1 + np.exp(-(W2.dot(h) + b2)))
        error = a - y
        losses[k] = 0.5 * error.dot(error)
        delta2 = error * a * (1 - a)
        W2 -= (rate * delta2)[:, None] * h
        delta1 = delta2.dot(W2) * h * (1 - h)
        W1 -= (rate * delta1)[:, None] * x
    return losses


def sigmoid_batch(parameters: list[Array], batches: Batches, rate: float, iterations: int) -> Array:
    """XOR: the four samples as one batch through two sigmoid layers, half squared error, summed."""
    W1, b1, W2, b2 = parameters
    x, y = batches[0]
    losses = np.empty(iterations)
    for k in range(iterations):
        h = 1 / (1 + np.exp(-(x.dot(W1.T) + b1)))
        a = 1 / (1 + np.exp(-(h.dot(W2.T) + b2)))
        error = a - y
        losses[k] = 0.5 * np.vdot(error, error)
        delta2 = error * a * (1 - a)
        delta1 = delta2.dot(W2) * h * (1 - h)
        W2 -= rate * delta2.T.dot(h)
        b2 -= rate * delta2.sum(axis=0)
        W1 -= rate * delta1.T.dot(x)
        b1 -= rate * delta1.sum(axis=0)
    return losses


def relu_softmax(parameters: list[Array], batches: Batches, rate: float, iterations: int) -> Array:
    """64-32-10: relu, then softmax with cross-entropy, the mean over the batch."""
    W1, b1, W2, b2 = parameters
    losses = np.empty(iterations)
    for k in range(iterations):
        x, y = batches[k % len(batches)]
        h = np.maximum(x.dot(W1.T) + b1, 0)
        z = h.dot(W2.T) + b2
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1, keepdims=True)
        a = e / total
        losses[k] = (np.log(total).sum() - np.vdot(y, z)) / len(x)
        delta2 = (a - y) / len(x)
        delta1 = delta2.dot(W2) * (h > 0)
        W2 -= rate * delta2.T.dot(h)
        b2 -= rate * delta2.sum(axis=0)
        W1 -= rate * delta1.T.dot(x)
        b1 -= rate * delta1.sum(axis=0)
    return losses


def relu_relu_softmax(parameters: list[Array], batches: Batches, rate: float, iterations: int) -> Array:
    """784-128-64-10: two relu layers, then softmax with cross-entropy, the mean over the batch."""
    W1, b1, W2, b2, W3, b3 = parameters
    losses = np.empty(iterations)
    for k in range(iterations):
        x, y = batches[k % len(batches)]
        h1 = np.maximum(x.dot(W1.T) + b1, 0)
        h2 = np.maximum(h1.dot(W2.T) + b2, 0)
        z = h2.dot(W3.T) + b3
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        total = e.sum(axis=1, keepdims=True)
        a = e / total
        losses[k] = (np.log(total).sum() - np.vdot(y, z)) / len(x)
        delta3 = (a - y) / len(x)
        delta2 = delta3.dot(W3) * (h2 > 0)
        delta1 = delta2.dot(W2) * (h1 > 0)
        W3 -= rate * delta3.T.dot(h2)
        b3 -= rate * delta3.sum(axis=0)
        W2 -= rate * delta2.T.dot(h1)
        b2 -= rate * delta2.sum(axis=0)
        W1 -= rate * delta1.T.dot(x)
        b1 -= rate * delta1.sum(axis=0)
    return losses


def through_time(parameters: list[Array], batches: Batches, rate: float, iterations: int) -> Array:
    """8 recurrent tanh units over 50 times and a linear output with a target at each time.

    What doesn't depend on the time before is done for all times at once.
    """
    W1, b1, U, W2, b2 = parameters
    x, y = batches[0]
    times, units = len(x), len(b1)
    losses = np.empty(iterations)
    h = np.zeros((times + 1, units))  # h[t + 1] is the activation at time t, h[0] the initial state
    delta = np.empty((times, units))
    for k in range(iterations):
        z = x.dot(W1.T) + b1
        for t in range(times):
            h[t + 1] = np.tanh(z[t] + U.dot(h[t]))
        error = h[1:].dot(W2.T) + b2 - y
        losses[k] = 0.5 * np.vdot(error, error)
        above = error.dot(W2)
        slope = 1 - h[1:] ** 2
        delta[-1] = above[-1] * slope[-1]
        for t in range(times - 2, -1, -1):
            delta[t] = (above[t] + delta[t + 1].dot(U)) * slope[t]
        W2 -= rate * error.T.dot(h[1:])
        b2 -= rate * error.sum(axis=0)
        W1 -= rate * delta.T.dot(x)
        U -= rate * delta.T.dot(h[:-1])
        b1 -= rate * delta.sum(axis=0)
    return losses


def of_two_sigmoid_layers(
    parameters: list[Array], x: Array, y: Array
) -> tuple[float, list[tuple[Array, Array]]]:
    """The loss of Mazur's network, and each trained parameter with its gradient."""
    W1, b1, W2, b2 = parameters
    x, y = x[0], y[0]
    h = 1 / (1 + np.exp(-(W1.dot(x) + b1)))
    a = 1 / (1 + np.exp(-(W2.dot(h) + b2)))
    error = a - y
    delta2 = error * a * (1 - a)
    delta1 = delta2.dot(W2) * h * (1 - h)
    return 0.5 * error.dot(error), [(W2, delta2[:, None] * h), (W1, delta1[:, None] * x)]


def of_relu_softmax(parameters: list[Array], x: Array, y: Array) -> tuple[float, list[tuple[Array, Array]]]:
    """The loss of relu, then softmax with cross-entropy, and each parameter with its gradient."""
    W1, b1, W2, b2 = parameters
    h = np.maximum(x.dot(W1.T) + b1, 0)
    z = h.dot(W2.T) + b2
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1, keepdims=True)
    delta2 = (e / total - y) / len(x)
    delta1 = delta2.dot(W2) * (h > 0)
    loss = (np.log(total).sum() - np.vdot(y, z)) / len(x)
    return loss, [
        (W2, delta2.T.dot(h)),
        (b2, delta2.sum(axis=0)),
        (W1, delta1.T.dot(x)),
        (b1, delta1.sum(axis=0)),
    ]


def with_momentum(gradients: Gradients) -> Loop:
    """Train by v = 0.9 v + g, W -= rate v."""

    def loop(parameters: list[Array], batches: Batches, rate: float, iterations: int) -> Array:
        losses = np.empty(iterations)
        velocities: list[Array] = [np.zeros(0)] * len(parameters)
        for k in range(iterations):
            losses[k], found = gradients(parameters, *batches[k % len(batches)])
            if not k:
                velocities = [np.zeros_like(w) for w, _ in found]
            for (w, g), v in zip(found, velocities, strict=True):
                v *= 0.9
                v += g
                w -= rate * v
        return losses

    return loop


def with_adam(gradients: Gradients) -> Loop:
    """Train by Adam with its usual settings."""

    def loop(parameters: list[Array], batches: Batches, rate: float, iterations: int) -> Array:
        losses = np.empty(iterations)
        moments: list[tuple[Array, Array]] = []
        for k in range(iterations):
            losses[k], found = gradients(parameters, *batches[k % len(batches)])
            if not k:
                moments = [(np.zeros_like(w), np.zeros_like(w)) for w, _ in found]
            first, second = 1 - 0.9 ** (k + 1), 1 - 0.999 ** (k + 1)
            for (w, g), (m, s) in zip(found, moments, strict=True):
                m *= 0.9
                m += 0.1 * g
                s *= 0.999
                s += 0.001 * g * g
                w -= rate * (m / first) / (np.sqrt(s / second) + 1e-8)
        return losses

    return loop
