"""Which scenario shall be opened?"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from engine.read import ScenarioError
from engine.scenario import Scenario
from tui.screens.lists import PagedList
from tui.screens.stepping import SteppingScreen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from engine.catalog import Entry, Shelf


class PickerScreen(Screen[Scenario | None]):
    """Lists the scenarios of a shelf, says what each is about, and takes the path of a file.

    The list begins at the scenario that is `opened`, if it is one of them.
    """

    CSS_PATH = "picker.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "step_back", "back"),
        ("q", "leave", "back"),
        ("slash", "type", "a file"),
        ("j,n", "down", "down"),
        ("k,p", "up", "up"),
        ("space", "turn", "more"),
    ]

    def __init__(self, shelf: Shelf, opened: Scenario | None = None) -> None:
        super().__init__()
        self._shelf = shelf
        self._entries = shelf.entries()
        self._first = 0 if opened is None else _place(shelf, self._entries, opened)

    def compose(self) -> ComposeResult:
        """Make the list, the description and the line for a path."""
        yield Static(Content("bp-tui: which scenario?"), id="head")
        width = max((len(entry.label) for entry in self._entries), default=0)
        yield PagedList(
            *(
                Option(Content(f"{entry.label:<{width}}  {entry.title}"), id=entry.name)
                for entry in self._entries
            ),
            id="names",
            markup=False,
        )
        # Without the focus, so that ↓ and ↑ stay with the list; space turns the page.
        with VerticalScroll(id="description", can_focus=False):
            yield Static("", id="about")
        yield Input(id="path", compact=True)
        yield Static("", id="complaint")
        yield Static("", id="keys")

    def on_mount(self) -> None:
        """Begin in the list, at the scenario that is open."""
        names = self.query_one(OptionList)
        names.highlighted = self._first if self._entries else None
        names.focus()

    def on_descendant_focus(self) -> None:
        """Say what the keys do now: in the line for a path they are letters of it."""
        path, typing = self.query_one(Input), self.query_one(Input).has_focus
        what = "name of a scenario" if self._shelf.closed else "path of a scenario file"
        path.placeholder = f"type the {what} here" if typing else f"/ and the {what}"
        keys = f"↑ ↓ choose   Enter open   space more about it   / type a {what.split()[0]}   q back"
        if typing:
            keys = f"typing a {what.split()[0]}: Enter opens it   Escape back to the list"
        self.query_one("#keys", Static).update(Content(f" {keys}"))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what the scenario is about."""
        entry = self._entries[event.option_index]
        try:
            about = flowing(self._shelf.load(entry.path).about)
        except ScenarioError as error:
            about = str(error)
        self.query_one("#about", Static).update(Content(about))
        self.query_one("#description").scroll_home(animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a shipped scenario."""
        self._open(self._entries[event.option_index].path)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the file at a path."""
        if not event.value.strip():
            self._say("Nothing is typed yet: Escape goes back to the list.")
            return
        try:
            path = self._shelf.find(os.path.expanduser(event.value.strip()))  # noqa: PTH111 (never raises)
        except ScenarioError as error:
            self._say(str(error))
        else:
            self._open(path)

    def _open(self, path: Path) -> None:
        if not self.is_active:  # Enter twice: the first one has opened a scenario; or a palette is in front
            return
        try:
            scenario = self._shelf.load(path)
        except ScenarioError as error:
            self._say(str(error))
        else:
            self.dismiss(scenario)

    def _say(self, sentence: str) -> None:
        self.query_one("#complaint", Static).update(Content(sentence))

    def action_type(self) -> None:
        """Go to the line for a path."""
        self.query_one(Input).focus()

    def action_turn(self) -> None:
        """Show what of the description is below, then its beginning again."""
        page = self.query_one("#description", VerticalScroll)
        if page.scroll_y >= page.max_scroll_y:
            page.scroll_to(y=0, animate=False, immediate=True)
        else:
            page.scroll_to(y=page.scroll_y + page.size.height - 1, animate=False, immediate=True)

    def action_down(self) -> None:
        """Go down the list."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Go up the list."""
        self.query_one(OptionList).action_cursor_up()

    def action_step_back(self) -> None:
        """Go back, but don't leave the app: a slow line sends an arrow as Escape, `[` and a letter."""
        if self.query_one(Input).has_focus or isinstance(self.app.screen_stack[-2], SteppingScreen):
            self.action_leave()
        else:
            self._say("q leaves.")

    def action_leave(self) -> None:
        """Back to the list from the path; from the list to where we came from."""
        if self.query_one(Input).has_focus:
            self._say("")
            self.query_one(OptionList).focus()
        else:
            self.dismiss(None)


def _place(shelf: Shelf, entries: Sequence[Entry], opened: Scenario) -> int:
    """Return where in the list the open scenario stands; the first one if it doesn't."""
    places = [place for place, entry in enumerate(entries) if entry.title == opened.title]
    if len(places) > 1:  # of one title: the runs tell them apart
        from tui.following.shared import name_of

        name = name_of(shelf, opened, opened.training.order)
        places = [place for place in places if entries[place].name == name] or places
    return places[0] if places else 0


def flowing(text: str) -> str:
    """Return a text whose paragraphs are broken where the screen ends, not where the file's lines do.

    Paragraphs are parted by an empty line; a line that is indented stands for itself.
    """
    paragraphs: list[str] = []
    for paragraph in text.split("\n\n"):
        lines: list[str] = []
        for line in paragraph.splitlines():
            if lines and not line.startswith(" "):
                lines[-1] += f" {line}"
            else:
                lines.append(line)
        paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)
