"""What stands beside the table of samples: which class is taken for which, and the chosen sample?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.words.runs.samples import mixed_up, reduced, reduced_loss, score, share_of_loss
from tui.draw.kit.bars import bar_beside
from tui.draw.kit.numbers import beside, counted, held, marked, numeral, sign_style, until_apart
from tui.draw.kit.rows import Row, Run, filled, first_fitting, flow, length, paragraph, right, side_by_side
from tui.draw.kit.shades import picture, scale_of
from tui.draw.kit.wide import cells, padded, shortened
from tui.draw.samples.chosen import LONGEST_NAME, with_yours

if TYPE_CHECKING:
    from engine.facts.samples import Samples
    from tui.draw.samples.chosen import Table

_YOURS = 18  # cells of what the user has of an output
_CORNER = "is ↓ said →"
_MOST_CLASSES = 10
_LINES_OF_INPUTS = 3


def confusion_width(rows: Samples) -> int:
    """Return the cells in which which class is taken for which has all names in full, and a margin.

    0 where there is none: without classes, or with too many.
    """
    size, longest = len(rows.classes), min(LONGEST_NAME, max(map(cells, rows.classes), default=0))
    if not 0 < size <= _MOST_CLASSES:
        return 0
    return 3 + max(len(_CORNER), longest) + size * (1 + max(_digits(rows), longest))


def _digits(rows: Samples) -> int:
    """Return the cells of a count: it is never more than there are samples of a class."""
    return max(2, len(str(int(np.bincount(rows.meant).max()))))


def confusion_rows(table: Table, width: int, height: int) -> list[Row]:
    """Return how often each class is taken for which, and a sentence; nothing without classes.

    The table stands there whole, or what it needs.
    """
    rows, order = table.rows, table.scored
    if not rows.classes:
        return []
    correct: Row = ((score(rows, order), "strong"),)
    loss: Row = ((f"C {reduced_loss(table.trace, rows, order)}", "loss"),)
    if table.theirs is not None:
        others = table.theirs.rows
        counts = (len(order) - int(one.wrong[order].sum()) for one in (rows, others))
        correct = with_yours(correct, width, *counts)
        loss = with_yours(loss, width, *(reduced(table.trace, one, order) for one in (rows, others)))
    below = flow([correct, loss], width, ((" ", ""),), (" · ", "dim"), 2)
    if told := mixed_up(rows, order):
        row: Row = (*below[-1], (f" · {told}", "words"))
        below = [*below[:-1], row] if length(row) <= width else [*below, *paragraph(told, width)]
    confusion = _confusion(table, width)
    missing = len(confusion) + len(below) - height
    if not confusion or missing <= 0:
        return [*confusion, *below]
    return [*below, ((f" … which is taken for which needs {counted(missing, 'more row')}", "dim"),)]


def _confusion(table: Table, width: int) -> list[Row]:
    """Return how often each class is taken for which; the mark before a count that is not the user's."""
    rows, order = table.rows, table.scored
    counts = rows.confusion(order)
    theirs = counts if table.theirs is None else table.theirs.rows.confusion(order)
    size = len(rows.classes)
    number = _digits(rows)
    name = max(len(_CORNER), min(LONGEST_NAME, max(map(cells, rows.classes))))
    if size > _MOST_CLASSES or 2 + name + size * (number + 1) > width:
        return []
    room = min(LONGEST_NAME, (width - 2 - name) // size - 1, max(number, *map(cells, rows.classes)))
    heads = "".join(f" {padded(shortened(one, room), room, right=True)}" for one in rows.classes)
    found: list[Row] = [((f" {_CORNER:{name}} {heads}", "title"),)]
    for meant, times in enumerate(counts.tolist()):
        line: list[Run] = [(f" {padded(shortened(rows.classes[meant], name), name)} ", "author")]
        for one, often in enumerate(times):
            style = "dim" if not often else "strong" if one == meant else "warning"
            text, same = str(often), theirs[meant, one] == often
            line += right(text, style, 1 + room) if same else marked(text.rjust(1 + room), style)
        found.append(tuple(line))
    return found


def sample_rows(table: Table, width: int, height: int) -> list[Row]:
    """Return the chosen sample in `height` rows: its inputs, what it is and what is said, and its loss.

    What is said comes before the inputs; nothing where not even that has room. A picture stands above it,
    or beside it where it is larger there.
    """
    data, names = table.trace.scenario.data, table.trace.scenario.names.inputs
    values = data.inputs[int(table.rows.samples[table.row]), int(table.rows.times[table.row])]
    facts = _facts(table, width, height - 1)
    inputs: list[Row] = []
    left = height - 1 - len(facts)
    if data.shape:
        pixels, scale = values.reshape(data.shape), scale_of(data.inputs)
        above = picture(pixels, scale, width - 2, left)
        beside_it = picture(pixels, scale, width // 2 - 2, height - 1)
        inputs = [((" ", ""), *line) for line in (above if len(above) >= len(beside_it) else beside_it)]
        if len(above) < len(beside_it):
            at = length(inputs[0]) + 1
            facts, inputs = side_by_side(inputs, _facts(table, width - at, height - 1), at), []
    elif left > 0:
        called = names or [f"x[{unit + 1}]" for unit in range(len(values))]
        each = [
            ((f"{name} {numeral(float(value))}", ""),) for name, value in zip(called, values, strict=True)
        ]
        inputs = flow(each, width - 1, ((" ", ""),), lines=min(left, _LINES_OF_INPUTS))
    told = share_of_loss(table.rows, table.scored, table.row)
    words = paragraph(told, width) if told else []
    found: list[Row] = [((f" {table.called}", "heading"),), *inputs, *facts]
    return found + words if len(found) + len(words) <= height else found if len(found) <= height else []


def _facts(table: Table, width: int, height: int) -> list[Row]:
    """Return what a sample is and what is said, the outputs that have room, and the loss.

    Of the outputs those go first that are the smallest, and least of all that of the class that it is.
    """
    rows, row, theirs = table.rows, table.row, table.theirs
    found: list[Row] = []
    if rows.classes:
        room = width - 12
        style = "warning" if rows.wrong[row] else "author"
        found.append(((" is    ", "dim"), (shortened(rows.classes[int(rows.meant[row])], room), "author")))
        said: Row = ((" said  ", "dim"), (shortened(rows.classes[int(rows.said[row])], room), style))
        if theirs is not None and theirs.said[row]:
            name = rows.classes[int(theirs.rows.said[row])]
            left = width - length(said) - len(" ≠ with yours ")
            said = (*said, *beside(f"with yours {shortened(name, max(1, left))}"))
        found.append(said)
    loss = float(rows.losses[row])
    other_loss = float(theirs.rows.losses[row]) if theirs is not None and theirs.losses[row] else None
    outputs, room = _outputs(table, width), height - len(found) - 1
    if len(outputs) > room:
        sizes = -np.abs(np.nan_to_num(rows.predictions[row], nan=np.inf))
        sizes[rows.meant[row] if rows.classes and len(sizes) > 1 else 0] = -np.inf
        kept = sorted(np.argsort(sizes, kind="stable")[: max(0, room - 1)].tolist())
        more: Row = ((f" … {counted(len(outputs) - len(kept), 'more output')}", "dim"),)
        outputs = [*(outputs[unit] for unit in kept), more] if kept else []
    return [*found, *outputs, ((" C  ", "symbol"), *held(loss, other_loss, "loss", "with yours"))]


def _outputs(table: Table, width: int) -> list[Row]:
    """Return each output with its number and a bar, as large as it is beside the largest."""
    rows, row, theirs = table.rows, table.row, table.theirs
    values = rows.predictions[row].tolist()
    several = bool(rows.classes) and len(values) > 1
    names = table.outputs
    long, largest = max(map(cells, names)), scale_of(rows.predictions[row])
    found: list[Row] = []
    for unit, value in enumerate(values):
        target = "" if several else f"  y[{unit + 1}] {numeral(float(rows.targets[row, unit]))}"
        line: list[Run] = [(f" {padded(names[unit], long)}  ", "author" if several else "symbol")]
        other = None
        if theirs is not None and theirs.predictions[row, unit]:
            other = float(theirs.rows.predictions[row, unit])
        text = numeral(value, 9) if other is None else until_apart(value, other, 9)
        line += [(text.ljust(9), sign_style(value)), (target, "")]
        if other is not None:
            text = until_apart(other, value)
            line += first_fitting([beside(f"yours {text}"), beside(text)], width - length(tuple(line)))
        room = width - long - 13
        if theirs is not None and theirs.apart[row]:
            room -= _YOURS
            line = [*filled(tuple(line), width - 1 - max(0, room))]
        if several and room > 3:
            line.append((bar_beside(value, largest, room), sign_style(value)))
        found.append(tuple(line))
    return found
