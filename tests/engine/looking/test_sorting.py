"""Is the table of samples sorted by what it says, and does a choice stay within it?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import load, trace
from engine.catalog import find
from engine.facts.samples import Samples, samples_at
from engine.looking.sorting import Sorting, chosen_row, columns_of, obeyed, sorted_rows

COMMANDS = ("unit-down", "unit-up", "sort", "worst", "which")


@cache
def rows_of(name: str) -> Samples:
    return samples_at(trace(load(find(name))), 0)


@pytest.mark.parametrize("name", ["iris", "xor", "mazur", "elman"])
def test_each_column_is_sorted_by_what_it_shows(name: str) -> None:
    rows = rows_of(name)
    shown = {"sample": rows.samples, "target": rows.meant, "said": rows.said, "loss": rows.losses}
    if not rows.classes:
        shown["target"] = rows.targets[:, 0]
    shown |= {str(unit + 1): column for unit, column in enumerate(rows.predictions.T)}
    for by in columns_of(rows):
        for falling in (False, True):
            order = sorted_rows(rows, Sorting(by, falling))
            assert sorted(order) == list(range(len(rows)))
            column = shown[by][order]
            assert (np.diff(column) <= 0 if falling else np.diff(column) >= 0).all(), by


@given(st.sampled_from(["iris", "xor", "mazur"]), st.lists(st.sampled_from(COMMANDS), max_size=30))
def test_whatever_is_pressed_a_row_of_the_table_is_chosen(name: str, commands: list[str]) -> None:
    rows, sorting = rows_of(name), Sorting()
    for command in commands:
        before, sorting = sorting, obeyed(rows, sorting, command)
        order = sorted_rows(rows, sorting)
        row = chosen_row(rows, sorting)
        assert row in order
        if command == "worst":
            assert row == order[np.argmax(rows.losses[order])]
        if command == "unit-down":
            place = list(order).index(chosen_row(rows, before))
            assert order[min(place + 1, len(order) - 1)] == row


def test_which_goes_through_all_the_batch_and_the_wrong_ones() -> None:
    rows, sorting = rows_of("iris"), Sorting()
    counts = []
    for _ in range(4):
        counts.append(len(sorted_rows(rows, sorting)))
        sorting = obeyed(rows, sorting, "which")
    assert counts == [150, 30, 64, 150]


def test_what_is_not_finite_is_the_worst() -> None:
    rows = rows_of("xor")
    losses = np.array([1.0, np.nan, 3.0, 2.0])
    assert sorted_rows(replace(rows, losses=losses), Sorting()).tolist() == [1, 2, 3, 0]


def test_a_table_of_nothing_has_no_chosen_row() -> None:
    rows = rows_of("mazur")
    assert chosen_row(rows, Sorting(which="wrong")) is None
    assert obeyed(rows, Sorting(which="wrong"), "unit-down") == Sorting(which="wrong")
