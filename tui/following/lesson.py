"""What has the app to do with a lesson? The same few things, whether it leads or follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.screens.stepping import SteppingScreen


class Classroom(Protocol):
    """What a lesson sees of the app."""

    @property
    def stepping(self) -> SteppingScreen | None:
        """The stepping screen, also while a dialog is in front of it."""

    def step_through(self, run: Trace, opened: Scenario | None = None) -> None:
        """Open a run; `opened` is its scenario with its own mistake."""


class Lesson(Protocol):
    """Leading or following."""

    follows: bool
    """Whether another decides what is shown."""

    async def begin(self, app: Classroom) -> None:
        """Take part, from when the app has started."""

    def shown(self, screen: SteppingScreen) -> None:
        """Take note that the screen shows something else than before."""

    def drawn(self) -> None:
        """Take note that the terminal has drawn what was sent to it."""

    def rejoin(self) -> None:
        """Be with the leader again."""

    def end(self) -> None:
        """Take part no more."""
