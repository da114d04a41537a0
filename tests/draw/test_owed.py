"""What does each view owe at each size?

Its facts, whole; nothing cut without a sign; no line empty while something is hidden that would stand there.
In ASCII it owes the same. The views are those of the table: a new one has to say here what it owes.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.compare import choices, compare
from engine.facts.cost import cost
from engine.facts.losses import bounds, loss_of_iteration
from engine.facts.number import Traced
from engine.facts.parting import both_equations, parting
from engine.facts.samples import samples_at
from engine.looking.cursor import start
from engine.looking.shown import VIEWS
from engine.numerals import numeral
from engine.order.orders import ONLY_WAITING
from engine.words.compared import sentence, why
from engine.words.runs.losses import each_tenth_costs, first_below
from tests.draw.fitting import check_rows
from tui.draw.kit.ascii import in_ascii
from tui.draw.kit.numbers import count
from tui.draw.kit.rows import Canvas, length, plain
from tui.views import view_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Style

ROOMS = [(80, 19), (97, 23), (117, 33), (197, 43)]
"""Cells of a view at 80x24, 100x30, 120x40 and 200x50, from 100x30 on in a box."""

NAMES = ("mazur", "iris", "elman", "premature", "06-batch", "18-no-slope")


@cache
def run_of(name: str) -> Trace:
    run = trace(load(find(name)))
    run.advance(min(60, run.iterations))
    return run


def steps_of(run: Trace) -> list[int]:
    """A step of each kind in the first and in the last layer."""
    stop = min(run.schedule.first_step(1), 250)
    kinds = {run.schedule.site(step)[::4]: step for step in range(stop)}
    return sorted({0, *list(kinds.values())[-2:], stop - 1})


def of_compare(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    if not choices(run, 0):
        yield ONLY_WAITING
        return
    found = compare(run, 0)
    yield sentence(found)
    yield from (*found.names, "change of", "ratio", "sign", "measured", "loss after this", "loss after all")
    yield "angle to -∇C all" if found.plain else "angle between all"
    yield "▸W"
    there = parting(run, found, cursor.units)
    if there is None:
        return
    yield why(run, there)
    if both_equations(run, there) is not None and room[1] >= 23:
        yield f"where the two part: step {there.step + 1:,}, {Traced(run, there.number).symbol}"
    listed = sum(pair.waited.size for layer in found.layers for pair in layer.pairs)
    shown = len(re.findall(r"^.[WUb]\d+\[", text, re.MULTILINE))
    hidden = shown < listed and " more, " not in text
    assert bool(re.search(r"change of +[↑↓]", text)) == hidden
    if hidden:
        assert text.count("\n") + 1 == room[1]


def of_cost(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    found = cost(run.scenario, run.schedule, cursor.step)
    price = found.price
    yield from ("so far this iteration", "no forward + forward", "(deltas + gradients) / forward")
    yield f"backpropagation, with reuse {count(price.whole.backward)} 1 1"
    yield f"each layer anew from the loss {count(price.each_layer)}"
    yield f"each path on its own {count(price.each_path)}"
    yield f"each weight by a nudge {count(price.each_weight)}"
    yield f"{count(price.held_sample.total)} number"
    yield "Not counted: biases, activations, slopes, the loss, updates."
    rows = text.count("\n") + 1
    assert f"layer {len(price.layers)}" in text or rows + 2 + len(price.layers) > room[1]


def of_loss(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    loss = loss_of_iteration(run, run.schedule.site(cursor.step).iteration)
    assert loss is not None
    yield from (f"loss {numeral(loss)}", "iteration 1", "▲", f"{run.iterations:,}", "scale", "< >")
    if run.computed < run.iterations:
        yield f"computed: {run.computed:,} of {run.iterations:,}"
    if room[1] < 23:
        yield first_below(bounds(run))
        return
    yield from ("what C is made of at iteration 1", "first iteration below")
    yield each_tenth_costs(bounds(run))[: len("Each tenth took")]
    for one in bounds(run)[-3:]:
        yield f"{numeral(one.loss)} {'' if one.iteration is None else f'{one.iteration + 1:,}'}".strip()


def of_heat(_: Trace, __: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    yield "size ░▒▓█ positive ◦○◇□ negative in quarters of the largest; blank is 0"
    yield from ("at ▸ ▾", "largest")
    if re.search(r"a cell is|· \d+×\d", text):
        assert text.count("\n") + 1 == room[1]


def of_network(run: Trace, cursor: Cursor, *_: object) -> Iterator[str]:
    site = run.schedule.site(cursor.step)
    batch = site.kind == "update" and len(run.shapes.batch(site.iteration)) > 1
    yield from ("gathered", "old", "change", "new") if batch else ("input", "δ")


def of_samples(run: Trace, cursor: Cursor, *_: object) -> Iterator[str]:
    yield from ("sample", "C")
    found = samples_at(run, run.schedule.site(cursor.step).iteration)
    yield from ("is", "said") if found.classes else ("y[1]",)


OWED: dict[str, Callable[[Trace, Cursor, str, tuple[int, int]], Iterator[str]]] = {
    "network": of_network,
    "samples": of_samples,
    "compare": of_compare,
    "cost": of_cost,
    "loss": of_loss,
    "time": lambda *_: iter(("δ",)),
    "chain": lambda *_: iter(("∂C/∂W",)),
    "slope": lambda *_: iter(("z",)),
    "gradient": lambda *_: iter(("component", "length")),
    "heat": of_heat,
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", NAMES)
def test_what_a_view_owes_at_each_size(view: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[str] = []
    write = Canvas.write

    def watched(canvas: Canvas, x: int, y: int, text: str, style: Style = "") -> int:
        outside = text[max(0, canvas.width - x) :] if 0 <= y < canvas.height else text
        lost.append(outside.strip("─╌ "))
        return write(canvas, x, y, text, style)

    monkeypatch.setattr(Canvas, "write", watched)
    run = run_of(name)
    for step in steps_of(run):
        cursor = start(run, step)
        for width, height in ROOMS:
            rows = view_rows(view, run, cursor, width, height)
            check_rows(rows, width, height)
            text = "\n".join(plain(row).rstrip() for row in rows)
            told = " ".join(text.split())
            for fact in OWED[view](run, cursor, text, (width, height)):
                assert " ".join(fact.split()) in told, (fact, step, (width, height), text)
            for row in rows:
                spoken = in_ascii(plain(row))
                assert spoken.isascii()
                assert len(spoken) == length(row)
                assert spoken.count("?") == plain(row).count("?")
    if view != "slope":  # a label of its axes may still run over the edge
        assert not any(lost), {text for text in lost if text}
