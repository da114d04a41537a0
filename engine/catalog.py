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

# From one neuron to memory: the order in which a course would take them.
_LESSONS = (
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
    """Return the scenarios that come with bp-tui, in the order of lessons, then by name.

    A file that can't be read is listed too, and its title says so.
    """
    paths = sorted(_FOLDER.glob("*.toml"), key=lambda path: (_lesson(path.stem), path.stem))
    return tuple(Entry(path.stem, _title(path), path) for path in paths)


def find(name_or_path: str) -> Path:
    """Return the file that a user means: a path, or the name of a shipped scenario.

    What contains a slash or ends in `.toml` is a path, whether it exists or not. Anything else is a
    shipped name or, failing that, a file of that name.

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
    from difflib import get_close_matches

    entries = [entry.name for entry in shipped()]
    close = get_close_matches(name_or_path.lower(), entries, n=1, cutoff=0.5)
    suggestion = f'Did you mean "{close[0]}"? ' if close else ""
    remedy = f"{suggestion}The scenarios at hand are: {', '.join(entries)}. A file is named with its .toml."
    raise ScenarioError(Complaint(shortened(name_or_path), "there is no scenario of this name", remedy))


def _lesson(name: str) -> int:
    return _LESSONS.index(name) if name in _LESSONS else len(_LESSONS)


def _title(path: Path) -> str:
    try:
        title = tomllib.loads(path.read_text("utf-8-sig")).get("title")
    except (OSError, ValueError, RecursionError):
        return "(this file can't be read)"
    return one_line(title) if isinstance(title, str) and title.strip() else "(no title)"
