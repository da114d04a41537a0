"""From the bytes of a scenario file to a checked, immutable `Scenario`.

`ScenarioError` and `Complaint` can be imported without numpy and msgspec; `load` and `warnings` bring them in
when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.read.complaints import Complaint, ScenarioError

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from engine.scenario import Scenario

__all__ = ["Complaint", "ScenarioError", "checked", "load", "warnings"]


def load(path: str | os.PathLike[str], *, within: Path | None = None) -> Scenario:
    """Return the scenario in the file at `path`, checked and immutable.

    `within` is the folder that the file must be in when it is opened, whatever links were there before.

    Raises:
        ScenarioError: the file can't be read, or something in it is wrong; it holds every error.
    """
    from engine.read.build import load as load_file

    return load_file(path, within=within)


def warnings(path: str | os.PathLike[str]) -> tuple[Complaint, ...]:
    """Return what is odd, though not wrong, in the scenario file at `path`.

    Raises:
        ScenarioError: as for `load`.
    """
    return checked(path)[1]


def checked(path: str | os.PathLike[str]) -> tuple[Scenario, tuple[Complaint, ...]]:
    """Return the scenario in the file at `path`, and what is odd about it.

    Raises:
        ScenarioError: as for `load`.
    """
    from engine.read.build import checked as checked_file

    return checked_file(path)
