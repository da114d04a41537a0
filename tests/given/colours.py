"""Which terminal are apps drawn for that have none?"""

from __future__ import annotations

import os


def many_colours() -> None:
    """Have apps drawn for a terminal of many colours, wherever the tests are run."""
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
