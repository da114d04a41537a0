"""What should the outputs be, and how large is the loss?"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from engine.looking.lesson.shown import drawn_at
from engine.numerals import every, no_number, numeral
from tui.draw.kit.wide import shortened
from tui.draw.marks import NUMBER, is_wrong, write_number

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    losses = drawn_at(known.trace, known.step, "terms")
    if x is not None:
        _draw_targets(canvas, known, column, x, losses=losses)
    if not losses or not column.units:
        return
    if column.size == 1 and (x is None or column.shape.lines > 1):
        return  # it stands beside the output already
    # Beside the last line of the neuron or below rather than above it, where more will be known.
    top = column.rows[-1] - column.shape.wire
    last = top + max(_lines(known, column, x), column.shape.lines - 1)
    _write_loss(canvas, known, column.x + 2 if x is None else x - 2, (*range(1 + last, canvas.height), last))


def _write_loss(canvas: Canvas, known: Known, x: int, rows: Sequence[int]) -> None:
    """Write the loss of all outputs in the first of some rows with room for its name, or else for a part."""
    found, outputs = known.reference("loss", None), known.trace.scenario.network.sizes[-1]
    loss = known.at(found)
    cells = 1 if loss is None else is_wrong(known, found, ()) + len(numeral(float(loss), NUMBER))
    of_all = every(outputs, "output")
    names = [f"C of {of_all}", f"C of {of_all.split()[0]}", "all"] if outputs > 1 else ["C"]
    for name, y in itertools.product(names, rows):
        left = min(x, canvas.width - len(name) - 1 - cells)
        if canvas.is_free(left - 2, y, canvas.width - left + 2):
            _draw_loss(canvas, known, (left, y), name, "loss", ())
            return


def _lines(known: Known, column: Column, x: int | None) -> int:
    """Return the lines of the last output: of its box, or of its target."""
    if x is None:
        return column.shape.lines
    named = bool(known.trace.scenario.names.outputs)
    return _LINES_OF_TARGET + (named and column.shape.lines > _LINES_OF_TARGET)


def _draw_targets(canvas: Canvas, known: Known, column: Column, x: int, *, losses: bool) -> None:
    names = known.trace.scenario.names
    target = known.array("target", None)
    assert target is not None
    title = shortened(f"target {no_number(names.of_target(target))}".strip(), canvas.width - x)
    canvas.write(x, 0, title, "active-title" if known.site.kind == "loss" else "title")
    for unit, row in zip(column.units, column.rows, strict=True):
        y = 1 + row
        canvas.write(x, y, "y", "dim")
        end = write_number(canvas, known, (x + 2, y), known.reference("target", None), (unit,), "target")
        if column.shape.lines > 1 and losses:
            _draw_loss(canvas, known, (x, y + 1), "C", "terms", (unit,))
        if names.outputs and column.shape.lines > _LINES_OF_TARGET:
            canvas.write(x, y + 2, shortened(no_number(names.outputs[unit]), canvas.width - x), "dim")
        elif names.outputs and canvas.width - end > len("…") + 1:
            name = shortened(no_number(names.outputs[unit]), canvas.width - end - 1)
            canvas.write(end + 1, y, name, "dim")


def _draw_loss(
    canvas: Canvas, known: Known, place: tuple[int, int], name: str, quantity: str, index: tuple[int, ...]
) -> None:
    x = canvas.write(*place, name, "dim") + 1
    write_number(canvas, known, (x, place[1]), known.reference(quantity, None), index, "loss")
