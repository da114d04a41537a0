"""How is a dialog set off? By a box as wide as what it says, its title above and its keys below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui.draw.kit.wide import cells, wrapped

if TYPE_CHECKING:
    from textual.widget import Widget

AROUND = 4
"""Cells of a line that the frame and the blanks beside the text take."""

_CORNERS = 6  # cells of the frame beside a text in it
_LONGEST = 80 - AROUND  # cells of a line of what is said
_LEAST = 44  # cells, so that what is typed or answered has room
_SLIVER = 12  # cells of the screen that would stick out beside a dialog: it is as wide as the screen


class Box(Vertical):
    """A dialog: what is `told` in it, and below that the widgets of whoever asks; `keys` say what they do."""

    def __init__(self, title: str, keys: str, told: str, *below: Widget, classes: str = "") -> None:
        self._told = Static(id="told")
        super().__init__(self._told, *below, classes=f"dialog {classes}")
        # Not as texts, of which Textual would read what stands in brackets as markup.
        self.border_title = Content(title)
        self._keys = keys
        self._least = max(_LEAST, cells(title) + _CORNERS, cells(keys) + _CORNERS)
        self.tell(told)

    def on_mount(self) -> None:
        """Measure again what stands beside it."""
        self.fit(self._widest)

    def on_resize(self) -> None:
        """Say the keys again: there may be room for more of them, or less."""
        self.fit(self._widest)
        self.name_keys(self._keys)

    def name_keys(self, keys: str) -> None:
        """Say what the keys do, the last of them where there is no room for all."""
        self._keys = keys
        self.border_subtitle = Content(last_of(keys, self.size.width + AROUND))

    def tell(self, told: str) -> None:
        """Say something else."""
        # The widget breaks its lines: it knows how wide the box is in a narrow window.
        self._told.update(Content(told))
        self._told.display = bool(told)
        lines = [line for text in told.split("\n") for line in _broken(text)]
        self._least = max(self._least, AROUND + max(map(cells, lines)))
        self.fit(0)

    def fit(self, widest: int) -> None:
        """Have room for so many cells of a line, beside what is told."""
        self._widest = widest
        width = max(self._least, AROUND + widest)
        whole = self.is_attached and width < self.app.size.width < width + _SLIVER
        self.styles.width = "100%" if whole else width


def last_of(keys: str, width: int) -> str:
    """Return as many of the keys of a dialog as fit into its border: always the last, which leaves."""
    while " · " in keys and cells(keys) + _CORNERS > width:
        keys = keys.partition(" · ")[2]
    return keys


def _broken(text: str) -> tuple[str, ...]:
    return (text,) if cells(text) <= _LONGEST else wrapped(text, _LONGEST)
