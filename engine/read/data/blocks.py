"""Which numbers stand in many whole lines of a table at once, if every cell is as it should be?

Only what can be understood in one way is taken: where a cell, a quote or a letter is out of place the answer
is None, and the lines are to be read one by one, which also tells where and why.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.read.data.layout import Layout

_NUMBERS = msgspec.json.Decoder(list[float])
_NUMBERS_OR_NONE = msgspec.json.Decoder(list[float | None])
# Of these characters the decoders make nothing that `cells.number` would not.
_PLAIN = b"-+.,eE0123456789 \t"
# To JSON it is a whole number, which has no sign when it is 0.
_MINUS_ZERO = re.compile(rb"-0(?![0-9.eE])")
_IN_NUMBERS = b'-+.eE0123456789"'
_LONGEST = 2**16  # bytes of a cell; the csv module takes twice as many
_SPELLINGS = 20_000  # of labels that are kept
_NEWLINE, _QUOTE = b'\n"'


class Blocks:
    """Reads lines of a table with a layout, a sign between its columns and one in its numbers.

    `code` gives the number of a label; None if it isn't a good one.
    """

    def __init__(
        self, layout: Layout, separator: str, decimal: str, code: Callable[[str], float | None]
    ) -> None:
        numeric = layout.places[: -1 if layout.labels else None]
        columns = np.arange(layout.total)
        self._total = layout.total
        self._separator, self._decimal = separator.encode(), decimal.encode()
        self._code = code
        self._codes: dict[bytes, float] = {}
        self._is_number: Mask = np.isin(columns, numeric)
        self._is_label: Mask = columns == (layout.places[-1] if layout.labels else -1)
        self._order = np.argsort(np.argsort(numeric))  # of the columns with numbers, as the layout has them
        self._asked = layout.leading + layout.inputs  # these have a number in every row
        self._may_lack = layout.leading > 0
        self.possible = (
            len(self._separator) == 1 and separator != decimal and self._separator not in _IN_NUMBERS
        )
        """Whether a line can be parted without being looked at."""

    def read(self, lines: bytes) -> Array | None:
        """Return the numbers [row, column of the layout] of whole lines; None unless all are good rows."""
        text = lines.replace(b"\r\n", b"\n") if b"\r" in lines else lines
        if not text.endswith(b"\n") or b"\r" in text or not _is_utf8(text):
            return None
        if b'"' in text:
            unquoted = self._unquoted(text)
            if unquoted is None:
                return None
            text = unquoted
        signs = np.frombuffer(text, dtype=np.uint8)
        ends = np.flatnonzero(self._ends_cell(signs))
        if not self._is_table(signs, ends):
            return None
        numbers = self._numbers(_cells(text, signs, ends, self._is_number), len(ends) // self._total)
        if numbers is None or not self._is_label.any():
            return numbers
        codes = self._coded(_cells(text, signs, ends, self._is_label))
        return None if codes is None else np.column_stack((numbers, codes))

    def _ends_cell(self, signs: npt.NDArray[np.uint8]) -> Mask:
        ends: Mask = (signs == self._separator[0]) | (signs == _NEWLINE)
        return ends

    def _unquoted(self, text: bytes) -> bytes | None:
        """Return lines without quotes; None unless there is one whole cell between each two."""
        signs = np.frombuffer(b"\n" + text, dtype=np.uint8)
        quotes, ends = np.flatnonzero(signs == _QUOTE), self._ends_cell(signs)
        if len(quotes) % 2:
            return None
        first, last = quotes[::2], quotes[1::2]
        cell = np.cumsum(ends)
        good = ends[first - 1].all() and ends[last + 1].all() and (cell[first] == cell[last]).all()
        return text.replace(b'"', b"") if good else None

    def _is_table(self, signs: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp]) -> bool:
        """Return whether every line has as many cells as there are columns."""
        if len(ends) % self._total or int(np.diff(ends, prepend=-1).max()) > _LONGEST:
            return False
        ends_row = (signs[ends] == _NEWLINE).reshape(-1, self._total)
        return bool(ends_row[:, -1].all() and not ends_row[:, :-1].any())

    def _numbers(self, cells: bytes, rows: int) -> Array | None:
        text = cells[:-1]
        if self._separator != b",":
            other = b"," if self._decimal == b"." else b"."
            if other in text:
                return None
            text = text.replace(self._decimal, b".").replace(self._separator, b",")
        text = text.replace(b"\n", b",")
        if text.translate(None, _PLAIN):
            return None
        found = self._decoded(text)
        if found is None or len(found) != rows * len(self._order):
            return None
        numbers = found.reshape(rows, -1)
        if np.any(np.diff(self._order) < 0):
            numbers = numbers[:, self._order]
        good = np.isfinite(numbers)
        if self._may_lack:
            good[:, self._asked :] |= np.isnan(numbers[:, self._asked :])
        return numbers if good.all() else None

    def _decoded(self, text: bytes) -> Array | None:
        """Return numbers between commas, nan where there is none; None if one is written in another way."""
        lacking = self._may_lack and (b",," in text or text.endswith(b","))
        if lacking:
            text = text.replace(b",,", b",null,").replace(b",,", b",null,")
            text += b"null" if text.endswith(b",") else b""
        try:
            if b"-0" not in text or not _MINUS_ZERO.search(text):
                decoder = _NUMBERS_OR_NONE if lacking else _NUMBERS
                return np.array(decoder.decode(b"[" + text + b"]"), dtype=np.float64)
        except msgspec.DecodeError:  # JSON knows no +1, no .5 and no 5.
            pass
        try:
            with warnings.catch_warnings(action="error"):  # of a text that isn't read to its end
                return np.fromstring(text, dtype=np.float64, sep=",")
        except (ValueError, DeprecationWarning):
            return None

    def _coded(self, cells: bytes) -> Array | None:
        """Return the numbers of labels; None if one isn't good."""
        if len(self._codes) > _SPELLINGS:
            self._codes.clear()
        labels, codes = cells[:-1].split(cells[-1:]), self._codes
        for label in set(labels).difference(codes):
            code = self._code(label.decode())
            if code is None:
                return None
            codes[label] = code
        return np.array([codes[label] for label in labels], dtype=np.float64)


def _is_utf8(text: bytes) -> bool:
    try:
        return text.isascii() or bool(text.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _cells(text: bytes, signs: npt.NDArray[np.uint8], ends: npt.NDArray[np.intp], columns: Mask) -> bytes:
    """Return the cells of some columns, each with the sign that ends it."""
    if columns.all():
        return text
    keep = np.repeat(np.tile(columns, len(ends) // len(columns)), np.diff(ends, prepend=-1))
    return signs[keep].tobytes()
