"""Which scenarios do leader and follower both have? The shipped ones, by name.

A name that comes from a leader is looked up in the follower's own catalogue and never taken for a path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.catalog import shipped
from engine.read import ScenarioError, load
from tui.following.digest import digest

if TYPE_CHECKING:
    from engine.scenario import Scenario


def name_of(scenario: Scenario) -> str | None:
    """Return the name of the shipped scenario that has the same run; None if there is none."""
    for entry in shipped():
        if entry.title == scenario.title and scenario_of(entry.name, digest(scenario)) is not None:
            return entry.name
    return None


def scenario_of(name: str | None, wanted: str) -> Scenario | None:
    """Return the shipped scenario of a name, if its digest is the one wanted."""
    for entry in shipped():
        if entry.name == name:
            try:
                scenario = load(entry.path)
            except ScenarioError:
                return None
            return scenario if digest(scenario) == wanted else None
    return None
