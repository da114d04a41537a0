"""Which networks have more units than rows? One to draw, made by chance from a fixed seed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from engine import trace
from engine.arrays import frozen
from engine.facts.entry import Number
from engine.looking.cursor import look_at, start
from engine.scenario import Data, Layer, Network, Scenario, Training
from tui.draw.kit.rows import Linked, Row, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

SIZES = (81, 40, 30, 25)
SAMPLES = 5


@cache
def large() -> Trace:
    """A run of a network of `SIZES`; its inputs can be seen as a picture of 9 x 9."""
    chance = np.random.default_rng(7)
    layers = tuple(
        Layer(
            activation=name,
            weights=frozen(chance.normal(size=(units, below)) / below**0.5),
            biases=frozen(chance.normal(size=units) / 10),
        )
        for name, units, below in zip(("relu", "tanh", "softmax"), SIZES[1:], SIZES, strict=False)
    )
    inputs = chance.normal(size=(SAMPLES, 1, SIZES[0]))
    targets = np.eye(SIZES[-1])[[3, 1, 24, 0, 7]][:, None]
    return trace(
        Scenario(
            title="large",
            network=Network(SIZES[0], "cross-entropy", layers),
            data=Data(frozen(inputs), frozen(targets), np.ones((SAMPLES, 1), dtype=np.bool_)),
            training=Training(0.1, 2, SAMPLES, "mean"),
        )
    )


def cursors(steps: Trace, seed: int = 1) -> Iterator[Cursor]:
    """Cursors at each step of the first iteration, each looking at other units."""
    chance = np.random.default_rng(seed)
    for step in range(steps.schedule.first_step(1) if steps.iterations > 1 else len(steps)):
        cursor = start(steps, step)
        for layer, size in enumerate(steps.scenario.network.sizes):
            cursor = look_at(cursor, steps, layer, int(chance.integers(size)))
        yield cursor


def of_batch(steps: Trace, step: int) -> bool:
    """Whether a step updates a layer by a whole batch, which is drawn in the place of the network."""
    site = steps.schedule.site(step)
    return site.kind == "update" and site.sample is None and len(steps.shapes.batch(site.iteration)) > 1


def text_of(rows: list[Row]) -> str:
    """The rows as text."""
    return "\n".join(plain(row).rstrip() for row in rows)


def linked_numbers(rows: list[Row]) -> Iterator[tuple[str, Number]]:
    """Each text that is linked to a number, and the number."""
    for row in rows:
        for text, style in row:
            if isinstance(style, Linked) and isinstance(style.target, Number):
                yield text.strip(), style.target
