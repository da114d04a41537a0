"""An app whose every frame is drawn twice, by cell differences and by Textual itself, and compared."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pyte
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size

from tests.bench.vt.vt import PLAIN, Look, Row, seen
from tests.bench.vt.vt_stream import Terminal
from tui.terminal.celldiff import CellDiffApp

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.screen import Screen

#: Wrapping is off, as Textual's driver leaves it.
START = b"\x1b[?7l"


class RecordingDriver(Driver):
    """A driver that gives what is written to the app's `sent`."""

    def write(self, data: str) -> None:
        written = getattr(self._app, "written", None)
        if written is not None:
            written(data)

    def start_application_mode(self) -> None:
        size = Size(*(self._size or (80, 24)))
        asyncio.run_coroutine_threadsafe(
            self._app._post_message(events.Resize(size, size)), loop=asyncio.get_running_loop()
        )

    def disable_input(self) -> None: ...

    def stop_application_mode(self) -> None: ...


class Monitor:
    """Two emulators side by side, fed the same bytes: pyte, and the model of the benchmarks."""

    def __init__(self, columns: int, rows: int, *, with_pyte: bool = True) -> None:
        self.model = Terminal(columns, rows)
        self.pyte = pyte.Screen(columns, rows) if with_pyte else None
        self._stream = pyte.ByteStream(self.pyte) if self.pyte else None
        self.feed(START)

    def feed(self, data: bytes) -> None:
        self.model.feed(data)
        if self._stream:
            self._stream.feed(data)

    def cells(self) -> tuple[Row, ...]:
        """Return what is seen on the model."""
        return tuple(tuple(map(seen, row)) for row in self.model.snapshot())

    def pyte_cells(self) -> list[list[tuple[object, ...]]]:
        """Return what is seen on pyte."""
        return [] if self.pyte is None else pyte_cells(self.pyte)


def pyte_cells(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    return [_pyte_row(screen, y) for y in range(screen.lines)]


def _pyte_row(screen: pyte.Screen, y: int) -> list[tuple[object, ...]]:
    row: list[tuple[object, ...]] = []
    for x in range(screen.columns):
        char = screen.buffer[y][x]
        blank = char.data == " " and not (char.underscore or char.strikethrough or char.reverse)
        row.append((" ", char.bg) if blank else tuple(char))
    return row


def _same_on_pyte(ours: pyte.Screen, stock: pyte.Screen) -> bool:
    """Return whether the same is seen on both; rows that are the same to the last attribute need no look."""
    for y in range(ours.lines):
        mine, theirs = ours.buffer[y], stock.buffer[y]
        if (mine, mine.default) != (theirs, theirs.default) and _pyte_row(ours, y) != _pyte_row(stock, y):
            return False
    return True


def garbage(columns: int, rows: int) -> bytes:
    """Return bytes that fill a screen: a terminal may show anything after it was resized."""
    lines = ("\x1b[1;7;35m" + f"\x1b[{y + 1}H" + "#" * columns for y in range(rows))
    return ("".join(lines) + "\x1b[m").encode()


class TwinApp(CellDiffApp[None]):
    """Feeds each frame to two monitors and notes the frames after which they differ."""

    animation_level = "none"

    #: Without pyte, for what pyte doesn't know.
    with_pyte = True

    def __init__(self) -> None:
        super().__init__(driver_class=RecordingDriver)
        self.animation_level = "none"
        self.frames = 0
        self.sent = 0
        self.stock_sent = 0
        self.differences: list[str] = []
        self._new_monitors(80, 24)

    def _new_monitors(self, columns: int, rows: int) -> None:
        self.ours = Monitor(columns, rows, with_pyte=self.with_pyte)
        self.stock = Monitor(columns, rows, with_pyte=self.with_pyte)
        for monitor in (self.ours, self.stock):
            monitor.feed(garbage(columns, rows))

    def resized(self, columns: int, rows: int) -> None:
        """Give the terminal another size and content."""
        self._new_monitors(columns, rows)
        size = Size(columns, rows)
        self.post_message(events.Resize(size, size))

    def written(self, data: str) -> None:
        encoded = data.encode()
        self.sent += len(encoded)
        self.ours.feed(encoded)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        update: object = renderable
        drawn = self._running and not self._closed and not self._batch_count and self._driver is not None
        if drawn and isinstance(update, CompositorUpdate):
            data = update.render_segments(self.console).encode()
            self.stock.feed(data)
            self.stock_sent += len(data)
        super()._display(screen, renderable)
        if drawn and isinstance(update, CompositorUpdate):
            self.frames += 1
            size = self.ours.model.columns, self.ours.model.rows
            # A last frame for the size before goes astray, in another way each.
            if self.size == size and screen._compositor.size == size:
                self._compare()

    def _compare(self) -> None:
        for y, (mine, theirs) in enumerate(zip(self.ours.model.cells, self.stock.model.cells, strict=True)):
            if mine == theirs:  # not only to the eye
                continue
            ours, stock = [seen(cell) for cell in mine], [seen(cell) for cell in theirs]
            if ours != stock:
                x = next(x for x, pair in enumerate(zip(ours, stock, strict=True)) if pair[0] != pair[1])
                self.differences.append(f"frame {self.frames}, row {y}, column {x}: {ours[x]} for {stock[x]}")
        if self.ours.pyte and self.stock.pyte and not _same_on_pyte(self.ours.pyte, self.stock.pyte):
            self.differences.append(f"frame {self.frames}: pyte differs")
        # Whatever else writes next must not inherit colours.
        if self.ours.model.look != PLAIN:
            self.differences.append(f"frame {self.frames}: the pen was left at {self.ours.model.look}")


__all__ = ["App", "Look", "Monitor", "RecordingDriver", "TwinApp", "garbage", "pyte_cells"]
