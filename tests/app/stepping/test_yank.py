"""Is what is looked at put on the terminal's clipboard, with all digits, and not where it may not be?"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from engine import load
from engine.catalog import find
from tests.app.driving import driven, user_of
from tui.classroom.app import RestrictedApp

if TYPE_CHECKING:
    import pytest

    from tests.app.driving import User


def copied(user: User, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the terminal has been asked to put on the clipboard, from now on."""
    texts: list[str] = []
    driver = user.app._driver
    assert driver is not None
    write = driver.write

    def written(data: str) -> None:
        texts.extend(base64.b64decode(code).decode() for code in re.findall(r"\x1b]52;c;([^\a]*)\a", data))
        write(data)

    monkeypatch.setattr(driver, "write", written)
    return texts


async def test_a_number_with_all_its_digits_and_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    async with user_of("mazur", 6) as user:
        texts = copied(user, monkeypatch)
        await user.press("tab")
        await user.press("y")
        assert [float(text) for text in texts] == [user.trace.iteration(0).vector("delta", 1, 0, 0)[0]]
        assert texts == ["0.0087713546894869383"]
        assert "Copied: δ1[1] = 0.00877135" in user.panes()
        await user.press("Y")
        assert "0.2413 × 0.03635 = 0.008771" in texts[1]
        assert "Copied: where δ1[1] comes from" in user.panes()


async def test_what_is_not_computed_yet_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    async with user_of("mazur", 1) as user:
        texts = copied(user, monkeypatch)
        await user.press("/", *"d1[1]", "enter")
        await user.press("y")
        assert texts == []
        assert "δ1[1] is not computed yet." in user.panes()


async def test_nothing_is_copied_in_a_restricted_session(monkeypatch: pytest.MonkeyPatch) -> None:
    app = RestrictedApp(load(find("mazur")))
    async with driven(app) as user:
        driver, asked = app._driver, list[str]()
        assert driver is not None
        write = driver.write

        def written(data: str) -> None:
            asked.append(data)
            write(data)

        monkeypatch.setattr(driver, "write", written)
        for key in ("y", "Y"):
            await user.press(key)
        app.copy_to_clipboard("x")
        assert not any("\x1b]52" in data for data in asked)
        assert app.stepping is not None
        assert app.stepping.message == "Nothing is copied here."
