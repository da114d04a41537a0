"""Is the network whole where it fits, and nothing of it cut or covered without a sign where it does not?"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.looking.cursor import active_layer, look_at, start
from engine.looking.known.numbers import Known
from engine.order.site import Site
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.draw.large_network import large, linked_numbers, of_batch
from tests.given.shipped import shipped_run
from tests.given.some_of import EVERY_CASE, some_of
from tests.golden import runs
from tui.draw.kit.numbers import numeral
from tui.draw.kit.rows import Canvas, length, plain
from tui.draw.kit.signs.ascii import in_ascii
from tui.draw.network import batch, network
from tui.draw.network.layout import _Planner, lay_out
from tui.draw.network.network import network_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.network.plan import Column, Gap

NETWORKS = (
    "mazur",
    "elman",
    "iris",
    "deep",
    "counting",
    "bptt",
    "digits",
    "11-reuse-and-cost",
    "batch",
    "large",
)
ROOMS = ((80, 7), (80, 10), (100, 13), (120, 17), (200, 27))
"""The rooms that the network has at 80x24 (of a lesson, too), 100x30, 120x40 and 200x50."""
LINES = ("wire", "wire-active", "rule")


@cache
def run_of(name: str) -> Trace:
    return large() if name == "large" else shipped_run(name)


def looks(run: Trace, most: int) -> Iterator[Cursor]:
    """Cursors at each kind of step of the first iteration, looking at the last neurons."""
    stop = run.schedule.first_step(1)
    kinds = {run.schedule.site(step)[::4]: step for step in range(min(stop, 300))}
    for step in some_of(sorted({*kinds.values(), stop - 1}), most):
        cursor = start(run, step)
        for layer, size in enumerate(run.scenario.network.sizes):
            cursor = look_at(cursor, run, layer, size - 1 if step % 2 else size // 2)
        yield cursor


class Watched(Canvas):
    """A canvas on which no text may be cut, and none may cover another."""

    def write(self, x: int, y: int, text: str, style: str = "") -> int:
        on_its_curve = "⠀" <= text[:1] <= "⣿"  # the tangent
        if text.strip() and style not in LINES and not on_its_curve:
            assert 0 <= y < self.height, (text, y)
            assert x >= 0, text
            assert x + len(text.rstrip()) <= self.width, (text, x)
            for place, sign in enumerate(text):
                before, its = (
                    self._text[y][x + place : x + place + 1],
                    self._style[y][x + place : x + place + 1],
                )
                covered = before and before[0] != " " and its[0] not in LINES and "≠" not in (*before, sign)
                assert not (covered and sign != " "), (text, "".join(self._text[y]))
        return super().write(x, y, text, style)


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_is_cut_or_covered_and_what_is_looked_at_is_there_with_its_number(
    name: str, room: tuple[int, int], monkeypatch: Any
) -> None:
    monkeypatch.setattr(network, "Canvas", Watched)
    monkeypatch.setattr(batch, "Canvas", Watched)
    run = run_of(name)
    for cursor in looks(run, 3):
        rows = network_rows(run, cursor, *room)
        assert [length(row) for row in rows] == [room[0]] * room[1]
        for row in rows:
            assert in_ascii(plain(row)).isascii()
            assert len(in_ascii(plain(row))) == room[0]
        layer, known = active_layer(run, cursor.step), Known(run, cursor)
        shown = {number: text for text, number in linked_numbers(rows)}
        if of_batch(run, cursor.step):
            number = Number(known.reference("weights", layer), (cursor.units[layer], cursor.units[layer - 1]))
        else:
            number = Number(known.reference("activation", layer), (cursor.units[layer],))
            if number not in shown:
                number = Number(known.reference("delta", layer), number.index)
        value = Traced(run, number).value
        assert shown[number] in {numeral(value, cells) for cells in range(7, 11)}


@pytest.mark.parametrize(
    ("name", "rooms"),
    [
        ("mazur", ROOMS),
        ("bptt", ROOMS),
        ("counting", ROOMS),
        ("elman", ROOMS[3:]),
        ("iris", ROOMS[4:]),
        ("digits", ()),
    ],
)
def test_every_weight_is_drawn_where_there_is_room(name: str, rooms: tuple[tuple[int, int], ...]) -> None:
    run = run_of(name)
    for cursor in looks(run, 4):
        for room in rooms:
            if of_batch(run, cursor.step):
                continue
            assert lay_out(Known(run, cursor), *room).whole
            shown = [number for _, number in linked_numbers(network_rows(run, cursor, *room))]
            for layer, its in enumerate(run.scenario.network.layers, start=1):
                mine = {
                    number for number in shown if number.reference.layer == layer and len(number.index) == 2
                }
                assert len(mine) >= its.weights.size + (its.units**2 if its.recurrent else 0)


@pytest.mark.parametrize(("size", "boxed"), [((80, 7), False), ((120, 17), True), ((200, 27), True)])
@pytest.mark.parametrize("name", ["mazur", "elman", "bptt"])
def test_recurrent_layers_are_drawn_like_others(name: str, size: tuple[int, int], boxed: bool) -> None:
    run = run_of(name)
    for column in lay_out(Known(run, start(run, 1)), *size).columns[1:]:
        assert column.shape.boxed == boxed


def any_network(chance: np.random.Generator) -> Trace:
    """A run of a network of any sizes: recurrent or not, of pictures or not, of one sample or a batch."""
    sizes = [int(chance.choice([1, 2, 3, 5, 8, 12, 30, 64, 100])) for _ in range(chance.integers(2, 6))]
    shape: tuple[int, int] | None = None
    if chance.random() < 0.4:
        shape = [(8, 8), (5, 7), (28, 28)][chance.integers(3)]
        sizes[0] = shape[0] * shape[1]
    layers = tuple(
        Layer(
            "tanh",
            frozen(chance.normal(size=(units, below)) / below**0.5),
            frozen(chance.normal(size=units)),
            recurrent_weights=frozen(chance.normal(size=(units, units)) / units)
            if chance.random() < 0.4
            else None,
        )
        for below, units in pairwise(sizes)
    )
    samples, times = int(chance.choice([1, 3])), 12 if any(layer.recurrent for layer in layers) else 1
    inputs, targets = (frozen(chance.uniform(size=(samples, times, size))) for size in (sizes[0], sizes[-1]))
    data = Data(inputs, targets, np.ones((samples, times), dtype=np.bool_), shape)
    network = Network(sizes[0], "half-squared-error", layers)
    return trace(Scenario("any", network, data, Training(0.1, 2, samples)))


@pytest.mark.parametrize("seed", range(12 if EVERY_CASE else 5))
def test_any_network_at_any_size_is_drawn_within_it(seed: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(network, "Canvas", Watched)
    monkeypatch.setattr(batch, "Canvas", Watched)
    chance = np.random.default_rng(seed)
    run = any_network(chance)
    for _ in range(10 if EVERY_CASE else 6):
        cursor = start(run, int(chance.integers(run.schedule.first_step(1))))
        for layer, size in enumerate(run.scenario.network.sizes):
            cursor = look_at(cursor, run, layer, int(chance.integers(size)))
        room = [(60, 5), *ROOMS, (int(chance.integers(60, 240)), int(chance.integers(5, 60)))][
            chance.integers(7)
        ]
        rows = network_rows(run, cursor, *room)
        assert [length(row) for row in rows] == [room[0]] * room[1]


def test_of_hundreds_of_layers_those_that_cannot_be_seen_are_not_laid_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layers, made, gap = 200, list[int](), _Planner._gap

    def counted(self: _Planner, left: Column, right: Column, *, fan: bool) -> Gap:
        made.append(right.layer)
        return gap(self, left, right, fan=fan)

    monkeypatch.setattr(_Planner, "_gap", counted)
    deep = trace(runs.scenario([runs.layer("tanh", [[0.9]]) for _ in range(layers)], [[1.0]], [[0.0]]))
    at = deep.schedule.step(Site("forward", 0, 0, 0, layers // 2))
    assert network_rows(deep, start(deep, at), 40, 12)
    assert set(made) <= set(range(layers // 2 - 40, layers // 2 + 41))


@pytest.mark.parametrize("name", ["xor", "iris", "mazur"])
def test_names_of_wide_characters_keep_to_their_cells(name: str) -> None:
    scenario = shipped_run(name).scenario
    outputs = tuple("中文字符名称压力" * (1 + unit % 2) for unit in range(scenario.network.sizes[-1]))
    run = trace(replace(scenario, names=replace(scenario.names, outputs=outputs)))
    for width, height in ROOMS:
        for step in range(run.schedule.first_step(1)):
            for row in network_rows(run, start(run, step), width, height):
                assert length(row) == width, (step, plain(row))


@pytest.mark.parametrize("size", [(80, 9), (62, 10)])
def test_the_loss_of_all_outputs_stands_there_where_only_some_of_them_do(size: tuple[int, int]) -> None:
    run = shipped_run("digits")
    for step in (0, 56, 113, 150):
        rows = network_rows(run, start(run, step), *size)
        if "target" in plain(rows[0]):
            assert any(re.search(r"(C of all|all) [·≠\d]", plain(row)) for row in rows), step
