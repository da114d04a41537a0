"""How does the user step through a trace?

The screen owns the cursor. A key moves it at once; one pending call draws, so that a burst of keys is
drawn once. The panes get trace and cursor by data binding and never look elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from engine.looking.cursor import Cursor, start
from engine.looking.jumps import pick
from engine.looking.moves import move
from tui.journey import Journey
from tui.keys import bindings
from tui.nothing import why_nothing
from tui.orders import Breaks, Place, in_other_order
from tui.other_run import OtherRun
from tui.panes.around import FooterPane, ReasonsPane, StatusPane, TimelinePane
from tui.panes.main import MainPane
from tui.panes.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmallPane
from tui.play import Player
from tui.terminal.celldiff import CellDiffApp
from tui.views import PRESENTER, VIEWS

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Resize

    from engine.looking.moves import Command
    from engine.replay.tracing import Trace
    from tui.panes.pane import Pane

_ROOMY_HEIGHT, _SHORT_HEIGHT = 32, 24
_FIRST_FRAME = 0.05  # seconds that it may take to write


class SteppingScreen(Screen[None]):
    """Steps through one trace.

    `lesson` says whom this screen leads or follows.
    """

    class Shown(Message):
        """The screen shows something else, or will as soon as it has been computed."""

    CSS_PATH = "stepping.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    trace: var[Trace | None] = var(None, init=False)
    cursor: var[Cursor | None] = var(None, init=False)
    progress: var[str] = var("")
    message: var[str] = var("")
    lesson: var[str] = var("")
    view: var[str] = var(VIEWS[0])
    other: var[Trace | None] = var(None, always_update=True)
    logarithmic: var[bool] = var(False)
    computed: var[int] = var(0)

    def __init__(self, whole: Trace, step: int = 0) -> None:
        super().__init__()
        self._journey = Journey(whole, start(whole, step), self._draw_soon, self._waiting)
        self._view_before = VIEWS[0]
        self._drawing = False
        self._breaks = Breaks()
        self._other = OtherRun(self._show_other)
        self._player = Player(self._play_on, self.ask_terminal, self._show_progress)

    @property
    def goal(self) -> Cursor:
        """The cursor that is shown or, if it is still to be computed, will be."""
        return self._journey.goal

    def compose(self) -> ComposeResult:
        """Make the panes, top to bottom."""
        yield StatusPane(id="status").data_bind(
            SteppingScreen.trace,
            SteppingScreen.cursor,
            SteppingScreen.progress,
            SteppingScreen.lesson,
            SteppingScreen.message,
        )
        yield MainPane(id="main").data_bind(
            SteppingScreen.trace,
            SteppingScreen.cursor,
            SteppingScreen.view,
            SteppingScreen.other,
            SteppingScreen.logarithmic,
            SteppingScreen.computed,
        )
        for pane in (
            ReasonsPane(id="reasons"),
            TimelinePane(id="timeline"),
            FooterPane(id="footer"),
        ):
            yield pane.data_bind(SteppingScreen.trace, SteppingScreen.cursor)
        yield TooSmallPane(id="too-small").data_bind(SteppingScreen.trace, SteppingScreen.cursor)

    def on_mount(self) -> None:
        """Show the first step, and run the rest in the background."""
        first = self._journey
        self.trace = first.trace
        if first.trace.schedule.site(first.here.step).iteration == 0:
            self.cursor = first.here  # at once, so that the first frame has it
        # Not at once: the first frame is still to be written.
        self.set_timer(_FIRST_FRAME, first.run)
        first.look_at(first.here)

    def open(self, whole: Trace) -> None:
        """Step through another trace from its first step."""
        self._breaks.forget()
        self._other.end()
        self.action_view(VIEWS[0])
        self._go_on_with(whole, start(whole))

    def _go_on_with(self, whole: Trace, cursor: Cursor) -> None:
        """Go on in another trace, at a cursor of it."""
        self._journey.end()
        self._player.stop()
        self._journey = Journey(whole, cursor, self._draw_soon, self._waiting)
        self.cursor = None  # it means nothing in the new trace
        self.trace = whole
        self._show_progress()
        self._journey.run()
        self._journey.look_at(cursor)

    def on_unmount(self) -> None:
        """Leave without waiting for the run."""
        self._player.stop()
        self._journey.end()
        self._other.end()

    def on_resize(self, event: Resize) -> None:
        """Choose what fits."""
        small = event.size.width < LEAST_WIDTH or event.size.height < LEAST_HEIGHT
        self.set_class(small, "-too-small")
        self.set_class(event.size.height >= _ROOMY_HEIGHT, "-roomy")
        self.set_class(event.size.height < _SHORT_HEIGHT, "-short")

    # -- breaking the rule ------------------------------------------------------------------------

    def action_break_rule(self) -> None:
        """Apply what is gathered for the layer that is looked at, here and now."""
        self._go_on_at(self._breaks.make(self._place))

    def action_mend_rule(self) -> None:
        """Take the last break of the rule back."""
        self._go_on_at(self._breaks.take_back())

    def action_order(self) -> None:
        """Go on at the same place of the run in the other update order."""
        self._breaks.forget()
        self._other.end()
        self._go_on_at(in_other_order(self._place))
        if self.view == "compare":
            self._other.begin(self._journey.trace)

    @property
    def _place(self) -> Place:
        return Place(self._journey.trace, self._journey.here)

    def _go_on_at(self, place: Place | str) -> None:
        """Go on in another trace, or say why there is none."""
        if isinstance(place, str):
            self.say(place)
        else:
            self._go_on_with(*place)

    def say(self, sentence: str) -> None:
        """Say why a key did nothing, until the next step."""
        self.message = sentence

    # -- the cursor -------------------------------------------------------------------------------

    def _draw_soon(self) -> None:
        """Draw once for many moves."""
        if not self._drawing:
            self._drawing = True
            self.call_later(self._draw)

    def _waiting(self) -> None:
        """Say what is waited for."""
        self._show_progress()
        if self._journey.waits:
            self.post_message(self.Shown())

    def _draw(self) -> None:
        self._drawing = False
        self.message = ""
        self.cursor = self._journey.here

    def show(self, cursor: Cursor, view: str, logarithmic: bool) -> None:
        """Show what a leader shows."""
        self._player.stop()
        self.logarithmic = logarithmic
        if view != self.view and view in VIEWS:
            self.action_view(view)
        if cursor != self.goal:
            self._journey.look_at(cursor)

    def watch_cursor(self) -> None:
        """Tell that the screen shows something else."""
        self.post_message(self.Shown())

    watch_view = watch_logarithmic = watch_cursor

    def _show_progress(self) -> None:
        self.computed = self._journey.trace.computed
        self.progress = self._journey.progress() or ("▶ playing" if self._player.playing else "")

    def on_pane_picked(self, event: Pane.Picked) -> None:
        """Look at the number that was clicked on, or go to the step."""
        self._journey.look_at(pick(self._journey.here, self._journey.trace, event.target))

    # -- playing ----------------------------------------------------------------------------------

    def action_play(self) -> None:
        """Step on by itself, or stand still again."""
        if self._player.playing:
            self._player.stop()
        else:
            self._player.start()
            self._show_progress()

    def _play_on(self) -> bool:
        journey = self._journey
        cursor = move(journey.here, journey.trace, "next")
        if cursor.step == journey.here.step:
            return False
        # A step that has not been run yet is waited for.
        if not journey.waits:
            journey.look_at(cursor)
        return True

    def ask_terminal(self) -> bool:
        """Ask the terminal to answer when it has drawn what is shown now; False if none could."""
        app = self.app
        if app.is_headless or not isinstance(app, CellDiffApp):
            return False
        self.call_after_refresh(app.ask_whether_drawn)
        return True

    def terminal_has_drawn(self) -> None:
        """Play on."""
        self._player.answered()

    # -- actions ----------------------------------------------------------------------------------

    def action_move(self, command: Command) -> None:
        """Move the cursor."""
        self._player.stop()
        whole, here = self._place
        cursor = move(here, whole, command)
        if cursor != here:
            self._journey.look_at(cursor)
        else:
            self.say(why_nothing(whole, here, command))

    def action_view(self, view: str) -> None:
        """Show one of the views; all but the network take the room of the equations too."""
        if view == "compare":
            self._other.begin(self._journey.trace)
        self.set_class(view != VIEWS[0], "-full")
        self.view = view

    def action_presenter(self) -> None:
        """Turn to the page for a class, and back to the view that it was opened from."""
        if self.view == PRESENTER:
            self.action_view(self._view_before)
        else:
            self._view_before = self.view
            self.action_view(PRESENTER)

    def action_scale(self) -> None:
        """Switch the loss curve between a linear and a logarithmic scale."""
        if self.view != "loss":
            self.say("l changes the scale of the loss curve, which is view 4.")
            return
        self.logarithmic = not self.logarithmic

    def _show_other(self, other: Trace | None) -> None:
        self.other = other

    def action_go_to(self) -> None:
        """Ask for a step by its number."""
        from tui.screens.questions import ask_for_step

        ask_for_step(self.app, *self._place, self._journey.look_at)

    def action_find(self) -> None:
        """Ask for a number by its name, and explain it."""
        from tui.screens.questions import ask_for_number

        ask_for_number(self.app, *self._place, self._journey.look_at)

    def action_help(self) -> None:
        """Show the keys."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen())
