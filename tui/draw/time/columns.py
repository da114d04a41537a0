"""Where does each time of a sequence stand? A column for each, the present time in the middle.

All tables of the view share these columns, so that what belongs to one time stands below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draw.kit.numbers import UNKNOWN, WRONG, sign_style, signed
from tui.draw.kit.rows import Canvas, Row, Run
from tui.draw.kit.window import around

if TYPE_CHECKING:
    from collections.abc import Callable

LABEL = 18
NUMBER = 7
_LEAST, _MOST = 10, 11


class TimeColumns:
    """A window of the times that fits: `shown`, of all `times`."""

    def __init__(self, times: int, present: int, width: int) -> None:
        self.times, self.present, self.width = times, present, width
        room = max(1, width - LABEL - 2)
        self.shown = around(present, times, room // _LEAST)
        self.cells = max(_LEAST, min(_MOST, room // len(self.shown)))

    def gap(self, time: int) -> int:
        """Return the first cell of the gap between a time and the time before it."""
        return LABEL + (time - self.shown.start) * self.cells

    def start(self, time: int) -> int:
        """Return the first cell of the numbers of a time, that of their signs."""
        return self.gap(time) + self.cells - NUMBER

    def heading(self, label: Run) -> Row:
        """Return the times, the present one marked, with ‹ and › where there are more."""
        canvas = Canvas(self.width, 1)
        canvas.write(1, 0, *label)
        for time in self.shown:
            here = time == self.present
            text = f"▼@{time}" if here else f" @{time}"
            canvas.write(self.start(time), 0, text, "active-title" if here else "title")
        if self.shown.start > 0:
            canvas.write(LABEL, 0, "‹", "strong")
        if self.shown.stop < self.times:
            canvas.write(self.start(self.shown[-1]) + NUMBER + 1, 0, "›", "strong")
        return canvas.rows()[0]

    def row(
        self,
        label: Run,
        number: Callable[[int], Run],
        arrow: str = "",
        wrong: Callable[[int], bool] | None = None,
    ) -> Row:
        """Return a row with a number below each time, and an arrow in the gaps if the row has a direction.

        Before a number that is no longer right, which `wrong` says, stands a mark.
        """
        canvas = Canvas(self.width, 1)
        canvas.write(1, 0, *label)
        for time in self.shown:
            text, style = number(time)
            canvas.write(self.start(time), 0, text, style)
            if arrow and time > 0:
                canvas.write(self.gap(time) + (self.cells - NUMBER) // 2, 0, arrow, "wire")
            if wrong is not None and wrong(time):
                canvas.write(self.start(time) - 1, 0, WRONG, "warning")
        return canvas.rows()[0]


def number_run(value: float | None, emphasis: str = "") -> Run:
    """Return a number as it stands in a column, · if it is not known; `emphasis` is `new-` or `read-`."""
    if value is None:
        return f"  {UNKNOWN}", "unknown"  # where the point of a number would be
    style = sign_style(value)
    return signed(value, NUMBER), style if style == "unknown" else emphasis + style
