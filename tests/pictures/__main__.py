"""Which pictures does the README show? `python -m tests.pictures` draws them again from the app itself."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine import load
from engine.catalog import find
from tests.given.colours import many_colours
from tests.pictures.moving_picture import moving
from tui.app import BackpropApp
from tui.meanwhile import background
from tui.screens.stepping import SteppingScreen

if TYPE_CHECKING:
    from textual.pilot import Pilot

FOLDER = Path(__file__).parent


class Picture(NamedTuple):
    """A picture: its file, the scenario, the step (1-based), the keys pressed, and the size."""

    name: str
    scenario: str
    step: int
    keys: tuple[str, ...] = ()
    width: int = 80
    height: int = 24


PICTURES = (
    Picture("mazur", "mazur", 6),
    Picture("broken", "mazur", 5, ("x", "n")),
    Picture("compare", "08-too-early-sign", 7, ("2",)),
    Picture("time", "elman", 42, ("5",)),
    Picture("chain", "mazur", 7, ("6",)),
    Picture("slope", "mazur", 6, ("7",)),
    Picture("heat", "iris", 212, ("9",)),
)


MOVING = Picture("steps", "mazur", 1, ("n",) * 9, 120, 40)
"""The picture that moves: a frame before the keys, and one after each."""

_STILL, _SECONDS = 5, 1.6


async def drawn(picture: Picture) -> str:
    """Return a picture as SVG, without the ids that differ from one run to the next."""
    app = BackpropApp(load(find(picture.scenario)), picture.step)
    async with app.run_test(size=(picture.width, picture.height)) as pilot:
        for key in picture.keys:
            await pilot.press(key)
        await _computed(pilot, app)
        svg = app.export_screenshot()
    return re.sub(r"terminal-\d+", "terminal", svg)


async def drawn_moving(picture: Picture) -> str:
    """Return a picture that shows what each key does."""
    app = BackpropApp(load(find(picture.scenario)), picture.step)
    async with app.run_test(size=(picture.width, picture.height)) as pilot:
        await _computed(pilot, app)
        frames = [app.screen._compositor.render_strips()]
        for key in picture.keys:
            await pilot.press(key)
            await pilot.pause()
            frames.append(app.screen._compositor.render_strips())
    return moving(frames, _STILL, _SECONDS)


async def _computed(pilot: Pilot[None], app: BackpropApp) -> None:
    """Wait for what is computed in the background: its progress must not be in the picture."""
    screen = app.screen
    assert isinstance(screen, SteppingScreen)
    while (
        (trace := screen.trace) is None
        or trace.computed < trace.iterations
        or screen.progress
        or screen.looks_around
    ):
        await pilot.pause(0.05)
    while any(other.computed < other.iterations for other in screen.others):
        await pilot.pause(0.05)
    await pilot.pause(0.1)


def main() -> None:
    """Write every picture."""
    many_colours()
    background.crowded = lambda: False  # or a run would step aside, and the picture would not wait for it
    for picture in PICTURES:
        svg = asyncio.run(drawn(picture))
        (FOLDER / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
    (FOLDER / f"{MOVING.name}.svg").write_text(asyncio.run(drawn_moving(MOVING)), encoding="utf-8")


if __name__ == "__main__":
    main()
