"""Can every wire be followed: has each weight its row, and does no wire run through another's neuron?"""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.entry import Number
from engine.looking.choosing import look_at_number
from engine.looking.cursor import look_at, start
from engine.looking.known.numbers import Known
from engine.order.quantities import Reference
from tests.draw.large_network import of_batch
from tests.given.shipped import shipped_run
from tests.given.some_of import in_turns, some_of
from tui.draw.kit.rows import Linked, length, plain
from tui.draw.network.layout import lay_out
from tui.draw.network.network import network_rows
from tui.draw.network.places import tops, weight_rows


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 4), st.integers(1, 40))
def test_each_weight_has_a_row_of_its_own(below: int, above: int, lines: int, height: int) -> None:
    sources, targets = tops([lines] * below, height), tops([lines] * above, height)
    if sources is None or targets is None:
        assert max(below, above) * lines > height
        return
    assert sources == sorted(set(sources))
    assert sources[-1] + lines <= height
    rows = weight_rows(tuple(sources), tuple(targets), height)
    if rows is None:
        return
    assert len(rows) == below * above
    assert list(rows) == sorted(set(rows))
    assert 0 <= rows[0] <= rows[-1] < height
    for place, row in enumerate(rows):
        to, source = divmod(place, below)
        assert row not in sources[source + 1 :]  # those before it have turned off where it begins
        assert row not in [*targets[:to], *targets[to + 1 :]]


@pytest.mark.parametrize(
    ("name", "size", "step"), [("elman", (117, 17), 7), ("deep", (196, 32), 1), ("iris", (196, 32), 6)]
)
def test_the_weights_of_a_neuron_stand_together_and_apart_from_those_of_the_next(
    name: str, size: tuple[int, int], step: int
) -> None:
    """A hole among them, and none before the next ones, made 3 + 5 + 4 of three times four."""
    run = shipped_run(name)
    for gap in lay_out(Known(run, start(run, step - 1)), *size).gaps:
        groups = [[wire.row for wire in gap.wires if wire.to == to] for to in {wire.to for wire in gap.wires}]
        holes = [high - low - 1 for rows in groups for low, high in itertools.pairwise(rows)]
        between = [after[0] - before[-1] for before, after in itertools.pairwise(groups)]
        assert not any(holes), groups
        assert name == "iris" or min(between, default=2) > 1, groups  # there a wire has the row between


def test_two_by_two_always_have_room_in_seven_rows() -> None:
    assert weight_rows((0, 4), (0, 4), 7) == (0, 1, 3, 4)


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [
        (name, *size)
        for place, name in enumerate(("mazur", "xor", "02-forward", "batch", "iris", "deep"))
        for size in in_turns([(80, 8), (80, 10), (120, 21), (200, 34)], place, 2)
    ],
)
def test_every_weight_stands_in_the_picture_or_the_network_is_drawn_otherwise(
    name: str, width: int, height: int
) -> None:
    run = shipped_run(name)
    for step in some_of(range(run.schedule.first_step(1)), 5):
        if of_batch(run, step):
            continue
        cursor = look_at(start(run, step), run, 1, 1)
        rows = network_rows(run, cursor, width, height)
        assert all(length(row) == width for row in rows)
        if not lay_out(Known(run, cursor), width, height).whole:
            continue
        linked = {style.target for row in rows for _, style in row if isinstance(style, Linked)}
        numbers = [one for one in linked if isinstance(one, Number)]
        for layer, matrix in enumerate(run.scenario.network.layers, start=1):
            found = [one for one in numbers if one.reference.layer == layer]
            weights = {one.index for one in found if "weight" in one.reference.quantity}
            assert len(weights) == matrix.weights.size
        site = run.schedule.site(step)
        reads = site.kind != "loss" and not (site.kind == "delta" and site.layer == run.shapes.layers)
        heavy = any(sign in plain(row) for row in rows for sign in "━┃")
        boxed = any("┏━ a" in plain(row) for row in rows)
        assert heavy == (reads or boxed)


def test_the_wires_that_a_step_reads_are_heavy() -> None:
    """δ of the first hidden neuron: the error came back through the first column of W2."""
    run = shipped_run("mazur")
    text = "\n".join(plain(row) for row in network_rows(run, start(run, 5), 80, 10))
    for value in ("0.4", "0.5"):
        assert re.search(rf"━ {re.escape(value)} ━", text) or re.search(rf"┿ {re.escape(value)} ━", text)
    for light in ("0.15", "0.2", "0.25", "0.3", "0.45", "0.55"):
        assert re.search(rf"[─┌┼┴] {re.escape(light)} ─", text)
    assert "a 0.5933 ◄━" in text
    assert "C of both 0.2984" in text


def test_the_box_of_the_neuron_that_is_looked_at_is_heavy_whatever_the_step_works_on() -> None:
    run = shipped_run("mazur")
    cursor = start(run, 6)
    for quantity, layer, unit in (("delta", 1, 1), ("delta", 2, 0), ("error", 2, 1), ("activation", 1, 0)):
        here = look_at_number(cursor, run, Number(Reference(quantity, 0, layer, 0, 0), (unit,)))
        text = "\n".join(plain(row) for row in network_rows(run, here, 118, 21))
        assert re.findall(r"┏━ (\S+) ━", text) == [f"a{layer}[{unit + 1}]"]


@pytest.mark.parametrize("width", [80, 100])
def test_the_whole_loss_keeps_its_digits_at_the_edge(width: int) -> None:
    """The first loss below 0.01 must not read as 0.010."""
    run = shipped_run("mazur")
    text = "\n".join(plain(row) for row in network_rows(run, start(run, 1559), width, 10))
    assert "of both 0.009968" in text


@pytest.mark.parametrize(("name", "width", "height"), [("01-derivative", 80, 12), ("mazur", 80, 10)])
def test_a_target_has_the_colour_of_its_sign_as_in_every_view(name: str, width: int, height: int) -> None:
    run = shipped_run(name)
    styles = {
        str(style)
        for row in network_rows(run, start(run), width, height)
        for _, style in row
        if isinstance(style, Linked)
        and isinstance(style.target, Number)
        and style.target.reference.quantity == "target"
    }
    assert styles == {"positive"}


def test_the_whole_loss_is_called_c_where_its_digits_are_many() -> None:
    run = shipped_run("mazur")
    text = "\n".join(plain(row) for row in network_rows(run, start(run, 89_999), 80, 10))
    assert " C both 3.511e-5" in text
