"""What does a reader of a data file get: an open file, and what network and scenario ask of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.data.asked import NOTHING, Asked
from engine.read.complaints import Complaint
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from typing import BinaryIO

    from engine.read.findings import Findings


_LONGEST = 80
"""Characters of a key that is told."""


class Expected(Struct, frozen=True):
    """What the network asks of its samples: the units of the first and last layer, and sequences or not."""

    inputs: int
    outputs: int
    sequences: bool
    asked: Asked = NOTHING


class DataFile(Struct, frozen=True):
    """An open file, and where to note what is wrong with it; `smaller` is what to do if it is too large."""

    file: BinaryIO
    name: str
    findings: Findings
    smaller: str = "Take fewer samples."

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
        key = shortened(key, _LONGEST)  # it may be the name of an array, which may be anything
        self.findings.add_elsewhere(Complaint(self.name, says, remedy, key, line, column, source))
