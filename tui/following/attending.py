"""How does the app follow? It shows what the leader shows, until its user moves; a key leads back.

It goes no faster than its terminal draws: on a slow line what has been overtaken is left out.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from engine.branching.tree import Entry, Runs
from engine.facts.two_orders.chosen import Two
from engine.looking.along import Along
from engine.looking.cursor import start
from engine.read import ScenarioError
from engine.run.tracing import trace
from tui.following.follower import Follower
from tui.meanwhile.reader import Reader, tried
from tui.telling.digest import digest
from tui.telling.looking import cursor_of, is_to_come, sorting_of
from tui.telling.runs import Made, OnTheWay
from tui.telling.shared import broken, is_known, made, run_of
from tui.walking.watched import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.catalog import Shelf
    from engine.looking.cursor import Cursor
    from engine.looking.sorting import Sorting
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.following.lesson import Classroom
    from tui.screens.stepping import SteppingScreen
    from tui.telling.state import State

_PATIENCE = 3.0  # seconds after which a terminal is taken for one that does not answer


class Shown(NamedTuple):
    """What a screen shows: a run, where in it, and how. At the same step another run is something else."""

    trace: Trace | None
    cursor: Cursor
    view: str
    along: Along
    two: Two
    sorting: Sorting
    runs: Runs
    watches: tuple[str, ...]


class _Filed(NamedTuple):
    """A file as it was at some time, and the scenario in it; None where it is none."""

    file: tuple[Path, object]
    scenario: Scenario | None


class Attending:
    """The lesson of an app that follows.

    `keeps` is whether the user brought a file: it stays open, whatever the leader opens.
    """

    follows = True

    def __init__(self, folder: Path | None, name: str, shelf: Shelf, *, keeps: bool) -> None:
        self._follower = Follower(folder, name, self._told)
        self._name = name
        self._shelf = shelf
        self._keeps = keeps
        self._app: Classroom | None = None
        self._latest: State | None = None
        self._leader_is_here = False
        self._with_leader = True
        self._differs = False
        self._answers = True  # whether the terminal says when it has drawn
        self._unanswered: asyncio.TimerHandle | None = None
        self._expected: Shown | None = None  # what the screen shows if nobody moves
        self._on_the_way = False  # to where the leader's run breaks the rule, branches, or looks
        self._way_to = 0  # the step that is
        self._made = Made()
        self._reader = Reader()
        self._read: _Filed | None = None  # what the leader's file gave when it was read last
        self._reads: tuple[Path, object] | None = None  # the file, as it was, that is being read
        self._runs: Runs | None = None  # those of the leader, if they branch

    async def begin(self, app: Classroom) -> None:
        """Look for the leader."""
        self._app = app
        self._follower.start()
        self._say()

    def shown(self, screen: SteppingScreen) -> None:
        """Notice that the user has moved, or that the screen is there at last."""
        self._leave_if_moved(screen)
        there = self._on_the_way and self._expected == _shown_on(screen) and screen.cursor == screen.goal
        if self._with_leader and (there or (self._expected is None and not self._differs)):
            self._follow()
        self._say()

    def _leave_if_moved(self, screen: SteppingScreen) -> None:
        """Follow no longer if the user has moved, also if that is not drawn yet: a key counts at once."""
        if self._expected not in (None, _shown_on(screen)):
            self._with_leader = False

    def drawn(self) -> None:
        """Show what has come while the terminal was drawing."""
        self._answers = True  # if late
        self._wait_no_more()

    def _wait_no_more(self) -> None:
        if self._unanswered is not None:
            self._unanswered.cancel()
            self._unanswered = None
            self._go_along()

    def rejoin(self) -> None:
        """Show what the leader shows, and go on following."""
        self._with_leader = True
        self._follow()
        self._say()

    def end(self) -> None:
        """Listen no more."""
        self._follower.close()
        self._reader.end()
        if self._unanswered is not None:
            self._unanswered.cancel()

    def _told(self, state: State | None) -> None:
        self._leader_is_here = state is not None
        if state is not None:
            self._latest = state
            if self._unanswered is None:
                self._go_along()
        self._say()

    def _go_along(self) -> None:
        """Show the latest state, if the user is still where the leader was."""
        if self._app is not None and self._app.stepping is not None:
            self._leave_if_moved(self._app.stepping)
        if self._with_leader:
            self._follow()

    def _follow(self) -> None:
        """Show the latest state, if the run is the leader's."""
        state = self._latest
        screen = None if self._app is None else self._app.stepping
        if state is None or screen is None or screen.trace is None or self._app is None:
            return
        self._on_the_way = False
        self._differs = not self._open(state, screen, self._app) and self._reads is None
        if self._reads is not None:
            return
        if self._differs:
            self._expected = None
            return
        assert screen.trace is not None
        cursor = start(screen.trace, self._way_to) if self._on_the_way else cursor_of(screen.trace, state)
        # What is looked at there can be shown when it has been computed.
        self._on_the_way |= is_to_come(screen.trace, state)
        along, sorting = Along(state.logarithmic, state.pointed_at, state.zoom), sorting_of(state)
        runs = self._runs or Runs((Entry(screen.trace),))
        two = Two(state.against, state.held_against)
        wanted = Shown(screen.trace, cursor, state.view, along, two, sorting, runs, state.watches)
        if wanted != _shown_on(screen):
            screen.show(cursor, state.view, along, two, sorting, runs, state.watches)
            self._ask(screen)
        self._expected = wanted

    def _open(self, state: State, screen: SteppingScreen, app: Classroom) -> bool:
        """Have the screen show the leader's run; return whether there can be one here.

        Where it breaks the rule, the undisturbed run has to come there first, in the background.
        """
        assert screen.trace is not None
        self._runs = None
        if state.runs:
            return self._open_branch(state, screen, app)
        whole, wanted = screen.trace.undisturbed, run_of(state)
        if digest(whole.scenario, whole.order, wanted.breaks) == wanted.digest:
            opened = screen.opened
        else:
            at_hand = self._at_hand(state)
            if self._reads is not None:
                return False
            theirs = (None if at_hand is None else made(at_hand, wanted)) or made(screen.opened, wanted)
            if theirs is None:
                return False
            whole, opened = trace(theirs.run, wanted.order), theirs.opened
        run: Trace | None = whole
        if wanted.breaks:
            after = wanted.breaks[0].after
            if after >= len(whole):
                return False
            self._on_the_way, self._way_to = not whole.has_run(after), after
            if not self._on_the_way:
                same = whole is screen.trace.undisturbed and screen.trace.breaks == wanted.breaks
                run = screen.trace if same else broken(whole, wanted.breaks)
        if run is None:
            return False
        if run is not screen.trace:
            app.step_through(run, opened)
        return True

    def _open_branch(self, state: State, screen: SteppingScreen, app: Classroom) -> bool:
        """Have the screen show the leader's run among those that branch; return whether there can be one."""
        assert screen.trace is not None
        for scenario in self._scenarios(state, screen):
            found = self._made.runs(scenario, screen.trace, state.runs)
            if isinstance(found, OnTheWay):
                self._on_the_way = True
                self._way_to = found.trace.schedule.first_step(found.iteration)
                run, tree = found.trace, None
            elif found is None or digest(*found[state.run].made_of) != state.digest:
                continue
            else:
                run = found[state.run]
                entries = zip(found, state.runs, strict=True)
                tree = Runs(tuple(Entry(one, of.parent) for one, of in entries), state.run, state.beside)
            if run is not screen.trace:
                app.step_through(run, scenario)
            self._runs = tree
            return True
        return False

    def _scenarios(self, state: State, screen: SteppingScreen) -> Iterator[Scenario]:
        """Yield the scenarios that the leader's runs may be of."""
        yield screen.opened
        if (at_hand := self._at_hand(state)) is not None:
            yield at_hand

    def _at_hand(self, state: State) -> Scenario | None:
        """Return the scenario of the leader's file at hand; None if there is none, or it is being read."""
        path = None if self._keeps or state.scenario is None else self._shelf.named(state.scenario)
        file = None if path is None else (path, stamp(path))
        if file is None or (self._reads is not None and self._reads != file):
            self._reads = None
        if path is None or file is None or self._reads is not None:
            return None
        if self._read is None or self._read.file != file:

            def take(found: Scenario | ScenarioError) -> None:
                self._read = _Filed(file, None if isinstance(found, ScenarioError) else found)
                if self._reads is not None:
                    self._reads = None
                    self._go_along()
                    self._say()

            if not self._reader.read("the leader's", partial(tried, partial(self._shelf.load, path)), take):
                self._reads = file
                return None
        return None if self._read is None else self._read.scenario

    def _ask(self, screen: SteppingScreen) -> None:
        """Wait for the terminal before anything else is shown."""
        if self._answers and self._unanswered is None and screen.ask_terminal():
            self._unanswered = asyncio.get_running_loop().call_later(_PATIENCE, self._give_up)

    def _give_up(self) -> None:
        self._answers = False
        self._wait_no_more()

    def _say(self) -> None:
        if self._app is None or self._app.stepping is None:
            return
        if not self._leader_is_here:
            words = "the leader is gone" if self._latest is not None else f"waiting for {self._name}"
        elif self._differs and self._latest is not None and not is_known(self._latest.chosen):
            words = f"{self._name} does what is unknown here"
        elif self._differs:
            words = f"{self._name} is on another run"
        elif self._with_leader and self._reads is not None:
            words = f"reading what {self._name} has opened"
        elif self._with_leader:
            words = f"following {self._name}"
        else:
            words = "on your own · w returns"
        self._app.stepping.lesson = words


def _shown_on(screen: SteppingScreen) -> Shown:
    """Return what a screen shows, or will as soon as it has been computed."""
    return Shown(
        screen.trace,
        screen.goal,
        screen.view,
        screen.along,
        screen.two,
        screen.sorting,
        screen.branched,
        tuple(one.text for one in screen.watches),
    )
