"""How does the user step through a trace?

A key moves the walk at once; one pending call brings the screen's cursor to where it is, so that a burst
of keys is drawn once. The panes get trace and cursor by data binding and never look elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from engine.facts.number import Traced
from engine.facts.theirs import hold
from engine.looking.along import Along, moved, zoomed
from engine.looking.choosing import look_at_number
from engine.looking.cursor import Cursor, leap, start
from engine.looking.differences import at_first_difference, walked_in
from engine.looking.jumps import pick
from engine.looking.moves import STEPPING
from engine.looking.notes import guided, view_at
from engine.looking.selection import selected
from engine.looking.sorting import Sorting, chosen_row, obeyed
from engine.order.orders import WAITING, not_waiting
from tui.draw.kit.panels import has_boxes
from tui.draw.kit.rows import plain
from tui.draw.reasons.reasons import height_of_reasons
from tui.keys import bindings
from tui.panes.around import FooterPane, ReasonsPane, StatusPane, TimelinePane
from tui.panes.main import MainPane
from tui.panes.pane import Pane
from tui.panes.too_small import LEAST_HEIGHT, LEAST_WIDTH, TooSmallPane
from tui.terminal.celldiff import CellDiffApp
from tui.views import BY_LETTER, PRESENTER, VIEWS
from tui.walking.nothing import shown_already, why_same_table, why_still
from tui.walking.orders import Place
from tui.walking.other_runs import OtherRuns
from tui.walking.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Key, Resize

    from engine.branching.change import Change
    from engine.branching.tree import Runs
    from engine.facts.findings.finding import Finding
    from engine.facts.samples import Samples
    from engine.facts.theirs import Theirs
    from engine.looking.moves import Command
    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario
    from engine.watching.history import Watched

_SHORT_HEIGHT = 24
_UNUSED = ("backspace", "delete", "insert", "pageup", "pagedown")
COPIED_WIDTH = 100
"""Cells of a line of what is copied."""
_FIRST_FRAME = 0.05  # seconds that it may take to write


class SteppingScreen(Screen[None]):
    """Steps through one trace.

    `lesson` says whom this screen leads or follows, `following` is the lesson of the course after this one.
    Without a `step` it begins where `theirs`, numbers of the user's own, differ first. One that is `closed`
    reads no files.
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

    CSS_PATH = "stepping.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    trace: var[Trace | None] = var(None, init=False)
    cursor: var[Cursor | None] = var(None, init=False)
    progress: var[str] = var("")
    message: var[str] = var("")
    lesson: var[str] = var("")
    view: var[str] = var(VIEWS[0])
    others: var[tuple[Trace, ...]] = var((), always_update=True)
    against: var[Order | None] = var(None)
    along: var[Along] = var(Along())
    sorting: var[Sorting] = var(Sorting())
    runs: var[Runs | None] = var(None)
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
        closed: bool = False,
    ) -> None:
        super().__init__()
        self.set_reactive(SteppingScreen.view, view)
        self._closed = closed
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
        self._view_before = VIEWS[0]
        self._drawing = False
        self._typed: list[str] = []
        self._asked: Command | None = None  # the last key's, until it is drawn
        self._guides = False  # whether a note may lead to its view: not who follows a number
        self._offers = self._offered = False  # whether this key and the one before offered the next lesson
        self._reasons = 0  # rows

    @property
    def goal(self) -> Cursor:
        """The cursor that is shown or, if it is still to be computed, will be."""
        return self._walk.journey.goal

    @property
    def branched(self) -> Runs:
        """The runs that branch off each other."""
        return self._walk.runs

    def compose(self) -> ComposeResult:
        """Make the panes, top to bottom."""
        mine = SteppingScreen
        status, main, timeline = StatusPane(id="status"), MainPane(id="main"), TimelinePane(id="timeline")
        status.data_bind(mine.progress, mine.lesson)
        timeline.data_bind(mine.message)
        reasons = ReasonsPane(id="reasons").data_bind(mine.following, mine.computed, mine.watches)
        main.data_bind(mine.view, mine.others, mine.against, mine.along, mine.sorting, mine.runs)
        main.data_bind(mine.watches)
        main.data_bind(mine.computed, mine.following)
        for pane in (
            status,
            main,
            reasons,
            timeline,
            FooterPane(id="footer").data_bind(mine.view),
            TooSmallPane(id="too-small"),
        ):
            yield pane.data_bind(mine.trace, mine.cursor)

    def on_mount(self) -> None:
        """Show the first step, and run the rest in the background."""
        journey = self._walk.journey
        self._lay_out()
        self._open_view()
        self.trace = journey.trace
        if journey.trace.schedule.site(journey.here.step).iteration == 0:
            self.cursor = journey.here  # at once, so that the first frame has it
        # Not at once: the first frame is still to be written.
        self.set_timer(_FIRST_FRAME, journey.run)
        journey.look_at(journey.here)

    @property
    def opened(self) -> Scenario:
        """The scenario as it was before another mistake was made in it."""
        return self._walk.opened

    def open(self, whole: Trace, opened: Scenario | None = None) -> None:
        """Step through another trace from its first step; `opened` is its scenario with its own mistake."""
        self._others.end()
        self.along = self.along._replace(at=None, zoom=0)
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

    def on_resize(self, event: Resize) -> None:
        """Choose what fits."""
        small = event.size.width < LEAST_WIDTH or event.size.height < LEAST_HEIGHT
        self.set_class(small, "-too-small")
        self.set_class(event.size.height < _SHORT_HEIGHT, "-short")
        self._lay_out()
        for pane in self.query(Pane):
            pane.redraw()  # with boxes or without

    # -- what the walk tells ----------------------------------------------------------------------

    def _draw_soon(self) -> None:
        """Draw once for many moves."""
        if not self._drawing:
            self._drawing = True
            self.call_later(self._draw)

    def _draw(self) -> None:
        self._drawing = False
        before, here = self.cursor, self._walk.journey.here
        command, self._asked = self._asked, None
        guides, self._guides = self._guides or self._walk.player.playing, False
        self._lay_out()
        pictures = [pane.picture for pane in self.query(Pane)]
        self.cursor = here
        if guides and (before is None or before.step != here.step):
            self._open_view()
        if command is None or before is None or self.message or before.step != here.step:
            return
        # A number or a layer was chosen: who looks at a view that shows no part of it is told.
        now = [pane.picture for pane in self.query(Pane)]
        if now == pictures:
            self.say(self._walk.why_nothing(before, command))
        elif self.query_one(MainPane).picture in pictures:
            self.say(why_still(self.view))

    def _lay_out(self) -> None:
        """Give the reasons the rows that they need, and the others to the picture."""
        trace, here = self._walk.place
        height = self._height_of_reasons(trace, here.step, *self.app.size)
        if height != self._reasons:
            self._reasons = height
            self.query_one(ReasonsPane).styles.height = height

    def _height_of_reasons(self, trace: Trace, step: int, width: int, height: int) -> int:
        if not has_boxes(width, height):
            return height_of_reasons(trace, step, width, height)
        from tui.draw.reasons.columns import height_of_boxes

        return height_of_boxes(trace, step, width, height)

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
        """Say what has been found, or what stopped the walk."""
        self._show_progress()
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
        self.against = None
        self._lay_out()
        self.runs = self._walk.runs
        self.trace = self._walk.journey.trace
        self._show_progress()

    def _show_progress(self) -> None:
        self.computed = self._walk.journey.trace.computed
        self._walk.watches.follow()
        self.progress = self._walk.progress()

    def _show_watches(self) -> None:
        self.watches = self._walk.watches.every
        self.post_message(self.Shown())

    def _show_others(self, others: tuple[Trace, ...]) -> None:
        self.others = others

    # -- what the app and a lesson ask for --------------------------------------------------------

    def say(self, sentence: str) -> None:
        """Say why a key did nothing, until the next key; an empty sentence says nothing any more."""
        self.message = sentence

    def key_pressed(self) -> None:
        """Forget what was said of the key before."""
        self._offered, self._offers = self._offers, False
        self.say("")

    def show(
        self,
        cursor: Cursor,
        view: str,
        along: Along,
        against: Order | None,
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
        self._hold(against)
        if view != self.view and view in (*VIEWS, *BY_LETTER):
            self.turn_to(view)
        if cursor != self.goal:
            self._walk.journey.look_at(cursor)

    def watch_cursor(self) -> None:
        """Tell that the screen shows something else."""
        self.post_message(self.Shown())

    watch_view = watch_along = watch_against = watch_sorting = watch_runs = watch_cursor

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
        sentence = self._walk.move(command, times)
        if sentence and command == "next-note" and self.following and not self._walk.has_more_notes:
            self._offers = True
            sentence = f"That was the last note: c again opens lesson {self.following}"
            if self._offered:
                self.post_message(self.Finished())
        if sentence:  # else the walk may have told something
            self.say(sentence)
        self._asked = None if sentence else command
        self._guides = command in STEPPING

    def _move_in_view(self, command: Command, times: int) -> bool:
        """Do what a command does in the present view alone; return whether that is all."""
        if self._leave_curve(command):
            return True
        if self.view == "samples" and command in ("unit-down", "unit-up"):
            self.action_table(command, times)
            return True
        if self.view == "branches" and command in ("unit-down", "unit-up", "to-maker"):
            self._in_tree(command)
            return True
        if self.view == "samples" and command == "to-maker":
            self._to_sample()
            return True
        if self.view == "compare" and command == "to-maker":
            return self._go_where_two_part()
        if self.view == "heat" and command in ("source-down", "source-up"):
            return self._look_into_matrix(1 if command == "source-down" else -1)
        return False

    def _look_into_matrix(self, by: int) -> bool:
        """Look at an entry of the matrix of view 9, unless that is so already."""
        from tui.draw.heat.maps import in_matrix

        trace, here = self._walk.place
        there = in_matrix(trace, here, by)
        if there != here:
            self._walk.go(there)
        return there != here

    def _leave_curve(self, command: Command) -> bool:
        """Point at no iteration of the curve any more, or go to the one that is; return whether that is all.

        Who steps on is where he steps to.
        """
        at, trace = self.along.at, self._walk.journey.trace
        if at is None or (self.view != "loss" and command not in STEPPING):
            return False
        self.along = self.along._replace(at=None)
        if command == "to-maker":
            self._walk.go(leap(self.goal, trace, trace.schedule.first_step(at)))
        return command in ("to-maker", "release")

    def _go_where_two_part(self) -> bool:
        """Go in view 2 to the first number that its orders compute otherwise; return whether there is one."""
        from engine.facts.compare import choices, compare
        from engine.facts.parting import parting

        trace, here = self._walk.place
        iteration = trace.schedule.site(here.step).iteration
        if not choices(trace, iteration):
            return False
        there = parting(trace, compare(trace, iteration, self.against), here.units)
        if there is not None:
            self._walk.go(look_at_number(leap(here, trace, there.step), trace, there.number))
        return there is not None

    def action_beside(self, by: int) -> None:
        """Turn to what comes after what the view is about, or before.

        That is an iteration, an error or, elsewhere, what differs of the user's own numbers.
        """
        if self.view == "loss":
            self._along_curve(
                lambda here, trace: moved(self.along, here, trace.iterations, trace.computed, by),
                "The curve ends here.",
            )
        elif walked_in(self.view, self._walk.journey.trace):
            self.action_move("next-difference" if by > 0 else "previous-difference")
        elif self.view == "time":
            self.action_move("later-error" if by > 0 else "earlier-error")
        else:
            self.say("> < go along the curve of view 4, through the errors of view 5 or : mine FILE.")

    def action_zoom(self, by: int) -> None:
        """Show fewer iterations of the curve of the losses, or more."""
        still = "Closer there are no losses to tell apart." if by > 0 else "All of the curve is seen."
        self._along_curve(lambda _, trace: zoomed(self.along, trace.iterations, by), still)

    def _along_curve(self, after: Callable[[int, Trace], Along], still: str) -> None:
        """Look at the curve of the losses in another way, or say why it stands still."""
        if self.view != "loss":
            self.say("+ and - zoom the curve of the losses, which is view 4.")
            return
        trace, cursor = self._walk.place
        before = self.along
        self.along = after(trace.schedule.site(cursor.step).iteration, trace)
        if self.along == before:
            self.say(still)

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

    def action_choose_mistake(self) -> None:
        """Ask for a mistake, and go on at the same place of the run with it."""
        from tui.screens.questions import ask_for_mistake

        ask_for_mistake(self.app, self.opened, self._walk.journey.trace, self._make_mistake)

    def action_mend_mistake(self) -> None:
        """Go on at the same place as it should be."""
        self._make_mistake(None)

    def _make_mistake(self, mistake: str | None) -> None:
        self._go_on(lambda: self._walk.make_mistake(mistake))

    def _go_on(self, in_another_run: Callable[[], str]) -> None:
        """Go on in another run, or say why there is none, and hold it against its own other orders."""
        self._others.end()
        self.say(in_another_run())
        if self.view == "compare":
            self._run_others()
        self._run_beside()

    def action_against(self) -> None:
        """Hold another order against the one that waits."""
        from engine.facts.compare import next_choice

        if self.view != "compare":
            self.say(f"v chooses what view 2 holds against the {WAITING} order.")
            return
        trace, cursor = self._walk.place
        self._hold(next_choice(trace, trace.schedule.site(cursor.step).iteration, self.against))

    def _hold(self, against: Order | None) -> None:
        """Hold an order against the one that waits; None: whichever view 2 holds if nobody chooses."""
        if against != self.against:
            self.against = against
            if self.view == "compare":
                self._run_others()

    def _run_others(self) -> None:
        """Run in the background what view 2 shows the end of."""
        trace = self._walk.journey.trace
        against: Order | None = self.against or not_waiting(trace.order)[0]
        if trace.shapes.clips or (trace.mistake is not None and self.against is None):
            against = None  # there is no other order, or the mistake is held against what is right
        self._others.begin(trace, against)

    def action_view(self, view: str) -> None:
        """Show one of the views, or say that it is shown; turn that of time over."""
        if view == self.view == "time" and self._walk.journey.trace.shapes.sequences:
            self.action_move("turn-page")
            return
        if view == self.view:
            self.say(shown_already(view))
        self.turn_to(view)

    def turn_to(self, view: str) -> None:
        """Show one of the views; all but the network take the room of the equations too."""
        if view == "compare":
            self._run_others()
        if view == "branches":
            self.runs = self._walk.runs
        self.set_class(view != VIEWS[0], "-full")
        self.view = view
        self._run_beside()

    def action_presenter(self) -> None:
        """Turn to the page for a class, and back to the view that it was opened from."""
        if self.view == PRESENTER:
            self.turn_to(self._view_before)
        else:
            self._view_before = self.view
            self.turn_to(PRESENTER)

    def action_scale(self) -> None:
        """Switch the loss curve between a linear and a logarithmic scale."""
        if self.view != "loss":
            self.say("l changes the scale of the loss curve, which is view 4.")
            return
        from engine.facts.losses import is_logarithmic

        now = is_logarithmic(self._walk.journey.trace, self.along)
        self.along = self.along._replace(logarithmic=not now)

    def action_table(self, command: str, times: int = 1) -> None:
        """Choose another sample of the table, or sort it anew."""
        if self.view != "samples":
            self.say(f"{'f' if command == 'which' else 's'} sorts the samples, which are view 0.")
            return
        before = self.sorting
        rows = self._samples()
        for _ in range(min(times, len(rows))):
            self.sorting = obeyed(rows, self.sorting, command)
        if self.sorting == before:
            self.say(why_same_table(command))

    def _samples(self) -> Samples:
        from engine.facts.samples import samples_at

        trace, here = self._walk.place
        return samples_at(trace, trace.schedule.site(here.step).iteration)

    def _to_sample(self) -> None:
        """Go to the loss of the chosen sample, and show the network there."""
        from engine.facts.samples import loss_step

        trace, here = self._walk.place
        rows = self._samples()
        row = chosen_row(rows, self.sorting)
        if row is None:
            self.say("No sample is chosen: f shows all again.")
            return
        self._see(leap(here, trace, loss_step(trace, rows, row)))

    def action_repeat(self) -> None:
        """Ask for a count and for the move that is to be made so often."""
        from tui.screens.pressing import ask_for_count

        ask_for_count(self.app, self.action_move)

    def action_mark(self) -> None:
        """Ask for a letter and mark this place by it."""
        from tui.screens.pressing import ask_for_letter

        ask_for_letter(self.app, "Mark this place by a letter", self._walk.marks, self._mark)

    def action_to_mark(self) -> None:
        """Ask for a letter and go to the place that is marked by it."""
        from tui.screens.pressing import ask_for_letter

        ask_for_letter(self.app, "Go to the place marked by a letter", self._walk.marks, self._to_mark)

    def _mark(self, letter: str) -> None:
        self.say(self._walk.mark(letter))

    def _to_mark(self, letter: str) -> None:
        self._others.end()
        self.say(self._walk.to_mark(letter))
        self._run_beside()

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
        from engine.watching.named import name_of

        trace, here = self._walk.place
        text = name_of(selected(trace, here))
        if text is None:
            self.say("This number can't be watched: a condition has no word for it.")
        else:
            self.say(self._walk.watches.toggle(trace, text))

    def action_findings(self) -> None:
        """Look for what there is to find, and go to one of the findings."""

        def told(found: list[Finding]) -> None:
            from tui.screens.questions import ask_for_finding

            self._show_progress()
            self.say(ask_for_finding(self.app, self._walk.journey, found, self._see))

        self._walk.look_around(told)

    def _see(self, cursor: Cursor) -> None:
        """Go where there is something to be seen, in the network."""
        self.turn_to(VIEWS[0])
        self._walk.go(cursor)

    def action_edit(self) -> None:
        """Ask what the number that is looked at is to be, and go on in a run in which it is that."""
        from tui.screens.questions import ask_for_change

        trace, here = self._walk.place
        self.say(ask_for_change(self.app, trace, here, self._branch))

    def _branch(self, change: Change) -> None:
        self._go_on(lambda: self._walk.branch(change))

    def _in_tree(self, command: Command) -> None:
        """Hold another run against this one, or go on in the one that is."""
        beside = self._walk.runs.beside
        if beside is None:
            self.say("There is one run: e, or :set W1[1,2] = 0.3, makes another.")
        elif command == "to-maker":
            self._go_on(lambda: self._walk.enter(beside))
        elif not self._walk.choose_run(1 if command == "unit-down" else -1):
            self.say("There is no further run that way.")
        self.runs = self._walk.runs
        self._run_beside()

    def _run_beside(self) -> None:
        """Run the run that is held against this one to its end, in the background."""
        beside = self._walk.runs.beside
        if self.view == "branches" and beside is not None:
            self._others.keep(self._walk.runs.entries[beside].trace)

    def action_go_to(self) -> None:
        """Ask for a step by its number."""
        from tui.screens.questions import ask_for_step

        ask_for_step(self.app, self._walk.journey, self._go)

    def action_command_line(self) -> None:
        """Ask for a command and obey it."""
        from tui.screens.command_line import CommandScreen
        from tui.walking.command_line import CommandLine

        def act(action: str) -> None:
            self.call_later(self.run_action, action)

        def answered(reply: str | None) -> None:
            self._guides = True  # a step that was asked for, if it led to one
            if reply:
                self.say(reply)

        line = CommandLine(self._walk, act, self._tell, self._go_on, closed=self._closed)
        self.app.push_screen(CommandScreen(line.obey, self._typed), answered)

    def action_find(self) -> None:
        """Ask for a number by its name, and explain it."""
        from tui.screens.questions import ask_for_number

        ask_for_number(self.app, self._walk.journey, self._walk.go)

    def action_help(self) -> None:
        """Say what stands on the screen, and show the keys."""
        from tui.draw.legend.step import sentence_of
        from tui.screens.help import HelpScreen

        rows = [row for pane in self.query(Pane) if pane.display and pane.region for row in pane.picture]
        trace, cursor = self._walk.place
        footer = self.query_one(FooterPane).picture
        self.app.push_screen(
            HelpScreen([row for row in rows if row not in footer], sentence_of(trace, cursor), self.view)
        )
