"""How far does an error reach back, through times or through layers?

Of a sequence in pages, the first of which is the story of one error. With it, where there is room, or else on
the next page, what all errors together make of a delta. The last page has all other numbers: the unrolled
network; the two sources of the error of the neuron that is looked at; what each time gives to the gradient of
one shared weight; the size of the error at every time; what one update takes in derivatives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.weights import weight_looked_at
from engine.words.derivatives import WHAT_COUNTS, price_sentence
from engine.words.unrolled import WHAT_FACTOR
from tui.draw.kit.rows import Row, clip
from tui.draw.kit.wide import paragraph, told
from tui.draw.time.columns import TimeColumns
from tui.draw.time.depth import depth_rows
from tui.draw.time.error_size import size_rows
from tui.draw.time.errors import errors_height, errors_rows
from tui.draw.time.story import Teller
from tui.draw.time.tables import gathered, parts, size_numbers
from tui.draw.time.unrolled import plans, unrolled_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_FEW_LAYERS, _LEAST_LINES, _MOST_LINES = 3, 2, 8  # shown in any case; of the bars of a layer
_MOST_WORDS = 250  # characters of what is said of an error
_ROOMY = 16  # rows from which the bars of the story have two lines
_HINTS = {
    "story": "the story of one error",
    "errors": "all errors",
    "numbers": "the unrolled network, sources, shares, sizes",
}


def time_rows(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the view in `width` x `height` cells."""
    make = _page if trace.shapes.sequences else depth_rows
    return [clip(row, width) for row in make(trace, cursor, width, height)[:height]]


def _page(trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
    """Return the page that the view has been turned to."""
    teller = Teller(trace, cursor, width)
    together = _story_height(teller) + errors_height(teller) < height
    pages = ["story", *(["errors"] if teller.several and not together else []), "numbers"]
    page = pages[cursor.page % len(pages)]
    if page == "numbers":
        rows = _numbers(trace, cursor, teller, width, height)
    elif page == "errors":
        rows = errors_rows(teller, height - 1)
        rows += _extra(trace, cursor, teller, height - 1 - len(rows))
    else:
        rows = _story(trace, cursor, teller, height - 1, together=together and teller.several)
    hint = _HINTS[pages[(cursor.page + 1) % len(pages)]]
    turn: list[Row] = [((" 5 again: ", "key"), (hint, "dim"))] if len(rows) < height else []
    return [*rows, *turn]


def _story_height(teller: Teller) -> int:
    """Return how many rows the story takes at most: at every step the same, so that no page turns itself."""
    units = teller.trace.scenario.network.layers[teller.layer - 1].units
    words = 1 + _MOST_WORDS // teller.columns.width
    return 8 + (units > 1) + _LEAST_LINES + (not teller.columns.aligned) + words


def _story(trace: Trace, cursor: Cursor, teller: Teller, height: int, *, together: bool) -> list[Row]:
    """Return the story of one error, and what else there is room for.

    First all errors; while none goes back, the network unrolled, in which the numbers go forward.
    """
    lines = _LEAST_LINES if height >= _ROOMY and teller.goes_back else 1
    head = len(teller.rows) + len(teller.bars(lines))
    words = told(teller.words, teller.columns.width - 2, height - head)
    left = height - head - len(words)
    below: list[Row] = []
    if not teller.goes_back:
        below = unrolled_rows(trace, cursor, teller.columns, left) if left > trace.shapes.layers else []
    elif together:
        below = errors_rows(teller, left)
    below += _extra(trace, cursor, teller, left - len(below))
    if teller.goes_back:
        lines = min(lines + left - len(below), _MOST_LINES)
    said: list[Row] = [((f" {line}", "words"),) for line in words]
    return [*teller.rows, *teller.bars(lines), *said, *below]


def _extra(trace: Trace, cursor: Cursor, teller: Teller, height: int) -> list[Row]:
    """Return what of the last page stands in so many rows, each part whole."""
    columns, layers = teller.columns, trace.shapes.layers
    rows: list[Row] = []

    def add(block: list[Row]) -> None:
        if len(rows) + len(block) <= height:
            rows.extend(block)

    add(gathered(trace, cursor, columns).with_right)
    add(parts(trace, cursor, columns).table)
    if teller.goes_back and height - len(rows) >= plans(layers)[0].height:
        add(unrolled_rows(trace, cursor, columns, height - len(rows)))
    add(paragraph(price_sentence(weight_looked_at(trace, cursor)), columns.width))
    return rows


def _numbers(trace: Trace, cursor: Cursor, teller: Teller, width: int, height: int) -> list[Row]:
    layers = trace.shapes.layers
    columns = TimeColumns(trace.shapes.times, teller.columns.present, width, held=teller.other is not None)
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
