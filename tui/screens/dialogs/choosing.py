"""Which entry of a list? Each has a headline and sentences below it; Enter chooses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.draw.kit.wide import wrapped
from tui.screens.dialogs.width import AROUND_LIST, WIDTH
from tui.screens.lists import PagedList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Resize

_INDENT = 2


class Entry(NamedTuple):
    """An entry: what it is, and what is told of it."""

    headline: str
    lines: tuple[str, ...] = ()


class ChooseScreen(ModalScreen[int | None]):
    """Lists entries; the place of the chosen one is the answer, Escape gives up."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q", "dismiss(None)", "stay here"),
        ("j,n", "down", "down"),
        ("k,p", "up", "up"),
    ]

    def __init__(self, question: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._question = question
        self._entries = entries
        self._width = WIDTH

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Vertical(classes="dialog mistakes"):
            yield Static(Content(self._question))
            yield PagedList(*self._options(), markup=False)

    def on_mount(self) -> None:
        """Begin at the first."""
        names = self.query_one(OptionList)
        names.highlighted = 0
        names.focus()

    def on_resize(self, event: Resize) -> None:
        """Break the lines anew."""
        self._width = event.size.width
        names = self.query_one(OptionList)
        for place, entry in enumerate(self._entries):
            names.replace_option_prompt_at_index(place, self._prompt(entry))

    def list_anew(self, question: str, entries: Sequence[Entry]) -> None:
        """List other entries; who has chosen one that is still there stays at it."""
        names = self.query_one(OptionList)
        at = self._entries[names.highlighted or 0].headline
        self._question, self._entries = question, entries
        self.query_one(Static).update(Content(question))
        names.clear_options()
        names.add_options(self._options())
        heads = [entry.headline for entry in entries]
        names.highlighted = heads.index(at) if at in heads else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose it."""
        if self.is_active:  # Enter twice: the first one has closed it; or a palette is in front
            self.dismiss(event.option_index)

    def action_down(self) -> None:
        """Go down the list."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Go up the list."""
        self.query_one(OptionList).action_cursor_up()

    def _options(self) -> list[Option]:
        return [Option(self._prompt(entry)) for entry in self._entries]

    def _prompt(self, entry: Entry) -> Content:
        """Return an entry as lines, its headline in bold."""
        room = max(_INDENT + 2, min(self._width, WIDTH) - AROUND_LIST)
        head = list(wrapped(entry.headline, room))
        below = [" " * _INDENT + line for text in entry.lines for line in wrapped(text, room - _INDENT)]
        text = "\n".join([*head, *below])
        return Content(text).stylize("bold", 0, len("\n".join(head)))
