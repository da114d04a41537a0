"""How does a line of the list stand in its columns: what each of two orders adds, the ratio, the sign, bars?

Where the terminal is wide, the difference stands behind them, and the change that the measured slope makes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.facts.slopes.measured import central_difference
from engine.facts.two_orders.compare import change_with
from engine.facts.two_orders.deviations import TheirChanges
from engine.numerals import DIGITS, ROOM, apart
from engine.order.quantities import PARAMETER_LETTERS
from engine.words.runs.compared import not_listed, sign_of
from tui.draw.kit.bars import MADE, RIGHT, pair_of_bars
from tui.draw.kit.numbers import UNKNOWN, WRONG, aligned, beside, marked, numeral, sign_style, until_apart
from tui.draw.kit.rows import Row, Run, around, filled, first_fitting, length, right

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.facts.two_orders.compare import Comparison
    from engine.facts.two_orders.deviations import Line, Lines
    from engine.run.tracing import Trace

NAME, CELLS = 16, 14
_RATIO, _SIGN = 10, 10
_LEAST_BARS, _MOST_BARS = 3, 24  # cells on each side of the zero
_WAYS = 4  # of them, from which on there are words over the bars
_WIDE = 110  # cells from which there is room for the difference and the measured change
_OTHER_LAYERS = " · a A layer"
_MOST_MEASURED = 64  # numbers of a network of which each is measured


def list_rows(trace: Trace, found: Comparison, lines: Lines, width: int, room: int) -> list[Row]:
    """Return the heads of the columns and as many lines around the chosen one as there is room for.

    Beside what the run adds stands what the user's own numbers do, in a column of its own.
    """
    theirs = TheirChanges(trace, found)
    shown = around(lines.chosen, len(lines), room)
    texts = _texts([lines[place] for place in shown], theirs)
    rows: list[Row] = []
    for place in shown:
        line = lines[place]
        if line.rest is not None:
            told: Run = (f" {not_listed(line.rest)}", "dim")
            many = theirs.in_rest(line, lines)
            row: Row = (told, *(beside(f"{many:,} not as yours", 2) if many else ()))
            last = line.layer is not lines[0].layer and place + 1 == len(lines)
            rows.append(first_fitting([*[(*row, (_OTHER_LAYERS, "dim"))] * last, row], width - 1))
            continue
        row = _of_number(line, next(texts), theirs, chosen=place == lines.chosen)
        rows.append((*row, *_more(trace, found, line)) if width >= _WIDE else row)
    heads = _heads(found, shown, len(lines), theirs)
    if width >= _WIDE:
        measured = "Δ measured" * (found.overall.numbers <= _MOST_MEASURED)
        heads = (*heads, (f"{'difference':>{CELLS}}{measured:>{CELLS * bool(measured)}}  ", "title"))
    base = length(heads)
    cells = min(_MOST_BARS, (width - base - 2) // 2)
    for at, place in enumerate(shown):
        if cells >= _LEAST_BARS and (one := lines[place].pair) is not None:
            changes = [float(change[lines[place].entry]) for change in (one.first_change, one.second_change)]
            rows[at] = (*filled(rows[at], base), *pair_of_bars(changes[0], changes[1], cells))
    if cells < _LEAST_BARS:
        return [heads, *rows]
    ways = ("less" * (cells > _WAYS)).ljust(cells) + "0" + ("more" * (cells > _WAYS)).rjust(cells)
    return [(*heads, (ways, "title")), *rows]


def _heads(found: Comparison, shown: range, count: int, theirs: TheirChanges) -> Row:
    more = ("↑" if shown.start > 0 else " ") + ("↓" if shown.stop < count else " ")
    return (
        (" change of  ", "title"),
        (more.ljust(NAME - 12), "strong"),
        (f"{RIGHT} {found.names[0]}".rjust(CELLS), "title"),
        (f"{MADE} {found.names[1]}".rjust(CELLS), "title"),
        ("ratio".rjust(_RATIO), "title"),
        ("  sign".ljust(_SIGN), "title"),
        *(((f"{WRONG} yours".rjust(CELLS), "title"),) if theirs.there else ()),
    )


def _more(trace: Trace, found: Comparison, line: Line) -> Row:
    """Return by how much the two changes differ, and what a measured slope would have made of it.

    Of a small network only: a slope takes five forward passes over the batch, or more.
    """
    assert line.pair is not None
    pair, index = line.pair, line.entry
    with np.errstate(all="ignore"):  # of two that are inf there is none
        difference = float(pair.second_change[index] - pair.first_change[index])
    row: Row = (*right(numeral(difference), sign_style(difference)),)
    if found.overall.numbers > _MOST_MEASURED:
        return row
    slope = central_difference(trace, found.iteration, pair.layer, pair.parameter, index)
    off = slope.uncertainty
    change, *ends = (
        change_with(trace, found, pair, index, slope.value + nudge) for nudge in (0.0, -off, off)
    )
    return (*row, *right(*_measured(change, max(abs(end - change) for end in ends))))


def _measured(change: float, off: float) -> tuple[str, str]:
    """Return a measured change, in as many digits as it is known to, and its look.

    Where it may as well be 0, or of the other sign, its digits are noise: only how large it is at most.
    """
    if not off or not math.isfinite(off):
        return numeral(change), sign_style(change)
    if off >= abs(change):
        return f"± {numeral(abs(change) + off, digits=1)}", "dim"
    known = min(DIGITS, max(1, int(math.log10(abs(change) / off))))
    return numeral(change, digits=known), sign_style(change)


def _texts(lines: Sequence[Line], theirs: TheirChanges) -> Iterator[tuple[str, ...]]:
    """Yield what both orders add to each number and the ratio, and what the user's own numbers do.

    Each column is aligned at the point; two that are held against each other have digits until they differ.
    """
    columns: list[list[str]] = [[], [], [], []]
    for line in lines:
        if line.pair is None:
            continue
        found, yours = line.pair.at(line.entry), theirs.of(line.pair, line.entry)
        first, second = float(found.first_change), float(found.second_change)
        digits = max(apart(first, second), DIGITS if yours is None else apart(first, yours))
        columns[0].append(numeral(first, ROOM if yours is None else CELLS - 2, digits))
        columns[1].append(numeral(second, digits=digits))
        columns[2].append(_ratio(float(found.ratio)))
        columns[3].append("" if yours is None else numeral(yours, CELLS - 2, digits))
    cells = (CELLS, CELLS, _RATIO, CELLS)
    return zip(*map(_in_cells, columns, cells), strict=True)


def _in_cells(texts: Sequence[str], cells: int) -> list[str]:
    """Return numerals aligned at the point, or as they are where they would run into the column before."""
    found = aligned(texts)
    return found if all(len(text) < cells for text in found) else list(texts)


def _ratio(ratio: float) -> str:
    return until_apart(ratio, 1.0, _RATIO - 1) if math.isfinite(ratio) else UNKNOWN


def _of_number(line: Line, texts: tuple[str, ...], theirs: TheirChanges, *, chosen: bool) -> Row:
    pair, index = line.pair, line.entry
    assert pair is not None
    found = pair.at(index)
    first, second = map(float, (found.first_change, found.second_change))
    name = f"{PARAMETER_LETTERS[pair.parameter]}{pair.layer}[{','.join(str(i + 1) for i in index)}]"
    tint = "warning" if found.flipped else "strong" if found.differs else ""
    told = sign_of(first, second)
    sign = told, {"OPPOSITE": "warning", "one is 0": "strong", UNKNOWN: "unknown"}.get(told, "dim")
    yours = theirs.of(pair, index)
    own = (right if yours is None else marked)(texts[0].rjust(CELLS), sign_style(first))
    return (
        ("▸" if chosen else " ", "chosen"),
        (name.ljust(NAME - 1), "chosen" if chosen else "symbol"),
        *own,
        *right(texts[1], sign_style(second)),
        *right(texts[2], tint, _RATIO),
        (" " * min(2, _SIGN - 1 - len(sign[0])), ""),
        sign,
        (" " * max(1, _SIGN - 2 - len(sign[0])), ""),
        *(right(texts[3], sign_style(yours)) if theirs.there else ()),
    )
