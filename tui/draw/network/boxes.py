"""How does a neuron look as a box: its name in the border, its slope, and its place on its own curve?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.activations import ACTIVATIONS
from engine.equations.formula import function, parse
from engine.looking.shown import drawn_at
from engine.program.evaluate import applied
from tui.draw.kit.dots import Dots
from tui.draw.kit.numbers import numeral

if TYPE_CHECKING:
    from tui.draw.kit.rows import Canvas
    from tui.draw.marks.known import Known

WIDTH, HEIGHT = 25, 7
_CURVE, _LINES = 8, 4  # cells of the curve
_REACH = 4.0
_TANGENT = 1.6  # of z, to both sides


def draw_box(
    canvas: Canvas, known: Known, layer: int, unit: int, place: tuple[int, int], *, heavy: bool
) -> None:
    """Draw the border of a neuron, its slope and its curve with the tangent where it stands."""
    x, y = place
    style = "wire-active" if heavy else "rule"
    line, side, corners = ("━", "┃", "┏┓┗┛") if heavy else ("─", "│", "┌┐└┘")
    name = f"{line} a{layer}[{unit + 1}] "
    canvas.write(x, y, corners[0] + line * (WIDTH - 2) + corners[1], style)
    canvas.write(x + 1, y, name, "chosen" if heavy else "title")
    for down in range(1, HEIGHT - 1):
        canvas.write(x, y + down, side, style)
        canvas.write(x + WIDTH - 1, y + down, side, style)
    canvas.write(x, y + HEIGHT - 1, corners[2] + line * (WIDTH - 2) + corners[3], style)
    activation = known.trace.scenario.network.layers[layer - 1].activation
    row = ACTIVATIONS[activation]
    if row.coupled or not drawn_at(known.trace, known.step, "pre_activation"):
        return
    left = x + WIDTH - 2 - _CURVE
    curve, low, high = _curve(activation)
    curve.draw(canvas, left, y + 1, "dim")
    z, a = known.array("pre_activation", layer), known.array("activation", layer)
    if z is None or a is None:
        return
    slope = function(parse(row.slope), ("z", "a"))(float(z[unit]), float(a[unit]))
    if layer < known.trace.shapes.layers:
        canvas.write(x + 2, y + HEIGHT - 2, "slope f'(z)", "dim")
        canvas.write(x + 14, y + HEIGHT - 2, numeral(slope, WIDTH - 16), "value")
    here = max(-_REACH, min(_REACH, float(z[unit])))
    dots = Dots(_CURVE, _LINES)
    places = np.linspace(-_REACH, _REACH, dots.across)
    heights = (float(a[unit]) + slope * (places - here) - low) / (high - low)
    near = (np.abs(places - here) <= _TANGENT) & (heights >= 0.0) & (heights <= 1.0)
    dots.curve(np.where(near, heights, np.nan).tolist())
    dots.over(curve)
    dots.draw(canvas, left, y + 1, "focus")


@lru_cache(maxsize=16)
def _curve(activation: str) -> tuple[Dots, float, float]:
    """Return the dots of an activation, and the values at their foot and at their top."""
    dots = Dots(_CURVE, _LINES)
    values = applied(parse(ACTIVATIONS[activation].formula), {"z": np.linspace(-_REACH, _REACH, dots.across)})
    low, high = float(np.min(values)), float(np.max(values))
    if high == low:
        high = low + 1.0
    dots.curve(((values - low) / (high - low)).tolist())
    return dots, low, high
