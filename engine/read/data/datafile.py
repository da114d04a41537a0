"""Which file holds the samples, and may it be read?"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from engine.read.complaints import ScenarioError
from engine.read.data.opened import DataFile
from engine.read.document.source import open_regular
from engine.read.document.text import shortened
from engine.read.findings import describe

if TYPE_CHECKING:
    from engine.read.data.opened import Expected
    from engine.read.findings import Findings, KeyPath
    from engine.scenario import Data, Names

LIMIT = 128 * 2**20


def file_data(
    name: str, scenario: Path, expected: Expected, path: KeyPath, findings: Findings
) -> tuple[Data, Names] | None:
    """Return the samples and the names in the file `name`, which the key `path` of `scenario` gives.

    Returns None with findings if it is not a readable CSV or .npz file in or below the folder of
    the scenario, by its real path, if its numbers do not fit, or if it was changed while it was read.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in (".csv", ".npz"):
        findings.add(path, f"expected the name of a .csv or .npz file, found {describe(name)}")
        return None
    inside = _inside(name, scenario, path, findings)
    if inside is None:
        return None
    folder, real = inside
    try:
        with open_regular(real, LIMIT, "Take fewer samples.", below=folder) as file:
            before = os.fstat(file.fileno())
            data = _read(DataFile(file, str(scenario.parent / name), findings), suffix, expected)
            after = os.fstat(file.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            says = f"the data file {shortened(name)} was changed while it was read"
            findings.add(path, says, "Try again when it is complete.")
            return None
        return data
    except ScenarioError as error:
        for complaint in error.complaints:
            findings.add(path, f"the data file {shortened(name)}: {complaint.says}", complaint.remedy)
    except OSError as error:
        findings.add(path, f"the data file {shortened(name)} can't be read: {error.strerror}")
    return None


def _read(file: DataFile, suffix: str, expected: Expected) -> tuple[Data, Names] | None:
    if suffix == ".csv":
        from engine.read.data.csvfile import read_csv

        return read_csv(file, expected)
    from engine.read.data.npzfile import read_npz

    return read_npz(file, expected)


def _inside(name: str, scenario: Path, path: KeyPath, findings: Findings) -> tuple[Path, Path] | None:
    """Return the real paths of the scenario's folder and of the data file, if that is in it or below."""
    remedy = "The data file lies in the folder of the scenario or below, and is named from there."
    windows = PureWindowsPath(name)
    if PurePosixPath(name).is_absolute() or windows.drive or windows.root:
        findings.add(path, "expected a relative path, found an absolute one", remedy)
        return None
    if ".." in windows.parts:
        findings.add(path, 'a data file is not named with ".."', remedy)
        return None
    try:
        folder = scenario.parent.resolve()
        real = (folder / name).resolve()
    except (OSError, RuntimeError, ValueError):
        findings.add(path, f"{describe(name)} can't be the name of a file")
        return None
    if not real.is_relative_to(folder):
        findings.add(path, "this is a link to a file outside the folder of the scenario", remedy)
        return None
    return folder, real
