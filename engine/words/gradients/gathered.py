"""What is said of the gradient as far as it has been gathered?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.equations.forward import divisor
from engine.equations.updates import is_descent
from engine.facts.explain.divided import rate
from engine.order.quantities import PARAMETER_LETTERS

if TYPE_CHECKING:
    from engine.facts.gradient import GradientVector
    from engine.run.tracing import Trace

_MOST_NAMES = 4  # that stand in a line


def what_it_is(vector: GradientVector) -> str:
    """Return what the vector is that has been gathered by now."""
    if not vector.pure:
        return "what has been gathered, which is not ∇C"
    training = vector.trace.scenario.training
    if divisor(training, training.batch_size) > 1:
        return "the sum of all gradients, B × ∇C" if vector.complete else "B × ∇C as far as it is gathered"
    return "the whole gradient ∇C" if vector.complete else "the gradient ∇C as far as it is gathered"


def since_cleared(vector: GradientVector) -> str:
    """Return which of the sums their update has cleared, though they stand there as they were."""
    names = [
        f"{PARAMETER_LETTERS[part.parameter]}{part.reference.layer}" for part in vector.parts if part.cleared
    ]
    if not names:
        return ""
    some = f": {' '.join(names)}" if len(names) <= _MOST_NAMES else ", some"
    return f", since cleared{some if len(names) < len(vector.parts) else ''}"


def sentence(vector: GradientVector) -> str:
    """Return what is true of what has been gathered by now."""
    trace = vector.trace
    if not vector.parts:
        return "No gradient has been gathered in this iteration yet: the first comes with the way back."
    if not vector.pure and trace.mistake is not None:
        return f"The mistake {trace.mistake} is in it: it is not the gradient. View 2 compares it with ∇C."
    if not vector.pure:
        return (
            "Parameters were changed while this was gathered, so its parts belong to different networks: "
            "it is the gradient of no single loss. View 2 compares it with ∇C."
        )
    if not vector.complete:
        shares = (
            ": each sample adds its share"
            if len(trace.shapes.batch(vector.parts[0].reference.iteration)) > 1
            else ""
        )
        return f"What is missing{' (·)' if vector.missing else ''} is formed by later steps{shares}."
    if not math.isfinite(vector.length):
        return "Not all of it is finite: it has no direction."
    if not vector.length:
        return "Every component is 0: here the loss is flat in all that is trained."
    if not _goes_against_it(trace, vector):
        return "A step along this vector raises the loss fastest. View 1 shows what the update makes of it."
    return (
        "A step along this vector raises the loss fastest, so the update goes against it: "
        f"-{rate(trace.scenario.training)} times each component. "
        "A bar to the left is a parameter that will grow."
    )


def _goes_against_it(trace: Trace, vector: GradientVector) -> bool:
    """Return whether one update of each layer is a number times the vector, in all its components."""
    scenario = trace.scenario
    if not is_descent(scenario) or trace.mistake is not None or not scenario.training.learning_rate:
        return False
    layers = scenario.network.layers
    iteration = vector.parts[0].reference.iteration
    return all(
        layers[part.reference.layer - 1].trained(part.parameter) is True
        and trace.flow.updates(iteration, part.reference.layer) == 1
        for part in vector.parts
        if part.reference.layer is not None
    )
