"""What does a reader of a data file get: an open file, and what network and scenario ask of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.read.complaints import Complaint
from engine.read.document.text import shortened

if TYPE_CHECKING:
    from typing import BinaryIO

    from engine.read.findings import Findings


_LONGEST = 80
"""Characters of a key that is told."""


class Asked(Struct, frozen=True):
    """What the table `[data]` says of the file: columns by their names, classes, and how it is written.

    `inputs` and `targets` are None where columns count from the left, `header` where the file shows it.
    """

    file: str = ""
    inputs: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    one_hot: bool = False
    separator: str | None = None
    decimal: str = "."
    header: bool | None = None

    @property
    def labels(self) -> bool:
        """Whether the targets may be a column of labels."""
        return self.one_hot or self.classes is not None


class Expected(Struct, frozen=True):
    """What the network asks of its samples: the units of the first and last layer, and sequences or not."""

    inputs: int
    outputs: int
    sequences: bool
    asked: Asked = Asked()


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
