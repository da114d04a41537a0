"""Which operations on the screen does a stream of bytes ask for?"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from functools import lru_cache
from typing import Final

from tests.bench.vt.vt import PLAIN, Screen, is_narrow

_TOKEN: Final = re.compile(
    r"\x1b\[(?P<private>[<=>?]?)(?P<numbers>[\d;:]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|\x1b(?:\[[<=>?\d;: -/]*)?(?=\x1b)"  # cut off by the next sequence
    r"|\x1b[\]PX^_].*?(?:\x1b\\|\x07)"  # a string: title, link, clipboard
    r"|\x1b[ -/]+(?P<designates>[0-~])"
    r"|\x1b(?P<escape>[0-Z\\^-~])"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)

#: The line-drawing set, which curses may use for borders.
_GRAPHICS: Final = str.maketrans("jklmnqtuvwxa~", "┘┐┌└┼─├┤┴┬│▒·")


@lru_cache(65536)
def _values(numbers: str) -> tuple[int, ...]:
    return tuple(int(number or 0) for number in re.split("[;:]", numbers)) if numbers else ()


class Terminal(Screen):
    """A screen that is fed bytes."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self.modes: set[int] = set()
        self.unknown: set[str] = set()
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""
        self._last = " "
        self._graphics = False
        self._saved = (0, 0, self.look)
        self._main = self.cells

    def feed(self, data: bytes) -> None:
        """Read bytes; a sequence may go on in the next call."""
        stream = self._rest + self._decode(data)
        at = 0
        while at < len(stream):
            token = _TOKEN.match(stream, at)
            if token is None:
                if len(stream) - at < 4096:
                    break  # the rest of the sequence is still to come
                at += 1
                continue
            at = token.end()
            if text := token["text"]:
                self._write(text)
            elif token["final"]:
                self._sequence(token["private"], token["numbers"], token["between"], token["final"])
            elif token["control"]:
                self._control(token["control"])
            elif token["escape"]:
                self._escape(token["escape"])
            elif token["designates"]:
                self._graphics = token["designates"] == "0"
        self._rest = stream[at:]

    def _write(self, text: str) -> None:
        shown = text.translate(_GRAPHICS) if self._graphics else text
        narrow, at = is_narrow(shown), 0
        while at < len(shown):
            room = self.columns - 1 - self.x if narrow and not self.full else 0
            if room:
                self.put_narrow(shown[at : at + room])
            else:
                self.put(shown[at])
            at += room or 1
        self._last = text[-1]

    def _control(self, char: str) -> None:
        if char == "\r":
            self.go(0, self.y)
        elif char in "\n\v\f":
            self.index()
        elif char == "\b":
            self.go(self.x - 1, self.y)
        elif char == "\t":
            self.go((self.x // 8 + 1) * 8, self.y)

    def _escape(self, char: str) -> None:
        if char == "7":
            self._saved = self.x, self.y, self.look
        elif char == "8":
            x, y, self.look = self._saved
            self.go(x, y)
        elif char == "D":
            self.index()
        elif char == "E":
            self.index()
            self.go(0, self.y)
        elif char == "M":
            if self.y == self.top:
                self.scroll(-1)
            else:
                self.go(self.x, self.y - 1)
        elif char == "c":
            self.clear()

    def _sequence(self, private: str, numbers: str, between: str, final: str) -> None:
        values = _values(numbers)
        if private == "?" and final in "hl" and not between:
            for mode in values:
                self._mode(mode, on=final == "h")
        elif private or between:
            pass  # questions and settings that move nothing
        elif final == "m":
            self.select(values or (0,))
        elif final in "ABCDEFGHde`af":
            self._move(final, values)
        elif final in "JKX@PLMSTb":
            self._edit(final, values[0] if values else 0)
        elif final == "r":
            top = (values[0] if values else 0) or 1
            bottom = (values[1] if len(values) > 1 else 0) or self.rows
            self.top, self.bottom = top - 1, min(bottom, self.rows) - 1
            self.go(0, 0)
        elif final in "su":
            self._escape("7" if final == "s" else "8")
        elif final not in "cnhltqg":
            self.unknown.add(final)

    def _move(self, final: str, values: tuple[int, ...]) -> None:
        first = (values[0] if values else 0) or 1
        second = (values[1] if len(values) > 1 else 0) or 1
        x, y = self.x, self.y
        if final in "Hf":
            self.go(second - 1, first - 1)
        elif final in "ABe":
            self.go(x, y - first if final == "A" else y + first)
        elif final in "CaD":
            self.go(x - first if final == "D" else x + first, y)
        elif final in "EF":
            self.go(0, y + first if final == "E" else y - first)
        elif final == "d":
            self.go(x, first - 1)
        else:
            self.go(first - 1, y)

    def _edit(self, final: str, value: int) -> None:
        count = value or 1
        if final == "K":
            start, end = [(self.x, self.columns), (0, self.x + 1), (0, self.columns)][min(value, 2)]
            self.erase(self.y, start, end)
        elif final == "J":
            above = range(self.y) if value else range(0)
            below = range(self.y + 1, self.rows) if value != 1 else range(0)
            self._edit("K", min(value, 2))
            for y in (*above, *below):
                self.erase(y, 0, self.columns)
        elif final == "X":
            self.erase(self.y, self.x, self.x + count)
        elif final == "@":
            self.insert(count)
        elif final == "P":
            self.delete(count)
        elif final in "LM" and self.top <= self.y <= self.bottom:
            self.scroll(count if final == "M" else -count, self.y)
            self.go(0, self.y)
        elif final in "ST":
            self.scroll(count if final == "S" else -count)
        elif final == "b":
            self._write(self._last * count)

    def _mode(self, mode: int, *, on: bool) -> None:
        if mode == 7:
            self.wraps = on
        elif mode in (47, 1047, 1049) and on != (mode in self.modes):
            if on:
                self._escape("7")
                self._main = self.cells
                self.cells = [[(" ", PLAIN)] * self.columns for _ in range(self.rows)]
            else:
                self.cells = self._main
                self._escape("8")
        (self.modes.add if on else self.modes.discard)(mode)
