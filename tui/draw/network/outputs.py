"""What should the outputs be, and how large is the loss?"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from engine.looking.lesson.shown import drawn_at
from engine.numerals import every, no_number, numeral
from tui.draw.kit.wide import cells, shortened
from tui.draw.marks import NUMBER, is_wrong, named, write_number

if TYPE_CHECKING:
    from engine.looking.known.numbers import Known
    from tui.draw.kit.rows import Canvas
    from tui.draw.network.plan import Column

_LINES_OF_TARGET = 2  # the target and its term


def draw_outputs(canvas: Canvas, known: Known, column: Column, x: int | None) -> None:
    """Draw the targets beside the last layer, and the whole loss; in boxes the targets stand already."""
    if not known.trace.shapes.has_target[known.sample, known.time]:
        if x is not None:
            canvas.write(x, 0, "no target", "dim")
        return
    losses, lines = drawn_at(known.trace, known.step, "terms"), column.shape.lines
    if x is not None:
        named = bool(known.trace.scenario.names.outputs) and lines > _LINES_OF_TARGET
        lines = max(lines - 1, _LINES_OF_TARGET + named)
        _draw_targets(canvas, known, column, x, losses=losses)
    # Of one output it stands beside that already where there are lines for it.
    if losses and column.units and (column.size > 1 or (x is not None and column.shape.lines == 1)):
        below = column.rows[-1] - column.shape.wire + lines
        _write_loss(canvas, known, column.x + 2 if x is None else x - 2, below)


def _write_loss(canvas: Canvas, known: Known, x: int, below: int) -> None:
    """Write the loss of all outputs below the last of them, with as much of its name as has room."""
    found, outputs = known.reference("loss", None), known.trace.scenario.network.sizes[-1]
    loss = known.at(found)
    cells = 1 if loss is None else is_wrong(known, found, ()) + len(numeral(float(loss), NUMBER))
    of_all = every(outputs, "output")
    names = (
        [f"C of {of_all}", f"C of {(few := of_all.split()[0])}", f"C {few}", "all"] if outputs > 1 else ["C"]
    )
    for name, y in itertools.product(names, (*range(1 + below, canvas.height), below)):
        left = min(x, canvas.width - len(name) - 1 - cells)
        if canvas.is_free(left - 2, y, canvas.width - left + 2):
            _draw_loss(canvas, known, (left, y), name, "loss", ())
            return


def _draw_targets(canvas: Canvas, known: Known, column: Column, x: int, *, losses: bool) -> None:
    names = known.trace.scenario.names
    target = known.array("target", None)
    assert target is not None
    title = shortened(f"target {no_number(names.of_target(target))}".strip(), canvas.width - x)
    if canvas.is_free(x - 1, 0, 1 + cells(title)):  # else the head of the layer needs the room
        canvas.write(x, 0, title, "active-title" if known.site.kind == "loss" else "title")
    for unit, row in zip(column.units, column.rows, strict=True):
        y = 1 + row
        reference = known.reference("target", None)
        canvas.write(x, y, "y", named(known, reference, unit))
        end = write_number(canvas, known, (x + 2, y), reference, (unit,))
        if column.shape.lines > 1 and losses:
            _draw_loss(canvas, known, (x, y + 1), "C", "terms", (unit,))
        if not names.outputs:
            continue
        name, place = no_number(names.outputs[unit]), (end + 1, y)
        if column.shape.lines > 1 and column.number >= max(map(cells, map(no_number, names.outputs))):
            place = column.x + column.number - 1 - cells(name), y + 1  # below the number of the neuron
        elif column.shape.lines > _LINES_OF_TARGET:
            place = x, y + 2
        if (room := canvas.width - place[0]) > len("…"):
            canvas.write(*place, shortened(name, room), "dim")


def _draw_loss(
    canvas: Canvas, known: Known, place: tuple[int, int], name: str, quantity: str, index: tuple[int, ...]
) -> None:
    reference = known.reference(quantity, None)
    x = canvas.write(*place, name, named(known, reference, *index)) + 1
    write_number(canvas, known, (x, place[1]), reference, index, "loss")
