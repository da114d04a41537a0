"""Which runs that branch off each other can leader and follower both make?

A leader tells of each run what was chosen for it, and where it branches off which other with which change. A
follower does the same to a scenario of its own; the digest of the run that is shown says if it is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.branching.change import Change
from engine.read import ScenarioError
from engine.read.changed import changed, with_mistake
from engine.run.tracing import trace
from tui.following.protocol import Otherwise, RunOf
from tui.following.shared import breaks_of, broken, chosen_in, is_known, told_breaks, told_by_hand

if TYPE_CHECKING:
    from engine.branching.tree import Runs
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.following.protocol import Chosen


class OnTheWay(NamedTuple):
    """A run that has first to come to an iteration, where another branches off it."""

    trace: Trace
    iteration: int


def root_of(run: Trace) -> Trace:
    """Return the run that a run branches off, itself or by others, and that is no branch."""
    while run.origin is not None:
        run = run.origin.parent
    return run


def told(runs: Runs) -> tuple[RunOf, ...]:
    """Return what a leader tells of the runs; nothing where there is one."""
    if len(runs.entries) == 1:
        return ()
    return tuple(_told(entry.trace, entry.parent) for entry in runs.entries)


def _told(run: Trace, parent: int | None) -> RunOf:
    breaks, by_hand = told_breaks(run.breaks), told_by_hand(run.breaks)
    origin = run.origin
    if origin is None:
        return RunOf(chosen_in(run.scenario), run.order, breaks, by_hand=by_hand)
    change = None if origin.change is None else Otherwise(*origin.change)
    return RunOf(chosen_in(run.scenario), run.order, breaks, parent, origin.iteration, change, by_hand)


class Made:
    """The runs that a follower has made for those of a leader, so that none is made twice."""

    def __init__(self) -> None:
        self._known: dict[object, Trace] = {}

    def runs(
        self, opened: Scenario, shown: Trace, wanted: tuple[RunOf, ...]
    ) -> list[Trace] | OnTheWay | None:
        """Return a run for each of those wanted, of a scenario; None if there can be no such.

        What is shown is not made anew. A branch needs the run that it branches off to have come there.
        """
        found: list[Trace] = []
        keys: list[object] = []
        for one in wanted:
            if one.parent is not None and one.parent >= len(found):
                return None
            key = (opened, None if one.parent is None else keys[one.parent], one)
            run = self._known.get(key)
            if run is None:
                origin = None if one.parent is None else found[one.parent]
                made = self._made(opened, origin, one, shown)
                if made is None or isinstance(made, OnTheWay):
                    return made
                run = self._known[key] = made
            found.append(run)
            keys.append(key)
        return found

    def _made(
        self, opened: Scenario, origin: Trace | None, one: RunOf, shown: Trace
    ) -> Trace | OnTheWay | None:
        # Imported when a leader has branched: most never do.
        from engine.branching.making import branch

        if not is_known(one.chosen):
            return None
        try:
            if origin is None:
                scenario = _with_chosen(opened, one.chosen, one.order)
                mine = root_of(shown).undisturbed
                same = mine.scenario is scenario and mine.order == one.order
                run = mine if same else trace(scenario, one.order)
            elif not one.iteration < origin.iterations:
                return None
            elif origin.computed < one.iteration:
                return OnTheWay(origin, one.iteration)
            else:
                change = None if one.change is None else _change(one.change)
                begun = branch(origin, one.iteration, change)
                run = begun.otherwise(_with_chosen(begun.scenario, one.chosen, one.order), one.order)
        except (ScenarioError, ValueError, LookupError):
            return None
        return broken(run, breaks_of(one)) if one.breaks else run


def _change(told: Otherwise) -> Change:
    return Change(told.what, told.value, told.layer, told.units, told.sample, told.time)


def _with_chosen(scenario: Scenario, chosen: Chosen, order: str) -> Scenario:
    """Return a scenario with what was chosen for it; itself if it has all that."""
    if chosen_in(scenario) == chosen:
        return scenario
    base = with_mistake(scenario, chosen.mistake)
    return changed(base, order, optimizer=chosen.optimizer, learning_rate=chosen.learning_rate)
