"""How much may a file of somebody's numbers hold, and what is said of one that can't be taken?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from engine.read.document.source import refusal
from engine.read.numbers import NUMBERS
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from engine.read.complaints import ScenarioError

    Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
    """Arrays by their names."""

LIMIT: Final = 128 * 2**20
REMEDY = "Leave out what isn't asked for."


def too_many(path: Path) -> ScenarioError:
    """Return the error of a file with more numbers than are read."""
    return refusal(path, f"there are more than {NUMBERS:,} numbers", REMEDY)


def twice(path: Path, name: str) -> ScenarioError:
    """Return the error of a file in which a name stands twice."""
    return refusal(path, f"there are two arrays of the name {shortened(name)!r}")
