"""How does a line of the list stand in its columns: what each of two orders adds, the ratio, the sign?

Where the terminal is wide, the difference stands behind them, and the change that the measured slope makes;
and the key that holds another order against the one that waits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.compare import change_with, choices
from engine.facts.measured import central_difference
from engine.numerals import apart
from engine.order.quantities import PARAMETER_LETTERS
from tui.draw.kit.numbers import UNKNOWN, aligned, numeral, sign_style
from tui.draw.kit.rows import Row, Run, length

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.facts.compare import Angle, Comparison, LayerComparison
    from engine.run.tracing import Trace
    from tui.draw.compare.listed import Line, Lines, Rest

NAME, CELLS = 17, 15
_WIDE = 110  # cells from which there is room for the difference and the measured change
_MOST_MEASURED = 64  # numbers of a network of which each is measured


def list_rows(trace: Trace, found: Comparison, lines: Lines, width: int) -> list[Row]:
    """Return the heads of the columns and the lines around the chosen one."""
    shown = lines.window()
    rows: list[Row] = [_heads(found, shown.start > 0, shown.stop < len(lines))]
    texts = _texts([lines[place] for place in shown])
    rows += [
        _row(found, lines[place], next(texts) if lines[place].pair else (), chosen=place == lines.chosen)
        for place in shown
    ]
    if width < _WIDE:
        return rows
    base = length(rows[0])
    rows[0] = (*rows[0], *_more_heads(found))
    choice = "  v: another order"
    if len(choices(trace, found.iteration)) > 1 and length(rows[0]) + len(choice) <= width:
        rows[0] = (*rows[0], (choice, "dim"))
    rows[1:] = [
        (*row, (" " * max(0, base - length(row)), ""), *_more(trace, found, lines[place]))
        for row, place in zip(rows[1:], shown, strict=True)
    ]
    return rows


def _heads(found: Comparison, above: bool, below: bool) -> Row:
    more = ("↑" if above else " ") + ("↓" if below else " ")
    return (
        (" change of".ljust(NAME), "title"),
        (found.names[0].rjust(CELLS), "title"),
        (found.names[1].rjust(CELLS), "title"),
        ("ratio".rjust(CELLS), "title"),
        ("  sign     ", "title"),
        (more, "strong"),
    )


def _more_heads(found: Comparison) -> Row:
    measured: Row = (("Δ measured".rjust(CELLS), "title"),) if found.overall.numbers <= _MOST_MEASURED else ()
    return (("difference".rjust(CELLS), "title"), *measured)


def _more(trace: Trace, found: Comparison, line: Line) -> Row:
    """Return by how much the two changes differ, and what a measured slope would have made of it.

    Of a small network only: a slope takes five forward passes over the batch, or more.
    """
    if line.pair is None:
        return ()
    pair, index = line.pair, line.entry
    difference = float(pair.early_change[index] - pair.waited_change[index])
    row: Row = (*right(numeral(difference), sign_style(difference)),)
    if found.overall.numbers > _MOST_MEASURED:
        return row
    slope = central_difference(trace, found.iteration, pair.layer, pair.parameter, index)
    change = change_with(trace, found, pair, index, slope.value)
    return (*row, *right(numeral(change), sign_style(change)))


def _texts(lines: Sequence[Line]) -> Iterator[tuple[str, ...]]:
    """Yield what both orders add to each number and the ratio, each column aligned at the point."""
    found = [line.pair.at(line.entry) for line in lines if line.pair is not None]
    both = [(float(one.waited_change), float(one.early_change)) for one in found]
    return zip(
        aligned([numeral(late, digits=apart(late, early)) for late, early in both]),
        aligned([numeral(early, digits=apart(late, early)) for late, early in both]),
        aligned([_ratio(float(one.ratio)) for one in found]),
        strict=True,
    )


def _ratio(ratio: float) -> str:
    return numeral(ratio, digits=apart(ratio, 1.0)) if math.isfinite(ratio) else UNKNOWN


def _row(found: Comparison, line: Line, texts: tuple[str, ...], *, chosen: bool) -> Row:
    if line.pair is not None:
        return _of_number(line, texts, chosen=chosen)
    return _of_layer(found, line.layer) if line.rest is None else _of_rest(line.rest)


def _of_rest(rest: Rest) -> Row:
    if rest.deviation == 0.0:
        words = f" and {rest.numbers:,} more, the same in both orders"
    else:
        words = f" and {rest.numbers:,} more, which differ by at most {numeral(rest.deviation)}"
    return ((words, "dim"),)


def angle_to(found: Comparison) -> str:
    """Return what the angle of a comparison is: to -∇C only if the change that is right points there."""
    return "angle to -∇C" if found.plain else "angle between"


def _of_layer(found: Comparison, layer: LayerComparison) -> Row:
    angle = layer.angle
    return (
        (f" layer {layer.layer}", "heading"),
        (f"  {angle_to(found)} {degrees(angle)} · cos {cosine(angle)} · {_signs(angle)}", "dim"),
    )


def _signs(angle: Angle) -> str:
    if angle.signed == 0:
        return "no signs to compare"
    if angle.signed == 1:
        return "its sign differs" if angle.flipped else "its sign is the same"
    return f"{angle.flipped:,} of {angle.signed:,} signs differ"


def _of_number(line: Line, texts: tuple[str, ...], *, chosen: bool) -> Row:
    pair, index = line.pair, line.entry
    assert pair is not None
    found = pair.at(index)
    late, early = map(float, (found.waited_change, found.early_change))
    name = f"{PARAMETER_LETTERS[pair.parameter]}{pair.layer}[{','.join(str(i + 1) for i in index)}]"
    tint = "warning" if found.flipped else "negative" if found.differs else ""
    return (
        ("▸" if chosen else " ", "chosen"),
        (name.ljust(NAME - 1), "chosen" if chosen else "symbol"),
        *right(texts[0], sign_style(late)),
        *right(texts[1], sign_style(early)),
        *right(texts[2], tint),
        ("  ", ""),
        _sign(late, early, bool(found.flipped)),
    )


def right(text: str, style: str) -> tuple[Run, Run]:
    """Return a text at the right end of a column."""
    return (" " * max(0, CELLS - len(text)), ""), (text, style)


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
    return f"{numeral(angle.degrees)}°"


def cosine(angle: Angle) -> str:
    """Return the cosine of an angle as text; · where there is none."""
    if angle.cosine is None:
        return UNKNOWN
    return numeral(angle.cosine, digits=apart(abs(angle.cosine), 1.0))
