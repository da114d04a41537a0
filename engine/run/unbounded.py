"""At which step does a run first make a number that is not finite?

A run that goes straight through is looked at piece by piece: what is not finite stays so, in the parameters
or in the losses. The piece in which that begins is run again, until its first such iteration is known.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.run.make_step import make_step

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.parameters import Parameters
    from engine.run.play import Shared
    from engine.run.steps import Step
    from engine.run.straight import Run


class Place(NamedTuple):
    """The first step with a number that is not finite, and the field of its record in which it stands."""

    step: Step
    field: str


class Watch:
    """Looks at each piece of a run; once one has ended badly, it remembers with what that piece began."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._before = (run.iteration, run.parameters())
        self._bad: tuple[int, Parameters] | None = None

    def look(self, losses: Array) -> None:
        """Look at the losses of the piece that is just done, and at the parameters it has led to."""
        if self._bad is not None:
            return
        now = self._run.parameters()
        if _finite(losses, now):
            self._before = (self._run.iteration, now)
        else:
            self._bad = self._before

    def place(self, shared: Shared) -> Place | None:
        """Return where it began; None if all was finite. The run stands elsewhere afterwards."""
        if self._bad is None:
            return None
        run, (iteration, before) = self._run, self._bad
        while True:
            run.seek(iteration, before)
            losses = run.advance(1)
            after = run.parameters()
            if not _finite(losses, after):
                break
            iteration, before = iteration + 1, after
        numbers, schedule = shared.play(iteration, before), shared.schedule
        first, end = (schedule.first_step(one) for one in (iteration, iteration + 1))
        steps = (make_step(schedule, numbers, step) for step in range(first, end))
        return next((Place(step, field) for step in steps if (field := _field(step))), None)


def _field(step: Step) -> str:
    """Return the first field of a step's record that holds a number that is not finite."""
    values = {field.name: getattr(step, field.name) for field in fields(step)}
    values |= values.pop("further", {})
    arrays = {name: value for name, value in values.items() if isinstance(value, np.ndarray | float)}
    return next((name for name, value in arrays.items() if not np.isfinite(value).all()), "")


def _finite(losses: Array, parameters: Parameters) -> bool:
    return bool(np.isfinite(losses).all() and np.isfinite(parameters.flat()).all())
