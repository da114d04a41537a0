"""What happens to an app at which somebody presses keys without looking, from its start to its end?"""

from __future__ import annotations

import re
import shutil
import time
import traceback
from functools import partial
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from textual.events import Key, MouseDown, MouseUp

from engine import apart
from engine.catalog import Shelf, lesson_number, shipped_shelf
from tests.soak.fresh import difference
from tests.soak.keys import named, some_keys
from tests.soak.shown import ShownApp
from tests.work.patience import PATIENCE
from tui.meanwhile import ahead
from tui.sessions.keeping import Keeping
from tui.settings import Settings
from tui.walking.watched import Opened

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

SIZES = ((80, 24), (120, 40), (200, 50), (40, 12), (1, 1))
KINDS = {
    "free": ("mazur", "xor", "neuron", "saturated", "premature", "deep"),
    "lesson": ("01-derivative", "06-batch", "12-through-time", "16-adam", "18-no-slope"),
    "recurrent": ("bptt", "counting", "elman"),
    "batch": ("batch", "iris", "digits"),
    "large": ("mazur", "batch", "bptt", "xor"),
}
"""Scenarios of each kind; those that are `large` are taken for such."""

LONGEST = 300  # keys of a life
_ITERATIONS = 60
_IN_ASCII = 0.2  # of all lives
_SETTLES = 4
_STEPS = ("n", "p")
_STARTS, _ON = 0.1, 0.7  # of all keys that begin to step, and that go on as the one before
_AGAIN = 0.15  # seconds: what has just come may be painted next


class Found(NamedTuple):
    """What was found in a life: after which keys, and what it is. `keys` is how many were pressed in all."""

    keys: int
    what: str
    last: tuple[str, ...] = ()


def shelf_in(folder: Path) -> Shelf:
    """Return the shipped scenarios, but for their iterations, in a folder of one's own."""
    shipped = shipped_shelf().folder
    for file in shipped.iterdir():
        if file.suffix in (".npz", ".csv"):
            shutil.copy(file, folder)
        elif file.suffix == ".toml":
            text = file.read_text(encoding="utf-8")
            if not lesson_number(file.stem):
                text = re.sub(r"^iterations = \d+", f"iterations = {_ITERATIONS}", text, flags=re.MULTILINE)
            (folder / file.name).write_text(text, encoding="utf-8")
    return Shelf(folder)


async def live(seed: int, size: tuple[int, int], kind: str, shelf: Shelf, keys: int = LONGEST) -> Found:
    """Press so many keys at most, unless the app ends or something is found before."""
    chance = Random(f"{seed} {size} {kind}")
    file = shelf.folder / f"{chance.choice(KINDS[kind])}.toml"
    opened = Opened(file, partial(shelf.load, file))
    settled = Settings(mouse=True, ascii=chance.random() < _IN_ASCII)
    app = ShownApp(opened.read(), opened=opened, shelf=shelf, keeping=Keeping(offers=True), settled=settled)
    app.has_terminal(*size)
    np.savez("mine.npz", W1=np.ones((2, 2)), delta1=np.zeros(2))
    most, soon = apart.MOST_PARAMETERS, ahead.SOON
    ahead.SOON = 0.0  # what is drawn ahead is there by the next key
    apart.MOST_PARAMETERS = 0 if kind == "large" else most
    fingers = _Fingers(app, chance, size, keys)
    try:
        async with app.run_test(headless=False, size=size) as pilot:
            await fingers.press(pilot)
    except Exception:  # noqa: BLE001  it is what is looked for
        fingers.found = traceback.format_exc()
    finally:
        apart.MOST_PARAMETERS, ahead.SOON = most, soon
        apart.leave_to(None)
    return Found(len(fingers.pressed), fingers.found, tuple(fingers.pressed[-60:]))


class _Fingers:
    """Presses keys at an app and looks each time whether it shows what it should."""

    def __init__(self, app: ShownApp, chance: Random, size: tuple[int, int], keys: int) -> None:
        self.app, self._chance, self._home, self._most = app, chance, size, keys
        self.pressed: list[str] = []
        self.found = ""

    async def press(self, pilot: Pilot[None]) -> None:
        while len(self.pressed) < self._most and not self.found and not self.app._exit:
            if self.app._exception is not None:
                return
            self._act()
            if not await self._settled(pilot):
                return
            if not self.app._exit and self.app._exception is None:
                await self._compare(pilot)

    def _act(self) -> None:
        app, chance = self.app, self._chance
        width, height = app.size
        if chance.random() < 0.03:
            size = self._home if app.size != self._home else chance.choice(SIZES)
            self.pressed.append(f"<{size[0]}x{size[1]}>")
            app.resized(*size)
            return
        if chance.random() < 0.03:
            x, y = chance.randrange(width), chance.randrange(height)
            self.pressed.append(f"<click {x},{y}>")
            for kind in (MouseDown, MouseUp):
                app.post_message(
                    kind(None, x, y, 0, 0, 1, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y)
                )
            return
        keys = some_keys(chance, dialog=app.screen is not app.stepping)
        if self.pressed[-1:] and self.pressed[-1] in _STEPS and chance.random() < _ON:
            keys = self.pressed[-1:]
        elif chance.random() < _STARTS:
            keys = [chance.choice(_STEPS)]
        for key in keys:
            self.pressed.append(key)
            app.post_message(Key(*named(key)))

    async def _settled(self, pilot: Pilot[None]) -> bool:
        """Wait until nothing is on its way any more; False if that never comes."""
        stop = time.monotonic() + PATIENCE
        while True:
            for _ in range(_SETTLES):
                if self.app._exit or self.app._exception is not None:
                    return True
                await pilot.pause(0)
            if not (why := _on_the_way(self.app)):
                return True
            if time.monotonic() > stop:
                self.found = f"never at rest: {why}"
                return False
            await pilot.pause(0.005)

    async def _compare(self, pilot: Pilot[None]) -> None:
        for _ in range(3):
            found = difference(self.app)
            if not found:
                return
            await pilot.pause(_AGAIN)
            if not await self._settled(pilot) or self.app._exit:
                return
        self.found = found


def _on_the_way(app: ShownApp) -> str:
    """Return what is still on its way to the screen; empty if nothing is."""
    if any(not worker.is_finished for worker in app.workers):
        return "a worker"
    screen = app.stepping
    if screen is None or not screen.is_mounted:
        return ""
    walk = screen.walk
    walk.player.stop()
    trace = walk.journey.trace
    others = [*screen._others._kept, *(one for one, _ in screen._others._running.values())]
    waits = {
        "the run": any(one.computed < one.iterations for one in (trace, *others)),
        "a place": walk.journey.waits or screen.cursor is None or screen._drawing,
        "a search": walk._quest is not None and walk._quest.runs,
        "a watched number": walk.watches._quest is not None and walk.watches._quest.runs,
        "what is noticed": walk.noticed.looks,
        "the maker": walk._maker is not None and walk._maker.busy,
        "a session": app._keeping._resuming is not None,
        "the progress": screen.computed != trace.computed or screen.progress != walk.progress(),
    }
    return ", ".join(name for name, is_so in waits.items() if is_so)
