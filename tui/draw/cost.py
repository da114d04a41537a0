"""What has this iteration cost so far, and what does reuse save?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.cost import Cost, cost
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
_LABEL, _CELLS, _LEAST_BAR = 34, 15, 8


def cost_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the multiply-adds so far and of the iteration, and the price without reuse."""
    found = cost(trace.scenario, trace.schedule, cursor.step)
    price = found.price
    nudged = "the one weight" if price.weights == 1 else f"each of {price.weights:,} weights"
    rows: list[Row] = [
        _heads("multiply-adds", "so far", "this iteration"),
        *_phases(found, width),
        (),
        _heads("the same gradients, without reuse", "multiply-adds", "times as many"),
        _way("backpropagation, with reuse", price.whole.backward, price.whole.backward, "positive"),
        _way("each layer anew from the loss", price.each_layer, price.whole.backward),
        _way("each path on its own", price.each_path, price.whole.backward),
        _way("each weight by a nudge", price.each_weight, price.whole.backward),
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


def _way(name: str, multiply_adds: int, reuse: int, style: str = "value") -> Row:
    times = UNKNOWN
    if reuse:
        # Integer division first: the counts of paths may be far too large for a float.
        times = (
            numeral(multiply_adds / reuse) if multiply_adds < 10**6 * reuse else count(multiply_adds // reuse)
        )
    return (
        (f"   {name}".ljust(_LABEL), ""),
        (count(multiply_adds).rjust(_CELLS), style),
        (times.rjust(_CELLS), style),
    )


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
