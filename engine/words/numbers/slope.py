"""What is said of the slope of an activation: what it does to an error, and what there will be of it?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.mistakes.mistakes import MISTAKES
from engine.facts.slopes.slope import NUDGE, is_saturated, moved, number_at, slope_at
from engine.facts.slopes.steepest import NEARLY_SATURATED, SATURATED, steepest
from engine.numerals import every, numeral
from engine.words.disturbed import otherwise

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.facts.slopes.slope import Place
    from engine.run.tracing import Trace

_NEARLY_FLAT = 0.05


def heading(place: Place) -> str:
    """Return whose curve it is."""
    _, at, time = place.name.partition("@")
    when = f" at {at}{time}" if at else ""
    return f"activation curve of layer {place.layer}, neuron {place.unit + 1}{when}: {place.activation}"


def formulas(place: Place) -> tuple[str, str]:
    """Return what the activation and its slope are, as a textbook writes them."""
    row, letter = ACTIVATIONS[place.activation], place.name[0]
    if not row.coupled:
        return row.formula_text, row.slope_text(letter)
    return row.formula_text, row.matrix.format(a=letter) or row.slope_text()


def coming(trace: Trace, step: int, place: Place) -> str:
    """Return what there will be of a place that is not known yet, and when."""
    z, delta = (
        number_at(trace, step, quantity, place.layer, place.unit) for quantity in ("pre_activation", "delta")
    )
    assert z.maker is not None
    assert delta.maker is not None
    curve = "The curve, which depends on every z of the layer," if place.coupled else "A point on the curve"
    point = f"{curve} comes then, with its tangent"
    back = f"Its slope is a factor of {delta.symbol}, at step {delta.maker + 1:,}."
    return f"{z.symbol} is not known yet (·): step {z.maker + 1:,} makes it. {point}. {back}"


def no_curve(place: Place, every: Array) -> str:
    """Return why no curve through some activations can be drawn; nothing where one can."""
    if place.others is None and place.coupled:
        return "no curve yet"
    return "" if np.isfinite(every).all() else "no curve: another z is not finite"


def right_there(trace: Trace, place: Place) -> str:
    """Return what z, a and the slope should be, or are in somebody's numbers."""
    assert place.right is not None
    z, a = place.right
    slope = slope_at(place._replace(z=z, a=a))
    assert slope is not None
    return (
        f"{otherwise(trace) or 'yours'}: z {numeral(z)}, {place.name[0]} {numeral(a)}, f'(z) {numeral(slope)}"
    )


def meaning(place: Place, slope: float) -> str:
    """Return what the slope says."""
    letter = place.name[0]
    moves = f"With z larger by {numeral(NUDGE)}, {letter} moves by {numeral(moved(place))}"
    nudge = f"{moves}; the tangent says {numeral(slope * NUDGE)}."
    if not math.isfinite(slope):
        return "This slope is not a finite number."
    if place.delta is not None and not math.isfinite(place.delta):
        return f"{nudge} What comes back through this neuron is not a finite number."
    if place.mistake is not None:
        return f"{nudge} The mistake {place.mistake} is made here: {MISTAKES[place.mistake].instead}."
    if place.one_factor:
        return f"{nudge} {_together(place)}"
    if slope == 0.0:
        return f"{nudge} The tangent lies flat: no error passes back through this neuron."
    if abs(slope) < _NEARLY_FLAT:
        return f"{nudge} Nearly flat: {_state(place, slope)}hardly any error passes back through it."
    way = ", down or to the time before," if place.back else ""
    return f"{nudge} An error that passes back through this neuron{way} is multiplied by {numeral(slope)}."


def _state(place: Place, slope: float) -> str:
    """Return whether a neuron is saturated, by the measure that a condition and a finding have."""
    if place.coupled or not is_saturated(place):
        return ""
    share = abs(slope) / steepest(place.activation)
    if share >= NEARLY_SATURATED:
        return ""
    return f"the neuron is {'saturated' if share < SATURATED else 'nearly saturated'} and "


def _together(place: Place) -> str:
    """Return how an output's delta is formed where that is not its slope times its error."""
    # Saturated or not: what the loss asks of a logarithm may make up for the slope.
    known = "" if place.delta is None else f": δ is {numeral(place.delta)}"
    if not place.coupled or place.others is None:
        return f"With this loss slope and error go together as one factor, ∂C/∂z{known}."
    units = len(place.others)
    outputs = every(units, "output") if units > 1 else "the output"
    each = f"This z moves {outputs}, and δ adds up the error of each, times its slope"
    return f"{each}; this loss has a short form of the sum{known}." if place.short else f"{each}{known}."
