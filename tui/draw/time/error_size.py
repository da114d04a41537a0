"""How does the size of the error change over time, layer by layer, and what does each step back leave?

A bar for each time, all times of the sequence side by side, on one logarithmic scale for all layers.
"""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np

from engine.facts.unrolled.gain import Tendency, through_times
from engine.facts.unrolled.through_time import sizes
from engine.looking.cursor import active_layer
from engine.numerals import DIGITS
from engine.words.gradients.batch import of_sample
from engine.words.numbers.unrolled import steps_back
from tui.draw.kit.bars import upright
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral
from tui.draw.kit.plot import Scale
from tui.draw.kit.rows import Canvas, Row, around, clip, length, plain, rule
from tui.draw.time.columns import BESIDE, LABEL, MANY, NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.beside.claims import Claim
    from engine.facts.unrolled.through_time import Along
    from tui.draw.time.columns import TimeColumns
    from tui.draw.time.story import Teller

    Share = Callable[[float], float]

_LEAST_DECADES = 3.0


def scale_of(values: list[float]) -> Scale | None:
    """Return the scale of all sizes that have a logarithm; None if none has."""
    logs = [math.log10(value) for value in values if math.isfinite(value) and value > 0.0]
    # Of three decades at least: sizes that hardly differ have bars that hardly differ.
    return Scale(min(*logs, max(logs) - _LEAST_DECADES), max(logs), logarithmic=True) if logs else None


def ends_of(scale: Scale, digits: int = DIGITS) -> str:
    """Return what the least bar of a logarithmic scale and the longest stand for."""
    low, high = (numeral(scale.value(end), digits=digits) for end in (0.0, 1.0))
    return f"log scale {low} to {high}"


def headed(width: int, *wordings: tuple[str, str]) -> Row:
    """Return the first heading, with what stands at its right end, that fits; if none does, the last."""
    rows = [(rule(title, width, after=after), after) for title, after in wordings]
    return next((row for row, after in rows if after in plain(row)), rows[-1][0])


def size_rows(teller: Teller, height: int) -> list[Row]:
    """Return a title, the bars of each layer, the last on top, and an axis: at most `height` rows.

    The axis takes no line of bars that have two at most.
    """
    trace, step, columns = teller.trace, teller.step, teller.columns
    layers, room = trace.shapes.layers, height - 1
    if room < 1:
        return []
    count = min(layers, room)
    axis = room > 2 * count or room % count > 0
    lines = (room - axis) // count
    active = active_layer(trace, step)
    shown = [layers - place for place in around(layers - active, layers, count)]
    claims = {layer: teller.worked_out(partial(sizes, layer=layer)) for layer in shown}
    found = [claim.found for claim in claims.values()]
    scale = scale_of([value for along in found for value in along.values.tolist()])
    title = f"size of δ{of_sample(trace, step)}"
    title += f", @0 to @{columns.times - 1}" if columns.times > 1 else ""
    after = "no size above 0 yet" if any(along.times for along in found) else "known on the way back"
    if scale is not None:
        after = ends_of(scale)
    rows = [rule(title, columns.width, after=after)]
    # Bars stand below their columns; where the words have no room beside them, they are above.
    above = lines > 2 and columns.aligned and bars_of(columns) != bars_of(columns, 0)
    bars = bars_of(columns, 0 if above else BESIDE)
    x = bars[-1].x + bars[-1].cells + 2
    room = columns.width - (LABEL if above else x)
    for layer, claim in claims.items():
        canvas = Canvas(columns.width, lines - above)
        back = through_times(trace, step, layer)
        shared = BESIDE if canvas.height == 2 and not above else 0
        words = [*map(_verdict, steps_back(trace, back, layer, columns.present, shared, room))]
        _head(canvas, layer, columns.present, claim)
        draw_bars(canvas, claim.found, scale and scale.share_of, bars, columns.present)
        if above:
            rows.append(_in_a_line(layer, words, columns.width))
        else:
            for y, row in enumerate(words[:lines], start=max(0, lines - len(words))):
                canvas.runs(x, y, clip(row, max(0, room)))
        rows += canvas.rows()
    return [*rows, draw_axis(bars, columns)] if axis else rows


def _in_a_line(layer: int, words: list[Row], width: int) -> Row:
    """Return of which layer they are and, from where the bars begin, as many words as fit in a line."""
    said: Row = ((f" layer {layer}".ljust(LABEL), "title"),)
    for word in words:
        longer = (*said, *((" · ", "dim"),) * (len(said) > 1), *word)
        said = longer if length(longer) <= width else said
    return said


class Bar(NamedTuple):
    """A bar's first cell, its width, and the times that it stands for."""

    x: int
    cells: int
    times: range


def bars_of(columns: TimeColumns, beside: int = BESIDE) -> list[Bar]:
    """Return a bar for each time, below its column where it has one; of many times several in one.

    The cells `beside` them are for what is said of them: there stand all times, or all below each other.
    """
    times, room = columns.times, max(1, columns.width - LABEL - beside - 2)
    if times < MANY and len(columns.shown) * columns.cells <= room and (columns.aligned or not beside):
        return [Bar(columns.start(time), columns.number, range(time, time + 1)) for time in columns.shown]
    if times > room:
        edges = [cell * times // room for cell in range(room + 1)]
        return [
            Bar(LABEL + cell, 1, range(first, stop)) for cell, (first, stop) in enumerate(pairwise(edges))
        ]
    pitch = room // times
    cells = min(NUMBER, max(1, pitch - 1))
    pitch = min(pitch, cells + 1)
    return [Bar(LABEL + time * pitch, cells, range(time, time + 1)) for time in range(times)]


def _verdict(text: str) -> Row:
    """Return what is said of an error; what becomes of it stands out."""
    head, colon, tendency = text.rpartition(": ")
    if tendency in get_args(Tendency):
        return ((head + colon, "strong"), (tendency, "key"))
    return ((text, "unknown" if UNKNOWN in text else ""),)


def _head(canvas: Canvas, layer: int, present: int, claim: Claim) -> None:
    y, size, wrong = canvas.height - 1, claim.at(present), claim.is_wrong(present)
    end = canvas.write(1, y, f"‖δ{layer}@{present}‖", "title")
    text = UNKNOWN if size is None else numeral(size, max(5, LABEL - 2 - end - wrong))
    x = canvas.write(LABEL - 1 - len(text) - wrong, y, WRONG * wrong, "warning")
    canvas.write(x, y, text, "unknown" if size is None else "strong")


def draw_bars(canvas: Canvas, along: Along, scale: Share | None, bars: list[Bar], present: int) -> None:
    """Draw the bars of the times up to the last of them, as high as the canvas; · where one is not known.

    The `scale` says where a size lies between none (0) and the largest (1).
    """
    for bar in bars:
        known = range(max(bar.times.start, along.times.start), min(bar.times.stop, along.times.stop))
        if bar.times.start >= along.times.stop:
            continue
        value = None
        if known:
            part = along.values[known.start - along.times.start : known.stop - along.times.start]
            value = float(np.fmax.reduce(part))
        style = "focus" if present in bar.times else "done-backward"
        for line, character in enumerate(_cells(value, scale, canvas.height)):
            y = canvas.height - 1 - line
            canvas.write(bar.x, y, character * bar.cells, "unknown" if value is None else style)


def draw_axis(bars: list[Bar], columns: TimeColumns) -> Row:
    """Return the first, the last and the present time below their bars."""
    canvas = Canvas(columns.width, 1)
    here = next(bar for bar in bars if columns.present in bar.times)
    end = bars[-1].x + bars[-1].cells
    label, last = f"▲@{columns.present}", f"@{columns.times - 1}"
    x, begin = here.x + here.cells // 2, bars[0].x
    if columns.present and x > begin + len("@0 "):
        canvas.write(begin, 0, "@0", "dim")
    if columns.present < columns.times - 1 and x + len(label) < end - len(last):
        canvas.write(end - len(last), 0, last, "dim")
    canvas.write(x, 0, label, "focus")
    return canvas.rows()[0]


def _cells(value: float | None, scale: Share | None, lines: int) -> str:
    """Return the cells of a bar, from the bottom up; a size without a logarithm is written as it is."""
    if value is None:
        return UNKNOWN
    if math.isnan(value):
        return "?"
    if value == 0.0:
        return "0"
    if math.isinf(value) or scale is None:
        return "∞"
    return upright(scale(value), lines)
