"""Without sequences: how much of the output's error reaches each layer on its way back?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.beside.alongside import alongside
from engine.facts.beside.right import differs, should_be
from engine.facts.unrolled.layers import deltas, reached
from engine.looking.cursor import active_layer, layers_around
from engine.words.gradients.batch import of_sample
from engine.words.numbers.unrolled import through_the_layers
from tui.draw.kit.bars import bar_beside
from tui.draw.kit.numbers import UNKNOWN, WRONG, marked, numeral, sign_style
from tui.draw.kit.rows import Room, Row, clip, first_fitting, paragraph, rule

if TYPE_CHECKING:
    from engine.facts.unrolled.layers import Reached
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_LABEL, _CELLS, _MOST_BAR = 6, 12, 60


def depth_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the length of δ of each layer with what is left of the output's, and what that means.

    Where there is room, the numbers of each δ.
    """
    step = cursor.step
    words = paragraph(through_the_layers(trace, step), width)
    shown = layers_around(trace, step, max(1, height - 2 - len(words)))
    rows = [*_table(trace, step, shown, width), *words]
    room = Room(height - len(rows))
    numbers = room.take([rule("δ, neuron by neuron", width), *([()] * len(shown))])[:1]
    for layer in shown if numbers else ():
        found = _numbers(trace, step, layer, width, 1 + room.left)
        room.left -= len(found) - 1
        numbers += found
    return [*rows, *numbers][:height]


def _table(trace: Trace, step: int, shown: range, width: int) -> list[Row]:
    """Return a heading, the names of the columns, and a row for each layer that is shown."""
    layers, other = trace.shapes.layers, alongside(trace, step)
    every = {one.layer: one for one in reached(trace, step)}
    right = {one.layer: one for one in reached(other.trace, other.step)} if other else {}
    sizes = [one.size for one in every.values() if one.size is not None and math.isfinite(one.size)]
    reserved = any(_right(every[layer], right.get(layer), "size") is not None for layer in shown)
    heads = ["length ‖δ‖", *([other.whose] if other and reserved else []), f"of ‖δ{layers}‖"]
    heads += ["step back", "= weights", "× slopes"]
    head = " " * _LABEL + "".join(text.rjust(_CELLS) for text in heads)
    bars = min(width - len(head) - 4, _MOST_BAR)
    whose = of_sample(trace, step)
    start = f"δ{layers}" if whose else "the output's error"
    title = f"δ{whose} by layers"
    title += f", {shown[-1]} to {shown[0]} of {layers}" if len(shown) < layers else ""
    titles = [f"{title}: how much{of} reaches each" for of in (f" of {start}", "") if len(shown) == layers]
    rows = [rule(first_fitting([*titles, title], width - 5), width), clip(((head, "title"),), width)]
    for layer in shown:
        one, beside, here = every[layer], right.get(layer), layer == active_layer(trace, step)
        row: Row = ((f" {'▸' if here else ' '} δ{layer}".ljust(_LABEL), "chosen" if here else "title"),)
        row = (*row, *_number(one, beside, "size"))
        if reserved:
            right_size = _right(one, beside, "size")
            row = (*row, (("" if right_size is None else numeral(right_size)).rjust(_CELLS), "strong"))
        row = (*row, *_number(one, beside, "left"))
        for name in ("gain", "weights", "slopes"):
            row = (*row, *(_number(one, beside, name) if layer < layers else ((" " * _CELLS, ""),)))
        long = bar_beside(one.size, max(sizes, default=0.0), bars)
        rows.append(clip((*row, ("   " * (bars > 0), ""), (long, "done-backward")), width))
    return rows


def _right(one: Reached, right: Reached | None, name: str) -> float | None:
    """Return what a number of a layer should be; None if it is that."""
    return None if right is None else should_be(getattr(one, name), getattr(right, name))


def _number(one: Reached, right: Reached | None, name: str) -> Row:
    value = getattr(one, name)
    if value is None:
        return ((UNKNOWN.rjust(_CELLS), "unknown"),)
    mark = "" if _right(one, right, name) is None else f"{WRONG} "
    before, after = "× " * (name == "gain"), " %" * (name == "left")
    # A blank is between columns: where digits are many, less of them.
    digits = numeral(value * (100.0 if after else 1.0), _CELLS - 1 - len(mark + before + after))
    text = f"{before}{digits}{after}"
    gap = " " * (_CELLS - len(mark + text))  # apart: what is wrong has a ground
    return (gap, ""), (mark, "warning"), (text, "strong" if name == "size" else "value")


def _numbers(trace: Trace, step: int, layer: int, width: int, lines: int) -> list[Row]:
    """Return the δ of as many neurons of a layer as stand in so many lines, and how many more there are."""
    found, other = deltas(trace, step, layer), alongside(trace, step)
    head: Row = ((f" δ{layer}".ljust(_LABEL), "title"),)
    if found is None:
        return [(*head, (UNKNOWN.rjust(_CELLS), "unknown"))]
    room = (width - _LABEL - 1) // _CELLS
    shown = len(found) if len(found) <= room * lines else max(1, room * lines - 1)
    right = None if other is None else deltas(other.trace, other.step, layer)
    wrong = [False] * len(found) if right is None else differs(found, right).tolist()
    rows: list[Row] = []
    for place, (value, is_wrong) in enumerate(zip(found[:shown].tolist(), wrong, strict=False)):
        if place % max(1, room) == 0:
            rows.append(((" " * _LABEL, ""),) if rows else head)
        text, style = numeral(value, _CELLS - 2).rjust(_CELLS), sign_style(value)
        rows[-1] = (*rows[-1], *(marked(text, style) if is_wrong else ((text, style),)))
    if shown < len(found):
        rows[-1] = (*rows[-1], (f"  … {len(found) - shown:,} more", "dim"))
    return [clip(row, width) for row in rows]
