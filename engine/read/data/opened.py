"""What does a reader of a data file get: an open file, and what network and scenario ask of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.read.complaints import Complaint
from engine.read.document.text import quoted, shortened

if TYPE_CHECKING:
    from typing import BinaryIO

    from engine.read.findings import Findings


_LONGEST = 80
"""Characters of a key that is told."""


class Asked(Struct, frozen=True):
    """What the table `[data]` says of the file: columns by their names, classes, and how it is written.

    `inputs` and `targets` are None where columns count from the left, `header` where the file shows it.
    `at_top` says that there is no such table: the file is all that the scenario says (`data = "rows.csv"`);
    `braces` that the table has no heading (`data = {file = "rows.csv"}`).
    """

    file: str = ""
    inputs: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    one_hot: bool = False
    separator: str | None = None
    decimal: str = "."
    header: bool | None = None
    at_top: bool = False
    braces: bool = False

    def saying(self, *lines: str, file: str = "") -> str:
        """Return what to write so that the scenario says so, too: each of the lines is a key and its value.

        It is TOML as it stands, in a place that is told, and leaves no key given twice. The data may stand in
        another `file` then.
        """
        name = _text(self.file)
        whole = (f"file = {_text(file or self.file)}", *lines)
        if self.at_top:
            return f"write data = {{{', '.join(whole)}}} in the place of data = {name}"
        there = file or any(self._says(line.partition(" = ")[0]) for line in lines)
        if self.braces and there:
            return f"let this stand within the braces of data: {', '.join(whole)}"
        if self.braces:
            return f"add {', '.join(lines)} within the braces of data, behind a comma"
        if file or len(lines) > 1:
            return f"let these lines stand under [data]: {', '.join(whole[:-1])} and {lines[-1]}"
        return f"let this line stand under [data]: {lines[0]}" if there else f"add {lines[0]} under [data]"

    def _says(self, key: str) -> bool:
        return bool(getattr(self, key) != getattr(NOTHING, key))

    @property
    def labels(self) -> bool:
        """Whether the targets may be a column of labels."""
        return self.one_hot or self.classes is not None


NOTHING = Asked()


def _text(name: str) -> str:
    return quoted(shortened(name, 200))


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
