"""How does the app lead? It tells what its screen shows, once the screen has been painted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tui.following.leader import Leader
from tui.following.on_screen import state_on
from tui.telling.runs import root_of
from tui.telling.shared import name_of
from tui.telling.state import LONGEST_WATCH
from tui.views import PRESENTER, VIEWS

if TYPE_CHECKING:
    from engine.catalog import Shelf
    from engine.scenario import Scenario
    from tui.following.lesson import Classroom
    from tui.following.names import Claim
    from tui.screens.stepping import SteppingScreen

_PAINT = 0.02  # seconds in which a screen is painted


class Teaching:
    """The lesson of an app that leads."""

    follows = False

    def __init__(self, claim: Claim, name: str, shelf: Shelf) -> None:
        self._leader = Leader(claim, self._count)
        self._name = name
        self._shelf = shelf
        self._here = 0
        self._app: Classroom | None = None
        self._due = False
        self._scenario: Scenario | None = None
        self._known_as: str | None = None  # the name of that scenario

    async def begin(self, app: Classroom) -> None:
        """Let followers in."""
        self._app = app
        await self._leader.start()
        self._count(0)

    def shown(self, screen: SteppingScreen) -> None:
        """Tell the class after the paint: the leader's own screen comes first."""
        if not self._due:
            self._due = True
            # Not after the next refresh: that may be of a dialog, which takes with it what it was to call.
            screen.set_timer(_PAINT, partial(self._publish, screen))

    def drawn(self) -> None:
        """Do nothing: the leader goes at a pace of their own."""

    def rejoin(self) -> None:
        """Do nothing: the leader is always with the leader."""

    def end(self) -> None:
        """Send the class away."""
        self._leader.close()

    def _publish(self, screen: SteppingScreen) -> None:
        self._due = False
        if screen.trace is None or screen.cursor is None:
            return
        root = root_of(screen.trace)
        scenario = root.scenario
        state = state_on(screen, screen.trace, screen.cursor)
        if scenario is not self._scenario:
            self._scenario = scenario
            self._known_as = name_of(self._shelf, scenario, root.order)
            self._say()  # a screen that was opened just now doesn't know yet
        # On a screen of one's own, the view with the equations shows what the presenter's page does.
        view = VIEWS[0] if screen.view == PRESENTER else screen.view
        watches = tuple(one.text for one in screen.watches if len(one.text) <= LONGEST_WATCH)
        self._leader.publish(replace(state, scenario=self._known_as, view=view, watches=watches))

    def _count(self, here: int) -> None:
        self._here = here
        self._say()

    def _say(self) -> None:
        if self._app is not None and self._app.stepping is not None:
            self._app.stepping.lesson = f"leading {self._name} · {self._here} here"
