"""How do the factors along a path multiply up, and which of them are folded where rows are few?"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine.words.numbers.chain import meanings, when_made
from tui.draw.kit.bars import NUMBER, Columns, Line
from tui.draw.kit.numbers import UNKNOWN, WRONG, factor, numeral, power, sign_style, signed
from tui.draw.kit.rows import Row, first_fitting

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.facts.chain.chosen_path import ChosenPath
    from engine.facts.explain.expression import Leaf
    from engine.looking.known.asked import Asked

_SYMBOL, _PAIR = 18, 24


def factor_rows(asked: Asked, width: int, room: int) -> list[Row]:
    """Return a heading and up to `room` rows: the factors with the product so far.

    If they are more, each step through time has one row, of both its factors; if need be, the middle
    of the path has one.
    """
    columns = Columns(width)
    lines = []
    for places in _rows(asked.path, room):
        row = _factor if len(places) == 1 else _pair if len(places) == 2 else _together
        product = asked.held(partial(_product_up_to, asked, places.stop))
        lines.append(Line(row(asked, places, columns.left), *product))
    wrong = any(line.right is not None for line in lines)
    # Each begins where its numbers do, behind the cell of their sign, and none runs over the bars.
    head = f"{' factor':{4 + _SYMBOL}}{'value':{NUMBER}}what it is"
    head = f"{head:{columns.left + 1}}× so far"
    heads: Row = ((head.ljust(columns.left + NUMBER), "title"),)
    if wrong:
        heads = (*heads, (f"{WRONG} right value", "warning"))
    return [heads, *columns.rows(lines)]


def rows_wanted(path: ChosenPath, room: int) -> int:
    """Return how many of `room` rows the factors make use of."""
    return len(_rows(path, room))


def _rows(path: ChosenPath, room: int) -> list[range]:
    """Return the factors of each row, by their places."""
    if len(path) <= room:
        return [range(place, place + 1) for place in range(len(path))]
    begin, each = len(path.above), path.each
    further = (each - 1) * path.steps  # factors that share a row with another
    number = len(path) - further

    def row(place: int) -> range:
        if place < begin:
            return range(place, place + 1)
        if place < begin + path.steps:
            return range(begin + each * (place - begin), begin + each * (place - begin + 1))
        return range(place + further, place + further + 1)

    omitted = number - room + 1
    if omitted <= 1:
        return [row(place) for place in range(number)]
    first = room // 2
    last = first + omitted - 1
    middle = range(row(first).start, row(last).stop)
    return [*map(row, range(first)), middle, *map(row, range(last + 1, number))]


def _together(asked: Asked, places: range, cells: int) -> Row:
    """Return how many factors are folded, their product, and what each step through time gives."""
    head = f" … {len(places):,} more factors"
    if asked.product(places.stop - 1) is None:
        return ((f"{head}, together {UNKNOWN}", "dim"),)
    texts = [f"{head}, together × {_product(asked.path.values[places.start : places.stop])}"]
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


@np.errstate(all="ignore")
def _product(values: Array) -> str:
    """Return the product of numbers in few digits, also if it is beyond what a number can hold."""
    product = float(np.prod(values))
    if not np.all(np.isfinite(values) & (values != 0.0)) or 0.0 < abs(product) < math.inf:
        return numeral(product)
    sign = "-" if np.count_nonzero(values < 0.0) % 2 else ""
    return f"{sign}{power(float(np.log(np.abs(values)).sum()))}"


def _factor(asked: Asked, places: range, cells: int) -> Row:
    one = asked.path.factor(places.start)
    value, right = asked.held(partial(factor_at, asked, places.start))
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


def _product_up_to(shown: Asked, place: int, one: Asked) -> float | None:
    """Return the product of all that stands before a place of the path that is shown, in this path."""
    there = one.path.place_of(shown.path, place)
    return one.product(there - 1) if there else None


def factor_at(shown: Asked, place: int, one: Asked) -> Leaf | None:
    """Return what this path has for the factor at a place of the one that is shown, if it has that."""
    there = one.path.place_of(shown.path, place)
    return None if there is None else one.path.factor(there).number
