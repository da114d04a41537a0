"""What if the update had not waited? Both orders side by side, from the same parameters.

A line for each number: what each order adds to it in the whole iteration, the ratio, and whether the
sign is another. Below them the angle to the negative gradient, the measured slope of the loss for the
number looked at, the losses, and one sentence.
"""

from __future__ import annotations

import math
from textwrap import wrap
from typing import TYPE_CHECKING

from engine.compare import (
    Angle,
    Comparison,
    LayerComparison,
    compare,
    final_losses,
)
from engine.cursor import active_layer
from engine.measured import central_difference
from engine.quantities import PARAMETER_LETTERS
from engine.run import scale
from tui.draw.compare_list import Line, Lines, Rest
from tui.draw.compare_words import sentence
from tui.draw.numbers import UNKNOWN, bare, counted, sign_style
from tui.draw.rows import Row, Run, clip, length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.cursor import Cursor
    from engine.tracing import Trace

_NAME, _CELLS = 17, 15
_RATIO = 11
_WIDE = 110  # cells from which there is room for the difference and the measured change
_MOST_MEASURED = 64  # numbers of a network of which each is measured


def compare_rows(
    trace: Trace, other_trace: Trace | None, cursor: Cursor, width: int, height: int
) -> list[Row]:
    """Return both orders side by side in the iteration of the cursor's step.

    `other_trace` is the same scenario in the other order; it is asked only for its loss after all
    iterations, and only if it has been computed.
    """
    iteration = trace.schedule.site(cursor.step).iteration
    found = compare(trace, iteration)
    layer = active_layer(trace, cursor.step)
    index = (cursor.units[layer], cursor.units[layer - 1])
    after: list[Row] = [
        _angles(found, layer, width),
        _judge(trace, found, layer, index, width),
        *_losses(trace, other_trace, found),
        *[((f" {line}", "words"),) for line in wrap(_words(trace, found), max(20, width - 2))],
    ]
    room = max(3, height - len(after) - 1)
    lines = Lines(found, (layer, index), room)
    shown = lines.window()
    rows: list[Row] = [_heads(_early(found), shown.start > 0, shown.stop < len(lines))]
    rows += [_row(lines[place], chosen=place == lines.chosen) for place in shown]
    if width >= _WIDE:
        rows[0] = (*rows[0], *_more_heads(found))
        base = length(rows[0]) - length(_more_heads(found))
        rows[1:] = [
            (*row, (" " * max(0, base - length(row)), ""), *_more(trace, found, lines[place]))
            for row, place in zip(rows[1:], shown, strict=True)
        ]
    return [clip(row, width) for row in (rows + after)[:height]]


def _words(trace: Trace, found: Comparison) -> str:
    elsewhere = ""
    if trace.broken_iteration is not None and not found.broken:
        elsewhere = (
            f" You broke the rule in iteration {trace.broken_iteration + 1}: its own comparison is there."
        )
    return sentence(found) + elsewhere


def _early(found: Comparison) -> str:
    """Return the name of the order whose updates did not wait."""
    return "yours" if found.broken else "premature"


def _heads(early: str, above: bool, below: bool) -> Row:
    more = ("↑" if above else " ") + ("↓" if below else " ")
    return (
        (" change of".ljust(_NAME), "title"),
        ("deferred".rjust(_CELLS), "title"),
        (early.rjust(_CELLS), "title"),
        ("ratio".rjust(_CELLS), "title"),
        ("  sign     ", "title"),
        (more, "strong"),
    )


def _more_heads(found: Comparison) -> Row:
    measured: Row = (("measured".rjust(_CELLS), "title"),) if found.overall.numbers <= _MOST_MEASURED else ()
    return (("difference".rjust(_CELLS), "title"), *measured)


def _more(trace: Trace, found: Comparison, line: Line) -> Row:
    """Return by how much the two changes differ, and what a measured slope would have made of it.

    Of a small network only: a slope takes five forward passes over the batch.
    """
    if line.pair is None:
        return ()
    pair, index = line.pair, line.entry
    difference = float(pair.early_change[index] - pair.deferred_change[index])
    row: Row = (*_right(digits_of(difference), sign_style(difference)),)
    if found.overall.numbers > _MOST_MEASURED:
        return row
    slope = central_difference(trace, found.iteration, pair.layer, pair.parameter, index)
    samples = len(trace.shapes.batch(found.iteration))
    change = -scale(trace.scenario, samples) * slope.value
    return (*row, *_right(digits_of(change), sign_style(change)))


def _row(line: Line, chosen: bool) -> Row:
    if line.pair is not None:
        return _of_number(line, chosen)
    return _of_layer(line.layer) if line.rest is None else _of_rest(line.rest)


def _of_rest(rest: Rest) -> Row:
    if rest.deviation == 0.0:
        words = f" and {rest.numbers:,} more, the same in both orders"
    else:
        words = f" and {rest.numbers:,} more, which differ by at most {bare(rest.deviation, 9, 3)}"
    return ((words, "dim"),)


def _of_layer(layer: LayerComparison) -> Row:
    angle = layer.angle
    signs = f"{angle.flipped:,} of {angle.numbers:,} signs differ"
    return (
        (f" layer {layer.layer}", "heading"),
        (f"  angle to -∇C {degrees(angle)} · cos {_cosine(angle)} · {signs}", "dim"),
    )


def _of_number(line: Line, chosen: bool) -> Row:
    pair, index = line.pair, line.entry
    assert pair is not None
    found = pair.at(index)
    late, early, ratio = found.deferred_change, found.early_change, found.ratio
    name = f"{PARAMETER_LETTERS[pair.parameter]}{pair.layer}[{','.join(str(i + 1) for i in index)}]"
    shown = bare(ratio, _RATIO, digits=6) if math.isfinite(ratio) else UNKNOWN
    tint = "warning" if found.flipped else "negative" if found.differs else ""
    return (
        ("▸" if chosen else " ", "chosen"),
        (name.ljust(_NAME - 1), "chosen" if chosen else "symbol"),
        *_right(digits_of(late), sign_style(late)),
        *_right(digits_of(early), sign_style(early)),
        *_right(shown, tint),
        ("  ", ""),
        _sign(late, early, found.flipped),
    )


def _right(text: str, style: str) -> tuple[Run, Run]:
    return (" " * max(0, _CELLS - len(text)), ""), (text, style)


def _sign(late: float, early: float, flipped: bool) -> Run:
    if flipped:
        return "OPPOSITE", "warning"
    if late == 0.0 and early == 0.0:
        return "both 0", "dim"
    if late == 0.0 or early == 0.0:
        return "one is 0", "negative"
    return ("same", "dim") if not math.isnan(late + early) else (UNKNOWN, "unknown")


def degrees(angle: Angle) -> str:
    """Return an angle as text; · where there is none."""
    if angle.degrees is None:
        return UNKNOWN
    return f"{bare(angle.degrees, 8, digits=5)}°"


def _cosine(angle: Angle) -> str:
    return UNKNOWN if angle.cosine is None else f"{angle.cosine:.9f}".rstrip("0").rstrip(".")


def _angles(found: Comparison, active: int, width: int) -> Row:
    """Return the angle of all numbers and of as many layers, from the active one on, as fit."""
    row: list[Run] = [
        (" angle to -∇C", "heading"),
        ("  all ", "dim"),
        (f"{degrees(found.overall)}", "strong"),
        (f" cos {_cosine(found.overall)}", "dim"),
    ]
    used = sum(len(text) for text, _ in row)
    layers = [found.layers[(active - 1 + place) % len(found.layers)] for place in range(len(found.layers))]
    shown: list[LayerComparison] = []
    for layer in layers:
        used += len(f" · layer {layer.layer} {degrees(layer.angle)}")
        if used > width - 2:
            break
        shown.append(layer)
    for layer in sorted(shown, key=lambda one: one.layer):
        row += [(f" · layer {layer.layer} ", "dim"), (degrees(layer.angle), "strong")]
    if len(shown) < len(layers):
        row.append((" …", "dim"))
    return tuple(row)


def _judge(trace: Trace, found: Comparison, layer: int, index: tuple[int, int], width: int) -> Row:
    """Return the measured slope for the number looked at, beside what each order took for it."""
    pair = next(pair for pair in found.layers[layer - 1].pairs if pair.parameter == "weights")
    slope = central_difference(trace, found.iteration, layer, "weights", index)
    name: Run = (f" ∂C/∂W{layer}[{index[0] + 1},{index[1] + 1}]", "heading")
    parts: Sequence[tuple[str, float]] = (
        ("measured", slope.value),
        ("deferred", float(pair.deferred[index])),
        (_early(found), float(pair.early[index])),
    )
    row: list[Run] = [name]
    # As many digits as fit, and if there is room how far off the measured slope may be.
    for digits, uncertain in ((5, True), (5, False), (4, False), (3, False)):
        row = [name]
        for word, value in parts:
            row += [(f"  {word} ", "dim"), (digits_of(value, digits), sign_style(value))]
            if word == "measured" and uncertain:
                row.append((f" ±{slope.uncertainty:.0e}", "dim"))
        if length(tuple(row)) <= width:
            break
    return tuple(row)


def digits_of(value: float, digits: int = 5) -> str:
    """Return a number with its sign and so many digits that count."""
    if value == 0.0 or math.isnan(value):
        return f"{abs(value):g}"
    text, e, exponent = f"{value:+.{digits}g}".partition("e")
    return f"{text}e{int(exponent)}" if e else text


def _losses(trace: Trace, other: Trace | None, found: Comparison) -> list[Row]:
    of = ", all data" if trace.shapes.samples > 1 else ""
    final = None if other is None else final_losses(trace, other)
    last = (UNKNOWN, UNKNOWN) if final is None else (_loss(final.deferred), _loss(final.premature))
    return [
        (
            (" loss after this".ljust(_NAME), "heading"),
            *_right(_loss(found.loss_deferred), "loss"),
            *_right(_loss(found.loss_early), "loss"),
            (f"  before {_loss(found.loss_before)}{of}", "dim"),
        ),
        (
            (" loss after all".ljust(_NAME), "heading"),
            *_right(last[0], "unknown" if final is None else "loss"),
            *_right(last[1], "unknown" if final is None else "loss"),
            (f"  {counted(trace.iterations, 'iteration')}", "dim"),
        ),
    ]


def _loss(value: float) -> str:
    text = f"{value:.10g}"
    return text if len(text) < _CELLS - 1 else f"{value:.7g}"
