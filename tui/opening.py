"""How is the app opened on a scenario?

The scenario is read before Textual is imported: an error is a sentence on a clean terminal. So is a
lesson that can't be led or followed.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, NamedTuple

from tui.usage import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario import Order, Scenario
    from tui.following.lesson import Lesson


class Meeting(NamedTuple):
    """The name of a lesson to lead or one to follow, and the directory in which to meet."""

    lead: str | None = None
    follow: str | None = None
    folder: Path | None = None


def open_app(
    name: str | None,
    step: int | None,
    order: Order | None,
    *,
    mouse: bool = False,
    ascii_only: bool = False,
    meeting: Meeting | None = None,
) -> int:
    """Open the app on a scenario file or a shipped scenario, or on the picker; return the exit code.

    Raises:
        ScenarioError: the scenario can't be opened.
        UsageError: the lesson can't be led or followed.
    """
    from engine.catalog import find
    from engine.read import load

    gc.disable()  # until the first frame; see tui.app
    scenario = None if name is None else load(find(name))
    lesson: Lesson | None = None
    if meeting is not None and meeting.follow is not None:
        scenario, lesson = _follow(meeting.follow, meeting.folder, name, scenario)
    elif meeting is not None and meeting.lead is not None:
        lesson = _lead(meeting.lead, meeting.folder)

    from tui.app import BackpropApp

    app = BackpropApp(scenario, step, order, lesson, ascii_only=ascii_only)
    try:
        app.run(mouse=mouse)
    finally:
        if lesson is not None:
            lesson.end()
    return app.return_code or 0


def _lead(lesson: str, folder: Path | None) -> Lesson:
    from tui.following.names import claim
    from tui.following.teaching import Teaching

    return Teaching(claim(folder, lesson), lesson)


def _follow(
    lesson: str, folder: Path | None, name: str | None, scenario: Scenario | None
) -> tuple[Scenario, Lesson]:
    """Return the scenario to open, the leader's if none was asked for, and the lesson."""
    from engine.catalog import shipped
    from tui.following.attending import Attending
    from tui.following.follower import ask
    from tui.following.shared import scenario_of

    if scenario is None:
        state = ask(folder, lesson)
        scenario = scenario_of(state.scenario, state.digest)
        if scenario is None:
            raise UsageError(f"bp-tui: the leader of {lesson!r} shows a file of their own; give it too.")
    keeps = name is not None and all(entry.name != name for entry in shipped())
    return scenario, Attending(folder, lesson, keeps=keeps)
