"""Which class is this host already, by what an earlier set-up has written, and which is it to be?

The drop-in tells the group; the last line of the session script tells with which options it was set up.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

from tui.classroom.seats import seats_that_fit
from tui.classroom.sshd import DROP_IN_PLACE, SESSION_PLACE
from tui.usage import UsageError

GROUP: Final = "students"  # of a class that asks for no other
LESSONS: Final = "/srv/lessons"

_KEPT: Final = "# Set up with: "

_T = TypeVar("_T")


class Class(NamedTuple):
    """A group of accounts, the folder of its scenarios ("" for the shipped ones), and where lessons are led.

    All of it has so many `seats`: sessions at the same time.
    """

    group: str
    folder: str
    lessons: Path
    teacher: str
    seats: int

    def kept(self) -> str:
        """Return a line of the session script that tells the next set-up what this one was given.

        It is the last line, a comment of plain ASCII: whatever a folder is called, no shell runs it.
        """
        return f"{_KEPT}{json.dumps(self._asdict() | {'lessons': str(self.lessons)})}\n"


class Options(NamedTuple):
    """What is known of a class: the options of a command line, or what was kept of an earlier one."""

    group: str | None = None
    folder: str | None = None
    lessons: str | None = None
    teacher: str | None = None
    seats: int | None = None


def class_of(asked: Options) -> tuple[Class, list[str]]:
    """Return this host's class, and the words of the options that stay as they were without being asked for.

    Raises:
        UsageError: a group is asked for, and the host is the class of another.
    """
    there = options_set_up()
    if there.group is not None and asked.group not in (None, there.group):
        raise UsageError(
            f"bp-tui: this host is a class already, of the group {there.group}; go on with "
            f"`--group {there.group}`, or take it away first with `bp-tui class remove`."
        )
    usual = Class(GROUP, "", Path(LESSONS), os.environ.get("SUDO_USER", "root"), seats_that_fit())
    folder = asked.folder and str(Path(asked.folder).resolve())
    lessons = None if asked.lessons is None else str(Path(asked.lessons).resolve())
    room = Class(
        _first(asked.group, there.group, usual.group),
        _first(folder, there.folder, usual.folder),
        Path(_first(lessons, there.lessons, LESSONS)),
        _first(asked.teacher, there.teacher, usual.teacher),
        _first(asked.seats, there.seats, usual.seats),
    )
    stay = [
        word
        for name, given, one, other in zip(Class._fields, asked, room, usual, strict=True)
        if given is None and one != other
        for word in (f"--{name}", str(one))
    ]
    return room, stay


def options_set_up() -> Options:
    """Return what is known of the class that this host is; nothing where it is none.

    Raises:
        UsageError: there is a drop-in that no set-up has written.
    """
    kept = _kept()
    return kept._replace(group=_group_of_drop_in() or kept.group)


def _first(*values: _T | None) -> _T:
    return next(value for value in values if value is not None)


def _kept() -> Options:
    line = _text(SESSION_PLACE).rpartition(f"\n{_KEPT}")[2]
    try:
        told = json.loads(line)
    except ValueError:
        return Options()
    if not isinstance(told, dict):
        return Options()
    known: dict[str, Any] = {
        name: told[name]
        for name in Options._fields
        if isinstance(told.get(name), int if name == "seats" else str)
    }
    return Options(**known)


def _text(place: str) -> str:
    try:
        return Path(place).read_text("utf-8", "replace")
    except (FileNotFoundError, PermissionError):  # who may not read it is told that only root sets up
        return ""


def _group_of_drop_in() -> str | None:
    """Return the group that the drop-in gives the app; None where it gives it to nobody.

    Raises:
        UsageError: whom it is for is no single group: no set-up has written that.
    """
    matches = re.findall(r"^\s*match\s+(.*?)\s*$", _text(DROP_IN_PLACE), re.IGNORECASE | re.MULTILINE)
    if not matches:
        return None
    if len(matches) == 1 and (group := re.fullmatch(r"group\s+(\S+)", matches[0], re.IGNORECASE)):
        return group[1]
    raise UsageError(
        f"bp-tui: {DROP_IN_PLACE} is for {' and '.join(matches)}, and no class setup has written that; "
        "move it away first."
    )
