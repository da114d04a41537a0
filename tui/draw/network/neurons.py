"""What is known of each neuron of a layer, and which of it does this step touch?

A disc that fills with the activation, and below each other activation, pre-activation and delta; of a
recurrent layer also what comes from the time before or, on the way back, from the future.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.number import Number, Traced
from engine.looking.cursor import active_layer
from engine.looking.shown import drawn_at
from tui.draw.kit.numbers import UNKNOWN, WRONG, sign_style, signed
from tui.draw.kit.wide import shortened
from tui.draw.network.memory import RECURRENT, draw_sum, draw_term

if TYPE_CHECKING:
    from engine.order.quantities import Quantity
    from tui.draw.kit.rows import Canvas
    from tui.draw.marks.known import Known
    from tui.draw.network.layout import Column

DISCS = "○◔◑◕●"
"""An activation of 0, a quarter, a half, three quarters and all of the largest in its layer."""

_VALUE_CELLS = 8
_LINES_OF_TARGET = 2  # the target and its term
_LINES_WITH_TERMS = 3  # a neuron with fewer has no line for what a recurrent layer hears


def draw_neurons(canvas: Canvas, known: Known, column: Column, room: int) -> dict[int, int]:
    """Draw the neurons of a column; return the cell after the first line of each.

    The lines below a neuron's first may be as wide as `room`.
    """
    layer = column.layer
    quantity: Quantity = "input" if layer == 0 else "activation"
    activation = known.array(quantity, layer)
    largest = 0.0 if activation is None else float(abs(activation).max())
    active = layer == active_layer(known.trace, known.step)
    ends = {}
    for block in column.blocks:
        looked_at = known.cursor.units[layer] == block.unit
        x = column.x + column.number
        if column.number:
            number = f"{block.unit + 1:>{column.number - 1}}"
            canvas.write(column.x, block.row, number, "chosen" if looked_at else "dim")
        disc = DISCS[0] if activation is None else _disc(float(activation[block.unit]), largest)
        canvas.write(x, block.row, disc, "focus" if looked_at and active else "disc")
        for line, (name, wanted) in enumerate(_lines(layer, block.lines, known)):
            if wanted is None:
                draw_term(canvas, known, layer, block.unit, (x, block.row + line), room)
                continue
            array, reference = known.array(wanted, layer), known.reference(wanted, layer)
            canvas.write(x + 2, block.row + line, name, "dim")
            if array is None:
                end = canvas.write(x + 5, block.row + line, UNKNOWN, "unknown")
            else:
                value = float(array[block.unit])
                style = known.linked(known.touched(wanted, layer) + sign_style(value), reference, block.unit)
                text = signed(value, column.x + column.width - x - 4).rstrip()
                end = canvas.write(x + 4, block.row + line, text, style)
                right = Traced(known.trace, Number(reference, (block.unit,))).right
                if right is not None:
                    canvas.write(x + 3, block.row + line, WRONG, "warning")
                    beside = f" {WRONG} {signed(right, _VALUE_CELLS).strip()}"
                    if line and end + len(beside) <= x + room:
                        canvas.write(end, block.row + line, beside, "negative")
            if line == 0:
                ends[block.unit] = end
    if layer > 0 and known.trace.shapes.recurrent[layer - 1] and column.blocks[0].lines < _LINES_WITH_TERMS:
        draw_sum(canvas, known, column, room)
    return ends


def draw_targets(canvas: Canvas, known: Known, column: Column) -> None:
    """Draw the targets and the loss terms to the right of the last layer."""
    x = column.x + column.width + 1
    if not known.trace.shapes.has_target[known.sample, known.time]:
        canvas.write(x, 0, "no target", "dim")
        return
    target, terms = known.array("target", None), known.array("terms", None)
    assert target is not None
    names = known.trace.scenario.names
    title = shortened(f"target {names.of_target(target)}".strip(), canvas.width - x)
    canvas.write(x, 0, title, "active-title" if known.site.kind == "loss" else "title")
    for block in column.blocks:
        if names.outputs and block.lines > _LINES_OF_TARGET:
            canvas.write(x, block.row + 2, shortened(names.outputs[block.unit], canvas.width - x), "dim")
        text = signed(float(target[block.unit]), _VALUE_CELLS)
        style = "read-zero" if known.read("target", None) else "target"
        canvas.write(x, block.row, "y ", style)
        canvas.write(x + 2, block.row, text, known.linked(style, known.reference("target", None), block.unit))
        if block.lines > 1 and drawn_at(known.trace, known.step, "terms"):
            canvas.write(x, block.row + 1, "C", "dim")
            if terms is None:
                canvas.write(x + 3, block.row + 1, UNKNOWN, "unknown")
                continue
            style = "new-zero" if known.site.kind == "loss" else "loss"
            text = signed(float(terms[block.unit]), _VALUE_CELLS)
            linked = known.linked(style, known.reference("terms", None), block.unit)
            canvas.write(x + 2, block.row + 1, text, linked)


def _lines(layer: int, lines: int, known: Known) -> list[tuple[str, Quantity | None]]:
    """Return the names and quantities that a neuron's lines show; None for what a recurrent one hears.

    A lesson may leave some out.
    """
    return [
        line
        for line in _every_line(layer, lines, known)
        if line[1] is None or drawn_at(known.trace, known.step, line[1])
    ]


def _every_line(layer: int, lines: int, known: Known) -> list[tuple[str, Quantity | None]]:
    if layer == 0:
        return [("x", "input")]
    recurrent = known.trace.shapes.recurrent[layer - 1]
    activation: tuple[str, Quantity] = ("h" if recurrent else "a", "activation")
    delta: tuple[str, Quantity] = ("δ", "delta")
    pre_activation: tuple[str, Quantity] = ("z", "pre_activation")
    if lines == 1:
        # One line: the delta above where the way back has come to, the activation below.
        return [delta if known.shows_delta(layer) else activation]
    if lines == 2:
        return [activation, delta]
    if not recurrent:
        return [activation, pre_activation, delta]
    if lines > 3:
        return [activation, pre_activation, (RECURRENT, None), delta]
    forward = known.site.kind == "forward"
    return [activation, (RECURRENT, None), pre_activation if forward else delta]


def _disc(value: float, largest: float) -> str:
    """Return a disc as full as a value is large beside the largest; nan has no size."""
    if math.isinf(value):
        return DISCS[4]
    share = abs(value) / largest if largest else 0.0
    return DISCS[0] if math.isnan(share) else DISCS[round(4 * share)]
