"""How do runs share one machine, and how is one iteration played on it?

A program takes some milliseconds to make: all runs of a scenario in one order have one. Whoever uses it
next puts his parameters in, and the one before keeps his.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from engine.apart import WHOLE, is_large, refuse_others
from engine.order.sound import steps_of
from engine.program.machine import machine
from engine.program.plan import plan_of
from engine.run.iteration import Iteration

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.schedule import Schedule
    from engine.parameters import Parameters
    from engine.program.machine import Machine
    from engine.scenario import Scenario


class User(Protocol):
    """Who has parameters in a machine: they are handed back when another one takes it."""

    kept: Parameters


class Shared:
    """The machine of a scenario in the order of a schedule, made when it is first used."""

    def __init__(self, scenario: Scenario, schedule: Schedule) -> None:
        self.scenario = scenario
        self.schedule = schedule
        self._large = is_large(scenario)
        self.may_be_left: bool = (
            self._large and plan_of(steps_of(schedule.order), schedule.shapes.layers).by_sample
        )
        """Whether an iteration takes so long that it is left where it stands, and gone on with there."""
        self._machine: Machine | None = None
        self._user: User | None = None

    def of(self, user: User) -> Machine:
        """Return the machine with the parameters of a user in it.

        Raises:
            NotAtHandError: another thread alone computes large runs.
        """
        if self._large:
            refuse_others()
        if self._user is not user:
            found = self._free()
            found.put(user.kept)
            self._user = user
            return found
        assert self._machine is not None
        return self._machine

    def parameters(self, user: User) -> Parameters:
        """Return the parameters of a user, read-only."""
        if self._large:
            refuse_others()
        if self._user is not user:
            return user.kept
        assert self._machine is not None
        return self._machine.parameters()

    def play(self, number: int, before: Parameters) -> Iteration:
        """Return the numbers of an iteration that begins with the parameters `before`.

        Raises:
            NotAtHandError: another thread alone computes large runs.
        """
        with WHOLE:
            found = self._free()
            found.put(before)
            played = None if self.may_be_left else found.play(number)
        if played is None:  # of a large run it takes long, and may be left: nobody's parameters are in it
            played = found.play(number)
        return Iteration(self.scenario, self.schedule, number, before, played, in_turn=found.in_turn)

    def ran(self, number: int, before: Parameters) -> tuple[Array, Parameters]:
        """Return the loss of an iteration that begins with the parameters `before`, and those after it.

        Who runs it may be left meanwhile.

        Raises:
            NotAtHandError: another thread alone computes large runs.
        """
        with WHOLE:
            found = self._free()
            found.put(before)
        losses = found.advance(number, 1)
        return losses, found.parameters()

    def _free(self) -> Machine:
        """Return the machine, with the parameters of its last user handed back."""
        if self._large:
            refuse_others()
        if self._machine is None:
            self._machine = machine(self.scenario, self.schedule.shapes, self.schedule)
        if self._user is not None:
            self._user.kept = self._machine.parameters()
            self._user = None
        return self._machine
