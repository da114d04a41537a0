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
    from collections.abc import Callable, Sequence

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_NOTE = (
    "One multiply-add for each weight used once. Not counted: biases, activations, slopes, the loss, updates."
)
_SO_FAR, _WHOLE = 14, 16  # cells of a column each: two blanks at least stand between any heads
_LABEL, _CELLS, _LEAST_BAR, _MOST_BAR = 34, 15, 8, 40
_WAYS = (32, 14, 12, 11)  # cells of the name of a way, of its count, and of two ratios
_FAR = 1000  # times that a count is another: beyond, the shorter of two bars is not seen


def cost_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the multiply-adds so far and of the iteration, and the price without reuse."""
    found = cost(trace.scenario, trace.schedule, cursor.step)
    price = found.price
    nudged = "the one weight" if price.weights == 1 else f"each of {price.weights:,} weights"
    told: Row = ((f" A nudge: two forward passes for {nudged}.", "dim"),)
    rows: list[Row] = [
        _heads("multiply-adds", "so far", "this iteration"),
        *_phases(found, width),
        (),
        *_ways(price, width),
        told,
        (),
        *_held(found, len(trace.shapes.batch(trace.schedule.site(cursor.step).iteration))),
    ]
    note = paragraph(_NOTE, width)
    room = max(0, height - len(note))
    for least in ((), (), told):  # goes before anything that is counted does
        if len(rows) > room:
            rows.remove(least)
    if len(rows) + 2 + len(price.layers) <= room:
        rows += [(), *_layers(price)]
    return [clip(row, width) for row in (rows[:room] + note)[:height]]


def _heads(title: str, first: str, second: str) -> Row:
    return (
        (f" {title}".ljust(_LABEL), "heading"),
        (first.rjust(_SO_FAR), "title"),
        (second.rjust(_WHOLE), "title"),
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
            (count(done).rjust(_SO_FAR), "strong"),
            (count(all_of_it).rjust(_WHOLE), "value"),
            *_bar(done, all_of_it, width - _LABEL - _SO_FAR - _WHOLE - 3, style),
        )
        for name, done, all_of_it, style in lines
    ]
    ratios = (so_far.ratio, whole.ratio)
    texts = [UNKNOWN if ratio is None else numeral(ratio) for ratio in ratios]
    rows.append(
        (
            ("   (deltas + gradients) / forward".ljust(_LABEL), ""),
            (texts[0].rjust(_SO_FAR), "unknown" if so_far.ratio is None else "strong"),
            (texts[1].rjust(_WHOLE), "value"),
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
    room = min(_MOST_BAR, width - sum(_WAYS) - 3)
    share, scale = _scale([many for _, many, _, _ in ways])
    heads = zip(("multiply-adds", "no forward", "+ forward"), _WAYS[1:], strict=True)
    rows: list[Row] = [
        (
            (" same gradients, times as many".ljust(_WAYS[0]), "heading"),
            *((text.rjust(cells), "title") for text, cells in heads),
            (f"  {scale}" if len(scale) <= room else "", "dim"),
        )
    ]
    for name, many, whole, style in ways:
        cells = (count(many), _times(many, back), _times(whole, forward + back))
        rows.append(
            (
                (f"   {name}".ljust(_WAYS[0]), ""),
                *((text.rjust(width), style) for text, width in zip(cells, _WAYS[1:], strict=True)),
                (f"  {bar(share(many), room) or '▏'}" if room >= _LEAST_BAR and many else "", style),
            )
        )
    return rows


def _scale(counts: Sequence[int]) -> tuple[Callable[[int], float], str]:
    """Return what part of a bar a count has, and the scale in words: by the count, or by its logarithm."""
    largest, least = max(counts), min((many for many in counts if many), default=1)
    if largest <= _FAR * least:
        return (lambda many: many / max(1, largest)), "bars: counts"
    longest = math.log10(max(10, largest))
    return (lambda many: math.log10(max(1, many)) / longest), "log scale"


def _times(many: int, fewer: int) -> str:
    if not fewer:
        return UNKNOWN
    # Integer division first: the counts of paths may be far too large for a float.
    return numeral(many / fewer) if many < 10**6 * fewer else count(many // fewer)


def _layers(price: Price) -> list[Row]:
    """Return the multiply-adds of the iteration by layer."""
    heads = (" this iteration, layer by layer".ljust(_LABEL), "forward", "deltas", "gradients")
    return [
        ((heads[0], "heading"), *((head.rjust(_CELLS), "title") for head in heads[1:])),
        *(
            (
                (f"   layer {layer}".ljust(_LABEL), ""),
                *((count(many).rjust(_CELLS), "value") for many in (one.forward, one.deltas, one.gradients)),
            )
            for layer, one in enumerate(price.layers, start=1)
        ),
    ]


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
