"""How do the bytes of a table become lines of text, from the first that belongs to it?

Blank lines, comments and a line such as `sep=;`, by which spreadsheets tell one another what stands between
the columns, may come before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.read.data.unreadable import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_LONGEST = 2**20  # bytes of a line
_BLANK = 100_000  # rows; a file of nothing else would be read for half a minute
_SEPARATOR = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_PACKED = {
    b"PK\x03\x04": "a zip file, as the workbooks (.xlsx) of a spreadsheet are",
    b"\xd0\xcf\x11\xe0": "a workbook (.xls) of a spreadsheet",
    b"\x1f\x8b": "a file that gzip has packed",
}
_WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class NotTextError(UnreadableError):
    """The file is no table."""


def check_empty(rows: int) -> None:
    """Let a file have no more empty rows than anyone would leave.

    Raises:
        NotTextError: it has.
    """
    if rows > _BLANK:
        raise NotTextError(f"the file has more than {_BLANK:,} empty rows", "Leave them out.")


class Lines:
    """The lines of a table. `line` and `source` are the number and the text of the last one read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.line = 0
        self.source = ""
        self.separator: str | None = None
        """What `sep=` says."""
        self.comment = ""
        """The last comment before the table."""

    def __iter__(self) -> Iterator[str]:
        """Yield each line with its end, from the first that belongs to the table.

        Raises:
            NotTextError: what is read is no text, or that of no table.
        """
        while raw := self._file.readline(_LONGEST + 1):
            text = self._text(raw)
            if not self._is_before(text):
                yield text
                break
            check_empty(self.line)
        while raw := self._file.readline(_LONGEST + 1):
            yield self._text(raw)

    def _text(self, raw: bytes) -> str:
        self.line += 1
        self.source = ""
        if len(raw) > _LONGEST:
            raise NotTextError("this is not CSV: a line is longer than 1 MiB")
        if self.line == 1:
            self._check_first(raw)
        try:
            text = raw.decode("utf-8-sig" if self.line == 1 else "utf-8")
        except UnicodeDecodeError as error:
            byte = raw[error.start : error.start + 1]
            self.source = raw.decode("cp1252", "replace").rstrip("\r\n")
            says = f"expected UTF-8 text, found other bytes: 0x{byte.hex()}"
            letter = byte.decode("cp1252", "replace")
            may = f"; perhaps it is Windows-1252, where this is {letter}" if letter.isprintable() else ""
            raise NotTextError(says, f'Save the file as UTF-8 (in a spreadsheet "CSV UTF-8"){may}.') from None
        self.source = text.rstrip("\r\n")
        return text

    def _check_first(self, raw: bytes) -> None:
        if wide := _WIDE.get(raw[:2]):
            says = f"expected UTF-8 text, found {wide}, as some programs write Unicode text"
            raise NotTextError(says, 'Save the file as UTF-8 (in a spreadsheet "CSV UTF-8").')
        for begins, what in _PACKED.items():
            if raw.startswith(begins):
                how = "Unpack it" if "gzip" in what else 'Save it as CSV from there ("CSV UTF-8")'
                raise NotTextError(f"this is not CSV: it is {what}", f"{how}, and name that file.")
        if b"\r" in raw.rstrip(b"\r\n") and b"\n" not in raw:
            says = "this is not CSV: its lines end with CR alone, as on old Macs"
            raise NotTextError(says, "Save it with line ends of Unix (LF) or Windows (CR LF).")

    def _is_before(self, text: str) -> bool:
        """Return whether a line comes before the table."""
        if found := _SEPARATOR.fullmatch(text):
            self.separator = found[1]
        elif text.startswith("#"):
            self.comment = text[1:].strip()
        else:
            return not text.strip(" \t\r\n,;|")
        return True
