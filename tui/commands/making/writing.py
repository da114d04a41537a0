"""How is a scenario file written that a command has made?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spelling.text import shortened
from tui.usage import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def write(file: Path, content: str | bytes, *, force: bool = False) -> None:
    """Write a file; with `force` in the place of one that is there.

    Raises:
        UsageError: it can't be written.
    """
    made = content.encode() if isinstance(content, str) else content
    try:
        with file.open("wb" if force else "xb") as stream:
            stream.write(made)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "this can't be the name of a file"
        raise UsageError(f"bp-tui: {shortened(str(file))} can't be written: {why}.") from error
