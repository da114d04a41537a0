"""How is one step of a trace made from the numbers of its iteration?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.steps import DeltaStep, ForwardStep, GradientStep, Head, LossStep, Step, UpdateStep

if TYPE_CHECKING:
    from engine.iteration import Iteration
    from engine.site import Site
    from engine.tracing import Trace


@np.errstate(all="ignore")
def make_step(trace: Trace, step: int) -> Step:
    """Return a step (0..len-1) of a trace, with read-only views of its iteration's arrays."""
    site = trace.schedule.site(step)
    numbers = trace.iteration(site.iteration)
    time = site.time if trace.shapes.sequences else None
    head = Head(
        step,
        site.iteration,
        site.sample,
        time,
        site.layer,
        site,
        trace.flow.reads(step),
        trace.flow.writes(step),
    )
    if site.kind == "update":
        return _update(trace, numbers, site, head)
    sample, at = site.sample, site.time
    assert sample is not None
    assert at is not None
    if site.kind == "loss":
        terms = numbers.terms(sample, at)
        prediction = numbers.vector("activation", trace.shapes.layers, sample, at)
        return LossStep(*head, prediction, numbers.target(sample, at), terms, float(terms.sum()))
    layer = site.layer
    assert layer is not None
    recurrent = trace.shapes.recurrent[layer - 1]
    if site.kind == "forward":
        softmax = trace.scenario.network.layers[layer - 1].activation == "softmax"
        return ForwardStep(
            *head,
            numbers.vector("activation", layer - 1, sample, at),
            numbers.vector("pre_activation", layer, sample, at),
            numbers.vector("activation", layer, sample, at),
            None if softmax else numbers.vector("slope", layer, sample, at),
            numbers.vector("previous", layer, sample, at) if recurrent else None,
        )
    if site.kind == "delta":
        return DeltaStep(
            *head,
            numbers.vector("from_above", layer, sample, at) if recurrent else None,
            numbers.vector("from_future", layer, sample, at) if recurrent else None,
            numbers.vector("error", layer, sample, at),
            numbers.vector("delta", layer, sample, at),
        )
    own, total = numbers.gradients(layer, sample, at), numbers.totals(layer, sample, at)
    return GradientStep(
        *head,
        own.weights,
        own.biases,
        total.weights,
        total.biases,
        own.recurrent_weights,
        total.recurrent_weights,
    )


def _update(trace: Trace, numbers: Iteration, site: Site, head: Head) -> UpdateStep:
    layer = site.layer
    assert layer is not None
    version = trace.schedule.updates_before(head.step, layer)
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
    )
