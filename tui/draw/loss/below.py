"""What stands below the curve where there is room: what C is made of, and when it fell below round bounds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from engine.facts.explain import explain
from engine.facts.loss_parts import parts
from engine.facts.losses import bounds, with_theirs
from engine.numerals import DIGITS, apart
from engine.words.runs.losses import NOT_AT_HAND, each_tenth_costs, made_of, share_in_mean
from tui.draw.kit.bars import bar
from tui.draw.kit.equations import Writing
from tui.draw.kit.numbers import aligned, beside, marked, numeral
from tui.draw.kit.rows import Row, filled, first_fitting, length, paragraph, rule
from tui.draw.kit.wide import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.loss_parts import Part
    from engine.facts.losses import Bound
    from engine.run.tracing import Trace

_MOST_BAR = 24
_YOURS = 28  # cells of what a share is with the user's own outputs
_BOUND = 20  # cells of a bound and its iteration


class _Line(NamedTuple):
    """A share's name, the share, and what it is with the user's own outputs if that is another.

    Of several together, in how many it is (`apart`).
    """

    name: Row
    value: float
    theirs: float | None = None
    apart: int = 0


def parts_rows(trace: Trace, iteration: int, width: int, height: int) -> list[Row]:
    """Return what the loss of an iteration is made of: the largest shares, and what the others add up to.

    Those that are others with the user's own outputs come first.
    """
    head = rule(f"what C is made of at iteration {iteration + 1:,}", width)
    found = parts(trace, iteration)
    if found is None:
        return [head, *paragraph(NOT_AT_HAND, width)][:height]
    words = made_of(trace, found, iteration)
    room = height - 2 - bool(words)  # the heading and their sum, and a sentence
    other = with_theirs(trace, iteration)
    theirs = {} if other is None else other.apart
    largest = sorted(found, key=lambda part: (part.name not in theirs, -part.value))
    listed = largest[: room - (len(found) > room)]
    listed = [part for part in found if part in listed]
    rest = math.fsum(part.value for part in found) - math.fsum(part.value for part in listed)
    cells = width - 16 - _YOURS * bool(theirs)
    mean = share_in_mean(trace, iteration)
    lines = [_Line(_written(trace, part, mean, cells), part.value, theirs.get(part.name)) for part in listed]
    if len(listed) < len(found):
        differ = sum(part.name in theirs for part in found if part not in listed)
        lines.append(_Line(((f"{mean}the other {len(found) - len(listed):,}", "dim"),), rest, apart=differ))
    lines.append(_Line((("C", "symbol"),), math.fsum(part.value for part in found), other and other.value))
    rows = [head, *_with_values(lines, width)]
    return [*rows, *((((f" {shortened(words, width - 1)}", "words"),),) if words else ())][:height]


def _written(trace: Trace, part: Part, mean: str, room: int) -> Row:
    """Return a share's name, how much of it `mean` takes and, of an output, its equation where that fits."""
    name: Row = ((mean + part.name, "symbol"),)
    if part.number is None:
        return name
    written = Writing().written(explain(trace, part.number).expression, part.value)
    whole: Row = (*name, (" = ", "symbol"), *written.symbols, (" = ", "symbol"), *written.numbers)
    numbers: Row = (*name, (" = ", "symbol"), *written.numbers)
    return first_fitting([whole, numbers, name], room)


def _with_values(lines: Sequence[_Line], width: int) -> list[Row]:
    left = max(length(line.name) for line in lines) + 2
    digits = [DIGITS if line.theirs is None else apart(line.value, line.theirs) for line in lines]
    texts = aligned([numeral(line.value, digits=many) for line, many in zip(lines, digits, strict=True)])
    marked_ones = any(line.theirs is not None or line.apart for line in lines)
    room = min(_MOST_BAR, width - left - len(texts[0]) - 4 - _YOURS * marked_ones)
    cells = 1 + left + len(texts[0]) + (_YOURS if marked_ones else 2)
    whole = lines[-1].value
    rows: list[Row] = []
    for line, text, many in zip(lines, texts, digits, strict=True):
        row: Row = ((" ", ""), *filled(line.name, left), (text, "loss"))
        if line.theirs is not None:
            told = f"with yours {numeral(line.theirs, digits=many)}"
            row = (*row[:1], *filled(line.name, left - 1), *marked(f" {text}", "loss"), *beside(told, 2))
        elif line.apart:
            row = (*row, *beside(f"{line.apart:,} not as yours", 2))
        share = line.value / whole if 0.0 < line.value <= whole < math.inf else 0.0
        rows.append((*filled(row, cells), (bar(share, max(0, room)), "loss")))
    return rows


def bounds_rows(trace: Trace, width: int, height: int) -> list[Row]:
    """Return the first iterations below round bounds, and what each tenth has taken."""
    found = bounds(trace)
    words = paragraph(each_tenth_costs(found), width) if found else []
    columns = max(1, width // _BOUND)
    rows = height - 1 - len(words)
    if rows < 1:
        rows, words = height - 1, []
    shown = found[-rows * columns :] if len(found) > rows * columns else found
    down = max(1, -(-len(shown) // columns))
    table = [
        tuple(run for one in shown[place::down] for run in _bound(one, trace.computed < trace.iterations))
        for place in range(down)
    ]
    return [rule("first iteration below", width), *table, *words][:height]


def _bound(one: Bound, still: bool) -> Row:
    reached = "not yet" if still else "never"
    text = reached if one.iteration is None else f"at {one.iteration + 1:,}"
    return (
        (f" {numeral(one.loss):<7}", "loss"),
        (f"{text:<12}", "" if one.iteration is not None else "dim"),
    )
