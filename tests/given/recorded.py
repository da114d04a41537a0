"""What does the engine say, as plain dictionaries?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine import trace

if TYPE_CHECKING:
    from engine.scenario import Scenario


def recorded(scenario: Scenario) -> list[dict[str, Any]]:
    """Every record of the run."""
    return [as_record(step) for step in trace(scenario)]


def as_record(step: Any) -> dict[str, Any]:
    """The record of one step."""
    record: dict[str, Any] = step.record()
    return record
