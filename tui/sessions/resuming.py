"""How does a session come back? Its runs are made again, each once that which it branches off is there.

Of a scenario that has changed meanwhile what still fits is kept, and what doesn't is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.branching.tree import Entry, Runs
from engine.conditions.grammar import ConditionError
from engine.conditions.meaning import meaning_of, number_meaning
from engine.facts.two_orders.chosen import Two
from engine.looking.along import Along
from engine.numerals import counted
from tui.meanwhile.background import Background
from tui.meanwhile.wanted import SESSION
from tui.screens.resumed import Resumed
from tui.telling.digest import digest, digest_of
from tui.telling.looking import cursor_of, cursor_told, sorting_of
from tui.telling.runs import Made, OnTheWay
from tui.telling.shared import chosen_in
from tui.telling.state import Chosen, RunOf, State
from tui.walking.breakpoints import Breakpoint
from tui.walking.walk import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.meanwhile.maker import Maker
    from tui.sessions.document import Session


class Resuming:
    """Makes a session again of a scenario, and calls `show` with it once it is all there.

    `filed` is the scenario as its file is now, `shown` the run of it that is on the screen meanwhile. The
    `maker` has the thread that makes it, where the runs are large.
    """

    def __init__(
        self,
        session: Session,
        filed: Scenario,
        shown: Trace,
        show: Callable[[Resumed], None],
        maker: Maker | None = None,
    ) -> None:
        self._session = session
        self._filed = filed
        self._shown = shown
        self._show = show
        self._maker = maker
        self._made = Made()
        self._background: Background | None = None
        self._ended = False
        self.changed = digest_of(filed) != session.scenario.digest
        looking = session.looking
        alone = RunOf(looking.chosen, looking.order, looking.breaks, by_hand=looking.by_hand)
        told = looking.runs or (alone,)
        self._wanted = tuple(self._as_filed(one) for one in told) if self.changed else told

    def go_on(self) -> None:
        """Make what can be made by now; the rest when a run has come to where it is needed."""
        if self._maker is None:
            self._come(self._making())
        else:
            self._maker.make(SESSION, self._making, self._come)

    def _making(self) -> Resumed | OnTheWay:
        """Return all of it, or the run that has first to come to where it is needed."""
        found: list[Trace | None] = []
        for run in self._made.each(self._shown.scenario, self._shown, self._wanted):
            if isinstance(run, OnTheWay):
                return run
            found.append(run)
        runs, places = self._fitting(found)
        looking, here = self._session.looking, runs.here
        step = min(looking.step, len(here) - 1)
        iteration = here.schedule.site(step).iteration
        if here.computed < iteration:
            return OnTheWay(here, iteration)
        return self._resumed(runs, places, replace(looking, step=step))

    def _come(self, made: Resumed | OnTheWay) -> None:
        if self._ended:
            return
        if not isinstance(made, OnTheWay):
            self._show(made)
        elif made.trace.computed >= made.iteration:  # it has just been run for another
            self.go_on()
        else:
            self._wait(made.trace, made.iteration)

    def end(self) -> None:
        """Give up."""
        self._ended = True
        self._stop_running()
        if self._maker is not None:
            self._maker.leave(SESSION)

    def _stop_running(self) -> None:
        if self._background is not None:
            self._background.stop()

    @property
    def waits(self) -> str:
        """What is waited for, in a sentence."""
        return "On the way back: the runs that branch are run to where they do."

    def _wait(self, trace: Trace, iteration: int) -> None:
        self._background = Background(trace, lambda: None, self._maker)
        self._background.when(iteration, self._arrived)
        self._background.start()

    def _arrived(self) -> None:
        self._stop_running()
        self.go_on()

    def _as_filed(self, run: RunOf) -> RunOf:
        """Return a run with what it had from the scenario's file as that is now."""
        was, now = self._session.scenario, chosen_in(self._filed)
        mine = {
            name: getattr(now if getattr(run.chosen, name) == getattr(was.chosen, name) else run.chosen, name)
            for name in Chosen.__struct_fields__
            if run.change is None or run.change.what != name
        }
        order = self._filed.training.order if run.order == was.order else run.order
        return replace(run, chosen=replace(run.chosen, **mine), order=order)

    def _fitting(self, found: list[Trace | None]) -> tuple[Runs, dict[int, int]]:
        """Return the runs that there are, and the place of each by the one that it had."""
        entries: list[Entry] = []
        places: dict[int, int] = {}
        for place, (run, told) in enumerate(zip(found, self._wanted, strict=False)):
            if run is not None:
                entries.append(Entry(run, None if told.parent is None else places[told.parent]))
                places[place] = len(entries) - 1
        if not entries:
            entries, places = [Entry(self._shown)], {}
        at: int | None = self._session.looking.run
        while at is not None and at not in places:
            at = self._wanted[at].parent
        chosen = places.get(-1 if self._session.looking.beside is None else self._session.looking.beside)
        return Runs(tuple(entries), 0 if at is None else places[at], chosen), places

    def _resumed(self, runs: Runs, places: dict[int, int], looking: State) -> Resumed:
        session, scenario = self._session, runs.here.scenario
        watches = tuple(one for one in session.watches if _is_understood(number_meaning, one, scenario))
        kept = [one for one in session.breakpoints if _is_understood(meaning_of, one.condition, scenario)]
        marks = {}
        for one in session.marks:
            if one.run in places:
                trace = runs.entries[places[one.run]].trace
                cursor = cursor_told(trace, one.at)
                told = None if trace.has_run(cursor.step) else one.at
                marks[one.letter] = Mark(places[one.run], cursor, told)
        lost = {
            "run": len(self._wanted) - len(places),
            "watch": len(session.watches) - len(watches),
            "breakpoint": len(session.breakpoints) - len(kept),
            "mark": len(session.marks) - len(marks),
        }
        same = not self.changed and digest(*runs.here.made_of) == looking.digest
        return Resumed(
            runs,
            cursor_of(runs.here, looking),
            looking.view,
            Along(looking.logarithmic, looking.pointed_at, looking.zoom),
            Two(looking.against, looking.held_against),
            sorting_of(looking),
            watches,
            tuple(Breakpoint(one.number, one.condition, off=one.off) for one in kept),
            marks,
            _sentence(lost, same=same),
            whole=same and not any(lost.values()),
        )


def _is_understood(understand: Callable[[str, Scenario], object], text: str, scenario: Scenario) -> bool:
    """Return whether an expression or a condition means something in a scenario."""
    try:
        understand(text, scenario)
    except ConditionError:
        return False
    return True


def _sentence(lost: dict[str, int], *, same: bool) -> str:
    """Return what there is to say: that all is back, or what has changed and what is missing."""
    missing = [counted(number, noun) for noun, number in lost.items() if number]
    words = " and ".join(part for part in (", ".join(missing[:-1]), *missing[-1:]) if part)
    if same:
        return f"Back where you were, without {words} that can't be had." if words else "Back where you were."
    without = f"without {words}" if words else "all that was made of it is kept"
    return f"The scenario has changed; {without}."
