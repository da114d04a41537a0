"""Somebody who walks, marks, watches and branches; and another who comes back to that."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, get_args

from engine import trace
from engine.facts.two_orders.chosen import NOBODY_CHOSE, Two
from engine.looking.along import Along
from engine.looking.cursor import start
from engine.looking.sorting import Sorting
from engine.looking.ways.moves import Command
from engine.order.schedule import Poke
from engine.run.change import Change
from tui.sessions.resuming import Resuming
from tui.sessions.taking import filed_as, session_on
from tui.walking.orders import Place
from tui.walking.walk import Walk

if TYPE_CHECKING:
    from random import Random

    from engine.branching.tree import Runs
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.screens.resumed import Resumed
    from tui.sessions.document import Session

MOVES = tuple(one for one in get_args(Command) if one not in ("last", "next-note", "previous-note"))
WATCHED = ("loss", "max(abs(gradient[1]))", "weight[1][1,1] + 0.1", "a nonsense")
CONDITIONS = ("loss < 0.01", "delta[1][1] changes sign", "iteration == 3 and loss > 0.1")


@dataclass
class Screen:
    """What of a screen is kept, without an app."""

    walk: Walk
    view: str = "network"
    along: Along = field(default_factory=Along)
    two: Two = NOBODY_CHOSE
    sorting: Sorting = field(default_factory=Sorting)

    @property
    def branched(self) -> Runs:
        return self.walk.runs


def screen_on(run: Trace) -> Screen:
    return Screen(
        Walk(
            Place(run, start(run)),
            arrived=lambda: None,
            waiting=lambda: None,
            entered=lambda: None,
            ask=lambda: False,
            stood_still=lambda: None,
            tell=lambda _: None,
            watched=lambda: None,
        )
    )


def kept(screen: Screen, filed: Scenario) -> Session:
    return session_on(screen, filed_as(filed, name="mazur", file=None))  # type: ignore[arg-type]


def do_something(screen: Screen, chance: Random) -> None:
    """Do one of all the things that are kept."""
    walk = screen.walk
    run = walk.place.trace
    match chance.randrange(13):
        case 0:
            walk.branch(Change("weights", chance.uniform(-1.0, 1.0), 1, (0, 1)))
        case 1:
            walk.branch(Change("learning_rate", chance.choice((0.1, 0.25, 1e-7))))
        case 2:
            walk.branch(Change("optimizer", chance.choice(("adam", "momentum"))))
        case 3:
            walk.make_mistake(chance.choice(("sign", "no-slope", None)))
        case 4:
            walk.switch_order(each=True)
        case 5:
            walk.break_rule()
        case 6:
            walk.mark(chance.choice("abc1"))
        case 7:
            if (text := chance.choice(WATCHED[:3])) not in walk.watches.texts:
                walk.watches.add(run, text)
        case 8:
            walk.breakpoints.add(chance.choice(CONDITIONS)).off = chance.random() < 0.5
        case 9:
            walk.enter(chance.randrange(3))
        case 10:
            screen.view = chance.choice(("loss", "branches", "presenter", "heat"))
            screen.along = Along(chance.choice((None, True)), chance.choice((None, 2)), chance.randrange(3))
            screen.two = chance.choice((NOBODY_CHOSE, Two("premature"), Two("layerwise", "premature")))
            screen.sorting = Sorting(row=chance.choice((None, 0)))
        case 11:
            walk.set_by_hand(chance.randint(1, 2), Poke("weights", (0, 1), chance.uniform(-1.0, 1.0)))
        case _:
            for _ in range(chance.randint(1, 12)):
                walk.breakpoints.every, stops = [], walk.breakpoints.every
                walk.move(chance.choice(MOVES))
                walk.breakpoints.every = stops


async def came_back(session: Session, filed: Scenario) -> Resumed:
    """What becomes of a session of a scenario."""
    arrived: list[Resumed] = []
    Resuming(session, filed, trace(filed), arrived.append).go_on()
    while not arrived:
        await asyncio.sleep(0.001)
    return arrived[0]


def taken_up(resumed: Resumed) -> Screen:
    """A screen on which a session has been taken up, as an app's takes it up."""
    screen = screen_on(resumed.runs.here)
    walk = screen.walk
    walk.runs = resumed.runs
    walk.journey.look_at(resumed.cursor)
    walk.watches.show(resumed.runs.here, resumed.watches)
    walk.breakpoints.take_up(resumed.breakpoints)
    walk.marks.update(resumed.marks)
    screen.view, screen.along = resumed.view, resumed.along
    screen.two, screen.sorting = resumed.two, resumed.sorting
    return screen
