"""What is odd at the start of the run? Measured: the samples go forward once, and one update is made."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

from engine.order.orders import WAITING
from engine.order.shapes import shapes_of
from engine.read.findings import Finding
from engine.run.straight import Run, loss_of
from engine.run.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario import Scenario

WORK = 20_000_000
"""Multiply-adds that are worth a warning: some tenths of a second."""

_LAYERS = 30  # above them a program alone takes a good part of a second
_OPERATIONS = 400  # multiply-adds that take as long as those of a layer at a time, beside its own
_HALVINGS = (0, 1, 2, 4, 8, 16, 32, 40)
_RISE = 1e-9


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
    """Yield the relus that are 0 for every sample."""
    layers = scenario.network.layers
    if all(layer.activation != "relu" for layer in layers):
        return
    samples = scenario.data.samples
    training = replace(scenario.training, batch_size=samples, iterations=1, order=WAITING, mistake=None)
    start = trace(replace(scenario, training=training, notes=())).iteration(0)
    for place, layer in enumerate(layers):
        if layer.activation == "relu":
            active = (start.vectors("activation", place + 1) > 0).any(axis=0)
            if dead := int((~active).sum()):
                which = "the neuron is" if layer.units == 1 else f"{dead} of {layer.units} neurons are"
                says = f"{which} 0 for every sample at the start: relu passes no error back to their weights"
                remedy = "Give them other weights or larger biases, or take leaky-relu."
                yield Finding(("network", "layers", place), says, remedy, at_key=True)


def _too_far(scenario: Scenario) -> Iterator[Finding]:
    """Yield a learning rate with which the first update raises the loss of its own batch."""
    training, data = scenario.training, scenario.data
    if training.mistake is not None or training.order != WAITING or not training.learning_rate:
        return
    batch = slice(training.batch_size)
    arrays = {name: getattr(data, name)[batch] for name in ("inputs", "targets", "has_target")}
    first = replace(data, **arrays)
    scenario = replace(scenario, data=first, training=replace(training, iterations=1), notes=())
    before, after = _update(scenario)
    if not isfinite(before) or after <= before + abs(before) * _RISE:
        return
    rate = _lowering(scenario, before)
    if rate is None:
        return
    says = f"the first update raises the loss of its batch from {before:.4g} to {after:.4g}: it goes too far"
    yield Finding(("training", "learning_rate"), says, f"At the start {rate:.2g} lowers it.")


def _lowering(scenario: Scenario, before: float) -> float | None:
    """Return the first rate, of those halved again and again, with which the update lowers the loss.

    Each try makes a program of its own: first 1, 2, 4 ... halvings are tried, then those between.
    """

    def lowers(halvings: int) -> bool:
        rate = scenario.training.learning_rate * 0.5**halvings
        return _update(replace(scenario, training=replace(scenario.training, learning_rate=rate)))[1] < before

    for high, low in pairwise(_HALVINGS):
        if lowers(low):
            while low - high > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if lowers(middle) else (low, middle)
            return scenario.training.learning_rate * 0.5**low
    return None


def _update(scenario: Scenario) -> tuple[float, float]:
    """Return the loss of a batch before and after its update."""
    shapes = shapes_of(scenario)
    run = Run(scenario, shapes, WAITING)
    before = loss_of(scenario, shapes, run.parameters())
    run.advance(1)
    return before, loss_of(scenario, shapes, run.parameters())
