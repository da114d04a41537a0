"""Which modes of a terminal does the app change, and what puts all of them right?"""

from __future__ import annotations

from typing import Final

# Ends a string or an escape sequence that was cut off, so that the rest is not taken for part of it.
_END_OF_STRING: Final = "\x1b\\"

_TURNED_OFF: Final = (
    "\x1b[?2026l"  # frames shown at once
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1016l"  # mouse
    "\x1b[?2004l"  # marks around pasted text
    "\x1b[?1004l"  # word of the focus
    "\x1b[?2048l"  # word of the size
    "\x1b[<u"  # the keyboard protocol, which each screen has its own stack for: before the screen is left
)

RESET: Final = (
    _END_OF_STRING
    + _TURNED_OFF
    + "\x1b[?7h"  # long lines wrap
    + "\x1b[m"
    + "\x1b[?1049l"  # the screen from before
    + "\x1b[?25h"  # the cursor shows
)
"""Written to a terminal in whatever state the app has left it, this makes it a shell's again."""
