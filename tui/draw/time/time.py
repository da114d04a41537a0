"""How far does an error reach back, through times or through layers?

Of a sequence in pages, the first of which is the story of one error. With it, where there is room, or else on
the next page, what all errors together make of a delta. The last page has all other numbers: the unrolled
network; the two sources of the error of the neuron that is looked at; what each time gives to the gradient of
one shared weight; the size of the error at every time; what one update takes in derivatives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.weights import weight_looked_at
from engine.words.gradients.derivatives import WHAT_COUNTS, price_sentence
from engine.words.numbers.unrolled import PAGES, WHAT_FACTOR
from tui.draw.kit.rows import Room, Row, clip, paragraph, sentences
from tui.draw.time.depth import depth_rows
from tui.draw.time.error_size import size_rows
from tui.draw.time.story import Teller, errors_height, errors_rows
from tui.draw.time.tables import gathered, parts, size_numbers
from tui.draw.time.unrolled import plans, unrolled_rows

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_FEW_LAYERS = 3  # shown in any case
_LEAST_LINES, _MOST_LINES = 2, 8  # of the bars of a layer
_MOST_WORDS = 250  # characters of what is said of an error
_ROOMY = 16  # rows from which the bars of the story have two lines


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
        rows = _numbers(teller, height)
    elif page == "errors":
        rows = errors_rows(teller, height - 1)
        rows += _extra(teller, height - 1 - len(rows))
    else:
        rows = _story(teller, height - 1, together=together and teller.several)
    hint = PAGES[pages[(cursor.page + 1) % len(pages)]]
    turn: list[Row] = [((" 5 again: ", "key"), (hint, "dim"))] if len(rows) < height else []
    return [*rows, *turn]


def _story_height(teller: Teller) -> int:
    """Return how many rows the story takes at most: at every step the same, so that no page turns itself."""
    units = teller.trace.scenario.network.layers[teller.layer - 1].units
    words = 1 + _MOST_WORDS // teller.columns.width
    return 8 + (units > 1) + _LEAST_LINES + (not teller.columns.aligned) + words


def _story(teller: Teller, height: int, *, together: bool) -> list[Row]:
    """Return the story of one error, and what else there is room for.

    First all errors; while none goes back, the network unrolled, in which the numbers go forward.
    """
    lines = _LEAST_LINES if height >= _ROOMY and teller.goes_back else 1
    head = len(teller.rows) + len(teller.bars(lines))
    words = sentences(teller.words, teller.columns.width - 2, height - head, margin=1)
    left = height - head - len(words)
    below: list[Row] = []
    if not teller.goes_back:
        below = unrolled_rows(teller, left) if left > teller.trace.shapes.layers else []
    elif together:
        below = errors_rows(teller, left)
    below += _extra(teller, left - len(below))
    if teller.goes_back:
        lines = min(lines + left - len(below), _MOST_LINES)
    return [*teller.rows, *teller.bars(lines), *words, *below]


def _extra(teller: Teller, height: int) -> list[Row]:
    """Return what of the last page stands in so many rows, each part whole; none before an error."""
    if not teller.goes_back:
        return []
    layers, room = teller.trace.shapes.layers, Room(height)
    title, _, table = parts(teller)
    # Of one layer the least plan has but a delta, which stands above: of a single error nothing else either.
    more = layers > 1 or teller.several
    shares = gathered(teller, titled=more or room.left > 2)
    rows = [*room.take(shares), *room.take([title, *table])]
    if more and room.left >= plans(layers)[0 if layers > 1 else -1].height:
        rows += room.take(unrolled_rows(teller, room.left))
    return rows


def _numbers(teller: Teller, height: int) -> list[Row]:
    """Return the unrolled network, and below it what else there is room for, each part whole.

    First what the error and the gradient are made of; then bars of two lines, beside which stands what a
    step back leaves; then the network with all that is in it, and the sizes as numbers.
    """
    layers, room, width = teller.trace.shapes.layers, Room(height), teller.columns.width
    title, equation, table = parts(teller)
    few = min(layers, _FEW_LAYERS)
    network, bars, high_bars = 1 + few, 1 + few * (1 + teller.goes_back), 2 + 3 * layers  # rows left to them
    now = room.take([equation], network + 2)
    shares = room.take(gathered(teller), network + 2)
    price = price_sentence(weight_looked_at(teller.trace, teller.cursor))
    priced = room.take(paragraph(price, width), network + 2)
    sources = room.take([title, *table], network + 1 + few)
    strip = room.take(unrolled_rows(teller, max(network, room.left - bars)))
    numbers = room.take(size_numbers(teller), high_bars)
    note = room.take(paragraph(WHAT_FACTOR, width), high_bars)
    counted = room.take(paragraph(WHAT_COUNTS, width), high_bars)
    sizes = size_rows(teller, min(room.left, 2 + layers * _MOST_LINES))
    return [
        *strip,
        *(*sources[:1], *now, *sources[1:]),
        *shares,
        *(*sizes[:1], *numbers, *sizes[1:]),
        *note,
        *priced,
        *counted,
    ]
