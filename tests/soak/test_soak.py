"""Are keys at random withstood, and would it be noticed if the screen showed what it showed before?

At length: `python -m tests.soak`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine import load
from engine.catalog import find
from tests.app.driving import User
from tests.given.some_of import EVERY_CASE
from tests.soak.fresh import difference
from tests.soak.keys import TABLE
from tests.soak.life import live, shelf_in
from tests.soak.shown import ShownApp
from tui.keys import KEYS

if TYPE_CHECKING:
    from pathlib import Path

_PRESSED = 25 if EVERY_CASE else 16


@pytest.fixture(autouse=True)
def _nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("kind", "size"), [("free", (80, 24)), ("large", (120, 40))])
async def test_a_short_life(kind: str, size: tuple[int, int], tmp_path: Path) -> None:
    found = await live(1, size, kind, shelf_in(tmp_path), keys=_PRESSED)
    assert not found.what, (found.what, found.last)
    assert found.keys >= _PRESSED


def test_every_key_but_the_last_is_pressed() -> None:
    assert {row.action for row in KEYS if not {*row.keys} & {*TABLE}} == {"app.quit"}


async def test_what_is_not_drawn_anew_is_noticed() -> None:
    app = ShownApp(load(find("neuron")))
    app.has_terminal(80, 24)
    async with app.run_test(headless=False, size=(80, 24)) as pilot:
        user = User(app, pilot)
        await user.press("n")
        await user.until_computed()
        assert difference(app) == ""
        app.terminal.feed(b"\x1b[5;9Hx")
        assert "the terminal shows otherwise" in difference(app)
        app.repaint()
        await user.settle()
        assert difference(app) == ""
        pane = user.stepping.query_one("#timeline")
        pane._rows[0] = (("what was shown before", ""),)  # type: ignore[attr-defined]
        pane.refresh()
        await user.settle()
        assert "row 0 of timeline" in difference(app)
