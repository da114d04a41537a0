"""Which scenarios are at hand, and which file does a name mean?

Reads titles with the standard library alone: listing the scenarios imports neither numpy nor msgspec.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import scenarios
from engine.naming import is_name
from engine.read import Complaint, ScenarioError, load
from engine.read.document.source import STDIN, decode, read_bytes
from engine.read.document.syntax import parse
from engine.spelling.text import one_line, shortened

if TYPE_CHECKING:
    from engine.scenario import Scenario

_FOLDER = Path(scenarios.__file__).parent
_LARGEST_TITLED = 4 * 2**20  # bytes; larger than any scenario may be

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
    "digits",
    "bptt",
    "counting",
    "elman",
)


# Which file of a shelf a scenario was read from, as long as there is one that holds it: to read a large one
# again, only to see whether it is the same, takes long.
_files: WeakKeyDictionary[Scenario, Path] = WeakKeyDictionary()


def file_of(scenario: Scenario) -> Path | None:
    """Return the file from which a shelf has given out this very scenario; None of any other."""
    return _files.get(scenario)


class Entry(NamedTuple):
    """A scenario at hand: its name is the file's name without `.toml`."""

    name: str
    title: str
    path: Path

    @property
    def label(self) -> str:
        """The name, safe to show: a file may be called anything."""
        return one_line(self.name)

    @property
    def lesson(self) -> int:
        """The number of a lesson; 0 of any other scenario."""
        return lesson_number(self.name)

    @property
    def headline(self) -> str:
        """The number of a lesson and its title up to the colon: 06 A batch."""
        title = self.title.partition(":")[0]
        return f"{self.lesson:02} {title}" if self.lesson else title


class Shelf(NamedTuple):
    """The scenarios of a folder. A closed one gives out nothing else: no path, no link that leads away."""

    folder: Path
    closed: bool = False

    def entries(self) -> tuple[Entry, ...]:
        """Return the scenarios: the course by its numbers, then the examples, then the others by name.

        A file that can't be read is listed too, and its title says so; one without a name (`is_name`) is not.
        """
        paths = sorted(self.folder.glob("*.toml"), key=lambda path: (_place(path.stem), path.stem))
        return tuple(
            Entry(path.stem, self._title(path), path)
            for path in paths
            if is_name(path.stem) and self._holds(path)
        )

    def load(self, path: Path) -> Scenario:
        """Return the scenario in a file of the shelf; of a closed one it must be there when it is opened.

        Raises:
            ScenarioError: as `engine.read.load`; of a closed shelf it tells no path of the host.
        """
        try:
            found = load(path, within=self._within)
        except ScenarioError as error:
            if not self.closed:
                raise
            told = [one._replace(file=os.path.relpath(one.file, self.folder)) for one in error.complaints]
            raise ScenarioError(*told, more=error.more) from None
        _files[found] = path
        return found

    @property
    def _within(self) -> Path | None:
        return self.folder if self.closed else None

    def find(self, name_or_path: str) -> Path:
        """Return the file that a user means: a path, or the name of a scenario of the folder.

        What contains a slash or ends in `.toml` is a path, whether it exists or not; `-` is standard input.
        Anything else is a name or, failing that, a file of that name or the number of a lesson. From a closed
        shelf no path is taken, and no file of another folder.

        Raises:
            ScenarioError: it is neither; suggests the nearest name.
        """
        separators = {"/", os.sep, os.altsep or os.sep}
        is_path = name_or_path.lower().endswith(".toml") or any(mark in name_or_path for mark in separators)
        if (is_path or name_or_path == str(STDIN)) and not self.closed:
            return Path(name_or_path)
        if not is_path and (named := self.named(name_or_path)):
            return named
        if name_or_path and not self.closed and os.path.lexists(name_or_path):
            return Path(name_or_path)
        if lesson := self._lesson(name_or_path):
            return lesson
        raise ScenarioError(self._unknown(name_or_path, is_path))

    def named(self, name: str) -> Path | None:
        """Return the file of the scenario at hand with this name; never another path."""
        path = self.folder / f"{name}.toml"
        return path if is_name(name) and os.path.isfile(path) and self._holds(path) else None  # noqa: PTH113 (never raises)

    def after(self, name: str) -> Entry | None:
        """Return the lesson after the one of a name; None if it is the last, or no lesson."""
        number = lesson_number(name)
        path = self._numbered(number + 1) if number else None
        return None if path is None else Entry(path.stem, self._title(path), path)

    def _lesson(self, number: str) -> Path | None:
        """Return the file of the lesson with this number, written `5` or `05`."""
        if not (number.isascii() and number.isdecimal() and len(number) <= 2 and int(number)):
            return None
        return self._numbered(int(number))

    def _numbered(self, number: int) -> Path | None:
        paths = sorted(self.folder.glob(f"{number:02}-*.toml"))
        return next((path for path in paths if is_name(path.stem) and self._holds(path)), None)

    def _holds(self, path: Path) -> bool:
        if not self.closed:
            return True
        try:
            real = path.resolve(strict=True)
            return real.parent == self.folder.resolve() and real.is_file()
        except (OSError, RuntimeError, ValueError):
            return False

    def _title(self, path: Path) -> str:
        """Return the title in a file; it is read again only when the file has changed."""
        try:
            found = path.stat()
            state = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            return _title_in(path, self._within, state)
        except (OSError, ValueError, ScenarioError):
            return "(this file can't be read)"

    def _unknown(self, name: str, is_path: bool) -> Complaint:
        if is_path:
            return Complaint(shortened(name), "only the scenarios that are listed can be opened here")
        from difflib import get_close_matches

        names = [entry.label for entry in self.entries()]
        close = get_close_matches(name.lower(), names, n=1, cutoff=0.5)
        remedy = f'Did you mean "{close[0]}"? ' if close else ""
        remedy += f"The scenarios at hand are: {', '.join(names) or 'none'}."
        if not self.closed:
            remedy += " A file needs its .toml."
        return Complaint(shortened(name) or '""', "there is no scenario of this name", remedy)


def shipped_shelf() -> Shelf:
    """Return the shelf of the scenarios that come with bp-tui; any other file can be named too."""
    return Shelf(_FOLDER)


def shipped() -> tuple[Entry, ...]:
    """Return the scenarios that come with bp-tui, as `Shelf.entries`."""
    return shipped_shelf().entries()


def find(name_or_path: str) -> Path:
    """Return the file that a user means: a path or the name of a shipped scenario, as `Shelf.find`."""
    return shipped_shelf().find(name_or_path)


def _place(name: str) -> int:
    if lesson_number(name):
        return -1
    return _EXAMPLES.index(name) if name in _EXAMPLES else len(_EXAMPLES)


@lru_cache(maxsize=1024)
def _title_in(path: Path, within: Path | None, state: tuple[int, ...]) -> str:  # noqa: ARG001
    """Return the title in a file in a state; kept, as all of it has to be read for a single line."""
    title = parse(decode(read_bytes(path, _LARGEST_TITLED, "", within=within), path), path).get("title")
    return one_line(title) if isinstance(title, str) and title.strip() else "(no title)"


def lesson_number(name: str) -> int:
    """Return the number that the name of a lesson begins with; 0 without one."""
    digits, hyphen, _ = name.partition("-")
    return int(digits) if hyphen and len(digits) == 2 and digits.isascii() and digits.isdecimal() else 0
