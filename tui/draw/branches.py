"""Which runs are there, where do two of them part, and which is better here?

The tree of runs, each below the one that it branches off, with what is otherwise in it; of two of them both
losses in one picture, and the parameters that differ most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.facts.losses import falls_far, latest_of_all, loss_of_iteration
from engine.facts.parted import parted
from engine.numerals import DIGITS, all_apart, apart
from engine.words.runs.branched import NO_BRANCH, WAYS_TO_BRANCH, what_is_otherwise
from engine.words.runs.parted import not_there_yet, where_they_part, which_is_lower
from tui.draw.kit.numbers import UNKNOWN, aligned, numeral, sign_style
from tui.draw.kit.plot import LABELS, Axis, dots_of, draw_axes, draw_ticks, scale_of
from tui.draw.kit.rows import Canvas, Row, around, clip, filled, paragraph, side_by_side

if TYPE_CHECKING:
    from engine.branching.tree import Runs
    from engine.facts.parted import Parted
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_WIDE = 110  # cells from which the list stands beside the curves
_LIST = 52
_LEAST_COLUMNS, _LEAST_LINES = 12, 3  # of the curves
_LEAST_LISTED = 5  # rows of the list that are kept from the curves
_LABEL = 7  # cells of a run's name behind its curve
_LOSS = 13  # the least cells of a loss
_TITLE = 30  # cells from which there is room to say when


def branches_rows(trace: Trace, cursor: Cursor, width: int, height: int, runs: Runs) -> list[Row]:
    """Return the tree of runs, and the one here beside the chosen one, in `width` x `height` cells."""
    iteration = trace.schedule.site(cursor.step).iteration
    beside = runs.beside
    if beside is None:
        ways: list[Row] = [((f"   {key:26}", "strong"), (told, "words")) for key, told in WAYS_TO_BRANCH]
        rows = [*_tree(runs, iteration, width, 2), (), *paragraph(NO_BRANCH, width), (), *ways]
        return [clip(row, width) for row in rows[:height]]
    tree = _tree(runs, iteration, width, max(3, min(len(runs.entries) + 1, height // 3)))
    keys: Row = ((" ↑ ↓ another run · enter goes on in it", "dim"),)
    rows = [*tree, keys, *_compared(runs, beside, iteration, width, height - len(tree) - 1)]
    return [clip(row, width) for row in rows[:height]]


def _tree(runs: Runs, iteration: int, width: int, height: int) -> list[Row]:
    """Return a line for each run, as many as fit around the one beside this: its losses here and at last.

    A column has as many digits as tell its losses apart.
    """
    every = list(runs.tree())
    beside = next((place for place, (one, _) in enumerate(every) if one == runs.beside), 0)
    shown = around(beside, len(every), max(1, height - 1))
    traces = [runs.entries[every[place][0]].trace for place in shown]
    every_run = [entry.trace for entry in runs.entries]
    at = latest_of_all(every_run)
    ended = all(at == run.iterations - 1 for run in every_run)
    columns = [
        _column("C here", [loss_of_iteration(run, iteration) for run in traces]),
        _column("C last" if ended else f"C at {at + 1:,}", [loss_of_iteration(run, at) for run in traces]),
    ]
    head, *losses = map("".join, zip(*columns, strict=True))
    room = max(0, width - len(head) - 1)
    lines = [_line(runs, *every[place], room) for place in shown]
    title = "runs · C before each update" if room > _TITLE else "runs"
    heads: Row = ((f" {title:{max(0, room - 1)}}{head}", "title"),)
    rows = zip(lines, losses, strict=True)
    return [heads, *((*filled(line, room), (numbers, "loss")) for line, numbers in rows)]


def _column(head: str, losses: list[float | None]) -> list[str]:
    """Return a heading and losses below it in cells of one width, `·` for one that is not known."""
    digits = all_apart([loss for loss in losses if loss is not None])
    texts = [head, *(UNKNOWN if loss is None else numeral(loss, digits=digits) for loss in losses)]
    cells = max(_LOSS, max(map(len, texts)) + 2)
    return [text.rjust(cells) for text in texts]


def _line(runs: Runs, place: int, depth: int, room: int) -> Row:
    """Return a run's name and what is otherwise in it."""
    here = place == runs.at
    line: Row = (
        ("▸" if place == runs.beside else " ", "chosen"),
        ("●" if here else " ", "strong"),
        (f" {'  ' * (depth - 1)}{'└ ' * (depth > 0)}", "rule"),
        (f"{_name(place)}  ", "strong"),
        (what_is_otherwise(runs.entries[place].trace), "strong" if here else ""),
    )
    return clip(line, room)


def _name(place: int) -> str:
    return f"run {place + 1}"


def _compared(runs: Runs, beside: int, iteration: int, width: int, height: int) -> list[Row]:
    one, other = runs.here, runs.entries[beside].trace
    names = _name(runs.at), _name(beside)
    if other.computed <= iteration:
        words = [not_there_yet(names[1], iteration)]
        found = None
    else:
        found = parted(one, other, iteration)
        words = [where_they_part(one, found, names), which_is_lower(found, names)]
    said = [row for sentence in words for row in paragraph(sentence, width)]
    room = height - len(said)
    if width >= _WIDE:
        listed = [] if found is None else _differing(found, names, room - 1)
        left = _curves(runs, beside, iteration, width - _LIST - 2, min(room, 16))
        return [*said, *side_by_side(left, listed, width - _LIST)]
    least = 0 if found is None else min(_LEAST_LISTED, len(_differing(found, names, _LEAST_LISTED)))
    curves = _curves(runs, beside, iteration, width, max(0, room - least))
    below = room - len(curves)
    listed = [] if found is None or below < min(3, least) else _differing(found, names, below)
    return [*said, *curves, *((((" ", ""), *row)) for row in listed)]


def _curves(runs: Runs, beside: int, iteration: int, width: int, height: int) -> list[Row]:
    """Return the losses of the run here and of another in one picture; each curve bears its number."""
    places = [place for place in (beside, runs.at) if runs.entries[place].trace.computed > 0]
    columns, lines = width - LABELS - 2 - _LABEL, height - 2
    if columns < _LEAST_COLUMNS or lines < _LEAST_LINES or not places:
        return []
    traces = [runs.entries[place].trace for place in places]
    logarithmic = any(map(falls_far, traces))
    scale = scale_of(np.concatenate([run.losses.values() for run in traces]), logarithmic=logarithmic)
    if scale is None:
        return []
    canvas, axis = Canvas(width, height), Axis(0, traces[0].iterations - 1, columns)
    draw_axes(canvas, scale, axis, lines, top=0)
    ends: list[tuple[int, int]] = []
    for run, style in zip(traces, ("future", "loss")[-len(traces) :], strict=True):
        losses = run.losses.values()
        dots_of(losses, 0, run.losses.stride, axis, scale, lines).draw(canvas, axis.left, 0, style)
        last = float(losses[-1])  # one that has no place is as if it were the lowest
        line = scale.line(last, lines) if scale.has(last) else lines - 1
        ends.append((axis.cell(run.computed - 1) + 1, line))
    if len(ends) == 2 and ends[0][1] == ends[1][1]:
        ends[0] = ends[0][0], ends[0][1] + (1 if ends[0][1] < lines - 1 else -1)
    for place, (x, line), style in zip(places, ends, ("dim", "loss")[-len(ends) :], strict=True):
        canvas.write(x, line, f" {_name(place)}", style)
    draw_ticks(canvas, axis, iteration, lines)
    return canvas.rows()


def _differing(found: Parted, names: tuple[str, str], height: int) -> list[Row]:
    """Return the parameters that differ most, with their values in both runs, as many as fit."""
    shown = found.largest[: max(0, height - 2)]
    if not shown:
        return [(("No parameter differs yet." if not found.largest else "", "words"),)]
    apart_by = [(one.one - one.other, DIGITS) for one in shown]
    digits = [apart(one.one, one.other) for one in shown]
    values = [one.one for one in shown], [one.other for one in shown]
    columns = *(list(zip(side, digits, strict=True)) for side in values), apart_by
    rows: list[Row] = [((" " * 10, ""),), *(((f"{one.symbol:10}", "symbol"),) for one in shown)]
    for head, column in zip((*names, "by"), columns, strict=True):
        texts = aligned([numeral(value, digits=many) for value, many in column])
        cells = 2 + max(len(texts[0]), 9)
        runs = [
            (head, "title"),
            *((text, sign_style(value)) for text, (value, _) in zip(texts, column, strict=True)),
        ]
        rows = [(*row, (text.rjust(cells), style)) for row, (text, style) in zip(rows, runs, strict=True)]
    more = found.differ - len(shown)
    many = f"and {more:,} more of" if more else f"{found.differ:,} of"
    return [*rows, ((f"{many} {found.numbers:,} parameters differ", "dim"),)]
