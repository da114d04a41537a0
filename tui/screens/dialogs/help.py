"""What does this screen show, which keys does it have, and what can all keys do?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from engine.words.letters import LETTERS
from tui.draw.kit.wide import wrapped
from tui.draw.legend.legend import legend
from tui.draw.legend.signs import SIGNS
from tui.keys import KEYS, keys_of
from tui.palette import Palette
from tui.screens.dialogs.box import last_of
from tui.screens.dialogs.help_page import Line, lines_of_keys, part
from tui.screens.dialogs.width import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Resize

    from tui.draw.kit.rows import Row
    from tui.keys import KeyTable

SYMBOLS = tuple(sign.of(sign.example) for sign in (*LETTERS, *SIGNS))
"""The symbols of all screens, in the order in which they appear."""

_KEYS = "tab next part · ↓ ↑ scroll · esc closes"
_AROUND = 6
"""Cells of a line of the page that its frame, the blanks beside it and the scroll bar take."""
_LEAST = 15  # cells of a line


class HelpScreen(ModalScreen[None]):
    """What the rows of the screen below show, the keys of its view, and all `keys` and symbols.

    Any of the usual keys closes it, tab leads to its next part. `sentence` says what the step does.
    """

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,question_mark,q,f1,enter", "dismiss(None)", "close"),
        ("down,j", "scroll('down')", "down"),
        ("up,k", "scroll('up')", "up"),
        ("pagedown,space", "scroll('page down')", "page down"),
        ("pageup", "scroll('page up')", "page up"),
        ("tab", "part(1)", "next part"),
        ("shift+tab", "part(-1)", "part before"),
    ]

    def __init__(self, rows: Sequence[Row], sentence: str, view: str, keys: KeyTable = KEYS) -> None:
        super().__init__()
        self._key_table = keys
        self._legend = legend(rows)
        self._sentence = sentence
        self._view = view
        self._parts: list[int] = []  # the line at which each begins
        self._width = 0  # of the screen that the page is for

    def compose(self) -> ComposeResult:
        """Make the page."""
        self._width = self.app.size.width
        # Without the focus, so that ↓ and ↑ are this screen's: a held key scrolls a line each time.
        with VerticalScroll(classes="dialog help", can_focus=False) as page:
            page.border_title = Content("help")
            page.border_subtitle = Content(last_of(_KEYS, self._width))
            yield Static(self._page(self._width))

    def on_resize(self, event: Resize) -> None:
        """Break the lines anew."""
        if event.size.width != self._width:
            self._width = event.size.width
            self.call_after_refresh(self._write, self._width)

    def action_scroll(self, way: str) -> None:
        """Scroll by a line or by a page."""
        page = self.query_one(VerticalScroll)
        lines = page.size.height - 1 if way.startswith("page") else 1
        self._turn_to(page.scroll_y + (lines if way.endswith("down") else -lines))

    def action_part(self, by: int) -> None:
        """Scroll to where the next part begins, or the one before."""
        now = self.query_one(VerticalScroll).scroll_y
        ways = [line for line in self._parts if (line > now if by > 0 else line < now)]
        if ways:
            self._turn_to(ways[0] if by > 0 else ways[-1])

    def _turn_to(self, line: float) -> None:
        self.query_one(VerticalScroll).scroll_to(y=line, animate=False, immediate=True)

    def _write(self, width: int) -> None:
        self.query_one(VerticalScroll).border_subtitle = Content(last_of(_KEYS, width))
        self.query_one(Static).update(self._page(width))

    def _page(self, width: int) -> Text:
        """Return the page for a screen of a width."""
        width = max(_LEAST, min(width, WIDTH) - _AROUND)
        styles = Palette(self.app.theme_variables, "surface")
        shown = [Line(entry.shown, entry.style, entry.meaning) for entry in self._legend]
        said: list[Row] = [((line, "words"),) for line in wrapped(self._sentence, width)]
        own = keys_of(self._view, self._key_table)
        others = tuple(key for key in self._key_table if key not in own)
        parts = [
            [*part("what this screen shows", shown, width), *said],
            part("its keys", lines_of_keys(own), width),
            part("all other keys", lines_of_keys(others, grouped=True), width),
            part("symbols", [Line(shown, "strong", meaning) for shown, meaning in SYMBOLS], width),
        ]
        rows: list[Row] = []
        self._parts = []
        for one in parts:
            self._parts.append(len(rows))
            rows += [*one, ()]
        return Text("\n").join(
            Text.assemble(*((text, styles[style]) for text, style in row)) for row in rows[:-1]
        )
