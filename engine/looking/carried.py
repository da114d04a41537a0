"""Where in another run is what is looked at in this one?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.looking.cursor import start, within

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def carried(cursor: Cursor, before: Trace, after: Trace) -> Cursor:
    """Return the cursor for another trace: its step, and as much else as means the same there.

    Where both have the same steps it is the number too; where the layers are as many, the neurons; past the
    end it is the last step. Jumps are forgotten: they led through other numbers.
    """
    sizes = after.scenario.network.sizes
    found = start(after, cursor.step)
    if len(sizes) == len(cursor.units):
        units = zip(cursor.units, sizes, strict=True)
        found = replace(found, units=tuple(within(unit, size) for unit, size in units))
    if _steps(before) != _steps(after) or found.step != cursor.step:
        return found
    focus = cursor.focus
    if focus is not None and focus.reference.iteration >= after.iterations:
        return found
    return replace(found, part=cursor.part, focus=focus, term=cursor.term)


def _steps(trace: Trace) -> tuple[object, ...]:
    """Return what decides which steps an iteration has, and of what size its numbers are."""
    shapes, network = trace.shapes, trace.scenario.network
    targets = shapes.has_target
    training = trace.scenario.training
    return (
        network.sizes,
        shapes.recurrent,
        shapes.batch_size,
        trace.order,
        trace.breaks,
        training.optimizer,
        training.clip_norm is None,
        (targets.shape, targets.tobytes()),
    )
