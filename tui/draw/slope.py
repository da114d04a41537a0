"""How steep is the activation where this neuron stands? The curve, its tangent at z, the slope's value.

Below the curve stand all neurons of the layer at their z, so that one sees which of them are saturated.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.activations import ACTIVATIONS
from engine.equations.equation import Variable
from engine.equations.formula import function, parse
from engine.equations.mistakes import MISTAKES
from engine.equations.table import altered
from engine.facts.chain.factors import is_one_factor
from engine.facts.number import Number, Traced
from engine.looking.cursor import active_layer
from engine.program.evaluate import applied, coupled
from engine.words.disturbed import otherwise
from tui.draw.kit.dots import ACROSS, Dots
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral
from tui.draw.kit.rows import Canvas, Row
from tui.draw.kit.wide import paragraph
from tui.draw.marks.known import Known

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_LABELS = 8
_LEAST_REACH = 4.0
_LARGEST_REACH = 1e150
_BESIDE = 34  # cells of the text where it stands beside the curve
_WIDE = 100
_NUDGE = 0.1
_CANCELS, _NODES = 1e-3, 8
_NEARLY_FLAT, _FAR = 0.05, 1e3


class Place(NamedTuple):
    """A neuron on its activation's curve; `others` are the pre-activations of its whole layer.

    The numbers are None while they are not known. `name` is its symbol with the time, `back` says whether
    errors also go from it to the time before; `right` are z and a as they should be, if they are others,
    `otherwise` says where. `one_factor` says that its slope and error only go together, as its `delta`;
    `mistake` what is done instead, where a mistake is made in this delta.
    """

    layer: int
    unit: int
    activation: str
    z: float | None
    a: float | None
    others: Array | None
    name: str = "a"
    back: bool = False
    right: tuple[float, float] | None = None
    one_factor: bool = False
    delta: float | None = None
    otherwise: str = ""
    mistake: str = ""


def slope_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the curve of the neuron that is looked at, with its tangent, and what that means."""
    place = place_of(trace, cursor)
    canvas = Canvas(width, height)
    wide = width >= _WIDE
    _, at, time = place.name.partition("@")
    when = f" at {at}{time}" if at else ""
    title = f"activation curve of layer {place.layer}, neuron {place.unit + 1}{when}: {place.activation}"
    more = "  with its tangent at z"
    canvas.runs(1, 0, ((title, "heading"), (more if 1 + len(title + more) <= width else "", "dim")))
    columns = (width - _BESIDE if wide else width) - _LABELS - 2
    text = _text(place, _BESIDE - 2 if wide else width - 2)
    lines = height - 4 if wide else height - 4 - len(text)
    if columns >= 8 and lines >= 3:
        _draw(canvas, place, columns, lines)
    x, y = (width - _BESIDE, 2) if wide else (1, height - len(text))
    for line, row in enumerate(text):
        canvas.runs(x, max(1, y) + line, row)
    return canvas.rows()


def place_of(trace: Trace, cursor: Cursor) -> Place:
    """Return where the neuron that is looked at stands."""
    known = Known(trace, cursor)
    layer = active_layer(trace, cursor.step)
    if cursor.focus is not None and cursor.focus.reference.layer:
        layer = cursor.focus.reference.layer
    unit = cursor.units[layer]
    z, a = known.array("pre_activation", layer), known.array("activation", layer)
    activation = trace.scenario.network.layers[layer - 1].activation
    one = Traced(trace, Number(known.reference("activation", layer), (unit,)))
    name, back = one.symbol, trace.shapes.recurrent[layer - 1] and known.time > 0
    if z is None or a is None:
        return Place(layer, unit, activation, None, None, None, name)
    here = float(z[unit]), float(a[unit])
    before = Traced(trace, Number(known.reference("pre_activation", layer), (unit,))).right
    after = one.right
    right = None
    if before is not None or after is not None:
        right = (here[0] if before is None else before), (here[1] if after is None else after)
    one_factor = layer == trace.shapes.layers and is_one_factor(trace.scenario)
    delta = known.array("delta", layer)
    error = None if delta is None else float(delta[unit])
    place = Place(layer, unit, activation, *here, z, name, back, right, one_factor, error)
    return place._replace(otherwise=otherwise(trace), mistake=_mistake(trace, layer))


def _mistake(trace: Trace, layer: int) -> str:
    """Return what a mistake does instead of the delta of a layer; nothing where it does not."""
    mistake = trace.mistake
    if mistake is None or Variable("delta", layer) not in altered(trace.scenario):
        return ""
    return f"The mistake {mistake} is made here: {MISTAKES[mistake].instead}."


@np.errstate(all="ignore")
def curve(place: Place, z: Array) -> Array:
    """Return the neuron's activation at other values of its pre-activation.

    For softmax the pre-activations of the other outputs stay as they are.
    """
    row = ACTIVATIONS[place.activation]
    if not row.coupled:
        return applied(parse(row.formula), {"z": z})
    every = np.tile(np.zeros(1) if place.others is None else place.others, (len(z), 1))
    every[:, place.unit] = z
    share: Array = coupled(row.coupled, every)[:, place.unit]
    return share


@np.errstate(all="ignore")
def slope_at(place: Place) -> float | None:
    """Return the derivative of the neuron's activation with respect to its own pre-activation."""
    if place.z is None or place.a is None:
        return None
    row = ACTIVATIONS[place.activation]
    if row.coupled:
        layer = coupled(row.coupled, np.zeros(1) if place.others is None else place.others)
        alone = np.zeros_like(layer)
        alone[place.unit] = 1.0
        return float(coupled(f"{row.coupled}_back", layer, alone)[place.unit])
    return function(parse(row.slope), ("z", "a"))(place.z, place.a)


def _draw(canvas: Canvas, place: Place, columns: int, lines: int) -> None:
    reach = _LEAST_REACH
    if place.z is not None and _is_on_axis(place.z):
        reach = max(reach, 1.25 * abs(place.z))
    dots = Dots(columns, lines)
    z = np.linspace(-reach, reach, dots.across)
    a = curve(place, z)
    if not np.isfinite(a).all():
        canvas.write(_LABELS + 1, 1, "no curve: another z of the layer is not finite"[:columns], "dim")
        return
    low, high = float(np.min(a)), float(np.max(a))
    margin = 0.08 * (high - low or 1.0)
    low, high = low - margin, high + margin
    left = _LABELS + 1
    for line in range(lines):
        canvas.write(_LABELS, 1 + line, "│", "rule")
    for mark in (float(np.max(a)), 0.5 * float(np.max(a) + np.min(a)), float(np.min(a))):
        line = min(lines - 1, int((high - mark) / (high - low) * lines))
        canvas.write(0, 1 + line, numeral(mark, _LABELS - 2, digits=2).rjust(_LABELS - 1), "dim")
        canvas.write(_LABELS, 1 + line, "┤", "rule")
    dots.curve(((a - low) / (high - low)).tolist())
    dots.draw(canvas, left, 1, "dim")
    slope = slope_at(place)
    if place.z is not None and place.a is not None and slope is not None and _is_on_axis(place.z):
        tangent = Dots(columns, lines)
        # As long as is needed to see its direction: a steep one is cut at the frame.
        near = np.abs(z - place.z) <= 0.5 * reach
        heights = np.where(near, (place.a + slope * (z - place.z) - low) / (high - low), np.nan)
        tangent.curve(np.where((heights >= 0.0) & (heights <= 1.0), heights, np.nan).tolist())
        tangent.draw(canvas, left, 1, "focus")
        x = round((place.z + reach) / (2.0 * reach) * (dots.across - 1)) // ACROSS
        y = round((1.0 - (place.a - low) / (high - low)) * (dots.down - 1)) // 4
        canvas.write(left + x, 1 + y, "●", "focus")
    _axis(canvas, place, reach, columns, lines)


def _is_on_axis(z: float) -> bool:
    """Return whether a pre-activation is finite, and no larger than what differences can be taken of."""
    return abs(z) <= _LARGEST_REACH


def _axis(canvas: Canvas, place: Place, reach: float, columns: int, lines: int) -> None:
    """Draw the axis of z with every neuron of the layer on it, and the ends of the axis."""
    left, line = _LABELS + 1, lines + 1
    canvas.write(_LABELS, line, "└" + "─" * columns, "rule")
    if place.others is not None:
        for z in place.others[np.isfinite(place.others)].tolist():
            if abs(z) <= reach:
                x = round((z + reach) / (2.0 * reach) * (columns - 1))
                canvas.write(left + x, line, "┴", "strong")
    if place.z is not None and abs(place.z) <= reach:
        x = round((place.z + reach) / (2.0 * reach) * (columns - 1))
        canvas.write(left + x, line, "▲", "focus")
    ends = f"{numeral(-reach, digits=2)}", f"{numeral(reach, digits=2)}"
    canvas.write(left, line + 1, ends[0], "dim")
    canvas.write(left + columns // 2 - 5, line + 1, "z  (▲ here)", "dim")
    canvas.write(left + columns - len(ends[1]), line + 1, ends[1], "dim")


def _text(place: Place, width: int) -> list[Row]:
    """Return the formulas, the numbers and what they mean."""
    formula = ACTIVATIONS[place.activation]
    letter = place.name[0]
    rows: list[Row] = [((f"{letter} = f(z) = ", "dim"), (formula.formula_text, "symbol"))]
    slope = slope_at(place)
    if place.z is None or place.a is None or slope is None:
        words = (
            f"z{place.layer}[{place.unit + 1}] is not known yet ({UNKNOWN}): its forward step comes later."
        )
        return [*rows, *paragraph(words, width, margin=0)]
    derivative = formula.slope_text
    if formula.coupled:
        derivative = f"{letter} (1 - {letter}), the other z fixed"
    rows += [
        (("f'(z) = ", "dim"), (derivative, "symbol")),
        (
            ("z ", "dim"),
            (numeral(place.z), "value"),
            (f"  {letter} ", "dim"),
            (numeral(place.a), "value"),
            ("  f'(z) ", "dim"),
            (numeral(slope), "chosen"),
        ),
    ]
    if place.right is not None:
        right = place._replace(z=place.right[0], a=place.right[1])
        slope_then = slope_at(right)
        assert slope_then is not None
        numbers = (
            f"z {numeral(place.right[0])}, {letter} {numeral(place.right[1])}, f'(z) {numeral(slope_then)}"
        )
        rows += paragraph(f"{WRONG} {place.otherwise}: {numbers}", width, "negative", margin=0)
    return [*rows, *paragraph(meaning(place, slope), width, margin=0)]


def meaning(place: Place, slope: float) -> str:
    """Return what the slope says, in words."""
    by_tangent = numeral(slope * _NUDGE)
    letter = place.name[0]
    moves = f"With z larger by {numeral(_NUDGE)}, {letter} moves by {numeral(moved(place))}"
    nudge = f"{moves}; the tangent says {by_tangent}."
    if not math.isfinite(slope):
        return "This slope is not a finite number."
    if place.delta is not None and not math.isfinite(place.delta):
        return f"{nudge} What comes back through this neuron is not a finite number."
    if place.mistake:
        return f"{nudge} {place.mistake}"
    if place.one_factor:
        # Saturated or not: what the loss asks of a logarithm may make up for the slope.
        more = "" if place.delta is None else f": δ is {numeral(place.delta)}"
        return f"{nudge} With this loss slope and error go together as one factor, ∂C/∂z{more}."
    if slope == 0.0:
        return f"{nudge} The tangent lies flat: no error passes back through this neuron."
    if abs(slope) < _NEARLY_FLAT:
        state = "the neuron is saturated and hardly" if _is_saturated(place) else "hardly"
        return f"{nudge} Nearly flat: {state} any error passes back through it."
    way = ", down or to the time before," if place.back else ""
    return f"{nudge} An error that passes back through this neuron{way} is multiplied by {numeral(slope)}."


@np.errstate(all="ignore")
def moved(place: Place) -> float:
    """Return by how much the activation moves when z becomes larger by a nudge."""
    assert place.z is not None
    assert place.a is not None
    after = float(curve(place, np.array([place.z + _NUDGE]))[0])
    if not abs(after - place.a) <= _CANCELS * abs(place.a):
        return after - place.a
    # Where a limit is near, the difference cancels: the slopes on the way are added up instead (Gauss).
    found = 0.0
    for node, weight in zip(*np.polynomial.legendre.leggauss(_NODES), strict=True):
        z = place.z + 0.5 * _NUDGE * (1.0 + float(node))
        others = None if place.others is None else place.others.copy()
        if others is not None:
            others[place.unit] = z
        there = place._replace(z=z, a=float(curve(place, np.array([z]))[0]), others=others)
        found += 0.5 * _NUDGE * float(weight) * (slope_at(there) or 0.0)
    return found


def _is_saturated(place: Place) -> bool:
    """Return whether the activation is near a limit that it goes to, to the left or to the right."""
    assert place.z is not None
    assert place.a is not None
    far = curve(place, np.array([place.z - _FAR, place.z + _FAR]))
    return bool(np.min(np.abs(far - place.a)) < _NEARLY_FLAT * 2.0)
