"""What does the terminal of an app show, by the bytes that the app has sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual._compositor import LayoutUpdate
from textual.geometry import Size

from tests.bench.vt.vt import seen
from tests.bench.vt.vt_stream import Terminal
from tests.terminal.cells.twin import START, RecordingDriver, garbage
from tui.app import BackpropApp
from tui.terminal.celldiff import WHERE_IS_THE_CURSOR

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.screen import Screen

    from tests.bench.vt.vt import Cell


class ShownApp(BackpropApp):
    """The app on a terminal that is a model of cells; it answers when it is asked where its cursor is."""

    CSS_PATH = "../../tui/screens/stepping.tcss"  # from here
    terminal: Terminal

    def get_driver_class(self) -> type[Driver]:
        return RecordingDriver

    def has_terminal(self, columns: int, rows: int) -> None:
        """Have a new terminal, that shows anything."""
        self.terminal = Terminal(columns, rows)
        self.terminal.feed(START + garbage(columns, rows))

    def resized(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        self.has_terminal(columns, rows)
        size = Size(columns, rows)
        self.post_message(events.Resize(size, size))

    def written(self, data: str) -> None:
        self.terminal.feed(data.encode())
        if WHERE_IS_THE_CURSOR in data:
            self.post_message(events.CursorPosition(0, 0))


def cells_of(terminal: Terminal) -> list[list[Cell]]:
    """Return what is seen on a terminal."""
    return [[seen(cell) for cell in row] for row in terminal.cells]


def composed(app: ShownApp, screen: Screen[object]) -> list[list[Cell]]:
    """Return what a terminal shows that gets all of a screen at once."""
    compositor = screen._compositor
    # As `render_full_update`, which forgets what is still to be painted.
    chops = compositor._render_chops(compositor.size.region, lambda _: True)
    whole = LayoutUpdate([chop.values() for chop in chops], compositor.size.region)
    other = Terminal(app.terminal.columns, app.terminal.rows)
    other.feed(START + whole.render_segments(app.console).encode())
    return cells_of(other)


def first_difference(shown: list[list[Cell]], wanted: list[list[Cell]]) -> str:
    """Return where two pictures differ first, row by row; empty if they don't."""
    for y, (mine, theirs) in enumerate(zip(shown, wanted, strict=True)):
        if mine != theirs:
            x = next(x for x, pair in enumerate(zip(mine, theirs, strict=True)) if pair[0] != pair[1])
            one, other = ("".join(char for char, _ in row).rstrip() for row in (mine, theirs))
            return f"row {y}, column {x}: {mine[x]} for {theirs[x]}\n  shown  {one}\n  wanted {other}"
    return ""
