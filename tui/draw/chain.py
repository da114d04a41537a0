"""Which factors make a gradient, along one path and over all paths, and what is used again?

Three tables below each other, for the weight between the two neurons that the cursor looks at: the
factors of one path from the loss down, with the product so far; the sum over all paths; and what has
been formed for the layer above already. Their numbers and the bars behind them share two columns.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from tui.draw.asked import Asked
from tui.draw.bars import NUMBER, Columns, Line
from tui.draw.numbers import UNKNOWN, sign_style, signed
from tui.draw.paths import listable, sum_rows
from tui.draw.reuse import reuse_rows, reuse_words
from tui.draw.rows import Row, clip, length

if TYPE_CHECKING:
    from engine.cursor import Cursor
    from engine.paths import Factor
    from engine.tracing import Trace

_SYMBOL = 18
_LEAST_FACTORS, _GAPS = 4, 2


def chain_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the path, the sum over paths and the reuse in `width` x `height` cells."""
    asked = Asked(trace, cursor)
    notes = _notes(asked, width)
    paths, branches = listable(asked), asked.above
    room = _Room(height - 2 - len(notes) - len(sum_rows(asked, width, 0)) - len(reuse_rows(asked, width, 0)))
    factors = max(1, room.take(min(_LEAST_FACTORS, len(asked.factors))))
    listed, gathered = room.take(min(2, paths)), room.take(min(2, branches))
    factors += room.take(len(asked.factors) - factors)
    words = reuse_words(asked, width, min(2, room.left))
    room.take(len(words))
    gathered += room.take(min(branches - gathered, (room.left + 1) // 2))
    listed += room.take(paths - listed)
    gathered += room.take(branches - gathered)
    if len(more := reuse_words(asked, width, len(words) + room.left)) > len(words):
        room.take(len(more) - len(words))
        words = more
    sums, reuse = sum_rows(asked, width, listed), reuse_rows(asked, width, gathered)
    gap: list[Row] = [()] if room.left >= _GAPS else []
    rows = [
        _title(asked, width),
        *_along(asked, width, factors),
        *notes,
        *gap,
        *sums,
        *gap,
        *reuse,
        *words,
    ]
    return [clip(row, width) for row in rows[:height]]


class _Room:
    """The rows that are left; `take` never takes more."""

    def __init__(self, rows: int) -> None:
        self.left = max(0, rows)

    def take(self, rows: int) -> int:
        """Take up to this many rows; return how many there were."""
        taken = max(0, min(rows, self.left))
        self.left -= taken
        return taken


def _title(asked: Asked, width: int) -> Row:
    """Return which weight and which path are shown, and for which sample and time."""
    batch = asked.trace.shapes.batch(asked.known.iteration)
    place = f"sample {asked.known.sample - batch.start + 1}/{len(batch)}"
    if asked.trace.shapes.sequences:
        place += f" · time @{asked.known.time}"
    row: Row = (
        (f" {asked.gradient.symbol}", "chosen"),
        (" along one path: ", ""),
        (f"{asked.factors[-1].symbol} → {asked.stations(asked.path)}", "strong"),
    )
    gap = width - length(row) - len(place) - 1
    return (*row, (" " * gap + place, "dim")) if gap >= 2 else row


def _along(asked: Asked, width: int, room: int) -> list[Row]:
    """Return a row for each factor with the product so far; without the middle if there is no room."""
    columns = Columns(width)
    product: float | None = 1.0
    lines: list[Line] = []
    for place, factor in enumerate(asked.factors):
        value = asked.shown(factor)
        product = None if value is None or product is None else product * value
        lines.append(Line(_factor(asked, factor, columns.left, first=place == 0), product))
    omitted = len(lines) - room + 1
    if omitted > 1:
        first = room // 2
        after = lines[first + omitted - 1].value
        lines[first : first + omitted] = [Line(((f" × {omitted} more factors", "dim"),), after)]
    head = " factor".ljust(3 + _SYMBOL) + "value".rjust(NUMBER - 1) + "  what it is"
    return [
        ((head.ljust(columns.left - 3) + "product so far", "title"),),
        *columns.rows(lines),
    ]


def _factor(asked: Asked, factor: Factor, cells: int, *, first: bool) -> Row:
    value = asked.shown(factor)
    changed = factor.changed and value is not None
    sign = " ! " if changed else "   " if first else " × "
    number = UNKNOWN.rjust(NUMBER - 1) if value is None else signed(value, NUMBER)
    room = cells - len(sign) - _SYMBOL - NUMBER - 1
    meanings = _meanings(factor)
    return (
        (sign, "warning" if changed else "dim"),
        (factor.symbol.ljust(_SYMBOL), "symbol"),
        (number.ljust(NUMBER), sign_style(value)),
        (f" {meanings[0] if len(meanings[0]) <= room else meanings[1]}", "dim"),
    )


def _meanings(factor: Factor) -> tuple[str, str]:
    """Return what a factor is, in many words and in few."""
    layer, neuron = factor.layer, factor.units[0] + 1
    match factor.meaning:
        case "error":
            return "error: how C moves with this output", "error"
        case "delta":
            return "delta: slope and error in one", "delta"
        case "slope":
            return f"slope of layer {layer}, neuron {neuron}", f"slope, layer {layer}"
        case "weight":
            return f"weight, back from layer {layer} to {layer - 1}", "weight"
        case _:
            below = f"layer {layer}, neuron {neuron}" if layer else f"input {neuron}"
            return f"what came in from {below}", "what came in"


def _notes(asked: Asked, width: int) -> list[Row]:
    """Return what must be said of the factors: weights that have changed, factors that are one."""
    notes: list[tuple[str, str]] = []
    changed = sorted({one.layer for one in asked.factors if one.changed and asked.shown(one) is not None})
    if changed:
        names = ", ".join(f"W{layer}" for layer in changed)
        notes.append((" ! ", f"{names} changed already: no longer the factor that the forward pass used."))
    if asked.factors[0].meaning == "delta":
        softmax = asked.trace.scenario.network.layers[-1].activation == "softmax"
        why = "Softmax couples its outputs" if softmax else "Sigmoid and this loss simplify"
        notes.append(("", f"{why}: slope and error are one factor, ∂C/∂z."))
    if not asked.chain.has_target:
        notes.append(("", "No target at this time: a path within it carries 0 and does not count."))
    return [
        ((mark if place == 0 else " " * len(mark), "warning" if place == 0 else ""), (f" {line}", "words"))
        for mark, text in notes
        for place, line in enumerate(wrap(text, max(20, width - len(mark) - 2)))
    ]
