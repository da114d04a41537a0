"""What stands beside the table of samples: which class is taken for which, and the chosen sample?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.words.runs.samples import mixed_up, reduced_loss, score, share_of_loss
from tui.draw.kit.bars import bar
from tui.draw.kit.numbers import counted, numeral, sign_style
from tui.draw.kit.rows import Row, Run, length
from tui.draw.kit.wide import cells, padded, paragraph, shortened

if TYPE_CHECKING:
    from engine.facts.samples import Indices, Samples
    from engine.run.tracing import Trace

_LONGEST_NAME = 12
_CORNER = "is said"
_MOST_CLASSES = 10


def confusion_rows(trace: Trace, rows: Samples, order: Indices, width: int, height: int) -> list[Row]:
    """Return how often each class is taken for which, and a sentence; nothing without classes.

    The table stands there whole, or what it needs.
    """
    if not rows.classes:
        return []
    right: Row = ((f" {score(rows, order)}", "strong"),)
    loss: Row = ((f" C {reduced_loss(trace, rows, order)}", "loss"),)
    said = [(*right, *loss)] if length(right) + length(loss) <= width else [right, loss]
    words = paragraph(mixed_up(rows, order), width) if rows.wrong[order].any() else []
    table, below = _table(rows, order, width), [*said, *words]
    missing = len(table) + len(below) - height
    if not table or missing <= 0:
        return [*table, *below]
    return [*below, ((f" … which is taken for which needs {counted(missing, 'more row')}", "dim"),)]


def _table(rows: Samples, order: Indices, width: int) -> list[Row]:
    counts = rows.confusion(order)
    size = len(rows.classes)
    number = max(3, len(str(int(counts.max(initial=0)))))
    name = max(len(_CORNER), min(_LONGEST_NAME, max(map(cells, rows.classes))))
    if size > _MOST_CLASSES or 2 + name + size * (number + 1) > width:
        return []
    room = min(_LONGEST_NAME, (width - 2 - name) // size - 1, max(number, *map(cells, rows.classes)))
    heads = "".join(f" {padded(shortened(one, room), room, right=True)}" for one in rows.classes)
    found: list[Row] = [((f" is{'said':>{name - 2}} {heads}", "title"),)]
    for meant, times in enumerate(counts.tolist()):
        line: list[Run] = [(f" {padded(shortened(rows.classes[meant], name), name)} ", "author")]
        for one, count in enumerate(times):
            style = "dim" if not count else "strong" if one == meant else "warning"
            line += [(" " * (1 + room - len(str(count))), ""), (str(count), style)]
        found.append(tuple(line))
    return found


def sample_rows(trace: Trace, rows: Samples, row: int, order: Indices, width: int) -> list[Row]:
    """Return a sample in full: its inputs, what it is and what is said, each output as a bar, its loss."""
    at = f" at time {int(rows.times[row])}" if trace.shapes.sequences else ""
    found: list[Row] = [((f" sample {int(rows.samples[row]) + 1:,}{at}", "heading"),)]
    found += _inputs(trace, rows, row, width)
    if rows.classes:
        meant, said = (shortened(rows.classes[int(one[row])], width - 12) for one in (rows.meant, rows.said))
        style = "warning" if rows.wrong[row] else "author"
        found += [((" is    ", "dim"), (meant, "author")), ((" said  ", "dim"), (said, style))]
    found += _outputs(trace, rows, row, width)
    loss = float(rows.losses[row])
    found.append(((" C  ", "symbol"), (numeral(loss), "loss")))
    return [*found, *(paragraph(told, width) if (told := share_of_loss(rows, order)) else [])]


def _inputs(trace: Trace, rows: Samples, row: int, width: int) -> list[Row]:
    """Return the inputs at the sample's time, as many as stand in three lines."""
    names = trace.scenario.names.inputs
    values = trace.scenario.data.inputs[int(rows.samples[row]), int(rows.times[row])].tolist()
    lines: list[str] = [""]
    for unit, value in enumerate(values):
        text = f" {names[unit] if names else f'x[{unit + 1}]'} {numeral(value)}"
        if cells(lines[-1] + text) > width - 3:
            if len(lines) == 3:
                lines[-1] += " …"
                break
            lines.append("")
        lines[-1] += text
    return [((line, ""),) for line in lines]


def _outputs(trace: Trace, rows: Samples, row: int, width: int) -> list[Row]:
    """Return each output with its number and a bar, as large as it is beside the largest."""
    values = rows.predictions[row].tolist()
    layer = trace.shapes.layers
    letter = "h" if trace.shapes.recurrent[layer - 1] else "a"
    several = bool(rows.classes) and len(values) > 1
    names = [
        shortened(rows.classes[unit], _LONGEST_NAME) if several else f"{letter}{layer}[{unit + 1}]"
        for unit in range(len(values))
    ]
    long = max(map(cells, names))
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    found: list[Row] = []
    for unit, value in enumerate(values):
        target = "" if several else f"  y[{unit + 1}] {numeral(float(rows.targets[row, unit]))}"
        line: list[Run] = [(f" {padded(names[unit], long)}  ", "author" if several else "symbol")]
        line.append((numeral(value, 9).ljust(9), sign_style(value)))
        line.append((target, ""))
        room = width - long - 13
        if several and largest and math.isfinite(value) and room > 3:
            line.append((bar(abs(value) / largest, room), sign_style(value)))
        found.append(tuple(line))
    return found
