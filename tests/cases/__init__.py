"""Inputs whose numbers or sentences were once wrong; the tests say what is right.

In `read` are those that were read or complained about wrongly.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine import load

if TYPE_CHECKING:
    from engine.scenario import Scenario


def case(name: str) -> Scenario:
    """Return the scenario of a case, by the name of its file."""
    return load(Path(__file__).parent / f"{name}.toml")
