"""Where and how is written what a user names, and what is remembered from one time to the next?"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def state_folder() -> Path:
    """Return the folder in which programs of this user keep what they remember."""
    from platformdirs import user_state_path

    return user_state_path("bp-tui", appauthor=False)


def keep(folder: Path, name: str, content: bytes) -> None:
    """Write a file of the folder whole or not at all; what can't be written is forgotten."""
    with suppress(OSError):
        write_whole(folder / name, content)


def file_typed(text: str) -> Path:
    """Return the file that a user names; ~ is the home folder."""
    return Path(os.path.expanduser(text))  # noqa: PTH111 (never raises)


def why_no_scenario(file: Path, *, force: bool = False) -> str:
    """Return why a scenario can't have this name; with `force` it may be that of a file."""
    if file.suffix != ".toml":
        return "expected a name that ends in .toml"
    try:
        there = file.exists()
    except (OSError, ValueError):
        there = False  # it can't be written either
    return "there is such a file already" if there and not force else ""


def why_unwritten(error: OSError | ValueError) -> str:
    """Return why a file could not be written."""
    return getattr(error, "strerror", None) or "it can be no name of a file"


def write_whole(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, in the place of one that is there; its folder is made.

    Raises:
        OSError: it can't be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_name(f".{file.name}-{os.getpid()}")
    try:
        written.write_bytes(content)
        written.replace(file)
    finally:
        written.unlink(missing_ok=True)
