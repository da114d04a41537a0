"""Is the network readable whatever its size, and is each number on it the one that it says it is?"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.facts.broken.breaking import break_rule
from engine.facts.entry import Number, array_of
from engine.facts.explain import explain
from engine.facts.explain.expression import Sum, leaves
from engine.facts.explain.shown import shortened, single
from engine.facts.number import Traced
from engine.looking.cursor import active_layer, go_to, look_at, start
from engine.looking.known.between import Between
from engine.looking.known.contributions import comes_back
from engine.looking.known.numbers import Known
from engine.looking.selection import explained
from engine.looking.ways.moves import move
from engine.order.quantities import Reference
from engine.order.site import Site
from tests.bench.networks import sequence
from tests.draw.large_network import SIZES, cursors, large, linked_numbers, of_batch, text_of
from tests.draw.networks import of_sizes
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import NAMES, scenario_of, shipped_run
from tests.given.some_of import each_of, some_of
from tui.draw.kit.numbers import numeral, signed
from tui.draw.kit.rows import Linked, length, plain
from tui.draw.kit.shades import POSITIVE
from tui.draw.network.layout import lay_out
from tui.draw.network.network import network_rows
from tui.palette import LOOKS

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row
    from tui.draw.network.plan import Column

ROOMS = [(80, 11), (120, 20), (200, 30), (60, 5)]


def terms_by_hand(steps: Trace, cursor: Cursor, layer: int) -> list[float] | None:
    """What each unit of a layer adds to what is looked at, from the records, one product at a time."""
    site = steps.schedule.site(cursor.step)
    active = active_layer(steps, cursor.step)
    numbers = steps.iteration(0)
    updated = site.kind == "update" and site.layer is not None
    sample = numbers.samples.stop - 1 if site.sample is None else site.sample
    if site.kind == "delta" and layer == active + 1:
        weights = numbers.before.weights[layer - 1]
        delta = numbers.vector("delta", layer, sample, 0)
        looked_at = cursor.units[active]
        return [float(weights[unit, looked_at]) * float(delta[unit]) for unit in range(SIZES[layer])]
    if layer in (active, len(SIZES) - 1):
        return None
    to = cursor.units[layer + 1]
    below = numbers.vector("activation", layer, sample, 0)
    if layer == active - 1 and site.kind == "gradient":
        slope = float(numbers.vector("delta", active, sample, 0)[to])
        return [slope * float(value) for value in below]
    before, after = numbers.before.weights[layer], numbers.after.weights[layer]
    if layer == active - 1 and updated:
        return [float(after[to, unit] - before[to, unit]) for unit in range(SIZES[layer])]
    if layer + 1 > active and not (
        site.kind == "update" or steps.schedule.site(cursor.step).kind != "forward"
    ):
        return None  # what lies above has not been computed
    weights = after if updated and layer + 1 >= active else before
    return [float(weights[to, unit]) * float(below[unit]) for unit in range(SIZES[layer])]


@pytest.mark.parametrize(("width", "height"), ROOMS)
def test_large_layers_show_the_largest_contributions_and_the_rest_is_the_rest(
    width: int, height: int
) -> None:
    steps = large()
    ranked = 0
    for cursor in some_of([*cursors(steps)], 24 if width < 80 else 20 if width < 100 else 14):
        if of_batch(steps, cursor.step):
            continue
        text = text_of(network_rows(steps, cursor, width, height))
        for column in lay_out(Known(steps, cursor), width, height).columns:
            if column.ranked is None:
                continue
            ranked += 1
            terms = terms_by_hand(steps, cursor, column.layer)
            assert terms is not None
            order = sorted(range(len(terms)), key=lambda unit: -abs(terms[unit]))
            shown = list(column.units)
            looked_at = cursor.units[column.layer]
            expected = order[: len(shown)]
            if looked_at not in expected and not comes_back(Known(steps, cursor), column.layer):
                expected[-1] = looked_at
            assert [abs(terms[unit]) for unit in shown] == pytest.approx(
                [abs(terms[unit]) for unit in expected], rel=1e-9, abs=1e-15
            )
            hidden = [term for unit, term in enumerate(terms) if unit not in shown]
            assert column.ranked.others == len(hidden)
            assert column.ranked.others_sum == pytest.approx(math.fsum(hidden), abs=1e-12)
            assert f"{len(hidden)} more" in text
    assert ranked > 20


@pytest.mark.parametrize(("width", "height"), ROOMS)
def test_what_is_looked_at_is_always_there(width: int, height: int) -> None:
    steps = large()
    for cursor in some_of([*cursors(steps, seed=2)], 8):
        if of_batch(steps, cursor.step):
            continue
        columns = lay_out(Known(steps, cursor), width, height).columns
        text = text_of(network_rows(steps, cursor, width, height))
        assert active_layer(steps, cursor.step) in [column.layer for column in columns]
        for column in columns:
            units = list(column.units)
            # What comes back is sorted as its equation is.
            assert cursor.units[column.layer] in units or comes_back(Known(steps, cursor), column.layer)
            assert len(set(units)) == len(units)
            if column.ranked is None:
                assert units == list(range(units[0], units[-1] + 1))
                hidden = f"{units[0] + 1} to {units[-1] + 1} of {SIZES[column.layer]}"
                assert len(units) == SIZES[column.layer] or hidden in text


def test_the_sum_of_the_rest_is_written_below_the_contributions() -> None:
    steps = large()
    cursor = go_to(start(steps), steps, 1)  # forward of layer 2
    rows = network_rows(steps, cursor, 80, 11)
    column = next(one for one in lay_out(Known(steps, cursor), 80, 11).columns if one.layer == 1)
    assert column.ranked is not None
    last = plain(rows[-1])
    assert f"and {column.ranked.others} more" in last
    assert numeral(column.ranked.others_sum, 6) in last
    assert "W2×a1" in plain(rows[0])
    wide = text_of(network_rows(steps, cursor, 200, 30))
    assert re.search(r"and \d+ more summing to [─━]+ -?\d", wide)


@pytest.mark.parametrize("unit", [0, 1, 5])
def test_what_comes_back_is_sorted_as_its_equation_is(unit: int) -> None:
    """The drawing had δ2[1], which is nearly 0, in the place of the fifth largest of the equation."""
    run = shipped_run("digits")
    cursor = look_at(start(run, 19), run, 1, unit)
    shown = next(one for one in lay_out(Known(run, cursor), 80, 7).columns if one.layer == 2)
    written = single(shortened(explain(run, explained(run, cursor)).expression, len(shown.units)))
    assert isinstance(written, Sum)
    deltas = [f"δ2[{place + 1}]" for place in shown.units]
    told = [leaf.symbol for leaf in leaves(written) if leaf.symbol.startswith("δ")]
    assert told == deltas[: len(told)]


def test_the_loss_has_its_colour_also_when_it_is_just_made() -> None:
    run = shipped_run("mazur")
    for size in ((80, 10), (117, 17)):
        looks = {text: style for row in network_rows(run, start(run, 2), *size) for text, style in row}
        assert {looks[text] for text in ("0.2748", "0.02356", "0.2984")} == {"new-loss"}
    assert LOOKS["new-loss"].ground == LOOKS["loss"].text


@pytest.mark.parametrize(("name", "step"), [("02-forward", 3), ("14-exploding", 12), ("14-exploding", 13)])
def test_a_loss_that_has_been_made_is_drawn_before_a_note_speaks_of_it(name: str, step: int) -> None:
    run = shipped_run(name)
    before, after = (text_of(network_rows(run, start(run, one), 80, 8)) for one in (step - 2, step - 1))
    assert bool(re.search(r" C [·\d]", before)) == (step == 13)  # made by step 12
    assert re.search(r" C \d", after)


def test_a_window_counts_what_it_hides() -> None:
    steps = large()
    cursor = look_at(start(steps), steps, 1, 20)
    text = text_of(network_rows(steps, cursor, 120, 12))
    assert "16 to 25 of 40" in text.split("\n")[-1]
    assert "▸ 21 " in text
    assert "1 to 10 of 40" in text_of(network_rows(steps, start(steps), 120, 12))
    assert "31 to 40 of 40" in text_of(network_rows(steps, look_at(start(steps), steps, 1, 39), 120, 12))


def check_linked(steps: Trace, cursor: Cursor, width: int, height: int) -> int:
    count = 0
    rows = network_rows(steps, cursor, width, height)
    for text, number in linked_numbers(rows):
        value = Traced(steps, number).value
        if number.reference.quantity.endswith("change"):
            value = abs(value)  # behind a sign of its own: old - change
        if not any(sign.isdigit() for sign in text):  # a cell of a strip, of one unit or some
            assert text == "" or (text[0] in f"{POSITIVE}▀▄") == (value > 0.0), number
        else:
            # What samples give has more digits where their sum would not come out else.
            most = 9 if number.reference.quantity.endswith("gradient") else 5
            ways = itertools.product(range(4, 12), range(4, most))
            assert text in {numeral(value, cells, digits) for cells, digits in ways}, number
        count += 1
    assert all(length(row) <= width for row in rows)
    return count


@pytest.mark.parametrize("name", NAMES)
def test_each_number_is_the_one_that_it_is_linked_to(name: str) -> None:
    steps = shipped_run(name)
    for step in some_of(range(min(400, len(steps))), 3):
        assert check_linked(steps, start(steps, step), 120, 20) >= 3


@pytest.mark.parametrize("seed", some_of(range(13), 6))
def test_at_random_too(seed: int) -> None:
    steps = trace(scenario_at_random(seed, Wanted(recurrent=seed % 2 == 0)))
    for cursor in some_of([*cursors(steps, seed)], 5):
        check_linked(steps, cursor, 80, 12)


def test_large_ones_too() -> None:
    for cursor in some_of([*cursors(large())], 12):
        assert check_linked(large(), cursor, 80, 11) > 20


SIGNS = ("positive", "negative")


def test_wires_begin_right_after_a_value_and_end_at_a_neuron() -> None:
    for name in ("mazur", "deep", "elman", "xor", "iris"):
        steps = shipped_run(name)
        for step, (width, height) in each_of(range(0, 60, 7), ROOMS[:3]):
            for row in network_rows(steps, start(steps, step), width, height):
                text = plain(row)
                # A bar stands behind its number, and has the colour of its sign: it is no wire.
                bars = [(one.replace("━", "b") if style in SIGNS else one, style) for one, style in row]
                assert not re.search(r"[0-9·] {2,}[─━◄]", plain(tuple(bars))), text
                assert not re.search(r"[0-9][+-]\d", text), text  # no weight touches a value
                assert not re.search(r"[─━] {2,}[abhxyzδ] ", text), text


@pytest.mark.parametrize("size", [(80, 7), (80, 11), (117, 17)])
@pytest.mark.parametrize(
    "name", ["mazur", "xor", "iris", "digits", "bptt", "deep", "07-update", "11-reuse-and-cost", "elman"]
)
def test_a_wire_keeps_a_blank_to_the_neuron_that_it_ends_at(name: str, size: tuple[int, int]) -> None:
    run = shipped_run(name)
    for step in range(18):
        for row in network_rows(run, start(run, step), *size):
            # Only a product with all its digits can take it, or an arrow that has no other room.
            text = re.sub("(?<=[┳┏┗┣])▸", " ", plain(row))
            assert not re.search(r"[─━▸](?:[ahδz](?:\d\[|@| )|\d+ [aδ] )", text) or " = " in text
            assert not re.search(r"[─━]\d+ more", plain(row))


@pytest.mark.parametrize("size", [(80, 11), (117, 17)])
@pytest.mark.parametrize("name", ["iris", "deep"])
def test_wires_into_one_neuron_stay_away_from_those_beside_it(name: str, size: tuple[int, int]) -> None:
    run = shipped_run(name)
    for step in range(8):
        cursor = start(run, step)
        plan, rows = lay_out(Known(run, cursor), *size), [*map(plain, network_rows(run, cursor, *size))]
        for gap, right in zip(plan.gaps, plan.columns[1:], strict=True):
            if gap.whole or gap.back or right.size == 1 or run.schedule.site(step).kind == "gradient":
                continue  # the many digits of some gradients take the room
            between = {
                rows[1 + row][right.x - 3 + right.shape.boxed : right.x]
                for row in range(max(right.rows))
                if row != right.row(cursor.units[right.layer])
            }
            assert between <= {"   ", "  "}, rows


def test_a_word_begins_what_is_said_of_the_neurons_that_are_not_shown() -> None:
    steps = large()
    back = [one for one in cursors(steps) if steps.schedule.site(one.step).kind == "delta"]
    texts = [text_of(network_rows(steps, cursor, *size)) for cursor in back for size in ROOMS[:2]]
    assert any(re.search(r"━ and \d+ more", text) for text in texts)
    assert not any(re.search(r"[─━] ?\d+ more", text) for text in texts)


@pytest.mark.parametrize(("name", "size"), each_of(NAMES, ((80, 11), (80, 22), (117, 17))))
def test_arrows_go_only_the_way_that_the_step_goes(name: str, size: tuple[int, int]) -> None:
    run = shipped_run(name)
    for step in range(min(14, len(run))):
        site = run.schedule.site(step)
        text = text_of(network_rows(run, start(run, step), *size))
        arrows = "".join(re.findall(r"(?<=[─━┬┳┴┻┼╋┌┏└┗├┣])▸|◄", text))
        back = site.kind == "delta" and (site.layer, site.time) != (run.shapes.layers, run.shapes.times - 1)
        back |= "◄" in arrows and (name, site.kind, site.layer) == ("digits", "gradient", 1)  # to the picture
        assert arrows in (["▸"] if site.kind == "forward" else ["◄", ""] if back else [""]), (step, text)


@pytest.mark.parametrize(("name", "width"), each_of(NAMES, (80, 117)))
def test_headings_do_not_run_together(name: str, width: int) -> None:
    run = shipped_run(name)
    for step, height in each_of(range(min(40, len(run))), (8, 11, 17)):
        if of_batch(run, step):
            continue
        head = plain(network_rows(run, start(run, step), width, height)[0])
        weights = r"(?:[WU]\d(?:[→←]\d+)?|share)"
        assert not re.search(rf"{weights} ?(?:layer|target|\d ·)|{weights}  \d ·", head), head
        assert not re.search(
            r"(?<!new)(?<!early) (?<!  )(?<!, )(?:∂C/∂|new |early )?[WU]\d|[a-z↻] target", head
        ), head
        assert "…" not in head.split("target")[0], head


@pytest.mark.parametrize("height", range(8, 20))
def test_a_wire_between_two_that_have_no_other_is_straight(height: int) -> None:
    run = shipped_run("06-batch")
    for step in range(4):
        rows = [*map(plain, network_rows(run, start(run, step), 80, height))]
        assert sum(bool(re.search(r"x \d [─━]+ .*(?:[─━▸][┃│]|[─━▸] a )", row)) for row in rows) == 1, rows


@pytest.mark.parametrize(("name", "step"), [("mazur", 5), ("iris", 1), ("iris", 4), ("elman", 20)])
def test_a_wire_says_how_large_its_weight_is_beside_the_others(name: str, step: int) -> None:
    run = shipped_run(name)
    text = text_of(network_rows(run, start(run, step), 197, 30))
    bars = re.findall(r"(-?\d[\d.e-]*) [─━]+([■□]+)[─━]", text)
    columns: dict[int, list[tuple[float, str]]] = {}
    for line in text.split("\n"):
        for found in re.finditer(r"(?<= )(-?\d[\d.e-]*) [─━]+([■□]+)[─━]", line):
            columns.setdefault(found.start(2), []).append((float(found[1]), found[2]))
    assert len(bars) == text.count("■─") + text.count("□─") + text.count("■━") + text.count("□━") > 3
    for weights in columns.values():
        largest = max(weights, key=lambda one: abs(one[0]))
        for weight, bar in weights:
            assert bar == ("□" if weight < 0.0 else "■") * len(bar)
            assert 0.0 <= len(bar) - len(largest[1]) * abs(weight / largest[0]) <= 1.001


def test_the_bar_of_a_selected_weight_stays_as_it_is() -> None:
    """On a bright ground a full one looked hollow, which is a number below 0."""
    run = shipped_run("mazur")
    plain_bars, bars = (
        [
            (text, str(style))
            for row in network_rows(run, cursor, 117, 19)
            for text, style in row
            if "■" in text
        ]
        for cursor in (start(run, 5), replace(start(run, 5), term=0))
    )
    assert plain_bars == bars


def test_one_weight_alone_has_no_size_beside_others() -> None:
    run = shipped_run("04-chain-rule")
    assert not re.search("[■□]", text_of(network_rows(run, start(run), 117, 17)))


def test_a_chain_of_four_layers_stands_whole_at_80_columns_in_every_step() -> None:
    run = shipped_run("04-chain-rule")
    for step in range(len(run) // run.iterations):
        text = text_of(network_rows(run, start(run, step), 80, 8))
        drawn = [row for row in text.split("\n")[1:] if " x " in row]
        assert len(drawn) == 1, "all of it on one line"
        assert re.search(r" x 2 .* a \S+ .* a \S+ .* a \S+ +y 1", drawn[0])
        assert not re.search("[‹›]", text)


@pytest.mark.parametrize(
    ("name", "width"),
    each_of(("mazur", "iris", "deep", "digits", "elman", "04-chain-rule"), (80, 98, 117, 197)),
)
def test_layers_are_called_in_one_form_above_their_letters_and_so_at_every_step(
    name: str, width: int
) -> None:
    run = shipped_run(name)
    forms = dict[tuple[tuple[int, int], ...], set[str]]()
    for step, height in each_of(range(14), (9, 15)):
        if of_batch(run, step):
            continue
        plan = lay_out(Known(run, start(run, step)), width, height)
        rows = text_of(network_rows(run, start(run, step), width, height)).split("\n")
        if plan.columns[0].picture:
            continue  # a gallery beside it moves it
        shown = [column for column in plan.columns if 0 < column.layer <= run.shapes.layers]
        names = rows[0].removesuffix("›")  # that there are more layers is no part of a name
        heads = [names[column.letter :].split("  ")[0].rstrip() for column in shown]
        found = {
            re.sub(
                r"\d",
                "N",
                head.partition(",")[0].replace(run.scenario.network.layers[one.layer - 1].activation, "F"),
            )
            .removesuffix(" · target")
            .removesuffix(" ↻")
            for one, head in zip(shown, heads, strict=True)
        }
        assert len(found) == 1, rows[0]
        assert found <= {"layer N · F", "N · F", "N F", "layer N"}, rows[0]
        for column in shown:
            for unit in column.units:
                assert rows[1 + column.row(unit)][column.letter] in "ahzδ", rows
        forms.setdefault(tuple((one.layer, one.x) for one in shown), set()).update(found)
    assert all(len(same) == 1 for same in forms.values()), forms


def test_recurrent_weights_stand_where_the_time_before_comes_in() -> None:
    steps = shipped_run("elman")
    forward = next(
        step
        for step in range(100)
        if steps.schedule.site(step)[0:4:3] == ("forward", 1) and steps.schedule.site(step).layer == 1
    )
    numbers = steps.iteration(0)
    weights = numbers.before.recurrent_weights[0]
    assert weights is not None
    before = numbers.vector("activation", 1, 0, 0)
    for size in ((80, 8), (120, 17)):
        rows = network_rows(steps, look_at(start(steps, forward), steps, 1, 1), *size)
        text, drawn = text_of(rows), weights_drawn(rows)
        for unit in range(3):
            assert f"h1[{unit + 1}]@0 {numeral(float(before[unit]))}" in text
            assert drawn[1, unit] == numeral(float(weights[1, unit]))
    delta = next(
        step
        for step in range(100)
        if steps.schedule.site(step)[0] == "delta"
        and steps.schedule.site(step).layer == 1
        and steps.schedule.site(step).time == 2
    )
    after = numbers.vector("delta", 1, 0, 3)
    for size in ((80, 8), (120, 17)):
        rows = network_rows(steps, look_at(start(steps, delta), steps, 1, 1), *size)
        text, drawn = text_of(rows), weights_drawn(rows)
        for unit in range(3):
            assert f"δ1[{unit + 1}]@3 {numeral(float(after[unit]))}" in text
            assert drawn[unit, 1] == numeral(float(weights[unit, 1]))


def weights_drawn(rows: list[Row]) -> dict[tuple[int, ...], str]:
    """The recurrent weights in a picture, by to and from."""
    return {
        number.index: text
        for text, number in linked_numbers(rows)
        if number.reference.quantity == "recurrent_weights"
    }


@pytest.mark.parametrize(("units", "height"), [(6, 7), (12, 11)])
@pytest.mark.parametrize("kind", ["forward", "delta"])
def test_without_room_for_its_terms_the_recurrent_sum_is_written(units: int, height: int, kind: str) -> None:
    steps = trace(sequence(np.random.default_rng(5), units=units, times=4))
    step = next(
        step
        for step in range(len(steps))
        if steps.schedule.site(step)[0::4] == (kind, 1) and steps.schedule.site(step).time == 2
    )
    cursor = look_at(start(steps, step), steps, 1, 3)
    numbers = steps.iteration(0)
    weights = numbers.before.recurrent_weights[0]
    assert weights is not None
    if kind == "forward":
        heard = numbers.vector("activation", 1, 0, 1)
        terms = [float(weights[3, unit]) * float(heard[unit]) for unit in range(units)]
    else:
        heard = numbers.vector("delta", 1, 0, 3)
        terms = [float(weights[unit, 3]) * float(heard[unit]) for unit in range(units)]
    symbol = "h@1" if kind == "forward" else "δ@3"
    text = text_of(network_rows(steps, cursor, 120, height))
    assert f"↻ U×{symbol} {signed(math.fsum(terms), 8).strip()}" in text


def test_columns_stay_apart() -> None:
    def ends(columns: tuple[Column, ...]) -> list[tuple[int, int]]:
        return [(column.x, column.x + column.width) for column in columns]

    for width in range(60, 240, 7):
        for height in (5, 11, 30):
            places = ends(lay_out(Known(large(), start(large(), 1)), width, height).columns)
            for (_, end), (begin, _) in itertools.pairwise(places):
                assert end + 9 <= begin
            assert places[0][0] >= 0
            assert places[-1][1] <= width or len(places) <= 2


def test_every_style_is_known() -> None:
    for cursor in some_of([*cursors(large())], 12):
        for row in network_rows(large(), cursor, 80, 11):
            assert {style for _, style in row} <= set(LOOKS)


@pytest.mark.parametrize("width", [80, 117])
def test_the_heads_name_what_a_recurrent_weight_is_multiplied_with_and_its_change(width: int) -> None:
    """The weight of h from the time before stands below the same heads as that of x."""
    for name, step, head in (
        ("12-through-time", 0, "W1, U1  × x, h@-1 = share"),
        ("13-vanishing", 2, "W1, U1  × x, h@1 = share"),
        ("12-through-time", 33, "new W1, U1 = old + ΔW1, ΔU1"),
        ("neuron", 0, "W1      × x = share"),
    ):
        run = shipped_run(name)
        assert head in plain(network_rows(run, start(run, step), width, 8)[0])


@pytest.mark.parametrize("size", [(117, 19), (197, 27)])
@pytest.mark.parametrize("step", [7, 8])
def test_at_an_update_each_weight_says_what_has_been_added_to_it(step: int, size: tuple[int, int]) -> None:
    run = shipped_run("mazur")
    text = text_of(network_rows(run, start(run, step), *size))
    layer = run.schedule.site(step).layer
    old, new = (array_of(run, Reference("weights", 0, layer, version=version)) for version in (0, 1))
    for before, after in zip(old.ravel().tolist(), new.ravel().tolist(), strict=True):
        change, sign = numeral(abs(after - before)), "-" if after < before else "+"
        ways = rf"Δ {numeral(after - before)}|= {before} {re.escape(sign)} {change}"
        assert re.search(rf"{numeral(after)} +(?:{ways}) ", text)


def test_a_change_has_the_colour_of_its_sign_and_a_bar_where_there_is_room() -> None:
    run = shipped_run("mazur")
    for width, minus in ((120, "-"), (197, "")):
        rows = network_rows(run, start(run, 7), width, 17)
        looks = {text: style for row in rows for text, style in row}
        assert looks[f"{minus}0.04108"] == "new-negative"
        assert looks["0.01137"] == "new-far-positive"
    assert len(re.findall(r"- 0\.041\d+ [─━]+□+[─━]", text_of(rows))) == 2


@pytest.mark.parametrize("size", [(80, 9), (117, 19), (197, 27)])
def test_weights_that_are_read_after_an_update_are_headed_as_new_or_early(size: tuple[int, int]) -> None:
    run = shipped_run("mazur")
    broken = break_rule(run, 4, 2)
    for steps, step, head in ((run, 5, "W2"), (run, 8, "new W2"), (broken, 6, "early W2")):
        rows = network_rows(steps, start(steps, step), *size)
        assert f"  {head} " in plain(rows[0])
        assert steps is run or "≠" in text_of(rows)


def test_early_weights_are_headed_as_such_also_where_errors_come_back_through_them() -> None:
    scenario = scenario_of("elman")
    run = trace(replace(scenario, training=replace(scenario.training, order="premature")))
    for step in (21, 27):  # the last time, and one that hears from the time after
        for size in ((80, 7), (80, 9), (98, 13), (118, 19), (197, 27)):
            assert "  early W2" in plain(network_rows(run, start(run, step), *size)[0])


@pytest.mark.parametrize("size", [(80, 9), (97, 13), (117, 19), (197, 27)])
def test_inputs_have_the_names_that_the_data_give_them(size: tuple[int, int]) -> None:
    run = shipped_run("iris")
    lines = text_of(network_rows(run, start(run, 9), *size)).split("\n")
    for name in run.scenario.names.inputs:
        y = next(y for y, line in enumerate(lines) if name in line)
        assert any(re.search(r"x\[\d\] \d", line[:40]) for line in (lines[y], lines[y - 1]))


def test_each_output_with_a_slope_says_how_steep_it_is() -> None:
    run = shipped_run("mazur")
    for width, height in ((117, 19), (197, 27)):
        text = text_of(network_rows(run, start(run, 3), width, height))
        for layer in (1, 2):
            a = array_of(run, Reference("activation", 0, layer, 0, 0))
            assert all(f"slope f'(z) {numeral(float(one * (1 - one)))}" in text for one in a)
    for step, looks in ((1, "new"), (2, ""), (3, "read")):  # made by the forward step, read by that of δ
        slopes = [
            style
            for row in network_rows(run, start(run, step), 117, 19)
            for _, style in row
            if isinstance(style, Linked)
            and isinstance(style.target, Number)
            and style.target.reference[:3] == ("slope", 0, 2)
        ]
        assert {str(style).rpartition("-")[0] for style in slopes} == {looks}


@pytest.mark.parametrize(
    ("name", "step", "size"), [("mazur", 7, (117, 19)), ("mazur", 8, (80, 24)), ("15-momentum", 8, (80, 7))]
)
def test_what_an_update_leaves_as_it_was_does_not_look_written(
    name: str, step: int, size: tuple[int, int]
) -> None:
    """Biases that are fixed, beside weights that are not."""
    run = shipped_run(name)
    layer = run.schedule.site(step).layer
    looks = {
        style.target.reference.quantity: str(style)
        for row in network_rows(run, start(run, step), *size)
        for _, style in row
        if isinstance(style, Linked)
        and isinstance(style.target, Number)
        and style.target.reference.layer == layer
    }
    assert not looks["biases"].startswith("new-")
    trained = shipped_run("batch")
    styles = [str(style) for row in network_rows(trained, start(trained, 12), *size) for _, style in row]
    assert any(style.startswith("new-") for style in styles)


@pytest.mark.parametrize("size", [(80, 9), (98, 14), (117, 19), (197, 27)])
@pytest.mark.parametrize(("name", "step"), [("mazur", 6), ("mazur", 7), ("elman", 41), ("deep", 8)])
def test_what_the_step_makes_stands_on_the_bright_ground(name: str, step: int, size: tuple[int, int]) -> None:
    """Gradients and changed weights, too: bold those of the neuron that is looked at, and no others."""
    run = shipped_run(name)
    cursor = start(run, step)
    made = {
        (style.target.index[0], str(style).rpartition("-")[0])
        for row in network_rows(run, cursor, *size)
        for _, style in row
        if isinstance(style, Linked)
        and isinstance(style.target, Number)
        and style.target.reference in run.flow.writes(step)
        and len(style.target.index) == 2
    }
    unit = cursor.units[active_layer(run, step)]
    assert made <= {(one, "new" if one == unit else "new-far") for one, _ in made}
    assert bool(made) == (run.schedule.site(step).kind in ("gradient", "update"))


@pytest.mark.parametrize("size", [(80, 9), (98, 14), (117, 19), (197, 27)])
def test_the_letter_of_the_number_that_is_looked_at_is_lit_and_no_other(size: tuple[int, int]) -> None:
    run = shipped_run("mazur")
    for step, part, letters in ((0, 0, "z"), (0, 1, "a"), (5, 0, ""), (5, 1, "δ"), (2, 0, "C"), (7, 0, "")):
        cursor = replace(start(run, step), part=part)
        rows = network_rows(run, cursor, *size)
        lit = [text.strip() for row in rows for text, style in row if style == "chosen"]
        assert "".join(text for text in lit if text in [*"azδbyC"]) == letters


def test_of_an_error_s_two_parts_only_the_wires_are_heavy_that_it_comes_through() -> None:
    """What comes from above goes through W, or is made of h and y; what comes from the future through U."""
    run = shipped_run("12-through-time")
    step = run.schedule.step(Site("delta", 0, 0, 2, 1))
    elman, hidden = shipped_run("elman"), Site("delta", 0, 0, 2, 1)
    for part, lit in ((0, False), (1, True), (2, True), (3, True)):
        rows = network_rows(run, replace(start(run, step), part=part), 80, 9)
        assert ("◄" in text_of(rows)) == lit
        between = Between(Known(elman, replace(start(elman, elman.schedule.step(hidden)), part=part)), 2)
        assert between.serves(0, 0) == (part != 1)
        assert between.serves(1, 0) == (part != 0)


@pytest.mark.parametrize(("name", "size"), [("mazur", (98, 14)), ("12-through-time", (80, 7))])
def test_low_boxes_have_their_biases_in_one_place_those_of_outputs_too(
    name: str, size: tuple[int, int]
) -> None:
    """The equation of an output reads its bias as well."""
    run = shipped_run(name)
    text = text_of(network_rows(run, start(run, 1), *size))
    boxes = re.findall(r"[┌┏][─━] [ah]\d\[\d\] [─━]", text)
    assert len(boxes) == sum(run.scenario.network.sizes[1:])
    assert len(re.findall(r"[┌┏][─━] [ah]\d\[\d\] [─━]{2} b -?[\d.]+ [─━]", text)) == len(boxes)


@pytest.mark.parametrize("size", [(98, 14), (117, 19)])
def test_in_a_box_every_number_has_its_four_digits(size: tuple[int, int]) -> None:
    """Also one that begins with -0.000."""
    run = shipped_run("xor")
    deltas = {
        text: numeral(Traced(run, number).value)
        for iteration in range(43, 49)
        for text, number in linked_numbers(
            network_rows(run, start(run, run.schedule.step(Site("delta", iteration, 3, 0, 1))), *size)
        )
        if number.reference.quantity == "delta"
    }
    assert "-0.0009765" in deltas
    assert [*deltas] == [*deltas.values()]


@pytest.mark.parametrize("height", range(17, 40))
def test_layers_of_as_many_neurons_stand_level_beside_the_whole_loss(height: int) -> None:
    run = shipped_run("mazur")
    plan = lay_out(Known(run, start(run, 5)), 133, height)
    assert len({one.rows for one in plan.columns}) == 1


@pytest.mark.parametrize("name", ["12-through-time", "14-exploding", "elman", "mazur"])
@pytest.mark.parametrize("size", [(117, 17), (135, 27), (197, 27)])
def test_a_neuron_stays_where_it_is_from_step_to_step(name: str, size: tuple[int, int]) -> None:
    """Room for what comes back of the time after is there from the start."""
    run = shipped_run(name)
    every = range(run.schedule.first_step(1))
    plans = [lay_out(Known(run, start(run, step)), *size) for step in every]
    assert len({tuple(one.x for one in plan.columns) for plan in plans}) == 1


def test_nothing_is_lit_for_what_is_not_computed_yet() -> None:
    """The step reads W1 for z1[2]; δ1[2] comes another way, and later."""
    run = shipped_run("mazur")
    cursor = look_at(start(run), run, 1, 1)
    for number, lit in (
        (Number(Reference("pre_activation", 0, 1, 0, 0), (1,)), True),
        (Number(Reference("delta", 0, 1, 0, 0), (1,)), False),
    ):
        rows = network_rows(run, replace(cursor, focus=number), 80, 9)
        assert ("wire-active" in {style for row in rows for _, style in row}) == lit


@pytest.mark.parametrize("name", ["mazur", "xor", "digits"])
def test_one_neuron_s_number_has_the_colour_of_what_is_looked_at(name: str) -> None:
    run = shipped_run(name)
    for step in range(8):
        rows = network_rows(run, start(run, step), 80, 9)
        assert [text.strip() for row in rows for text, style in row if style == "chosen"].count("1") <= 1


@pytest.mark.parametrize("width", [80, 100])
def test_the_head_names_all_weights_below_and_hidden_neurons_that_remember_have_numbers(width: int) -> None:
    run = shipped_run("elman")
    for step in range(run.schedule.update_step(0, 2, 0)):
        head, *rows = map(plain, network_rows(run, start(run, step), width, 8))
        assert re.search(r"\bW1, U1→1 ", head)
        assert [match[1] for row in rows if (match := re.search(r"[┳┻━┫┤┬┴┘┛┐┓ ▸](\d) h ", row))] == [*"123"]


def test_a_bias_that_is_early_is_marked_where_its_change_does_harm() -> None:
    scenario = scenario_of("xor")
    run = trace(replace(scenario, training=replace(scenario.training, order="premature")))
    for step, marked in ((4, []), (5, ["≠-0.25"]), (9, ["≠-0.07906", "≠-0.25", "≠-0.1567"])):
        text = text_of(network_rows(run, start(run, step), 80, 9))
        assert re.findall(r"\bb (≠\S+)", text) == marked


def test_where_rows_are_few_it_has_the_place_of_a_z_made_before() -> None:
    run = shipped_run("xor")
    for layer, at in ((2, 4), (1, 6)):
        broken = break_rule(run, at, layer)
        forward = broken.schedule.step(Site("forward", 0, 1, 0, layer))
        for step, letters in ((at, "z"), (at + 1, "b"), (forward, "z"), (forward + 1, "b")):
            text = text_of(network_rows(broken, start(broken, step), 80, 7))
            # In the border of a low box there is room for it besides; going forward it has the place of δ.
            assert ("b ≠-" in text) == (letters == "b" or step == forward), step
            assert len(re.findall(r"\bz ", text)) == (3 if letters == "z" or layer == 2 else 1)
    later = Site("forward", 1, 0, 0, 2)  # the sums of the next iteration are made of what it begins with
    assert "b ≠" not in text_of(network_rows(broken, start(broken, broken.schedule.step(later)), 80, 7))


@pytest.mark.parametrize("sizes", [(200, 100, 60), (64, 48, 50, 45), (50, 50)])
@pytest.mark.parametrize("size", [(80, 9), (80, 13), (100, 12), (120, 20)])
def test_no_layer_stands_alone_however_large_its_neighbours_are(
    sizes: tuple[int, ...], size: tuple[int, int]
) -> None:
    """Where numbers come from is there, with wires between; it was hidden beside 45 empty columns."""
    run = trace(of_sizes(*sizes))
    for step in range(run.schedule.first_step(1)):
        if run.schedule.site(step).kind == "update":
            continue
        plan = lay_out(Known(run, start(run, step)), *size)
        assert len(plan.columns) > 1, (step, size)
        assert any(gap.wires for gap in plan.gaps)


@pytest.mark.parametrize("name", ["09-too-early-loss", "10-mazur-article", "xor"])
def test_what_a_bias_adds_is_there_while_it_is_added(name: str) -> None:
    """In a sum stood a number that was nowhere in the network."""
    run = shipped_run(name)
    for step in range(run.schedule.first_step(1)):
        if run.schedule.site(step).kind == "forward":
            drawn = {
                one.reference.quantity
                for _, one in linked_numbers(network_rows(run, start(run, step), 80, 7))
            }
            assert {"pre_activation", "biases"} <= drawn, step


@pytest.mark.parametrize("size", [(60, 8), (80, 9), (80, 13), (120, 20)])
def test_a_large_picture_has_what_it_is_multiplied_with_beside_it(size: tuple[int, int]) -> None:
    """It stood alone in a narrow window, where the way to its gallery of weights led nowhere."""
    what = of_sizes(784, 64, 10)
    run = trace(replace(what, data=replace(what.data, shape=(28, 28))))
    for layer, pixel in ((1, 3), (0, 474)):
        cursor = look_at(start(run), run, layer, pixel)
        for focused in (cursor, move(move(cursor, run, "layer-down"), run, "layer-down")):
            rows = network_rows(run, focused, *size)
            assert all(length(row) <= size[0] for row in rows)
    assert len(lay_out(Known(run, start(run)), 80, 9).columns) == 2
