"""What does a class go through in a day? A leader in many runs, and ends that nobody has foreseen."""

from __future__ import annotations

import os
import signal
import time
from random import Random
from typing import TYPE_CHECKING, Final

from tests.load.figures import Figure, middle, most
from tests.load.measures import OURS, seated
from tests.load.processes import sessions
from tests.load.room import Room

if TYPE_CHECKING:
    from tests.load.host import Host
    from tests.load.room import Seat

#: Steps, a break of the rule and back, other orders, a mistake and back, and views of each.
_TURNS: Final = (
    b"n",
    b"n",
    b"n",
    b"n",
    b"x",
    b"2",
    b"1",
    b"X",
    b"u",
    b"n",
    b"2",
    b"u",
    b"1",
    b"4",
    b"l",
    b"1",
)
_PATIENCE: Final = 60.0
_SETTLED: Final = 3.0  # seconds
_HEAD: Final = 2  # lines that tell of the lesson too


def turns(host: Host, count: int, rounds: int, pause: float = 2.0) -> list[Figure]:
    """A leader goes on to other runs and views; at last every screen is the leader's."""
    where = ("--class", str(host.class_folder))
    with Room() as room:
        seated(host, room, (*OURS, "--lead", "day", *where), 1, b"step 1 of ")
        seated(host, room, (OURS[0], "--follow", "day", *where), 1 + count, b"step 1 of ")
        last: list[float] = []
        silent = 0
        for key in _TURNS * rounds:
            begin = time.perf_counter()
            room.seats[0].send(key)
            room.read(pause)
            ends = [seat.between(begin, begin + pause)[1] for seat in room.seats]
            if ends[0] is not None:  # the key did something
                silent += ends[1:].count(None)
                last.append(
                    (max((end for end in ends[1:] if end is not None), default=begin + pause) - begin) * 1e3
                )
        room.until_quiet(_SETTLED, _PATIENCE)
        shown = [_picture(seat) for seat in room.seats]
    return [
        Figure(f"a leader in other runs and views, to the last of {count}: median", middle(last), "ms", 400),
        Figure("  95 of 100", most(last), "ms"),
        Figure("  changes that a follower didn't show", silent, "", 0),
        Figure(
            "  screens that end otherwise than the leader's", sum(one != shown[0] for one in shown), "", 0
        ),
    ]


def kills(host: Host, count: int, seconds: float, seed: int = 1) -> list[Figure]:
    """For a while anything is killed at random: apps, clients, the leader; who is gone logs in again."""
    chance = Random(seed)
    where = ("--class", str(host.class_folder))
    leading = (*OURS, "--lead", "killed", *where)
    following = (*OURS, "--follow", "killed", *where)
    killed = 0
    with Room() as room:
        seated(host, room, leading, 1, b"step 1 of ")
        seated(host, room, following, 1 + count, b"step 1 of ")
        words = {id(seat): following for seat in room.seats} | {id(room.seats[0]): leading}
        stop = time.perf_counter() + seconds
        while time.perf_counter() < stop:
            seat = chance.choice([seat for seat in room.seats if not seat.ended])
            apps = sessions(host.pid, " ".join(words[id(seat)][1:4]))
            victim = seat.pid if chance.random() < 0.5 or not apps else chance.choice(apps)
            os.kill(victim, signal.SIGKILL)
            killed += 1
            room.read(1.0)
            for gone in [one for one in room.seats if one.ended and id(one) in words]:
                same = words.pop(id(gone))
                words[id(room.sit(host.login(*same)))] = same
            room.read(1.0)
        room.until_quiet(_SETTLED, _PATIENCE)
        left = [seat for seat in room.seats if not seat.ended]
        begin = time.perf_counter()
        for seat in left:
            seat.send(b"n")
        room.read(_SETTLED)
        mute = sum(seat.between(begin, begin + _SETTLED)[1] is None for seat in left)
        running = len(sessions(host.pid, "--class"))
    room_is_empty = time.perf_counter() + _PATIENCE
    while (orphans := len(sessions(host.pid, "--class"))) and time.perf_counter() < room_is_empty:
        time.sleep(0.1)
    return [
        Figure("things killed at random", killed, ""),
        Figure("  sessions that don't answer a key afterwards", mute, "", 0),
        Figure("  processes more than there are sessions", running - len(left), "", 0),
        Figure("  processes left when all have gone", orphans, "", 0),
    ]


def _picture(seat: Seat) -> str:
    """Return what is on a screen below the lines that tell of the lesson."""
    return "\n".join(line.rstrip() for line in seat.text().splitlines()[_HEAD:])
