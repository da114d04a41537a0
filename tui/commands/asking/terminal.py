"""How is an answer read from a terminal key by key, with what it means below it?

Nothing but the line of the answer and the rows below it is drawn over: what was asked and answered stands in
the scrollback as if a line had been read. Textual could do it inline, but takes 0.2 s to begin, drops what is
typed ahead at the end of each question, can't be stopped with Ctrl+Z, and clears the whole window when its
size changes; `readline` has no say in what stands below.
"""

from __future__ import annotations

import codecs
import os
import select
import signal
import sys
import termios
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self

from engine.spelling.text import width
from tui.commands.asking.picture import Window, asked, below, shown
from tui.commands.asking.typed import Typed, first_key
from tui.commands.streams import sayable

if TYPE_CHECKING:
    from types import FrameType

    from tui.commands.asking.question import Question

_ENDING: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
_CHANGING: Final = (signal.SIGWINCH, signal.SIGCONT)
_LFLAG, _CC = 3, 6  # places in a terminal's attributes


class BackError(Exception):
    """The answer before is to be changed."""


class Keyboard:
    """A terminal that sends each key, from the beginning to the end of a `with` block."""

    def __init__(self) -> None:
        self._input = sys.stdin.fileno()
        self._decode = codecs.getincrementaldecoder(sys.stdin.encoding or "utf-8")("ignore").decode
        self._sent = ""
        self._rows: list[str] = []

    def __enter__(self) -> Self:
        self._attributes: list[Any] = termios.tcgetattr(self._input)
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        self._before = {number: signal.signal(number, _leave) for number in _ENDING}
        self._before |= {number: signal.signal(number, self._changed) for number in _CHANGING}
        self._take_keys()
        return self

    def __exit__(self, *exception: object) -> None:
        self._give_back()
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._woken)
        os.close(self._wake)

    def read(self, question: Question[Any], typed: Typed, recalled: str, *, back: bool) -> str | None:
        """Return what is typed up to Enter, `typed` being there already; None at the end of the input.

        Up brings `recalled`, if there is such a text.

        Raises:
            BackError: the answer before is wanted, and there is one (`back`).
        """
        try:
            return self._read(question, typed, recalled, back=back)
        except SystemExit:
            self._write("\n\x1b[J")
            raise

    def _read(self, question: Question[Any], typed: Typed, recalled: str, *, back: bool) -> str | None:
        self._ask(question)
        fresh = False
        while True:
            if not fresh and not self._more():
                self._draw(question, typed)
                fresh = True
            key = self._key()
            fresh = False
            match key:
                case "enter":
                    self._write(f"{self._start()}\x1b[J{typed.text}\n")
                    return typed.text
                case "tab":
                    typed = typed.completed(question.words(typed.text.strip()))
                case "up" if recalled:
                    typed, recalled = Typed(recalled, len(recalled)), ""
                case "up" if back:
                    self._write(f"{self._start()}\x1b[J\n")
                    raise BackError
                case "end of input" if not typed.text:
                    self._write(f"{self._start()}\x1b[J")
                    return None
                case "end of input":
                    typed = typed.after("delete")
                case "gone":
                    return None
                case "suspend":
                    self._stop()
                case "changed":
                    self._take_keys()
                    self._write("\r\x1b[J")
                    self._ask(question)
                case _:
                    typed = typed.after(key)

    # -- keys -------------------------------------------------------------------------------------

    def _take_keys(self) -> None:
        """Have each key sent at once and not shown; Ctrl+C goes on being a signal."""
        attributes = [*self._attributes]
        attributes[_LFLAG] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
        attributes[_CC] = [*attributes[_CC]]
        attributes[_CC][termios.VMIN], attributes[_CC][termios.VTIME] = 1, 0
        attributes[_CC][termios.VSUSP] = b"\x00"  # the rows below are taken away first
        with suppress(termios.error):
            termios.tcsetattr(self._input, termios.TCSADRAIN, attributes)

    def _give_back(self) -> None:
        with suppress(termios.error):
            termios.tcsetattr(self._input, termios.TCSADRAIN, self._attributes)

    def _more(self) -> bool:
        """Return whether a further key is there already, so that nobody sees what is drawn before it."""
        return bool(first_key(self._sent)[0] or select.select([self._input], [], [], 0)[0])

    def _sent_key(self) -> str:
        """Return the next key that is there; the empty text if none is whole."""
        while self._sent:
            key, rest = first_key(self._sent)
            if key or rest == self._sent:
                self._sent = rest
                return key
            self._sent = rest
        return ""

    def _key(self) -> str:
        while True:
            if key := self._sent_key():
                return key
            ready = select.select([self._input, self._woken], [], [])[0]
            if self._woken in ready:
                os.read(self._woken, 4096)
                return "changed"
            try:
                sent = os.read(self._input, 4096)
            except OSError:
                sent = b""
            if not sent:
                return "gone"
            self._sent += self._decode(sent)

    def _changed(self, *_: int | FrameType | None) -> None:
        with suppress(BlockingIOError):
            os.write(self._wake, b".")

    def _stop(self) -> None:
        """Stop as any program does, and go on when the shell says so."""
        self._write(f"{self._start()}\x1b[J\n")
        self._give_back()
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        self._changed()  # where no shell could continue it, it isn't stopped

    # -- screen -----------------------------------------------------------------------------------

    def _ask(self, question: Question[Any]) -> None:
        self._rows = asked(question.prompt, _window())
        self._write("\n".join(self._rows))

    def _start(self) -> str:
        """Return what leads to the cell in which the answer begins, from anywhere in its row."""
        start = width(self._rows[-1])
        return f"\r\x1b[{start}C" if start else "\r"

    def _draw(self, question: Question[Any], typed: Typed) -> None:
        window = _window()
        room = max(2, window.columns - 1 - width(self._rows[-1]))
        text, cursor = shown(typed, room)
        said = below(question.seen(typed.text), window, len(self._rows))
        drawn = [f"{self._start()}\x1b[J{text}", *said]
        back = f"\x1b[{len(said)}A" if said else ""
        column = width(self._rows[-1]) + cursor
        self._write("\n".join(drawn) + back + "\r" + (f"\x1b[{column}C" if column else ""))

    def _write(self, text: str) -> None:
        with suppress(OSError):  # the terminal has gone, which its input tells too
            sys.stdout.write(sayable(text))
            sys.stdout.flush()


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    sys.exit(128 + number)


def _window() -> Window:
    try:
        columns, rows = os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        columns, rows = 0, 0
    return Window(columns or 80, rows or 24)
