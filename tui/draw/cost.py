"""What has this iteration cost so far, and what does reuse save?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.cost import Cost, Price, cost
from engine.words.gradients.cost import WHAT_COUNTS, held, times_as_many, ways, without_forward
from tui.draw.kit.bars import bar
from tui.draw.kit.numbers import UNKNOWN, count, numeral
from tui.draw.kit.rows import Row, Run, clip, paragraph

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_LEAST_BAR, _MOST_BAR = 8, 40
# Cells of the columns of each table: two blanks at least stand between any heads.
_PHASES, _WAYS, _LAYERS = (34, 14, 16), (32, 14, 11, 11, 11), (34, 15, 15, 15)
_HEADS = ("multiply-adds", "× as many", "+ forward", "× as many")
_WIDE = 100  # with a column more: how many times as much it is without the forward pass


def cost_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the multiply-adds so far and of the iteration, and the price without reuse."""
    found = cost(trace.scenario, trace.schedule, cursor.step)
    price = found.price
    told = paragraph(without_forward(price, listed=width >= _WIDE), width, "dim")
    rows: list[Row] = [
        _row(_PHASES, (" multiply-adds", "heading"), ("so far", "title"), ("this iteration", "title")),
        *_phases(found, width),
        (),
        *_ways(price, width),
        *told,
        (),
        *_held(price, len(trace.shapes.batch(trace.schedule.site(cursor.step).iteration))),
    ]
    note = paragraph(WHAT_COUNTS, width)
    room = max(0, height - len(note))
    for least in ((), (), *told):  # goes before anything that is counted does
        if len(rows) > room:
            rows.remove(least)
    if len(rows) + 2 + len(price.layers) <= room:
        rows += [(), *_layers(price)]
    return [clip(row, width) for row in (rows[:room] + note)[:height]]


def _row(columns: tuple[int, ...], name: Run, *others: Run) -> Row:
    """Return a name at the left of its column, and others at the right of theirs."""
    cells = zip(others, columns[1:], strict=True)
    return (name[0].ljust(columns[0]), name[1]), *((text.rjust(wide), look) for (text, look), wide in cells)


def _phases(found: Cost, width: int) -> list[Row]:
    so_far, whole = found.so_far, found.price.whole
    lines = (
        ("forward", so_far.forward, whole.forward, "done-forward"),
        ("deltas", so_far.deltas, whole.deltas, "done-backward"),
        ("gradients", so_far.gradients, whole.gradients, "done-backward"),
    )
    rows: list[Row] = []
    for name, done, all_of_it, style in lines:
        row = _row(_PHASES, (f"   {name}", style), (count(done), "strong"), (count(all_of_it), "value"))
        rows.append((*row, *_bar(done, all_of_it, width - sum(_PHASES) - 3, style)))
    now, at_last = (UNKNOWN if one is None else numeral(one) for one in (so_far.ratio, whole.ratio))
    style = "unknown" if so_far.ratio is None else "strong"
    ratio = _row(_PHASES, ("   (deltas + gradients) / forward", ""), (now, style), (at_last, "value"))
    return [*rows, ratio]


def _bar(done: int, whole: int, cells: int, style: str) -> tuple[Run, ...]:
    if cells < _LEAST_BAR or whole == 0:
        return ()
    cells = min(cells, _MOST_BAR)
    full = bar(done / whole, cells)
    return (("  ", ""), (full, style), ("─" * (cells - len(full)), "rule"))


def _ways(price: Price, width: int) -> list[Row]:
    """Return what each way to the same gradients takes, without and with the forward pass counted."""
    every = ways(price)
    first = every[0]
    shown = (0, 1, 2, 3) if width >= _WIDE else (0, 2, 3)
    lines: list[list[str]] = []
    for one in every:
        pairs = (one.many, first.many), (one.whole, first.whole)
        texts = [text for pair in pairs for text in (count(pair[0]), times_as_many(*pair) or UNKNOWN)]
        lines.append([texts[place] for place in shown])
    needed = (2 + max(map(len, column)) for column in zip(*lines, strict=True))
    columns = (_WAYS[0], *map(max, (_WAYS[1 + place] for place in shown), needed))
    room = min(_MOST_BAR, width - sum(columns) - 3)
    largest = max(one.whole for one in every)
    heads = ((_HEADS[place], "title") for place in shown)
    rows = [_row(columns, (" the same gradients", "heading"), *heads)]
    for one, line in zip(every, lines, strict=True):
        style = "strong" if one is first else "value"
        row = _row(columns, (f"   {one.name}", ""), *((text, style) for text in line))
        there = room >= _LEAST_BAR and one.whole
        rows.append((*row, (f"  {bar(one.whole / largest, room) or '╴'}" if there else "", "value")))
    return rows


def _layers(price: Price) -> list[Row]:
    """Return the multiply-adds of the iteration by layer."""
    heads = [(head, "title") for head in ("forward", "deltas", "gradients")]
    rows = [_row(_LAYERS, (" this iteration, layer by layer", "heading"), *heads)]
    for layer, one in enumerate(price.layers, start=1):
        counts = [(count(many), "value") for many in (one.forward, one.deltas, one.gradients)]
        rows.append(_row(_LAYERS, (f"   layer {layer}", ""), *counts))
    return rows


def _held(price: Price, samples: int) -> list[Row]:
    total, *more = held(price, samples)
    head: Row = ((" held from the forward pass for the way back", "heading"), (f"  {total}", "strong"))
    return [head, *(((f"   {text}", ""),) for text in more)]
