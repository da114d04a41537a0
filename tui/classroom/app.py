"""What does the app leave out in a restricted session?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.app import BackpropApp
from tui.terminal.driver import SteadyDriver

if TYPE_CHECKING:
    from textual.binding import BindingType


class UnstoppableDriver(SteadyDriver):
    """A driver that is never suspended, whoever could continue it."""

    @property
    def can_suspend(self) -> bool:
        """Never."""
        return False


class RestrictedApp(BackpropApp):
    """The app without a way out: no screenshot, no link, no clipboard, no suspending."""

    CSS_PATH = "../screens/stepping.tcss"  # from here
    BINDINGS: ClassVar[list[BindingType]] = []

    @property
    def closed(self) -> bool:
        """Whatever the shelf: no other file is read, and none is written."""
        return True

    def get_driver_class(self) -> type[UnstoppableDriver]:
        """Return the driver that is never suspended."""
        return UnstoppableDriver

    def action_suspend_process(self) -> None:
        """Do nothing."""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Do nothing."""

    def deliver_screenshot(
        self, filename: str | None = None, path: str | None = None, time_format: str | None = None
    ) -> None:
        """Deliver nothing."""

    def copy(self, text: str) -> bool:  # noqa: ARG002
        """Copy nothing: the clipboard is on the other side of the line."""
        return False

    def copy_to_clipboard(self, text: str) -> None:
        """Copy nothing."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing."""
