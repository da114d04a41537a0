"""How is a matrix of numbers drawn as a map, however large it is?

A shade for each entry says sign and size. A small matrix has its numbers written out; in one too large for
its cells each cell stands for a block of entries and shows the largest of them.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine.words.numbers.maps import without_scale
from tui.draw.kit.numbers import WRONG, numeral, sign_style, signed
from tui.draw.kit.rows import Linked, first_fitting
from tui.draw.kit.shades import LATER, block_at, blocks_of, levels_of, scale_of, shaded
from tui.draw.kit.wide import shortened

if TYPE_CHECKING:
    from engine.looking.known.matrices import Matrix
    from tui.draw.kit.rows import Canvas
    from tui.draw.kit.shades import Blocks

NUMBER_CELLS = 13  # a glyph, a number of ten cells, and blanks after both
_MOST_NUMBERS = 16  # columns of a matrix whose numbers are written out
_LEAST_COLUMNS = 16
_AXIS_ROWS, _FOOT_ROWS = 2, 1


def least_width(one: Matrix, height: int) -> int:
    """Return the cells that a map needs at least, in so many rows."""
    columns = int(one.values.shape[1])
    needed = columns if one.picture else min(columns, _LEAST_COLUMNS)
    return max(_labels(one, height) + needed, len(one.title))


def natural_width(one: Matrix, height: int, most: int = NUMBER_CELLS) -> int:
    """Return the cells in which a map is drawn best in so many rows, with at `most` so many for an entry.

    These are those of a number, or 2; 1 is for what is no picture, whose pixels are square.
    """
    columns, cell = int(one.values.shape[1]), 1
    if natural_height(one) <= height:
        cell = NUMBER_CELLS if columns <= _MOST_NUMBERS else 2
        cell = min(cell, max(most, 1 + one.picture))
    return max(_labels(one, height) + cell * columns, len(one.title))


def _labels(one: Matrix, height: int) -> int:
    """Return the cells on the left for a mark and the number of a row, or of the first and last in it."""
    if one.picture:
        return 2
    digits = len(str(len(one.values)))
    return 2 + digits + (digits + 1) * (natural_height(one) > height)


def natural_height(one: Matrix) -> int:
    """Return the rows in which each row of a map has its own."""
    return _AXIS_ROWS + len(one.values) + _FOOT_ROWS


def draw_map(canvas: Canvas, one: Matrix, x: int, width: int, height: int) -> tuple[int, str, int]:
    """Draw a map from the top of a canvas, in at most so many cells and rows.

    Return the row after it, for how many entries a cell stands at most ("" for one), and an entry's cells.
    """
    rows, columns = one.values.shape
    room, labels = max(1, height - _AXIS_ROWS - _FOOT_ROWS), _labels(one, height)
    space, left = max(1, width - labels), x + labels
    cell = 1
    if rows <= room:
        wider = (NUMBER_CELLS, 2) if columns <= _MOST_NUMBERS else (2,)
        cell = next((cells for cells in wider if columns * cells <= space), 1)
    if one.picture and cell == 1:
        room = min(room, -(-rows // 2))  # a cell is twice as high as wide
    blocks = blocks_of(one.values, one.known, room, space // cell)
    scale = scale_of(one.values[:, : one.known])
    levels = levels_of(one.values[blocks.rows, blocks.columns], scale)
    levels[blocks.columns >= one.known] = LATER
    canvas.write(x, 0, one.title[:width], "heading")
    here = block_at(blocks.tops, one.row), block_at(blocks.lefts, one.column)
    _draw_axes(canvas, one, blocks, (x, left), cell, here)
    glyph, blanks = (1, cell - 1) if cell == NUMBER_CELLS else (cell, 0)
    canvas.block(left, _AXIS_ROWS, [shaded(line, glyph, blanks) for line in levels.tolist()])
    if cell == NUMBER_CELLS:
        _write_numbers(canvas, one, left)
    elif one.selected:
        canvas.paint(left + cell * here[1], _AXIS_ROWS + here[0], cell, "selected")
    foot = _AXIS_ROWS + len(levels)
    end = x - 1
    if cell != NUMBER_CELLS and one.wrong_ones:  # where there is no room for a mark at each
        end = canvas.write(x, foot, f"{WRONG} {one.wrong_ones:,}", "warning")
    high, wide = -(-rows // len(blocks.tops)), -(-columns // len(blocks.lefts))
    block = f"{high:,}×{wide:,}" if high * wide > 1 else ""
    canvas.write(end + 1, foot, _foot(one, scale, block, x + width - end - 1), "dim")
    return foot + _FOOT_ROWS, block, cell


def _foot(one: Matrix, scale: float, block: str, width: int) -> str:
    """Return the size that the darkest glyphs mean, and of how many entries a cell shows the largest."""
    said = f"scale {numeral(scale)}" if scale else without_scale(one.values[:, : one.known])
    texts = [said, numeral(scale)] if scale else [said]
    if block:
        texts = [
            f"{said} · a cell is {block} at most",
            f"{said} · {block} at most",
            f"{said} · {block}",
            block,
        ]
    return shortened(first_fitting(texts, width), max(0, width))


def _write_numbers(canvas: Canvas, one: Matrix, left: int) -> None:
    for row, values in enumerate(one.values[:, : one.known].tolist()):
        for column, value in enumerate(values):
            style = sign_style(value)
            if one.selected and (row, column) == (one.row, one.column):
                style = "selected"
            x, y = left + column * NUMBER_CELLS + 2, _AXIS_ROWS + row
            canvas.write(x, y, signed(value, 10).rstrip(), Linked(style, one.number(row, column)))
            if one.wrong is not None and one.wrong[row, column]:
                canvas.write(x - 1, y, WRONG, "warning")


def _draw_axes(
    canvas: Canvas, one: Matrix, blocks: Blocks, ends: tuple[int, int], cell: int, here: tuple[int, int]
) -> None:
    """Write the numbers of rows and columns, and a mark at those that are looked at."""
    (x, left), top = ends, _AXIS_ROWS
    canvas.write(left - 1, top + here[0], "▸", "chosen")
    place = left + here[1] * cell
    canvas.write(place, 1, "▾", "chosen")
    if one.picture:
        return
    for down, (first, stop) in enumerate(pairwise([*blocks.tops.tolist(), len(one.values)])):
        number = f"{first + 1}" if first + 1 == stop else f"{first + 1}-{stop}"
        canvas.write(x, top + down, number.rjust(left - x - 2), "chosen" if down == here[0] else "dim")
    number = str(one.column + 1)
    begin = place - len(number)
    canvas.write(begin, 1, number, "chosen")
    stop = left + blocks.rows.shape[1] * cell
    longest = len(str(one.values.shape[1]))
    for column in range(0, blocks.rows.shape[1], max(1, -(-(longest + 2) // cell))):
        at, number = left + column * cell, str(int(blocks.lefts[column]) + 1)
        # Not where it would touch the number of the column that is looked at, nor beyond the map.
        if (at + len(number) < begin or at > place + 1) and at + len(number) <= stop:
            canvas.write(at, 1, number, "dim")
