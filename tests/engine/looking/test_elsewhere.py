"""Is the same step of another sample and of another iteration found, looking at the same?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import load, trace
from engine.catalog import find
from engine.facts.entry import Number, array_of
from engine.facts.number import Traced
from engine.looking.cursor import back, go_to, start
from engine.looking.selection import explained
from engine.looking.ways.moves import MOST_TIMES, Command, move, repeated
from tests.given.scenarios_at_random import Wanted, scenario_at_random

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Order

COMMANDS: tuple[Command, ...] = get_args(Command)


@cache
def run_of(name: str) -> Trace:
    run = trace(load(find(name)))
    run.advance(min(run.iterations, 20))
    return run


@given(st.sampled_from(["batch", "iris", "elman", "premature", "17-layerwise"]), st.integers(0, 700))
def test_the_same_step_of_the_next_sample_and_back(name: str, step: int) -> None:
    run = run_of(name)
    cursor = go_to(start(run), run, step)
    site, there = (run.schedule.anchor(one.step) for one in (cursor, move(cursor, run, "next-sample")))
    if site.sample is None:
        assert there == site
        return
    batch = run.shapes.batch(site.iteration)
    if site.sample + 1 in batch:
        assert there.iteration == site.iteration
        assert there.sample == site.sample + 1
    elif site.iteration + 1 < run.iterations:
        assert (there.iteration, there.sample) == (
            site.iteration + 1,
            run.shapes.batch(site.iteration + 1).start,
        )
    if there.kind == site.kind:
        assert (there.layer, there.time) == (site.layer, site.time)
        if there != site:
            after = move(move(cursor, run, "next-sample"), run, "previous-sample")
            assert after.step == cursor.step


@given(
    st.sampled_from(["mazur", "batch", "iris", "elman"]),
    st.integers(0, 700),
    st.sampled_from(["next-term", "next-part", "layer-down"]),
)
def test_what_is_looked_at_stays_looked_at_in_the_next_iteration(
    name: str, step: int, looking: Command
) -> None:
    run = run_of(name)
    cursor = move(go_to(start(run), run, step), run, looking)
    cursor = replace(cursor, term=None)
    there = move(cursor, run, "same-next")
    here = run.schedule.site(cursor.step)
    if here.iteration + 1 == run.iterations:
        assert there == cursor
        return
    assert run.schedule.site(there.step)._replace(iteration=0, sample=0) == here._replace(
        iteration=0, sample=0
    ) or (here.sample is None)
    assert there.units == cursor.units
    assert Traced(run, explained(run, there)).symbol == Traced(run, explained(run, cursor)).symbol
    again = move(there, run, "same-previous")
    assert again.step == cursor.step
    assert explained(run, again) == explained(run, cursor)
    assert replace(back(there), past=(), future=()) == replace(cursor, past=(), future=())


@given(st.sampled_from(["mazur", "elman"]), st.integers(0, 90), st.sampled_from(COMMANDS), st.integers(1, 40))
def test_a_count_is_so_many_moves_and_one_way_back(
    name: str, step: int, command: Command, times: int
) -> None:
    run = run_of(name)
    if command in ("last", "to-maker", "to-next-reader", "to-previous-reader", "back", "forward", "first"):
        return
    cursor = go_to(start(run), run, step)
    once = cursor
    for _ in range(min(times, 19) if "iteration" in command or "same" in command else times):
        if run.schedule.site(once.step).iteration < 19:
            once = move(once, run, command)
    found = repeated(cursor, run, command, times)
    if run.schedule.site(once.step).iteration < 19:
        assert replace(found, past=(), future=()) == replace(once, past=(), future=())
        if times > 1 and found.step != cursor.step:
            assert len(found.past) == 1


@pytest.mark.parametrize("seed", range(4))
def test_what_was_made_late_in_a_large_batch_is_made_last_in_a_small_one(seed: int) -> None:
    """Premature updates are one each sample or time: an iteration of fewer samples has fewer of them."""
    wanted = Wanted(
        order="premature", samples=5, batch_size=2, iterations=4, recurrent=seed % 2 == 0, parameters=30
    )
    run = trace(scenario_at_random(seed, wanted))
    assert len(run.shapes.batch(2)) < len(run.shapes.batch(1))
    for step in range(run.schedule.first_step(1), run.schedule.first_step(2)):
        for reference in run.flow.writes(step):
            number = Number(reference, (0,) * array_of(run, reference).ndim)
            cursor = replace(start(run, step), focus=number)
            for command in ("same-next", "same-previous"):
                there = explained(run, move(cursor, run, command))
                assert (Traced(run, there).maker or 0) < len(run)


def test_a_number_of_another_sample_than_the_step_moves_with_the_batch() -> None:
    """To the sample at the same place of the other batch; a smaller batch may have none there."""
    run = trace(scenario_at_random(1, Wanted(samples=5, batch_size=2, iterations=4)))
    for iteration, expected in ((0, 3), (1, None)):
        batch = run.shapes.batch(iteration)
        step = run.schedule.first_step(iteration)
        assert run.schedule.site(step).sample == batch[0]
        (reference, *_) = run.flow.writes(step)
        number = Number(reference._replace(sample=batch[1]), (0,))
        there = move(replace(start(run, step), focus=number), run, "same-next")
        assert (there.focus.reference.sample if there.focus else None) == expected


def test_a_loss_is_not_looked_at_where_there_is_no_target() -> None:
    scenario = scenario_at_random(1, Wanted(samples=2, batch_size=2, iterations=1))
    has_target = scenario.data.has_target.copy()
    has_target[1, -1] = False
    run = trace(replace(scenario, data=replace(scenario.data, has_target=has_target)))
    last = run.shapes.times - 1
    step = next(at for at in range(len(run)) if run.schedule.site(at)[:4] == ("loss", 0, 0, last))
    (reference, *_) = run.flow.writes(step)
    there = move(replace(start(run, step), focus=Number(reference, (0,))), run, "next-sample")
    assert there.focus is None
    assert run.schedule.site(there.step).kind == "forward"


def test_a_large_count_stops_at_the_end() -> None:
    run = run_of("mazur")
    assert repeated(start(run), run, "next", 10**9).step == len(run) - 1
    assert repeated(start(run, 500), run, "previous", 10**9).step == 0
    assert run.schedule.site(repeated(start(run), run, "next-iteration", MOST_TIMES).step).iteration == 9999


@pytest.mark.parametrize("command", ["next-sample", "same-next", "previous-sample", "same-previous"])
def test_at_an_end_it_stays(command: Command) -> None:
    run = run_of("batch")
    step = 0 if command.endswith("previous") or command.startswith("previous") else len(run) - 1
    cursor = start(run, step)
    assert move(cursor, run, command) == cursor


@pytest.mark.parametrize("order", ["deferred", "premature", "layerwise"])
@pytest.mark.parametrize("name", ["xor", "elman"])
def test_the_end_of_a_sample_and_of_an_iteration(name: str, order: Order) -> None:
    """The last of the steps that are of this sample, or of this iteration, looked for one by one."""
    run = trace(load(find(name)), order)
    second = run.schedule.first_step(1)
    sites = [run.schedule.site(step) for step in range(second)]
    for step, site in enumerate(sites):
        if site.sample is not None:
            last = max(at for at, other in enumerate(sites) if other.sample == site.sample)
            assert move(start(run, step), run, "finish-sample").step == last
        else:
            assert move(start(run, step), run, "finish-sample") == start(run, step)
    assert move(start(run, 1), run, "finish-iteration").step == second - 1
    assert move(start(run, len(run) - 2), run, "finish-iteration").step == len(run) - 1
    assert move(start(run, second - 1), run, "finish-iteration") == start(run, second - 1)
