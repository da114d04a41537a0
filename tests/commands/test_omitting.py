"""Does the app start without what it may never need, and is that there when it is asked for?"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from tests.bench.vt.pty_session import Session
from tests.commands.running import python
from tests.work.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

CODE = """
import sys
from tui.commands.omitting import load_asyncio_and_textual
load_asyncio_and_textual()
import tui.app
print(*sorted({"ssl", "textual.command", "textual.widgets._input"} & set(sys.modules)))
import textual.command
print(textual.command.CommandPalette.__mro__[-2].__module__, textual.command.Provider.search.__module__)
"""


def test_what_is_omitted_is_not_loaded_and_comes_whole_when_it_is_imported() -> None:
    done = python(CODE)
    omitted, whole = done.stdout.splitlines()
    assert omitted == ""
    assert whole == "textual.message_pump textual.command"


def test_a_theme_is_found_in_the_palette_of_a_program_that_started_without_it() -> None:
    with Session([sys.executable, "-m", "tui.cli", "mazur"], 80, 24) as session:

        def until(true: Callable[[str], bool]) -> None:
            end = time.monotonic() + PATIENCE
            while not true(session.terminal.text()) and time.monotonic() < end and not session.ended:
                session.read(0.1)
                session.catch_up()
            assert true(session.terminal.text())

        session.wait_for_picture()
        session.catch_up()
        text, cells = session.terminal.text(), session.terminal.snapshot()
        for keys, then in (
            (b"\x10", "Search for commands"),  # ctrl+p
            (b"theme", "Change the colours"),
            (b"\r", "Search for themes"),
            (b"gruv", "gruvbox"),
        ):
            session.send(keys)
            until(lambda shown, then=then: then in shown)  # type: ignore[misc]
        session.send(b"\r")
        until(lambda shown: shown == text)
        assert session.terminal.snapshot() != cells
        session.send(b"q")
        until(lambda shown: "To come back: " in shown)
