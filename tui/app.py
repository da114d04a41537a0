"""How do the screens hang together?"""

from __future__ import annotations

import asyncio
import gc
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding
from textual.css.query import NoMatches
from textual.events import Key
from textual.filter import Monochrome, NoColor
from textual.reactive import Reactive
from textual.worker import WorkerFailed

from engine.apart import NotAtHandError
from engine.catalog import Shelf, lesson_number, shipped_shelf
from engine.looking.lesson.notes import told_at
from engine.looking.lesson.shown import VIEWS
from engine.numerals import counted
from engine.read import ScenarioError
from engine.run.tracing import trace
from engine.spelling.text import one_line
from tui.keys import KEYS, NAMED, table_with
from tui.screens.stepping import SteppingScreen
from tui.sessions.keeping import Keeping, Source
from tui.settings import Settings, remember_theme
from tui.terminal.abilities import has_few_signs
from tui.terminal.celldiff import CellDiffApp
from tui.theme import DARK, FEW_COLOURS, IN_16, LIGHT
from tui.walking.done import Done
from tui.walking.said import Wrong
from tui.walking.watched import EVERY, Opened, Watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from rich.console import RenderableType
    from textual.binding import BindingType
    from textual.events import Event
    from textual.screen import Screen
    from textual.theme import Theme

    from engine.facts.beside.theirs import Theirs
    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario
    from tui.following.lesson import Lesson
    from tui.meanwhile.reader import Reader
    from tui.screens.offers import Offer


NOTHING_SETTLED = Settings()

_FIRST_FRAME = 0.1  # seconds that it may take to write


class BackpropApp(CellDiffApp[None]):
    """The app: a stepping screen on a scenario, or the picker.

    It begins with a `view` if one is asked for; `keeping` knows where its session is kept.
    """

    TITLE = "bp-tui"
    # The first screen's own stylesheet: Textual reads a screen's only when the screen is pushed.
    CSS_PATH = "screens/stepping.tcss"
    ENABLE_COMMAND_PALETTE = True
    # ctrl+q is flow control on many terminals; q and the palette leave.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "to the shell", priority=True, show=False)
    ]

    theme: Reactive[str] = Reactive(DARK.name)

    def __init__(
        self,
        scenario: Scenario | None,
        step: int | None = None,
        order: Order | None = None,
        lesson: Lesson | None = None,
        shelf: Shelf | None = None,
        theirs: Theirs | None = None,
        *,
        done: Done | None = None,
        settled: Settings = NOTHING_SETTLED,
        opened: Opened | None = None,
        watch: bool = False,
        view: str | None = None,
        keeping: Keeping | None = None,
    ) -> None:
        super().__init__()
        # What is told has a line of its own: no widgets stand ready for toasts and tips.
        self._disable_notifications = self._disable_tooltips = True
        self._shelf = shelf or shipped_shelf()
        if settled.ascii:
            from tui.terminal.sign_filters import AsciiFilter

            self._filters.append(AsciiFilter())
        elif has_few_signs():
            from tui.terminal.sign_filters import FewSignsFilter

            self._filters.append(FewSignsFilter())
        self._scenario = scenario
        self._step = step
        self._order = order
        self._lesson = lesson
        self._theirs = theirs
        self._done = done or Done()
        self._settled = settled
        self._key_table = table_with(settled.instead) if settled.instead else KEYS
        self._watched = None if opened is None else Watched(opened)
        self._next_look: asyncio.TimerHandle | None = None
        self._reloads = watch
        self._view = view
        self._keeping = keeping or Keeping()
        self.way_back = ""
        """The command that comes back to where the app was left; empty if there is none."""
        self._reader: Reader | None = None
        self._named = ""  # the scenario that is open, by the name of its file
        self.animation_level = "none"

    def on_load(self) -> None:
        """Take the theme that is settled before the stylesheets are read: afterwards they are read twice."""
        if self._settled.theme is not None:
            self.theme = self._settled.theme

    async def on_mount(self) -> None:
        """Open what was asked for, and take part in the lesson."""
        asyncio.get_running_loop().set_exception_handler(self._hear_of_fault)
        further, instead = self._settled.keys, self._settled.instead
        if further or instead:
            names = {name: (*NAMED[name].keys, *more) for name, more in further.items()} | {**instead}
            self.set_keymap({name: ",".join(each) for name, each in names.items()})
        if self._lesson is not None:
            await self._lesson.begin(self)
        if self._scenario is None:
            self.action_pick()
        # Not at once: while they run, the first frame could not be written.
        self.set_timer(_FIRST_FRAME, _tidy_memory)
        self.set_timer(_FIRST_FRAME, self._warn)
        self._look_again()

    def on_unmount(self) -> None:
        """Leave the lesson."""
        if self._next_look is not None:
            self._next_look.cancel()
        self._keeping.give_up()
        if self._reader is not None:
            self._reader.end()
        if self._lesson is not None:
            self._lesson.end()

    @property
    def ascii_only(self) -> bool:
        """Whether nothing but ASCII can be shown."""
        return self._settled.ascii

    @property
    def available_themes(self) -> dict[str, Theme]:
        """All themes by their names: Textual's, and the two of this app."""
        return {**super().available_themes, DARK.name: DARK, LIGHT.name: LIGHT}

    def watch_theme(self, before: str, now: str) -> None:
        """Remember a theme that is chosen. Without colours turn it into greys, but not the terminal's own.

        Who knows how light those are?
        """
        if self._done.folder is not None and before != now and self.screen_stack:
            remember_theme(self._done.folder, now)
        if self.no_color:
            filters = self._filters
            drained = NoColor() if self.native_ansi_color else Monochrome()
            filters[:] = [drained if isinstance(one, NoColor | Monochrome) else one for one in filters]

    def get_css_variables(self) -> dict[str, str]:
        """All colours of the theme by their names, those of this app too if the theme is Textual's."""
        variables = super().get_css_variables()
        if self.theme not in (DARK.name, LIGHT.name):
            from tui.foreign_theme import completed

            self.theme_variables = variables = completed(variables, dark=self.current_theme.dark)
        elif self.console.color_system in FEW_COLOURS:
            self.theme_variables = variables = {**variables, **IN_16[self.theme]}
        return variables

    async def on_event(self, event: Event) -> None:
        """Let a key take away what was said of the one before."""
        if isinstance(event, Key) and not self.screen_stack:
            return  # it was pressed behind the one that leaves
        # A key that no screen knows comes here a second time.
        if isinstance(event, Key) and not event.is_forwarded and isinstance(self.screen, SteppingScreen):
            self.screen.key_pressed()
        try:
            await super().on_event(event)
        except NotAtHandError:
            if self.stepping is None:
                raise
            self.stepping.not_at_hand()

    def on_cursor_position(self) -> None:
        """Tell the stepping screen and the lesson that the terminal has drawn what was sent."""
        if self._lesson is not None:
            self._lesson.drawn()
        if self.stepping is not None:
            self.stepping.terminal_has_drawn()

    @property
    def closed(self) -> bool:
        """Whether no file but those of the shelf is read, and none is written."""
        return self._shelf.closed

    def get_default_screen(self) -> Screen[Any]:
        """Return the stepping screen at once if a scenario was asked for."""
        if self._scenario is None:
            return super().get_default_screen()
        view = self._view or self._first_view(self._scenario)
        step = None if self._step is None else self._step - 1
        run = self._run_of(self._scenario)
        stays = self._view is not None
        closed, keys = self.closed, self._key_table
        return SteppingScreen(run, step, view, self._theirs, stays=stays, closed=closed, keys=keys)

    def _run_of(self, scenario: Scenario) -> Trace:
        """Return the run of a scenario, in the order that was asked for where it can have that."""
        return trace(scenario, None if scenario.training.clip_norm is not None else self._order)

    def _first_view(self, scenario: Scenario) -> str:
        """Return the view that a scenario opens with, unless its notes say another."""
        return VIEWS[0] if self._settled.view is None or scenario.shows else self._settled.view

    @property
    def stepping(self) -> SteppingScreen | None:
        """The stepping screen, also while a dialog is in front of it."""
        found = [screen for screen in self.screen_stack if isinstance(screen, SteppingScreen)]
        return found[0] if found else None

    def step_through(self, run: Trace, opened: Scenario | None = None) -> None:
        """Open a run; `opened` is its scenario with its own mistake."""
        self._scenario = run.scenario
        if self.stepping is not None:
            # Not `switch_screen`: it can't replace the screen that the app began with.
            self.stepping.open(run, opened)
        else:
            self.push_screen(SteppingScreen(run, closed=self.closed, keys=self._key_table))
        self.set_timer(_FIRST_FRAME, self._warn)

    def _warn(self) -> None:
        """Say what can't be meant in the scenario that is open; a follower is told by the leader."""
        if self._scenario is None or self._lesson is not None or self.stepping is None:
            return
        from engine.read.sense import told

        self.stepping.say_of(partial(told, self._scenario))

    def _watch(self, file: Path, scenario: Scenario) -> None:
        """Notice from now on when a file of the shelf changes, from which a scenario was opened."""
        self._watched = Watched(Opened(file, partial(self._shelf.load, file), filed=scenario))
        self._keeping.forget()

    def _look_again(self) -> None:
        """Look at the file, and soon again: not by a timer of the app, which costs ten times a look."""
        self._look_at_file()
        self._next_look = asyncio.get_running_loop().call_later(EVERY, self._look_again)

    def _look_at_file(self) -> None:
        """Say that the file has changed, or read it again."""
        if self._watched is None or self.stepping is None or not self._watched.changed():
            return
        if self._reloads:
            self._reload(asked=False)
        else:
            self.stepping.say("The scenario's file has changed: f5 reads it again.")

    def action_reload(self) -> None:
        """Read the file again, and go on at the same step; where it is wrong say why, and stay."""
        self._reload(asked=True)

    def _reload(self, *, asked: bool) -> None:
        screen = self.stepping
        if screen is None:
            return
        if self._watched is None:
            screen.say("This scenario is of no file that could be read again.")
            return
        if self._lesson is not None and self._lesson.follows:
            screen.say("You follow a lesson: its leader reads the file again.")
            return
        watched, source = self._watched, self._source
        watched.changed()
        self._keeping.give_up()

        def take(found: Scenario | ScenarioError) -> None:
            if self._watched is not watched:  # meanwhile another scenario has been opened
                return
            if isinstance(found, ScenarioError):
                self._not_read(found, screen, asked=asked)
                return
            made = self._keeping.made_on(screen, source)
            self._scenario = found
            screen.reopen(self._run_of(found))
            self._keeping.carry_over(made, screen, self._source)

        if not self._read(watched.opened.read, take):
            screen.say("The scenario's file is large: it is being read again.")

    def _not_read(self, error: ScenarioError, screen: SteppingScreen, *, asked: bool) -> None:
        why = error.complaints[0].in_short
        screen.say(Wrong(f"Not read, this is the run before: {one_line(why)}"))
        if asked:  # else keys that are meant for the screen are on their way
            from tui.screens.dialogs.pressing import tell

            more = len(error.complaints) - 1
            first = f"{why}\n{error.complaints[0].remedy}".strip()
            left = f"\n... and {counted(more, 'more error')}." if more else ""
            tell(self, "file", f"Not read: the run before stays.\n\n{first}{left}", wrong=True)

    def _read(self, load: Callable[[], Scenario], then: Callable[[Scenario | ScenarioError], None]) -> bool:
        """Have a scenario read apart from the keyboard; return whether it is there already."""
        # Imported when it is asked for: the scenario that the app opens with has been read before.
        from tui.meanwhile.reader import Reader, tried

        if self._reader is None:
            self._reader = Reader()
        return self._reader.read("scenario", partial(tried, load), then)

    def on_stepping_screen_copied(self, message: SteppingScreen.Copied) -> None:
        """Have the terminal put a text on the clipboard, and say so."""
        if self.stepping is not None:
            self.stepping.say(
                f"Copied: {message.what}" if self.copy(message.text) else "Nothing is copied here."
            )

    def copy(self, text: str) -> bool:
        """Ask the terminal (OSC 52) to put a text on the clipboard; return whether it was asked."""
        self.copy_to_clipboard(text)
        return True

    def on_stepping_screen_finished(self) -> None:
        """Open the lesson after the one that is open."""
        if self.stepping is None:
            return
        screen, before = self.stepping, self.stepping.opened
        following = self._shelf.after(before.name)
        if following is None:
            return

        def take(found: Scenario | ScenarioError) -> None:
            if self.screen is not screen or screen.opened is not before:  # the user is elsewhere by now
                return
            if isinstance(found, ScenarioError):
                screen.say(Wrong(str(found).partition("\n")[0]))
            else:
                self._open(found, following.path)

        if not self._read(partial(self._shelf.load, following.path), take):
            screen.say("The next lesson is large: it is being read.")

    def _open(self, scenario: Scenario, file: Path | None) -> None:
        """Open another scenario, from a file, once nothing is lost that the user wants to keep."""

        def go() -> None:
            if file is not None:
                self._watch(file, scenario)
            self.step_through(self._run_of(scenario))

        self._keep_first("goes on", go)

    def on_stepping_screen_shown(self) -> None:
        """Say which lesson comes after this one, remember its notes, and let the lesson of the class know."""
        self._remember_note()
        self._resume()
        if self.stepping is not None and self.stepping.opened.name != self._named:
            self._named = self.stepping.opened.name
            following = self._shelf.after(self._named)
            self.stepping.following = "" if following is None else following.headline
        if self._lesson is not None and self.stepping is not None:
            self._lesson.shown(self.stepping)

    def _remember_note(self) -> None:
        """Remember that the note of a lesson has been shown."""
        screen = self.stepping
        if screen is None or screen.trace is None or screen.cursor is None:
            return
        name = screen.trace.scenario.name
        told = told_at(screen.trace, screen.cursor.step) if lesson_number(name) else None
        if told is not None:
            self._done.reach(name, told.number, told.of)

    # -- the session ------------------------------------------------------------------------------

    @property
    def _source(self) -> Source | None:
        """The scenario as its file says it, and the file; None without one."""
        opened = None if self._watched is None else self._watched.opened
        return None if opened is None or opened.filed is None else Source(opened.filed, opened.file)

    def _resume(self) -> None:
        """Go on in the session that was asked for."""
        if self.stepping is not None and self._source is not None:
            self._keeping.resume(self.stepping, self._source.filed)

    def on_stepping_screen_wanted(self, message: SteppingScreen.Wanted) -> None:
        """Write what the user wants written."""
        if self.stepping is None:
            return
        if message.what == "save":
            self._save(self.stepping, message.rest)
            return
        from tui.exporting import export
        from tui.screens.dialogs.pressing import ask_first

        trace, here = self.stepping.walk.place
        export(trace, here.step, message.rest, self.stepping.say, partial(ask_first, self))

    def _save(self, screen: SteppingScreen, to: str = "") -> bool:
        from tui.screens.dialogs.pressing import ask_first

        return self._keeping.save(screen, self._source, to, partial(ask_first, self))

    async def action_quit(self) -> None:
        """Leave; where there is something that is not kept, ask whether it is to be."""
        from tui.screens.dialogs.pressing import PressScreen

        # Who is asked already, and leaves, leaves.
        if isinstance(self.screen, PressScreen):
            self.exit()
        else:
            self._keep_first("leaves", self.exit)

    def _keep_first(self, does: str, go: Callable[[], None]) -> None:
        """Go on, after the question whether to keep what would be lost; `does` is what the user does then."""
        screen = self.stepping
        if screen is None or self._follows or not self._keeping.is_to_be_offered(screen, self._source):
            go()
            return
        from tui.screens.dialogs.pressing import ask_for_leave

        said: list[str] = []

        def saved() -> bool:
            if not self._save(screen):
                return False
            said.append(screen.message)
            return True

        def leave() -> None:
            go()
            for sentence in said:
                screen.say(sentence)

        ask_for_leave(self, self._keeping.offer(screen), does, saved, leave)

    @property
    def _follows(self) -> bool:
        return self._lesson is not None and self._lesson.follows

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave, with the way back at hand."""
        screen = self.stepping
        if screen is not None and not self._follows and not self._exit:
            view = self._first_view(screen.opened)
            self.way_back = self._keeping.command(screen, self._source, self._shelf, view)
        super().exit(result, return_code, message)

    def action_help_quit(self) -> None:
        """Say which key leaves, to who presses ctrl+c."""
        say = getattr(self.screen, "say", None)
        if say is not None:
            leaves = next(key for key in self._key_table if key.action == "app.quit")
            say(f"{leaves.on_screen} leaves.")

    def action_rejoin(self) -> None:
        """Be with the leader again."""
        if self._lesson is not None:
            self._lesson.rejoin()
        elif isinstance(self.screen, SteppingScreen):
            self.screen.say("You follow nobody; `bp-tui --follow NAME` does.")

    def action_suspend_process(self) -> None:
        """Stop until the shell continues the program, if there is one that can."""
        if self._driver is not None and self._driver.can_suspend:
            super().action_suspend_process()
        elif isinstance(self.screen, SteppingScreen):
            self.screen.say("No shell is here that could continue a stopped program.")

    def action_pick(self) -> None:
        """Let the user choose a scenario."""
        from tui.screens.picker import PickerScreen

        picker = PickerScreen(self._shelf, self._scenario, self._done)

        def chosen(scenario: Scenario | None) -> None:
            if scenario is not None:
                self._open(scenario, picker.path)
            elif not isinstance(self.screen, SteppingScreen):
                self.exit()

        self.push_screen(picker, chosen)

    def action_command_palette(self) -> None:
        """Let the user choose a command."""
        from tui.screens.command_palette import SteadyPalette

        if not isinstance(self.screen, SteadyPalette):
            self.push_screen(SteadyPalette(self.screen, self._offers(self.screen), "Search for commands…"))

    def search_themes(self) -> None:
        """Let the user choose a theme; the list begins at the one that is there."""
        from tui.screens.command_palette import SteadyPalette
        from tui.screens.offers import Offer

        names = sorted(self.available_themes)
        themes = [Offer("", name, "", partial(setattr, self, "theme", name)) for name in names]
        self.push_screen(SteadyPalette(self.screen, themes, "Search for themes…", begins=self.theme))

    @property
    def fault(self) -> Exception | None:
        """The exception that ended the app, if one did."""
        return self._exception

    def _handle_exception(self, error: Exception) -> None:
        # A key pressed just before `q`, or the palette's search, may find its screen without widgets.
        cause = error.error if isinstance(error, WorkerFailed) else error
        if not (self._exit and isinstance(cause, NoMatches)):
            super()._handle_exception(error)

    def _hear_of_fault(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """End the app where something that goes on by itself has ended by a fault, as with any other."""
        error = context.get("exception")
        if isinstance(error, NotAtHandError) and self.stepping is not None:
            self.stepping.not_at_hand()
        elif isinstance(error, Exception) and "handle" in context:  # not of a connection that breaks
            self._handle_exception(error)
        else:
            loop.default_exception_handler(context)

    def _fatal_error(self) -> None:
        # Textual would print the source and every variable on the terminal.
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:  # noqa: ARG002
        """End the app; what went wrong is said by whoever started it, in a sentence."""
        self._close_messages_no_wait()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Return what the palette offers, as Textual has it."""
        return [SystemCommand(one.does, one.key, one.run) for one in self._offers(screen)]

    def _offers(self, screen: Screen[object]) -> list[Offer]:
        """Return every action of the key table, every command that is typed, and the theme.

        No screenshot, which writes files.
        """
        from tui.screens.offers import Offer, offers_of

        theme = Offer("theme", "Change the colours", "app", self.action_change_theme)
        if not isinstance(screen, SteppingScreen):
            return [theme, Offer("q", "Leave", "app", self.exit)]
        found = offers_of(screen, self._key_table, closed=self.closed)
        last = max(place for place, one in enumerate(found) if one.group == theme.group)
        return [*found[: last + 1], theme, *found[last + 1 :]]


def _tidy_memory() -> None:
    """Keep the collector off what start-up made: its pauses are longer than a step."""
    gc.collect()
    gc.freeze()
    gc.enable()
