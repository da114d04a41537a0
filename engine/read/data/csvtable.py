"""What numbers stand in the cells of a CSV file?

A first row without numbers is a header. Columns are `sample` and `time` if the network reads sequences, then
the inputs, then the targets; only a target of a sequence may be empty.
"""

from __future__ import annotations

import csv
import re
import warnings
from array import array
from contextlib import suppress
from math import isfinite, nan
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import frozen
from engine.read.data.numbers import NUMBERS, counted
from engine.read.document.text import shortened
from engine.read.findings import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.read.data.opened import DataFile, Expected

_LONGEST = 2**20  # bytes of a line
_BLANK = 100_000  # rows; a file of nothing else would be read for half a minute
_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
# In a row of these characters float() accepts nothing that _NUMBER would not.
_PLAIN = re.compile(r"[-+.,eE0-9 \t]*")
_PLAIN_BYTES = b"-+.,eE0123456789 \t\r\n"
_BLOCK = 2**18  # bytes


class Table:
    """The cells of the file as numbers, row by row."""

    def __init__(self, file: DataFile, expected: Expected) -> None:
        self.file, self.expected = file, expected
        self.leading = 2 if expected.sequences else 0
        self.width = self.leading + expected.inputs + expected.outputs
        self.line = 0  # the last line read
        self.source = ""  # its text
        self.numbers = array("d")
        self.lines = array("L")  # of each row
        self.good = True
        self._odd_until = 0  # the line up to which rows are looked at one by one

    def complain(
        self, says: str, remedy: str = "", *, column: int | None = None, line: int | None = None
    ) -> None:
        """Note an error in the last line read, in the column with that index, or at another line."""
        self.good = False
        key, place = "", None
        if column is not None:
            key = f"column {column + 1} ({self._column_name(column)})"
            if '"' not in self.source:
                place = sum(len(cell) + 1 for cell in self.source.split(",")[:column]) + 1
        source = self.source if line is None else None
        self.file.complain(says, remedy, key=key, line=line or self.line, column=place, source=source)

    def read(self) -> bool:
        """Read all rows; return whether every one of them is good."""
        blank = 0
        try:
            for row, cells in enumerate(csv.reader(self._text(), strict=True)):
                if row == 0 and self._is_header(cells):
                    continue
                if cells and any(cells):
                    self._add(cells)
                else:
                    blank += 1
                if blank > _BLANK:
                    self.complain(f"the file has more than {_BLANK:,} empty rows", "Leave them out.")
                    return False
                if len(self.numbers) > NUMBERS:
                    self.complain(f"the file holds more than {NUMBERS:,} numbers", "Take fewer samples.")
                    return False
                if self.good and self.line >= self._odd_until:
                    self._take_blocks()
        except csv.Error as error:
            self.complain(f"this is not CSV: {shortened(str(error))}")
        except UnicodeDecodeError:
            self.complain("expected UTF-8 text, found other bytes", "Save the file as UTF-8.")
        if self.good and not self.lines:
            self.complain("expected at least one row of numbers, found none", line=max(self.line, 1))
        return self.good

    def _take_blocks(self) -> None:
        """Take whole blocks of rows in which there is nothing but good numbers; of others, row by row."""
        file = self.file.file
        while True:
            begin = file.tell()
            block = file.read(_BLOCK)
            block = block[: block.rfind(b"\n") + 1]
            rows = self._good_rows(block)
            if rows is None:
                file.seek(begin)
                self._odd_until = self.line + block.count(b"\n")
                return
            file.seek(begin + len(block))
            self.numbers.frombytes(rows.tobytes())
            first, self.line = self.line + 1, self.line + block.count(b"\n")
            self.lines.extend(range(first, self.line + 1))

    def _good_rows(self, block: bytes) -> Array | None:
        """Return the numbers of whole lines; None unless every line is a row of good ones."""
        if not block or block.translate(None, _PLAIN_BYTES):
            return None
        lines = block.replace(b"\r\n", b"\n")[:-1].split(b"\n")
        count = len(lines) * self.width
        if {line.count(b",") for line in lines} != {self.width - 1} or len(self.numbers) + count > NUMBERS:
            return None
        text = b",".join(lines)
        if b"\r" in text:
            return None
        try:
            with warnings.catch_warnings(action="error"):  # of a text that isn't read to its end
                numbers = np.fromstring(text, dtype=np.float64, sep=",")
        except (ValueError, DeprecationWarning):
            return None
        return frozen(numbers) if len(numbers) == count and np.isfinite(numbers).all() else None

    def rows(self) -> Array:
        """Return the numbers as [row, column], with nan for an empty cell."""
        return frozen(np.frombuffer(self.numbers, dtype=np.float64).reshape(len(self.lines), self.width))

    def _text(self) -> Iterator[str]:
        while raw := self.file.file.readline(_LONGEST + 1):
            self.line += 1
            self.source = ""
            if len(raw) > _LONGEST:
                raise csv.Error("a line is longer than 1 MiB")
            text = raw.decode("utf-8-sig" if self.line == 1 else "utf-8")
            self.source = text.rstrip("\r\n")
            yield text

    def _is_header(self, cells: list[str]) -> bool:
        header = not any(_NUMBER.fullmatch(cell) for cell in cells) and any(cells)
        names = [cell.strip().lower() for cell in cells[:2]]
        if self.leading and names != ["sample", "time"]:
            says = "expected a header line that begins with sample,time, as this network reads sequences"
            self.complain(says, "Then a column for each input and each target.")
        elif header and len(cells) != self.width:
            self.complain(*self._wrong_width(len(cells)))
        elif header and not self.leading and names == ["sample", "time"]:
            says = "columns sample and time are for sequences, and this network has no recurrent layer"
            self.complain(says, "Leave the two columns out, or add recurrent_weights.")
        return header

    def _wrong_width(self, found: int) -> tuple[str, str]:
        inputs, targets = counted(self.expected.inputs, "input"), counted(self.expected.outputs, "target")
        lead = "sample, time, " if self.leading else ""
        separators = found == 1 and (";" in self.source or "\t" in self.source)
        remedy = "Separate the columns with commas." if separators else ""
        return f"expected {self.width} columns ({lead}{inputs}, {targets}), found {found}", remedy

    def _add(self, cells: list[str]) -> None:
        if len(cells) != self.width:
            self.complain(*self._wrong_width(len(cells)))
            return
        self.lines.append(self.line)
        if _PLAIN.fullmatch(self.source):
            with suppress(ValueError):
                row = list(map(float, cells))
                if isfinite(sum(row)):
                    self.numbers.extend(row)
                    return
        for column, cell in enumerate(cells):
            self.numbers.append(self._number(cell, column))

    def _number(self, cell: str, column: int) -> float:
        if self.leading and column >= self.leading + self.expected.inputs and not cell.strip():
            return nan
        if _NUMBER.fullmatch(cell):
            number = float(cell)
            if isfinite(number):
                return number
        found = describe(cell) if cell.strip() else "an empty cell"
        self.complain(f"expected a finite number, found {found}", column=column)
        return 0.0

    def _column_name(self, column: int) -> str:
        if column < self.leading:
            return ("sample", "time")[column]
        unit = column - self.leading
        return f"input {unit}" if unit < self.expected.inputs else f"target {unit - self.expected.inputs}"
