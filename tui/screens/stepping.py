"""How does the user step through a trace?

A key moves the walk at once; one pending call brings the screen's cursor to where it is, so that a burst
of keys is drawn once. The panes get trace and cursor by data binding and never look elsewhere.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.message import Message
from textual.reactive import var

from engine.apart import NotAtHandError
from engine.facts.beside.theirs import hold
from engine.facts.number import Traced
from engine.facts.two_orders.chosen import NOBODY_CHOSE
from engine.looking.cursor import Cursor, go_to, start
from engine.looking.lesson.notes import guided, view_at
from engine.looking.selection import selected
from engine.looking.sorting import Sorting
from engine.looking.ways.differences import at_first_difference
from engine.looking.ways.jumps import pick
from engine.looking.ways.moves import STEPPING
from tui.draw.kit.panels import has_boxes
from tui.draw.kit.rows import plain
from tui.draw.reasons.reasons import height_of_boxes, height_of_reasons
from tui.keys import KEYS, KeyTable, bindings
from tui.meanwhile.ahead import Ahead
from tui.meanwhile.wanted import HEIGHT, JUDGED, SENSE
from tui.panes.frame import FooterPane, ReasonsPane, StatusPane, TimelinePane
from tui.panes.main import MainPane
from tui.panes.pane import Pane
from tui.panes.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmallPane
from tui.screens.asking_keys import AskingKeys
from tui.terminal.celldiff import CellDiffApp
from tui.views import BY_LETTER, VIEWS
from tui.walking.nothing import NOT_AT_HAND, why_still
from tui.walking.orders import Place
from tui.walking.other_runs import OtherRuns
from tui.walking.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key, Resize

    from engine.branching.tree import Runs
    from engine.facts.beside.theirs import Theirs
    from engine.facts.two_orders.chosen import Two
    from engine.looking.along import Along
    from engine.looking.ways.moves import Command
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from engine.watching.history import Watched
    from tui.draw.kit.rows import Row
    from tui.meanwhile.maker import Maker
    from tui.screens.resumed import Resumed

_SHORT_HEIGHT = 24
_UNUSED = ("backspace", "delete", "insert", "pageup", "pagedown")
COPIED_WIDTH = 100
"""Cells of a line of what is copied."""
_FIRST_FRAME = 0.05  # seconds that it may take to write


class _Asked(NamedTuple):
    """What a key asked for, the step at which it did, and where that leads; None where that takes long."""

    command: Command
    begins_at: int
    leads_to: Cursor | None


class SteppingScreen(AskingKeys):
    """Steps through one trace.

    `noticed` is what is told unasked of the run. `lesson` says whom this screen leads or follows,
    `following` is the lesson of the course after this one.
    Without a `step` it begins where `theirs`, numbers of the user's own, differ first. One that is `closed`
    reads and writes no files. It begins with a `view`, and not with that of a note if it `stays` in it.
    """

    class Shown(Message):
        """The screen shows something else, or will as soon as it has been computed."""

    class Finished(Message):
        """The user wants the lesson after this one."""

    class Copied(Message):
        """The user wants a text on the clipboard; `what` is what it is."""

        def __init__(self, text: str, what: str) -> None:
            super().__init__()
            self.text, self.what = text, what

    class Wanted(Message):
        """The user wants something written: `what` is `save` or `export`, `rest` what was typed after it."""

        def __init__(self, what: str, rest: str) -> None:
            super().__init__()
            self.what, self.rest = what, rest

    CSS_PATH = "stepping.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    trace: var[Trace | None] = var(None, init=False)
    cursor: var[Cursor | None] = var(None, init=False)
    progress: var[str] = var("")
    lesson: var[str] = var("")
    noticed: var[str] = var("")
    watches: var[tuple[Watched, ...]] = var((), always_update=True)
    computed: var[int] = var(0)
    following: var[str] = var("")

    def __init__(
        self,
        whole: Trace,
        step: int | None = None,
        view: str = VIEWS[0],
        theirs: Theirs | None = None,
        *,
        stays: bool = False,
        closed: bool = False,
        keys: KeyTable = KEYS,
    ) -> None:
        super().__init__()
        self.set_reactive(SteppingScreen.view, view)
        self._stays = stays
        self._confined = closed  # not `_closed`, which is what Textual calls a screen that has ended
        self._key_table = keys
        cursor = guided(start(whole, step or 0), whole)
        if theirs is not None:
            hold(whole, theirs)
            cursor = cursor if step is not None else at_first_difference(cursor, whole)
            self.message = theirs.verdict
        self._walk = Walk(
            Place(whole, cursor),
            arrived=self._draw_soon,
            waiting=self._waiting,
            entered=self._enter,
            ask=self.ask_terminal,
            stood_still=self._show_progress,
            tell=self._tell,
            watched=self._show_watches,
            theirs=theirs,
        )
        self._others = OtherRuns(self._show_others)
        self._ahead = Ahead()
        self._drawing = False
        self._typed: list[str] = []
        self._asked: _Asked | None = None  # by the last key, until it is drawn
        self._guides = False  # whether a note may lead to its view: not who follows a number
        self._offers = self._offered = False  # whether this key and the one before offered the next lesson
        self._reasons = 0  # rows

    @property
    def walk(self) -> Walk:
        """The user's walk."""
        return self._walk

    @property
    def looks_around(self) -> bool:
        """Whether the run is being looked at for what is told unasked."""
        return self._walk.noticed.looks

    @property
    def branched(self) -> Runs:
        """The runs that branch off each other."""
        return self._walk.runs

    def compose(self) -> ComposeResult:
        """Make the panes, top to bottom."""
        mine = SteppingScreen
        status, main, timeline = StatusPane(id="status"), MainPane(id="main"), TimelinePane(id="timeline")
        status.data_bind(mine.progress, mine.lesson, mine.noticed, mine.view)
        timeline.data_bind(mine.message)
        reasons = ReasonsPane(id="reasons")
        main.apart = reasons.apart = timeline.apart = self._apart
        reasons.data_bind(mine.following, mine.computed, mine.watches)
        main.data_bind(mine.view, mine.others, mine.two, mine.along, mine.sorting, mine.runs)
        main.data_bind(mine.watches)
        main.data_bind(mine.computed, mine.following)
        for pane in (
            status,
            main,
            reasons,
            timeline,
            FooterPane(self._key_table).data_bind(mine.view, mine.following),
            TooSmallPane(id="too-small"),
        ):
            yield pane.data_bind(mine.trace, mine.cursor)

    def _apart(self) -> Maker | None:
        return self._walk.apart

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except NotAtHandError:
            self.not_at_hand()

    def say_of(self, told: Callable[[], str]) -> None:
        """Say what is told of the run, unless something is said; of a large one when it is known."""

        def say(sentence: str) -> None:
            if sentence and not self.message:
                self.say(sentence)

        if (maker := self._walk.apart) is None:
            say(told())
        else:
            maker.make(SENSE, told, say)

    def not_at_hand(self) -> None:
        """Say that what was asked needs numbers that are still being computed."""
        self.say(NOT_AT_HAND)

    def on_mount(self) -> None:
        """Show the first step, and run the rest in the background."""
        journey = self._walk.journey
        self._lay_out()
        if self._stays:
            self.turn_to(self.view)
        else:
            self._open_view()
        self.trace = journey.trace
        if journey.trace.schedule.site(journey.here.step).iteration == 0:
            self.cursor = journey.here  # at once, so that the first frame has it
        # Not at once: the first frame is still to be written.
        self.set_timer(_FIRST_FRAME, journey.run)
        journey.look_at(journey.here)

    def open(self, whole: Trace, opened: Scenario | None = None) -> None:
        """Step through another trace from its first step; `opened` is its scenario with its own mistake."""
        self._others.end()
        self.say("")  # what was said was of the run before
        self.along = self.along._replace(at=None, zoom=0)
        self.sorting = Sorting()
        self._walk.open(whole, opened)
        self.turn_to(VIEWS[0])
        self._open_view()

    def reopen(self, whole: Trace) -> None:
        """Step through a run of the scenario as its file is now, at the same step and in the same view."""
        self._go_on(lambda: self._walk.reopen(whole))

    def on_unmount(self) -> None:
        """Leave without waiting for the run."""
        self._walk.end()
        self._others.end()
        self._ahead.stop()

    def on_resize(self, event: Resize) -> None:
        """Choose what fits."""
        small = event.size.width < LEAST_WIDTH or event.size.height < LEAST_HEIGHT
        self.set_class(small, "-too-small")
        self.set_class(event.size.height < _SHORT_HEIGHT, "-short")
        self._lay_out()
        for pane in self.query(Pane):
            pane.on_resize()  # it may be as large as before, but with boxes or without

    # -- what the walk tells ----------------------------------------------------------------------

    def _draw_soon(self) -> None:
        """Draw once for many moves."""
        if not self._drawing:
            self._drawing = True
            self.call_later(self._draw)

    def _draw(self) -> None:
        self._drawing = False
        self._ahead.stop()
        before, here = self.cursor, self._walk.journey.here
        asked, self._asked = self._asked, None
        guides, self._guides = self._guides or self._walk.player.playing, False
        self._lay_out()
        pictures = [pane.picture for pane in self.query(Pane)]
        self.cursor = here
        self._show_noticed()
        if guides and (before is None or before.step != here.step):
            self._open_view()
        maker = self._walk.apart
        if maker is not None:
            maker.leave(JUDGED)
        elif before is not None and abs(by := here.step - before.step) == 1:
            self._ahead.make(partial(self._draw_ahead, by))
        # Keys may lead back to where others led away from, or be overtaken by a leader.
        if asked is None or before is None or asked.begins_at != here.step:
            return
        if asked.leads_to not in (None, here):
            return
        judge = partial(self._tell_what_is_still, before, asked, pictures)
        if maker is None:
            judge()
        else:  # behind the pictures that are made there
            maker.make(JUDGED, lambda: None, lambda _: judge())

    def _draw_ahead(self, by: int) -> None:
        """Draw where one more step would lead, if it is of the same view and layout."""
        trace, here = self._walk.place
        step = here.step + by
        if here != self.cursor or not 0 <= step < len(trace) or not trace.has_run(step):
            return
        alike = self._height_of_reasons(trace, step, *self.app.size) == self._reasons
        if alike and view_at(trace, step) in (None, self.view):
            cursor = guided(go_to(here, trace, step), trace)
            for pane in self.query(Pane):
                pane.draw_ahead(cursor)

    def _tell_what_is_still(self, before: Cursor, asked: _Asked, pictures: list[tuple[Row, ...]]) -> None:
        """Say why nothing, or not what is looked at, has changed since a key asked for it."""
        if self.message or self._drawing or asked.begins_at != before.step:
            return
        # A number or a layer was chosen: who looks at a view that shows no part of it is told.
        now = [pane.picture for pane in self.query(Pane)]
        if now == pictures:
            self.say(self._walk.why_nothing(before, asked.command))
        elif self.query_one(MainPane).picture in pictures:
            self.say(why_still(self.view))

    def _lay_out(self) -> None:
        """Give the reasons the rows that they need, and the others to the picture."""
        trace, here = self._walk.place
        measured = partial(self._height_of_reasons, trace, here.step, *self.app.size)
        if (maker := self._walk.apart) is None:
            self._give_reasons(measured())
        else:
            maker.make(HEIGHT, measured, self._give_reasons)

    def _give_reasons(self, height: int) -> None:
        if height != self._reasons:
            self._reasons = height
            self.query_one(ReasonsPane).styles.height = height

    def _height_of_reasons(self, trace: Trace, step: int, width: int, height: int) -> int:
        measured = height_of_boxes if has_boxes(width, height) else height_of_reasons
        return measured(trace, step, width, height)

    def _open_view(self) -> None:
        """Open the view that the notes of the step are about, if they are about another one."""
        trace, here = self._walk.place
        if (view := view_at(trace, here.step) or self.view) != self.view:
            self.turn_to(view)

    def _go(self, cursor: Cursor) -> None:
        """Go to a step as such, and look there at what its notes are about."""
        self._guides = True
        self._walk.go(guided(cursor, self._walk.journey.trace))

    def _tell(self, sentence: str) -> None:
        """Say what has been found, or what stopped the walk; of several lines, in front of the picture."""
        self._show_progress()
        if "\n" in sentence:
            from tui.screens.dialogs.pressing import tell

            self.say("")
            tell(self.app, "result", sentence)
        else:
            self.say(sentence)

    def _waiting(self) -> None:
        """Say what is waited for."""
        self._show_progress()
        if self._walk.journey.waits:
            if self.cursor is None:  # a far step is not known yet: what the run begins with is
                self.cursor = start(self._walk.journey.trace)
            self.post_message(self.Shown())

    def _enter(self) -> None:
        """Turn to another trace."""
        self.cursor = None  # it means nothing there
        self.two = NOBODY_CHOSE
        self._lay_out()
        self.runs = self._walk.runs
        self.trace = self._walk.journey.trace
        self._show_progress()

    def _show_progress(self) -> None:
        self.computed = self._walk.journey.trace.computed
        self._walk.watches.follow()
        if not self.lesson and not self._walk.opened.notes:  # a lesson tells by itself what there is to see
            self._walk.noticed.follow(self._walk.journey.trace, self._walk.apart)
        self.progress = self._walk.progress()
        self._show_noticed()
        self._look_again()

    def _show_noticed(self) -> None:
        trace, here = self._walk.place
        self.noticed = self._walk.noticed.words(trace, here.step)

    def _show_watches(self) -> None:
        self.watches = self._walk.watches.every
        self.post_message(self.Shown())

    def _show_others(self, others: tuple[Trace, ...]) -> None:
        self.others = others

    # -- what the app and a lesson ask for --------------------------------------------------------

    def key_pressed(self) -> None:
        """Forget what was said of the key before."""
        self._offered, self._offers = self._offers, False
        self.say("")

    def show(
        self,
        cursor: Cursor,
        view: str,
        along: Along,
        two: Two,
        sorting: Sorting,
        runs: Runs,
        watches: tuple[str, ...],
    ) -> None:
        """Show what a leader shows."""
        self.say("")
        self._walk.player.stop()
        self.along = along
        self.sorting = sorting
        self._walk.runs = self.runs = runs
        self._walk.watches.show(self._walk.journey.trace, watches)
        self._hold(two)
        if view != self.view and view in (*VIEWS, *BY_LETTER):
            self.turn_to(view)
        if cursor != self.goal:
            self._walk.journey.look_at(cursor)

    def take_up(self, one: Resumed) -> None:
        """Go on where a session was left."""
        self._others.end()
        if one.runs.here is not self._walk.journey.trace:
            self._walk.open(one.runs.here, self.opened)
        self.show(one.cursor, one.view, one.along, one.two, one.sorting, one.runs, one.watches)
        self.turn_to(one.view)
        self._walk.breakpoints.take_up(one.breakpoints)
        self._walk.marks.update(one.marks)
        self.say(one.says)

    def want(self, what: str, rest: str) -> None:
        """Have something written."""
        self.post_message(self.Wanted(what, rest))

    def watch_cursor(self) -> None:
        """Tell that the screen shows something else."""
        self.post_message(self.Shown())

    watch_view = watch_along = watch_two = watch_sorting = watch_runs = watch_cursor

    def ask_terminal(self) -> bool:
        """Ask the terminal to answer when it has drawn what is shown now; False if none could."""
        app = self.app
        if app.is_headless or not isinstance(app, CellDiffApp):
            return False
        self.call_after_refresh(app.ask_whether_drawn)
        return True

    def terminal_has_drawn(self) -> None:
        """Play on."""
        self._walk.player.answered()

    # -- what a key or a click does ---------------------------------------------------------------

    def action_move(self, command: Command, times: int = 1) -> None:
        """Move the cursor, so many times."""
        self.say("")
        if self._move_in_view(command, times):
            return
        begins_at = self._walk.journey.here.step
        sentence = self._walk.move(command, times)
        if sentence and command == "next-note" and self.following and not self._walk.has_more_notes:
            self._offers = True
            sentence = f"That was the last note: c again opens lesson {self.following}"
            if self._offered:
                self.post_message(self.Finished())
        if sentence:  # else the walk may have told something
            self.say(sentence)
        many = self._walk.on_their_way
        if sentence or many > 1:  # of many keys none is answered by itself
            self._asked = None
        else:
            self._asked = _Asked(command, begins_at, None if many else self.goal)
        self._guides = command in STEPPING

    def on_key(self, event: Key) -> None:
        """Say of a key without a meaning that it has none."""
        if event.is_printable or event.key in _UNUSED:
            name = event.character if event.is_printable and event.character else event.key
            self.say(f"{name} does nothing here: ? has the keys.")

    def on_pane_picked(self, event: Pane.Picked) -> None:
        """Look at the number that was clicked on, or go to the step."""
        self.say("")
        trace, here = self._walk.place
        self._walk.go(pick(here, trace, event.target))

    def action_play(self) -> None:
        """Step on by itself, or stand still again."""
        self._walk.play()
        self._show_progress()

    def action_break_rule(self) -> None:
        """Apply what is gathered for the layer that is looked at, here and now."""
        self.say(self._walk.break_rule())

    def action_mend_rule(self) -> None:
        """Take the last break of the rule back."""
        self.say(self._walk.mend_rule())

    def action_order(self, each: bool) -> None:
        """Go on at the same place of the run in another update order, and back; or through `each` of them."""
        self._go_on(lambda: self._walk.switch_order(each=each))

    def action_yank(self, whole: bool) -> None:
        """Copy the number that is looked at, or where it comes from as a `whole`."""
        trace, here = self._walk.place
        number = selected(trace, here)
        one = Traced(trace, number)
        if not one.known(here.step):
            self.say(f"{one.symbol} is not computed yet.")
        elif whole:
            from tui.draw.reasons.equation import explanation_rows

            rows = explanation_rows(trace, number, COPIED_WIDTH)
            text = "\n".join(plain(row).rstrip() for row in rows)
            self.post_message(self.Copied(text, f"where {one.symbol} comes from"))
        else:
            text = f"{one.value:.17g}"
            self.post_message(self.Copied(text, f"{one.symbol} = {text}"))

    def action_watch(self) -> None:
        """Watch the number that is looked at, or no more."""
        from engine.watching.watched_number import name_of

        trace, here = self._walk.place
        text = name_of(selected(trace, here))
        if text is None:
            self.say("This number can't be watched: a condition has no word for it.")
        else:
            self.say(self._walk.watches.toggle(trace, text))
