"""What is the program of one iteration, as text that is read and run?

The first iteration of a scenario with the scenario's own numbers: of one that runs as floats straight-line
Python, every number a variable; of one that runs on arrays numpy. Run, it prints what a trace records of that
iteration, digit for digit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.optimizers import OPTIMIZERS
from engine.equations.updates import is_plain
from engine.listing.float_listing import float_listing
from engine.listing.layout import comment
from engine.listing.numpy_listing import numpy_listing
from engine.order.shapes import shapes_of
from engine.program.machine import straight
from engine.spelling.text import one_line

if TYPE_CHECKING:
    from engine.order.shapes import Shapes
    from engine.scenario import Order, Scenario, Training

MOST_NUMBERS = 10_000
"""Parameters and data of a batch at most: a program is printed to be read."""

_OF_FLOATS = """\
W2_1_3 is the weight to unit 1 of layer 2 from unit 3 of the layer below, b2_1 the bias of that unit, z2_1 its
pre-activation, a2_1 its activation, error2_1 and delta2_1 are the derivatives of the loss by a2_1 and z2_1,
gW2_1_3 and gb2_1 those by W2_1_3 and b2_1; x are the inputs, y the targets. Layers and units are counted from
1{}."""
_OF_ARRAYS = """\
W2 are the weights of layer 2, a row for each of its units, b2 its biases, z2 its pre-activations, a2 its
activations, error2 and delta2 the derivatives of the loss by a2 and z2, gW2 and gb2 those by W2 and b2; x are
the inputs, y the targets. Arrays are [{}]; axes of size 1 are left out."""
_ABOUT = """\
The first iteration of backpropagation in the order {}{}. When Python{} runs it, it prints the records of
`bp-tui trace SCENARIO --order {} --iterations 0:1`, digit for digit, and the loss of the iteration."""
_MISTAKE = "It makes the mistake {} on purpose: a comment stands at the lines that are otherwise."


class TooLargeError(Exception):
    """The program of a scenario would be too long to be read; the message says how long."""


def listing(scenario: Scenario, order: Order) -> str:
    """Return the program of the first iteration of a scenario in an order.

    Raises:
        TooLargeError: it would be too long.
    """
    shapes = shapes_of(scenario)
    _check(scenario, shapes)
    written = float_listing if straight(scenario, shapes) else numpy_listing
    lines = [*_head(scenario, order, shapes), "", *written(scenario, shapes, order)]
    return "\n".join(lines) + "\n"


def _check(scenario: Scenario, shapes: Shapes) -> None:
    sizes, parameters = scenario.network.sizes, scenario.network.parameters
    numbers = parameters + len(shapes.batch(0)) * shapes.times * (sizes[0] + sizes[-1])
    if numbers > MOST_NUMBERS:
        raise TooLargeError(
            f"this program would begin with {numbers:,} numbers ({parameters:,} parameters, the rest data), "
            f"and nobody reads more than {MOST_NUMBERS:,}"
        )


def _head(scenario: Scenario, order: Order, shapes: Shapes) -> list[str]:
    if straight(scenario, shapes):
        axes = ["_t0 is time 0"] * (shapes.times > 1) + ["_s0 is sample 0"] * (len(shapes.batch(0)) > 1)
        names = _OF_FLOATS.format("".join(f", {one}" for one in axes))
        names += " A gradient without one is the sum so far." if axes else ""
        runs = ""
    else:
        names = _OF_ARRAYS.format("time, sample, unit" if shapes.sequences else "sample, unit")
        runs = " with numpy"
    training = scenario.training
    names += _of_update(training, "W2_1_3" if not runs else "W2")
    by = "" if training.optimizer == "sgd" else f" with the optimiser {training.optimizer}"
    parts = [one_line(scenario.title), _ABOUT.format(order, by, runs, order), names]
    parts[2:2] = [] if training.mistake is None else [_MISTAKE.format(training.mistake)]
    return [line for part in parts for line in ("#", *comment(part))][1:]


def _of_update(training: Training, weight: str) -> str:
    """Return what the names are of what an update makes of a weight."""
    if is_plain(training):
        return ""
    found = f" applied_{weight} is what an update applies of g{weight}"
    states = [f"{state}_{weight}" for state in OPTIMIZERS[training.optimizer].states]
    return f"{found}; the optimiser remembers {' and '.join(states)}." if states else f"{found}."
