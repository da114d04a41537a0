"""Does the picture of a batch say what each sample gave, what that comes to, and what is changed by it?"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.broken.breaking import break_rule
from engine.facts.number import Traced
from engine.looking.cursor import look_at, start
from engine.looking.ways.moves import move
from engine.words.gradients.batch import pulls
from tests.draw.fitting import check_without_colours
from tests.draw.large_network import linked_numbers, of_batch, text_of
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import shipped_run
from tests.given.some_of import in_turns
from tui.draw.kit.rows import plain
from tui.draw.network.network import network_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

SIZES = ((80, 7), (100, 13), (120, 17), (200, 27))


def updates(run: Trace) -> Iterator[Cursor]:
    """Cursors at the updates of the first iteration that are made by a whole batch."""
    for step in range(run.schedule.first_step(1) if run.iterations > 1 else len(run)):
        if of_batch(run, step):
            yield start(run, step)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["batch", "iris", "elman", "digits", "15-momentum", "16-adam"])
def test_old_and_change_are_new(name: str, size: tuple[int, int]) -> None:
    run = shipped_run(name)
    rows = 0
    for cursor in updates(run):
        numbers = [number for _, number in linked_numbers(network_rows(run, cursor, *size))]
        for number in numbers:
            reference = number.reference
            if not reference.quantity.endswith("change"):
                continue
            group = reference.quantity.removesuffix("_change").replace("recurrent", "recurrent_weights")
            old, new = (reference._replace(quantity=group, version=version) for version in (0, 1))
            total = run.flow.reads(cursor.step)
            assert {one.reference for one in numbers if one.index == number.index} >= {old, new}
            assert any(one.reference in total for one in numbers if one.index == number.index)
            rows += 1
    assert rows >= 2


def test_every_share_has_its_column_or_is_in_the_rest() -> None:
    """Three samples, all shown; of 30 those that give most, and the others as one sum."""
    run = shipped_run("batch")
    text = text_of(network_rows(run, start(run, 12), 80, 7))
    for part in ("-0.280854 0.5      -0.280854  -0.06171", "0.1     + 0.002057 =  0.1021", "- 0.008333"):
        assert part in text
    assert "others" not in text
    iris = shipped_run("iris")
    cursor = start(iris, 210)
    shown = linked_numbers(network_rows(iris, cursor, 120, 17))
    shares = {
        one.reference.sample: Traced(iris, one).value
        for _, one in shown
        if one.reference.quantity == "weight_gradient" and one.index == (0, 0)
    }
    every = iris.iteration(0).shares_of_batch(2, "weights", 0)[:, 0]
    rest = [float(value) for sample, value in enumerate(every) if sample not in shares]
    assert min(map(abs, shares.values())) >= max(map(abs, rest))
    text = text_of(network_rows(iris, cursor, 120, 17))
    assert f" {len(rest)} others " in text
    (heads,) = re.findall(r"\n sample +(.*)", text)
    assert {int(head) - 1 for head in heads.split()} == {sample for sample in shares if sample is not None}
    assert f"{math.fsum(rest):.4g}"[:5] in text


def test_no_sample_stands_for_the_batch() -> None:
    run = shipped_run("batch")
    text = text_of(network_rows(run, start(run, 12), 120, 17))
    assert "x 1" not in text
    away = move(start(run, 12), run, "layer-down")  # the inputs are asked for: of which sample is said
    assert " sample 3" in text_of(network_rows(run, away, 120, 17))
    single = shipped_run("mazur")
    assert "= 0.4 - 0.04108" in text_of(network_rows(single, start(single, 7), 200, 17))
    assert "Δ -0.04108" in text_of(network_rows(single, start(single, 7), 120, 17))


def test_the_window_follows_the_weight_that_is_looked_at() -> None:
    run = shipped_run("digits")
    cursor = look_at(look_at(start(run, 225), run, 1, 11), run, 0, 63)
    text = text_of(network_rows(run, cursor, 80, 7))
    assert "\n▸W1[12,64] " in text
    assert "61 to 65 of 65" in text


@pytest.mark.parametrize(("name", "step"), [("deep", 55), ("iris", 211), ("xor", 29), ("digits", 225)])
@pytest.mark.parametrize("size", SIZES)
def test_no_rows_are_empty_while_neurons_of_the_step_are_hidden(
    name: str, step: int, size: tuple[int, int]
) -> None:
    """The step changes the whole layer: those beside the one that is looked at have what rows are left."""
    run = shipped_run(name)
    rows = network_rows(run, start(run, step), *size)
    new = {one.index for _, one in linked_numbers(rows) if one.reference.quantity == "weights"}
    layer = run.scenario.network.layers[0]
    each = run.scenario.network.inputs + 1  # and the bias
    hidden = layer.units - len({to for to, _ in new})
    empty = sum(not plain(row).strip() for row in rows)
    assert not hidden or empty < each + 1
    assert hidden or len(new) == layer.units * (each - 1)
    assert not hidden or " of " in plain(rows[-1]) or empty < 2
    # Never are they hidden without a word.
    assert not hidden or " of " in plain(rows[-1]) or re.search(rf" [↑↓]+ {hidden:,} more ", text_of(rows))


@pytest.mark.parametrize("name", ["batch", "iris", "elman", "deep", "06-batch", "digits"])
def test_what_the_samples_give_comes_to_what_is_gathered(name: str) -> None:
    """As it is written, to within a rounding: -0.2809 + 0.5 - 0.2809 is not -0.06171."""
    run, rows = shipped_run(name), 0
    for cursor, size in product(updates(run), SIZES[1:]):
        for line in text_of(network_rows(run, cursor, *size)).split("\n"):
            # A cell has no room for three digits of less than a thousandth.
            if not re.match(r"[▸ ][WU]\d", line) or re.search(r"[ -]0\.000", line):
                continue
            *given, total, _ = map(float, re.findall(r"-?\d[\d.]*(?:e-?\d+)?", line[9:])[:-2])
            if given:
                assert math.fsum(given) == pytest.approx(total, rel=2e-3), line
                rows += 1
    assert rows


def test_the_losses_of_the_samples_have_the_colour_of_the_loss() -> None:
    run = shipped_run("batch")
    rows = network_rows(run, start(run, 12), 120, 17)
    (losses,) = (row for row in rows if plain(row).startswith(" C "))
    assert [text.strip() for text, style in losses if style == "loss" and text.strip()] == [
        "0.3300",
        "0.25",
        "0.3300",
    ]


def test_no_column_repeats_what_is_gathered() -> None:
    """Where no sample has room, what all have given is what is gathered: it has one name."""
    run = break_rule(shipped_run("batch"), 4, 1)
    heads, row = (plain(row) for row in network_rows(run, start(run, 13), 80, 7)[:2])
    assert heads.split() == ["gradient", "gathered", "-", "applied", "old", "change", "new"]
    assert heads.index("-") == row.index("+")  # minus what is negative


@pytest.mark.parametrize("seed", range(6))
def test_any_batch_can_be_drawn(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(samples=4, recurrent=seed % 2 == 0)))
    for place, cursor in enumerate(updates(run)):
        for size in in_turns(((60, 5), *SIZES), place + seed, 2):
            rows = network_rows(run, cursor, *size)
            assert len(rows) == size[1]


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([1.0, 2.0], "is positive for 2 samples: none pulls the other way."),
        ([-1.0, 0.0], "is negative for 1 sample and 0 for 1: none pulls the other way."),
        ([3.0, -1.0], "is positive for 1 sample and negative for 1: they pull different ways, and 50 %"),
        ([3.0, -1.0, 0.0], "is positive for 1 sample, negative for 1 and 0 for 1: they pull different ways"),
        ([0.0, 0.0], ""),
        ([math.inf, -1.0], ""),
    ],
)
def test_what_is_said_of_shares(shares: list[float], words: str) -> None:
    said = pulls("∂C/∂W1[1,1]", np.array(shares))
    assert (words in said) if words else not said


def test_what_an_update_out_of_turn_has_applied_is_taken_from_what_is_gathered() -> None:
    run = break_rule(shipped_run("xor"), 9, 2)
    step = next(one for one in range(12, len(run)) if run.schedule.site(one).kind == "update")
    heads, *rows = (plain(row) for row in network_rows(run, start(run, step), 120, 11))
    assert heads.split()[9:14] == ["gathered", "-", "applied", "old", "change"]
    bias = next(row for row in rows if row.startswith(" b2[1]"))
    numbers = re.sub(r"(?<=[-+]) +(?=\d)", "", re.sub(r"[≠=] *", "", bias)).split()
    gathered, applied, old, change, new = map(float, numbers[5:10])
    assert gathered + applied == pytest.approx(change / -run.scenario.training.learning_rate, abs=1e-4)
    assert old + change == pytest.approx(new, abs=1e-4)


@pytest.mark.parametrize("width", [60, 62, 66, 72, 80, 120])
@pytest.mark.parametrize(("name", "after"), [("06-batch", 3), ("batch", 11), ("xor", 4), ("elman", 24)])
def test_after_a_break_the_new_value_is_whole_in_narrow_windows_too(
    name: str, after: int, width: int
) -> None:
    run = break_rule(shipped_run(name), after, shipped_run(name).schedule.site(after).layer or 1)
    drawn = 0
    for cursor in updates(run):
        rows = network_rows(run, cursor, width, 11)
        for row in rows:
            check_without_colours(row)
        for text, number in linked_numbers(rows):
            if number.reference.quantity == "weights" and number.reference.version:
                drawn += 1
                assert float(text) == pytest.approx(Traced(run, number).value, rel=1e-3, abs=1e-12)
        assert "new" in " ".join(map(plain, rows)).split()
    assert drawn


def test_what_has_all_been_applied_out_of_turn_is_taken_from_what_is_gathered_too() -> None:
    run = break_rule(shipped_run("batch"), 11, 1)
    heads, *rows = (plain(row) for row in network_rows(run, start(run, 13), 120, 11))
    assert heads.split()[7:12] == ["gathered", "-", "applied", "old", "change"]
    for row in (row for row in rows if "[1" in row[:5]):
        numbers = re.sub(r"(?<=[-+]) +(?=\d)", "", row).split()
        gathered, applied, _, change = map(float, numbers[4:8])
        assert gathered + applied == change == 0.0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["15-momentum", "16-adam"])
def test_what_is_not_trained_says_so_and_has_no_change(name: str, size: tuple[int, int]) -> None:
    """Its gradient is gathered all the same."""
    run = shipped_run(name)
    rows = text_of(network_rows(run, start(run, 8), *size)).split("\n")
    bias = next(row for row in rows if row.startswith(" b1[1]"))
    assert re.search(r"-?[1-9]\S* +0 +fixed +=? +0\b", bias)
    assert all("fixed" not in row for row in rows if "W1[" in row[:5])
    batch = shipped_run("batch")
    assert "fixed" not in text_of(network_rows(batch, start(batch, 12), *size))


@pytest.mark.parametrize("size", SIZES)
def test_the_heads_say_that_what_the_samples_give_are_gradients(size: tuple[int, int]) -> None:
    """And a table that has room for it, that no network stands here."""
    run = shipped_run("16-adam")
    lines = text_of(network_rows(run, start(run, 8), *size)).split("\n")
    first = next(y for y, line in enumerate(lines) if line.startswith("▸W1[1,1]"))
    assert re.match(r" gradient .*gathered +old +change +new", lines[first - 1])
    assert lines[0].startswith("── update of layer 1" if size[1] > 7 else " gradient")


@pytest.mark.parametrize("size", SIZES)
def test_samples_have_the_same_room_in_every_order_where_no_number_is_wrong(size: tuple[int, int]) -> None:
    run = shipped_run("06-batch")
    training = replace(run.scenario.training, order="layerwise")
    other = trace(replace(run.scenario, training=training))
    table = text_of(network_rows(run, start(run, 12), *size))
    assert re.search(r" sample +1 +(sample )?2 +(sample )?3\b", table)
    assert text_of(network_rows(other, start(other, 12), *size)) == table


def test_the_numbers_of_a_row_add_up_as_they_are_shown() -> None:
    """In the last note of lesson 15 a small number lost the digits that its sum has."""
    run = shipped_run("15-momentum")
    step = len(run) - 1
    rows = [plain(row) for row in network_rows(run, start(run, step), 80, 8)]
    (row,) = (row for row in rows if "W1[1,2]" in row)
    assert row.split()[-5:] == ["-0.0001122", "+", "0.0003469", "=", "0.0002347"]
    (row,) = (row for row in rows if "b1[1]" in row)
    assert row.split()[1:4] == ["0.002411", "-0.001122", "0.001289"]


def test_of_what_is_not_right_it_is_not_said_how_the_samples_pull() -> None:
    """But of what stands in its place."""
    text = text_of(network_rows(run := shipped_run("17-layerwise"), start(run, 15), 80, 9))
    assert "What stands for ∂C/∂W1[1,1]" in text
    right = text_of(network_rows(run := shipped_run("batch"), start(run, 12), 80, 9))
    assert "What stands for" not in right
