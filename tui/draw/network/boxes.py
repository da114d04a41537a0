"""How does a neuron look as a box: its name in the border, and its place on its own curve?

In a high box stands its slope; of an output what it should be, with the slope in the lower border. In a low
one its bias has room in the upper border, beside the name, and what an output should be in the lower.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import parse
from engine.looking.lesson.shown import drawn_at
from engine.numerals import no_number
from engine.program.evaluate import applied
from tui.draw.kit.dots import Dots
from tui.draw.kit.wide import shortened
from tui.draw.marks import named, write_number

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.known.numbers import Known
    from tui.draw.kit.rows import Canvas
    from tui.draw.network.plan import Column

_CURVE = 8  # cells of the curve
_LOW = 5  # rows of a box in which not all has a line
_BIAS = 11  # the cell of it in the border
_REACH = 4.0
_TANGENT = 1.6  # of z, to both sides


def draw_box(
    canvas: Canvas, known: Known, column: Column, unit: int, place: tuple[int, int], *, heavy: bool
) -> None:
    """Draw the border of a neuron, what stands in its last lines, and its curve with the tangent."""
    (x, y), layer = place, column.layer
    width, height = column.width, column.shape.lines
    style = "wire-active" if heavy else "rule"
    line, side, corners = ("━", "┃", "┏┓┗┛") if heavy else ("─", "│", "┌┐└┘")
    canvas.write(x, y, corners[0] + line * (width - 2) + corners[1], style)
    letter = "h" if known.trace.shapes.recurrent[layer - 1] else "a"
    names = known.trace.scenario.names.outputs if layer == known.trace.shapes.layers else ()
    name = f"{letter}{layer}[{unit + 1}]{f' {no_number(names[unit])}' if names else ''}"
    canvas.write(x + 2, y, f" {shortened(name, width - 6)} ", "chosen" if heavy else "title")
    for down in range(1, height - 1):
        canvas.write(x, y + down, side, style)
        canvas.write(x + width - 1, y + down, side, style)
    canvas.write(x, y + height - 1, corners[2] + line * (width - 2) + corners[3], style)
    low = height == _LOW
    last = y + height - (1 if low else 2)
    drawn = _draw_curve(canvas, known, column, unit, place, heavy=heavy)
    blank = ""
    if layer == known.trace.shapes.layers and known.trace.shapes.has_target[known.sample, known.time]:
        _draw_target(canvas, known, unit, (x + 2, last), " " if low else "")
        last, blank = last + 1, " "
    if low and not names and drawn_at(known.trace, known.step, "biases"):
        reference = known.reference("biases", layer)
        end = canvas.write(x + _BIAS, y, " b ", named(known, reference, unit))
        canvas.write(write_number(canvas, known, (end, y), reference, (unit,)), y, " ")
    if drawn and not low:
        reference = known.reference("slope", layer)
        end = canvas.write(x + 2, last, f"{blank}slope f'(z) ", named(known, reference, unit))
        end = write_number(canvas, known, (end, last), reference, (unit,), room=width - 17)
        canvas.write(end, last, blank)


def _draw_target(canvas: Canvas, known: Known, unit: int, place: tuple[int, int], blank: str) -> None:
    """Write what an output should be and its share of the loss, with a blank around each in a border."""
    x, y = place
    parts = [("y", known.reference("target", None), "")]
    if drawn_at(known.trace, known.step, "terms"):
        parts.append(("C", known.reference("terms", None), "loss"))
    for name, reference, style in parts:
        at = canvas.write(x, y, f"{blank}{name} ", named(known, reference, unit))
        canvas.write(write_number(canvas, known, (at, y), reference, (unit,), style, 8), y, blank)
        x += 11


def _draw_curve(
    canvas: Canvas, known: Known, column: Column, unit: int, place: tuple[int, int], *, heavy: bool
) -> bool:
    """Draw a neuron's curve, and where it stands on it; return whether that is known, and has a slope."""
    layer, activation = column.layer, known.trace.scenario.network.layers[column.layer - 1].activation
    if ACTIVATIONS[activation].coupled or not drawn_at(known.trace, known.step, "pre_activation"):
        return False
    lines = min(4, column.shape.lines - 2)
    left, top = place[0] + column.width - 2 - _CURVE, place[1] + 1
    curve, low, high = _curve(activation, lines)
    curve.draw(canvas, left, top, "dim")
    z, a = known.array("pre_activation", layer), known.array("activation", layer)
    slope = known.array("slope", layer)
    if z is None or a is None or slope is None:
        return False
    at = float(z[unit]), float(a[unit]), float(slope[unit])
    tangent = Dots(_CURVE, lines)
    tangent.curve(_tangent(*at, tangent.across), low, high)
    tangent.over(curve)
    tangent.draw(canvas, left, top, "focus" if heavy else "symbol")
    return True


def _tangent(z: float, a: float, slope: float, across: int) -> Array:
    """Return the tangent near a place, nan elsewhere."""
    beside = np.linspace(-_REACH, _REACH, across) - max(-_REACH, min(_REACH, z))
    found: Array = np.where(np.abs(beside) <= _TANGENT, a + slope * beside, np.nan)
    return found


@lru_cache(maxsize=16)
def _curve(activation: str, lines: int) -> tuple[Dots, float, float]:
    """Return the dots of an activation, and the values at their foot and at their top."""
    dots = Dots(_CURVE, lines)
    values = applied(parse(ACTIVATIONS[activation].formula), {"z": np.linspace(-_REACH, _REACH, dots.across)})
    low, high = float(np.min(values)), float(np.max(values))
    dots.curve(values, low, high)
    return dots, low, high
