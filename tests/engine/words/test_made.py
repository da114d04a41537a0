"""Is it said rightly which step makes a number, in more and in fewer words?"""

from __future__ import annotations

from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.cursor import start
from engine.looking.selection import numbers_of_step
from engine.order.quantities import Reference
from engine.words.steps.made import source, to_come
from tests.given.shipped import shipped_run


def test_the_step_that_is_named_makes_the_number() -> None:
    run = shipped_run("mazur")
    for step in range(run.schedule.first_step(1)):
        for number in numbers_of_step(run, start(run, step)):
            assert Traced(run, number).maker == step
            ways = [*source(run, number), *to_come(run, number)]
            assert all(f"made by step {step + 1:,} (" in way for way in ways)


def test_each_way_is_shorter_than_the_one_before_or_leaves_more_out() -> None:
    run = shipped_run("mazur")
    number = numbers_of_step(run, start(run, 0))[0]
    assert [way.count(":") + way.count(";") for way in to_come(run, number)] == [2, 2, 1]
    assert len(source(run, number)[0]) == max(map(len, source(run, number)))
    assert len(source(run, number)[-1]) == min(map(len, source(run, number)))


def test_what_the_file_gives_leads_to_its_readers_alone() -> None:
    run = shipped_run("mazur")
    ways = source(run, Number(Reference("input", 0, 0, 0, 0), (0,)))
    assert all("given by the scenario" in way for way in ways)
    assert not any("enter" in way for way in ways)
