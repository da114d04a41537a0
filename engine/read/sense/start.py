"""What is odd at the start of the run? Measured: the samples go forward once, and one update is made."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import frozen, sealed
from engine.equations.forward import is_mean
from engine.equations.functions.reach import is_cut_off
from engine.equations.updates import is_plain
from engine.order.shapes import shapes_of
from engine.order.sound import hurries
from engine.read.findings import Finding
from engine.run.straight import Run, losses_of
from engine.run.tracing import trace
from engine.update_orders import WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.parameters import Parameters
    from engine.scenario import Data, Scenario

WORK = 20_000_000
"""Multiply-adds that are worth a warning: some tenths of a second."""

MOST_NUMBERS = 200_000
"""Inputs and neurons of samples at times; of a larger batch some samples are looked at for all of it."""

_LAYERS = 30  # above them a program alone takes a good part of a second
_OPERATIONS = 400  # multiply-adds that take as long as those of a layer at a time, beside its own
_HALVINGS = (0, 1, 2, 4, 8, 16, 32, 40)
_RISE = 1e-9
_GOLDEN = (5**0.5 - 1) / 2


def odd_start(scenario: Scenario, work: int) -> Iterator[Finding]:
    """Yield what is odd at the start, unless it takes more multiply-adds to see it."""
    layers = len(scenario.network.layers)
    if layers > _LAYERS:
        return
    # Times come one after the other, each layer's with operations of its own.
    each = scenario.network.parameters + (_OPERATIONS * layers if scenario.data.times > 1 else 0)
    multiplied = each * scenario.data.times
    if multiplied * scenario.data.samples <= work:
        yield from _dead(scenario)
    if multiplied * scenario.training.batch_size <= work:
        yield from _too_far(scenario)


def _dead(scenario: Scenario) -> Iterator[Finding]:
    """Yield the relus, and others that are cut off, that are 0 for every sample."""
    layers = scenario.network.layers
    if not any(is_cut_off(layer.activation) for layer in layers):
        return
    every = scenario.data.samples
    data = _some(scenario, every)
    training = replace(scenario.training, batch_size=data.samples, iterations=1, order=WAITING, mistake=None)
    start = trace(replace(scenario, data=data, training=training, notes=())).iteration(0)
    seen = "every sample" if data.samples == every else f"each of {data.samples:,} samples"
    for place, layer in enumerate(layers):
        if is_cut_off(layer.activation):
            active = (start.vectors("activation", place + 1) != 0).any(axis=(0, 1))
            if dead := int((~active).sum()):
                which = "the neuron is" if layer.units == 1 else f"{dead} of {layer.units} neurons are"
                passes = f"{layer.activation} passes no error back to their weights"
                says = f"{which} 0 for {seen} at the start: {passes}"
                remedy = "Give them other weights or larger biases, or take leaky-relu."
                yield Finding(("network", "layers", place), says, remedy, at_key=True)


def _too_far(scenario: Scenario) -> Iterator[Finding]:
    """Yield a learning rate with which the first update raises the loss of its own batch."""
    training = scenario.training
    if training.mistake is not None or hurries(training.order) or not training.learning_rate:
        return
    data = _some(scenario, training.batch_size)
    # What is summed over fewer is less by so many times; only a plain update makes up for it by its rate.
    times = 1.0 if is_mean(training) else training.batch_size / data.samples
    if times > 1.0 and not is_plain(training):
        return
    rate = training.learning_rate * times
    training = replace(training, iterations=1, batch_size=data.samples, learning_rate=rate)
    whole = data.samples == scenario.training.batch_size
    scenario = replace(scenario, data=data, training=training, notes=())
    before, after = _losses(scenario, (0, 1))
    if not isfinite(before) or after <= before + abs(before) * _RISE:
        return
    lowering = _lowering(scenario, before)
    if lowering is None:
        return
    losses = f"from {before * times:.4g} to {after * times:.4g}"
    says = f"the first update raises the loss of its batch {losses}"
    if not whole:
        says += f", as {data.samples:,} of its samples tell"
    remedy = f"At the start {lowering / times:.2g} lowers it."
    yield Finding(("training", "learning_rate"), f"{says}: it goes too far", remedy)


def _some(scenario: Scenario, samples: int) -> Data:
    """Return the data of the first samples, or of so many of them as are soon looked at.

    These lie evenly and have no period: of rows in turns of two classes every second has one class alone.
    """
    data = scenario.data
    most = max(1, MOST_NUMBERS // (data.times * sum(scenario.network.sizes)))
    if samples <= most:
        arrays = {name: getattr(data, name)[:samples] for name in ("inputs", "targets", "has_target")}
        return replace(data, **arrays)
    chosen = np.unique((np.arange(most) * _GOLDEN % 1.0 * samples).astype(np.intp))
    inputs, targets = frozen(data.inputs[chosen]), frozen(data.targets[chosen])
    return replace(data, inputs=inputs, targets=targets, has_target=sealed(data.has_target[chosen]))


def _lowering(scenario: Scenario, before: float) -> float | None:
    """Return the first rate, of those halved again and again, with which the update lowers the loss.

    Each try makes a program of its own: first 1, 2, 4 ... halvings are tried, then those between.
    """

    def lowers(halvings: int) -> bool:
        rate = scenario.training.learning_rate * 0.5**halvings
        (after,) = _losses(replace(scenario, training=replace(scenario.training, learning_rate=rate)), (1,))
        return after < before

    for high, low in pairwise(_HALVINGS):
        if lowers(low):
            while low - high > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if lowers(middle) else (low, middle)
            return scenario.training.learning_rate * 0.5**low
    return None


def _losses(scenario: Scenario, updates: tuple[int, ...]) -> list[float]:
    """Return the loss of a batch after so many updates, 0 or 1."""
    shapes = shapes_of(scenario)
    run = Run(scenario, shapes, WAITING)

    def parameters(count: int) -> Parameters:
        run.advance(count - run.iteration)
        return run.parameters()

    return losses_of(scenario, shapes, map(parameters, updates))
