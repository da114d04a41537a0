"""What does an order do, block by block?

The step-by-step schedule of an order is done in larger blocks wherever no parameter changes in
between: the deferred order is one pass over the whole batch, layer by layer and all times at once;
the premature order is a pass for each sample, whose backward part goes site by site because every
site reads what the one before has changed. Where the user breaks the rule, only the samples with an
update out of turn go site by site. A program is a plain list; `engine.execute` runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.order.site import Site

if TYPE_CHECKING:
    from engine.order.broken_schedule import BrokenSchedule
    from engine.order.site import Kind
    from engine.scenario import Order


class Block(NamedTuple):
    """One operation of a pass: `kind` for `layer` (1..L; 0 for a loss) at the times first..stop-1."""

    kind: Kind
    layer: int
    first: int
    stop: int


class Part(NamedTuple):
    """A pass over some samples of a batch and the blocks that it does."""

    samples: range
    blocks: list[Block]


def deferred(layers: int, times: int) -> list[Block]:
    """Return the blocks of a deferred iteration: every delta is formed before any update."""
    down = range(layers, 0, -1)
    blocks = _forward(layers, times)
    for layer in down:
        blocks += [Block("delta", layer, 0, times), Block("gradient", layer, 0, times)]
    return blocks + [Block("update", layer, 0, times) for layer in down]


def premature(layers: int, times: int) -> list[Block]:
    """Return the blocks of one sample of a premature iteration: each gradient is applied at once."""
    return _forward(layers, times) + [
        Block(kind, layer, time, time + 1)
        for time in range(times - 1, -1, -1)
        for layer in range(layers, 0, -1)
        for kind in ("delta", "gradient", "update")
    ]


def program(order: Order, layers: int, times: int) -> list[Block]:
    """Return the blocks of one pass of an order."""
    return deferred(layers, times) if order == "deferred" else premature(layers, times)


def passes(order: Order, samples: range) -> list[range]:
    """Return the samples of each pass of an iteration over a batch."""
    if order == "deferred":
        return [samples]
    return [range(sample, sample + 1) for sample in samples]


def plan(order: Order, samples: range, layers: int, times: int) -> list[Part]:
    """Return the passes of an iteration over a batch, one after the other."""
    blocks = program(order, layers, times)
    return [Part(some, blocks) for some in passes(order, samples)]


def broken_plan(schedule: BrokenSchedule, *, inserted: bool = True) -> list[Part]:
    """Return the passes of the iteration in which the rule is broken.

    Gradients have no blocks: an update applies a difference of totals, which is formed when it is
    needed. With `inserted` False the updates out of turn are left out, and all else is done in the same
    pieces.
    """
    samples = schedule.shapes.batch(schedule.iteration)
    every = deferred(schedule.shapes.layers, schedule.shapes.times)
    whole = [block for block in every if block.kind not in ("gradient", "update")]
    anchors = [schedule.anchor(step) for step in schedule.inserted]
    cut = sorted({site.sample for site in anchors if site.sample is not None})
    found = []
    begin = samples.start
    for sample in cut:
        if begin < sample:
            found.append(Part(range(begin, sample), whole))
        found.append(Part(range(sample, sample + 1), _site_by_site(schedule, sample, inserted=inserted)))
        begin = sample + 1
    if begin < samples.stop:
        found.append(Part(range(begin, samples.stop), whole))
    found[-1] = found[-1]._replace(
        blocks=found[-1].blocks + [block for block in every if block.kind == "update"]
    )
    return found


def _site_by_site(schedule: BrokenSchedule, sample: int, *, inserted: bool) -> list[Block]:
    """Return a block for each step of a sample but the gradients."""
    blocks = []
    step = schedule.step(Site("forward", schedule.iteration, sample, 0, 1))
    while schedule.anchor(step).sample == sample:
        site = schedule.site(step)
        if site.kind != "gradient" and (inserted or site.kind != "update"):
            assert site.time is not None
            blocks.append(Block(site.kind, site.layer or 0, site.time, site.time + 1))
        step += 1
    return blocks


def _forward(layers: int, times: int) -> list[Block]:
    blocks = [Block("forward", layer, 0, times) for layer in range(1, layers + 1)]
    return [*blocks, Block("loss", 0, 0, times)]
