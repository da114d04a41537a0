"""What has each sample of a batch given to a change, and what does the change make of the old weight?

An update belongs to its batch: of the neuron that is looked at each weight has a row, each sample a column.
From left to right: what the samples give, what that comes to, old + change = new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.facts.beside.theirs import theirs_of
from engine.facts.number import Number, Traced
from engine.looking.selection import explained
from engine.order.quantities import CHANGE_OF, GRADIENT_OF, GROUP_OF, TOTAL_OF, Parameter, Reference
from engine.words.batch import FIXED, pulls
from tui.draw.kit.bars import sided
from tui.draw.kit.numbers import WRONG, count, in_column, sign_style
from tui.draw.kit.rows import Canvas, Linked, Row
from tui.draw.kit.wide import wrapped
from tui.draw.kit.window import around
from tui.draw.marks import linked, touched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.looking.known import Known
    from tui.draw.kit.rows import Style

_NUMBER = 8
_COLUMN = _NUMBER + 1
_AFTER = 1 + 4 * _COLUMN + len("+ ") + len("= ")  # cells behind what the samples give
_LEAST_BAR, _MOST_BAR = 12, 41
_WIDE = 100  # cells from which a column has one more
_TURNED = {"+ ": "- ", "- ": "+ "}  # what stands before a number below 0
_ROOMY = 12  # rows from which a line says what the samples have been


class Line(NamedTuple):
    """A weight: its group and place, and what each sample of the batch gives to its gradient [sample]."""

    group: Parameter
    at: tuple[int, ...]
    shares: Array


def batch_rows(known: Known, width: int, height: int) -> list[Row]:
    """Return the table of the update, in `width` x `height` cells."""
    return _Table(known, width, height).rows()


class _Table:
    def __init__(self, known: Known, width: int, height: int) -> None:
        self.known, self.canvas = known, Canvas(width, height)
        self.roomy = width >= _WIDE
        # A cell before each number, for the mark of one that is wrong.
        self.mark = known.trace.disturbed or theirs_of(known.trace) is not None
        assert known.site.layer is not None
        self.layer = known.site.layer
        self.batch = known.trace.shapes.batch(known.iteration)
        self.applied = self._applied()
        self.lines = self._lines()
        self.here = self._here()

    def rows(self) -> list[Row]:
        """Draw the heading, what there is of samples, the weights that fit, and what they say."""
        canvas = self.canvas
        before = self._samples() if canvas.height >= _ROOMY else []
        room = canvas.height - 1 - len(before)
        shown = range(len(self.lines))
        by = 2 if 2 * len(shown) + 2 <= room else 1
        bottom = canvas.height
        if len(shown) > room:
            shown, bottom = around(self.here, len(self.lines), room - 1), bottom - 1
            sign = f"{shown.start + 1:,} to {shown.stop:,} of {count(len(self.lines))}"
            canvas.write(1, canvas.height - 1, sign, "dim")
        lines = [self.lines[place] for place in shown]
        first = 1 + len(before)
        ys = [first + by * down for down in range(len(lines))]
        canvas.write(0, ys[shown.index(self.here)], "▸", "chosen")
        end = self._columns(lines, before, ys)
        self._bars(lines, ys, end)
        chosen, free = self.lines[self.here], bottom - 1 - ys[-1]
        symbol = self._share(chosen, 0).symbol.partition("@")[0]
        wordings = (pulls(symbol, chosen.shares, short=short) for short in (False, True))
        broken = (wrapped(text, canvas.width - 2) for text in wordings)
        words = next((lines for lines in broken if len(lines) <= free), ())
        for down, text in enumerate(words, start=bottom - free + (len(words) < free)):
            canvas.write(1, down, text, "words")
        return canvas.rows()

    # -- what stands there ---------------------------------------------------------------------------------

    def _lines(self) -> list[Line]:
        """Return the weights of the neuron that is looked at, with what each sample gives to them."""
        known, to = self.known, self.known.cursor.units[self.layer]
        numbers = known.trace.iteration(known.iteration)
        found = []
        for group in sorted(known.trace.shapes.groups(self.layer), key=("biases",).count):
            shares = numbers.shares_of_batch(self.layer, group, to)
            for source, each in enumerate(shares.T):
                found.append(Line(group, (to,) if group == "biases" else (to, source), each))
        return found

    def _applied(self) -> dict[str, Reference]:
        """Return by group what an update out of turn has applied of what is gathered; empty if none has."""
        found: dict[str, Reference] = {}
        for group in self.known.trace.shapes.groups(self.layer):
            totals = [
                one for one in self.known.reads if (one.quantity, one.layer) == (TOTAL_OF[group], self.layer)
            ]
            if len(totals) > 1:
                found[group] = min(totals, key=lambda one: self.known.trace.flow.writer(one) or 0)
        return found

    def _here(self) -> int:
        """Return the place of the weight that is looked at."""
        number = explained(self.known.trace, self.known.cursor)
        wanted = GROUP_OF.get(number.reference.quantity, "weights"), number.index
        lines = [line[:2] for line in self.lines]
        return lines.index(wanted) if wanted in lines else 0

    def _samples(self) -> list[tuple[str, Array]]:
        """Return what was wrong with each sample, and the delta of the neuron that is looked at."""
        numbers = self.known.trace.iteration(self.known.iteration)
        found = [("C", numbers.vectors("terms", None).sum(axis=(1, 2)))]
        if not self.known.trace.shapes.sequences:
            unit = self.known.cursor.units[self.layer]
            found.append(
                (f"δ{self.layer}[{unit + 1}]", numbers.every_sample("delta", self.layer, 0)[:, unit])
            )
        return found

    def _number(self, line: Line, heading: str) -> Traced:
        """Return what stands in the column of a heading."""
        new = self.known.reference(line.group, self.layer)
        assert new.version is not None
        found = {
            "gathered": self.known.reference(TOTAL_OF[line.group], self.layer),
            "applied": self.applied.get(line.group, new),
            "old": new._replace(version=new.version - 1),
            "change": new._replace(quantity=CHANGE_OF[line.group]),
            "new": new,
        }
        return Traced(self.known.trace, Number(found[heading], line.at))

    # -- how it is written ---------------------------------------------------------------------------------

    def _columns(self, lines: Sequence[Line], before: Sequence[tuple[str, Array]], ys: Sequence[int]) -> int:
        """Write label, shares, sum, old, change and new of each line; return the cell after them."""
        canvas = self.canvas
        labels = [
            self._number(line, "new").symbol.removeprefix("new ").removeprefix("early ") for line in lines
        ]
        x = 1 + max(len(label) for label in (*labels, *(name for name, _ in before), "sample")) + 1
        canvas.write(1, 0, "sample", "title")
        for down, (name, _) in enumerate(before):
            canvas.write(1, 1 + down, name, "dim")
        for line, label, y in zip(lines, labels, ys, strict=True):
            canvas.write(1, y, label, "chosen" if line is self.lines[self.here] else "symbol")
        x = self._shares(lines, before, ys, x)
        for heading, sign in (
            ("gathered", ""),
            *((("applied", "- "),) if self.applied else ()),
            ("old", ""),
            ("change", "+ "),
            ("new", "= "),
        ):
            x += len(sign) + self.mark
            canvas.write(x, 0, heading, "active-title" if heading == "new" else "title")
            numbers = [self._number(line, heading) for line in lines]
            values = [abs(one.value) if sign in _TURNED else one.value for one in numbers]
            texts = in_column(values, _NUMBER + (sign == "= ") + self.roomy)
            for line, one, text, y in zip(lines, numbers, texts, ys, strict=True):
                if heading == "change" and not (self._trains(line) or one.value):  # it may be set by hand
                    canvas.write(x, y, FIXED, linked(self.known, "dim", one.reference, *one.index))
                    continue
                shown = _TURNED[sign] if sign in _TURNED and one.value < 0 else sign
                canvas.write(x - len(sign) - self.mark, y, shown, "dim")
                self._text(x, y, text, self._look(one), one)
            x += _COLUMN + self.roomy
        return x + 2

    def _trains(self, line: Line) -> bool:
        found = self.known.trace.scenario.network.layers[self.layer - 1].trained(line.group)
        return found if isinstance(found, bool) else bool(found[line.at])

    def _look(self, one: Traced) -> Linked:
        style = touched(self.known, one.reference) + sign_style(one.value)
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
        canvas, every = self.canvas, len(self.batch)
        more = _COLUMN + self.roomy + len("- ") + self.mark if self.applied else 0
        column = _COLUMN + self.mark
        room = (canvas.width - x - _AFTER - 4 * (self.roomy + self.mark) - more) // column
        rows = [*range(1, 1 + len(before)), *ys]
        shown = np.arange(every)
        if every > room:
            most = np.argsort(-np.abs(self.lines[self.here].shares), kind="stable")[: max(0, room - 1)]
            shown = np.sort(most)
        for sample in shown.tolist():
            x += self.mark
            canvas.write(x + 1, 0, str(sample + 1), "title")
            values = [*(each[sample] for _, each in before), *(line.shares[sample] for line in lines)]
            texts = in_column(values, _NUMBER)
            for down, (value, text) in enumerate(zip(values, texts, strict=True)):
                style, one = sign_style(float(value)), None
                if down >= len(before) and not self.known.trace.shapes.sequences:
                    one = self._share(lines[down - len(before)], sample)
                    style = linked(self.known, style, one.reference, *one.index)
                self._text(x, rows[down], text, style, one)
            x += _COLUMN
        if every > room and room:
            rest = np.setdiff1d(np.arange(every), shown)
            canvas.write(x, 0, f"{len(rest)} more" if len(shown) else f"all {every}", "title")
            sums = [float(line.shares[rest].sum()) for line in lines]
            for down, text in enumerate(in_column(sums, _NUMBER)):
                self._text(x, ys[down], text, sign_style(sums[down]))
            x += _COLUMN
        return x + 1

    def _share(self, line: Line, sample: int) -> Traced:
        reference = self.known.reference(GRADIENT_OF[line.group], self.layer)
        return Traced(self.known.trace, Number(reference._replace(sample=self.batch[sample]), line.at))

    def _bars(self, lines: Sequence[Line], ys: Sequence[int], x: int) -> None:
        """Draw the changes as bars to both sides of a line."""
        room = min(_MOST_BAR, self.canvas.width - x - 1)
        if room < _LEAST_BAR:
            return
        changes = [self._number(line, "change").value for line in lines]
        largest = max(map(abs, changes), default=0.0)
        self.canvas.write(x + room // 2 - len("down "), 0, "down │ up", "title")
        for change, y in zip(changes, ys, strict=True):
            self.canvas.runs(x, y, sided(change, largest, room // 2))
