"""Which scenarios do leader and follower both have? Those at hand, by name.

A name that comes from a leader is looked up on the follower's own shelf and never taken for a path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.read import ScenarioError, load
from tui.following.digest import digest

if TYPE_CHECKING:
    from engine.catalog import Shelf
    from engine.scenario import Scenario


def name_of(shelf: Shelf, scenario: Scenario) -> str | None:
    """Return the name of the scenario at hand that has the same run; None if there is none."""
    for entry in shelf.entries():
        if entry.title == scenario.title and scenario_of(shelf, entry.name, digest(scenario)) is not None:
            return entry.name
    return None


def scenario_of(shelf: Shelf, name: str | None, wanted: str) -> Scenario | None:
    """Return the scenario at hand of a name, if its digest is the one wanted."""
    for entry in shelf.entries():
        if entry.name == name:
            try:
                scenario = load(entry.path)
            except ScenarioError:
                return None
            return scenario if digest(scenario) == wanted else None
    return None
