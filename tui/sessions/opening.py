"""Which scenario does a session need, and how is it opened to go on in?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.read.changed import changed
from engine.read.complaints import ScenarioError
from engine.read.document.source import refusal
from engine.spelling.text import one_line, shortened
from tui.files import state_folder
from tui.sessions.keeping import Start
from tui.sessions.places import folder_in, is_of, latest, session_named, where
from tui.telling.digest import digest_of
from tui.walking.watched import Opened

if TYPE_CHECKING:
    from pathlib import Path

    from engine.catalog import Shelf
    from engine.scenario import Order, Scenario
    from tui.sessions.document import Session


def started_in(
    name: str, shelf: Shelf, scenario: str | None, step: int | None, view: str | None
) -> tuple[Opened, Start]:
    """Return the scenario of a session, opened, and the session of a file, or the latest if `name` is empty.

    A `scenario` that is given is that of the session, wherever it is now. `step` (from 1) and `view` are to
    be shown in the place of the session's own.

    Raises:
        ScenarioError: session or scenario can't be read, or they don't belong together.
        UsageError: no session has been saved.
    """
    given = None if scenario is None else shelf.find(scenario)
    file, session = session_named(name) if name else latest(folder_in(state_folder()), shelf, given)
    path = given or _scenario_of(session, file, shelf)
    opened = Opened(path, partial(shelf.load, path), partial(_as_begun, session=session))
    opened.read()
    assert opened.filed is not None
    if given is not None and not _belongs(session, given, opened.filed, shelf):
        title = shortened(session.scenario.title, 40)
        raise refusal(
            file,
            f'this is a session of "{title}", not of {shortened(given.name)}',
            "Leave the scenario out.",
        )
    looking = session.looking
    if step is not None:
        looking = replace(looking, step=step - 1, part=0, term=None, focus=None)
    at = replace(session, looking=replace(looking, view=view or looking.view))
    return opened, Start(file, session, at, name)


def order_of(session: Session) -> Order | None:
    """Return the update order in which a session's scenario was opened; None if that is its own."""
    order = session.looking.runs[0].order if session.looking.runs else session.looking.order
    return None if order == session.scenario.order else order


def _scenario_of(session: Session, file: Path, shelf: Shelf) -> Path:
    path = where(session.scenario, shelf)
    remedy = f"`bp-tui SCENARIO --resume {one_line(str(file))}` says where it is now."
    if path is None:
        says = f'the scenario of this session, "{shortened(session.scenario.name or "")}", is not at hand'
        raise refusal(file, says, remedy)
    if not path.exists():
        raise refusal(file, f"the scenario of this session is gone: {one_line(str(path))}", remedy)
    return path


def _belongs(session: Session, given: Path, filed: Scenario, shelf: Shelf) -> bool:
    """Return whether a scenario is that of a session: its file, one of that name, or one of the same run."""
    mine = where(session.scenario, shelf)
    if is_of(session.scenario, given, shelf) or digest_of(filed) == session.scenario.digest:
        return True
    return mine is not None and mine.name == given.name


def _as_begun(scenario: Scenario, *, session: Session) -> Scenario:
    """Return a scenario with what was chosen for it when the app was opened on it."""
    filed = session.scenario.chosen
    mine = session.looking.runs[0].chosen if session.looking.runs else session.looking.chosen
    chosen = {
        name: getattr(mine, name)
        for name in ("optimizer", "learning_rate")
        if getattr(mine, name) != getattr(filed, name)
    }
    try:
        return changed(scenario, **chosen)
    except (ScenarioError, LookupError):
        return scenario  # it has changed, and doesn't take it any more
