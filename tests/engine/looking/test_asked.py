"""What does the chain view ask for, and what stands beside its numbers?"""

from __future__ import annotations

import pytest

from engine import trace
from engine.looking.cursor import go_to, start
from engine.looking.known.asked import Asked
from tests.draw.theirs.planted_theirs import plant, run_of
from tests.given.shipped import scenario_of, shipped_run


@pytest.mark.parametrize("listed", range(3))
def test_all_paths_within_a_time_are_those_that_are_listed_and_the_others(listed: int) -> None:
    run = shipped_run("mazur")
    asked = Asked(run, start(run, len(run) - 1))
    assert list(asked.paths) == sorted(asked.paths, key=lambda path: -abs(asked.paths[path]))
    some = list(asked.paths)[:listed]
    whole = sum(asked.paths[path] for path in some) + asked.others(some)
    assert whole == pytest.approx(asked.chain.sum_now(asked.unit, asked.source))


def test_a_number_is_known_from_its_step_on() -> None:
    run = shipped_run("mazur")
    made = next(step for step in range(len(run)) if run.schedule.site(step)[0::4] == ("gradient", 1))
    early, late = (Asked(run, start(run, step)) for step in (made - 1, made))
    assert early.held(lambda one: one.gradient) == (None, None)
    assert late.held(lambda one: one.gradient) == (late.gradient.value, None)


def test_beside_a_number_stands_what_it_should_be() -> None:
    run, right = trace(scenario_of("mazur"), "premature"), trace(scenario_of("mazur"), "deferred")
    made = next(step for step in range(len(run)) if run.schedule.site(step)[0::4] == ("gradient", 1))
    asked = Asked(run, go_to(start(run), run, made))
    value, beside = asked.held(lambda one: one.gradient)
    waited = Asked(right, start(right, right.schedule.first_step(1) - 1)).gradient.value
    assert value != pytest.approx(waited)
    assert beside == pytest.approx(waited)


def test_in_a_right_run_stands_what_somebody_has() -> None:
    run = run_of("mazur")
    number = plant(run, "delta")
    asked = Asked(run, start(run, run.schedule.first_step(1) - 1))
    assert asked.delta.number == number
    value, beside = asked.held(lambda one: one.delta)
    assert value == asked.delta.value
    assert beside == pytest.approx(0.9 * asked.delta.value + 0.02)
