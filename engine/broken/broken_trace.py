"""How is a run looked at in which the user has broken the rule in one iteration?

Before that iteration it is the undisturbed run, whose steps are asked for there; the iteration itself
is played with the updates out of turn and kept; from the next one on it is a deferred run of its
own, from other parameters.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from engine.broken.broken_iteration import BrokenIteration
from engine.order.broken_schedule import Break, BrokenSchedule
from engine.replay.checkpoints import Checkpoints
from engine.replay.tracing import Trace

if TYPE_CHECKING:
    from engine.parameters import Parameters
    from engine.replay.iteration import Iteration


class BrokenTrace(Trace):
    """The trace `undisturbed` with updates out of turn in one of its iterations.

    `schedule` is the broken one; `breaks` are in the order of their steps.
    """

    schedule: BrokenSchedule

    def __init__(self, undisturbed: Trace, breaks: tuple[Break, ...]) -> None:
        schedule = BrokenSchedule(undisturbed.schedule, breaks)
        number = schedule.iteration
        before = undisturbed.parameters(number)  # runs up to there, which the losses need
        losses = undisturbed.losses.until(number)
        super().__init__(undisturbed.scenario, undisturbed.order, schedule, losses)
        self._undisturbed = undisturbed
        self._before = before
        self._broken = BrokenIteration(self.scenario, self.schedule, self._before)
        after = self._broken.after
        self._run.seek(number + 1, after)
        self._replay.seek(number + 1, after)
        self._checkpoints = Checkpoints(after.flat(), origin=number + 1)
        self.losses.add(self._broken.loss(self.scenario))

    @property
    def breaks(self) -> tuple[Break, ...]:
        """The updates that the user made out of turn, in the order of their steps."""
        return self.schedule.breaks

    @property
    def out_of_turn(self) -> tuple[int, ...]:
        """The steps of those updates."""
        return self.schedule.inserted

    @property
    def broken_iteration(self) -> int:
        """The iteration that these updates are in."""
        return self.schedule.iteration

    @property
    def undisturbed(self) -> Trace:
        """The trace without the updates out of turn."""
        return self._undisturbed

    @cached_property
    def right(self) -> BrokenIteration:
        """The broken iteration without the updates out of turn, rounded in the same way."""
        return BrokenIteration(self.scenario, self.schedule, self._before, inserted=False)

    def parameters(self, iteration: int) -> Parameters:
        """Return the parameters before an iteration (0..iterations; the last are the result)."""
        if iteration <= self.broken_iteration:
            return self._undisturbed.parameters(iteration)
        return super().parameters(iteration)

    def iteration(self, number: int) -> Iteration:
        """Return the numbers of an iteration, played again unless they are still at hand."""
        if number < self.broken_iteration:
            return self._undisturbed.iteration(number)
        if number == self.broken_iteration:
            return self._broken
        return super().iteration(number)
