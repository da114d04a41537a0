"""What stands below the curve where there is room: what C is made of, and when it fell below round bounds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.facts.explain import explain
from engine.facts.losses import bounds, parts
from engine.words.runs.losses import each_tenth_costs, made_of
from tui.draw.kit.bars import bar
from tui.draw.kit.equations import Writing
from tui.draw.kit.numbers import aligned, numeral
from tui.draw.kit.rows import Row, filled, length, rule
from tui.draw.kit.wide import paragraph, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.losses import Bound, Part
    from engine.run.tracing import Trace

_MOST_BAR = 24
_BOUND = 20  # cells of a bound and its iteration
_ELSEWHERE = "Not at hand: enter goes there, and C is made of numbers again."


def parts_rows(trace: Trace, iteration: int, width: int, height: int) -> list[Row]:
    """Return what the loss of an iteration is made of: the largest shares, and what the others add up to."""
    head = rule(f"what C is made of at iteration {iteration + 1:,}", width)
    found = parts(trace, iteration)
    if found is None:
        return [head, *paragraph(_ELSEWHERE, width)][:height]
    words = made_of(trace, found, iteration)
    room = height - 2 - bool(words)  # the heading and their sum, and a sentence
    listed = sorted(found, key=lambda part: -part.value)[: room - (len(found) > room)]
    listed = [part for part in found if part in listed]
    rest = math.fsum(part.value for part in found) - math.fsum(part.value for part in listed)
    lines: list[tuple[Row, float]] = [(_written(trace, part, width - 16), part.value) for part in listed]
    if len(listed) < len(found):
        lines.append((((f"the other {len(found) - len(listed):,}", "dim"),), rest))
    lines.append(((("C", "symbol"),), math.fsum(part.value for part in found)))
    rows = [head, *_with_values(lines, width)]
    return [*rows, *((((f" {shortened(words, width - 1)}", "words"),),) if words else ())][:height]


def _written(trace: Trace, part: Part, room: int) -> Row:
    """Return a share's name and, of an output's, its equation with numbers where that fits."""
    name: Row = ((part.name, "symbol"),)
    if part.number is None:
        return name
    written = Writing().written(explain(trace, part.number).expression, part.value)
    whole: Row = (*name, (" = ", "symbol"), *written.symbols, (" = ", "symbol"), *written.numbers)
    numbers: Row = (*name, (" = ", "symbol"), *written.numbers)
    return next((row for row in (whole, numbers, name) if length(row) <= room), name)


def _with_values(lines: Sequence[tuple[Row, float]], width: int) -> list[Row]:
    left = max(length(row) for row, _ in lines) + 2
    texts = aligned([numeral(value) for _, value in lines])
    room = min(_MOST_BAR, width - left - len(texts[0]) - 4)
    whole = lines[-1][1]

    def share(value: float) -> str:
        return bar(value / whole, max(0, room)) if 0.0 < value <= whole < math.inf else ""

    return [
        ((" ", ""), *filled(row, left), (f"{text}  {share(value)}", "loss"))
        for (row, value), text in zip(lines, texts, strict=True)
    ]


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
    text = reached if one.iteration is None else f"{one.iteration + 1:,}"
    return (
        (f" {numeral(one.loss):<7}", "loss"),
        (f"{text:>9}   ", "" if one.iteration is not None else "dim"),
    )
