"""How does a test press keys and read the screen?

Keys are posted all at once and the app is left to settle once: a burst, as from a held key.
"""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual._context import visible_screen_stack
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Key, Paste, Resize
from textual.geometry import Size

from tests.app.unseen import nothing_unseen
from tests.given.shipped import lasting, scenario_of
from tests.work.patience import PATIENCE
from tui.app import BackpropApp
from tui.draw.kit.rows import plain
from tui.panes.pane import Pane
from tui.screens.stepping import SteppingScreen
from tui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.app import App
    from textual.pilot import Pilot
    from textual.screen import Screen

    from engine.catalog import Shelf
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.walking.watched import Opened

KEY_NAMES = {
    "?": "question_mark",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
    "/": "slash",
    ":": "colon",
    ".": "full_stop",
    ",": "comma",
    "%": "percent_sign",
    "$": "dollar_sign",
    "+": "plus",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    "-": "minus",
    "_": "underscore",
    ")": "right_parenthesis",
    "(": "left_parenthesis",
    '"': "quotation_mark",
    "'": "apostrophe",
    " ": "space",
}
"""The names of the keys that a user types as a sign."""


_POLL = 0.02  # seconds between two looks at what takes its time
_TURNS = 200  # of the loop at most: an app that plays is never at rest


async def at_rest(app: App[None]) -> None:
    """Wait until nothing in an app has anything to do but to wait for a thread or a clock.

    The picture that is due is painted at once instead of at its time, and only one for many messages.
    """
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    for _ in range(_TURNS):
        await asyncio.sleep(0)
        if ready:
            continue
        with app._context():  # of several apps this one
            if not _is_due(app.screen):
                return
            app.screen._on_timer_update()


def _is_due(shown: Screen[object]) -> bool:
    return bool(
        shown._dirty_widgets
        or shown._layout_required
        or shown._scroll_required
        or shown._repaint_required
        or shown._recompose_required
        or shown._callbacks
    )


class User:
    """Someone at the keyboard of a running app."""

    def __init__(self, app: BackpropApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.wait: float | None = None
        """Seconds to wait after the keys have been handled, for what takes its time."""

    async def press(self, *keys: str) -> None:
        """Press keys without waiting between them, then wait once."""
        for key in keys:
            # `App.simulate_key` leaves out the character of a key with a longer name.
            self.app.post_message(Key(KEY_NAMES.get(key, key), key if len(key) == 1 else None))
        await self.settle()

    async def settle(self) -> None:
        """Wait until what was sent has been handled by all that it was handed on to, and is painted."""
        await at_rest(self.app)
        if self.wait is not None:
            await asyncio.sleep(self.wait)
            await at_rest(self.app)

    async def type(self, text: str) -> None:
        """Paste a text into the line that has the focus, as a terminal does."""
        self.app.post_message(Paste(text))
        await self.settle()

    async def pick(self, step: int) -> None:
        """Go to a step as by a click on it, without the dialog that asks for its number."""
        self.stepping.post_message(Pane.Picked(step - 1))
        await self.settle()
        assert self.step() == step

    def text(self) -> str:
        """Return everything that is on the screen, a line for each row, blanks at the end left out."""
        visible_screen_stack.set(self.app._background_screens)  # a dialog lets them shine through
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    def dialog(self) -> str:
        """Return the words in the dialog that is open."""
        box = self.app.screen.query_one(".dialog").region
        rows = self.text().split("\n")[box.y : box.bottom]
        return " ".join(" ".join(row[box.x + 1 : box.right - 1] for row in rows).split())

    @property
    def stepping(self) -> SteppingScreen:
        """The stepping screen; the assertion fails while another screen is on top."""
        screen = self.app.screen
        assert isinstance(screen, SteppingScreen)
        return screen

    @property
    def trace(self) -> Trace:
        assert self.stepping.trace is not None
        return self.stepping.trace

    @property
    def cursor(self) -> Cursor:
        assert self.stepping.cursor is not None
        return self.stepping.cursor

    def panes(self) -> str:
        """Return the rows that the panes have drawn, top to bottom."""
        return "\n".join(plain(row).rstrip() for pane in self.stepping.query(Pane) for row in pane._rows)

    def step(self) -> int:
        """Return the step that the screen says: the i of `step i of N`, 1-based."""
        found = re.findall(r"step ([\d,]+) of ([\d,]+)", self.panes())
        assert len(found) == 1, self.panes()
        step, steps = (int(number.replace(",", "")) for number in found[0])
        assert steps == len(self.trace)
        return step

    async def until(self, true: Callable[[str], bool]) -> None:
        """Wait until the screen is as wished; the assertion fails if it never is."""
        stop = time.monotonic() + PATIENCE
        while not true(self.text()):
            assert time.monotonic() < stop, self.text()
            await self._for_a_while()

    async def _for_a_while(self) -> None:
        """Let what takes its time go on, and the app show it."""
        await asyncio.sleep(_POLL)
        await at_rest(self.app)

    async def give_size(self, width: int, height: int) -> None:
        """Give the terminal another size. `Pilot` would wait until a run in the background pauses."""
        driver, size = self.app._driver, Size(width, height)
        assert isinstance(driver, HeadlessDriver)
        driver._size = size
        self.app.post_message(Resize(size, size))
        await self.settle()
        self.app._check_resize()  # it waits for a moment, for more of them
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Give the terminal another size, and wait until the screen fits it."""
        await self.give_size(width, height)
        await self.until(
            lambda text: (
                text.count("\n") < height and all(cell_len(line) <= width for line in text.split("\n"))
            )
        )

    async def until_computed(self) -> None:
        """Wait until the run has been computed to its end and the screen no longer says how far it is."""
        while (
            self.trace.computed < self.trace.iterations
            or self.stepping.progress
            or self.stepping.looks_around
        ):
            await self._for_a_while()
        await self.settle()

    async def until_all_computed(self) -> None:
        """Wait for the runs, too, that view 2 holds against the one on the screen."""
        await self.until_computed()
        while any(other.computed < other.iterations for other in self.stepping.others):
            await self._for_a_while()
        await self.settle()


@asynccontextmanager
async def user_of(
    scenario: str | Scenario | None,
    step: int | None = None,
    size: tuple[int, int] = (80, 24),
    wait: float | None = None,
    *,
    iterations: int | None = None,
    ascii_only: bool = False,
    settled: Settings | None = None,
    opened: Opened | None = None,
    watch: bool = False,
    shelf: Shelf | None = None,
) -> AsyncIterator[User]:
    """Open the app on a scenario or a shipped one's name, or on the picker.

    With `iterations` its run has so many: what it is about may be there long before its end.
    """
    found = scenario_of(scenario) if isinstance(scenario, str) else scenario
    if found is not None and iterations is not None:
        found = lasting(found, iterations)
    settled = settled or Settings(ascii=ascii_only)
    app = BackpropApp(found, step, shelf=shelf, settled=settled, opened=opened, watch=watch)
    async with driven(app, size, wait) as user:
        yield user


@asynccontextmanager
async def driven(
    app: BackpropApp, size: tuple[int, int] = (80, 24), wait: float | None = None
) -> AsyncIterator[User]:
    """Run an app for a user."""
    with nothing_unseen():
        async with app.run_test(size=size) as pilot:
            user = User(app, pilot)
            user.wait = wait
            await user.settle()
            yield user
