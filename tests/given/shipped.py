"""Which scenarios come with the program? Listed once, for all the tests that go through them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from engine import load, trace
from engine.catalog import find, shipped

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

SHIPPED = shipped()
NAMES = tuple(entry.name for entry in SHIPPED)


@cache
def scenario_of(name: str) -> Scenario:
    """Return a scenario by its name, read once for all tests: nothing changes it."""
    return load(find(name))


def lasting(scenario: Scenario, iterations: int) -> Scenario:
    """Return a scenario with so many iterations: an app computes all that there are."""
    return replace(scenario, training=replace(scenario.training, iterations=iterations))


@cache
def shipped_run(name: str) -> Trace:
    """Return the run of a scenario for tests that look at its steps, made once for all of them.

    Those that ask how far it has been computed, or hold other numbers against it, make their own.
    """
    return trace(scenario_of(name))


@cache
def begun_run(name: str) -> Trace:
    """Return the same with its first losses: twenty iterations have been computed."""
    run = trace(scenario_of(name))
    run.advance(min(20, run.iterations))
    return run
