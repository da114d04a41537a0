"""Can a user in a real terminal open the app, step, read numbers and leave it as it was?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect  # type: ignore[import-untyped]
import pyte

from tests.starting.expecting import Forked
from tests.work.patience import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent


class Terminal:
    """A terminal of 80x24 cells with a program in it."""

    def __init__(self, *words: str) -> None:
        settings = ("TEXTUAL", "PYTHON", "COLUMNS", "LINES", "NO_COLOR", "COLORTERM")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
        environment |= {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.child = Forked(words, environment, (24, 80), ROOT)
        self.child.delaybeforesend = None
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.ByteStream(self.screen)
        self.sent = b""

    def text(self) -> str:
        return "\n".join(self.screen.display)

    def until(self, true: Callable[[str], bool]) -> str:
        """Read until the screen is as wished."""
        wait_until(lambda: true(self.text()), told=self.text, meanwhile=lambda: self.read(0.05))
        return self.text()

    def until_ended(self) -> None:
        """Read until the program has ended by itself."""
        wait_until(lambda: not self.read(0.1), told=self.text)
        self.child.close()

    def read(self, wait: float) -> bool:
        """Take in what the program has written; False at its end."""
        try:
            data: bytes = self.child.read_nonblocking(65536, wait)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.sent += data
        # pyte takes the `>1u` and `<u` of the keyboard protocol for text.
        for mark in (b"\x1b[>1u", b"\x1b[<u"):
            data = data.replace(mark, b"")
        self.stream.feed(data)
        return True


def test_a_user_steps_and_leaves_the_terminal_as_it_was() -> None:
    terminal = Terminal("mazur")
    text = terminal.until(lambda text: "step 1 of 90,000" in text and "quit" in text)
    assert "0.5933" in text
    assert "FORWARD" in text
    assert "0.7514" not in text
    terminal.child.send("n")
    terminal.until(lambda text: "step 2 of 90,000" in text)
    terminal.until(lambda text: "0.7514" in text)
    terminal.child.send("\x1b[C\x1b[D\x1b[D")
    terminal.until(lambda text: "step 1 of 90,000" in text and "0.7514" not in text)
    terminal.child.send("g")
    terminal.until(lambda text: "enter goes there" in text)
    terminal.child.send("4\r")
    text = terminal.until(lambda text: "step 4 of 90,000" in text and "BACKWARD" in text)
    assert "0.1385" in text
    terminal.child.send("q")
    terminal.until_ended()
    assert (terminal.child.exitstatus, terminal.child.signalstatus) == (0, None)
    for on in (b"?1049", b"?2004", b"?25"):
        wanted = on + (b"h" if on == b"?25" else b"l")
        assert wanted in terminal.sent
        assert terminal.sent.rfind(on + b"h") > terminal.sent.rfind(on + b"l") or on != b"?25"
        assert terminal.sent.rfind(on + b"l") > terminal.sent.rfind(on + b"h") or on == b"?25"
    assert b"Traceback" not in terminal.sent


def test_the_app_opens_on_the_scenario_that_the_options_ask_for() -> None:
    terminal = Terminal("mazur", "--learning-rate", "0.125")
    terminal.until(lambda text: "step 1 of 90,000" in text and "η = 0.125" in text)
    terminal.child.send("q")
    terminal.until_ended()
    assert terminal.child.exitstatus == 0


def test_a_wrong_name_is_a_sentence_on_an_untouched_terminal() -> None:
    terminal = Terminal("mazurr")
    while terminal.read(0.1):
        pass
    terminal.child.close()
    assert terminal.child.exitstatus == 2
    assert b'Did you mean "mazur"?' in terminal.sent
    assert b"\x1b[?1049h" not in terminal.sent
