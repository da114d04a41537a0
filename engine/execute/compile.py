"""Which closure does a block of a program become?

Training calls the same closures again and again; a trace calls them once, on arrays that it keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.execute import last_layer, layer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.execute.machine import Machine
    from engine.execute.operations import Operation
    from engine.execute.passes import Pass
    from engine.execute.program import Block


def compiled(machine: Machine, blocks: Iterable[Block], arrays: Pass) -> list[Operation]:
    """Return the operations that run the blocks on the parameters of a machine and the arrays of a pass."""
    return [_operation(machine, block, arrays) for block in blocks]


def _operation(machine: Machine, block: Block, arrays: Pass) -> Operation:
    match block.kind:
        case "forward":
            return layer.forward(machine, block, arrays)
        case "loss":
            return last_layer.loss(machine, block, arrays)
        case "delta":
            return layer.delta(machine, block, arrays)
        case "gradient":
            return layer.gradient(machine, block, arrays)
        case "update":
            return layer.update(machine, block)
