"""Which scenarios do leader and follower both have? Those at hand, by name.

A name that comes from a leader is looked up on the follower's own shelf and never taken for a path. A
mistake that the leader makes is made in the follower's own scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.mistakes import MISTAKES
from engine.read import ScenarioError
from engine.read.changed import with_mistake
from tui.following.digest import digest

if TYPE_CHECKING:
    from engine.catalog import Shelf
    from engine.scenario import Scenario


def name_of(shelf: Shelf, scenario: Scenario) -> str | None:
    """Return the name of the scenario at hand that has the same run, with the same mistake made in it."""
    wanted, mistake = digest(scenario), scenario.training.mistake
    for entry in shelf.entries():
        if entry.title == scenario.title and scenario_of(shelf, entry.name, wanted, mistake) is not None:
            return entry.name
    return None


def scenario_of(shelf: Shelf, name: str | None, wanted: str, mistake: str | None) -> Scenario | None:
    """Return the scenario at hand of a name, if it has the run wanted (`run_of`)."""
    for entry in shelf.entries():
        if entry.name == name:
            try:
                scenario = shelf.load(entry.path)
            except ScenarioError:
                return None
            return None if run_of(scenario, wanted, mistake) is None else scenario
    return None


def run_of(scenario: Scenario, wanted: str, mistake: str | None) -> Scenario | None:
    """Return a scenario as it is, or with a mistake in place of its own: whichever has the digest wanted."""
    if digest(scenario) == wanted:
        return scenario
    if mistake is not None and mistake not in MISTAKES:
        return None
    try:
        made = with_mistake(scenario, mistake)
    except ScenarioError:
        return None
    return made if digest(made) == wanted else None
