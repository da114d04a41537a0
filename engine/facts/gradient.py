"""What is the gradient as one vector over all parameters, and which of its components are the largest?

The components are the totals gathered so far in the iteration: with every sample and time gathered and with
every update waiting they are ∂C/∂W of the batch's summed loss. Parameters that are not trained don't count.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.arrays import length
from engine.facts.beside.right import wrong_in
from engine.facts.entry import Number, array_of
from engine.facts.number import Traced
from engine.facts.waiting import waiting
from engine.order.quantities import Parameter, Reference, total_with

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.arrays import Array
    from engine.run.tracing import Trace


class Part(NamedTuple):
    """The components that belong to one group of parameters; `length` is their Euclidean length.

    They are as they were when gathered, also where the update has `cleared` them since.
    """

    parameter: Parameter
    reference: Reference
    array: Array
    gathered: int
    contributions: int
    length: float
    cleared: bool


class GradientVector(NamedTuple):
    """The gradient at a step; `missing` are the groups of which nothing has been gathered yet.

    It is `pure` if no part of it was falsified by a parameter that was changed too early: only then is it
    the gradient of one loss.
    """

    trace: Trace
    parts: tuple[Part, ...]
    missing: tuple[tuple[int, Parameter], ...]
    components: int
    length: float
    complete: bool
    pure: bool


def gradient_vector(trace: Trace, step: int) -> GradientVector:
    """Return the gradient of a step's iteration as far as it has been gathered by the step."""
    parts: list[Part] = []
    missing: list[tuple[int, Parameter]] = []
    for layer, parameter in trained(trace):
        part = _part(trace, step, layer, parameter)
        if part is None:
            missing.append((layer, parameter))
        else:
            parts.append(part)
    complete = not missing and all(part.gathered == part.contributions for part in parts)
    return GradientVector(
        trace,
        tuple(parts),
        tuple(missing),
        sum(part.array.size for part in parts),
        math.hypot(*(part.length for part in parts)),
        complete,
        not any(_falsified(trace, part) for part in parts),
    )


def _falsified(trace: Trace, part: Part) -> bool:
    wrong = wrong_in(trace, part.reference)
    return wrong is not None and bool(wrong.any())


def largest(vector: GradientVector, count: int) -> list[Traced]:
    """Return the `count` components of the largest magnitude, largest first."""
    found: list[Traced] = []
    for part in vector.parts:
        flat = np.abs(part.array).ravel()
        flat = np.where(np.isnan(flat), np.inf, flat)
        few = min(count, flat.size)
        places = np.argpartition(flat, flat.size - few)[flat.size - few :] if few < flat.size else range(few)
        for place in places:
            entry = np.unravel_index(int(place), part.array.shape)
            index = tuple(int(one) for one in entry)
            found.append(Traced(vector.trace, Number(part.reference, index), value=float(part.array[index])))
    found.sort(key=lambda one: -abs(one.value) if one.value == one.value else -np.inf)
    return found[:count]


def length_of_rest(vector: GradientVector, listed: Collection[Traced]) -> float:
    """Return how long a vector the components make that are not listed."""
    rests: list[float] = []
    for part in vector.parts:
        rest = part.array.copy()
        for one in listed:
            if one.reference == part.reference:
                rest[one.index] = 0.0
        rests.append(length(rest))
    return math.hypot(*rests)


def trained(trace: Trace) -> list[tuple[int, Parameter]]:
    """Return the groups of parameters that an update changes, layer by layer."""
    return [
        (number, group)
        for number, layer in enumerate(trace.scenario.network.layers, start=1)
        for group in trace.shapes.groups(number)
        if layer.trains(group)
    ]


def _part(trace: Trace, step: int, layer: int, parameter: Parameter) -> Part | None:
    """Return what has been gathered for a group; None if nothing has."""
    group = waiting(trace.schedule, step, layer, parameter)
    if not group.gathered:
        return None
    site = trace.schedule.gradient_site(trace.schedule.site(step).iteration, layer, group.gathered - 1)
    reference = total_with(site, parameter)
    array = array_of(trace, reference)
    return Part(
        parameter, reference, array, group.gathered, group.contributions, length(array), group.cleared
    )
