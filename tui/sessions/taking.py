"""What of a screen is kept? All that a user has made of the scenario, and where he looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spelling.text import shortened
from tui.following.on_screen import state_on
from tui.sessions.document import Filed, Kept, Marked, Session
from tui.telling.digest import digest_of
from tui.telling.looking import state_of
from tui.telling.shared import chosen_in
from tui.telling.state import look_in

if TYPE_CHECKING:
    from engine.scenario import Scenario
    from tui.screens.stepping import SteppingScreen
    from tui.walking.walk import Mark, Walk

_TITLE = 200


def filed_as(scenario: Scenario, *, name: str | None, file: str | None) -> Filed:
    """Return what is kept of a scenario as its file says it."""
    return Filed(
        shortened(scenario.title, _TITLE),
        digest_of(scenario),
        scenario.training.order,
        chosen_in(scenario),
        name,
        file,
    )


def session_on(screen: SteppingScreen, filed: Filed) -> Session:
    """Return the session of a screen."""
    walk = screen.walk
    return Session(
        1,
        filed,
        state_on(screen, walk.journey.trace, walk.journey.goal),
        walk.watches.texts,
        tuple(Kept(one.number, one.text, one.off) for one in walk.breakpoints.every),
        tuple(
            _marked(walk, letter, mark)
            for letter, mark in sorted(walk.marks.items())
            if mark.run < len(walk.runs.entries)
        ),
    )


def _marked(walk: Walk, letter: str, mark: Mark) -> Marked:
    look = mark.told or look_in(state_of(walk.runs.entries[mark.run].trace, mark.cursor))
    return Marked(letter, look, mark.run)
