"""Which scenarios are at hand, and which file does a name mean?

Reads titles with the standard library alone: listing the scenarios imports neither numpy nor msgspec.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import scenarios
from engine.read import Complaint, ScenarioError
from engine.read.text import one_line, shortened

_FOLDER = Path(scenarios.__file__).parent

# From one neuron to memory. The course, whose names begin with a number, comes before them.
_EXAMPLES = (
    "neuron",
    "mazur",
    "saturated",
    "batch",
    "xor",
    "premature",
    "deep",
    "iris",
    "bptt",
    "counting",
    "elman",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A shipped scenario: its name is the file's name without `.toml`."""

    name: str
    title: str
    path: Path


def shipped() -> tuple[Entry, ...]:
    """Return the scenarios that come with bp-tui: the course by its numbers, then the examples.

    A file that can't be read is listed too, and its title says so.
    """
    paths = sorted(_FOLDER.glob("*.toml"), key=lambda path: (_place(path.stem), path.stem))
    return tuple(Entry(path.stem, _title(path), path) for path in paths)


def find(name_or_path: str) -> Path:
    """Return the file that a user means: a path, or the name of a shipped scenario.

    What contains a slash or ends in `.toml` is a path, whether it exists or not. Anything else is a
    shipped name or, failing that, a file of that name or the number of a lesson.

    Raises:
        ScenarioError: it is neither; suggests the nearest name.
    """
    separators = {"/", os.sep, os.altsep or os.sep}
    if name_or_path.lower().endswith(".toml") or any(mark in name_or_path for mark in separators):
        return Path(name_or_path)
    named = _FOLDER / f"{name_or_path}.toml"
    if os.path.isfile(named):  # noqa: PTH113 (never raises, however odd the name)
        return named
    if name_or_path and os.path.lexists(name_or_path):
        return Path(name_or_path)
    if lesson := _lesson(name_or_path):
        return lesson
    from difflib import get_close_matches

    entries = [entry.name for entry in shipped()]
    close = get_close_matches(name_or_path.lower(), entries, n=1, cutoff=0.5)
    suggestion = f'Did you mean "{close[0]}"? ' if close else ""
    remedy = f"{suggestion}The scenarios at hand are: {', '.join(entries)}. A file is named with its .toml."
    raise ScenarioError(Complaint(shortened(name_or_path), "there is no scenario of this name", remedy))


def _place(name: str) -> int:
    if _number(name):
        return -1
    return _EXAMPLES.index(name) if name in _EXAMPLES else len(_EXAMPLES)


def _number(name: str) -> int:
    """Return the number that the name of a lesson begins with; 0 without one."""
    digits, hyphen, _ = name.partition("-")
    return int(digits) if hyphen and len(digits) == 2 and digits.isascii() and digits.isdecimal() else 0


def _lesson(number: str) -> Path | None:
    """Return the file of the lesson with this number, written `5` or `05`."""
    if not (number.isascii() and number.isdecimal() and len(number) <= 2 and int(number)):
        return None
    return next((entry.path for entry in shipped() if _number(entry.name) == int(number)), None)


def _title(path: Path) -> str:
    try:
        title = tomllib.loads(path.read_text("utf-8-sig")).get("title")
    except (OSError, ValueError, RecursionError):
        return "(this file can't be read)"
    return one_line(title) if isinstance(title, str) and title.strip() else "(no title)"
