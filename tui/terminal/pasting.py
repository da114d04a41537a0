"""How much of a pasted text comes through, and where does it end if nobody says so?

A terminal marks its beginning and its end. What is between the marks is kept in memory until the end comes:
of an endless one only the beginning is let through, and the rest is no keys either.
"""

from __future__ import annotations

from typing import Final

LONGEST: Final = 4096
"""Characters of a pasted text that come through."""

_BEGIN: Final = "\x1b[200~"
_END: Final = "\x1b[201~"


class Pasting:
    """Takes text as it is read, and gives it on."""

    def __init__(self) -> None:
        self._inside = False
        self._room = 0  # for characters of the paste
        self._kept = ""  # the last characters: within a paste they are held back, outside only looked at

    def through(self, text: str) -> str:
        """Return what of the text comes through."""
        given: list[str] = []
        while True:
            mark = _END if self._inside else _BEGIN
            seen = self._kept + text
            at = seen.find(mark)
            if at < 0:
                break
            after = at + len(mark)
            given.append(self._within(seen[:at]) + mark if self._inside else seen[len(self._kept) : after])
            self._inside = not self._inside
            self._room, self._kept, text = LONGEST, "", seen[after:]
        if not self._inside:
            self._kept = seen[1 - len(mark) :]
            given.append(text)
        else:
            # It may go on as the mark.
            most = min(len(mark) - 1, len(seen))
            held = next((size for size in range(most, 0, -1) if mark.startswith(seen[-size:])), 0)
            self._kept = seen[len(seen) - held :]
            given.append(self._within(seen[: len(seen) - held]))
        return "".join(given)

    def end(self) -> str:
        """Return what ends a paste; nothing more of it is to come."""
        if not self._inside:
            return ""
        self._inside, self._kept = False, ""
        return _END

    def _within(self, text: str) -> str:
        through = text[: self._room]
        self._room -= len(through)
        return through
