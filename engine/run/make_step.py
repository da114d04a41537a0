"""How is one step of a trace made from the numbers of its iteration?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.functions.activations import ACTIVATIONS
from engine.run.steps import DeltaStep, ForwardStep, GradientStep, Head, LossStep, Step, UpdateStep

if TYPE_CHECKING:
    from engine.order.schedule import Schedule
    from engine.run.iteration import Iteration


def make_step(schedule: Schedule, numbers: Iteration, step: int) -> Step:
    """Return a step (0..len-1) of a schedule, with read-only views of the arrays of its iteration."""
    kind, iteration, sample, at, layer = site = schedule.site(step)
    time = at if schedule.shapes.sequences else None
    head = Head(step, iteration, sample, time, layer, site)
    if kind == "update":
        assert layer is not None
        return _update(head, numbers, layer, schedule.updates_before(step, layer))
    assert sample is not None
    assert at is not None
    if layer is None:
        return _loss(head, numbers, sample, at)
    if kind == "forward":
        return _forward(head, numbers, layer, sample, at)
    if kind == "delta":
        return _delta(head, numbers, layer, sample, at)
    return _gradient(head, numbers, layer, sample, at)


def _forward(head: Head, numbers: Iteration, layer: int, sample: int, time: int) -> ForwardStep:
    mine = numbers.network.layers[layer - 1]
    return ForwardStep(
        *head,
        numbers.vector("activation", layer - 1, sample, time),
        numbers.vector("pre_activation", layer, sample, time),
        numbers.vector("activation", layer, sample, time),
        None if ACTIVATIONS[mine.activation].coupled else numbers.vector("slope", layer, sample, time),
        numbers.vector("previous", layer, sample, time) if mine.recurrent else None,
    )


def _loss(head: Head, numbers: Iteration, sample: int, time: int) -> LossStep:
    prediction = numbers.vector("activation", len(numbers.network.layers), sample, time)
    terms = numbers.terms(sample, time)
    return LossStep(*head, prediction, numbers.target(sample, time), terms, numbers.loss_at(sample, time))


def _delta(head: Head, numbers: Iteration, layer: int, sample: int, time: int) -> DeltaStep:
    recurrent = numbers.network.layers[layer - 1].recurrent
    return DeltaStep(
        *head,
        numbers.vector("from_above", layer, sample, time) if recurrent else None,
        numbers.vector("from_future", layer, sample, time) if recurrent else None,
        numbers.vector("error", layer, sample, time),
        numbers.vector("delta", layer, sample, time),
    )


def _gradient(head: Head, numbers: Iteration, layer: int, sample: int, time: int) -> GradientStep:
    own, total = numbers.gradients(layer, sample, time), numbers.totals(layer, sample, time)
    return GradientStep(
        *head,
        own.weights,
        own.biases,
        total.weights,
        total.biases,
        own.recurrent_weights,
        total.recurrent_weights,
    )


def _update(head: Head, numbers: Iteration, layer: int, version: int) -> UpdateStep:
    before, after = numbers.parameters(layer, version), numbers.parameters(layer, version + 1)
    change = numbers.change_of_update(layer, version)
    return UpdateStep(
        *head,
        before.weights,
        change.weights,
        after.weights,
        before.biases,
        change.biases,
        after.biases,
        before.recurrent_weights,
        change.recurrent_weights,
        after.recurrent_weights,
        numbers.clip_scale,
        numbers.further(layer, version),
    )
