"""What has each sample of a batch given to a change, and what does the change make of the old weight?

An update belongs to its batch: of the neuron that is looked at each weight has a row, each sample a column.
From left to right: what the samples give, what that comes to, old + change = new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.facts.explain.expression import FIXED
from engine.looking.known.batch import BatchUpdate
from engine.words.gradients.batch import pulls
from tui.draw.kit.bars import sided
from tui.draw.kit.numbers import WRONG, count, in_column, sign_style
from tui.draw.kit.rows import Canvas, Linked, Row, rule
from tui.draw.kit.wide import wrapped
from tui.draw.kit.window import around
from tui.draw.marks import linked, touched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.facts.number import Traced
    from engine.looking.known.batch import Line
    from engine.looking.known.numbers import Known
    from tui.draw.kit.rows import Style

_NUMBER = 8
_COLUMN = _NUMBER + 1
_AFTER = 1 + 4 * _COLUMN + len("+ ") + len("= ")  # cells behind what the samples give
_LEAST_BAR, _MOST_BAR = 12, 41
_WIDE = 100  # cells from which a column has one more
_SIGNS = {"applied": "- ", "change": "+ ", "new": "= "}  # before the numbers of a column
_TURNED = {"+ ": "- ", "- ": "+ "}  # what stands before a number below 0
_TALL = 12  # rows from which lines say what it is, and what the samples have been


def batch_rows(known: Known, width: int, height: int) -> list[Row]:
    """Return the table of the update, in `width` x `height` cells."""
    return _Table(known, width, height).rows()


class _Table:
    def __init__(self, known: Known, width: int, height: int) -> None:
        self.known, self.tall = known, height >= _TALL
        self.canvas = Canvas(width, height - self.tall)
        self.roomy, self.mark = width >= _WIDE, 0
        self.update = BatchUpdate(known)
        self.lines, self.here = self.update.lines, self.update.here

    def rows(self) -> list[Row]:
        """Draw the heading, what there is of samples, the weights that fit, and what they say."""
        canvas = self.canvas
        before = self.update.samples() if self.tall else []
        self.head = len(before) + bool(before)
        room = canvas.height - 1 - self.head
        shown = range(len(self.lines))
        by = 2 if 2 * len(shown) + 2 <= room else 1
        bottom = canvas.height
        if len(shown) > room:
            shown, bottom = around(self.here, len(self.lines), room - 1), bottom - 1
            sign = f"{shown.start + 1:,} to {shown.stop:,} of {count(len(self.lines))}"
            canvas.write(1, canvas.height - 1, sign, "dim")
        lines = [self.lines[place] for place in shown]
        ys = [1 + self.head + by * down for down in range(len(lines))]
        self.mark = int(self.update.is_any_wrong(lines))
        canvas.write(0, ys[shown.index(self.here)], "▸", "chosen")
        end = self._columns(lines, before, ys)
        self._bars(lines, ys, end)
        chosen, free = self.lines[self.here], bottom - 1 - ys[-1]
        symbol = f"∂C/∂{self._label(chosen)}"
        wordings = (pulls(symbol, chosen.shares, short=short) for short in (False, True))
        broken = (wrapped(text, canvas.width - 2) for text in wordings)
        words = next((lines for lines in broken if len(lines) <= free), ())
        for down, text in enumerate(words, start=bottom - free + (len(words) < free)):
            canvas.write(1, down, text, "words")
        title = f"update of layer {self.update.layer}: what each sample gives, and the new weights"
        return [*([rule(title, canvas.width)] if self.tall else []), *canvas.rows()]

    def _columns(self, lines: Sequence[Line], before: Sequence[tuple[str, Array]], ys: Sequence[int]) -> int:
        """Write label, shares, sum, old, change and new of each line; return the cell after them."""
        canvas = self.canvas
        labels = [self._label(line) for line in lines]
        x = 1 + max(len(label) for label in (*labels, *(name for name, _ in before), "sample")) + 1
        x = max(x, 1 + len("gradient"))
        for y, name in {0: "sample", self.head: "gradient"}.items():
            canvas.write(1, y, name, "title")
        for down, (name, _) in enumerate(before):
            canvas.write(1, 1 + down, name, "dim")
        for line, label, y in zip(lines, labels, ys, strict=True):
            canvas.write(1, y, label, "chosen" if line is self.lines[self.here] else "symbol")
        x = self._shares(lines, before, ys, x)
        for heading in self.update.headings:
            sign = _SIGNS.get(heading, "")
            x += len(sign) + self.mark
            canvas.write(x, self.head, heading, "active-title" if heading == "new" else "title")
            numbers = [self.update.number(line, heading) for line in lines]
            values = [abs(one.value) if sign in _TURNED else one.value for one in numbers]
            texts = in_column(values, _NUMBER + (sign == "= ") + self.roomy)
            for line, one, text, y in zip(lines, numbers, texts, ys, strict=True):
                if heading == "change" and self.known.leaves(
                    self.update.number(line, "new").reference, line.at
                ):
                    canvas.write(x, y, FIXED, linked(self.known, "dim", one.reference, *one.index))
                    continue
                shown = _TURNED[sign] if sign in _TURNED and one.value < 0 else sign
                canvas.write(x - len(sign) - self.mark, y, shown, "dim")
                self._text(x, y, text, self._look(one), one)
            x += _COLUMN + self.roomy
        return x + 2

    def _label(self, line: Line) -> str:
        return self.update.number(line, "new").symbol.split()[-1]

    def _look(self, one: Traced) -> Linked:
        style = touched(self.known, one.reference, one.index) + sign_style(one.value)
        return linked(self.known, style, one.reference, *one.index)

    def _text(self, x: int, y: int, text: str, style: Style, one: Traced | None = None) -> None:
        """Write a number without its blanks, which stay as they are; a mark before one that is wrong."""
        x += len(text) - len(text.lstrip())
        if one is not None and one.beside is not None:
            self.canvas.write(x - 1, y, WRONG, "warning")
        self.canvas.write(x, y, text.strip(), style)

    def _shares(
        self, lines: Sequence[Line], before: Sequence[tuple[str, Array]], ys: Sequence[int], x: int
    ) -> int:
        """Write what the samples give: all, or those that give most, and what the others come to."""
        canvas, every = self.canvas, len(self.update.batch)
        more = _COLUMN + self.roomy + len("- ") + self.mark if self.update.applied else 0
        column = _COLUMN + self.mark
        wide = max(0, len(f"{every:,} others") - column)
        room = (canvas.width - x - _AFTER - 4 * (self.roomy + self.mark) - more - wide) // column
        rows = [*range(1, 1 + len(before)), *ys]
        shown = np.arange(every)
        if every > room:
            most = np.argsort(-np.abs(self.lines[self.here].shares), kind="stable")[: max(0, room - 1)]
            shown = np.sort(most)
        for sample in shown.tolist():
            x += self.mark
            canvas.write(x + 1, 0, f"s{sample + 1}", "title")
            values = [*(each[sample] for _, each in before), *(line.shares[sample] for line in lines)]
            texts = in_column(values, _NUMBER)
            for down, (value, text) in enumerate(zip(values, texts, strict=True)):
                style, one = sign_style(float(value)), None
                if down >= len(before):
                    one = self.update.share(lines[down - len(before)], sample)
                if one is not None:
                    style = linked(self.known, style, one.reference, *one.index)
                self._text(x, rows[down], text, style, one)
            x += _COLUMN
        if every > room and room:
            rest = np.setdiff1d(np.arange(every), shown)
            name = f"{len(rest):,} others" if len(shown) else f"all {every:,}"
            canvas.write(x + (not len(shown)), self.head, name, "title")
            sums = [float(line.shares[rest].sum()) for line in lines]
            for down, text in enumerate(in_column(sums, _NUMBER)):
                self._text(x, ys[down], text, sign_style(sums[down]))
            x += max(_COLUMN, len(name))
        return x + 1

    def _bars(self, lines: Sequence[Line], ys: Sequence[int], x: int) -> None:
        """Draw the changes as bars to both sides of a line."""
        room = min(_MOST_BAR, self.canvas.width - x - 1)
        if room < _LEAST_BAR:
            return
        changes = [self.update.number(line, "change").value for line in lines]
        largest = max(map(abs, changes), default=0.0)
        self.canvas.write(x + room // 2 - len("down "), self.head, "down │ up", "title")
        for change, y in zip(changes, ys, strict=True):
            self.canvas.runs(x, y, sided(change, largest, room // 2))
