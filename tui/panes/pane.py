"""How does a pane draw rows of styled text, and only what changed?

The rows come from a pure function of (trace, cursor, size). On a change old and new rows are compared
and only the stretches that differ are refreshed: no layout, no widget for each number.
"""

from __future__ import annotations

import time
from functools import partial
from operator import ne
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.filter import ANSIToTruecolor
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from tui.draw.kit.panels import has_boxes
from tui.draw.kit.rows import length, target_at
from tui.draw.kit.shades import in_colours
from tui.draw.kit.signs.ascii import WANTS_ROOM, with_marks
from tui.meanwhile.wanted import DRAWN
from tui.palette import Palette
from tui.theme import FEW_COLOURS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style as RichStyle
    from textual.color import Color
    from textual.events import Click
    from textual.filter import LineFilter
    from textual.theme import Theme

    from engine.facts.entry import Number
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row
    from tui.meanwhile.maker import Maker

SOON = 0.03
"""Seconds that a key waits for what may be there so soon: what is quickly made doesn't flicker."""

SAID = 0.1
"""Seconds after which it is said that something is made."""

_PAUSES = 4  # as long as it took to draw, before what has grown is drawn again


class _Place(NamedTuple):
    """What rows were drawn for: a place in a run of which so many iterations were known, and the sizes."""

    trace: Trace
    cursor: Cursor
    size: Size
    screen: Size
    computed: int


class Pane(Widget):
    """A widget that shows what `draw` returns for the trace and the cursor that the screen owns.

    `apart` returns who draws where that may take long; by then the pane says what is made.
    """

    #: The theme variable of the pane's ground.
    GROUND: ClassVar[str] = "background"

    class Picked(Message):
        """The user clicked on a number of the trace, or on a step."""

        def __init__(self, target: Number | int) -> None:
            super().__init__()
            self.target = target

    # `var`, not `reactive`: a reactive would repaint the whole widget.
    trace: var[Trace | None] = var(None, always_update=True)
    cursor: var[Cursor | None] = var(None)

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  the name is Textual's
        super().__init__(id=id)
        self.apart: Callable[[], Maker | None] = _nobody
        self._rows: list[Row] = []
        self._drawn_for: tuple[Size, Size] | None = None  # of the pane and the screen
        self._ahead: tuple[_Place, list[Row]] | None = None  # what was drawn before it was asked for
        self._styles: Palette | None = None
        self._wished = 0
        self._grown = False  # since the rows that are being made were asked for

    @property
    def boxes(self) -> bool:
        """Whether the screen has room for boxes."""
        return has_boxes(*self.screen.size)

    @property
    def picture(self) -> tuple[Row, ...]:
        """The rows that are shown."""
        return tuple(self._rows)

    def draw(self, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        """Return the rows to show; at most `height` rows of at most `width` cells."""
        raise NotImplementedError

    def watch_cursor(self) -> None:
        """Draw what changed."""
        self.redraw()

    def watch_trace(self) -> None:
        """Draw what changed."""
        self.redraw()

    def on_resize(self) -> None:
        """Draw for the new size, of the pane or of the screen, unless a frame has been painted in it."""
        if not self._fits:
            self.redraw()

    @property
    def _fits(self) -> bool:
        return self._drawn_for == (self.size, self.screen.size)

    async def on_click(self, event: Click) -> None:
        """Say what stands where the user clicked; a view is opened as by its key."""
        target = target_at(self._rows[event.y], event.x) if event.y < len(self._rows) else None
        if isinstance(target, str):
            await self.run_action(f"screen.view('{target}')")
        elif target is not None:
            self.post_message(self.Picked(target))

    def redraw(self) -> None:
        """Draw again and refresh the stretches of the rows that differ from what is shown."""
        if self.trace is None or self.cursor is None or not self.size:
            self._drawn_for = self._ahead = None  # whatever comes next is to be drawn
            return
        before = self._rows
        self._draw_rows()
        self._refresh_changed(before)

    def draw_ahead(self, cursor: Cursor) -> None:
        """Draw for a cursor that may be the next, and keep that until it is."""
        if self.trace is not None and self.size and self.apart() is None:
            self._ahead = self._place(self.trace, cursor), self._drawn(self.trace, cursor, self.size)

    def _place(self, trace: Trace, cursor: Cursor) -> _Place:
        return _Place(trace, cursor, self.size, self.screen.size, trace.computed)

    def grow(self) -> None:
        """Draw again as more is known of the same: what is being made of it is made to its end."""
        if (maker := self.apart()) is not None and maker.makes(f"{DRAWN} {self.id}"):
            self._grown = True
        else:
            self.redraw()

    def _refresh_changed(self, before: list[Row]) -> None:
        width = self.size.width
        changed = [
            stretch
            for y, row in enumerate(self._rows)
            if (stretch := _difference(before[y] if y < len(before) else None, row, y, width))
        ]
        if changed:
            self.refresh(*changed)

    def _draw_rows(self) -> None:
        if self.trace is None or self.cursor is None:
            return
        size = self.size  # Textual works it out each time
        self._drawn_for = size, self.screen.size
        if (maker := self.apart()) is not None:
            self._have_drawn(maker, self.trace, self.cursor)
            return
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[0] == self._place(self.trace, self.cursor):
            self._rows = ahead[1]
        else:
            self._rows = self._drawn(self.trace, self.cursor, size)

    def _drawn(self, trace: Trace, cursor: Cursor, size: Size) -> list[Row]:
        return self._filled(self.draw(trace, cursor, size.width, size.height), size.height)

    def _filled(self, rows: list[Row], height: int) -> list[Row]:
        """Return rows for all lines as a terminal shows them: in colours, or with marks for grounds."""
        if getattr(self.app, "ascii_only", False):
            rows = [with_marks(row) for row in rows]
        # In 16 the small numbers on both sides of zero have the same grey.
        elif not self.app.no_color and self.app.console.color_system not in FEW_COLOURS:
            rows = [in_colours(row) for row in rows]
        return [*rows, *[()] * (height - len(rows))]

    def waiting_rows(self, width: int, height: int) -> list[Row]:  # noqa: ARG002
        """Return what is shown while the rows are made."""
        return [((" …", "dim"),)]

    def _have_drawn(self, maker: Maker, trace: Trace, cursor: Cursor) -> None:
        """Have the rows drawn apart from the keyboard, and say so if they aren't there soon."""
        size, name = self.size, f"{DRAWN} {self.id}"
        began = time.monotonic()

        def show(rows: list[Row]) -> None:
            self._wished += 1
            before, self._rows = self._rows, self._filled(rows, size.height)
            self._refresh_changed(before)

        def made(rows: list[Row]) -> None:
            if self.trace is not trace:  # the user has gone on in another run
                return
            show(rows)
            if self._grown:  # meanwhile; not at once, for the run waits as long as something is drawn
                self._grown = False
                self.set_timer(_PAUSES * (time.monotonic() - began), self.grow)

        def say(wish: int) -> None:
            if wish == self._wished and maker.makes(name):
                show(self.waiting_rows(size.width, size.height))

        self._wished += 1
        self._grown = False
        wait = 0.0 if maker.busy else SOON
        maker.make(name, lambda: self.draw(trace, cursor, size.width, size.height), made, wait)
        self.set_timer(SAID, partial(say, self._wished))

    def on_mount(self) -> None:
        """Draw again in new colours when the theme has changed."""
        # Not when its name changes: its colours come a little later, and a frame may be painted before.
        self.app.theme_changed_signal.subscribe(self, self._change_colours)

    def _change_colours(self, _: Theme) -> None:
        self._styles = None
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return rows as strips of the full width, cut to what is asked for.

        Not by lines, to which Textual adds borders, padding, tint and opacity: a pane has none of them, and
        looking for them takes longer than the line itself.
        """
        if not self._fits:
            self._draw_rows()  # a frame is painted before the pane is told its new size
        filters = self.get_line_filters()
        if self._styles is None:
            sent = _as_sent(filters, self.background_colors[1])
            self._styles = Palette(self.app.theme_variables, self.GROUND, sent)
        width = self.size.width
        strips = [self._strip(y, width, self._styles) for y in crop.line_range]
        for one in filters:
            if not isinstance(one, ANSIToTruecolor):
                ground = self.background_colors[1]
                strips = [strip.apply_filter(one, ground) for strip in strips]
        return strips if crop.width == width else [strip.crop(crop.x, crop.right) for strip in strips]

    def _strip(self, y: int, width: int, styles: Palette) -> Strip:
        row = self._rows[y] if y < len(self._rows) else ()
        segments = [Segment(text, styles[style]) for text, style in row]
        return Strip(segments, length(row)).adjust_cell_length(width, styles[""])


def _as_sent(filters: Sequence[LineFilter], ground: Color) -> Callable[[RichStyle], RichStyle]:
    """Return what puts a style in the colours that a terminal is sent, once for all texts that it has."""
    ansi = next((one for one in filters if isinstance(one, ANSIToTruecolor)), None)
    return lambda style: style if ansi is None else ansi.truecolor_style(style, ground.rich_color)


def _nobody() -> None:
    """Return that nobody draws but the pane itself."""


def _alike(old: Row, new: Row) -> int:
    """Return how many runs two rows begin with alike."""
    differ = [*map(ne, old, new)]
    return differ.index(True) if True in differ else len(differ)


def _difference(old: Row | None, new: Row, y: int, width: int) -> Region | None:
    """Return the stretch of row `y` in which two rows differ; None if they are the same."""
    if old == new:
        return None
    if old is None:
        return Region(0, y, width, 1)
    same = _alike(old, new)
    start, end = length(new[:same]), width
    if length(old) == (whole := length(new)):
        at_end = _alike(old[::-1], new[::-1])
        end = whole - length(new[len(new) - at_end :])
        if at_end < min(len(old), len(new)):
            # In ASCII a sign may be said in full where a blank follows it.
            end += any(row[-1 - at_end][0][-1:] in WANTS_ROOM for row in (old, new))
    return Region(start, y, max(1, min(end, width) - start), 1)
