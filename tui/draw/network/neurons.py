"""What is known of each neuron of a layer, and which of it does this step touch?

Activation, pre-activation, delta and bias, as many as there is room for; beside a layer what it is sent from
another time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.number import Traced, came_early
from engine.looking.known.contributions import heard_beside, sum_heard
from engine.looking.lesson.shown import drawn_at
from engine.looking.weights import layer_looked_at
from tui.draw.kit.numbers import UNKNOWN, count, sign_style, signed, span
from tui.draw.kit.wide import cells
from tui.draw.marks import named, write_number
from tui.draw.network.plan import REST, SHORT

if TYPE_CHECKING:
    from engine.looking.known.contributions import Heard
    from engine.looking.known.numbers import Known
    from engine.order.quantities import Quantity
    from tui.draw.kit.rows import Canvas
    from tui.draw.network.plan import Column

_LINES: tuple[tuple[str, Quantity], ...] = (
    ("a", "activation"),
    ("z", "pre_activation"),
    ("δ", "delta"),
    ("b", "biases"),
)
_FORWARD = "a", "z", "b"  # of three lines: what is added has the place of what is made on the way back
_FEW_LINES = {1: ("a",), 2: ("a", "δ"), 3: ("a", "z", "δ"), 5: ("a", "z", "δ")}


def draw_column(canvas: Canvas, known: Known, column: Column) -> dict[int, int]:
    """Draw the neurons of a column and what stands beside them; return the cell after the line of each."""
    layer, x = column.layer, column.x
    ends: dict[int, int] = {}
    lines, active = _lines(known, column), layer == layer_looked_at(known.trace, known.cursor)
    for unit, row in zip(column.units, column.rows, strict=True):
        y, at = 1 + row - column.shape.wire, x
        looked_at = known.cursor.units[layer] == unit
        if column.number and layer:
            number = f"{unit + 1:>{column.number - 1}}"
            canvas.write(x, y, number, "chosen" if looked_at and active else "dim")
            at += column.number
        ends[unit] = column.end
        if column.shape.boxed:
            # Imported where there is room for boxes.
            from tui.draw.network.boxes import draw_box

            draw_box(canvas, known, column, unit, (x, y), heavy=looked_at and active)
            at, y = x + 2, y + 1
        # Where nothing else names the neuron that is looked at, the first of its letters does.
        nameless = looked_at and active and column.size > 1 and not (column.shape.boxed or column.number)
        nameless &= known.explained.reference not in [known.reference(one, layer) for _, one in lines]
        for line, (name, quantity) in enumerate(lines):
            if layer == 0 and (column.number or column.picture):
                name = f"x[{unit + 1}]".ljust(column.number + 1)
            place, reference = (at + len(name) + 1, y + line), known.reference(quantity, layer)
            look = "chosen" if nameless and not line else named(known, reference, unit)
            canvas.write(at, y + line, name, look)
            room = column.shape.number if column.picture is None else SHORT
            bare = not column.shape.boxed
            end = write_number(canvas, known, place, reference, (unit,), room=room, spare=bare and line > 0)
            if bare and line == 0:
                ends[unit] = end
    if column.grid is not None:
        from tui.draw.network.pictures import draw_strips

        draw_strips(canvas, known, column, column.grid)
    if column.picture is not None:
        from tui.draw.network.pictures import draw_picture

        draw_picture(canvas, known, x, column.picture)
    ends |= _draw_sign(canvas, column)
    heard = heard_beside(known, layer)
    return ends if heard is None else ends | _draw_heard(canvas, known, column, heard)


def draw_names(canvas: Canvas, known: Known, column: Column) -> None:
    """Write what the data call the inputs, where there is room for all of it: before each, or below it."""
    inputs = known.reference("input", 0)
    names = [Traced(known.trace, Number(inputs, (unit,))).named for unit in column.units]
    for left, down in ((True, 0), (False, 1)):
        places = [
            (column.x - left * (cells(name) + 1), 1 + row + down, name)
            for name, row in zip(names, column.rows, strict=True)
        ]
        if all(x > 0 and canvas.is_free(x - 1, y, cells(name) + 2 - left) for x, y, name in places):
            for place in places:
                canvas.write(*place, "dim")
            return


def _lines(known: Known, column: Column) -> list[tuple[str, Quantity]]:
    """Return the letters and quantities that a neuron's lines show; a lesson may leave some out."""
    layer = column.layer
    if layer == 0:
        return [("x", "input")]
    if layer > known.trace.shapes.layers:
        return []
    names = _FEW_LINES.get(column.shape.lines)
    if column.shape.lines == 1 and known.shows_delta(layer):
        names = ("δ",)  # where the way back has come to
    if names is not None and "z" in names and _has_early_bias(known, column):
        names = ("a", "δ", "b")
    elif column.shape.lines == len(_FORWARD) and known.site.kind == "forward":
        names = _FORWARD
    remembers = known.trace.shapes.recurrent[layer - 1]
    return [
        ("h" if remembers and name == "a" else name, quantity)
        for name, quantity in _LINES
        if (names is None or name in names) and drawn_at(known.trace, known.step, quantity)
    ]


def _has_early_bias(known: Known, column: Column) -> bool:
    """Return whether a bias that was too early stands nowhere else: it has the place of a z made before."""
    layer, trace = column.layer, known.trace
    in_border = column.shape.boxed and not (layer == trace.shapes.layers and trace.scenario.names.outputs)
    if not trace.is_hurried or in_border or (known.site.kind, known.site.layer) == ("forward", layer):
        return False
    biases = known.reference("biases", layer)
    return any(came_early(trace, Number(biases, (unit,))) for unit in column.units)


def _draw_sign(canvas: Canvas, column: Column) -> dict[int, int]:
    """Write which of the neurons are shown, or that the rest of the sum follows."""
    if column.sign is None:
        return {}
    if column.ranked is None:
        shown = span(range(column.units[0], column.units[-1] + 1), column.size)
        canvas.write(column.x, 1 + column.sign, shown, "dim")
        return {}
    return {REST: canvas.write(column.x, 1 + column.sign, f"and {count(column.ranked.others)} more", "dim")}


def _draw_heard(canvas: Canvas, known: Known, column: Column, heard: Heard) -> dict[int, int]:
    """Write each number of the other time or, with one row for all, what they come to."""
    if column.summed:
        y = 1 + column.heard[0]
        x = canvas.write(column.x, y, f"↻ U×{heard.symbol} ", "dim")
        total = sum_heard(known, heard)
        if total is None:
            return {column.size: canvas.write(x, y, UNKNOWN, "unknown")}
        tint = "edge-" if heard.reference in known.reads else "far-"
        return {column.size: canvas.write(x, y, signed(total, 8).strip(), tint + sign_style(total))}
    ends = {}
    rows = column.heard[: known.trace.scenario.network.sizes[heard.layer]]
    for unit, row in enumerate(rows):
        symbol = heard.symbol
        if len(column.heard) > 1:
            symbol = Traced(known.trace, Number(heard.reference, (unit,))).symbol
        x = canvas.write(column.x, 1 + row, f"{symbol} ", "dim")
        ends[column.size + unit] = write_number(
            canvas, known, (x, 1 + row), heard.reference, (unit,), room=SHORT + (len(rows) == 1)
        )
    return ends
