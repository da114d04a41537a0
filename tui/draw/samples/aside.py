"""What stands beside the table of samples: which class is taken for which, and the chosen sample?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.words.runs.samples import mixed_up, reduced, reduced_loss, score, share_of_loss
from tui.draw.kit.bars import bar
from tui.draw.kit.numbers import beside, counted, held, marked, numeral, sign_style, until_apart
from tui.draw.kit.rows import Row, Run, filled, flow, length, paragraph, right
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
    """Return the cells in which the table of which class is taken for which has all names in full.

    0 where there is none: without classes, or with too many.
    """
    size, longest = len(rows.classes), min(LONGEST_NAME, max(map(cells, rows.classes), default=0))
    return 2 + max(len(_CORNER), longest) + size * (1 + max(3, longest)) if 0 < size <= _MOST_CLASSES else 0


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
    number = max(3, len(str(int(counts.max(initial=0)))))
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
    """Return the chosen sample in full: its inputs, what it is and what is said, each output, its loss.

    Inputs that are a picture are drawn where that leaves room for the rest.
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
    found += _outputs(table, width)
    loss = float(rows.losses[row])
    other_loss = float(theirs.rows.losses[row]) if theirs is not None and theirs.losses[row] else None
    found.append(((" C  ", "symbol"), *held(loss, other_loss, "loss", "with yours")))
    found += paragraph(told, width) if (told := share_of_loss(rows, table.scored)) else []
    return [((f" {table.called}", "heading"),), *_inputs(table, width, height - 1 - len(found)), *found]


def _inputs(table: Table, width: int, height: int) -> list[Row]:
    """Return the inputs at the sample's time: a picture, or as many as stand in three lines."""
    data, names = table.trace.scenario.data, table.trace.scenario.names.inputs
    values = data.inputs[int(table.rows.samples[table.row]), int(table.rows.times[table.row])]
    if data.shape and (
        drawn := picture(values.reshape(data.shape), scale_of(data.inputs), width - 2, height)
    ):
        return [((" ", ""), *line) for line in drawn]
    inputs: list[Row] = [
        ((f"{names[unit] if names else f'x[{unit + 1}]'} {numeral(value)}", ""),)
        for unit, value in enumerate(values.tolist())
    ]
    return flow(inputs, width, ((" ", ""),), lines=_LINES_OF_INPUTS)


def _outputs(table: Table, width: int) -> list[Row]:
    """Return each output with its number and a bar, as large as it is beside the largest."""
    rows, row, theirs = table.rows, table.row, table.theirs
    values = rows.predictions[row].tolist()
    several = bool(rows.classes) and len(values) > 1
    names = table.outputs
    long = max(map(cells, names))
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
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
            wide = length((*line, *beside(f"yours {text}"))) <= width
            line += beside(f"{'yours ' * wide}{text}")
        room = width - long - 13
        if theirs is not None and theirs.apart[row]:
            room -= _YOURS
            line = [*filled(tuple(line), width - 1 - max(0, room))]
        if several and largest and math.isfinite(value) and room > 3:
            line.append((bar(abs(value) / largest, room), sign_style(value)))
        found.append(tuple(line))
    return found
