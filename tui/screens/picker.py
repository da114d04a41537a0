"""Which scenario shall be opened?"""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from engine.read import ScenarioError
from engine.scenario import Scenario
from tui.draw.kit.numbers import counted
from tui.draw.kit.wide import cells, shortened
from tui.draw.small_net import small_net
from tui.palette import palette
from tui.screens.lists import PagedList
from tui.screens.stepping import SteppingScreen
from tui.walking.done import Done

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Resize

    from engine.catalog import Entry, Shelf

_DONE = 12  # cells for what has been done of a lesson
_AROUND = 8  # cells of a line of the list that are not the entry's
_LEAST_WIDTH, _LEAST_HEIGHT = 20, 6
_LEAST_NAMES, _MOST_NAMES = 4, 24
_NET_WIDTH, _NET_HEIGHT = 30, 5


class PickerScreen(Screen[Scenario | None]):
    """Lists the lessons and the scenarios of a shelf, says what each is about, and takes the path of a file.

    The list begins at the scenario that is `opened`, if it is one of them. What is typed filters it. `done`
    says how far each lesson has been read.
    """

    CSS_PATH = "picker.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "step_back", "back"),
        ("q", "leave", "back"),
        ("slash", "type", "filter"),
        ("j,n,down", "down", "down"),
        ("k,p,up", "up", "up"),
        ("space", "turn", "more"),
        ("tab", "other", "the other list"),
    ]

    def __init__(self, shelf: Shelf, opened: Scenario | None = None, done: Done | None = None) -> None:
        super().__init__()
        self._shelf = shelf
        self._done = done or Done()
        self.path: Path | None = None  # what was opened
        self._entries = shelf.entries()
        self._shown = self._entries
        self._texts: dict[str, str] = {}  # what the words that are typed are looked for in
        self._first = 0 if opened is None else _place(shelf, self._entries, opened)

    def compose(self) -> ComposeResult:
        """Make the list, the description and the line for a word or a path."""
        yield Static(Content(""), id="head")
        yield PagedList(id="names", markup=False)
        with Horizontal(id="preview"):
            # Without the focus, so that ↓ and ↑ stay with the list; space turns the page.
            with VerticalScroll(id="description", can_focus=False):
                yield Static("", id="about")
            yield Static("", id="net")
        yield Input(id="path", compact=True)
        yield Static("", id="complaint")
        yield Static("", id="keys")

    def on_mount(self) -> None:
        """Begin in the list, at the scenario that is open."""
        self._list(self._first)
        self.query_one(OptionList).focus()
        if not self._entries:
            self._say(f"No scenario lies in {self._shelf.folder}: type / and the path of a file, or q.")

    def on_resize(self, event: Resize) -> None:
        """Cut the lines anew, unless nothing can be read."""
        if event.size.width < _LEAST_WIDTH or event.size.height < _LEAST_HEIGHT:
            return
        self.set_class(event.size.width < _NET_WIDTH + 48, "-narrow")
        self.on_descendant_focus()
        self._list(self.query_one(OptionList).highlighted or 0)

    def on_descendant_focus(self) -> None:
        """Say what the keys do now: in the line for a word or a path they are letters of it."""
        path, typing = self.query_one(Input), self.query_one(Input).has_focus
        what = "name of a scenario" if self._shelf.closed else "path of a scenario file"
        path.placeholder = (
            f"type a word, or type the {what} here" if typing else f"/ and a word, or / and the {what}"
        )
        word = f"word or {what.split()[0]}"
        ways = [f"↑ ↓ choose   Enter open   tab other list   space more   / {word}   q back"]
        ways.append(f"↑ ↓ choose   Enter open   / {word}   q back")
        if typing:
            ways = [f"typing a {word}: Enter opens it   ↑ ↓ choose   Escape back to the list"]
            ways.append("Enter opens   Escape back to the list")
        keys = next((keys for keys in ways if cells(keys) < self.app.size.width - 1), ways[-1])
        self.query_one("#keys", Static).update(Content(f" {keys}"))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what the scenario is about, and show its network."""
        entry = self._shown[event.option_index]
        network: Text | str = ""
        try:
            scenario = self._shelf.load(entry.path)
            about, network = flowing(scenario.about), self._drawn(scenario, entry)
        except ScenarioError as error:
            about = str(error)
        if cells(entry.title) > self._room_for_title:
            about = f"{entry.title}\n\n{about}"
        self.query_one("#about", Static).update(Content(about))
        self.query_one("#net", Static).update(network)
        self.query_one("#description").scroll_home(animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a shipped scenario."""
        self._open(self._shown[event.option_index].path)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Leave only what has the words that are typed; of a path, all."""
        words = event.value.lower().split()
        found = tuple(entry for entry in self._entries if all(word in self._words(entry) for word in words))
        before, self._shown = self._shown, found or self._entries
        if self._shown != before:
            self._list(0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the file at a path, or what the words have left."""
        typed = event.value.strip()
        if not typed:
            self._say("Nothing is typed yet: Escape goes back to the list.")
            return
        try:
            path = self._shelf.find(os.path.expanduser(typed))  # noqa: PTH111 (never raises)
        except ScenarioError as error:
            chosen = self.query_one(OptionList).highlighted
            if self._shown == self._entries or chosen is None:
                self._say(str(error))
                return
            path = self._shown[chosen].path
        self._open(path)

    def _words(self, entry: Entry) -> str:
        if entry.name not in self._texts:
            try:
                about = self._shelf.load(entry.path).about
            except ScenarioError:
                about = ""
            self._texts[entry.name] = f"{entry.label} {entry.title} {about}".lower()
        return self._texts[entry.name]

    @property
    def _name_width(self) -> int:
        longest = max((cells(entry.label) for entry in self._entries), default=0)
        return max(_LEAST_NAMES, min(_MOST_NAMES, longest))

    @property
    def _room_for_title(self) -> int:
        return max(2, self.app.size.width - self._name_width - 2 - _DONE - _AROUND)

    def _list(self, chosen: int) -> None:
        """List what is left, the lessons before the scenarios."""
        names = self.query_one(OptionList)
        names.clear_options()
        names.add_options(self._options())
        names.highlighted = min(chosen, len(self._shown) - 1) if self._shown else None
        lessons = sum(entry.lesson > 0 for entry in self._entries)
        many = f"{counted(lessons, 'lesson')} · {counted(len(self._entries) - lessons, 'scenario')}"
        head = "bp-tui: which scenario?"
        gap = self.app.size.width - 2 - len(head) - len(many)
        text = f"{head}{' ' * gap}{many}" if gap > 1 else head
        self.query_one("#head", Static).update(Content(text))

    def _options(self) -> Iterator[Option | None]:
        for place, entry in enumerate(self._shown):
            if place and bool(entry.lesson) != bool(self._shown[place - 1].lesson):
                yield None  # a line between the lessons and the scenarios
            name, title = shortened(entry.label, self._name_width), entry.title
            if cells(title) > self._room_for_title:  # the whole title stands beside what it is about
                title = shortened(title.partition(":")[0], self._room_for_title)
            line = f"{name}{' ' * (self._name_width - cells(name))}  {title}"
            reached = self._done.of(entry.name) if entry.lesson else None
            if reached is not None:
                line += reached.words.rjust(self._room_for_title - cells(title) + _DONE)
            yield Option(Content(line), id=entry.name)

    def _open(self, path: Path) -> None:
        if not self.is_active:  # Enter twice: the first one has opened a scenario; or a palette is in front
            return
        try:
            scenario = self._shelf.load(path)
        except ScenarioError as error:
            # What the description says of the chosen file is not said twice.
            chosen = self.query_one(OptionList).highlighted
            told = chosen is not None and self._shown[chosen].path == path
            self._say("It can't be opened: what is wrong stands above." if told else str(error))
        else:
            self.path = path
            self.dismiss(scenario)

    def _say(self, sentence: str) -> None:
        self.query_one("#complaint", Static).update(Content(sentence))

    def action_type(self) -> None:
        """Go to the line for a word or a path."""
        self.query_one(Input).focus()

    def action_turn(self) -> None:
        """Show what of the description is below, then its beginning again."""
        page = self.query_one("#description", VerticalScroll)
        if page.scroll_y >= page.max_scroll_y:
            page.scroll_to(y=0, animate=False, immediate=True)
        else:
            page.scroll_to(y=page.scroll_y + page.size.height - 1, animate=False, immediate=True)

    def action_other(self) -> None:
        """Go from the lessons to the scenarios, and back."""
        names = self.query_one(OptionList)
        if names.highlighted is None:
            return
        here = bool(self._shown[names.highlighted].lesson)
        others = [place for place, entry in enumerate(self._shown) if bool(entry.lesson) != here]
        if others:
            names.highlighted = others[0]

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
        """Back to the whole list from the words or the path; from the list to where we came from."""
        if self.query_one(Input).has_focus:
            self._say("")
            self.query_one(Input).value = ""
            self.query_one(OptionList).focus()
        else:
            self.dismiss(None)

    def _drawn(self, scenario: Scenario, entry: Entry) -> Text:
        """Return a drawing of the network in the colours of the theme; and what is around a lesson."""
        styles = palette(self.app.theme_variables, "background")
        rows = small_net(scenario.network, _NET_WIDTH, _NET_HEIGHT)
        place = self._entries.index(entry)
        for word, at in (("before ", place - 1), ("next   ", place + 1)):
            if entry.lesson and 0 <= at < len(self._entries) and self._entries[at].lesson:
                rows.append(
                    ((word, "dim"), (shortened(self._entries[at].headline, _NET_WIDTH - len(word)), ""))
                )
        return Text("\n").join(
            Text.assemble(*((text, styles[str(style)]) for text, style in row)) for row in rows
        )


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
