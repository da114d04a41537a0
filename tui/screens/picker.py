"""Which scenario shall be opened?"""

from __future__ import annotations

import os.path
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.actions import SkipAction
from textual.binding import Binding
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from engine.read import ScenarioError
from engine.scenario import Scenario
from tui.draw.kit.numbers import counted
from tui.draw.kit.rows import length, rule
from tui.draw.kit.wide import shortened
from tui.draw.small_net import small_net
from tui.meanwhile.reader import Reader, tried
from tui.palette import Palette
from tui.screens.dialogs.typed_line import TypedLine
from tui.screens.lists import PagedList
from tui.screens.picker_columns import Columns
from tui.screens.stepping import SteppingScreen
from tui.walking.done import Done

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Resize
    from textual.geometry import Size

    from engine.catalog import Entry, Shelf
    from tui.draw.kit.rows import Row

_LEAST_WIDTH, _LEAST_HEIGHT = 20, 6
_LISTS, _PREVIEW = 38, 37  # cells of the lists and of the preview at least, where they stand side by side
_LEAST_WITH_BOTH = 16  # rows in which there are some for the preview, too, where it stands below the lists
_NET_HEIGHT = 5
_LEAST_LINES = 3  # of the list that is not in use
_ABOUT, _WORDS, _OPEN = "about", "words", "open"  # what is being read, and for what
_FIRST_WAIT = 2.0  # seconds that the first screen waits for a file
_HELP = (
    "↑ ↓ choose a lesson or a scenario, Enter opens it, tab goes to the other list; space shows more of the "
    "text beside it. / takes a word to look for, or a path. In a scenario ? explains the screen."
)
_ABOVE = 8  # rows that are not the lists': head, filter, headings, complaint, keys and blanks


class _Names(PagedList):
    """One of the lists: at its ends ↓ and ↑ lead on to the other."""

    def action_cursor_down(self) -> None:
        """Go down the lists."""
        if isinstance(self.screen, PickerScreen):
            self.screen.action_down()

    def action_cursor_up(self) -> None:
        """Go up the lists."""
        if isinstance(self.screen, PickerScreen):
            self.screen.action_up()


class _Preview(Vertical):
    """What is said of a scenario, and directly below its network, which is always in sight."""

    def on_resize(self) -> None:
        """Leave the network its rows."""
        self.share_out()

    def share_out(self) -> None:
        """Leave the rest of the rows to what is said."""
        below = self.query_one("#net", Static)
        taken = 1 + str(below.content).count("\n") + 1 if below.content and below.display else 0
        self.query_one("#description").styles.max_height = max(1, self.size.height - taken)


class PickerScreen(Screen[Scenario | None]):
    """Lists the lessons and the scenarios of a shelf, says what each is about, and takes the path of a file.

    The list begins at the scenario that is `opened`, if it is one of them. What is typed filters it. `done`
    says how far each lesson has been read.
    """

    CSS_PATH = "picker.tcss"
    AUTO_FOCUS = "#lessons"  # not the line above it: what is typed at once is for the list
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "step_back", "back"),
        ("q", "leave", "back"),
        ("question_mark,f1", "help", "help"),
        Binding("slash", "type", "filter", priority=True),  # what follows at once is for the line already
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
        self._in_lessons = True  # which of the lists is in use
        self._reader = Reader()
        self._opened_at: int | None = None  # what was chosen when something was to be opened
        self._wait: float | None = _FIRST_WAIT  # seconds that the next description is waited for
        self._listed_for: Size | None = None
        self._lists_width = _LISTS

    def compose(self) -> ComposeResult:
        """Make the line for a word or a path, the lists, and beside them the preview."""
        yield Static(Content(""), id="head")
        line = TypedLine(self._entered)
        line.id = "path"
        yield line
        with Container(id="middle"):
            with Vertical(id="lists"):
                for name in ("lessons", "scenarios"):
                    yield Static("", id=f"{name}-head", classes="head")
                    yield _Names(id=name, markup=False)
            with _Preview(id="preview"):
                # Without the focus, so that ↓ and ↑ stay with the list; space turns the page.
                with VerticalScroll(id="description", can_focus=False):
                    yield Static("", id="about")
                yield Static("", id="net")
        yield Static("", id="complaint")
        yield Static("", id="keys")

    def on_mount(self) -> None:
        """Begin in the list, at the scenario that is open."""
        self._list(self._first)
        self.set_focus(self._names)
        if not self._entries:
            self.say(f"No scenario lies in {self._shelf.folder}: type / and the path of a file, or q.")

    def on_resize(self, event: Resize) -> None:
        """Cut the lines anew, unless nothing can be read."""
        too_small = event.size.width < _LEAST_WIDTH or event.size.height < _LEAST_HEIGHT
        self.set_class(too_small, "-tiny")
        if too_small:
            self._listed_for = None
            self.query_one("#head", Static).update(f"{_LEAST_WIDTH}x{_LEAST_HEIGHT} needed")
            return
        self.set_class(event.size.width < _LISTS + _PREVIEW, "-narrow")
        self.set_class(self._is_low, "-low")
        self.on_descendant_focus()
        if event.size != self._listed_for:
            self._list(self._chosen or 0)

    @property
    def _is_low(self) -> bool:
        """If there are no rows for the preview below the lists."""
        width, height = self.app.size
        return width < _LISTS + _PREVIEW and height < _LEAST_WITH_BOTH

    def on_descendant_focus(self) -> None:
        """Say what the keys do now: in the line for a word or a path they are letters of it."""
        path, typing = self.query_one(Input), self.query_one(Input).has_focus
        what = "name of a scenario" if self._shelf.closed else "path of a scenario file"
        path.placeholder = (
            f"type a word, or type the {what} here" if typing else f"/ and a word, or / and the {what}"
        )
        word = f"word or {what.split()[0]}"
        leave = ("q", "back" if self._leads_back else "quit")
        lists = (("↑ ↓", "choose"), ("enter", "open"))
        more = (("tab", "other list"), ("space", "more text"))
        ways: list[tuple[tuple[str, str], ...]]
        ways = [(*lists, *more, ("/", "filter"), leave), (*lists, ("/", "filter"), leave)]
        if typing:
            ways = [(("enter", f"opens the {word}"), ("↑ ↓", "choose"), ("esc", "back to the list"))]
            ways.append((("enter", "opens it"), ("esc", "back to the list")))
        rows = [tuple(run for way in one for run in _way(*way)) for one in ways]
        room = self.app.size.width + 2  # the blanks behind the last key need none
        self.query_one("#keys", Static).update(
            self._text([next((row for row in rows if length(row) <= room), rows[-1])], "surface")
        )

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what the scenario is about, and show its network."""
        if event.option_list is not self._names or (entry := self._entry_of(event.option)) is None:
            return
        if self._chosen != self._opened_at:  # else it tells of what Enter was ahead of
            self._reader.leave(_OPEN)
        self._reader.leave(_WORDS)  # goes on afterwards
        wait, self._wait = self._wait, None
        if not self._reader.read(
            _ABOUT, partial(self._read, entry.path), partial(self._describe, entry), wait
        ):
            self._describe(entry, None)

    def _describe(self, entry: Entry, found: Scenario | ScenarioError | None) -> None:
        """Say what is known of a scenario; None while it is being read."""
        network: Text | str = ""
        if isinstance(found, Scenario):
            about, network = flowing(found.about), self._drawn(found, entry)
        else:
            about = "This file is large: it is being read." if found is None else str(found)
        title = Content.styled(entry.title, "bold")
        self.query_one("#about", Static).update(title + Content(f"\n\n{about}"))
        self.query_one("#net", Static).update(network)
        self.query_one(_Preview).share_out()
        self.query_one("#description").scroll_home(animate=False)
        if found is not None and self.query_one(Input).value:
            self._read_words()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open a shipped scenario."""
        if (entry := self._entry_of(event.option)) is not None:
            self._open(entry.path)

    def _entry_of(self, option: Option) -> Entry | None:
        """Return what a line stands for; None if a word that was typed at once has taken it off the list."""
        return next((one for one in self._shown if one.name == option.id), None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Leave only what has the words that are typed; of a path, all."""
        if event.value:
            self._reader.leave(_OPEN)
        self._narrow(event.value)

    def _narrow(self, typed: str) -> None:
        if typed:
            self._read_words()
        self._filter(typed)

    def _read_words(self) -> None:
        """Have what words are looked for in read from the files that haven't been."""
        unread = [entry for entry in self._entries if entry.name not in self._texts]
        if unread and not self._reader.makes(_WORDS):
            self._reader.read(_WORDS, partial(self._read_texts, unread), self._have_words)

    def _have_words(self, _: None) -> None:
        self._filter(self.query_one(Input).value)

    def _filter(self, typed: str) -> None:
        words = typed.lower().split()
        found = tuple(entry for entry in self._entries if all(word in self._words(entry) for word in words))
        none = "No scenario has these words: all are listed."
        if self._reader.makes(_WORDS):
            none = "Nothing so far: large files are still being read."
        self.say("" if found or _is_path(typed) else none)
        before, chosen = self._shown, self._chosen
        self._shown = found or self._entries
        if self._shown == before:
            return
        if before == self._entries:  # where the list is again when nothing is typed any more
            self._first = chosen or 0
        self._list(self._first if self._shown == self._entries else self._called(words))

    def _called(self, words: Sequence[str]) -> int:
        """Return the place of the first that is called by some words; 0 where they only stand in a text."""
        called = (f"{entry.label} {entry.title}".lower() for entry in self._shown)
        return next((place for place, name in enumerate(called) if all(word in name for word in words)), 0)

    def _entered(self, line: str) -> None:
        """Open the file at a path, or what the words have left."""
        self._narrow(line)  # Enter may be ahead of what tells how the line was typed
        typed = line.strip()
        if not typed:
            self.say("Nothing is typed yet: Escape goes back to the list.")
            return
        try:
            path = self._shelf.find(os.path.expanduser(typed))  # noqa: PTH111 (never raises)
        except ScenarioError as error:
            chosen = self._chosen
            if self._shown == self._entries or chosen is None:
                self.say(str(error), wrong=True)
                return
            path = self._shown[chosen].path
        self._open(path)

    def _words(self, entry: Entry) -> str:
        return self._texts.get(entry.name) or f"{entry.label} {entry.title}".lower()

    # -- the files -----------------------------------------------------------------------------------------

    def _read(self, path: Path) -> Scenario | ScenarioError:
        return tried(partial(self._shelf.load, path))

    def _read_texts(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            found = self._read(entry.path)
            made_of: tuple[str, ...] = ()
            if isinstance(found, Scenario):
                kinds = (layer.activation for layer in found.network.layers)
                made_of = (found.about, *kinds, found.network.loss, found.training.optimizer)
            self._texts[entry.name] = " ".join((entry.label, entry.title, *made_of)).lower()

    def on_unmount(self) -> None:
        """Read nothing more."""
        self._reader.end()

    # -- the lists -----------------------------------------------------------------------------------------

    @property
    def _names(self) -> PagedList:
        """The list that is in use."""
        return self.query_one("#lessons" if self._in_lessons else "#scenarios", PagedList)

    @property
    def _chosen(self) -> int | None:
        """Which of all that is listed is chosen."""
        place = self._names.highlighted
        if place is None or not self._shown:
            return None
        return place if self._in_lessons else place + len(self._listed(lessons=True))

    def _listed(self, *, lessons: bool) -> list[Entry]:
        return [entry for entry in self._shown if bool(entry.lesson) == lessons]

    def _choose(self, place: int) -> None:
        """Choose one of all that is listed, in its list; the other list gives way to it."""
        place %= max(1, len(self._shown))
        lessons = len(self._listed(lessons=True))
        before = self._names
        self._in_lessons = place < lessons or not self._shown
        if self._names is not before:
            before.highlighted = None
            if before.has_focus:
                self.set_focus(self._names)  # at once: the next key may be there already
        self._names.highlighted = place - (0 if self._in_lessons else lessons) if self._shown else None
        self._share_out()

    def _share_out(self) -> None:
        """Give the list in use as many lines as it needs, and the other at least a few."""
        room = max(1, self.app.size.height - _ABOVE + 2 * self._is_low)
        few = min(_LEAST_LINES, room // 3)
        counts = [len(self._listed(lessons=lessons)) for lessons in (True, False)]
        for place, name in enumerate(("lessons", "scenarios")):
            count, other = counts[place], counts[1 - place]
            in_use = self._in_lessons == (name == "lessons")
            least = min(other, max(few, room - count)) if in_use else other
            lines = min(count, max(1 if in_use else few, room - least))
            names = self.query_one(f"#{name}")
            names.styles.height = max(1, lines)
            names.display = in_use or (count > 0 and room > 1)
            head = self.query_one(f"#{name}-head", Static)
            head.display = names.display
            title = f"{name} · {self._done_of(count)}" if name == "lessons" else f"{name} · {count}"
            row = rule(title, self._lists_width - 1, after="" if in_use else "tab")
            if not in_use:
                row = tuple((text, "title" if style == "heading" else style) for text, style in row)
            head.update(self._text([row]))

    def _done_of(self, count: int) -> str:
        """Return how many lessons there are, and of how many the last note has been read."""
        reached = [self._done.of(entry.name) for entry in self._listed(lessons=True)]
        done = sum(one is not None and one.is_done for one in reached)
        return f"{done} of {count} done" if done else str(count)

    def _list(self, chosen: int) -> None:
        """List what is left, the lessons apart from the scenarios."""
        self._listed_for = self.app.size
        width = self.app.size.width
        beside = width >= _LISTS + _PREVIEW
        columns = Columns(self._entries, self._done, width - _PREVIEW if beside else width)
        self._lists_width = max(_LISTS, columns.width) if beside else width
        self.query_one("#lists").styles.width = self._lists_width
        for lessons, name in ((True, "#lessons"), (False, "#scenarios")):
            names = self.query_one(name, PagedList)
            names.clear_options()
            mine = self._listed(lessons=lessons)
            names.add_options([Option(Content(columns.line(entry)), id=entry.name) for entry in mine])
        self._choose(min(chosen, max(0, len(self._shown) - 1)))
        count = sum(entry.lesson > 0 for entry in self._entries)
        many = f"{counted(count, 'lesson')} · {counted(len(self._entries) - count, 'scenario')}"
        head = "bp-tui: which scenario?"
        gap = self.app.size.width - 2 - len(head) - len(many)
        # The headings have the counts of all while nothing is typed.
        text = f"{head}{' ' * gap}{many}" if gap > 1 and len(self._shown) < len(self._entries) else head
        self.query_one("#head", Static).update(Content(text))

    def _open(self, path: Path) -> None:
        if not self.is_active:  # Enter twice: the first one has opened a scenario; or a palette is in front
            return
        self._reader.leave_all()
        self._opened_at = self._chosen
        if not self._reader.read(_OPEN, partial(self._read, path), partial(self._opened, path)):
            self.say(f"{shortened(path.stem, 40)} is large: it is being read. {self._way_out}")

    def _opened(self, path: Path, found: Scenario | ScenarioError) -> None:
        if not self.is_active:
            return
        if isinstance(found, Scenario):
            self.path = path
            self.dismiss(found)
            return
        # What the description says of the chosen file is not said twice.
        chosen = self._chosen
        told = chosen is not None and self._shown[chosen].path == path
        self.say("It can't be opened: what is wrong stands beside it." if told else str(found), wrong=True)

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """Show a sentence in its line, in red if it says what is wrong."""
        line = self.query_one("#complaint", Static)
        line.set_class(wrong, "-wrong")
        line.update(Content(sentence))

    def action_type(self) -> None:
        """Go to the line for a word or a path, where the same key is a sign of the path."""
        line = self.query_one(Input)
        if self.focused is line:
            raise SkipAction
        self.set_focus(line)

    def action_turn(self) -> None:
        """Show what of the description is below, then its beginning again."""
        page = self.query_one("#description", VerticalScroll)
        if page.scroll_y >= page.max_scroll_y:
            page.scroll_to(y=0, animate=False, immediate=True)
        else:
            page.scroll_to(y=page.scroll_y + page.size.height - 1, animate=False, immediate=True)

    def action_other(self) -> None:
        """Go from the lessons to the scenarios, and back."""
        lessons = len(self._listed(lessons=True))
        if 0 < lessons < len(self._shown):
            self._choose(lessons if self._in_lessons else 0)

    def action_down(self) -> None:
        """Go down the lists."""
        self._choose((self._chosen or 0) + 1)

    def action_up(self) -> None:
        """Go up the lists."""
        self._choose((self._chosen or 0) - 1)

    def action_help(self) -> None:
        """Say what the keys do."""
        self.say(f"{_HELP} {self._way_out}")

    @property
    def _leads_back(self) -> bool:
        """Whether there is a scenario to go back to."""
        return any(isinstance(screen, SteppingScreen) for screen in self.app.screen_stack)

    @property
    def _way_out(self) -> str:
        return "q goes back." if self._leads_back else "q leaves."

    def action_step_back(self) -> None:
        """Go back, but don't leave the app: a slow line sends an arrow as Escape, `[` and a letter."""
        if self.query_one(Input).has_focus or self._leads_back:
            self.action_leave()
        else:
            self.say(self._way_out)

    def action_leave(self) -> None:
        """Back to the whole list from the words or the path; from the list to where we came from."""
        if self.query_one(Input).has_focus:
            self.say("")
            self.query_one(Input).value = ""
            self._names.focus()
        else:
            self.dismiss(None)

    def _drawn(self, scenario: Scenario, entry: Entry) -> Text:
        """Return a drawing of the network in the colours of the theme; and what is around a lesson."""
        width = self.query_one("#net").content_region.width or _PREVIEW
        rows = small_net(scenario.network, width, _NET_HEIGHT)
        if notes := len(scenario.notes):
            reached = self._done.of(entry.name)
            told = f" · you were at note {reached.note}" if reached and not reached.is_done else ""
            rows.append(((f"{entry.label} · {counted(notes, 'note')}{told}", "dim"),))
        place = self._entries.index(entry)
        for word, at in (("before ", place - 1), ("next   ", place + 1)):
            if entry.lesson and 0 <= at < len(self._entries) and self._entries[at].lesson:
                rows.append(((word, "dim"), (shortened(self._entries[at].headline, width - len(word)), "")))
        return self._text(rows)

    def _text(self, rows: Sequence[Row], ground: str = "background") -> Text:
        """Return rows in the colours of the theme."""
        styles = Palette(self.app.theme_variables, ground)
        return Text("\n").join(
            Text.assemble(*((text, styles[str(style)]) for text, style in row)) for row in rows
        )


def _way(key: str, does: str) -> Row:
    """Return a key and what it does, as the line below a run has them."""
    return (f" {key} ", "key"), (f"{does}  ", "")


def _is_path(typed: str) -> bool:
    return os.sep in typed or typed.endswith(".toml")


def _place(shelf: Shelf, entries: Sequence[Entry], opened: Scenario) -> int:
    """Return where in the list the open scenario stands; the first one if it doesn't."""
    places = [place for place, entry in enumerate(entries) if entry.title == opened.title]
    if len(places) > 1:  # of one title: the runs tell them apart
        from tui.telling.shared import name_of

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
