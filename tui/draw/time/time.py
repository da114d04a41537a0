"""What came from above, what from the future, and how does the error shrink or grow with each step back?

From top to bottom: the unrolled network; the two sources of the error of the neuron that is looked at;
what each time gives to the gradient of one shared weight; the size of the error at every time; what
one update takes in derivatives. Where there is little room, the least important is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.weights import weight_looked_at
from engine.words.derivatives import WHAT_COUNTS, price_sentence
from engine.words.unrolled import WHAT_FACTOR
from tui.draw.kit.rows import Row, clip
from tui.draw.kit.wide import paragraph
from tui.draw.time.columns import TimeColumns
from tui.draw.time.depth import depth_rows
from tui.draw.time.error_size import size_rows
from tui.draw.time.tables import gathered, parts, size_numbers
from tui.draw.time.unrolled import plans, unrolled_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_FEW_LAYERS, _MOST_LINES = 3, 8  # shown in any case; of the bars of a layer


def time_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the view in `width` x `height` cells."""
    shown = _through_time if trace.shapes.sequences else depth_rows
    return [clip(row, width) for row in shown(trace, cursor, width, height)[:height]]


def _through_time(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    layers = trace.shapes.layers
    columns = TimeColumns(trace.shapes.times, trace.schedule.site(cursor.step).time or 0, width)
    tables, weight = parts(trace, cursor, columns), gathered(trace, cursor, columns)
    numbers = size_numbers(trace, cursor, columns)
    price = paragraph(price_sentence(weight_looked_at(trace, cursor)), width)
    counted = paragraph(WHAT_COUNTS, width)
    note = paragraph(WHAT_FACTOR, width)
    few = min(layers, _FEW_LAYERS)
    rows = granted(
        height,
        [
            ("strip", 1 + few),
            ("parts", 1),
            ("sizes", 2),
            ("gathered", 2),
            ("sizes", 1 + few),
            ("price", len(price)),
            ("parts", min(3, tables.height)),
            ("gathered", 3),
            *((block, 1 + shown) for shown in range(few, layers + 1) for block in ("strip", "sizes")),
            *(("strip", one.height) for one in plans(layers)),
            ("axis", 1),
            *(("sizes", 1 + layers * lines) for lines in (2, 3)),
            ("numbers", len(numbers)),
            ("parts", tables.height),
            ("parts", tables.full_height),
            ("gathered", len(weight.with_right)),
            ("note", len(note)),
            ("counted", len(counted)),
            *(("sizes", 1 + layers * lines) for lines in range(4, _MOST_LINES + 1)),
        ],
    )
    axis = rows.get("axis", 0) if "sizes" in rows else 0
    bars = size_rows(trace, cursor, columns, rows.get("sizes", 0) + axis, axis=bool(axis))
    return [
        *unrolled_rows(trace, cursor, columns, rows.get("strip", 0)),
        *tables.cut(rows.get("parts", 0)),
        *weight.cut(rows.get("gathered", 0)),
        *bars[:1],
        *numbers[: rows.get("numbers", 0)],
        *bars[1:],
        *note[: rows.get("note", 0)],
        *price[: rows.get("price", 0)],
        *counted[: rows.get("counted", 0)],
    ]


def granted(height: int, wishes: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the rows of each block: wishes, the most important first, granted as long as there is room."""
    found: dict[str, int] = {}
    for name, wanted in wishes:
        had = found.get(name, 0)
        if wanted > had and sum(found.values()) - had + wanted <= height:
            found[name] = wanted
    return found
