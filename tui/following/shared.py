"""Which run can leader and follower both make? One of a scenario at hand, by its name.

A name that comes from a leader is looked up on the follower's own shelf and never taken for a path. What the
leader has done to the scenario is done to the follower's own; the digest says if the run is the same then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.equations.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.order.schedule import Break
from engine.read import ScenarioError
from engine.read.changed import changed, with_mistake
from tui.following.digest import digest
from tui.following.protocol import Chosen

if TYPE_CHECKING:
    from engine.catalog import Shelf
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.following.protocol import State


class Made(NamedTuple):
    """A scenario as the leader runs it, and as it was before a mistake was chosen."""

    run: Scenario
    opened: Scenario


def chosen_in(scenario: Scenario) -> Chosen:
    """Return what a scenario has of what can be chosen."""
    return Chosen(*(getattr(scenario.training, name) for name in Chosen.__struct_fields__))


def is_known(state: State) -> bool:
    """Return whether all that the leader has chosen can be chosen here."""
    return state.chosen.optimizer in OPTIMIZERS and state.chosen.mistake in (None, *MISTAKES)


def name_of(shelf: Shelf, title: str, state: State) -> str | None:
    """Return the name of the scenario at hand, of this title, that the run of a state can be made of."""
    for entry in shelf.entries():
        if entry.title == title and scenario_of(shelf, entry.name, state) is not None:
            return entry.name
    return None


def scenario_of(shelf: Shelf, name: str | None, state: State) -> Made | None:
    """Return the scenario at hand of a name as the leader has made it, if that gives the run of the state."""
    for entry in shelf.entries():
        if entry.name == name:
            try:
                return made(shelf.load(entry.path), state)
            except ScenarioError:
                return None
    return None


def made(scenario: Scenario, state: State) -> Made | None:
    """Return a scenario with what the leader has chosen for it, if that gives the run of the state."""
    wanted = state.chosen
    if not is_known(state):
        return None
    other = {
        name: getattr(wanted, name)
        for name in ("optimizer", "learning_rate")
        if getattr(wanted, name) != getattr(scenario.training, name)
    }
    try:
        base = with_mistake(scenario, None) if wanted.mistake is None else scenario
        run = changed(base, state.order, mistake=wanted.mistake, **other)
    except ScenarioError:
        return None
    if digest(run, state.order, breaks_of(state)) != state.digest:
        return None
    return Made(run, run if other else scenario)


def breaks_of(state: State) -> tuple[Break, ...]:
    """Return the updates out of turn of a state."""
    return tuple(Break(*one) for one in state.breaks)


def broken(undisturbed: Trace, state: State) -> Trace | None:
    """Return a run with the updates out of turn of a state; None if there can be no such.

    It is run up to there.
    """
    from engine.facts.broken.breaking import break_rule, why_not

    trace = undisturbed
    for place, (after, layer) in enumerate(state.breaks):
        step = after + place  # each of those before it has moved the later steps on by one
        if not (step < len(trace) and 1 <= layer <= trace.shapes.layers) or why_not(trace, step, layer):
            return None
        trace = break_rule(trace, step, layer)
    return trace if trace.breaks == state.breaks else None
