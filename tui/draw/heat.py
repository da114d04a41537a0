"""Where in a large matrix are the large numbers?

Maps side by side: the matrix that the step is about, what it is for the neuron looked at as a picture if
the inputs are one, and the layer's activations or deltas over the batch. Below them the entry that is
looked at, and the largest ones.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.cursor import active_layer
from engine.flow import Reference
from engine.largest import largest
from engine.numbers import Number, symbol_of
from tui.draw.heatmap import (
    NEGATIVE,
    POSITIVE,
    Map,
    draw_map,
    least_width,
    natural_width,
)
from tui.draw.known import Known
from tui.draw.layout import formed_reference
from tui.draw.numbers import bare, sign_style, signed
from tui.draw.rows import Canvas, Linked, Row, Run, clip, length

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.cursor import Cursor
    from engine.flow import Quantity
    from engine.tracing import Trace
    from tui.draw.rows import Style

_BETWEEN = 3
_LEAST_PICTURE = 64
_MOST_LISTED = 40
_SHORT_REST_CELLS = 20
_REST_CELLS = 54  # "and 1,000,000 more, their squares sum to" and a number


def heat_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the maps of the layer that the step works on, in `width` x `height` cells."""
    known = Known(trace, cursor)
    reference, index = matrix_of(known)
    matrix = known.at(reference)
    assert matrix is not None
    maps = [_matrix_map(known, reference, matrix, index)]
    if known.trace.shapes.recurrent[_layer_of(reference) - 1]:
        maps += _recurrent_map(known, reference)
    maps += _pictures(known, reference, matrix, index)
    maps.append(_batch_map(known))
    listed = max(2, min(6, height // 6))
    room = max(4, height - listed - 4)
    canvas = Canvas(width, room)
    below = 0
    for one, x, cells in _side_by_side(maps, width, room):
        below = max(below, draw_map(canvas, one, x, cells, room))
    after: list[Row] = [
        (),
        _legend(width),
        _looked_at(trace, reference, matrix, index),
        *_listed(trace, reference, matrix, width, min(listed, height - below - 3)),
    ]
    return [clip(row, width) for row in (canvas.rows()[:below] + after)[:height]]


def matrix_of(known: Known) -> tuple[Reference, tuple[int, int]]:
    """Return the matrix that a step is about, and which entry of it the cursor looks at.

    A gradient and an update are about what they form; a delta about the weights that it comes back
    through; every other step about the weights of its layer.
    """
    layer = active_layer(known.trace, known.step)
    kind = known.site.kind
    if kind == "delta" and layer < known.trace.shapes.layers:
        layer += 1
    if kind in ("gradient", "update"):
        reference = formed_reference(known, layer)
    else:
        reference = known.reference("weights", layer)
    return reference, (known.cursor.units[layer], known.cursor.units[layer - 1])


def _layer_of(reference: Reference) -> int:
    assert reference.layer is not None
    return reference.layer


def _name(reference: Reference) -> str:
    """Return the symbol of a whole matrix."""
    letter = "U" if reference.quantity.startswith("recurrent") else "W"
    if reference.quantity.endswith("gradient"):
        return f"∂C/∂{letter}{reference.layer}"
    return f"{'Δ' if reference.quantity.endswith('change') else ''}{letter}{reference.layer}"


def _matrix_map(known: Known, reference: Reference, matrix: Array, index: tuple[int, int]) -> Map:
    def style(row: int, column: int, style: Style) -> Style:
        return known.linked(style, reference, row, column)

    rows, columns = matrix.shape
    return Map(f"{_name(reference)}  {rows}×{columns}", matrix, *index, rows, style)


def _recurrent_map(known: Known, weights: Reference) -> list[Map]:
    names: dict[Quantity, Quantity] = {
        "weights": "recurrent_weights",
        "weight_gradient": "recurrent_gradient",
        "weights_change": "recurrent_change",
    }
    reference = weights._replace(quantity=names[weights.quantity])
    matrix, unit = known.at(reference), known.cursor.units[_layer_of(weights)]
    return [] if matrix is None else [_matrix_map(known, reference, matrix, (unit, unit))]


def _pictures(known: Known, reference: Reference, matrix: Array, index: tuple[int, int]) -> list[Map]:
    """Return the row of the neuron looked at, and the input, as pictures if the inputs can be one."""
    side = math.isqrt(matrix.shape[1])
    if reference.layer != 1 or side * side != matrix.shape[1] or matrix.shape[1] < _LEAST_PICTURE:
        return []
    to, source = index
    found = known.array("input", 0)
    assert found is not None
    place = divmod(source, side)

    def of_row(row: int, column: int, style: Style) -> Style:
        return known.linked(style, reference, to, row * side + column)

    def of_input(row: int, column: int, style: Style) -> Style:
        return known.linked(style, known.reference("input", 0), row * side + column)

    title = f"{_name(reference)}[{to + 1}] as {side}×{side}"
    return [
        Map(title, matrix[to].reshape(side, side), *place, side, of_row, picture=True),
        Map(f"x as {side}×{side}", found.reshape(side, side), *place, side, of_input, picture=True),
    ]


def _batch_map(known: Known) -> Map:
    """Return the layer's activations over the batch; from its delta on, its deltas."""
    trace, layer = known.trace, active_layer(known.trace, known.step)
    name: Quantity = "activation" if known.site.kind in ("forward", "loss") else "delta"
    numbers = trace.iteration(known.iteration)
    values = numbers.every_sample("activation" if name == "activation" else "delta", layer, known.time)

    def reference(sample: int) -> Reference:
        return Reference(name, known.iteration, layer, numbers.samples.start + sample, known.time)

    def style(row: int, column: int, style: Style) -> Style:
        return known.linked(style, reference(row), column)

    # Samples come one after the other: bisect for the first one whose step is still to come.
    done, later = 0, len(values)
    while done < later:
        middle = (done + later) // 2
        writer = trace.flow.writer(reference(middle))
        if writer is not None and writer <= known.step:
            done = middle + 1
        else:
            later = middle
    letter = "δ" if name == "delta" else "h" if trace.shapes.recurrent[layer - 1] else "a"
    at = f"@{known.time}" if trace.shapes.sequences else ""
    samples = f"{len(values)} sample{'s' if len(values) > 1 else ''}"
    here = known.sample - numbers.samples.start
    return Map(
        f"{letter}{layer}{at}  {samples}×{values.shape[1]}",
        values,
        here,
        known.cursor.units[layer],
        done,
        style,
    )


def _side_by_side(maps: list[Map], width: int, height: int) -> list[tuple[Map, int, int]]:
    """Return the maps that fit, each with its first cell and its width: first what each needs, then more."""
    chosen: list[Map] = []
    widths: list[int] = []
    # The matrix and the batch before the pictures between them.
    for one in sorted(maps, key=lambda one: (one.picture, maps.index(one))):
        if sum(widths) + _BETWEEN * len(widths) + least_width(one) > width - 2 and chosen:
            continue
        chosen.append(one)
        widths.append(min(least_width(one), width - 2))
    left = width - 2 - sum(widths) - _BETWEEN * (len(widths) - 1)
    wanted = [max(0, natural_width(one, height) - cells) for one, cells in zip(chosen, widths, strict=True)]
    for place in sorted(range(len(chosen)), key=lambda place: wanted[place]):
        hungry = sum(1 for other in wanted if other >= wanted[place])
        more = min(wanted[place], left // max(1, hungry))
        widths[place] += more
        left -= more
    order = sorted(range(len(chosen)), key=lambda place: maps.index(chosen[place]))
    found, x = [], 1
    for place in order:
        found.append((chosen[place], x, widths[place]))
        x += widths[place] + _BETWEEN
    return found


def _legend(width: int) -> Row:
    row: list[Run] = [(" size  ", "dim")]
    for sign, glyphs in (("positive", POSITIVE), ("negative", NEGATIVE)):
        row += [(glyph, f"heat-{sign}-{level}") for level, glyph in enumerate(glyphs, start=1)]
        row.append((f" {sign}  ", "dim"))
    row.append(("in quarters of the largest; blank is 0", "dim"))
    more: Run = ("; a cell of many entries shows their largest", "dim")
    return (*row, more) if length((*row, more)) <= width else tuple(row)


def _looked_at(trace: Trace, reference: Reference, matrix: Array, index: tuple[int, int]) -> Row:
    value = float(matrix[index])
    number = Number(reference, index)
    return (
        (" chosen   ", "dim"),
        (symbol_of(trace, number), "chosen"),
        (" = ", "dim"),
        (signed(value, 12, 6).strip(), sign_style(value)),
    )


def _listed(trace: Trace, reference: Reference, matrix: Array, width: int, lines: int) -> list[Row]:
    """Return the largest entries, as many as fit in so many lines, and what the others amount to."""
    if lines < 1:
        return []
    entries = []
    for flat in largest(matrix, _MOST_LISTED).places:
        row, column = divmod(flat, matrix.shape[1])
        number, value = Number(reference, (row, column)), float(matrix[row, column])
        style = Linked(sign_style(value), number)
        entries.append(((f"{symbol_of(trace, number)} ", "symbol"), (signed(value, 8).strip(), style)))
    rows: list[list[Run]] = [[(" largest  ", "dim")]]
    shown = 0
    for entry in entries:
        # The last line ends with what is not listed, if only in short.
        reserved = 0 if len(rows) < lines else _REST_CELLS if width >= 80 else _SHORT_REST_CELLS
        if length((*rows[-1], *entry)) > width - reserved - 2:
            if len(rows) == lines:
                break
            rows.append([(" " * 10, "")])
        rows[-1] += [*entry, ("  ", "")]
        shown += 1
    rest = largest(matrix, max(1, shown))
    if rest.others:
        more: Row = ((f"and {rest.others:,} more", "dim"),)
        squares: Row = ((", their squares sum to ", "dim"), (bare(rest.others_squares, 8), ""))
        if length((*rows[-1], *more, *squares)) > width and len(rows) < lines:
            rows.append([(" " * 10, "")])
        rows[-1] += [*more, *squares] if length((*rows[-1], *more, *squares)) <= width else more
    return [tuple(row) for row in rows]
