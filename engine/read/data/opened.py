"""What does a reader of a data file get: an open file, and what the network asks of it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.read.complaints import Complaint

if TYPE_CHECKING:
    from typing import BinaryIO

    from engine.read.findings import Findings


@dataclass(frozen=True, slots=True)
class Expected:
    """What the network asks of its samples: the units of the first and last layer, and sequences or not."""

    inputs: int
    outputs: int
    sequences: bool


@dataclass(frozen=True, slots=True)
class DataFile:
    """An open data file, and where to note what is wrong with it."""

    file: BinaryIO
    name: str
    findings: Findings

    def complain(
        self,
        says: str,
        remedy: str = "",
        *,
        key: str = "",
        line: int | None = None,
        column: int | None = None,
        source: str | None = None,
    ) -> None:
        """Note one error in this file."""
        self.findings.add_elsewhere(Complaint(self.name, says, remedy, key, line, column, source))
