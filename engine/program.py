"""What does an order do, block by block?

The step-by-step schedule of an order is done in larger blocks wherever no parameter changes in
between: the deferred order is one pass over the whole batch, layer by layer and all times at once;
the premature order is a pass for each sample, whose backward part goes site by site because every
site reads what the one before has changed. A program is a plain list; `engine.execute` runs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.scenario import Order
    from engine.schedule import Kind


class Block(NamedTuple):
    """One operation of a pass: `kind` for `layer` (1..L; 0 for a loss) at the times first..stop-1."""

    kind: Kind
    layer: int
    first: int
    stop: int


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


def _forward(layers: int, times: int) -> list[Block]:
    blocks = [Block("forward", layer, 0, times) for layer in range(1, layers + 1)]
    return [*blocks, Block("loss", 0, 0, times)]
