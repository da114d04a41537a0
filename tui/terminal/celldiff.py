"""How does a Textual app send only the cells that changed?

Textual never compares a frame with the one before: it sends whole segments, from the left edge of the
widget, each with its full style. `CellDiffApp` keeps a copy of what the terminal shows and sends the
difference. It overrides one private method, `App._display`, and hands over to the original wherever it
meets something that it doesn't know.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TypeVar

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from textual.app import App

from tui.terminal.abilities import abilities_of
from tui.terminal.cells import Palette
from tui.terminal.shadow import PAINTERS, Shadow

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual import events
    from textual.driver import Driver
    from textual.screen import Screen

ReturnType = TypeVar("ReturnType")

#: The terminal shows what comes between these at once.
FRAME_START: Final = "\x1b[?2026h"
FRAME_END: Final = "\x1b[?2026l"
#: A terminal answers this when it has drawn what came before.
WHERE_IS_THE_CURSOR: Final = "\x1b[6n"


class CellDiffApp(App[ReturnType]):
    """An app that writes only the cells that changed.

    Set `cell_diff` to False, on the class or on the instance, for Textual's own output.
    """

    #: False draws with Textual's own output.
    cell_diff: bool = True

    _shadow: Shadow | None = None

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that comes through noise and signals; the environment isn't asked."""
        if sys.platform == "win32":
            return super().get_driver_class()
        from tui.terminal.driver import SteadyDriver

        return SteadyDriver

    def repaint(self) -> None:
        """Draw everything again, whatever the terminal may show."""
        self.forget_terminal()
        self.refresh(layout=True)

    def ask_whether_drawn(self) -> bool:
        """Have the terminal answer, with an `events.CursorPosition`, when it has drawn all that was sent.

        False if there is no terminal that could.
        """
        if self._driver is None or self.is_headless:
            return False
        self._driver.write(WHERE_IS_THE_CURSOR)
        self._driver.flush()
        return True

    def forget_terminal(self) -> None:
        """Assume nothing about what the terminal shows: something else has drawn on it."""
        self._shadow = None

    def _on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self.repaint(), immediate=True)

    async def _on_resize(self, event: events.Resize) -> None:
        # A terminal moves or drops cells when it is resized, even if it has its old size again by now.
        self.forget_terminal()
        if self._size == event.size:
            self.call_later(self.repaint)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        frame = self._difference(renderable)
        if frame is None:
            super()._display(screen, renderable)
            return
        try:
            if frame and self._driver is not None:
                self._driver.write(f"{FRAME_START}{frame}{FRAME_END}" if self._sync_available else frame)
                self._driver.flush()
        finally:
            self.post_display_hook()

    def _difference(self, renderable: RenderableType | None) -> str | None:
        """Return what to write for a frame, or None if Textual has to draw it."""
        if renderable is None or not self.cell_diff:
            return None
        try:
            if self._batch_count:
                return None  # nothing is drawn now
            if self._can_compare(renderable):
                return self._encode(renderable)
        except Exception:  # noqa: BLE001 - whatever a later Textual changes, there must be a picture
            self.cell_diff = False
        self.forget_terminal()
        return None

    def _can_compare(self, renderable: RenderableType) -> bool:
        driver = self._driver
        return (
            type(renderable) in PAINTERS  # by exact type: a subclass may mean something else
            and self._running
            and not self._closed
            and driver is not None
            and not self.is_headless
            and not driver.is_inline
            and sys.platform != "win32"
        )

    def _encode(self, update: RenderableType) -> str:
        width, height = self.size
        shadow = self._shadow
        if shadow is None or (shadow.width, shadow.height) != (width, height):
            system = COLOR_SYSTEMS.get(self.console.color_system or "", ColorSystem.TRUECOLOR)
            shadow = self._shadow = Shadow(width, height, Palette(system), abilities_of())
        PAINTERS[type(update)](shadow, update)
        x, y = cursor = self.screen.outer_size.clamp_offset(self.cursor_position)
        if cursor != (0, 0) or self._previous_cursor_position != cursor:
            # A widget wants the cursor here: input methods open their window at it.
            shadow.encoder.move(y, x)
        self._previous_cursor_position = cursor
        return shadow.encoder.take()
