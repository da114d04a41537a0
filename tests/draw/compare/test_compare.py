"""Does the compare view show both orders, in the room that it has, and say only what is true?"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.broken.breaking import break_rule
from engine.facts.two_orders.compare import compare
from engine.facts.two_orders.deviations import Lines
from engine.looking.choosing import next_layer
from engine.looking.cursor import active_layer, look_at, start
from engine.run.straight import loss_of
from tests.draw.large_network import cursors, large
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import scenario_of
from tests.given.some_of import some_of
from tests.golden.runs import layer, scenario
from tui.draw.compare.compare import compare_rows
from tui.draw.kit.bars import pair_of_bars
from tui.draw.kit.rows import length, plain
from tui.palette import LOOKS

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Order

SCENARIOS = Path(__file__).parents[3] / "scenarios"
SIZES = [(80, 18), (120, 30), (200, 44)]
ORDERS: tuple[Order, Order] = ("deferred", "premature")
FLIP = scenario([layer("sigmoid", [[1.0]]), layer("sigmoid", [[0.05]])], [[1.0]], [[0.0]], rate=2.0)

MAZUR = """\
 The premature order does not apply the gradient: 4 of 8 numbers differ. Its
 loss is higher by 1.5e-7 after this iteration, lower after all of them: the
 loss is no judge. At step 6 they part: ∂C/∂a1[1] reads W2[1,1] after its
 update, 0.3589 instead of 0.4, and becomes 0.03023 instead of 0.03635.
 change of          ━ deferred   ┃ premature     ratio  sign    less   0   more
 W1[1,1]            -0.0002193    -0.0001824    0.8316  same    ━┃━━━━━│
 W1[1,2]            -0.0004386    -0.0003647    0.8316  same    ━┃━━━━━│
 W1[2,1]            -0.0002489    -0.0002118    0.8512  same    ━┃━━━━━│
 W1[2,2]            -0.0004977    -0.0004236    0.8512  same    ━┃━━━━━│
▸W2[1,1]            -0.04108      -0.04108      1       same    ┃━━━━━━│
 W2[1,2]            -0.04133      -0.04133      1       same    ┃━━━━━━│
 W2[2,1]             0.01130       0.01130      1       same           │━━━━━━┃
 W2[2,2]             0.01137       0.01137      1       same           │━━━━━━┃
 ∂C/∂W2[1,1]  measured 0.08217 ± 5e-9  deferred 0.08217  premature 0.08217
 loss after this     0.2910278     0.2910279  before 0.2983711
 loss after all    3.510188e-5   3.508479e-5  10,000 iterations
 angle to -∇C  all 0.1108° cos 0.999998   bars: a scale for each row
 layer 1  angle to -∇C 0.6587° · cos 0.99993 · 0 of 4 signs differ
 layer 2  angle to -∇C 0° · cos 1 · 0 of 4 signs differ"""


def text_of(run: Trace, other: Trace | None, cursor: Cursor, width: int = 80, height: int = 19) -> str:
    return "\n".join(
        plain(row).rstrip()
        for row in compare_rows(run, () if other is None else (other,), cursor, width, height)
    )


def test_mazur() -> None:
    late, early = (trace(scenario_of("mazur"), order) for order in ORDERS)
    unknown = f" loss after all {'·':>14}{'·':>14}  10,000 iterations"
    for step in (4, 13):
        assert f"{unknown}, not run yet" in text_of(late, early, start(late, step))
    late.advance(late.iterations)
    early.advance(early.iterations)
    assert text_of(late, early, start(late, 4)) == MAZUR
    # From the same parameters it makes no difference which of the runs is looked at, but for the step.
    at_layer_2 = next(s for s in range(9) if early.schedule.site(s)[0::4] == ("delta", 2))
    assert text_of(early, late, start(early, at_layer_2)) == MAZUR.replace("At step 6", "At step 7")


@pytest.mark.parametrize("width", [80, 100, 200])
def test_of_runs_that_are_being_computed_it_says_how_far_they_are(width: int) -> None:
    late, early = (trace(scenario_of("mazur"), order) for order in ORDERS)
    late.advance(late.iterations)
    early.advance(1200)
    text = text_of(late, early, start(late, 4), width)
    assert re.search(r" loss after all +run done +run 12 %  10,000 iterations, being computed", text)
    assert "not run yet" not in text


@pytest.mark.parametrize(("name", "orders"), [("17-layerwise", ("layerwise", "deferred")), ("mazur", ORDERS)])
def test_what_is_said_of_the_losses_fits_both_lines(name: str, orders: tuple[Order, Order]) -> None:
    """Where one iteration and whole runs say otherwise, that is what is said."""
    one, other = (trace(scenario_of(name), order) for order in orders)
    for run in (one, other):
        run.advance(run.iterations)
    text = " ".join(text_of(one, other, start(one, 4), 120, 30).split())
    lines = re.findall(r"loss after (?:this|all) ([\d.e-]+) ([\d.e-]+) ", text)
    lower = [float(second) < float(first) for first, second in lines]
    assert len(lower) == 2
    assert lower[0] != lower[1]
    words = ("lower", "higher") if lower[0] else ("higher", "lower")
    by = abs(float(lines[0][1]) - float(lines[0][0]))
    (told,) = re.findall(
        rf"loss is {words[0]} by (\S+) after this iteration, {words[1]} after all of them: .* is no judge",
        text,
    )
    assert float(told) == pytest.approx(by, abs=1e-7 if by < 1e-4 else 0.1 * by)


def test_an_angle_of_0_has_a_cosine_of_1() -> None:
    run = trace(scenario_of("17-layerwise"), "layerwise")
    assert "layer 2 angle to -∇C 0° · cos 1 ·" in " ".join(
        text_of(run, None, start(run, 11), 120, 30).split()
    )


def test_of_a_large_layer_no_more_numbers_differ_than_of_all() -> None:
    run = trace(scenario_of("digits"))
    text = text_of(run, None, start(run, 225))
    (every,) = re.findall(r"(\d+) of 910 numbers differ", text)
    ((more, rest),) = re.findall(r"and (\d+) more, of which (\d+) differ, by at most \S+, in layer 1", text)
    assert int(more) - int(rest) == 910 - int(every)  # in layer 2 all differ, and all that are listed


def test_a_flipped_sign_is_told_without_colour() -> None:
    run = trace(FLIP)
    text = text_of(run, None, start(run))
    assert "W1[1,1]" in text
    assert text.count("OPPOSITE") == 1
    assert "1 of 2 numbers differs, in its sign. " in " ".join(text.split())
    assert "Yet its loss is lower by 2.9e-5 after this iteration: the loss is no judge" in " ".join(
        text.split()
    )
    assert " layer 1  its sign differs · 2.721 times as long" in text


@pytest.mark.parametrize("height", [16, 19, 33])
def test_a_layer_of_one_number_has_a_sign_and_a_length_for_its_angle(height: int) -> None:
    """Two angles of 0° stood below one of 1.848°: that is of how long the changes are in each layer."""
    run = trace(scenario_of("07-update"))
    text = text_of(run, None, start(run, 2), 80, height)
    assert "all 1.848°" in text
    assert " 0°" not in text
    if height == 16:
        assert "· layer 1 × 0.9333 · layer 2 × 1" in text
    else:
        assert " layer 1  its sign is the same · 0.9333 times as long\n" in text
        assert text.endswith(" layer 2  its sign is the same · as long")
    assert "angle to -∇C 1.042° · cos 0.9998 · 0 of 2 signs differ · 0.9823 times as long" in text_of(
        trace(scenario_of("05-hidden-errors")),
        None,
        start(trace(scenario_of("05-hidden-errors")), 4),
        120,
        33,
    )


def test_a_change_that_is_0_in_both_orders_has_no_sign() -> None:
    """That of the weight of an input that is 0."""
    run = trace(scenario([layer("sigmoid", [[1.0, 1.0]]), layer("sigmoid", [[0.05]])], [[1.0, 0.0]], [[0.0]]))
    (line,) = [line for line in text_of(run, None, start(run)).split("\n") if "W1[1,2]" in line[:9]]
    assert "  both 0  " in f"{line}  "


def test_a_change_that_one_order_alone_makes_has_no_sign_to_compare() -> None:
    """No error goes back through a weight that is 0; once it is updated, one does."""
    run = trace(scenario([layer("sigmoid", [[1.0]]), layer("sigmoid", [[0.0]])], [[1.0]], [[0.0]]))
    (line,) = [line for line in text_of(run, None, start(run)).split("\n") if "W1[1,1]" in line[:9]]
    assert " one is 0  " in f"{line}  "


def test_it_says_with_which_weights_both_orders_begin() -> None:
    """In a later iteration the run after this one and the whole run do not begin with the same weights."""
    early = trace(scenario_of("09-too-early-loss"), "premature")
    late = trace(scenario_of("09-too-early-loss"))
    for run in (early, late):
        run.advance(run.iterations)
    first, second = (" ".join(text_of(early, late, start(early, step)).split()) for step in (0, 11))
    own = "each on its own"
    begin = "Both orders begin here with the weights that the premature run has before iteration 2."
    assert own not in first
    assert "Both orders begin" not in first
    assert own in second
    assert begin in second
    losses = dict(zip(ORDERS, re.findall(r"loss after this (\d\S*) +(\d\S*)", second)[0], strict=True))
    for order, written in losses.items():
        anew = replace(
            early.scenario,
            network=replace(
                early.scenario.network,
                layers=tuple(
                    replace(mine, weights=weights, biases=biases)
                    for mine, weights, biases in zip(
                        early.scenario.network.layers,
                        early.parameters(1).weights,
                        early.parameters(1).biases,
                        strict=True,
                    )
                ),
            ),
        )
        again = trace(anew, order)
        loss = loss_of(anew, again.shapes, again.parameters(1))
        assert float(written) == pytest.approx(loss, rel=5e-4)


def test_after_a_break_it_names_the_step_where_the_break_is_compared() -> None:
    whole = trace(scenario_of("mazur"))
    broken = break_rule(whole, 4, 2)
    later = " ".join(text_of(broken, None, start(broken, 11)).split())
    assert "the weights that iteration 1 left; the gradients are right for these" in later
    (step,) = re.findall(r"\(g (\d+) Enter\)", later)
    there = text_of(broken, None, start(broken, int(step) - 1))
    assert "yours" in there
    assert "begin here" not in there
    last = trace(scenario_of("07-update"))
    last_broken = break_rule(last, len(last) - 5, 2)
    assert "begin here" not in text_of(last_broken, None, start(last_broken))


def test_what_overflows_is_named_and_its_signs_are_not_counted() -> None:
    """The nan of lesson 14 is right: the early updates of iteration 2 double the exponent."""
    run = trace(scenario_of("14-exploding"))
    text = " ".join(text_of(run, None, start(run, 46)).split())
    assert "In the premature order numbers have grown beyond" in text
    assert "no signs to compare" in text
    assert "0 of 2" not in text


def test_what_is_not_finite_is_named() -> None:
    wild = replace(
        FLIP,
        network=replace(FLIP.network, layers=(layer("identity", [[9.0]]), layer("identity", [[9.0]]))),
        training=replace(FLIP.training, learning_rate=1e308, iterations=2),
    )
    run = trace(wild)
    assert "not finite" in text_of(run, None, start(run, len(run) - 1))


@pytest.mark.parametrize("seed", some_of(range(7), 4))
def test_it_fits(seed: int) -> None:
    late, early = (trace(scenario_at_random(seed), order) for order in ORDERS)
    for run, other in ((late, early), (early, late)):
        run.advance(run.iterations)
        steps = range(0, len(run), 1 + len(run) // 5)
        for step, (width, height) in some_of([*product(steps, SIZES)], 3):
            rows = compare_rows(run, (other,), start(run, step), width, height)
            assert len(rows) <= height
            assert all(length(row) <= width for row in rows)
            assert all(not plain(row).endswith("…") or "angle" in plain(row) for row in rows)
            assert {style for row in rows for _, style in row} <= set(LOOKS)
            assert sum(plain(row).startswith("▸") for row in rows) == 1
            assert not plain(rows[0]).endswith("…")  # the sentence, which comes first


def test_of_two_changes_that_are_inf_no_difference_is_told() -> None:
    beyond = scenario(
        [layer("identity", [[1e200, 1.0]]), layer("relu", [[1.0], [0.0]])],
        [[1e200, 0.0]],
        [[0.0, 1.0]],
        rate=0.1,
    )
    run = trace(beyond)
    for step in range(len(run)):
        assert "nan" in text_of(run, None, start(run, step), 120, 33)


def test_every_number_of_a_small_layer_is_listed() -> None:
    found = scenario_at_random(5, Wanted(depth=4, recurrent=True))
    run = trace(found)
    comparison = compare(run, 0)
    for number, mine in enumerate(found.network.layers, start=1):
        for index in np.ndindex(mine.units, mine.inputs):
            lines = Lines(comparison, (number, (index[0], index[1])), 20)
            assert len(lines) == sum(pair.first.size for one in comparison.layers for pair in one.pairs)
            line = lines[lines.chosen]
            assert line.pair is not None
            assert (line.pair.layer, line.pair.parameter, line.entry) == (number, "weights", index)
    cursor = start(run, run.schedule.first_step(0))
    cursor = look_at(look_at(cursor, run, 1, 99), run, 0, 99)
    first = found.network.layers[0]
    assert f"▸W1[{first.units},{first.inputs}]" in text_of(run, None, cursor)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_large_layer_lists_what_deviates_most(number: int) -> None:
    comparison = compare(large(), 0)
    layer = comparison.layers[number - 1]
    apart = {
        (pair.parameter, entry): abs(float(pair.second_change[entry]) - float(pair.first_change[entry]))
        for pair in layer.pairs
        for entry in np.ndindex(*pair.first.shape)
    }
    looked_at = (7, 11)
    lines = Lines(comparison, (number, looked_at), 20)
    mine = [line for line in map(lines.__getitem__, range(len(lines))) if line.layer is layer]
    numbers = [(line.pair.parameter, line.entry) for line in mine if line.pair is not None]
    assert numbers[0] == ("weights", looked_at)
    assert lines[lines.chosen] is mine[0]
    largest = sorted(apart.values(), reverse=True)
    assert [apart[one] for one in numbers[1:]] == largest[: len(numbers) - 1]
    others = [value for one, value in apart.items() if one not in numbers]
    assert mine[-1].rest is not None
    assert mine[-1].rest.numbers == len(others)
    assert mine[-1].rest.deviation == max(others)
    differing = sum(int(pair.differs.sum()) for pair in layer.pairs)
    assert mine[-1].rest.differ == differing - sum(
        bool(line.pair.differs[line.entry]) for line in mine if line.pair is not None
    )


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_in_a_large_layer_the_number_looked_at_stays(width: int, height: int) -> None:
    run = large()
    for cursor in some_of([*cursors(run)], 6):
        rows = [plain(row) for row in compare_rows(run, (), cursor, width, height)]
        marked = [row for row in rows if row.startswith("▸")]
        layer = active_layer(run, cursor.step)
        place = f"{cursor.units[layer] + 1},{cursor.units[layer - 1] + 1}"
        assert [row.split()[0] for row in marked] == [f"▸W{layer}[{place}]"]
        assert all(len(row) <= width for row in rows)
        assert re.search(
            r" and [\d,]+ more, (of which [\d,]+ differ,|which differ) by at most \d", "\n".join(rows)
        )


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_layer_of_a_large_network_is_listed(number: int, width: int, height: int) -> None:
    """The one that is looked at first, though the step works on another."""
    run = large()
    text = text_of(run, None, next_layer(start(run), run, number - 1), width, height)
    names = re.findall(r"^.[Wb](\d)\[|, in layer (\d)", text, re.MULTILINE)
    listed = [int(one or other) for one, other in names]
    assert text.count(f"▸W{number}[") == 1
    assert text.count(" · a A layer") == 1 or width == 80  # where it has room
    assert listed[0] == number
    assert {*listed} == {1, 2, 3}
    numbers = {one.layer: one.angle.numbers for one in compare(run, 0).layers}
    more = {
        int(layer): int(told.replace(",", "")) for told, layer in re.findall(r"and (\S+) more.* (\d)\b", text)
    }
    assert more == {layer: many - listed.count(layer) + 1 for layer, many in numbers.items()}


def test_what_came_of_it_is_said_first_and_its_numbers_late() -> None:
    for name in ("digits", "mazur", "09-too-early-loss"):
        run = trace(scenario_of(name))
        rows = text_of(run, None, start(run)).split("\n")
        heads = next(at for at, row in enumerate(rows) if row.startswith(" change of"))
        assert re.search(
            "differ.*[.] (Its|Yet its) loss is .* after this", " ".join(rows[:heads]).replace("  ", " ")
        )
        assert " loss after this  " not in " ".join(rows[:heads])


def test_with_room_each_number_stands_beside_its_measured_change() -> None:
    """It takes the side of the deferred order, also where the premature one turns the sign."""
    run = trace(scenario_of("08-too-early-sign"))
    rows = [plain(row) for row in compare_rows(run, (), start(run), 120, 20)]
    heads = next(row for row in rows if "change of" in row).split()
    assert heads[:2] == ["change", "of"]
    assert heads[heads.index("sign") + 1 :][:3] == ["difference", "Δ", "measured"]
    (line,) = [row for row in rows if "W1[1,1]" in row and "OPPOSITE" in row]
    deferred, premature, _, _, difference, measured, *_ = line.split()[1:]
    assert float(measured) == pytest.approx(float(deferred), rel=5e-4)
    assert float(difference) == pytest.approx(float(premature) - float(deferred), rel=5e-4)
    assert "Δ measured" not in "\n".join(map(plain, compare_rows(run, (), start(run), 80, 20)))


def test_a_measured_change_has_no_digits_of_noise() -> None:
    """Beside a 0 stood -7.401e-14, which nobody knows to four digits."""
    run = trace(scenario_of("05-hidden-errors"))
    rows = [plain(row) for row in compare_rows(run, (), start(run, 4), 120, 33)]
    listed = [row for row in rows if re.match(r"[ ▸][Wb]\d\[", row)]
    assert len(listed) == 8
    for place, row in enumerate(listed):
        found = re.search(r" ± (\S+)", row)
        assert (found is not None) == (place < 2)
        assert found is None or 0.0 < float(found[1]) < 1e-10


@pytest.mark.parametrize(("width", "height"), [(80, 19), (100, 25), (120, 35), (200, 45)])
def test_where_they_part_right_stands_above_made(width: int, height: int) -> None:
    run = trace(scenario_of("08-too-early-sign"))
    rows = [plain(row).rstrip() for row in compare_rows(run, (), start(run), width, height)]
    first = next(at for at, row in enumerate(rows) if "where the two part: step 7, ∂C/∂a1[1]" in row)
    four = rows[first + 1 : first + 5]
    if width >= 100:  # what follows from it stands beside it
        at = four[0].index("what follows")
        assert [row[at:].split() for row in four] == [
            ["what", "follows", "deferred", "premature"],
            ["δ1[1]", "0.001251", "-0.003403"],
            ["∂C/∂W1[1,1]", "0.001251", "-0.003403"],
            ["new", "W1[1,1]", "0.9975", "1.007"],
        ]
        four = [row[:at] for row in four]
    assert [row.split() for row in four] == [
        ["∂C/∂a1[1]", "=", "W2[1,1]", "×", "δ2[1]"],
        ["deferred", "=", "0.05", "×", "0.12724", "=", "0.006362"],
        ["≠", "≠"],
        ["premature", "=", "(-0.13604)", "×", "0.12724", "=", "-0.01731"],
    ]
    factor, result = (at for at, sign in enumerate(rows[first + 3]) if sign == "≠")
    assert rows[first + 2][factor] in "0.05"
    assert rows[first + 4][factor] in "-0.13604"
    assert rows[first + 2][result] in " 0.006362"
    assert not [row for row in rows[:first] if row.startswith(" loss after this")]


def test_a_pair_of_bars_goes_to_the_side_of_its_sign() -> None:
    drawn = {
        (right, made): "".join(text for text, _ in pair_of_bars(right, made, 4))
        for right, made in product((-1.0, 0.0, 0.5, 2.0), repeat=2)
    }
    assert drawn[-1.0, -1.0] == "┃━━━│    "
    assert drawn[-1.0, 0.5] == "━━━━│ ┃  "
    assert drawn[0.5, 2.0] == "    │━  ┃"
    assert drawn[2.0, 0.5] == "    │┃━━━"
    assert drawn[0.0, 0.0] == "    │    "
    assert drawn[2.0, -1.0] == "  ┃ │━━━━"
    assert "".join(text for text, _ in pair_of_bars(1e-300, math.inf, 2)) == "  │━━"
    for right, made in product(
        (-1.0, 0.5, 2.0), repeat=2
    ):  # a colour says on which side of 0 it is, as everywhere
        row = pair_of_bars(right, made, 4)
        zero = next(place for place, (text, _) in enumerate(row) if text == "│")
        for side, runs in (("negative", row[:zero]), ("positive", row[zero + 1 :])):
            assert {style for text, style in runs if text.strip()} <= {side}


@pytest.mark.parametrize(("width", "height"), [(60, 14), (80, 19), (120, 30)])
def test_the_line_of_the_angles_names_all_layers_or_those_that_are_worst(width: int, height: int) -> None:
    run = trace(scenario_of("deep"))
    rows = [plain(row) for row in compare_rows(run, (), start(run, 7), width, height)]
    (line,) = [row for row in rows if row.startswith(" angle to")]
    named = {int(name): float(angle) for name, angle in re.findall(r"· (?:layer )?(\d) ([\d.]+)°", line)}
    degrees = {one.layer: one.angle.degrees or 0.0 for one in compare(run, 0).layers}
    assert named == {one: pytest.approx(degrees[one], rel=1e-3) for one in named}
    if width >= 80:
        assert set(named) == set(degrees)
    else:
        assert line.endswith(" …")
        assert set(named) == set(sorted(degrees, key=lambda one: -degrees[one])[: len(named)])
        assert len(named) == 2


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_numbers_of_any_size_do_not_run_into_one_another(width: int) -> None:
    net = [layer("identity", [[3.0]]), layer("identity", [[3.0]])]
    what = scenario(net, [[10.0], [2.0]], [[1.0], [2.0]], rate=10.0, iterations=9)
    late, early = (trace(what, order) for order in ORDERS)
    late.advance(9)
    early.advance(9)
    told = 0
    for step in range(0, len(late), 3):
        for row in text_of(late, early, start(late, step), width).split("\n"):
            if re.match(r"[ ▸][Wb]\d+\[[\d,]+\] +[-\d·]", row):
                for number in row.split()[1:4]:
                    assert re.fullmatch(r"-?\d[\d.]*(e-?\d{1,3})?|·|nan|-?inf", number), row
                told += 1
    assert told > 10
