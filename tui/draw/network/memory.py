"""What does a recurrent layer hear of another time?

On the way forward U[to,from]×h[from] of the time before; on the way back U[to,from]×δ[to] of the time
after. With room there is a line for each neuron, else one line with the sum for the neuron looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.order.quantities import Quantity, Reference
from tui.draw.kit.numbers import UNKNOWN, sign_style, signed

if TYPE_CHECKING:
    from engine.arrays import Array
    from tui.draw.kit.rows import Canvas
    from tui.draw.marks.known import Known
    from tui.draw.network.layout import Column

RECURRENT = "↻"
"""The mark of a recurrent layer."""

_NUMBER_CELLS = (8, 6)


class Heard(NamedTuple):
    """The vector of the other time, its symbol, and the weights between it and the neuron looked at."""

    symbol: str
    reference: Reference
    values: Array
    weights: Array
    backward: bool
    touched: bool


def draw_term(canvas: Canvas, known: Known, layer: int, unit: int, place: tuple[int, int], room: int) -> None:
    """Draw what one neuron of the other time contributes to the neuron looked at, in so many cells."""
    x, y = place
    heard = _heard(known, layer)
    x = canvas.write(x, y, f"{RECURRENT} ", "dim")
    if not isinstance(heard, Heard):
        canvas.write(x, y, *heard)
        return
    looked_at = known.cursor.units[layer]
    index = (unit, looked_at) if heard.backward else (looked_at, unit)
    value, weight = float(heard.values[unit]), float(heard.weights[unit])
    read, edge = ("read-", "edge-") if heard.touched else ("", "far-")
    # The longest way that fits: both factors, in more cells or fewer, or only their product.
    for cells in _NUMBER_CELLS:
        if len(RECURRENT) + len(heard.symbol) + 2 * cells + 7 <= room:
            x = canvas.write(x, y, f"{heard.symbol} ", "dim")
            style = known.linked(read + sign_style(value), heard.reference, unit)
            x = canvas.write(x, y, signed(value, cells).strip(), style)
            x = canvas.write(x, y, " × U ", "dim")
            matrix = known.reference("recurrent_weights", layer)
            style = known.linked(edge + sign_style(weight), matrix, *index)
            canvas.write(x, y, signed(weight, cells).strip(), style)
            return
    x = canvas.write(x, y, f"U{heard.symbol[0]} ", "dim")
    canvas.write(x, y, signed(weight * value, 7).strip(), edge + sign_style(weight * value))


def draw_sum(canvas: Canvas, known: Known, column: Column, room: int) -> None:
    """Draw the sum of all that the neuron looked at hears, below its column, if there is a row left."""
    if column.ranked is not None:
        return
    last = column.blocks[-1]
    x, y = column.x + column.number, last.row + last.lines
    if column.below:
        more = len(f"↓ {column.below:,} more") + 2
        x, room = column.x + more, room + column.number - more
    heard = _heard(known, column.layer)
    if y >= canvas.height or not isinstance(heard, Heard):
        return
    words = f"{RECURRENT} U×{heard.symbol} "
    if len(words) + _NUMBER_CELLS[-1] > room:
        return
    with np.errstate(all="ignore"):
        total = float(heard.weights @ heard.values)
    text = signed(total, min(_NUMBER_CELLS[0], room - len(words))).strip()
    x = canvas.write(x, y, words, "dim")
    canvas.write(x, y, text, ("edge-" if heard.touched else "far-") + sign_style(total))


def _heard(known: Known, layer: int) -> Heard | tuple[str, str]:
    """Return what the neuron looked at hears; a text and its style where there is nothing to be heard."""
    backward = known.site.kind == "delta"
    time = known.time + (1 if backward else -1)
    if time >= known.trace.shapes.times:
        return "no future", "dim"
    if time < 0:
        reference = Reference("initial_state", known.iteration, layer)
    else:
        name: Quantity = "delta" if backward else "activation"
        reference = Reference(name, known.iteration, layer, known.sample, time)
    values, matrix = known.at(reference), known.array("recurrent_weights", layer)
    if values is None or matrix is None:
        return UNKNOWN, "unknown"
    unit = known.cursor.units[layer]
    return Heard(
        f"{'δ' if backward else 'h'}@{time}",
        reference,
        values,
        matrix[:, unit] if backward else matrix[unit],
        backward,
        reference in known.reads,
    )
