"""What stands in the columns of a table, and how is it written?"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from engine.read.complaints import ScenarioError
from engine.read.data.cells import COMMAS_TWICE, has_commas_twice, number
from engine.read.data.labels import in_order, label
from engine.read.data.lines import Lines, NotTextError
from engine.read.document.source import open_regular
from engine.read.numbers import counted
from engine.spelling.text import one_line, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LIMIT = 128 * 2**20
_ROWS = 100_000
MOST_CLASSES = 50
_SEPARATORS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: their names, what they hold, and how numbers and columns are written.

    `classes` of a column are its labels in order, empty where it holds numbers. Without a header the names
    are empty.
    """

    names: tuple[str, ...]
    classes: tuple[tuple[str, ...], ...]
    separator: str
    decimal: str
    numbers: tuple[frozenset[str], ...]
    """The different numbers of each column, as far as there are few."""
    gaps: tuple[str, ...]
    """Of each column of numbers the first place where one is missing, in words; empty where none is."""
    rows: int
    """How many rows below the header were looked at."""
    more: bool
    """Whether there may be further ones."""


class NoTableError(Exception):
    """The file is no table; the message says why."""


def look(path: Path, most: int = _ROWS, characters: int = _LIMIT) -> Columns:
    """Return the columns of the table in a file, by its first rows.

    They are at most `most` rows with the header, and those whose last line begins in so many `characters`.

    Raises:
        NoTableError: it can't be read, or no row of it is like another.
    """
    try:
        with open_regular(path, _LIMIT, "Take fewer rows.") as file:
            lines = Lines(file)
            head = list(islice(lines, 2))
            separator = lines.separator or _separator(head)
            read = _Counted(chain(head, lines))
            reader = csv.reader(read, delimiter=separator, strict=True)
            above = lines.line - len(head)
            numbered = [
                (above + reader.line_num, [cell.strip() for cell in row])
                for row in islice(takewhile(lambda _: read.before < characters, reader), most)
                if any(row)
            ]
            more = read.before >= characters or next(read, None) is not None
            rows = [row for _, row in numbered]
    except ScenarioError as error:
        raise NoTableError(error.complaints[0].says) from error
    except NotTextError as error:
        where = f"line {lines.line}: " if lines.source else ""  # of one that is no text
        raise NoTableError(f"{where}{error.says}. {error.remedy}".rstrip(". ")) from error
    except (csv.Error, UnicodeDecodeError, OSError) as error:
        raise NoTableError("this is not CSV") from error
    if not rows:
        raise NoTableError("the table has no rows")
    decimal = "," if separator != "," and any("," in cell for row in rows[1:] for cell in row) else "."
    header = _is_header(rows, decimal)
    names = tuple(one_line(name) for name in rows[0]) if header else ()
    whole = [(line, row) for line, row in numbered[header:] if len(row) == len(rows[0])]
    body = [row for _, row in whole]
    if not body:
        raise NoTableError(_without_rows(numbered[header:], len(rows[0]), separator))
    columns = list(zip(*body, strict=True))
    if names:  # a sign too much at the end of each line makes a column of nothing
        there = [place for place, column in enumerate(columns) if names[place] or any(column)]
        names, columns = tuple(names[place] for place in there), [columns[place] for place in there]
    classes = tuple(_classes(column, decimal) for column in columns)
    lines_of = [line for line, _ in whole]
    return Columns(
        names,
        classes,
        separator,
        decimal,
        tuple(frozenset(islice(dict.fromkeys(map(label, column)), MOST_CLASSES + 1)) for column in columns),
        tuple(
            _gap(column, lines_of, decimal) if some else ""
            for column, some in zip(columns, classes, strict=True)
        ),
        len(body),
        more,
    )


def _without_rows(rows: list[tuple[int, list[str]]], total: int, separator: str) -> str:
    """Return why no row is like the header, which has so many columns; `rows` are those below it."""
    if not rows:
        return "the table has no rows of numbers"
    line, row = rows[0]
    says = f"line {line}: expected {counted(total, 'column')} (as in the header), found {len(row)}"
    if separator == "," and has_commas_twice(row, total):
        return f"{says}: {COMMAS_TWICE}. Export it with points, or with ; between the columns"
    return says


class _Counted:
    """Lines, and how many characters there were `before` the last one."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.before = self._all = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.before = self._all
        self._all += len(line)
        return line


def _separator(head: list[str]) -> str:
    written = [line for line in head if line.strip()]
    counts = {sign: min((line.count(sign) for line in written), default=0) for sign in _SEPARATORS}
    return max(counts, key=lambda sign: (counts[sign], sign == ";"))


def _is_header(rows: list[list[str]], decimal: str) -> bool:
    """Return whether the first row names columns: no number in it, or not where the second has one."""
    first = [isinstance(number(cell, decimal), float) for cell in rows[0]]
    if not any(first):
        return True
    second = [isinstance(number(cell, decimal), float) for cell in rows[1]] if len(rows) > 1 else []
    return any(there and not here for here, there in zip(first, second, strict=False))


def _classes(column: tuple[str, ...], decimal: str) -> tuple[str, ...]:
    """Return the labels of a column; none if it holds numbers, or something else in each cell."""
    if all(isinstance(number(cell, decimal), float) for cell in column):
        return ()
    found = dict.fromkeys(map(label, column))
    return in_order(found) if len(found) <= MOST_CLASSES else tuple(found)


def _gap(column: tuple[str, ...], lines: list[int], decimal: str) -> str:
    """Return where a number is missing in a column whose other cells are numbers; `lines` has their lines."""
    first = ""
    there = False
    for cell, line in zip(column, lines, strict=True):
        found = number(cell, decimal)
        if isinstance(found, float):
            there = True
        elif found.kind != "missing":
            return ""
        elif not first:
            first = f"line {line} ({shortened(cell, 20) or 'an empty cell'})"
    return first if there else ""
