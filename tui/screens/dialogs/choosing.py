"""Which entry of a list? Each has a headline and sentences below it; Enter chooses one.

Of the chosen one only the headline is marked: a slab of colour behind sentences makes them hard to read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets.option_list import Option

from tui.draw.kit.wide import wrapped
from tui.screens.dialogs.box import AROUND, Box
from tui.screens.dialogs.width import AROUND_LIST, WIDTH
from tui.screens.lists import PagedList, write_anew

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Resize
    from textual.widgets import OptionList

_CHOSEN, _OTHER = "▸ ", "  "


class Entry(NamedTuple):
    """An entry: what it is, and what is told of it; whether it leads anywhere."""

    headline: str
    lines: tuple[str, ...] = ()
    leads: bool = True


class ChooseScreen(ModalScreen[int | None]):
    """Lists entries; the place of the chosen one is the answer, Escape gives up."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "dismiss(None)", "stay here"),
        ("j,n", "down", "down"),
        ("k,p", "up", "up"),
    ]

    def __init__(self, title: str, question: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._names = PagedList(markup=False)
        self._box = Box(title, _keys(entries), question, self._names, classes="list")
        self._entries = entries
        self._width = WIDTH

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        yield self._box

    def on_mount(self) -> None:
        """Begin at the first."""
        self._width = self.app.size.width  # a list is as high as lines of another width once were
        self._list(0)
        self._names.focus()

    def on_resize(self, event: Resize) -> None:
        """Break the lines anew."""
        self._width = event.size.width
        self._write()

    def list_anew(self, question: str, entries: Sequence[Entry]) -> None:
        """List other entries; who has chosen one that is still there stays at it."""
        at = self._entries[self._names.highlighted or 0].headline
        self._entries = entries
        self._box.tell(question)
        self._box.name_keys(_keys(entries))
        heads = [entry.headline for entry in entries]
        self._list(heads.index(at) if at in heads else 0)

    def on_option_list_option_highlighted(self) -> None:
        """Mark it instead of the one before."""
        self._write()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose it."""
        if self.is_active:  # Enter twice: the first one has closed it; or a palette is in front
            self.dismiss(event.option_index)

    def action_down(self) -> None:
        """Go down the list."""
        self._names.action_cursor_down()

    def action_up(self) -> None:
        """Go up the list."""
        self._names.action_cursor_up()

    def _list(self, chosen: int) -> None:
        self._names.clear_options()
        for entry in self._entries:
            self._names.add_options(([] if entry.leads else [None]) + [Option(self._prompt(entry))])
        self._names.highlighted = chosen
        self._write()

    def _write(self) -> None:
        """Write anew what has changed in the list."""
        prompts = (
            self._prompt(entry, chosen=place == self._names.highlighted)
            for place, entry in enumerate(self._entries)
        )
        self._box.fit(write_anew(self._names, prompts) + AROUND_LIST - AROUND)

    def _prompt(self, entry: Entry, *, chosen: bool = False) -> Content:
        """Return an entry as lines; its headline, if it leads anywhere, in bold."""
        room = max(len(_OTHER) + 2, min(self._width, WIDTH) - AROUND_LIST) - len(_OTHER)
        head = [
            (_OTHER if place or not chosen else _CHOSEN) + line
            for place, line in enumerate(wrapped(entry.headline, room))
        ]
        below = [_OTHER + line for text in entry.lines for line in wrapped(text, room)]
        content = Content("\n".join([*head, *below]))
        if not entry.leads:
            return content
        style = "$block-cursor-foreground on $block-cursor-background bold" if chosen else "bold"
        return content.stylize(style, 0, len("\n".join(head)))


def _keys(entries: Sequence[Entry]) -> str:
    """Return what the keys do: where no entry leads anywhere, there is nothing to choose."""
    leads = any(entry.leads for entry in entries)
    return "↓ ↑ choose · enter goes there · esc stays" if leads else "↓ ↑ read · esc closes"
