"""What do keys do in one view alone, and how does the user turn from one to the other?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.reactive import var
from textual.screen import Screen

from engine.facts.two_orders.chosen import NOBODY_CHOSE, Two, choices, next_choice
from engine.looking.along import Along, moved, zoomed
from engine.looking.choosing import look_at_number
from engine.looking.cursor import leap, look_at
from engine.looking.sorting import Sorting, at_next_apart, chosen_row, obeyed
from engine.looking.ways.differences import walked_in
from engine.looking.ways.moves import STEPPING
from tui.meanwhile.wanted import ASKED
from tui.views import PRESENTER, VIEWS
from tui.walking.nothing import only_samples, shown_already, why_same_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.branching.tree import Runs
    from engine.facts.samples import Samples
    from engine.facts.two_orders.parting import Parting
    from engine.looking.cursor import Cursor
    from engine.looking.ways.moves import Command
    from engine.run.tracing import Trace
    from tui.walking.other_runs import OtherRuns
    from tui.walking.walk import Walk

Fact = TypeVar("Fact")


class ViewKeys(Screen[None]):
    """A screen that shows one of the views of a walk; what is chosen in each is kept."""

    message: var[str] = var("")
    view: var[str] = var(VIEWS[0])
    others: var[tuple[Trace, ...]] = var((), always_update=True)
    two: var[Two] = var(NOBODY_CHOSE)
    along: var[Along] = var(Along())
    sorting: var[Sorting] = var(Sorting())
    runs: var[Runs | None] = var(None)

    _walk: Walk
    _others: OtherRuns
    _view_before = VIEWS[0]

    @property
    def goal(self) -> Cursor:
        """The cursor that is shown or, if it is still to be computed, will be."""
        return self._walk.journey.goal

    def say(self, sentence: str) -> None:
        """Say why a key did nothing, until the next key; an empty sentence says nothing any more."""
        self.message = sentence

    def action_move(self, command: Command, times: int = 1) -> None:
        """Move the cursor, so many times."""
        raise NotImplementedError

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
        from engine.looking.known.matrices import in_matrix

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
        from engine.facts.two_orders.compare import compare
        from engine.facts.two_orders.parting import parting

        trace, here = self._walk.place
        iteration = trace.schedule.site(here.step).iteration
        if not choices(trace, iteration):
            return False

        def go(there: Parting | None) -> None:
            if there is not None:
                self._walk.go(look_at_number(leap(here, trace, there.step), trace, there.number))

        there = self._having(lambda: parting(trace, compare(trace, iteration, self.two), here.units), go)
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
            self._to_difference(by)
        elif self.view == "time":
            self.action_move("later-error" if by > 0 else "earlier-error")
        else:
            self.say("> < go along the curve of view 4, through the errors of view 5 or : mine FILE.")

    def _to_difference(self, by: int) -> None:
        """Go to what differs next of the user's own numbers: in a table of outputs that do, to the row."""
        move = partial(self.action_move, "next-difference" if by > 0 else "previous-difference")
        if self.view != "samples":
            move()
            return
        from engine.facts.samples import beside

        trace, before = self._walk.journey.trace, self.sorting

        def sorting() -> Sorting | None:
            rows = self._samples()
            theirs = beside(trace, rows)
            return None if theirs is None else at_next_apart(rows, theirs.apart, before, by)

        def choose(found: Sorting | None) -> None:
            if found is None:
                move()
            elif found == before:
                self.say(f"No row {'below' if by > 0 else 'above'} is not as yours.")
            else:
                self.sorting = found

        self._having(sorting, choose)

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

    def action_scale(self) -> None:
        """Switch curves over the iterations between a linear and a logarithmic scale."""
        if self.view not in ("loss", "watches"):
            self.say("l changes the scale of the loss curve, view 4, and of the curves of view W.")
            return
        if self.view == "loss":
            from engine.facts.losses import is_logarithmic

            now = is_logarithmic(self._walk.journey.trace, self.along.logarithmic)
        else:
            from engine.watching.history import is_logarithmic as curve_is
            from engine.words.runs.found import NO_CURVE, NOTHING_ABOVE_0

            every = self._walk.watches.every
            read = [one for one in every if one.history.curve.iterations]  # of others nothing is known yet
            if not any(curve_is(one, chosen=True) for one in read) and len(read) == len(every):
                self.say(NOTHING_ABOVE_0 if every else NO_CURVE)
                return
            now = any(curve_is(one, self.along.logarithmic) for one in every)
        self.along = self.along._replace(logarithmic=not now)

    def action_against(self) -> None:
        """Hold another two orders against each other."""
        if self.view != "compare":
            self.say("v chooses which two orders view 2 holds against each other.")
            return
        trace, cursor = self._walk.place
        self._hold(next_choice(trace, trace.schedule.site(cursor.step).iteration, self.two))

    def _hold(self, two: Two) -> None:
        """Hold two orders against each other."""
        if two != self.two:
            self.two = two
            if self.view == "compare":
                self._run_others()

    def _run_others(self) -> None:
        """Run in the background what view 2 shows the end of."""
        trace, here = self._walk.place
        offered = choices(trace, trace.schedule.site(here.step).iteration)
        if offered:
            self._others.begin(trace, self.two if self.two in offered else offered[0], self._walk.apart)

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
        full = view != VIEWS[0]
        if full != self.has_class("-full"):
            self.set_class(full, "-full", update=False)
            self.query_one("#reasons").update_node_styles()  # nothing else looks otherwise
        self.view = view
        self._run_beside()

    def action_presenter(self) -> None:
        """Turn to the page for a class, and back to the view that it was opened from."""
        if self.view == PRESENTER:
            self.turn_to(self._view_before)
        else:
            self._view_before = self.view
            self.turn_to(PRESENTER)

    def action_table(self, command: str, times: int = 1) -> None:
        """Choose another sample of the table, or sort it anew."""
        if self.view != "samples":
            self.say(only_samples(command))
            return

        before = self.sorting

        def sorting() -> Sorting:
            rows, found = self._samples(), before
            for _ in range(min(times, len(rows))):
                found = obeyed(rows, found, command)
            return found

        def sort(found: Sorting) -> None:
            self.sorting = found
            if found == before:
                self.say(why_same_table(command))

        self._having(sorting, sort)

    def _having(self, facts: Callable[[], Fact], then: Callable[[Fact], None]) -> Fact | str:
        """Do something with facts of the run, and return them; those of a large run have to be waited for."""
        if (maker := self._walk.apart) is not None:
            maker.make(ASKED, facts, then)
            return "waited for"
        found = facts()
        then(found)
        return found

    def _samples(self) -> Samples:
        from engine.facts.samples import samples_at

        trace, here = self._walk.place
        return samples_at(trace, trace.schedule.site(here.step).iteration)

    def _to_sample(self) -> None:
        """Go to the loss of the chosen sample, look at its largest term, and show the network there."""
        from engine.facts.samples import loss_step

        trace, here = self._walk.place

        def see(rows: Samples) -> None:
            row = chosen_row(rows, self.sorting)
            if row is None:
                self.say("No sample is chosen: f shows all again.")
                return
            there = leap(here, trace, loss_step(trace, rows, row))
            self._see(look_at(there, trace, trace.shapes.layers, int(rows.largest[row])))

        self._having(self._samples, see)

    def _see(self, cursor: Cursor) -> None:
        """Go where there is something to be seen, in the network."""
        self.turn_to(VIEWS[0])
        self._walk.go(cursor)

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
            self._others.keep(self._walk.runs.entries[beside].trace, self._walk.apart)

    def _go_on(self, in_another_run: Callable[[], str]) -> None:
        """Go on in another run, or say why there is none, and hold it against its own other orders."""
        self._others.end()
        self.say(in_another_run())
        if self.view == "compare":
            self._run_others()
        self._run_beside()
