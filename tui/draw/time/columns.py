"""Where does each time of a sequence stand? A column for each; of many the first, the last and those around.

All tables of the view share these columns, so that what belongs to one time stands below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draw.kit.numbers import UNKNOWN, WRONG, sign_style, signed
from tui.draw.kit.rows import Canvas, Row, Run, Style, around

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.beside.claims import Claim

LABEL = 18
NUMBER = 7
BESIDE = 35
"""The cells of what is said beside the bars of each layer."""
MANY = 20
"""From so many times on bars say more than numbers."""
_LONG_NUMBER = 10  # with all digits of -0.0009766; as much of it as the columns have room for
_SHORT_NUMBER = 6  # with a digit less, where all times have a column then
_ARROW = 3  # cells of an arrow with a blank to both sides
_CELLS, _MOST = 11, 16  # of a time, beside what is said of bars below them, and without
_ENDS = 3  # columns from which both ends have one


def never(_time: int) -> bool:
    """Return that this is so at no time."""
    return False


class TimeColumns:
    """The times that fit, of all `times`: `shown`. `number` is the cells of a number, with its sign.

    `also` is a time that is looked at beside the present one. Where numbers are held against others, a blank
    keeps the mark before one apart from the one before. Where not all times fit there is room for arrows.
    """

    def __init__(
        self, times: int, present: int, width: int, also: int | None = None, *, held: bool = False
    ) -> None:
        self.times, self.present, self.width, self.also = times, present, width, also
        room = max(1, width - LABEL - 2)
        self.number, gap = NUMBER, 1 + held
        if room // (NUMBER + gap) < times <= room // (_SHORT_NUMBER + gap) and times < MANY:
            self.number = _SHORT_NUMBER
        elif times > room // (NUMBER + gap):
            gap = _ARROW + held
        self.shown = _chosen(times, present, room // (self.number + gap), also)
        spread = (room - BESIDE) // len(self.shown)
        most = max(_CELLS, min(_MOST, spread)) if spread >= _CELLS else _MOST
        self.cells = max(self.number + gap, min(most, room // len(self.shown)))
        self.number = max(self.number, min(_LONG_NUMBER, self.cells - _ARROW - held))

    def gap(self, time: int) -> int:
        """Return the first cell of the gap between a time and the one that is shown before it."""
        return LABEL + self.shown.index(time) * self.cells

    def start(self, time: int) -> int:
        """Return the first cell of the numbers of a time, that of their signs."""
        return self.gap(time) + self.cells - self.number

    @property
    def aligned(self) -> bool:
        """Whether every time has a column."""
        return len(self.shown) == self.times

    def heading(self, label: Run) -> Row:
        """Return the times, the present one marked, with … where there are more between two."""
        canvas = Canvas(self.width, 1)
        canvas.write(1, 0, *label)
        before = -1
        for time in self.shown:
            here, style = time == self.present, "chosen" if time == self.also else "title"
            text = f"▼@{time}" if here else f" @{time}"
            canvas.write(self.start(time), 0, text, "active-title" if here else style)
            if time > before + 1:
                canvas.write(self.start(time) - 1, 0, "…", "strong")
            before = time
        if before + 1 < self.times:
            canvas.write(self.start(before) + self.number, 0, "…", "strong")
        return canvas.rows()[0]

    def row(
        self,
        label: Run,
        number: Callable[[int], Run],
        arrow: str = "",
        wrong: Callable[[int], bool] = never,
        used: Callable[[int], bool] = never,
    ) -> Row:
        """Return a row with a number below each time, and an arrow in the gaps if the row has a direction.

        Before a number that is no longer right, which `wrong` says, stands a mark. An arrow that is `used` by
        the step looks so.
        """
        canvas = Canvas(self.width, 1)
        canvas.write(1, 0, *label)
        for time in self.shown:
            text, style = number(time)
            blank = len(text) - len(text.lstrip())
            canvas.write(self.start(time) + blank, 0, text.strip(), style)  # no blank is underlined
            cells = self.cells - self.number - (marked := wrong(time))
            if arrow and text and time > 0 and cells >= _ARROW:  # else it would touch what is there
                canvas.write(self.gap(time) + cells // 2, 0, arrow, "wire-active" if used(time) else "wire")
            if marked:
                canvas.write(self.start(time) - 1, 0, WRONG, "warning")
        return canvas.rows()[0]

    def rows(
        self,
        name: str,
        number: Callable[[int], float | str | None],
        claim: Claim | None = None,
        arrow: str = "",
        emphasis: Callable[[int], str] | None = None,
        style: Style = "",
    ) -> list[Row]:
        """Return a row of numbers and, if by a claim something stands beside some of them, one with that.

        A number may be a word, or "" where there is none; those known have a `style` or that of their sign.
        """
        right = {time: claim.right(time) for time in self.shown if claim is not None and claim.is_wrong(time)}

        def run(time: int) -> Run:
            value = number(time)
            if isinstance(value, str):
                return (f" {value}" if value else ""), "dim"
            text, own = self.run(value, emphasis(time) if emphasis else "")
            return text, own if value is None else style or own

        rows = [self.row((name, "title"), run, arrow, right.__contains__)]
        if claim is not None and right:
            label = (f"  {WRONG} {claim.whose}", "warning")
            rows.append(self.row(label, lambda time: self.run(right[time]) if time in right else ("", "")))
        return rows

    def run(self, value: float | None, emphasis: str = "") -> Run:
        """Return a number as it stands in a column, · if it is not known; `emphasis` is `new-` or `read-`."""
        if value is None:
            return f"  {UNKNOWN}", "unknown"  # where the point of a number would be
        style = sign_style(value)
        text = signed(value, self.number)
        if text.strip().lstrip("-0.") == "1" and float(text) != value and text[-1] == " ":
            text = f"{text.rstrip()}0".ljust(self.number)  # rounded up to 0.001: the digits of 0.0010
        return text, style if style == "unknown" else emphasis + style


def _chosen(times: int, present: int, room: int, also: int | None) -> list[int]:
    """Return the times that are shown in so many columns, in order."""
    found = list(around(present, times, room))
    if len(found) < times and len(found) >= _ENDS:
        found[0], found[-1] = 0, times - 1
        if also is not None and also not in found and len(found) > _ENDS:
            far = max(found[1:-1], key=lambda time: (time != present, abs(time - present)))
            found[found.index(far)] = also
    return sorted(found)
