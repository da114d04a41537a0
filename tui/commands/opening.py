"""How is the app opened on a scenario?

The scenario is read before Textual is imported: an error is a sentence on a clean terminal. So is a
lesson that can't be led or followed.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.catalog import Shelf, shipped_shelf
from tui.commands.omitting import load_asyncio_and_textual, load_numpy
from tui.commands.streams import can_say
from tui.sessions.keeping import Keeping
from tui.settings import NAME, Settings, config_folder, remembered_theme, settings_in
from tui.usage import UsageError, check_step
from tui.walking.watched import Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.facts.beside.theirs import Theirs
    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario
    from tui.following.lesson import Lesson
    from tui.telling.state import State


_OF_C = ("ascii", "us-ascii", "ansi_x3.4-1968")  # what the C locale's encoding is called


class Meeting(Struct, frozen=True):
    """The name of a lesson to lead or one to follow, and the directory in which to meet."""

    lead: str | None
    follow: str | None
    folder: Path | None


def open_app(
    name: str | None,
    step: int | None,
    order: Order | None,
    change: Callable[[Scenario], Scenario],
    *,
    mouse: bool,
    light: bool,
    watch: bool,
    ascii_only: bool,
    folder: str | None,
    restricted: bool,
    meeting: Meeting,
    mine: str | None = None,
    names: Sequence[str] = (),
    view: str | None = None,
    resume: str | None = None,
) -> int:
    """Open the app on a scenario file or a scenario at hand, or on the picker; return the exit code.

    `change` makes of the scenario what the options ask for; `mine` is a file of the user's own numbers, which
    are held against it, and `names` says what names in it mean; `resume` is that of a session to go on in,
    the latest if it is empty. `folder` holds the scenarios at hand, if not the shipped ones; restricted,
    there are no others.

    Raises:
        ScenarioError: the scenario can't be opened.
        UsageError: there is no such folder, the run has no such step, or the lesson can't be led or followed.
        Exception: whatever ended the app that shouldn't have; the terminal is as it was.
    """
    _ignore_environment()
    load_numpy()
    at_hand = Shelf(_folder(folder, restricted=restricted), closed=restricted)
    opened, start = None, None
    if resume is not None:
        from tui.sessions.opening import order_of, started_in

        opened, start = started_in(resume, at_hand, name, step, view)
        order, view = order_of(start.session), start.at.looking.view
    elif name is not None:
        file = at_hand.find(name)
        opened = Opened(file, partial(at_hand.load, file), change)
    scenario = None if opened is None else opened.read()
    lesson: Lesson | None = None
    if meeting.follow is not None:
        scenario, lesson = _follow(meeting.follow, meeting.folder, at_hand, name, scenario)
    elif meeting.lead is not None:
        lesson = _lead(meeting.lead, meeting.folder, at_hand)
    if step is not None:
        _check_step(step, scenario, order)
    theirs = None
    if mine is not None and scenario is not None:
        run, theirs = beside(scenario, mine, step, names)
        scenario = run.scenario
    if start is not None and not start.at.looking.runs:
        step = start.at.looking.step + 1  # the first frame is there already; other runs have to be made
    settled = Settings() if restricted else settings_in(config_folder() / NAME)
    settled = settled._replace(mouse=mouse or settled.mouse, ascii=ascii_only or settled.ascii)
    if light:
        settled = settled._replace(theme="bp-light")
    keeping = Keeping(start, mine, names, closed=restricted, offers=settled.offer_session)
    return _run(scenario, step, order, lesson, at_hand, settled, opened, theirs, view, keeping, watch=watch)


def _run(
    scenario: Scenario | None,
    step: int | None,
    order: Order | None,
    lesson: Lesson | None,
    shelf: Shelf,
    settled: Settings,
    opened: Opened | None,
    theirs: Theirs | None,
    view: str | None,
    keeping: Keeping,
    *,
    watch: bool,
) -> int:
    """Run the app to its end."""
    if isinstance(sys.__stderr__, TextIOWrapper):  # where Textual draws; not every locale has its signs
        # The C locale says nothing of the terminal; another one does.
        if sys.__stderr__.encoding.lower() not in _OF_C and not can_say(sys.__stderr__):
            settled = settled._replace(ascii=True)
        sys.__stderr__.reconfigure(encoding="utf-8", errors="replace")

    load_asyncio_and_textual()
    from tui.app import BackpropApp

    kind = BackpropApp
    if shelf.closed:
        from tui.classroom.app import RestrictedApp

        kind = RestrictedApp
    from tui.files import state_folder
    from tui.walking.done import Done

    # A restricted session leaves nothing behind, and who follows reads what another chose.
    keeps = not shelf.closed and lesson is None
    folder = state_folder() if keeps else None
    if folder is not None and settled.theme is None:
        settled = settled._replace(theme=remembered_theme(folder))
    app = kind(
        scenario,
        step,
        order,
        lesson,
        shelf,
        theirs,
        done=Done(folder),
        settled=settled,
        opened=opened,
        watch=watch,
        view=view,
        keeping=keeping,
    )
    try:
        app.run(mouse=settled.mouse)
    finally:
        if lesson is not None:
            lesson.end()
    if app.fault is not None:
        raise app.fault
    if app.way_back:
        _tell_way_back(app.way_back)
    return app.return_code or 0


def _tell_way_back(command: str) -> None:
    """Print the command that comes back to where the app was left, if the terminal can say it."""
    with suppress(UnicodeEncodeError, LookupError):
        command.encode(sys.stdout.encoding)
        print(f"To come back: {command}", flush=True)


def _check_step(step: int, scenario: Scenario | None, order: Order | None) -> None:
    if scenario is None:
        raise UsageError("bp-tui: --step needs a scenario; `bp-tui list` names them.")
    from engine.order.schedule import Schedule
    from engine.order.shapes import shapes_of

    check_step(step, len(Schedule(shapes_of(scenario), order or scenario.training.order)))


def beside(
    scenario: Scenario, mine: str, step: int | None, names: Sequence[str] = ()
) -> tuple[Trace, Theirs]:
    """Return the run of a scenario as it should be, and somebody's numbers that are held against it.

    They are those of the iteration of a step (from 1), of the first without one. Each of the `names` says
    which of ours one of his is: `theirs=ours`.

    Raises:
        ScenarioError: they can't be read, or nothing in them is known.
        UsageError: the run has no such step, or a name says nothing.
    """
    from engine.diagnosis.beside import theirs_in
    from engine.diagnosis.diagnosing import right_of
    from engine.facts.beside.theirs import hold
    from engine.run.tracing import trace
    from tui.commands.diagnosing import names_told

    run = trace(right_of(scenario))
    check_step(step, len(run))
    iteration = 0 if step is None else run.schedule.site(step - 1).iteration
    theirs = theirs_in(mine, run.scenario, iteration, names_told(names))
    hold(run, theirs)
    return run, theirs


def _ignore_environment() -> None:
    """Drop what would freeze the size, or make Textual load code, write files or fall over."""
    for name in list(os.environ):
        if name in ("LINES", "COLUMNS") or name.startswith("TEXTUAL"):
            del os.environ[name]
    if os.environ.get("NO_COLOR") == "":  # not set, as no-color.org has it; Textual takes any value
        del os.environ["NO_COLOR"]


def _folder(name: str | None, *, restricted: bool) -> Path:
    if name is None:
        return shipped_shelf().folder
    if not os.path.isdir(name):  # noqa: PTH112 (never raises)
        if restricted:
            raise UsageError("bp-tui: the scenarios of this class are gone; tell who has set it up.")
        raise UsageError(f"bp-tui: there is no folder {name!r}.")
    return Path(name)


def _lead(lesson: str, folder: Path | None, shelf: Shelf) -> Lesson:
    from tui.following.names import claim
    from tui.following.teaching import Teaching

    return Teaching(claim(folder, lesson), lesson, shelf)


def _follow(
    lesson: str, folder: Path | None, shelf: Shelf, name: str | None, scenario: Scenario | None
) -> tuple[Scenario, Lesson]:
    """Return the scenario to open, the leader's if none was asked for, and the lesson."""
    from tui.following.attending import Attending
    from tui.telling.shared import is_known, scenario_of

    if scenario is None:
        state = _told(lesson, folder, closed=shelf.closed)
        theirs = scenario_of(shelf, state.scenario, state)
        if theirs is None and state.runs and (path := shelf.named(state.scenario or "")) is not None:
            # The leader's run has branched: it is made again from the scenario once that is open.
            return shelf.load(path), Attending(folder, lesson, shelf, keeps=False)
        if theirs is None and not is_known(state.chosen):
            raise UsageError(f"bp-tui: the leader of {lesson!r} does what is unknown here.")
        if theirs is None:
            remedy = "wait until it is another" if shelf.closed else "give it too"
            raise UsageError(f"bp-tui: the leader of {lesson!r} shows a file that is not at hand; {remedy}.")
        scenario = theirs.run
    keeps = name is not None and shelf.find(name).parent != shelf.folder
    return scenario, Attending(folder, lesson, shelf, keeps=keeps)


def _told(lesson: str, folder: Path | None, *, closed: bool) -> State:
    """Return what the leader looks at; who can't change it is told nothing of the host."""
    from tui.following.follower import ask
    from tui.following.names import LessonError

    try:
        return ask(folder, lesson)
    except LessonError:
        if not closed:
            raise
        raise UsageError(f"bp-tui: nobody leads {lesson!r} now; try again when somebody does.") from None
