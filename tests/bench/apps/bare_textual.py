"""The smallest Textual app that changes one line per key: what any Textual app must cost.

`--numpy` imports numpy first, as every program that computes has to at some time.
"""

from __future__ import annotations

import sys

if "--numpy" in sys.argv:
    import numpy as np  # noqa: F401 - the import is what is measured

from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget


class Line(Widget):
    """A line that says how many keys were pressed."""

    count = 0

    def render_line(self, y: int) -> Strip:
        """Draw one row: the first has the text, the rest are blank."""
        text = f"step {self.count}  value {self.count * 0.12345:.4f}" if y == 0 else ""
        return Strip([Segment(text.ljust(self.size.width), Style(bgcolor="#202020", color="#e0e0e0"))])


class BareApp(App[None]):
    """One line, three keys."""

    BINDINGS = [("n", "move(1)", "next"), ("p", "move(-1)", "back"), ("q", "quit", "quit")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        """Compose the line."""
        yield Line()

    def action_move(self, by: int) -> None:
        """Change the number and repaint it."""
        line = self.query_one(Line)
        line.count += by
        line.refresh()


if __name__ == "__main__":
    BareApp().run()
