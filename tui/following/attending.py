"""How does the app follow? It shows what the leader shows, until its user moves; a key leads back.

It goes no faster than its terminal draws: on a slow line what has been overtaken is left out.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from engine.equations.mistakes import MISTAKES
from tui.following.digest import digest
from tui.following.follower import Follower
from tui.following.looking import cursor_of
from tui.following.shared import run_of, scenario_of

if TYPE_CHECKING:
    from pathlib import Path

    from engine.catalog import Shelf
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario
    from tui.following.lesson import Classroom
    from tui.following.protocol import State
    from tui.screens.stepping import SteppingScreen

_PATIENCE = 3.0  # seconds after which a terminal is taken for one that does not answer


class Shown(NamedTuple):
    """What a screen shows: a run, where in it, and how. At the same step another run is something else."""

    trace: Trace | None
    cursor: Cursor
    view: str
    logarithmic: bool
    against: Order | None


class Attending:
    """The lesson of an app that follows.

    `keeps` is whether the user brought a file: it stays open, whatever the leader opens.
    """

    def __init__(self, folder: Path | None, name: str, shelf: Shelf, *, keeps: bool) -> None:
        self._follower = Follower(folder, name, self._told)
        self._name = name
        self._shelf = shelf
        self._keeps = keeps
        self._app: Classroom | None = None
        self._latest: State | None = None
        self._leader_is_here = False
        self._with_leader = True
        self._differs = False
        self._answers = True  # whether the terminal says when it has drawn
        self._unanswered: asyncio.TimerHandle | None = None
        self._expected: Shown | None = None  # what the screen shows if nobody moves

    async def begin(self, app: Classroom) -> None:
        """Look for the leader."""
        self._app = app
        self._follower.start()
        self._say()

    def shown(self, screen: SteppingScreen) -> None:
        """Notice that the user has moved, or that the screen is there at last."""
        if self._expected is None and self._with_leader and not self._differs:
            self._follow()
        elif self._expected not in (None, _shown_on(screen)):
            self._with_leader = False
        self._say()

    def drawn(self) -> None:
        """Show what has come while the terminal was drawing."""
        if self._unanswered is not None:
            self._unanswered.cancel()
            self._unanswered = None
            if self._with_leader:
                self._follow()

    def rejoin(self) -> None:
        """Show what the leader shows, and go on following."""
        self._with_leader = True
        self._follow()
        self._say()

    def end(self) -> None:
        """Listen no more."""
        self._follower.close()
        if self._unanswered is not None:
            self._unanswered.cancel()

    def _told(self, state: State | None) -> None:
        self._leader_is_here = state is not None
        if state is not None:
            self._latest = state
            if self._with_leader and self._unanswered is None:
                self._follow()
        self._say()

    def _follow(self) -> None:
        """Show the latest state, if the run is the leader's."""
        state = self._latest
        screen = None if self._app is None else self._app.stepping
        if state is None or screen is None or screen.trace is None or self._app is None:
            return
        scenario = screen.trace.scenario
        if digest(scenario) != state.digest:
            opened = self._at_hand(state) or screen.opened
            theirs = run_of(opened, state.digest, state.mistake)
            self._differs = theirs is None
            if theirs is None:
                self._expected = None
                return
            self._app.step_through(theirs, state.order, opened)
        elif screen.trace.order != state.order or screen.trace.breaks:
            self._app.step_through(scenario, state.order, screen.opened)
        self._differs = False
        assert screen.trace is not None
        cursor = cursor_of(screen.trace, state)
        wanted = Shown(screen.trace, cursor, state.view, state.logarithmic, state.against)
        if wanted != _shown_on(screen):
            screen.show(cursor, state.view, state.logarithmic, state.against)
            self._ask(screen)
        self._expected = wanted

    def _at_hand(self, state: State) -> Scenario | None:
        """Return the scenario at hand that has the leader's run; None if the user brought a file."""
        if self._keeps:
            return None
        return scenario_of(self._shelf, state.scenario, state.digest, state.mistake)

    def _ask(self, screen: SteppingScreen) -> None:
        """Wait for the terminal before anything else is shown."""
        if self._answers and screen.ask_terminal():
            self._unanswered = asyncio.get_running_loop().call_later(_PATIENCE, self._give_up)

    def _give_up(self) -> None:
        self._answers = False
        self.drawn()

    def _say(self) -> None:
        if self._app is None or self._app.stepping is None:
            return
        if not self._leader_is_here:
            words = "the leader is gone" if self._latest is not None else f"waiting for {self._name}"
        elif self._differs and self._latest is not None and self._latest.mistake not in (None, *MISTAKES):
            words = f"{self._name} makes a mistake unknown here"
        elif self._differs:
            words = f"{self._name} is on another scenario"
        elif self._with_leader:
            words = f"following {self._name}"
        else:
            words = "on your own · w returns"
        self._app.stepping.lesson = words


def _shown_on(screen: SteppingScreen) -> Shown:
    """Return what a screen shows, or will as soon as it has been computed."""
    return Shown(screen.trace, screen.goal, screen.view, screen.logarithmic, screen.against)
