"""Which file holds the samples, and who reads it?"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from engine.read.data.beside import read_beside
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from pathlib import Path

    from engine.data.asked import Asked
    from engine.read.data.opened import DataFile, Expected
    from engine.read.findings import Findings, KeyPath
    from engine.scenario import Data, Names

_TEXTS = (".tsv", ".tab", ".txt", ".dat", ".data")
_PANDAS = "Write it as CSV: with pandas frame.to_csv(name, index=False)."
_KINDS = {
    ".xlsx .xls .xlsm .ods": 'Save it as CSV from the spreadsheet ("CSV UTF-8"), and name that file.',
    ".gz .zip .bz2 .xz .7z": "Unpack it, and name the file in it.",
    ".npy .mat .h5 .hdf5 .pt .pkl .pickle": "Write it with numpy.savez(name, inputs=..., targets=...).",
    ".json .parquet .feather .arff .xml": _PANDAS,
}


def file_data(
    name: str, scenario: Path, expected: Expected, path: KeyPath, findings: Findings
) -> tuple[Data, Names] | None:
    """Return the samples and the names in a CSV or .npz file; None with findings, as `read_beside`."""

    suffix = PurePosixPath(name).suffix.lower()
    kinds, smaller = (".csv", ".npz"), "Take fewer samples."
    instead = _instead(name, expected.asked)

    def read(file: DataFile) -> tuple[Data, Names] | None:
        return _read(file, suffix, expected)

    return read_beside(
        name, scenario, path, findings, read, what="data file", kinds=kinds, smaller=smaller, instead=instead
    )


def _instead(name: str, asked: Asked) -> str:
    """Return how a file of another kind becomes one that is read; the empty text if it isn't known."""
    suffix, csv = PurePosixPath(name).suffix.lower(), shortened(f"{PurePosixPath(name).stem}.csv")
    if suffix in _TEXTS:
        tabs = asked.saying('separator = "\\t"', file=str(PurePosixPath(name).with_suffix(".csv")))
        if suffix == ".tsv":
            return f"Call the file {csv}, and {tabs}."
        return f"If it is a table of text, call the file {csv}; with tabs between its columns {tabs}."
    for suffixes, remedy in _KINDS.items():
        if suffix in suffixes.split():
            return remedy
    return ""


def _read(file: DataFile, suffix: str, expected: Expected) -> tuple[Data, Names] | None:
    if suffix == ".csv":
        from engine.read.data.csvfile import read_csv

        return read_csv(file, expected)
    from engine.read.data.npzfile import read_npz

    return read_npz(file, expected)
