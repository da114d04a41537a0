"""May a file be read that a scenario names? It lies in the scenario's folder or below, by its real path."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, TypeVar

from engine.read.complaints import ScenarioError
from engine.read.data.opened import DataFile
from engine.read.document.source import open_regular
from engine.read.findings import describe
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.read.findings import Findings, KeyPath

LIMIT = 128 * 2**20

Read = TypeVar("Read")


def read_beside(
    name: str,
    scenario: Path,
    path: KeyPath,
    findings: Findings,
    read: Callable[[DataFile], Read | None],
    *,
    what: str,
    kinds: Sequence[str],
    smaller: str,
    instead: str = "",
) -> Read | None:
    """Return what is read of the file `name`, which the key `path` of `scenario` gives.

    Returns None with findings if it is not a readable file of one of some kinds, if it is in no folder of the
    scenario, or if it was changed while it was read. `what` it is and what makes it `smaller` are said then,
    and what is to be done `instead` with a file of its kind.
    """
    if PurePosixPath(name).suffix.lower() not in kinds:
        says = f"expected the name of a {' or '.join(kinds)} file, found {describe(name)}"
        findings.add(path, says, instead)
        return None
    inside = _inside(name, scenario, path, findings, what)
    if inside is None:
        return None
    folder, real = inside
    try:
        with open_regular(real, LIMIT, smaller, below=folder) as file:
            before = os.fstat(file.fileno())
            found = read(DataFile(file, str(scenario.parent / name), findings, smaller))
            after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            says = f"the {what} {shortened(name)} was changed while it was read"
            findings.add(path, says, "Try again when it is complete.")
            return None
        return found
    except ScenarioError as error:
        for complaint in error.complaints:
            findings.add(path, f"the {what} {shortened(name)}: {complaint.says}", complaint.remedy)
    except OSError as error:
        findings.add(path, f"the {what} {shortened(name)} can't be read: {error.strerror}")
    return None


def _inside(
    name: str, scenario: Path, path: KeyPath, findings: Findings, what: str
) -> tuple[Path, Path] | None:
    """Return the real paths of the scenario's folder and of the file, if that is in it or below."""
    remedy = f"The {what} lies in the folder of the scenario or below, and is named from there."
    windows = PureWindowsPath(name)
    if PurePosixPath(name).is_absolute() or windows.drive or windows.root:
        findings.add(path, "expected a relative path, found an absolute one", remedy)
        return None
    if ".." in windows.parts:
        findings.add(path, f'a {what} is not named with ".."', remedy)
        return None
    try:
        folder = scenario.parent.resolve()
        real = (folder / name).resolve()
    except RuntimeError:  # from Python 3.13 on opening it fails instead
        findings.add(path, f"the {what} {shortened(name)} is a link that leads back to itself")
        return None
    except (OSError, ValueError):
        findings.add(path, f"{describe(name)} can't be the name of a file")
        return None
    if not real.is_relative_to(folder):
        findings.add(path, "this is a link to a file outside the folder of the scenario", remedy)
        return None
    return folder, real
