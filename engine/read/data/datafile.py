"""Which file holds the samples, and who reads it?"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from engine.read.document.beside import read_beside

if TYPE_CHECKING:
    from pathlib import Path

    from engine.read.data.opened import DataFile, Expected
    from engine.read.findings import Findings, KeyPath
    from engine.scenario import Data, Names


def file_data(
    name: str, scenario: Path, expected: Expected, path: KeyPath, findings: Findings
) -> tuple[Data, Names] | None:
    """Return the samples and the names in a CSV or .npz file; None with findings, as `read_beside`."""

    suffix = PurePosixPath(name).suffix.lower()
    kinds, smaller = (".csv", ".npz"), "Take fewer samples."

    def read(file: DataFile) -> tuple[Data, Names] | None:
        return _read(file, suffix, expected)

    return read_beside(name, scenario, path, findings, read, what="data file", kinds=kinds, smaller=smaller)


def _read(file: DataFile, suffix: str, expected: Expected) -> tuple[Data, Names] | None:
    if suffix == ".csv":
        from engine.read.data.csvfile import read_csv

        return read_csv(file, expected)
    from engine.read.data.npzfile import read_npz

    return read_npz(file, expected)
