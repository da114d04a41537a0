"""What numbers stand in the cells of a CSV file?

A first row without numbers is a header. Columns are `sample` and `time` if the network reads sequences, then
the inputs, then the targets, or are chosen by their names; only a target of a sequence may be empty.
"""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from itertools import pairwise
from math import isfinite, nan
from sys import maxsize
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.read.data.blocks import Blocks
from engine.read.data.cells import COMMAS_TWICE, Fault, has_commas_twice, number, pattern
from engine.read.data.labels import MOST, NAME_IT, in_order, label, listed, meant
from engine.read.data.layout import Layout, by_name, by_place
from engine.read.data.lines import Lines, NotTextError, check_empty
from engine.read.data.rows import Rows
from engine.read.findings import Finding, describe
from engine.read.numbers import NUMBERS, counted
from engine.spelling.text import quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.read.data.opened import DataFile, Expected

_COMMA = re.compile(r"\s*[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)?,[0-9]*(?:[eE][+-]?[0-9]+)?\s*")
_NUMBERED, _FEWEST = 4, 3  # columns; fewer may be 0, 1, 2 by chance, the more so above whole numbers
_FAULTS = 1_000  # cells and rows; of more, no one is told the number
_SEPARATORS = {";": ";", "\t": "tabs", "|": "|"}
_SEQUENCES = "expected a header line that begins with sample,time, as this network reads sequences"
_FEWER = "Write what is missing between its commas, or leave the row out."
_MORE = "Leave out what is too much: a cell with a comma in it stands in quotes."
_OTHER_SIZES = "Change network.inputs or the units of the last layer, or the columns of the table."
_HEADER_NAMES = "; or give it a first line of names, by which columns are chosen."
_YEAR = re.compile(r"(?:1[5-9]|2[01])[0-9][0-9]")
_WORDS = re.compile(r"[^\W\d_][^\d.,]*")
# In a row of these characters float() accepts nothing that a number of ours would not.
_PLAIN = re.compile(r"[-+.,eE0-9 \t]*")
_BLOCK, _SMALLEST = 2**18, 2**10  # bytes of lines that are taken at once


class _First(NamedTuple):
    """The first place of a fault: line, column (from 0), the text of the line."""

    line: int
    column: int | None
    source: str


class Table:
    """The cells of the file as numbers, row by row."""

    def __init__(self, file: DataFile, expected: Expected) -> None:
        self.file, self.expected, self.asked = file, expected, expected.asked
        self.separator = self.asked.separator or ","
        self.layout: Layout | None = None
        self.rows = Rows(0)
        self.classes: tuple[str, ...] = ()
        self.good = True
        self._numeric: tuple[int, ...] = ()  # the places of the cells of a row that are numbers
        self._all = False  # and whether they are all of them, as they stand
        self._blocks: Blocks | None = None
        self._size = _BLOCK  # of the next one, in bytes
        self._odd_until = 0  # the line up to which rows are looked at one by one
        self._lines = Lines(file.file)
        self._codes: dict[str, int] = {
            label(one): place for place, one in enumerate(self.asked.classes or ())
        }
        self._count = 0  # of all faults
        self._faults: dict[tuple[str, int | None], tuple[Fault, _First, int]] = {}

    def complain(
        self,
        says: str,
        remedy: str = "",
        *,
        column: int | None = None,
        line: int | None = None,
        source: str | None = None,
    ) -> None:
        """Note an error in the last line read, in the column with that index, or at another line."""
        self.good = False
        if source is None and line is None:
            source = self._lines.source
        key, place = "", None
        if column is not None:
            role = "" if self.layout is None else f" ({self.layout.role(column)})"
            key = f"column {column + 1}{role}"
            if source is not None and '"' not in source:
                place = sum(len(cell) + 1 for cell in source.split(self.separator)[:column]) + 1
        self.file.complain(says, remedy, key=key, line=line or self._lines.line, column=place, source=source)

    def read(self) -> bool:
        """Read all rows; return whether every one of them is good."""
        try:
            self._read()
        except csv.Error as error:
            self.complain(f"this is not CSV: {shortened(str(error))}")
        except NotTextError as error:
            self.complain(error.says, error.remedy)
        self._report()
        if self.good and not self.rows:
            below = " below the header" if self._lines.line else ""
            remedy = f"Write a row for each sample{below}: its inputs, then its targets."
            says = "expected at least one row of numbers, found none"
            self.complain(says, remedy, line=max(self._lines.line, 1))
        if self.good and self.layout is not None and self.layout.labels:
            self.classes = self.asked.classes or in_order(self._codes)
        return self.good

    def columns(self) -> tuple[Array, Array, Array]:
        """Return `sample` and `time` [row, 2] if there are such, inputs and targets [row, column], once.

        nan stands for an empty cell. Labels are one column, of the places of their classes.
        """
        assert self.layout is not None
        lead = self.layout.leading
        middle = lead + self.layout.inputs
        leading, inputs, wanted = self.rows.take(slice(lead), slice(lead, middle), slice(middle, None))
        if self.layout.labels:
            order = {name: place for place, name in enumerate(self.classes)}
            places = np.array([order[name] for name in self._codes], dtype=np.float64)
            given = ~np.isnan(wanted)
            wanted[given] = places[wanted[given].astype(np.intp)]
        return leading, inputs, wanted

    def _read(self) -> None:
        blank = 0
        lines = iter(self._lines)
        first = next(lines, None)
        if first is None:
            return
        self.separator = self.asked.separator or self._lines.separator or ","
        if self.separator in '"\r\n':
            raise NotTextError("this is not CSV: sep= names no sign that can stand between columns")
        rest = _again(first, lines)
        rows = csv.reader(rest, strict=True, delimiter=self.separator, skipinitialspace=self.separator == " ")
        for row, cells in enumerate(rows):
            if row == 0:
                header = self._take_header(cells)
                if self.layout is None or not self.good:
                    return
                self._numeric = self.layout.places[: -1 if self.layout.labels else None]
                self._all = self._numeric == tuple(range(len(cells)))
                self.rows = Rows(len(self.layout.places))
                self._blocks = Blocks(self.layout, self.separator, self.asked.decimal, self._known_code)
                if header:
                    continue
            if cells and any(cells):
                self._add(cells, first=row == 0)
            else:
                blank += 1
            check_empty(blank)
            if self.rows.size > NUMBERS:
                raise NotTextError(f"the file holds more than {NUMBERS:,} numbers", "Take fewer samples.")
            if not self.good or self._count >= _FAULTS:
                return
            if self._lines.line >= self._odd_until:
                self._take_blocks()

    def _take_blocks(self) -> None:
        """Take many rows at once as long as all of them are good; of others, row by row.

        Around a row that isn't good the blocks are smaller, so that few are looked at for its sake.
        """
        lines, file = self._lines, self.file.file
        if self._blocks is None or not self._blocks.possible:
            self._odd_until = maxsize
            return
        size = self._size
        while True:
            begin = file.tell()
            block = file.read(size)
            block = block[: block.rfind(b"\n") + 1]
            count = block.count(b"\n")
            numbers = self._blocks.read(block) if block else None
            if numbers is not None and self.rows.size + numbers.size <= NUMBERS:
                file.seek(begin + len(block))
                self.rows.add_block(numbers, lines.line + 1)
                lines.line += count
                size = min(2 * size, _BLOCK)
                continue
            file.seek(begin)
            if count == 0 or size <= _SMALLEST:
                self._odd_until = lines.line + count
                self._size = min(4 * size, _BLOCK)
                return
            size = max(size // 8, _SMALLEST)

    def _take_header(self, cells: list[str]) -> bool:
        """Decide which column becomes what; return whether the first row is a header."""
        asked = self.asked
        header = any(cells) and not any(pattern(asked.decimal).fullmatch(cell) for cell in cells)
        header = header if asked.header is None else asked.header
        if asked.inputs is not None or asked.targets is not None:
            return self._take_names(cells)
        leading = 2 if self.expected.sequences else 0
        names = [cell.strip().lower() for cell in cells[:2]]
        self._ask_for_header(cells)
        self.layout = layout = by_place(self.expected, len(cells), cells if header else ())
        if leading and names != ["sample", "time"]:
            self.complain(_SEQUENCES, "Then a column for each input and each target.")
        elif header and len(cells) != layout.total:
            self.complain(*self._wrong_width(cells, layout, first=True))
        elif header and not leading and names == ["sample", "time"]:
            says = "columns sample and time are for sequences, and this network has no recurrent layer"
            self.complain(says, "Leave the two columns out, or add recurrent_weights.")
        return header

    def _ask_for_header(self, cells: list[str]) -> None:
        """Say that a first row of numbers looks like the numbers of columns."""
        years = self._are_years(cells) and not self._are_years(self._next().split(self.separator))
        least = _FEWEST if years or self._fractions_follow() else _NUMBERED
        if self.asked.header is not None or len(cells) < least:
            return
        words = [cell.strip() for cell in cells]
        places = any(words == [str(place) for place in range(start, start + len(words))] for start in (0, 1))
        if places or years:
            more = " and so on" if len(words) > 3 else ""
            says = f"the first row of the table is {', '.join(words[:3])}{more}, as names of columns are"
            remedy = f"Is it one? Say header = true or header = false: {self.asked.saying('header = true')}."
            self.file.findings.odd.append(Finding(("data",), says, remedy))

    def _are_years(self, cells: list[str]) -> bool:
        """Return whether cells are years, one after the other."""
        years = [int(cell) for cell in cells if _YEAR.fullmatch(cell.strip())]
        return len(years) == len(cells) and all(one < other for one, other in pairwise(years))

    def _next(self) -> str:
        """Return the next line, which is still to be read."""
        begin = self.file.file.tell()
        line = self._peek()
        self.file.file.seek(begin)
        return line

    def _fractions_follow(self) -> bool:
        """Return whether the next row has fractions: then a row of 0, 1, 2 is hardly one of them."""
        found = re.search(rf"\d{re.escape(self.asked.decimal)}\d", self._next())
        return found is not None and self.asked.decimal != self.separator

    def _take_names(self, cells: list[str]) -> bool:
        """Find the columns that are named in the header, which may be a comment above the table."""
        wanted = {*(self.asked.inputs or ()), *(self.asked.targets or ())}
        comment = [cell.strip() for cell in self._lines.comment.split(self.separator)]
        in_comment = not wanted & {cell.strip() for cell in cells} and bool(wanted & set(comment))
        header = comment if in_comment and len(comment) == len(cells) else cells
        if len(header) == 1 and (found := self._other_separator(header[0], at_least=2)):
            self.complain(
                *self._separate(f"expected the names of the columns, found {describe(header[0])}", found)
            )
            return True
        if self.asked.header is False:
            says = "columns are chosen by their names, and the table is said to have no header"
            self.file.findings.add(
                ("data", "header"), says, "Leave out header = false, or inputs and targets."
            )
            self.good = False
            return True
        if self.expected.sequences and [cell.strip().lower() for cell in header[:2]] != ["sample", "time"]:
            self.complain(_SEQUENCES, "Then the other columns.")
            return True
        self.layout = by_name(self.expected, header, self.file.findings)
        self.good = self.layout is not None
        return header is cells

    def _wrong_width(self, cells: list[str], layout: Layout, *, first: bool) -> tuple[str, str]:
        inputs = counted(self.expected.inputs, "input")
        targets = "1 column of labels" if layout.labels else counted(self.expected.outputs, "target")
        lead = "sample, time, " if layout.leading else ""
        named = self.asked.inputs is not None or self.asked.targets is not None
        what = "as in the header" if named else f"{lead}{inputs}, {targets}"
        says = f"expected {layout.total} columns ({what}), found {len(cells)}"
        if found := self._other_separator(self._lines.source):
            return self._separate(says, found)
        if self._has_comma_twice(cells, layout):
            keys = self.asked.saying('separator = ";"', 'decimal = ","')
            return (
                f"{says}: {COMMAS_TWICE}",
                f"Export it with points; or with ; between the columns, and {keys}.",
            )
        if len(cells) == layout.leading + layout.inputs + 1 and not (named or layout.labels):
            return says, self._last_is_labels()
        if not first or named:
            return says, _FEWER if len(cells) < layout.total else _MORE
        if len(cells) < layout.total or not layout.names:
            return says, _OTHER_SIZES if layout.names else f"{_OTHER_SIZES[:-1]}{_HEADER_NAMES}"
        if not self.asked.targets:
            keys = self.asked.saying(
                f"inputs = {_blanks(layout.inputs)}", f"targets = {_blanks(self.expected.outputs)}"
            )
            return says, f"To name those to use {keys}. The columns are: {listed(cells)}."
        return says, ""

    def _has_comma_twice(self, cells: list[str], layout: Layout) -> bool:
        """Return whether a row may be one of numbers with commas, each of which has been read as two."""
        possible = self.separator == "," and not self.rows and not layout.labels
        return possible and has_commas_twice(cells, layout.total)

    def _last_is_labels(self) -> str:
        return f"If the last column holds labels, a class each, {self.asked.saying('one_hot = true')}."

    def _other_separator(self, source: str, at_least: int = 0) -> str | None:
        """Return what stands between the columns, if it is another sign than that which was looked for."""
        if self.asked.separator is not None or self._lines.separator is not None:
            return None
        total = 0 if self.layout is None else self.layout.total
        for sign in _SEPARATORS:
            count = source.count(sign) + 1
            if (count == total > 1) or (at_least and count >= at_least) or (not total and count > 1):
                return sign
        if len(source.split()) == total > 1 and ", " not in source:
            return " "
        counts = {sign: source.count(sign) for sign in _SEPARATORS}
        most = max(counts, key=lambda sign: counts[sign])
        return most if counts[most] and source.count(",") <= counts[most] else None

    def _separate(self, says: str, sign: str) -> tuple[str, str]:
        """Return the one complaint about a table whose columns are parted by another sign."""
        cells = f"{self._lines.source}{sign}{self._peek()}".split(sign)
        comma = any(_COMMA.fullmatch(cell) is not None for cell in cells)
        what = f"{_SEPARATORS.get(sign, 'blanks')} between its columns" + (
            " and a decimal comma" if comma else ""
        )
        keys = ['separator = "\\t"' if sign == "\t" else f'separator = "{sign}"']
        keys += ['decimal = ","'] if comma else []
        remedy = f"Separate the columns with commas, or {self.asked.saying(*keys)}."
        return f"{says}: this table has {what}", remedy

    def _peek(self) -> str:
        """Return the next line, after which nothing more is read."""
        return self.file.file.readline(2**12).decode("utf-8", "replace").rstrip("\r\n")

    def _add(self, cells: list[str], *, first: bool) -> None:
        layout = self.layout
        assert layout is not None
        if len(cells) != layout.total:
            says, remedy = self._wrong_width(cells, layout, first=first)
            if "this table has" in says and "perhaps" not in says:
                self.complain(says, remedy)
                return
            self._note(Fault("width", False, says, remedy), None)
            return
        row = self._fast(cells)
        if row is None:
            if not first and self._is_words(cells):
                says = f"expected numbers, found {describe(' '.join(cells))}"
                remedy = "If this row names columns or units, leave it out."
                self._note(Fault("words", False, says, remedy), None)
                return
            row = []
            for place in self._numeric:
                row.append(self._number(cells[place], place, first=first))
                if not self.good:
                    return
        if layout.labels:
            place = layout.places[-1]
            row.append(self._code(cells[place], place))
        self.rows.add(row, self._lines.line)

    def _is_words(self, cells: list[str]) -> bool:
        """Return whether a row is one of words, and no number is missing or misspelt."""
        words = [place for place in self._numeric if _WORDS.fullmatch(cells[place])]
        if (
            not self.rows and self.layout is not None and self.layout.names and words
        ):  # of units, there may be none
            words += [place for place in self._numeric if cells[place].strip() in ("", "-")]
        return len(self._numeric) > 1 and len(words) == len(self._numeric)

    def _fast(self, cells: list[str]) -> list[float] | None:
        """Return a row of nothing but plain numbers at once; None if it is another."""
        if self.asked.decimal != ".":
            return None
        if self._all and self.separator == ",":
            chosen, text = cells, self._lines.source
        else:
            chosen = [cells[place] for place in self._numeric]
            text = ",".join(chosen)
        if not _PLAIN.fullmatch(text):
            return None
        with suppress(ValueError):
            row = list(map(float, chosen))
            if isfinite(sum(row)):
                return row
        return None

    def _is_target(self, place: int) -> bool:
        layout = self.layout
        assert layout is not None
        return layout.places.index(place) >= layout.leading + layout.inputs

    def _number(self, cell: str, place: int, *, first: bool) -> float:
        layout = self.layout
        assert layout is not None
        is_target = self._is_target(place)
        if layout.leading and is_target and not cell.strip():
            return nan
        found = number(cell, self.asked.decimal)
        if isinstance(found, float):
            return found
        if found.kind in ("other", "comma", "either"):
            sign = self._other_separator(self._lines.source)
            if sign is not None and sign in cell:
                self.complain(*self._separate(found.says, sign), column=place)
                return 0.0
        if first and found.kind in ("word", "truth") and self.asked.header is None:
            remedy = f"If this line is the header, {self.asked.saying('header = true')}"
            label_too = f"; if this is a label, {self.asked.saying('one_hot = true')}"
            remedy += f"{label_too if is_target else ''}."
            self.complain(found.says, remedy, column=place)
            return 0.0
        self._note(self._explained(found, place, is_target=is_target), place)
        return 0.0

    def _explained(self, fault: Fault, place: int, *, is_target: bool) -> Fault:
        """Return a fault with a remedy that the cell alone doesn't give."""
        if fault.kind == "comma":
            between = f"{_SEPARATORS.get(self.separator, self.separator)} between its columns and "
            between = "" if self.separator == "," else between
            says = f"{fault.says}: this table has {between}a decimal comma"
            keys = self.asked.saying('decimal = ","')
            remedy = f"{keys[:1].upper()}{keys[1:]}; or export it with commas and points."
            return fault._replace(says=says, remedy=remedy)
        if fault.kind == "word" and (fault.kind, place) in self._faults:
            return fault._replace(remedy=self._words(place, is_target=is_target))
        return fault

    def _words(self, place: int, *, is_target: bool) -> str:
        """Return what to do about a column of words."""
        names = self.layout.names if self.layout is not None else ()
        if is_target and names:
            keys = (
                ("one_hot = true",)
                if self.asked.targets
                else (f"targets = [{quoted(names[place])}]", "one_hot = true")
            )
            return f"If these are labels, {self.asked.saying(*keys)}."
        if is_target:
            return self._last_is_labels()
        if self.asked.inputs is not None:
            return "If this column is no input, leave it out of inputs, and network.inputs is one less."
        return (
            f"If this column is no input, {self.asked.saying('inputs = [...]')}, with the names of "
            "those that are, each in quotes; network.inputs says how many."
        )

    def _code(self, cell: str, place: int) -> float:
        """Return the place of the class that a cell names; nan for an empty one in a sequence."""
        layout = self.layout
        assert layout is not None
        name = label(cell)
        if not name:
            if layout.leading:
                return nan
            says = "expected a label, found an empty cell"
            self._note(Fault("missing", False, says, "Write it, or leave the row out."), place)
        elif self.asked.classes is not None and name not in self._codes:
            says = f"expected one of the classes {listed(self.asked.classes)}, found {describe(cell.strip())}"
            remedy = meant(name, self.asked.classes) or f"{NAME_IT}, or leave the row out."
            self._note(Fault("class", False, says, remedy), place)
        elif len(self._codes) > MOST:
            self.complain(f"the column of labels has more than {MOST:,} classes", column=place)
        return self._code_of(name)

    def _code_of(self, name: str) -> float:
        return float(self._codes.setdefault(name, len(self._codes)))

    def _known_code(self, cell: str) -> float | None:
        """Return what `_code` does; None where it would have something to say."""
        name = label(cell)
        if not name:
            return nan if self.layout is not None and self.layout.leading else None
        if (self.asked.classes is not None and name not in self._codes) or len(self._codes) > MOST:
            return None
        return self._code_of(name)

    def _note(self, fault: Fault, place: int | None) -> None:
        """Count a fault, and keep the first place of its kind."""
        self._count += 1
        key = (fault.kind, place if fault.own else None)
        if key in self._faults:
            known, first, count = self._faults[key]
            self._faults[key] = (
                known if known.remedy else known._replace(remedy=fault.remedy),
                first,
                count + 1,
            )
        else:
            self._faults[key] = (fault, _First(self._lines.line, place, self._lines.source), 1)

    def _report(self) -> None:
        """Complain of each kind of fault once."""
        stopped = self._count >= _FAULTS
        self._settle_commas()
        self._settle_truths()
        for fault, first, count in self._faults.values():
            says, more = fault.says, count - 1
            if fault.kind == "word" and not fault.remedy:
                fault = fault._replace(remedy="Write a number there, or leave the row out.")
            if more:
                noun = ("row" if fault.kind in ("width", "words") else "cell") + ("s" if more > 1 else "")
                says += f"; {'at least ' if stopped else ''}{more:,} more {noun} like it"
            self.complain(says, fault.remedy, column=first.column, line=first.line, source=first.source)

    def _settle_truths(self) -> None:
        """Count cells such as y with the other words of their column; without any they are one cause."""
        settled: dict[tuple[str, int | None], tuple[Fault, _First, int]] = {}
        for (kind, place), (fault, first, count) in self._faults.items():
            key = kind, place
            if kind == "truth":
                key = ("word", place) if ("word", place) in self._faults else ("truth", None)
            if key in settled:
                known, before, others = settled[key]
                if key[0] == "word" and place is not None:
                    known = known._replace(remedy=self._words(place, is_target=self._is_target(place)))
                settled[key] = known, before, others + count
            else:
                settled[key] = fault, first, count
        self._faults = settled

    def _settle_commas(self) -> None:
        """Count cells such as 4,000 with those that tell what a comma is; else say what it may be."""
        found = self._faults.pop(("either", None), None)
        if found is None:
            return
        fault, first, count = found
        for kind in ("thousands", "comma"):
            known = self._faults.get((kind, None))
            if known is not None:
                told, place, more = known
                if first.line < place.line:
                    of_kind = told._replace(says=fault.says)
                    told, place = self._explained(of_kind, first.column or 0, is_target=False), first
                self._faults[kind, None] = (told, place, count + more)
                return
        says = f"{fault.says}: this table has a decimal comma, or a comma between the thousands"
        keys = self.asked.saying('decimal = ","')
        remedy = f"For decimals {keys}; for thousands leave the comma out."
        self._faults["either", None] = (fault._replace(says=says, remedy=remedy), first, count)


def _blanks(count: int) -> str:
    """Return a list of names that are to be filled in."""
    blank = '"..."'
    return f"[{', '.join([blank] * min(count, 3))}{', ...' * (count > 3)}]"


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines
