"""How steep is the activation where this neuron stands? The curve, its tangent at z, the slope's value.

Below the curve stand all neurons of the layer at their z, so that one sees which of them are saturated. A z
of a softmax moves all outputs: their curves are drawn too, and what the error of each gives to its delta.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.explain import explain
from engine.facts.slopes.slope import (
    curve,
    curves,
    limits_of,
    moved_outputs,
    number_at,
    place_of,
    slope_at,
    steepness,
)
from engine.looking.along import round_step
from engine.looking.weights import layer_looked_at
from engine.numerals import DIGITS, apart
from engine.words.gradients.batch import of_sample
from engine.words.numbers.slope import coming, formulas, heading, meaning, no_curve, right_there
from tui.draw.kit.dots import ACROSS, DOWN, Dots
from tui.draw.kit.equations import Writing
from tui.draw.kit.numbers import WRONG, held, in_column, numeral, sign_style
from tui.draw.kit.rows import Canvas, Row, around, length, paragraph, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.facts.slopes.slope import Place
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_LABELS = 8
_LEAST_REACH, _LARGEST_REACH = 4.0, 1e150
_WIDE, _WIDER = 100, 140
_BESIDE, _BESIDE_OUTPUTS, _BESIDE_WIDER = 34, 62, 66  # cells of the text where it stands beside the curve
_LEAST_LINES, _FEW_OUTPUTS, _LEAST_TABLE = 4, 6, 4
_MOST_OF_DELTA = 6  # rows of its equation: symbols, numbers and result, broken at each factor
_NEAR = 0.1  # of the height of the curve: a limit that is no further away is shown
_CELLS, _OUTPUT = 8, 10  # of a number and of a name in the table of outputs


def slope_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the curve of the neuron that is looked at, with its tangent, and what that means."""
    layer = layer_looked_at(trace, cursor)
    place = place_of(trace, cursor.step, layer, cursor.units[layer])
    canvas = Canvas(width, height)
    title, whose = heading(place), of_sample(trace, cursor.step)
    more = f"  with its tangent at z{whose}"
    canvas.runs(1, 0, ((title, "heading"), (more if 1 + len(title + more) <= width else whose, "dim")))
    beside = 0
    if width >= _WIDE:
        beside = _BESIDE_WIDER if width >= _WIDER else _BESIDE_OUTPUTS if place.coupled else _BESIDE
    room = height - 2 if beside else height - 4 - _LEAST_LINES
    text = _text(trace, cursor.step, place, (beside or width) - 2, max(1, room))
    columns = width - beside - _LABELS - 2
    lines = height - 4 - (0 if beside else len(text))
    if columns >= 8 and lines >= 3:
        _draw(canvas, place, columns, lines)
    x, y = (width - beside, 2) if beside else (1, height - len(text))
    canvas.block(x, max(1, y), text)
    if beside:
        y += len(text) + 1
        canvas.block(x, y, _steepness(place, beside, height - y - 1))
    return canvas.rows()


class _Frame(NamedTuple):
    """The cells of a picture of curves, from z = -reach to reach and from a = low to high."""

    columns: int
    lines: int
    reach: float
    low: float
    high: float

    def column(self, z: float) -> int:
        """Return the cell of a z, from the left."""
        return round((z + self.reach) / (2.0 * self.reach) * (ACROSS * self.columns - 1)) // ACROSS

    def line(self, a: float) -> int:
        """Return the cell of an a, from the top."""
        return round((self.high - a) / (self.high - self.low) * (DOWN * self.lines - 1)) // DOWN

    def dots(self, a: Array) -> Dots:
        """Return a curve; what lies outside is left out."""
        dots = Dots(self.columns, self.lines)
        dots.curve(a, self.low, self.high)
        return dots


def _reach(place: Place) -> float:
    """Return how far the axis of z goes to both sides."""
    far = abs(place.z or 0.0)
    return max(_LEAST_REACH, 1.25 * far) if far <= _LARGEST_REACH else _LEAST_REACH


def _steepness(place: Place, width: int, height: int) -> list[Row]:
    """Return how steep the activation is over z, with the neuron's place; nothing without room.

    Nor of a layer that is coupled, where that depends on all others: its outputs are listed there.
    """
    slope, reach = slope_at(place), _reach(place)
    columns, lines, left = width - _LABELS - 2, height - 3, _LABELS + 1
    if lines < _LEAST_LINES or place.coupled or slope is None or place.z is None:
        return []
    if not abs(place.z) <= reach:  # nor has nan a place
        return []
    every = steepness(place, np.linspace(-reach, reach, ACROSS * columns))
    if not np.isfinite(every).all():
        return []
    canvas = Canvas(width, height)
    canvas.write(left, 0, "f'(z)", "heading")
    frame = _framed(canvas, columns, lines, reach, [min(0.0, float(np.min(every))), float(np.max(every))])
    frame.dots(every).draw(canvas, left, 1, "value")
    canvas.write(left + frame.column(place.z), 1 + frame.line(slope), "●", "focus")
    _axis(canvas, place, frame)
    return canvas.rows()


def _framed(
    canvas: Canvas, columns: int, lines: int, reach: float, ends: list[float], limits: Sequence[float] = ()
) -> _Frame:
    """Draw the axis of values from low to high, with the round ones; return the cells of its picture.

    What a curve goes to, or else its ends, lies where a line stands, in the middle of its cells: the curve
    comes up to that line, never beyond.
    """
    low, high = ends
    margin = 0.08 * (high - low or 1.0)
    frame = _Frame(columns, lines, reach, low - margin, high + margin)
    middle = (low + high) / 2
    bottom = min((one for one in limits if one < middle), default=low)
    top = max((one for one in limits if one > middle), default=high)
    below, above = DOWN * frame.line(bottom) + 1, DOWN * frame.line(top) + 2
    if below > above and top > bottom:
        dot = (top - bottom) / (below - above)
        frame = frame._replace(low=bottom - dot * (DOWN * lines - 1 - below), high=top + dot * above)
    for line in range(lines):
        canvas.write(_LABELS, 1 + line, "│", "rule")
    step = round_step(high - low or 1.0, 2)
    for mark in (step * place for place in range(math.ceil(low / step), math.floor(high / step) + 1)):
        canvas.write(0, 1 + frame.line(mark), numeral(mark, _LABELS - 2, digits=2).rjust(_LABELS - 1), "dim")
        canvas.write(_LABELS, 1 + frame.line(mark), "┤", "rule")
    return frame


def _draw(canvas: Canvas, place: Place, columns: int, lines: int) -> None:
    reach, left = _reach(place), _LABELS + 1
    is_there = place.z is not None and abs(place.z) <= reach
    z = np.linspace(-reach, reach, ACROSS * columns)
    every = curves(place, z) if place.coupled else curve(place, z)[:, None]
    if missing := no_curve(place, every):
        canvas.write(left, 1, missing[:columns], "dim")
        return
    mine = every[:, place.unit] if place.coupled else every[:, 0]
    drawn = every if every.shape[1] <= _FEW_OUTPUTS else mine[:, None]
    low, high = float(np.min(drawn)), float(np.max(drawn))
    more = _NEAR * (high - low)
    limits = [limit for limit in limits_of(place) if low - more <= limit <= high + more]
    low, high = min(low, *limits, high), max(high, *limits, low)
    frame = _framed(canvas, columns, lines, reach, [low, high], limits)
    for limit in limits:
        canvas.write(left, 1 + frame.line(limit), "╌" * columns, "wire")
    names: dict[int, list[str]] = {}
    for unit in range(drawn.shape[1] if drawn.shape[1] > 1 else 0):
        if unit != place.unit:
            frame.dots(drawn[:, unit]).draw(canvas, left, 1, "rule")
        names.setdefault(frame.line(float(drawn[0, unit])), []).append(f"a{place.layer}[{unit + 1}]")
    course = frame.dots(mine)
    course.draw(canvas, left, 1, "value")
    slope = slope_at(place)
    if place.z is not None and place.a is not None and slope is not None and is_there:
        # As long as is needed to see its direction: a steep one is cut at the frame.
        near = np.abs(z - place.z) <= 0.5 * reach
        tangent = frame.dots(np.where(near, place.a + slope * (z - place.z), np.nan))
        tangent.over(course)
        tangent.draw(canvas, left, 1, "focus")
        canvas.write(left + frame.column(place.z), 1 + frame.line(place.a), "●", "focus")
    for line, found in names.items():
        canvas.write(left, 1 + line, f"{' '.join(found)} "[:columns], "dim")
    # In a row of its own that begins left of the axis: in that of the labels it was read as a place.
    canvas.write(1, frame.lines + 3, _meant(place, _axis(canvas, place, frame)), "dim")


def _meant(place: Place, marked: int) -> str:
    """Return what the marks of other neurons on the axis mean, of which so many are seen; nothing of none."""
    if not marked or place.others is None:
        return ""
    which = (
        "other neurons" if marked > 1 else "the other neuron" if len(place.others) == 2 else "another neuron"
    )
    return f"┴ on the axis: {which} of layer {place.layer}"


def _axis(canvas: Canvas, place: Place, frame: _Frame) -> int:
    """Draw the axis of z with every neuron of the layer on it; below it where it ends, 0, and z here.

    Return how many others are seen on it: not where this one stands, nor beyond its ends.
    """
    left, line, reach = _LABELS + 1, frame.lines + 1, frame.reach
    canvas.write(_LABELS, line, "└" + "─" * frame.columns, "rule")
    there = [] if place.others is None else place.others[np.abs(place.others) <= reach].tolist()
    cells = [left + frame.column(z) for z in there]
    marks = dict.fromkeys(cells, ("┴", "strong"))
    if place.z is not None and abs(place.z) <= reach:
        marks[left + frame.column(place.z)] = "▲", "focus"
    for x, mark in marks.items():
        canvas.write(x, line, *mark)
    canvas.write(_LABELS - 1, line + 1, "z", "dim")
    numbers = [(z, numeral(z, digits=2), "dim") for z in (-reach, reach, 0.0)]
    if place.z is not None and abs(place.z) <= reach:
        numbers.insert(0, (place.z, numeral(place.z), "focus"))
    for z, text, style in numbers:  # those that have room
        x = left + min(max(0, frame.column(z) - len(text) // 2), frame.columns - len(text))
        if canvas.is_free(x - 1, line + 1, len(text) + 2 - (z == reach)):
            canvas.write(x, line + 1, text, style)
    return sum(marks[x][0] == "┴" for x in cells)


def _text(trace: Trace, step: int, place: Place, width: int, room: int) -> list[Row]:
    """Return the formulas, the numbers and what they mean, the most telling in `room` rows."""
    letter, slope = place.name[0], slope_at(place)
    formula, derivative = formulas(place)
    head: Row = ((f"{letter} = f(z) = ", "dim"), (formula, "symbol"))
    if place.z is None or place.a is None or slope is None:
        return [head, *sentences(coming(trace, step, place), width, max(1, room - 1))]
    both: Row = (*head, ("   f'(z) = ", "dim"), (derivative, "symbol"))
    slope_row = paragraph(f"f'(z) = {derivative}", width, "symbol", margin=0)
    rows = [both] if length(both) <= width else [head, *slope_row]
    rows += _numbers(place.z, place.a, slope, letter, width)
    if place.right is not None:
        rows += paragraph(f"{WRONG} {right_there(trace, place)}", width, "warning", margin=0)
    words = paragraph(meaning(place, slope), width, margin=0)
    left = room - len(rows) - len(words)
    delta = _delta(trace, step, place, width)
    if len(delta) <= left:
        rows += delta
    if place.coupled:
        rows += _outputs(place, left - len(delta))
    return [*rows, *sentences(meaning(place, slope), width, max(1, room - len(rows)))]


def _numbers(z: float, a: float, slope: float, letter: str, width: int) -> list[Row]:
    """Return the numbers of a place in one row or, where that is too narrow, the slope in another."""
    row: Row = (("z ", "dim"), (numeral(z), "value"), (f"  {letter} ", "dim"), (numeral(a), "value"))
    steep: Row = (("f'(z) ", "dim"), (numeral(slope), "chosen"))
    together: Row = (*row, ("  ", ""), *steep)
    return [together] if length(together) <= width else [row, steep]


def _delta(trace: Trace, step: int, place: Place, width: int) -> list[Row]:
    """Return how the slope and the error that came back made the neuron's delta; nothing before that."""
    if place.delta is None or not np.isfinite(place.delta):
        return []
    one = number_at(trace, step, "delta", place.layer, place.unit)
    right = one.beside
    digits = DIGITS if right is None else apart(one.value, right)
    tail = (" = ", "symbol"), *held(one.value, right, sign_style(one.value))
    head: Row = ((one.symbol, "symbol"), (" = ", "symbol"))
    return Writing().lines(
        explain(trace, one.number).expression, one.value, (head, tail), width, _MOST_OF_DELTA, digits
    )


def _outputs(place: Place, room: int) -> list[Row]:
    """Return how each output of a coupled layer moves with the neuron's z, and what its error gives to δ.

    What there is no row for is added up.
    """
    if room < _LEAST_TABLE or place.others is None:
        return []
    units = len(place.others)
    shown = around(place.unit, units, units if units <= room - 2 else room - 3)
    labels = [f"{'▸' if unit == place.unit else ' '}output {unit + 1}" for unit in shown]
    labels += [f" {units - len(shown):,} others"] * (len(shown) < units) + [" all"]
    rows: list[Row] = [((" " * _OUTPUT, ""),)]
    rows += [((label.ljust(_OUTPUT), "chosen" if label[0] == "▸" else "title"),) for label in labels]
    found = moved_outputs(place, shown)
    columns = (
        (f"{place.name[0]}{place.layer}", found.a),
        (f"slope by z{place.layer}[{place.unit + 1}]", found.slopes),
        ("× its error", found.errors),
        ("= share of δ", found.given),
    )
    for title, values in columns:
        if values is None:
            continue
        cells = max(_CELLS, len(title)) + 1
        texts = [*in_column(values, _CELLS), *[""] * (len(labels) - len(values))]
        styles = [*map(sign_style, values), *[""] * (len(labels) - len(values))]
        column = [(title, "title"), *zip(texts, styles, strict=True)]
        rows = [(*row, (text.rjust(cells), style)) for row, (text, style) in zip(rows, column, strict=True)]
    return rows
