"""Where in a large matrix are the large numbers?

Maps side by side; below them what their glyphs mean, the entry that is looked at, and the largest ones
with what all others amount to.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.explain.largest import largest
from engine.facts.number import Traced
from engine.looking.known.matrices import matrices_elsewhere, matrices_of, matrix_of
from engine.looking.known.numbers import Known
from engine.words.disturbed import not_so
from tui.draw.heat.heatmap import NUMBER_CELLS, draw_map, least_width, natural_height, natural_width
from tui.draw.kit.numbers import WRONG, beside, held, numeral, sign_style
from tui.draw.kit.rows import Canvas, Linked, Row, Run, clip, first_fitting, length
from tui.draw.kit.shades import NEGATIVE, POSITIVE

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.cursor import Cursor
    from engine.looking.known.matrices import Matrix
    from engine.order.quantities import Reference
    from engine.run.tracing import Trace

_BETWEEN = 3
_AROUND, _HIGH = 2, 12  # rows of the legend and of the marked entry; from how many rows two have the list
_LEAST_ENTRY = 10  # cells of one that is listed
_SHORT_REST_CELLS = 20
_REST_CELLS = 54  # "and 1,000,000 more, their squares sum to" and a number


def heat_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the maps of the layer that the step works on, in `width` x `height` cells."""
    known = Known(trace, cursor)
    reference, index = matrix_of(known)
    matrix = known.at(reference)
    assert matrix is not None
    room = max(4, height - _AROUND - 1)
    lines = lines_of_maps(known, width, room)
    high = _rows(lines)
    # Two rows of the list, unless all maps, with blanks between them, need the room.
    room -= height >= _HIGH and not high <= room < high + len(lines)
    drawn: list[Row] = []
    block, written = "", False
    for maps in lines:
        if drawn and high < room:
            drawn.append(())
            high += 1
        left = room - len(drawn)
        canvas, below = Canvas(width, left), 0
        for one, x, cells in _side_by_side(maps, width, left):
            end, of_cell, cell = draw_map(canvas, one, x, cells, left)
            below, block = max(below, end), block or of_cell
            written |= one is lines[0][0] and cell == NUMBER_CELLS
        drawn += canvas.rows()[:below]
    wrong = [  # the matrix of the marked entry is the first
        f"{many:,} {f'in {one.name}' if place else 'here'}"
        for place, one in enumerate(one for maps in lines for one in maps)
        if (many := one.wrong_ones)
    ]
    after: list[Row] = [_legend(width), _marked(trace, reference, matrix, index, ", ".join(wrong))]
    if block:
        said: Row = (*after[1], (f"   a cell: the largest of {block} at most", "dim"))
        after[1] = first_fitting([said, after[1]], width)
    if not written:  # where each of its numbers stands there, none has to be listed
        after += _listed(trace, reference, matrix, width, height - len(drawn) - len(after))
    if len(drawn) + len(after) < height:
        after = [(), *after]
    return [clip(row, width) for row in (drawn + after)[:height]]


def lines_of_maps(known: Known, width: int, height: int) -> list[list[Matrix]]:
    """Return the maps that are shown, in lines one below the other where so each has the room it wants.

    Below those of the step are the weights of the other layers, as many as have room as well.
    """
    maps = matrices_of(known)
    pictures = [one for one in maps if one.picture]
    beside = [one for one in maps if not one.picture]
    ways = [_in_lines(maps, width, height, most) for most in (NUMBER_CELLS, 2, 1)]
    if pictures and (above := _in_lines(beside, width, height, 1)):  # or below what is wide
        ways.insert(-1, above + _in_lines(pictures, width, height, 1))
    lines = next((way for way in ways if way and _rows(way) <= height), [])
    if not lines:  # that of the batch may have blocks of several rows, if only so the matrix is whole
        return ways[-1] if ways[-1] and _rows(ways[-1], blocks=2) <= height else [maps]
    found, others = lines, matrices_elsewhere(known)
    for more in range(1, len(others) + 1):
        below = _in_lines(others[:more], width, height)
        if not below or _rows(lines + below) + len(lines + below) - 1 > height:
            break
        found = lines + below
    return found


def _in_lines(maps: list[Matrix], width: int, height: int, most: int = NUMBER_CELLS) -> list[list[Matrix]]:
    """Return maps in lines in which each has the cells that it wants; none where one is too wide."""
    lines: list[list[Matrix]] = []
    left = 0
    for one in maps:
        wanted = natural_width(one, height, most) + _BETWEEN
        if wanted > left:
            lines, left = [*lines, []], width - 2 + _BETWEEN
        if wanted > left:
            return []
        lines[-1].append(one)
        left -= wanted
    return lines


def _rows(lines: list[list[Matrix]], blocks: int = 1) -> int:
    """Return how many rows lines of maps take; in the last, `blocks` of so many rows have one."""
    *above, last = (max(map(natural_height, maps)) for maps in lines)
    around = natural_height(lines[-1][0]) - len(lines[-1][0].values)
    return sum(above) + around - (around - last) // blocks


def _side_by_side(maps: list[Matrix], width: int, height: int) -> list[tuple[Matrix, int, int]]:
    """Return the maps that fit, each with its first cell and its width: first what each needs, then more."""
    widths: dict[int, int] = {}
    space = width - 2
    # The matrix and the batch before the pictures between them.
    for place in sorted(range(len(maps)), key=lambda place: (maps[place].picture, place)):
        needed = least_width(maps[place], height)
        if not widths or sum(widths.values()) + _BETWEEN * len(widths) + needed <= space:
            widths[place] = min(needed, space)
    # Then as wide as they are best: first with small cells, all pictures alike, to be compared.
    for most, pictures in product((1, 2, NUMBER_CELLS), (True, False)):
        wider = {
            place: max(cells, natural_width(maps[place], height, most))
            for place, cells in widths.items()
            if maps[place].picture == pictures
        }
        for ones in [wider] if pictures else [{place: cells} for place, cells in wider.items()]:
            if sum((widths | ones).values()) + _BETWEEN * (len(widths) - 1) <= space:
                widths |= ones
    found, x = [], 1
    for place in sorted(widths):
        found.append((maps[place], x, widths[place]))
        x += widths[place] + _BETWEEN
    return found


def _legend(width: int) -> Row:
    row: list[Run] = [(" size  ", "dim")]
    for sign, glyphs in (("positive", POSITIVE), ("negative", NEGATIVE)):
        row += [(glyph, f"heat-{sign}-{level}") for level, glyph in enumerate(glyphs, start=1)]
        row.append((f" {sign}  ", "dim"))
    texts = "in quarters of the largest; blank is 0", "blank is 0"
    return first_fitting([(*row, (text, "dim")) for text in texts], width)


def _marked(trace: Trace, reference: Reference, matrix: Array, index: tuple[int, int], wrong: str) -> Row:
    """Return the entry at the marks, what stands beside it, and how many in each of the maps differ so."""
    value, one = float(matrix[index]), Traced(trace, Number(reference, index))
    row: Row = (
        (" at ▸ ▾   ", "dim"),
        (one.symbol, "chosen"),
        *(((f" ({one.named})", "dim"),) if one.named else ()),
        (" = ", "dim"),
        *held(value, one.beside, sign_style(value)),
    )
    return (*row, *beside(f"{wrong} {not_so(trace)}", gap=3)) if wrong else row


def _listed(trace: Trace, reference: Reference, matrix: Array, width: int, lines: int) -> list[Row]:
    """Return the largest entries, as many as fit in so many lines, and what the others amount to."""
    if lines < 1:
        return []
    rows: list[list[Run]] = [[(" largest  ", "dim")]]
    shown = 0
    for flat in largest(matrix, lines * width // _LEAST_ENTRY).places:
        row, column = divmod(flat, matrix.shape[1])
        one = Traced(trace, Number(reference, (row, column)), value=float(matrix[row, column]))
        style = Linked(sign_style(one.value), one.number)
        mark: Run = ("", "") if one.beside is None else (WRONG, "warning")
        entry: Row = ((f"{one.symbol} ", "symbol"), mark, (numeral(one.value), style))
        # The last line ends with what is not listed, if only in short.
        reserved = 0 if len(rows) < lines else _REST_CELLS if width >= 80 else _SHORT_REST_CELLS
        if shown and length((*rows[-1], *entry)) > width - reserved - 2:
            if len(rows) == lines:
                break
            rows.append([(" " * 10, "")])
        rows[-1] += [*entry, ("  ", "")]
        shown += 1
    rest = largest(matrix, max(1, shown))
    if rest.others:
        more: Row = ((f"and {rest.others:,} more", "dim"),)
        squares: Row = ((", their squares sum to ", "dim"), (numeral(rest.others_squares), ""))
        if length((*rows[-1], *more, *squares)) > width and len(rows) < lines:
            rows.append([(" " * 10, "")])
        rows[-1] += first_fitting([(*more, *squares), more], width - length(tuple(rows[-1])))
    return [tuple(row) for row in rows]
