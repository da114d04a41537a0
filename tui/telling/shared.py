"""Which run can leader and follower both make? One of a scenario at hand, by its name.

A name that comes from a leader is looked up on the follower's own shelf and never taken for a path. What the
leader has done to the scenario is done to the follower's own; the digest says if the run is the same then.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from engine.catalog import file_of
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.order.quantities import PARAMETERS
from engine.order.schedule import Break, Poke
from engine.read import ScenarioError
from engine.read.changed import changed, with_mistake
from tui.telling.digest import digest
from tui.telling.state import Chosen, SetByHand

if TYPE_CHECKING:
    from pathlib import Path

    from engine.catalog import Shelf
    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario
    from tui.telling.state import RunOf, State


class Run(NamedTuple):
    """What was done to a scenario, and the digest of the run that has come of it."""

    chosen: Chosen
    order: Order
    breaks: tuple[Break, ...]
    digest: str


class Made(NamedTuple):
    """A scenario as the leader runs it, as it was before a mistake was chosen, and if they are the same."""

    run: Scenario
    opened: Scenario
    nothing_chosen: bool


def run_of(state: State) -> Run:
    """Return the run that a state tells of."""
    return Run(state.chosen, state.order, breaks_of(state), state.digest)


def told_breaks(breaks: tuple[Break, ...]) -> tuple[tuple[int, int], ...]:
    """Return the step and the layer of each update out of turn."""
    return tuple((one.after, one.layer) for one in breaks)


def told_by_hand(breaks: tuple[Break, ...]) -> tuple[SetByHand, ...]:
    """Return what updates out of turn set by hand, those that do."""
    pokes = ((place, one.poke) for place, one in enumerate(breaks))
    return tuple(
        SetByHand(place, poke.group, poke.units, poke.value) for place, poke in pokes if poke is not None
    )


def breaks_of(told: State | RunOf) -> tuple[Break, ...]:
    """Return the updates out of turn that a leader tells of."""
    pokes = {one.update: _poke(one) for one in told.by_hand}
    return tuple(Break(*one, pokes.get(place)) for place, one in enumerate(told.breaks))


def _poke(told: SetByHand) -> Poke:
    group = next((one for one in PARAMETERS if one == told.what), None)
    return Poke("weights", (), math.nan) if group is None else Poke(group, told.units, told.value)


def chosen_in(scenario: Scenario) -> Chosen:
    """Return what a scenario has of what can be chosen."""
    return Chosen(*(getattr(scenario.training, name) for name in Chosen.__struct_fields__))


def is_known(chosen: Chosen) -> bool:
    """Return whether all that the leader has chosen can be chosen here."""
    return chosen.optimizer in OPTIMIZERS and chosen.mistake in (None, *MISTAKES)


def name_of(shelf: Shelf, scenario: Scenario, order: Order) -> str | None:
    """Return the name of the scenario at hand that a run of this one, in an order, can be made of.

    One that it is of itself comes before one for which something has to be chosen.
    """
    entries, file = shelf.entries(), file_of(scenario)
    if file is not None and (names := [entry.name for entry in entries if entry.path == file]):
        return names[0]
    run = Run(chosen_in(scenario), order, (), digest(scenario, order, ()))
    name = None
    for entry in entries:
        if entry.title == scenario.title and (theirs := _at_hand(shelf, entry.path, run)) is not None:
            if theirs.nothing_chosen:
                return entry.name
            name = name or entry.name
    return name


def scenario_of(shelf: Shelf, name: str | None, state: State) -> Made | None:
    """Return the scenario at hand of a name as the leader has made it, if that gives the run of the state."""
    path = None if name is None else shelf.named(name)
    return None if path is None else _at_hand(shelf, path, run_of(state))


def _at_hand(shelf: Shelf, path: Path, run: Run) -> Made | None:
    try:
        return made(shelf.load(path), run)
    except ScenarioError:
        return None


def made(scenario: Scenario, run: Run) -> Made | None:
    """Return a scenario with what the leader has chosen for it, if that gives the run."""
    wanted = run.chosen
    if not is_known(wanted):
        return None
    other = {
        name: getattr(wanted, name)
        for name in ("optimizer", "learning_rate")
        if getattr(wanted, name) != getattr(scenario.training, name)
    }
    try:
        base = with_mistake(scenario, None) if wanted.mistake is None else scenario
        theirs = changed(base, run.order, mistake=wanted.mistake, **other)
    except ScenarioError:
        return None
    if digest(theirs, run.order, run.breaks) != run.digest:
        return None
    return Made(theirs, theirs if other else scenario, theirs is scenario)


def broken(undisturbed: Trace, breaks: tuple[Break, ...]) -> Trace | None:
    """Return a run with these updates out of turn; None if there can be no such.

    It is run up to there.
    """
    from engine.facts.broken.breaking import break_rule, set_by_hand

    trace = undisturbed
    for place, (after, layer, poke) in enumerate(breaks):
        step = after + place  # each of those before it has moved the later steps on by one
        if not (step < len(trace) and 1 <= layer <= trace.shapes.layers):
            return None
        try:
            trace = break_rule(trace, step, layer) if not poke else set_by_hand(trace, step, layer, poke)
        except ValueError:
            return None
    return trace if trace.breaks == breaks else None
