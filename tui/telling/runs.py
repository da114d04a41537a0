"""Which runs that branch off each other can leader and follower both make?

A leader tells of each run what was chosen for it, and where it branches off which other with which change. A
follower does the same to a scenario of its own; the digest of the run that is shown says if it is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.read import ScenarioError
from engine.read.changed import changed, with_mistake
from engine.run.change import Change
from engine.run.tracing import trace
from tui.telling.shared import breaks_of, broken, chosen_in, is_known, told_breaks, told_by_hand
from tui.telling.state import Otherwise, RunOf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.branching.tree import Runs
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.telling.state import Chosen


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
    """The runs that have been made for those that are told of, so that none is made twice."""

    def __init__(self) -> None:
        self._known: dict[object, Trace] = {}

    def runs(
        self, opened: Scenario, shown: Trace, wanted: tuple[RunOf, ...]
    ) -> list[Trace] | OnTheWay | None:
        """Return a run for each of those wanted, of a scenario; None if there can be no such.

        What is shown is not made anew. A branch needs the run that it branches off to have come there.
        """
        found: list[Trace] = []
        for run in self.each(opened, shown, wanted):
            if run is None or isinstance(run, OnTheWay):
                return run
            found.append(run)
        return found

    def each(
        self, opened: Scenario, shown: Trace, wanted: tuple[RunOf, ...]
    ) -> Iterator[Trace | OnTheWay | None]:
        """Yield what comes of each run wanted; None where there can be none, and for what branches off that.

        Nothing comes after what is on the way.
        """
        found: list[Trace | None] = []
        keys: list[object] = []
        for one in wanted:
            if one.parent is not None and one.parent >= len(found):
                yield None
                return
            key = (opened, None if one.parent is None else keys[one.parent], one)
            run: Trace | OnTheWay | None = self._known.get(key)
            if run is None:
                origin = None if one.parent is None else found[one.parent]
                there_is_none = one.parent is not None and origin is None
                run = None if there_is_none else self._made(opened, origin, one, shown, key)
            yield run
            if isinstance(run, OnTheWay):
                return
            if run is not None:
                self._known[key] = run
            found.append(run)
            keys.append(key)

    def _made(
        self, opened: Scenario, origin: Trace | None, one: RunOf, shown: Trace, key: object
    ) -> Trace | OnTheWay | None:
        run = self._known.get((key, "unbroken")) or self._begun(opened, origin, one, shown)
        if run is None or isinstance(run, OnTheWay) or not one.breaks:
            return run
        self._known[key, "unbroken"] = run
        after = one.breaks[0][0]
        if after >= len(run):
            return None
        iteration = run.schedule.site(after).iteration
        if run.computed < iteration:
            return OnTheWay(run, iteration)
        return broken(run, breaks_of(one))

    def _begun(
        self, opened: Scenario, origin: Trace | None, one: RunOf, shown: Trace
    ) -> Trace | OnTheWay | None:
        """Return a run as it is without updates out of turn."""
        # Imported when a leader has branched: most never do.
        from engine.branching.making import branch

        if not is_known(one.chosen):
            return None
        try:
            if origin is None:
                scenario = with_chosen(opened, one.chosen, one.order)
                mine = root_of(shown).undisturbed
                same = mine.scenario is scenario and mine.order == one.order
                return mine if same else trace(scenario, one.order)
            if not one.iteration < origin.iterations:
                return None
            if origin.computed < one.iteration:
                return OnTheWay(origin, one.iteration)
            change = None if one.change is None else _change(one.change)
            begun = branch(origin, one.iteration, change)
            return begun.otherwise(with_chosen(begun.scenario, one.chosen, one.order), one.order)
        except (ScenarioError, ValueError, LookupError):
            return None


def _change(told: Otherwise) -> Change:
    return Change(told.what, told.value, told.layer, told.units, told.sample, told.time)


def with_chosen(scenario: Scenario, chosen: Chosen, order: str) -> Scenario:
    """Return a scenario with what was chosen for it; itself if it has all that."""
    if chosen_in(scenario) == chosen:
        return scenario
    base = with_mistake(scenario, chosen.mistake)
    return changed(base, order, optimizer=chosen.optimizer, learning_rate=chosen.learning_rate)
