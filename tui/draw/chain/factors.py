"""How do the factors along a path multiply up, and which of them are folded where rows are few?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.words.numbers.chain import meanings, product_of, when_made
from tui.draw.kit.bars import NUMBER, Columns, Line
from tui.draw.kit.numbers import UNKNOWN, WRONG, factor, numeral, sign_style, signed
from tui.draw.kit.rows import Row, first_fitting

if TYPE_CHECKING:
    from engine.looking.known.asked import Asked

_SYMBOL, _PAIR = 18, 24


def factor_rows(asked: Asked, width: int, room: int) -> list[Row]:
    """Return a heading and up to `room` rows: the factors with the product so far.

    If they are more, each step through time has one row, of both its factors; if need be, the middle
    of the path has one.
    """
    columns = Columns(width)
    lines = []
    for places in asked.path.in_rows(room):
        row = _factor if len(places) == 1 else _pair if len(places) == 2 else _together
        product = asked.held_product(places.stop)
        lines.append(Line(row(asked, places, columns.left), *product))
    wrong = any(line.right is not None for line in lines)
    # Each begins where its numbers do, behind the cell of their sign, and none runs over the bars.
    head = f"{' factor':{4 + _SYMBOL}}{'value':{NUMBER}}what it is"
    head = f"{head:{columns.left + 1}}× so far"
    heads: Row = ((head.ljust(columns.left + NUMBER), "title"),)
    if wrong:
        heads = (*heads, (f"{WRONG} right value", "warning"))
    return [heads, *columns.rows(lines)]


def _together(asked: Asked, places: range, cells: int) -> Row:
    """Return how many factors are folded, their product, and what each step through time gives."""
    head = f" … {len(places):,} more factors"
    if asked.product(places.stop - 1) is None:
        return ((f"{head}, together {UNKNOWN}", "dim"),)
    texts = [f"{head}, together × {product_of(asked.path.values[places.start : places.stop])}"]
    if (each := asked.path.each_time(places)) is not None:
        whole = f"{texts[0]}: × {numeral(each)} each time"
        texts = [whole, whole.replace(" factors", ""), *texts]
    return ((first_fitting(texts, cells - 1), "dim"),)


def _pair(asked: Asked, places: range, _cells: int) -> Row:
    """Return two factors in one row: of a step through time, the recurrent weight and the slope."""
    pair = [asked.path.factor(place) for place in places]
    changed = any(one.changed and asked.shown(one.number) is not None for one in pair)
    return (
        (" ! " if changed else " × ", "warning" if changed else "dim"),
        (f"{' × '.join(one.symbol for one in pair)} ".ljust(_PAIR), "symbol"),
        (" × ".join(factor(asked.shown(one.number)) for one in pair), "value"),
    )


def _factor(asked: Asked, places: range, cells: int) -> Row:
    one = asked.path.factor(places.start)
    value, right = asked.held_factor(places.start)
    changed = one.changed and value is not None
    sign = " ! " if changed else "   " if places.start == 0 else " × "
    number = UNKNOWN.rjust(NUMBER - 1) if value is None else signed(value, NUMBER)
    room = cells - len(sign) - _SYMBOL - NUMBER - 1
    mark = "" if right is None else f"{WRONG} {signed(right, NUMBER - 2).strip()}"
    told = when_made(one) if value is None else meanings(one)
    texts = [f"{mark}{', ' if mark else ''}{words}" for words in told]
    words = next((words for words in texts if len(words) < room - 1), mark or texts[-1])
    return (
        (sign, "warning" if changed else "dim"),
        (one.symbol.ljust(_SYMBOL), "symbol"),
        (number.ljust(NUMBER), sign_style(value)),
        (" ", ""),
        (mark, "warning"),
        (words[len(mark) :], "dim"),
    )
