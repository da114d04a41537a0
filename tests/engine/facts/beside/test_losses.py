"""Is the loss with somebody's outputs what its formula makes of them, and its shares too?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from engine import load
from engine.catalog import find
from engine.facts.entry import Number
from engine.facts.losses import with_theirs
from engine.facts.number import Traced
from engine.facts.samples import beside, samples_at
from engine.looking.sorting import Sorting, at_next_apart
from engine.order.quantities import Reference
from tests.engine.diagnosis.planted import of_scenario
from tests.engine.facts.beside.held import held

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.run.tracing import Trace


def with_two_iterations(name: str, numbers: dict[str, Array]) -> Trace:
    return held(load(find(name)), numbers, 2)


def test_of_one_sample() -> None:
    outputs = of_scenario(load(find("mazur")))["a2"].copy()
    outputs[0, 1] = 0.5
    run = with_two_iterations("mazur", {"a2": outputs})
    other = with_theirs(run, 0)
    assert other is not None
    terms = [0.5 * (a - y) ** 2 for a, y in zip(outputs[0], (0.01, 0.99), strict=True)]
    assert [part.value for part in other.parts] == pytest.approx(terms, rel=1e-12)
    assert other.value == pytest.approx(sum(terms))
    one, whole = Number(Reference("terms", 0, None, 0, 0), (1,)), Number(Reference("loss", 0, None, 0, 0), ())
    assert Traced(run, one).beside == pytest.approx(terms[1])
    assert Traced(run, Number(one.reference, (0,))).beside is None
    assert Traced(run, whole).beside == pytest.approx(sum(terms))
    assert Traced(run, whole).whose == "with yours"
    assert with_theirs(run, 1) is None


def test_of_a_batch_and_in_the_table_of_samples() -> None:
    outputs = of_scenario(load(find("iris")))["a2"].copy()
    outputs[[1, 11]] = outputs[[1, 11]][:, ::-1]
    run = with_two_iterations("iris", {"a2": outputs})
    kinds = run.scenario.data.targets[:30, 0].argmax(axis=1)
    other, rows = with_theirs(run, 0), samples_at(run, 0)
    assert other is not None
    losses = [-math.log(row[kind]) for row, kind in zip(outputs, kinds, strict=True)]
    assert other.value == pytest.approx(sum(losses) / 30, rel=1e-12)
    theirs = beside(run, rows)
    assert theirs is not None
    assert theirs.apart.nonzero()[0].tolist() == [1, 11]
    assert theirs.rows.losses[[1, 11]] == pytest.approx([losses[1], losses[11]])
    assert theirs.rows.said[[1, 11]].tolist() == outputs[[1, 11]].argmax(axis=1).tolist()
    first = at_next_apart(rows, theirs.apart, Sorting(by="sample", falling=False), 1)
    second = at_next_apart(rows, theirs.apart, first, 1)
    assert (first.row, second.row) == (1, 11)
    assert at_next_apart(rows, theirs.apart, second, 1) == second
    assert at_next_apart(rows, theirs.apart, second, -1) == first


def test_what_agrees_makes_no_other() -> None:
    numbers = of_scenario(load(find("mazur")))
    run = with_two_iterations("mazur", numbers)
    assert with_theirs(run, 0) is None
    assert beside(run, samples_at(run, 0)) is None
    run = with_two_iterations("mazur", {"delta1": 2.0 * numbers["delta1"]})  # no output is another
    assert with_theirs(run, 0) is None
    assert beside(run, samples_at(run, 0)) is None
