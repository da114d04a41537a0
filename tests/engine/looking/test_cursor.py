"""Does every command take the cursor where it says, never out of the run, and back again?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.looking.cursor import Cursor, active_layer, go_to, look_at, start
from engine.looking.selection import explained, numbers_of_step
from engine.looking.ways.moves import Command, move
from engine.run.tracing import Trace, trace
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.shipped import shipped_run

if TYPE_CHECKING:
    from engine.order.site import Site

COMMANDS: tuple[Command, ...] = get_args(Command)
commands = st.sampled_from(COMMANDS)
BACK: tuple[tuple[Command, Command], ...] = (
    ("next", "previous"),
    ("next-phase", "previous-phase"),
    ("next-iteration", "previous-iteration"),
    ("unit-down", "unit-up"),
    ("source-down", "source-up"),
    ("next-part", "previous-part"),
)


@cache
def trace_at_random(number: int) -> Trace:
    """A trace of two or more iterations; nothing of it is computed, only its schedule is asked."""
    wanted = Wanted(order=ORDERS[number % len(ORDERS)], iterations=2 + number % 3)
    return trace(scenario_at_random(number, wanted))


traces = st.integers(0, 15).map(trace_at_random)


@st.composite
def places(draw: st.DrawFn) -> tuple[Trace, Cursor]:
    """A trace, and a cursor anywhere in it."""
    steps = draw(traces)
    units = tuple(draw(st.integers(0, size - 1)) for size in steps.scenario.network.sizes)
    step = draw(st.integers(0, len(steps) - 1))
    cursor = Cursor(step, units)
    parts = len(numbers_of_step(steps, cursor))
    return steps, Cursor(step, units, draw(st.integers(0, parts - 1)))


def inside(steps: Trace, cursor: Cursor) -> bool:
    sizes = steps.scenario.network.sizes
    return (
        0 <= cursor.step < len(steps)
        and len(cursor.units) == len(sizes)
        and all(0 <= unit < size for unit, size in zip(cursor.units, sizes, strict=True))
        and 0 <= cursor.part < len(numbers_of_step(steps, cursor))
    )


def section(site: Site) -> tuple[object, ...]:
    """What the steps of one phase have in common."""
    return site.iteration, site.sample, site.phase


@given(traces, st.integers(), st.lists(commands, max_size=40))
def test_no_command_leaves_the_run(steps: Trace, begin: int, given_: list[Command]) -> None:
    cursor = start(steps, begin)
    assert inside(steps, cursor)
    for command in given_:
        cursor = move(cursor, steps, command)
        assert inside(steps, cursor)


@given(traces, st.integers(), st.integers(), st.integers())
def test_any_step_and_unit_is_clamped(steps: Trace, step: int, layer: int, unit: int) -> None:
    layer %= steps.shapes.layers + 1
    cursor = go_to(start(steps), steps, step)
    assert cursor.step == min(max(step, 0), len(steps) - 1)
    seen = look_at(cursor, steps, layer, unit)
    assert seen.units[layer] == min(max(unit, 0), steps.scenario.network.sizes[layer] - 1)
    assert inside(steps, seen)


@pytest.mark.parametrize(("forward", "back"), BACK)
@given(data=st.data())
def test_there_and_back_again(forward: Command, back: Command, data: st.DataObject) -> None:
    """Away from the ends, from the start of what is gone over, a command and its opposite change nothing."""
    steps, cursor = data.draw(places())
    if forward in ("next", "next-phase", "next-iteration"):
        cursor = Cursor(cursor.step, cursor.units)  # another step begins with its first number
    if forward == "next-phase":
        while cursor.step and section(site(steps, cursor.step - 1)) == section(site(steps, cursor.step)):
            cursor = move(cursor, steps, "previous")
    if forward == "next-iteration":
        cursor = go_to(cursor, steps, steps.schedule.first_step(site(steps, cursor.step).iteration))
    there = move(cursor, steps, forward)
    if there == cursor:  # at the end
        return
    last = len(steps) - 1
    if there.step == last and forward in ("next-phase", "next-iteration"):
        return  # stopped by the end, perhaps amid a phase
    # A move by iterations remembers where it came from, as every jump does.
    assert replace(move(there, steps, back), past=(), future=()) == replace(cursor, past=(), future=())


@given(places())
def test_next_and_previous_move_by_one_step(place: tuple[Trace, Cursor]) -> None:
    steps, cursor = place
    last = len(steps) - 1
    assert move(cursor, steps, "next").step == min(cursor.step + 1, last)
    assert move(cursor, steps, "previous").step == max(cursor.step - 1, 0)
    assert move(cursor, steps, "first").step == 0
    assert move(cursor, steps, "last").step == last


@given(places())
def test_phases(place: tuple[Trace, Cursor]) -> None:
    """The next phase begins at the first step that differs; the previous one before this one's first."""
    steps, cursor = place
    sections = [section(site(steps, step)) for step in range(len(steps))]
    here = sections[cursor.step]
    later = [step for step in range(cursor.step, len(steps)) if sections[step] != here]
    assert move(cursor, steps, "next-phase").step == (later[0] if later else len(steps) - 1)
    begins = [step for step in range(len(steps)) if step == 0 or sections[step] != sections[step - 1]]
    earlier = [step for step in begins if step <= cursor.step][:-1]
    assert move(cursor, steps, "previous-phase").step == (earlier[-1] if earlier else 0)


@given(places())
def test_iterations(place: tuple[Trace, Cursor]) -> None:
    steps, cursor = place
    iterations = [site(steps, step).iteration for step in range(len(steps))]
    here = iterations[cursor.step]
    begins = [iterations.index(iteration) for iteration in range(steps.iterations)]
    following = begins[here + 1] if here + 1 < steps.iterations else len(steps) - 1
    assert move(cursor, steps, "next-iteration").step == following
    earlier = [step for step in begins if step < cursor.step]
    assert move(cursor, steps, "previous-iteration").step == (earlier[-1] if earlier else 0)


@given(places())
def test_units_move_in_the_layer_that_the_step_works_on(place: tuple[Trace, Cursor]) -> None:
    steps, cursor = place
    layer = site(steps, cursor.step).layer or steps.shapes.layers
    assert active_layer(steps, cursor.step) == layer
    moves = [("unit-down", "unit-up", layer)]
    if not explained(steps, cursor).reference.quantity.startswith("recurrent"):
        moves.append(("source-down", "source-up", layer - 1))
    for down, up, moved in moves:
        for command, by in ((down, 1), (up, -1)):
            found = move(cursor, steps, command)  # type: ignore[arg-type]
            expected = list(cursor.units)
            expected[moved] = min(max(expected[moved] + by, 0), steps.scenario.network.sizes[moved] - 1)
            assert found == Cursor(cursor.step, tuple(expected), cursor.part)


@given(places())
def test_the_parts_of_a_step_go_round(place: tuple[Trace, Cursor]) -> None:
    steps, cursor = place
    count = len(numbers_of_step(steps, cursor))
    seen, there = [], cursor
    for _ in range(count):
        seen.append(there.part)
        there = move(there, steps, "next-part")
    assert there == cursor
    assert sorted(seen) == list(range(count))


def test_another_step_begins_with_its_first_number() -> None:
    steps = trace_at_random(0)
    cursor = move(start(steps), steps, "next-part")
    assert cursor.part == 1
    assert move(cursor, steps, "previous") == cursor  # already at the first step: nothing moves
    assert move(cursor, steps, "next").part == 0


def site(steps: Trace, step: int) -> Site:
    return steps.schedule.site(step)


def test_who_has_stepped_to_where_a_jump_came_from_goes_back_to_the_one_before() -> None:
    run = trace_at_random(0)
    here = start(run, 3)
    for command in ("next-iteration", "previous-iteration"):
        here = move(here, run, command)
    assert here.step == 0
    second = run.schedule.first_step(1)
    for _ in range(second):
        here = move(here, run, "next")
    back = move(here, run, "back")
    assert back.step == 3
    assert move(back, run, "forward").step == second
    alone = move(move(move(start(run, 1), run, "first"), run, "next"), run, "back")
    assert alone.step == 1


def test_of_a_picture_a_pixel_with_something_on_it_is_looked_at_first() -> None:
    run = shipped_run("digits")
    picture = run.scenario.data.inputs[0]
    assert picture[0, start(run).units[0]] == picture.max() > 0.0
    assert start(shipped_run("mazur")).units == (0, 0, 0)
