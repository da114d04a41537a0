"""A stand-in as busy as bp-tui: several line-API widgets full of numbers, half of which change with a step.

`--stock` draws it with Textual's own output, for comparison.
"""

from __future__ import annotations

import gc
import math
import sys
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.terminal.celldiff import CellDiffApp

if TYPE_CHECKING:
    from textual.app import ComposeResult

Run = tuple[str, str]

STYLES = {
    name: Style.parse(text)
    for name, text in {
        "name": "#87afd7 on #1c1c1c",
        "plus": "#87d787 on #1c1c1c",
        "minus": "#ff8787 on #1c1c1c",
        "dim": "#767676 on #1c1c1c",
        "here": "bold #1c1c1c on #ffd75f",
        "rule": "#5f87af on #262626",
        "plain": "#dadada on #1c1c1c",
    }.items()
}


def rows(step: int, width: int, height: int, seed: int) -> list[tuple[Run, ...]]:
    """Return the picture: rows of (text, style) runs, a pure function of the step and the size."""
    picture: list[tuple[Run, ...]] = []
    columns = max(1, width // 18)
    for y in range(height):
        if y % 8 == 0:
            picture.append((("── ", "rule"), (f"layer {seed}.{y // 8} ".ljust(width - 3, "─"), "rule")))
            continue
        runs: list[Run] = []
        for column in range(columns):
            cell = y * columns + column
            # A seventh of the numbers changes with each step; one is the step's own.
            version = (step + cell) // 7
            value = math.sin(cell * 1.7 + version * 0.9 + seed)
            here = cell == step % (height * columns)
            style = "here" if here else "plus" if value >= 0 else "minus"
            runs += [("▶" if here else " ", "plain"), (f"w{cell % 10}", "name"), (f" {value:+.4f} ", style)]
            runs.append(("─" * (1 + cell % 5), "dim"))
            runs.append((" " * (6 - cell % 5 - 1), "plain"))
        text = sum(len(run) for run, _ in runs)
        runs.append((" " * max(0, width - text), "plain"))
        picture.append(tuple(runs))
    return picture


class Pane(Widget):
    """A rectangle of the picture; repaints the part of each row that changed."""

    DEFAULT_CSS = "Pane { width: 1fr; height: 1fr; }"

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed
        self._step = 0
        self._rows: list[tuple[Run, ...]] = []

    def show(self, step: int) -> None:
        """Draw another step."""
        self._step = step
        old, self._rows = self._rows, rows(step, *self.size, self._seed)
        width = self.size.width
        changed = [
            Region(0, y, width, 1) for y, row in enumerate(self._rows) if y >= len(old) or row != old[y]
        ]
        if changed:
            self.refresh(*changed)

    def on_resize(self) -> None:
        """Draw the step again at the new size."""
        self.show(self._step)

    def render_line(self, y: int) -> Strip:
        """Cut a row out of the picture."""
        width = self.size.width
        if y >= len(self._rows):
            return Strip.blank(width, STYLES["plain"])
        segments = [Segment(text, STYLES[style]) for text, style in self._rows[y]]
        return Strip(segments, sum(len(text) for text, _ in self._rows[y])).crop(0, width)


class DemoApp(CellDiffApp[None]):
    """Four panes, three keys; a key only moves a number, one pending call draws."""

    CSS = "Screen { layout: grid; grid-size: 2 2; }"
    BINDINGS = [("n", "move(1)", "next"), ("p", "move(-1)", "back"), ("q", "quit", "quit")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self._step = 0
        self._pending = False

    def compose(self) -> ComposeResult:
        """Compose the panes."""
        yield from (Pane(seed) for seed in range(4))

    def on_ready(self) -> None:
        """Keep the collector away from what start-up made."""
        gc.collect()
        gc.freeze()

    def action_move(self, by: int) -> None:
        """Move, and draw once however many keys have come."""
        self._step += by
        if not self._pending:
            self._pending = True
            self.call_later(self._draw)

    def _draw(self) -> None:
        self._pending = False
        for pane in self.screen.query(Pane):
            pane.show(self._step)


if __name__ == "__main__":
    DemoApp.cell_diff = "--stock" not in sys.argv
    DemoApp().run()
