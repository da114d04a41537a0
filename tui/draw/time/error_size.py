"""How does the size of the error change over time, layer by layer, and what does each step back leave?

A bar for each time, all times of the sequence side by side, on a scale for each layer.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, get_args

from engine.facts.through_time import sizes
from engine.facts.unrolled.gain import Tendency, through_times
from engine.looking.cursor import layers_around
from engine.words.gradients.batch import of_sample
from engine.words.numbers.unrolled import steps_back
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral
from tui.draw.kit.rows import Canvas, Row, clip, length, rule
from tui.draw.time.bars import bars_of, draw_axis, draw_bars
from tui.draw.time.columns import BESIDE, LABEL

if TYPE_CHECKING:
    from engine.facts.beside.claims import Claim
    from tui.draw.time.story import Teller


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
    shown = layers_around(trace, step, count)
    claims = {layer: teller.worked_out(partial(sizes, layer=layer)) for layer in shown}
    found = [claim.found for claim in claims.values()]
    title = f"size of δ{of_sample(trace, step)}"
    title += f", @0 to @{columns.times - 1}" if columns.times > 1 else ""
    after = "no size above 0 yet" if any(along.times for along in found) else "known on the way back"
    if any(along.values.any() for along in found):
        after = "a scale for each layer" * (count > 1)
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
        draw_bars(canvas, claim.found, bars, columns.present)
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
