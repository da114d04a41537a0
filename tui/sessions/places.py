"""Where are the sessions that no file was named for, and which of them is the latest?"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.catalog import shipped_shelf
from engine.read.complaints import Complaint, ScenarioError
from tui.sessions.reading import session_in
from tui.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.catalog import Shelf
    from tui.sessions.document import Filed, Session

_FOLDER = "sessions"
_STEM = 60  # characters of a scenario's name in that of a session
_NUMBERED = re.compile(r"-(\d{1,6})\.toml")


def folder_in(state: Path) -> Path:
    """Return the folder of sessions in the folder of what is remembered."""
    return state / _FOLDER


def new_file(folder: Path, scenario: str) -> Path:
    """Return a file that is not there yet, for a session of a scenario: mazur-1.toml, mazur-2.toml, ..."""
    stem = re.sub(r"[^\w-]+", "_", scenario)[:_STEM] or "scenario"
    numbers = [0]
    for file in folder.glob(f"{stem}-*.toml"):
        found = _NUMBERED.fullmatch(file.name, len(stem))
        numbers += [int(found[1])] if found else []
    return folder / f"{stem}-{max(numbers) + 1}.toml"


def latest(folder: Path, shelf: Shelf, scenario: Path | None) -> tuple[Path, Session]:
    """Return the session that was saved last, of any scenario or of that in a file.

    Raises:
        ScenarioError: the last of any can't be read.
        UsageError: there is none.
    """
    for _, file in sorted(_dated(folder), reverse=True):
        try:
            session = session_in(file)
        except ScenarioError:
            if scenario is None:
                raise
            continue  # nobody can tell of which scenario it is
        if scenario is None or is_of(session.scenario, scenario, shelf):
            return file, session
    of = "" if scenario is None else " of this scenario"
    raise UsageError(f"bp-tui: no session{of} has been saved yet; `:save` in the app does so.")


def _dated(folder: Path) -> Iterator[tuple[int, Path]]:
    for file in folder.glob("*.toml"):
        with suppress(OSError):  # it has just been taken away
            yield file.stat().st_mtime_ns, file


def is_of(filed: Filed, scenario: Path, shelf: Shelf) -> bool:
    """Return whether the scenario of a session is the one in a file."""
    mine = where(filed, shelf)
    try:
        return mine is not None and mine.resolve() == scenario.resolve()
    except (OSError, RuntimeError, ValueError):
        return False


def where(filed: Filed, shelf: Shelf) -> Path | None:
    """Return the file of a session's scenario; None for a name that is not at hand."""
    if filed.file is not None:
        return Path(filed.file)
    name = filed.name or ""
    return shelf.named(name) or shipped_shelf().named(name)


def session_named(name: str) -> tuple[Path, Session]:
    """Return the session in a file that a user names.

    Raises:
        ScenarioError: there is none; of the name of a scenario it says how to come back to that.
    """
    file = Path(name)
    try:
        return file, session_in(file)
    except ScenarioError as error:
        if (shipped := shipped_shelf().named(name)) is not None and not file.exists():
            remedy = f"`bp-tui {shipped.stem} --resume` goes on in its latest session."
            raise ScenarioError(Complaint(name, "there is no such file", remedy)) from error
        raise
