"""How does the user walk through a run, and on into another run of the same scenario?

Each run has a journey of its own. The walk begins the next one where the last was left: in another
update order, with another mistake, after a break of the rule, or back where one was made.
"""

from __future__ import annotations

import gc
from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.branching.tree import MOST, Entry, Runs
from engine.facts.beside.theirs import hold
from engine.looking.cursor import Cursor, go_to, inside, jumped, leap, start
from engine.looking.lesson.notes import guided, hidden_by, noted_steps
from engine.looking.ways.differences import at_first_difference
from engine.looking.ways.moves import STEPPING, WITHOUT_NUMBERS, repeated
from tui.meanwhile.wanted import MOVE, OTHER_RUN
from tui.walking.breakpoints import LONGER, Breakpoints
from tui.walking.journey import Journey
from tui.walking.mistakes import with_other_mistake
from tui.walking.nothing import why_nothing, why_nothing_set
from tui.walking.noticed import Noticed
from tui.walking.orders import Breaks, Place, at_same_place, in_other_order, which_of_all
from tui.walking.player import Player
from tui.walking.watches import Watches

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.conditions.meaning import Meaning
    from engine.conditions.reach import Count, Reached
    from engine.facts.beside.theirs import Theirs
    from engine.facts.findings.finding import Looked
    from engine.looking.ways.moves import Command
    from engine.order.schedule import Poke
    from engine.run.change import Change
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.meanwhile.maker import Maker
    from tui.meanwhile.quest import Quest
    from tui.telling.state import Look

_BACK: tuple[Command, ...] = ("previous", "first", "previous-phase", "previous-iteration")


class Mark(Struct, frozen=True):
    """A marked place: which of the runs, and where in it the user looked.

    `told` is what a session tells of it, where that asks for numbers that are not there yet.
    """

    run: int
    cursor: Cursor
    told: Look | None = None


class Walk:
    """The user's walk; `journey` is the way through the run that he is in.

    `opened` is the scenario as it was before the user chose another mistake, or none.
    `arrived` and `waiting` are called as by a journey, and `entered` when the journey is a new one, through
    another run, and nothing of it is looked at yet. `ask` has the terminal asked whether it has drawn, as for
    a player; `stood_still` is called when playing stops, `tell` with what has been found, or why it was
    stopped, and `watched` when more is known of what is watched. `theirs` are numbers
    of the user's own that are held against the run.
    """

    def __init__(
        self,
        place: Place,
        *,
        arrived: Callable[[], None],
        waiting: Callable[[], None],
        entered: Callable[[], None],
        ask: Callable[[], bool],
        stood_still: Callable[[], None],
        tell: Callable[[str], None],
        watched: Callable[[], None],
        theirs: Theirs | None = None,
    ) -> None:
        self._arrived = arrived
        self._waiting = waiting
        self._entered = entered
        self._tell = tell
        self._maker: Maker | None = None  # there with the first large run
        self._breaks = Breaks()
        self.breakpoints = Breakpoints()
        self.marks: dict[str, Mark] = {}
        self.watches = Watches(watched, lambda: self.apart)
        self.noticed = Noticed(waiting)
        self._quest: Quest[Count] | Quest[Reached | None] | Quest[Looked] | None = None
        self._theirs = theirs
        self._on_its_way: tuple[tuple[Command, int], ...] = ()  # moves in a large run
        self._moves_from: Place | None = None
        self.opened = place.trace.scenario
        self.runs = Runs((Entry(place.trace),))
        self.journey = self._journey_from(place)
        self.player = Player(self._play_on, ask, stood_still)

    @property
    def apart(self) -> Maker | None:
        """Who computes the run that the user is in apart from the keyboard, as it is large; else None."""
        return self._maker_of(self.journey.trace)

    def _maker_of(self, trace: Trace) -> Maker | None:
        if trace.large and self._maker is None:
            # Imported for a large run: most sessions never need it.
            from tui.meanwhile.maker import Maker

            self._maker = Maker()
        return self._maker if trace.large else None

    @property
    def place(self) -> Place:
        """The run, and where in it the user looks."""
        return Place(self.journey.trace, self.journey.here)

    @property
    def on_their_way(self) -> int:
        """How many moves are still to be made, as the numbers that they need take long."""
        return len(self._on_its_way)

    def move(self, command: Command, times: int = 1) -> str:
        """Move by a command, so many times; return why it does nothing, if it doesn't."""
        self.player.stop()
        if self.give_up() and command == "release":
            return "The search was given up."
        trace, here = self.place
        if here.step == trace.first_step and command in _BACK and self.runs.parent is not None:
            return self._into_parent(self.runs.parent, first=command == "first")
        if self.apart is not None:
            on_its_way = self._on_its_way if self._moves_from == self.place else ()
            if command not in WITHOUT_NUMBERS or (on_its_way and command != "release"):
                self._move_apart(self.apart, (*on_its_way, (command, times)))
                return ""
        return self._move_to(repeated(here, trace, command, times), command, times)

    def _move_apart(self, maker: Maker, moves: tuple[tuple[Command, int], ...]) -> None:
        """Move where the numbers take long: a key goes on from where those before it lead, once they do."""
        self._on_its_way, self._moves_from = moves, self.place
        trace, here = self.place

        def made() -> Cursor:
            cursor = here
            for command, times in moves:
                cursor = repeated(cursor, trace, command, times)
            return cursor

        def moved(cursor: Cursor) -> None:
            self._on_its_way = ()
            if self.place != (trace, here):  # the user has gone elsewhere
                return
            if len(moves) == 1 or cursor != here:
                self._tell(self._move_to(cursor, *moves[-1]))

        maker.make(MOVE, made, moved)

    def _move_to(self, cursor: Cursor, command: Command, times: int) -> str:
        """Move to where a command leads; return why it does nothing, if it doesn't."""
        trace, here = self.place
        if command in STEPPING and cursor.step != here.step:
            cursor = guided(cursor, trace)
        if cursor == here and command == "release" and self.journey.waits:
            self.journey.look_at(here)
            return "Not waited for any more."
        if cursor == here:
            return self.why_nothing(here, command)
        if (command in LONGER or times > 1) and self.breakpoints.on():
            self._move_unless_stopped(cursor)
        else:
            self.journey.look_at(cursor)
        return ""

    def go(self, cursor: Cursor) -> None:
        """Go to a cursor that the user asked for."""
        self.player.stop()
        self.give_up()
        self.journey.look_at(cursor)

    def play(self) -> None:
        """Step on by itself, or stand still again."""
        if self.player.playing:
            self.player.stop()
        else:
            self.give_up()
            self.player.start()

    def _play_on(self) -> bool:
        """Take a step, unless one is waited for; return whether to go on after it."""
        before = self.journey.here
        if not self.journey.step_on():
            return False
        here = self.journey.here
        stopped = None if here.step == before.step else self.breakpoints.at(self.journey.trace, here.step)
        if stopped is not None:
            self._tell(stopped.words)
        return stopped is None

    # -- marks ------------------------------------------------------------------------------------

    def mark(self, letter: str) -> str:
        """Mark this place by a letter; return what is said of it."""
        here = self.journey.here
        self.marks[letter] = Mark(self.runs.at, replace(here, past=(), future=()))
        return f"Step {here.step + 1:,} is marked: '{letter} comes back to it."

    def to_mark(self, letter: str) -> str:
        """Go to a marked place, in whichever run it is; return why that can't be, if it can't."""
        mark = self.marks.get(letter)
        if mark is None or mark.run >= len(self.runs.entries):
            return f'Nothing is marked {letter}: " and a letter mark a place.'
        maker = self._maker_of(self.runs.entries[mark.run].trace)
        if maker is None or mark.told is None:
            self._to_place(self._with_numbers(mark))
        else:
            self._moves_from = None
            maker.make(MOVE, lambda: self._with_numbers(mark), self._to_place)
        return ""

    def _to_place(self, mark: Mark) -> None:
        if mark.run != self.runs.at:
            self.enter(mark.run)
        elif mark.cursor != replace(self.journey.here, past=(), future=()):
            self.go(jumped(self.journey.here, mark.cursor))
            return
        self.go(replace(mark.cursor, step=inside(self.journey.trace, mark.cursor.step)))

    def _with_numbers(self, mark: Mark) -> Mark:
        """Return a mark that a session has brought with all that it looks at, if that has been run."""
        trace = self.runs.entries[mark.run].trace
        if mark.told is None or not trace.has_run(mark.cursor.step):
            return mark
        from tui.telling.looking import cursor_told

        return Mark(mark.run, cursor_told(trace, mark.told))

    # -- what is looked for -----------------------------------------------------------------------

    def look_for(self, meaning: Meaning, *, back: bool, nowhere: str) -> None:
        """Go on, or back, to where a condition begins to hold; or tell that it does so `nowhere`."""
        trace, here = self.place

        def told(reached: Reached | None) -> None:
            if reached is None:
                self._tell(nowhere)
            else:
                self.journey.look_at(guided(leap(here, trace, reached.step), trace))

        self._reach([meaning], trace.first_step if back else len(trace) - 1, told)

    def look_around(self, told: Callable[[Looked], None]) -> None:
        """Look for what there is to find in as much of the run as has been computed: all, if it is short."""
        self.journey.run_if_short()
        self.noticed.seen()
        from engine.facts.findings.search import findings
        from tui.meanwhile.quest import Quest

        self._seek(Quest(findings(self.journey.trace), told, self._waiting, self.apart))

    def count(self, meaning: Meaning, told: Callable[[Count], None]) -> None:
        """Count how often a condition holds."""
        # Imported when something is searched: most sessions never do.
        from engine.conditions.reach import count
        from tui.meanwhile.background import PIECE
        from tui.meanwhile.quest import Quest

        self._seek(Quest(count(self.journey.trace, meaning, PIECE), told, self._waiting, self.apart))

    def give_up(self) -> bool:
        """Give up what is being looked for; return whether anything was."""
        quest, self._quest = self._quest, None
        if quest is None or not quest.runs:
            return False
        quest.stop()
        self._waiting()
        return True

    def _move_unless_stopped(self, cursor: Cursor) -> None:
        """Move to a cursor, or to where the first breakpoint on the way stops."""
        trace, here = self.place
        on = self.breakpoints.on()

        def told(reached: Reached | None) -> None:
            if reached is None:
                self.journey.look_at(cursor)
                return
            self.journey.look_at(guided(leap(here, trace, reached.step), trace))
            self._tell(on[reached.place].words)

        self._reach(self.breakpoints.meanings(trace), cursor.step, told)

    def _reach(self, meanings: list[Meaning], limit: int, told: Callable[[Reached | None], None]) -> None:
        from engine.conditions.reach import reach
        from tui.meanwhile.background import PIECE
        from tui.meanwhile.quest import Quest

        trace, here = self.place
        self._seek(Quest(reach(trace, meanings, here.step, limit, PIECE), told, self._waiting, self.apart))

    def _seek(self, quest: Quest[Count] | Quest[Reached | None] | Quest[Looked]) -> None:
        self.player.stop()
        self.give_up()
        self._quest = quest
        quest.start()

    @property
    def has_more_notes(self) -> bool:
        """Whether notes follow, in this run or in the one that the lesson is about."""
        trace, here = self.place
        return (
            hidden_by(trace, here.step) is not None
            or not trace.scenario.notes
            or any(step > here.step for step in noted_steps(trace))
        )

    def why_nothing(self, here: Cursor, command: Command) -> str:
        """Return why a command changes nothing that is seen at a cursor."""
        return why_nothing(self.journey.trace, here, command, self.opened)

    def open(self, trace: Trace, opened: Scenario | None = None) -> None:
        """Begin anew, at the first step of another trace; `opened` is its scenario with its own mistake."""
        self.opened = opened or trace.scenario
        self.runs = Runs((Entry(trace),))
        self._breaks.forget()
        self.breakpoints.forget()
        self.marks.clear()
        self.watches.forget()
        self._theirs = None
        self._go_on_at(Place(trace, guided(start(trace), trace)))
        self._collect()

    def reopen(self, trace: Trace) -> str:
        """Go on at the same place of a run of the scenario as its file is now; return that it is so."""
        # Imported when a file has changed: most sessions never need it.
        from engine.looking.carried import carried

        cursor = carried(self.journey.goal, self.journey.trace, trace)
        self.opened = trace.scenario
        self.runs = Runs((Entry(trace),))
        self._breaks.forget()
        self.marks.clear()
        self._theirs = None  # what somebody has computed was of the file before
        self._go_on_at(Place(trace, cursor))
        self._collect()
        return "Read again: this is the file as it is now."

    def _collect(self) -> None:
        """Give back what a large run before has taken, which nothing else collects."""
        if self._maker is not None:
            gc.collect()

    def switch_order(self, *, each: bool = False) -> str:
        """Go on at the same place of the run in another update order, and back; or through `each` of them.

        The answer is a sentence where there is no other order, and of each which it is.
        """
        self._breaks.forget()

        def go(place: Place | str) -> str:
            said = self._go_on_or_say(place)
            return said or (which_of_all(self.journey.trace) if each else "")

        return self._go_on_in(lambda: in_other_order(self.place, each=each), go)

    def make_mistake(self, mistake: str | None) -> str:
        """Go on at the same place of the run with a mistake, or as it should be.

        The answer is a sentence where that is this run, or there is none.
        """

        def made() -> Place | str:
            place = with_other_mistake(self.place, self.opened, mistake)
            if not isinstance(place, str):
                self._breaks.forget()
            return place

        return self._go_on_in(made)

    def break_rule(self) -> str:
        """Apply what is gathered for the layer that is looked at; or return why that makes no sense."""
        return self._go_on_in(lambda: self._breaks.make(self.place))

    def set_by_hand(self, layer: int, poke: Poke) -> str:
        """Set a parameter of a layer by hand, in the midst of an iteration; or return why that can't be."""
        return self._go_on_in(lambda: self._breaks.set_by_hand(self.place, layer, poke))

    def mend_rule(self) -> str:
        """Take the last break of the rule back; or return that there is none."""
        return self._go_on_in(lambda: self._breaks.take_back(self.place))

    # -- what if ----------------------------------------------------------------------------------

    def branch(self, change: Change) -> str:
        """Go on at the same place in a run that has branched off this one; or return why there is none."""
        from engine.branching.making import branch

        trace, here = self.place
        if why := why_nothing_set(trace) or (
            "" if not self.runs.full else f"No more than {MOST} runs are kept."
        ):
            return why

        def made() -> Place | str:
            try:
                other = branch(trace, trace.schedule.site(here.step).iteration, change)
            except ValueError as error:
                return str(error)
            return at_same_place(Place(trace, here), other)

        return self._go_on_in(made, self._branch_off)

    def _branch_off(self, place: Place | str) -> str:
        if isinstance(place, str):
            return place
        self._breaks.forget()
        self.runs = self.runs.branched(place.trace)
        self._go_on_at(place)
        return ""

    def enter(self, place: int) -> str:
        """Go on at the same place in another of the runs; or return that there is none."""
        if not 0 <= place < len(self.runs.entries):
            return f"The runs are 1 to {len(self.runs.entries)}."
        if place == self.runs.at:
            return f"This is run {place + 1}."
        self._breaks.forget()
        self.runs = self.runs.entered(place)
        self._go_on_at(at_same_place(self.place, self.runs.here))
        return ""

    def choose_run(self, by: int) -> bool:
        """Hold the next run, or the one before, against this one; return whether there is another."""
        before, self.runs = self.runs, self.runs.moved(by)
        return self.runs.beside != before.beside

    def _into_parent(self, parent: int, *, first: bool) -> str:
        """Go on backwards in the run that this one has branched off."""
        trace = self.journey.trace
        self._breaks.forget()
        self.runs = self.runs.entered(parent)
        whole = self.runs.here
        step = whole.first_step if first else whole.schedule.first_step(trace.begins) - 1
        self._go_on_at(Place(whole, go_to(start(whole), whole, step)))
        return f"Before iteration {trace.begins + 1:,} it is run {parent + 1}; E has both."

    def progress(self) -> str:
        """Return what there is to say of a search, the run, the wait or the playing; empty if nothing is."""
        if self._quest is not None and self._quest.runs:
            return f"searching {100.0 * self._quest.share:.0f} %, esc stops"
        return self.journey.progress() or ("▶ playing" if self.player.playing else "")

    def end(self) -> None:
        """Leave, without waiting for the run."""
        self.player.stop()
        self.give_up()
        self.watches.end()
        self.noticed.end()
        self.journey.end()
        if self._maker is not None:
            self._maker.end()

    def _go_on_in(
        self, made: Callable[[], Place | str], go: Callable[[Place | str], str] | None = None
    ) -> str:
        """Go on in another run, or return why there is none; a large one is made apart from the keyboard."""
        go = go or self._go_on_or_say
        if self.apart is None:
            return go(made())
        self.apart.make(OTHER_RUN, made, lambda place: self._tell(go(place)))
        return "The other run is being made."

    def _go_on_or_say(self, place: Place | str) -> str:
        if isinstance(place, str):
            return place
        self.runs = self.runs.gone_on(place.trace)
        self._go_on_at(place)
        return ""

    def _go_on_at(self, place: Place) -> None:
        self.journey.end()
        self.player.stop()
        self.give_up()
        self._moves_from = None
        if self._maker is not None:
            self._maker.leave_looking()
        self.journey = self._journey_from(place)
        self.watches.end()
        self.watches.enter(place.trace)
        self._entered()
        self.journey.run()
        self.journey.look_at(place.cursor)

    def hold(self, theirs: Theirs) -> None:
        """Hold numbers of the user's own against the run, and go to the first that differs."""
        self._theirs = theirs
        trace, here = self.place
        hold(trace, theirs)
        self._entered()
        self.go(at_first_difference(here, trace))

    def _journey_from(self, place: Place) -> Journey:
        hold(place.trace, self._theirs)
        return Journey(*place, self._arrived, self._waiting, self._maker_of(place.trace))
