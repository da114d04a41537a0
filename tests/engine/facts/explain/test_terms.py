"""Is a sequence whose terms are made on demand the same as the list of its terms?"""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.entry import Number
from engine.facts.explain.terms import Terms, chained
from engine.order.quantities import Reference

lists = st.lists(st.integers(-9, 9), max_size=6)


def number(part: int, place: int) -> Number:
    return Number(Reference("weights", part), (place,))


def terms_of(values: list[int], part: int = 0) -> Terms[int]:
    def place_of(wanted: Number) -> int | None:
        mine = [number(part, place) for place in range(len(values))]
        return mine.index(wanted) if wanted in mine else None

    return Terms(np.array(values, dtype=np.float64), 1, values.__getitem__, place_of)


def assert_same(found: Terms[int], expected: list[int], numbers: list[Number]) -> None:
    assert list(found) == expected
    assert len(found) == len(found.values) == len(found.numbers) == len(expected)
    assert found.values.tolist() == expected
    assert [found.place_of(one) for one in numbers] == list(range(len(expected)))
    assert [found[-1 - place] for place in range(len(expected))] == expected[::-1]
    with pytest.raises(IndexError):
        found[len(expected)]


@given(lists, st.slices(6))
def test_a_slice(values: list[int], part: slice) -> None:
    numbers = [number(0, place) for place in range(len(values))]
    assert_same(terms_of(values)[part], values[part], numbers[part])


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.data())
def test_all_but_one(values: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(values) - 1))
    numbers = [number(0, other) for other in range(len(values)) if other != place]
    found = terms_of(values).without(place)
    assert_same(found, values[:place] + values[place + 1 :], numbers)
    assert found.place_of(number(0, place)) is None


@given(st.lists(lists, min_size=1, max_size=4))
def test_one_after_the_other(parts: list[list[int]]) -> None:
    numbers = [number(part, place) for part, values in enumerate(parts) for place in range(len(values))]
    found = chained(*(terms_of(values, part) for part, values in enumerate(parts)))
    assert_same(found, [*chain.from_iterable(parts)], numbers)
    assert found.place_of(number(9, 0)) is None


def test_only_what_is_asked_for_is_made() -> None:
    made: list[int] = []

    def make(place: int) -> int:
        made.append(place)
        return place

    terms = Terms(np.arange(10.0), 1, make, lambda _: None)
    both = chained(terms[2:], terms.without(5))
    assert (both[0], both[-1], len(both), both.values.sum()) == (2, 9, 17, 84.0)
    assert made == [2, 9]
