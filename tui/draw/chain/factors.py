"""How do the factors along a path multiply up, and which of them are folded where rows are few?"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from engine.facts.chain.factors import what_it_is
from engine.words.chain import meanings, when_made
from tui.draw.kit.bars import NUMBER, Columns, Line
from tui.draw.kit.numbers import UNKNOWN, WRONG, numeral, power, sign_style, signed

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.facts.chain.chosen_path import ChosenPath
    from tui.draw.chain.asked import Asked
    from tui.draw.kit.rows import Row

_SYMBOL, _PAIR = 18, 24
_SAME = 5e-5
"""Factors that differ by less than this share read the same in four digits."""


def factor_rows(asked: Asked, width: int, room: int) -> list[Row]:
    """Return a heading and up to `room` rows: the factors with the product so far.

    If they are more, each step through time has one row, of both its factors; if need be, the middle
    of the path has one.
    """
    columns = Columns(width)
    lines = []
    for places in _rows(asked.path, room):
        row = _factor if len(places) == 1 else _pair if len(places) == 2 else _together
        last = places.stop - 1
        product = asked.product(last)
        right = asked.should_be(product, partial(_product_there, asked, last))
        lines.append(Line(row(asked, places, columns.left), product, right))
    head = " factor".ljust(3 + _SYMBOL) + "value".rjust(NUMBER - 1) + "  what it is"
    heads: Row = ((head.ljust(columns.left - 3) + "product so far", "title"),)
    if any(line.right is not None for line in lines):
        heads = (*heads, (f"{WRONG} right value".rjust(NUMBER + 3), "negative"))
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


@np.errstate(all="ignore")
def _together(asked: Asked, places: range, cells: int) -> Row:
    """Return how many factors are folded, their product, and what each step through time gives."""
    path = asked.path
    head = f" … {len(places):,} more factors"
    values = path.values[places.start : places.stop]
    if asked.product(places.stop - 1) is None:
        return ((f"{head}, together {UNKNOWN}", "dim"),)
    texts = [f"{head}, together × {_product(values)}"]
    begin = len(path.above)
    if begin <= places.start and places.stop <= begin + path.each * path.steps:
        each = values.reshape(-1, path.each).prod(axis=1)
        if np.ptp(each) <= _SAME * abs(each[0]):
            texts.insert(0, f"{texts[0]}: × {numeral(float(each[0]))} each time")
            texts.insert(1, texts[0].replace(" factors", ""))
    return ((next((text for text in texts if len(text) < cells), texts[-1]), "dim"),)


def _pair(asked: Asked, places: range, _cells: int) -> Row:
    """Return two factors in one row: of a step through time, the recurrent weight and the slope."""
    pair = [asked.path.factor(place) for place in places]
    changed = any(one.changed and asked.shown(one.number) is not None for one in pair)
    return (
        (" ! " if changed else " × ", "warning" if changed else "dim"),
        (f"{' × '.join(one.symbol for one in pair)} ".ljust(_PAIR), "symbol"),
        (" × ".join(asked.text(one.number) for one in pair), "value"),
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
    factor = asked.path.factor(places.start)
    value = asked.shown(factor.number)
    changed = factor.changed and value is not None
    sign = " ! " if changed else "   " if places.start == 0 else " × "
    number = UNKNOWN.rjust(NUMBER - 1) if value is None else signed(value, NUMBER)
    room = cells - len(sign) - _SYMBOL - NUMBER - 1
    right = asked.should_be(value, partial(_factor_there, asked, places.start))
    right = asked.theirs(factor.number) if right is None else right
    mark = "" if right is None else f"{WRONG} {signed(right, NUMBER - 2).strip()}"
    told = when_made(factor) if value is None else meanings(factor)
    texts = [f"{mark}{', ' if mark else ''}{words}" for words in told]
    words = next((words for words in texts if len(words) < room), mark or texts[-1])
    return (
        (sign, "warning" if changed else "dim"),
        (factor.symbol.ljust(_SYMBOL), "symbol"),
        (number.ljust(NUMBER), sign_style(value)),
        (" ", ""),
        (mark, "negative"),
        (words[len(mark) :], "dim"),
    )


def _place_there(asked: Asked, place: int, right: Asked) -> int | None:
    """Return at which place the right path has the factor of a place; None if it has it not.

    With a mistake the paths may be of other factors: a slope may be missing, or be one with the error.
    """
    path, other = asked.path, right.path
    if place == len(path):
        return len(other)
    wanted = what_it_is(path.factor(place))
    likely = (place, *range(len(other.above)), *range(len(other) - len(other.below), len(other)))
    return next((one for one in likely if one < len(other) and what_it_is(other.factor(one)) == wanted), None)


def _product_there(asked: Asked, place: int, right: Asked) -> float | None:
    """Return the product in the right path of all that stands before the next factor of this one."""
    there = _place_there(asked, place + 1, right)
    return right.product(there - 1) if there else None


def _factor_there(asked: Asked, place: int, right: Asked) -> float | None:
    """Return what the right path has for the factor at a place of this one, if it has that."""
    there = _place_there(asked, place, right)
    return None if there is None else right.path.factor(there).value
