"""What has this iteration cost so far, and what does reuse save?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.cost import Cost, Price, cost
from tui.draw.kit.bars import bar
from tui.draw.kit.numbers import UNKNOWN, count, counted, numeral
from tui.draw.kit.rows import Row, Run, clip
from tui.draw.kit.wide import paragraph

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_NOTE = (
    "One multiply-add for each weight used once. Not counted: biases, activations, slopes, the loss, updates."
)
_LABEL, _CELLS, _LEAST_BAR, _MOST_BAR = 34, 15, 8, 40


def cost_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the multiply-adds so far and of the iteration, and the price without reuse."""
    found = cost(trace.scenario, trace.schedule, cursor.step)
    price = found.price
    nudged = "the one weight" if price.weights == 1 else f"each of {price.weights:,} weights"
    rows: list[Row] = [
        _heads("multiply-adds", "so far", "this iteration"),
        *_phases(found, width),
        (),
        *_ways(price, width),
        ((f" A nudge: two forward passes for {nudged}.", "dim"),),
        (),
        *_held(found, len(trace.shapes.batch(trace.schedule.site(cursor.step).iteration))),
    ]
    note = paragraph(_NOTE, width)
    room = max(0, height - len(note))
    return [clip(row, width) for row in (rows[:room] + note)[:height]]


def _heads(title: str, first: str, second: str) -> Row:
    return (
        (f" {title}".ljust(_LABEL), "heading"),
        (first.rjust(_CELLS), "title"),
        (second.rjust(_CELLS), "title"),
    )


def _phases(found: Cost, width: int) -> list[Row]:
    so_far, whole = found.so_far, found.price.whole
    lines = (
        ("forward", so_far.forward, whole.forward, "done-forward"),
        ("deltas", so_far.deltas, whole.deltas, "done-backward"),
        ("gradients", so_far.gradients, whole.gradients, "done-backward"),
    )
    rows: list[Row] = [
        (
            (f"   {name}".ljust(_LABEL), style),
            (count(done).rjust(_CELLS), "strong"),
            (count(all_of_it).rjust(_CELLS), "value"),
            *_bar(done, all_of_it, width - _LABEL - 2 * _CELLS - 3, style),
        )
        for name, done, all_of_it, style in lines
    ]
    ratios = (so_far.ratio, whole.ratio)
    texts = [UNKNOWN if ratio is None else numeral(ratio) for ratio in ratios]
    rows.append(
        (
            ("   (deltas + gradients) / forward".ljust(_LABEL), ""),
            (texts[0].rjust(_CELLS), "unknown" if so_far.ratio is None else "strong"),
            (texts[1].rjust(_CELLS), "value"),
        )
    )
    return rows


def _bar(done: int, whole: int, cells: int, style: str) -> tuple[Run, ...]:
    if cells < _LEAST_BAR or whole == 0:
        return ()
    cells = min(cells, 40)
    full = bar(done / whole, cells)
    return (("  ", ""), (full, style), ("░" * (cells - len(full)), "future"))


def _ways(price: Price, width: int) -> list[Row]:
    """Return what each way to the same gradients takes, without and with the forward pass counted."""
    forward, back = price.whole.forward, price.whole.backward
    ways = (
        ("backpropagation, with reuse", back, forward + back, "positive"),
        ("each layer anew from the loss", price.each_layer, forward + price.each_layer, "value"),
        ("each path on its own", price.each_path, forward + price.each_path, "value"),
        # A nudge is nothing but forward passes.
        ("each weight by a nudge", price.each_weight, price.each_weight, "value"),
    )
    rows: list[Row] = [
        (
            *_heads("the same gradients, without reuse", "multiply-adds", "times as many"),
            ("forward counted".rjust(_CELLS + 1), "title"),
        )
    ]
    room = min(_MOST_BAR, width - _LABEL - 3 * _CELLS - 4)
    longest = math.log10(max(10, *(many for _, many, _, _ in ways)))
    for name, many, whole, style in ways:
        row: Row = (
            (f"   {name}".ljust(_LABEL), ""),
            (count(many).rjust(_CELLS), style),
            (_times(many, back).rjust(_CELLS), style),
            (_times(whole, forward + back).rjust(_CELLS + 1), style),
        )
        if room >= _LEAST_BAR and many > 0:
            row = (*row, ("  ", ""), (bar(math.log10(max(1, many)) / longest, room), style))
        rows.append(row)
    if room >= _LEAST_BAR:
        rows[0] = (*rows[0], ("  bars: log scale", "dim"))
    return rows


def _times(many: int, fewer: int) -> str:
    if not fewer:
        return UNKNOWN
    # Integer division first: the counts of paths may be far too large for a float.
    return numeral(many / fewer) if many < 10**6 * fewer else count(many // fewer)


def _held(found: Cost, samples: int) -> list[Row]:
    sample, batch = found.price.held_sample, found.price.held_batch
    rows: list[Row] = [
        (
            (" held from the forward pass for the way back", "heading"),
            (f"  {counted(sample.total, 'number')} a sample", "strong"),
        ),
        ((f"   {counted(sample.activations, 'activation')}, {counted(sample.slopes, 'slope')}", ""),),
    ]
    if samples > 1:
        text = f"   {count(batch.total)} numbers when the samples of the batch go through together"
        rows.append(((text, ""),))
    return rows
