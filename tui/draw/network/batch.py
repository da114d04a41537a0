"""What has each sample of a batch given to a change, and what does the change make of the old weight?

An update belongs to its batch: of the neuron that is looked at each weight has a row, each sample a column;
those of the neurons beside it have what rows are left. From left to right: what the samples give, what that
comes to, old + change = new.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.facts.explain.expression import FIXED
from engine.looking.known.batch import BatchUpdate
from engine.numerals import DIGITS, digits_to_add, last_digit, shown
from engine.words.gradients.batch import pulls
from tui.draw.kit.bars import sided
from tui.draw.kit.numbers import WRONG, in_column, sign_style, span
from tui.draw.kit.rows import Canvas, Row, around, length, plain, rule
from tui.draw.kit.table import table
from tui.draw.kit.wide import wrapped
from tui.draw.marks import linked, touched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.facts.number import Traced
    from engine.facts.samples import Indices
    from engine.looking.known.batch import Line
    from engine.looking.known.numbers import Known
    from tui.draw.kit.rows import Style

_NUMBER, _MORE = 8, 3  # cells of a number; those that a small one may have beside
_LEAST_BAR, _MOST_BAR = 12, 41
_WIDE = 100  # cells from which a column has one more
_SIGNS = {"gathered": " ", "applied": "- ", "change": "+ ", "new": "= "}  # before the numbers of a column
_TURNED = {"+ ": "- ", "- ": "+ "}  # what stands before a number below 0
_TENS = 10  # samples, of which not all have room for more than a letter before their numbers
_ROUNDING = 1.5  # of the last digit of a sum: one that is off by less looks right
_BELOW = 3  # rows of what is said below the weights
_TALL = 12  # rows from which lines say what it is, and what the samples have been


def batch_rows(known: Known, width: int, height: int) -> list[Row]:
    """Return the table of the update, in `width` x `height` cells."""
    update, tall = BatchUpdate(known), height >= _TALL
    title = f"update of layer {update.layer}: what each sample gives, and the new weights"
    rows = [rule(title, width)] if tall else []
    before = update.samples() if tall else []
    room = height - len(rows) - len(before) - bool(before) - 1
    mine = known.cursor.units[update.layer]
    units = known.trace.scenario.network.layers[update.layer - 1].units
    wordings = _wordings(update, width)
    neurons = around(mine, units, _neurons_in(room, len(update.lines), units, wordings))
    if len(neurons) > 1:
        update = BatchUpdate(known, neurons)
    shown, told = range(len(update.lines)), ""
    if len(shown) > room:
        shown = around(update.here, len(shown), room - 1)
        told = span(shown, len(update.lines))
    lines = [update.lines[place] for place in shown]
    free = room - len(lines) - bool(told)
    words = next((wording for wording in wordings if len(wording) <= free), ())
    more = units - len(neurons)
    # Which neurons these are, or how many more there are, stands in the last row, or else above the names.
    above = ""
    if more and (told or len(words) == free):
        arrows = "↑" * (neurons.start > 0) + "↓" * (neurons.stop < units)
        above = f" {arrows} {more:,} more"
    elif more:
        told, free = span(neurons, units, "neuron "), free - 1
    rows += _Table(known, update, lines, before, width, above).rows()
    rows += [(), *[((f" {line}", "words"),) for line in words]][len(words) == free :]
    canvas = Canvas(width, height)
    canvas.block(0, 0, rows)
    canvas.write(1, height - 1, told, "dim")
    return canvas.rows()


def _wordings(update: BatchUpdate, width: int) -> list[tuple[str, ...]]:
    """Return how the samples pull at the weight that is looked at, in more and in fewer words."""
    chosen = update.lines[update.here]
    symbol = f"∂C/∂{_label(update, chosen)}"
    symbol = f"What stands for {symbol}" if update.is_any_wrong([chosen]) else symbol
    return [wrapped(pulls(symbol, chosen.shares, short=short), width - 2) for short in (False, True)]


def _neurons_in(room: int, lines: int, units: int, wordings: Sequence[Sequence[str]]) -> int:
    """Return how many neurons of so many lines have room above the words: fewer words only where all do."""
    counts = [(room - len(words)) // lines for words in wordings]
    roomy = (room - min(_BELOW, len(wordings[0]) + bool(wordings[0]))) // lines
    return next((count for count in counts if count >= units), roomy)


def _label(update: BatchUpdate, line: Line) -> str:
    return update.number(line, "new").symbol.split()[-1]


class _Table:
    """Some weights of an update, each with a row, below what there is `before` of the samples."""

    def __init__(
        self,
        known: Known,
        update: BatchUpdate,
        lines: Sequence[Line],
        before: Sequence[tuple[str, Array]],
        width: int,
        title: str = "",
    ) -> None:
        self.known, self.update, self.lines, self.before, self.width = known, update, lines, before, width
        self.title = title or " gradient"
        self.roomy, self.here = width >= _WIDE, update.lines[update.here]
        self.mark = " " * update.is_any_wrong(lines)  # before each number, for the sign of one that is wrong
        self.above: list[Row] = [()] * (len(before) + bool(before))  # the head of the weights

    def rows(self) -> list[Row]:
        """Return the heads, and label, shares, sum, old, change and new of each weight, as much as fits."""
        self.digits = [self._digits(line, line.shares.tolist()) for line in self.lines]
        for self.more in (_MORE, 0):  # digits that make the rows come out have room if all samples still have
            columns, samples = self._columns()
            every = len(samples) == len(self.update.batch)
            if every and sum(map(_cells, [*columns, *samples])) <= self.width:
                break
        if samples and not every:
            shown = self._shown(len(samples))
            parts = [[*line.shares[shown].tolist(), self._rest(line, shown)] for line in self.lines]
            digits = list(map(self._digits, self.lines, parts))
            if digits != self.digits:
                self.digits = digits
                columns, samples = self._columns()
        columns[1:1] = samples
        room = min(_MOST_BAR, self.width - sum(map(_cells, columns)) - 3)
        if room >= _LEAST_BAR:
            columns.append(self._bars(room // 2))
        # Where not even those have room: the equation below has these, too.
        first, names = 1 + len(samples), self.update.headings
        told = [first + names.index(name) for name in ("applied", "gathered") if name in names]
        return table([*zip(*columns, strict=True)], self.width, told)

    def _columns(self) -> tuple[list[list[Row]], list[list[Row]]]:
        """Return the columns of the weights, and those of the samples that have room beside them."""
        columns = [self._labels(), *map(self._column, self.update.headings)]
        return columns, self._samples(self.width - sum(map(_cells, columns)))

    def _digits(self, line: Line, parts: Sequence[float]) -> int:
        """Return the digits with which what is given to a weight adds up to what is gathered.

        A sum that is off by a rounding of its last digit is no reason for more.
        """
        total = self.update.number(line, "gathered").value
        if not math.isfinite(total):
            return DIGITS
        off = abs(math.fsum(shown(part) for part in parts) - total)
        return digits_to_add(parts, total) if off > _ROUNDING * last_digit(total) else DIGITS

    def _labels(self) -> list[Row]:
        heads: list[Row] = [((self.title, "title"),)]
        if self.before:
            heads = [((" sample", "title"),), *(((f" {name}", "dim"),) for name, _ in self.before), *heads]
        for line in self.lines:
            is_here = line is self.here
            label = _label(self.update, line), "chosen" if is_here else "symbol"
            heads.append((("▸" if is_here else " ", "chosen"), label))
        return heads

    def _samples(self, room: int) -> list[list[Row]]:
        """Return what the samples give: all, or those that give most and what the others come to; or none."""
        every, width = len(self.update.batch), _NUMBER + 1 + len(self.mark)
        fitting = (room - max(0, len(f" {every:,} others") - width)) // width
        shown = self._shown(max(0, fitting))
        found = [self._sample(sample) for sample in shown.tolist()]
        if every > fitting and found:
            sums = [self._rest(line, shown) for line in self.lines]
            numbers = map(self._number, self._in_column(sums, digits=self.digits), sums)
            found.append([*self.above, ((f" {every - len(shown):,} others", "title"),), *numbers])
        return found

    def _shown(self, columns: int) -> Indices:
        """Return the samples that have a column, where one may be for all others: those that give most."""
        every = len(self.update.batch)
        if every <= columns:
            return np.arange(every)
        most = np.argsort(-np.abs(self.here.shares), kind="stable")
        return np.sort(most[: max(0, columns - 1)])

    @staticmethod
    def _rest(line: Line, shown: Indices) -> float:
        """Return what all samples but those shown give to a weight."""
        return float(np.delete(line.shares, shown).sum())

    def _sample(self, sample: int) -> list[Row]:
        """Return what a sample has been, and what it gives to each weight."""
        values = [*(each[sample] for _, each in self.before), *(line.shares[sample] for line in self.lines)]
        ones = [*[None] * len(self.before), *(self.update.share(line, sample) for line in self.lines)]
        digits = [*[DIGITS] * len(self.before), *self.digits]
        rows = [*map(self._number, self._in_column(values, digits=digits), values, ones)]
        if self.before:
            rows[0] = tuple((text, "loss" if style else "") for text, style in rows[0])  # of the sample
            rows.insert(len(self.before), ())
        name = "  s" if len(self.update.batch) >= _TENS else " sample "
        if self.before:
            first = plain(rows[0])
            name = first[: len(first) - len(first.lstrip(" -"))]  # above the first digit
        return [((f"{name}{sample + 1:,}", "title"),), *rows]

    def _column(self, heading: str) -> list[Row]:
        """Return what one of the headings means for each weight, with the sign that leads to it."""
        sign = _SIGNS.get(heading, "")
        before = " " * len(f" {sign}{self.mark}")
        style = "active-title" if heading == "new" else "title"
        # What is taken away says so: its numbers have the other sign.
        head = f" {sign}{self.mark}" if heading == "applied" else before
        rows: list[Row] = [*self.above, ((head + heading, style),)]
        numbers = [self.update.number(line, heading) for line in self.lines]
        values = [abs(one.value) if sign in _TURNED else one.value for one in numbers]
        texts = self._in_column(values, (sign == "= ") + self.roomy)
        for line, one, text in zip(self.lines, numbers, texts, strict=True):
            if heading == "change" and self.known.leaves(self.update.number(line, "new").reference, line.at):
                rows.append(((before, ""), (FIXED, linked(self.known, "dim", one.reference, *one.index))))
                continue
            shown = _TURNED[sign] if sign in _TURNED and one.value < 0 else sign
            # What is taken away has the colour of the sign that is written, as what is added has.
            rows.append(self._number(text, -one.value if sign == "- " else one.value, one, shown))
        return rows

    def _in_column(
        self, values: Sequence[float], wider: int = 0, digits: int | Sequence[int] = DIGITS
    ) -> list[str]:
        """Return numbers below each other in the cells of a number, or in as many more as they need."""
        texts = in_column(values, _NUMBER + wider + self.more, digits)
        needed = max(_NUMBER + wider, *(len(text.rstrip()) for text in texts))
        return [text.rstrip().ljust(needed) for text in texts]

    def _number(self, text: str, value: float, one: Traced | None = None, sign: str = "") -> Row:
        """Return a number with its blanks, which stay as they are; a mark before one that is wrong."""
        style: Style = sign_style(value)
        if one is not None:
            look = touched(self.known, one.reference, one.index) + style
            style = linked(self.known, look, one.reference, *one.index)
        wrong = one is not None and one.beside is not None
        number = text.strip()
        before, _, after = f"{self.mark}{text}".partition(number)
        marks: Row = ((before[:-1], ""), (WRONG, "warning")) if wrong else ((before, ""),)
        return ((f" {sign}", "dim"), *marks, (number, style), (after, ""))

    def _bars(self, side: int) -> list[Row]:
        """Return the changes as bars to both sides of a line."""
        changes = [self.update.number(line, "change").value for line in self.lines]
        largest = max(map(abs, changes), default=0.0)
        head: Row = ((" " * (2 + side - len("down ")) + "down │ up", "title"),)
        return [*self.above, head, *((("  ", ""), *sided(change, largest, side)) for change in changes)]


def _cells(column: Sequence[Row]) -> int:
    return max(map(length, column))
