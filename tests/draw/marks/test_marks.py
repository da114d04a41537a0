"""Is every number that is no longer right marked in every view, with what it should be, and no other?"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.beside.right import right_value, wrong_in
from engine.facts.chain.chosen_path import ChosenPath
from engine.facts.chain.paths import Chain
from engine.facts.entry import Number, array_of
from engine.facts.gradient import gradient_vector, largest
from engine.facts.number import Traced
from engine.facts.through_time import sample_of
from engine.looking.cursor import active_layer, start
from engine.looking.known.matrices import matrices_elsewhere, matrices_of
from engine.looking.known.numbers import Known
from engine.looking.selection import explained, numbers_of_step
from engine.numerals import apart
from engine.order.quantities import Reference
from tests.course.trained import changed
from tests.given.breaks_at_random import break_at_random
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import scenario_of
from tests.given.some_of import EVERY_CASE, some_of
from tui.draw.chain.chain import chain_rows
from tui.draw.frame.looking import looking_row
from tui.draw.gradient import gradient_rows
from tui.draw.heat.heat import heat_rows
from tui.draw.kit.numbers import UNKNOWN, numeral, signed
from tui.draw.kit.rows import Linked, plain
from tui.draw.network.network import network_rows
from tui.draw.page import presenter_rows
from tui.draw.slope import slope_rows
from tui.draw.time.columns import TimeColumns
from tui.draw.time.time import time_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.chain.factors import Factor
    from engine.looking.cursor import Cursor
    from engine.order.quantities import Quantity
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

WIDTH, HEIGHT = 220, 80
STEPS = 5 if EVERY_CASE else 3
SEEDS = range(9 if EVERY_CASE else 4)


def disturbed(seed: int, wanted: Wanted) -> tuple[Trace, list[int]]:
    """A trace whose updates have not all waited, and steps of an iteration in which they have not.

    The first of those that are out of turn is one of them.
    """
    if seed % 3 == 2:
        whole: Trace = trace(scenario_at_random(seed, wanted), "premature")
        return whole, some_of(range(whole.schedule.first_step(1)), STEPS)
    case = break_at_random(seed, Random(seed), wanted)
    schedule = case.trace.schedule
    steps = range(schedule.first_step(case.iteration), schedule.first_step(case.iteration + 1))
    return case.trace, sorted({*some_of(steps, STEPS), *case.trace.out_of_turn[:1]})


def marks(line: str, columns: TimeColumns) -> set[int]:
    return {time for time in columns.shown if line[columns.start(time) - 1 : columns.start(time)] == "≠"}


@pytest.mark.parametrize("seed", SEEDS)
def test_along_a_path(seed: int) -> None:
    """The gradient and delta are marked as the equations mark them; a path's product by its own factors."""
    whole, steps = disturbed(seed, Wanted(learning_rate=0.5, recurrent=False, depth=3))
    seen = 0
    for step in steps:
        layer, known = active_layer(whole, step), Known(whole, start(whole, step))
        rows = [plain(row) for row in chain_rows(whole, start(whole, step), WIDTH, HEIGHT)]
        for label, quantity, index in (
            (f"= ∂C/∂W{layer}[1,1]", "weight_gradient", (0, 0)),
            (f"= δ{layer}[1]", "delta", (0,)),
        ):
            number = Number(known.reference(quantity, layer), index)
            right = right_value(whole, number)
            for row in rows:
                # The sum over paths is known as soon as all its factors are.
                if f"{label} " in row and UNKNOWN not in row:
                    assert ("≠" in row) == (right is not None), (step, row)
                    if right is not None:
                        assert row.partition("≠ ")[2].split()[0] == signed(right, 11).strip()
                        seen += 1
        chain = Chain(whole, known.iteration, known.sample, known.time, layer)
        path = ChosenPath(chain, start(whole, step).units)
        product = float(path.products[-1])
        right_product = 1.0
        for factor in (path.factor(place) for place in range(len(path))):
            right_product *= right_factor(whole, known, factor)
        row = next(row for row in rows if row.startswith("▸  "))
        shown = path.known(step) == len(path)
        apart = not np.isclose(product, right_product, rtol=1e-9, atol=0.0)
        assert ("≠" in row) == (shown and apart), (step, row)
    assert seen or seed != 2


def right_factor(whole: Trace, known: Known, factor: Factor) -> float:
    """What a factor would be: a weight as the iteration began with it, all else as equations say."""
    quantities: dict[str, Quantity] = {"slope": "slope", "delta": "delta", "error": "error"}
    made = factor.number
    assert isinstance(made, Traced)
    if factor.meaning == "weight":
        reference = Reference("weights", known.iteration, made.layer, version=0)
        return float(array_of(whole, reference)[made.index])
    name: Quantity = "activation" if made.layer else "input"
    number = Number(known.reference(quantities.get(factor.meaning, name), made.layer), made.index)
    right = right_value(whole, number)
    return factor.value if right is None else right


@pytest.mark.parametrize("seed", SEEDS)
def test_through_time(seed: int) -> None:
    """The marks are those that the equations have: `right_value` of each number."""
    whole, steps = disturbed(seed, Wanted(recurrent=True, learning_rate=0.5))
    if not whole.shapes.sequences:
        return
    seen = 0
    for step in steps:
        layer, sample = active_layer(whole, step), sample_of(whole, step)
        iteration = whole.schedule.site(step).iteration
        parameter: Quantity = "recurrent" if whole.shapes.recurrent[layer - 1] else "weight"
        index: tuple[int, ...] = (0, 0)
        rows: dict[str, tuple[Quantity, tuple[int, ...]]] = {
            f"= δ{layer}[1]": ("delta", (0,)),
            "share": (f"{parameter}_gradient", index),
            "← sum so far": (f"{parameter}_total", index),
        }
        if whole.shapes.recurrent[layer - 1]:
            rows |= {"from above": ("from_above", (0,)), "+ from the future": ("from_future", (0,))}
            rows |= {f"= ∂C/∂h{layer}[1]": ("error", (0,))}
        last_page = replace(start(whole, step), page=-1)
        lines = [plain(row) for row in time_rows(whole, last_page, WIDTH, HEIGHT)]
        columns = TimeColumns(whole.shapes.times, whole.schedule.site(step).time or 0, WIDTH)
        for label, (quantity, index) in rows.items():
            place = next(
                (number for number, line in enumerate(lines) if line[1:].startswith(f"{label}  ")), None
            )
            if place is None:
                assert label.startswith("= δ")  # of an output whose slope does not stand alone
                continue
            right = {}
            for time in columns.shown:
                number = Number(Reference(quantity, iteration, layer, sample, time), index)
                value = right_value(whole, number)
                if value is not None and (whole.flow.writer(number.reference) or 0) <= step:
                    right[time] = value
            assert marks(lines[place], columns) == set(right), (label, step)
            if right:
                assert "right value" in lines[place + 1]
            for time, value in right.items():
                begin = columns.start(time)
                shown = lines[place + 1][begin : begin + columns.number].rstrip()
                assert float(shown) == float(signed(value, columns.number)), (shown, value)
                seen += 1
    assert seen or seed != 2


def test_the_page_says_what_would_have_to_be_otherwise() -> None:
    run = trace(changed("18-no-slope"))
    page = text_of(presenter_rows(run, start(run, 15), WIDTH, HEIGHT))
    assert "≠   it would be -0.07067, without the mistake no-slope" in page
    both = trace(changed("18-no-slope"), "premature")
    assert "had every update waited, without the mistake" in text_of(
        presenter_rows(both, start(both, 7), WIDTH, HEIGHT)
    )


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_the_slope_the_page_and_the_vector(seed: int) -> None:
    whole, steps = disturbed(seed, Wanted(learning_rate=0.5))
    for step in steps:
        cursor, known = start(whole, step), Known(whole, start(whole, step))
        layer = active_layer(whole, step)
        names: tuple[Quantity, ...] = ("pre_activation", "activation", "delta")
        wrong = any(
            right_value(whole, Number(known.reference(name, layer), (0,))) is not None
            for name in names
            if known.array(name, layer) is not None
        )
        assert ("≠" in text_of(slope_rows(whole, cursor, WIDTH, HEIGHT))) == wrong
        for part in some_of(range(len(numbers_of_step(whole, cursor))), 6):
            cursor = replace(cursor, part=part)
            number = explained(whole, cursor)
            right = right_value(whole, number)
            page = text_of(presenter_rows(whole, cursor, WIDTH, HEIGHT))
            assert ("≠" in page) == (right is not None)
            if right is not None:
                shown = numeral(right, digits=apart(right, Traced(whole, number).value))
                assert f"≠   it would be {shown}, had every update waited" in page
        rows = [plain(row) for row in gradient_rows(whole, cursor, WIDTH, HEIGHT)]
        for one in largest(gradient_vector(whole, step), 30):
            right = right_value(whole, one.number)
            line = next((row for row in rows if row[1:].startswith(f"{one.symbol} ")), "")
            assert ("≠" in line) == (right is not None and line != ""), line
            if right is not None and line:
                assert f"≠ {signed(right, 10)}" in line


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_the_heat_maps(seed: int) -> None:
    """The maps of a small network have their numbers written out: as many marks as wrong numbers."""
    whole, steps = disturbed(seed, Wanted(learning_rate=0.5))
    for step in steps:
        cursor, known = start(whole, step), Known(whole, start(whole, step))
        expected, told = 0, list[str]()
        text = text_of(heat_rows(whole, cursor, WIDTH, HEIGHT))
        maps = [*matrices_of(known), *(one for one in matrices_elsewhere(known) if f" {one.title} " in text)]
        for one in maps:
            linked = [
                (row, column, one.number(row, column))
                for row in range(one.values.shape[0])
                for column in range(one.known)
            ]
            for row, column, number in linked:
                wrong = right_value(whole, number) is not None
                assert (one.wrong is not None and bool(one.wrong[row, column])) == wrong, number
                expected += wrong
            if many := expected - sum(int(said.split()[0]) for said in told):
                told.append(f"{many} in {one.title.split('  ')[0]}" if one is not maps[0] else f"{many} here")
        found = re.search(r"   ≠ (.*) no longer right", text)
        assert (found[1].split(", ") if found is not None else []) == told
        assert text.count("≠") >= expected


def text_of(rows: list[Row]) -> str:
    return "\n".join(map(plain, rows))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_mark_is_in_the_colour_of_what_is_not_as_it_should_be(seed: int) -> None:
    whole, steps = disturbed(seed, Wanted(learning_rate=0.5))
    for step in steps:
        cursor = start(whole, step)
        rows = [
            row
            for draw in (slope_rows, gradient_rows, heat_rows, presenter_rows)
            for row in draw(whole, cursor, WIDTH, HEIGHT)
        ]
        styles = {
            style for row in [*rows, looking_row(whole, cursor, WIDTH)] for text, style in row if "≠" in text
        }
        assert styles <= {"warning"}


def test_nothing_is_marked_where_every_update_has_waited() -> None:
    for seed in range(4 if EVERY_CASE else 2):
        whole = trace(scenario_at_random(seed, Wanted(order="deferred", recurrent=True)))
        for step in some_of(range(whole.schedule.first_step(1)), STEPS):
            for draw in (time_rows, chain_rows, slope_rows, gradient_rows, heat_rows, presenter_rows):
                assert "≠" not in text_of(draw(whole, start(whole, step), WIDTH, HEIGHT))


@pytest.mark.parametrize(("seed", "rate", "draw"), [(1, 1e60, heat_rows), (24, 1e120, chain_rows)])
def test_what_is_beyond_all_numbers_is_drawn_without_a_warning(
    seed: int, rate: float, draw: Callable[[Trace, Cursor, int, int], list[Row]]
) -> None:
    scenario = scenario_at_random(seed, Wanted())
    exploding = replace(scenario, training=replace(scenario.training, learning_rate=rate, iterations=3))
    whole = trace(exploding, "premature")
    whole.advance(3)
    for step in some_of(range(len(whole)), 16):
        assert draw(whole, start(whole, step), 80, 20)


@pytest.mark.parametrize("seed", SEEDS[:6])
def test_the_wires(seed: int) -> None:
    """A ≠ stands before each number on a wire that is no longer right, and before no other."""
    whole, steps = disturbed(seed, Wanted(recurrent=False, loss="half-squared-error"))
    marked = 0
    for step in steps:
        for row in network_rows(whole, start(whole, step), WIDTH, HEIGHT):
            for before, (text, style) in pairwise(row):
                target = style.target if isinstance(style, Linked) else None
                if isinstance(target, Number) and len(target.index) == 2:
                    wrong = right_value(whole, target) is not None
                    assert (before[0][-1] == "≠") == wrong, (step, text)
                    marked += wrong
    assert marked or seed % 3 != 2


@pytest.mark.parametrize("size", [(80, 9), (97, 23), (117, 18)])
@pytest.mark.parametrize(
    ("name", "order"),
    [("08-too-early-sign", None), ("17-layerwise", None), ("18-no-slope", None), ("xor", "premature")],
)
def test_a_mark_touches_its_number_alone(name: str, order: str | None, size: tuple[int, int]) -> None:
    """Behind a sign, a name or a wire stands a blank: "= ≠" is no "=≠"."""
    whole = trace(scenario_of(name), order)
    marked = 0
    for step in range(whole.schedule.first_step(1)):
        for row in map(plain, network_rows(whole, start(whole, step), *size)):
            assert not re.search(r"\S≠|≠(?!-?[\d.])", row), (step, row)
            marked += row.count("≠")
    assert marked


@pytest.mark.parametrize("seed", range(4))
def test_deltas_by_layers(seed: int) -> None:
    """What is not as it should be is marked: each length, and each δ of a neuron."""
    whole, steps = disturbed(seed, Wanted(recurrent=False, learning_rate=0.5))
    if whole.shapes.sequences:
        return
    for step in steps:
        lines = [plain(row) for row in time_rows(whole, start(whole, step), WIDTH, HEIGHT)]
        for layer in range(1, whole.shapes.layers + 1):
            reference = Known(whole, start(whole, step)).reference("delta", layer)
            wrong = None
            if (whole.flow.writer(reference) or 0) <= step:
                wrong = wrong_in(whole, reference)
            table, numbers = (line for line in lines if line[:6].strip(" ▸") == f"δ{layer}")
            assert ("≠" in table[:20]) == (wrong is not None and bool(wrong.any()))
            assert numbers.count("≠") == (0 if wrong is None else int(wrong.sum()))
