"""What does a class go through in a day? A leader in many runs, and ends that nobody has foreseen."""

from __future__ import annotations

import os
import signal
import time
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Final

from tests.load.figures import Figure, middle, most
from tests.load.measures import OURS, seated
from tests.load.processes import descendants, sessions
from tests.load.room import Room, arrivals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.load.host import Host
    from tests.load.room import Seat

#: Steps, a break of the rule and back, a branch and its tree, other orders, and views of each.
_TURNS: Final = (
    b"n", b"n", b"n", b"n", b"x", b"2", b"1", b"X",
    b":set learning_rate = 0.25\r", b"n", b"E", b"1", b"u", b"n", b"2", b"u", b"1", b"4", b"l", b"1",
)  # fmt: skip
_PATIENCE: Final = 60.0
_SETTLED: Final = 3.0  # seconds
_SHOWN: Final = b"step "
_ASKED: Final = 4  # who step after each kill
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
            own, *ends = [seat.between(begin, begin + pause)[1] for seat in room.seats]
            there = [end for end in ends if end is not None]
            # A key may be answered to the leader alone: a refused one is. That all of them miss a change
            # is seen at the end.
            if own is not None and there:
                silent += ends.count(None)
                last.append((max(there) - begin) * 1e3)
        apart = _apart(room, room.seats[0], room.seats)
    return [
        Figure(f"a leader in other runs and views, to the last of {count}: median", middle(last), "ms", 400),
        Figure("  95 of 100", most(last), "ms"),
        Figure("  changes that a follower didn't show", silent, "", 0),
        Figure("  screens that end otherwise than the leader's", apart, "", 0),
    ]


def kills(host: Host, count: int, seconds: float, seed: int = 1) -> list[Figure]:
    """For a while anything is killed at random, also of the leader's; who is gone logs in again.

    Meanwhile some of those who are there go on by a step, and come back to the leader.
    """
    chance = Random(seed)
    lead = host.login(*OURS, "--lead", "killed", "--class", str(host.class_folder))
    follow = host.student("follow killed")
    killed = broken = 0
    times: list[float] = []
    with Room() as room:
        room.sit(lead)
        arrivals(room, [_SHOWN], _PATIENCE)
        for _ in range(count):
            room.sit(follow)
        arrivals(room, [_SHOWN] * len(room.seats), _PATIENCE)
        room.until_quiet(_SETTLED, _PATIENCE)
        commands = {id(seat): follow for seat in room.seats} | {id(room.seats[0]): lead}
        stop = time.perf_counter() + seconds
        while time.perf_counter() < stop:
            what, victim = _victim(host, room, chance)
            os.kill(victim, signal.SIGKILL)
            killed += 1
            room.read(0.5)
            for gone in [one for one in room.seats if one.ended and id(one) in commands]:
                command = commands.pop(id(gone))
                # Who has lost the client, its server or the script has nobody left to put the terminal right.
                if command is follow and what == "app":
                    broken += not gone.is_as_it_was()
                commands[id(room.sit(command))] = command
            times += _go_on(room, chance)
        arrivals(room, [_SHOWN] * len(room.seats), _PATIENCE)
        room.until_quiet(_SETTLED, _PATIENCE)
        left = [seat for seat in room.seats if not seat.ended]
        leader = next(seat for seat in left if commands[id(seat)] is lead)
        for seat in left:
            if seat is not leader:
                seat.send(b"w")
        room.read(_SETTLED)
        leader.send(b"n")
        lost = _apart(room, leader, left) + 1 + count - len(left)
        running = len(sessions(host.pid, "tui.cli"))
    room_is_empty = time.perf_counter() + _PATIENCE
    while (orphans := len(sessions(host.pid, "tui.cli"))) and time.perf_counter() < room_is_empty:
        time.sleep(0.1)
    return [
        Figure("things killed at random", killed, ""),
        Figure("  a step of others meanwhile, median", middle(times), "ms"),
        Figure("  95 of 100", most(times), "ms", 100),
        Figure("  screens afterwards that aren't the leader's", lost, "", 0),
        Figure("  terminals left broken by what was killed", broken, "", 0),
        Figure("  processes more than there are sessions", running - len(left), "", 0),
        Figure("  processes left when all have gone", orphans, "", 0),
    ]


def _victim(host: Host, room: Room, chance: Random) -> tuple[str, int]:
    """Return a process of some kind, and which: a client, an app, its script, what the server has for it."""
    lines = descendants(host.pid)
    kinds = {
        "client": [seat.pid for seat in room.seats if not seat.ended],
        "app": [pid for pid, line in lines.items() if " -m tui.cli " in line],
        "script": [pid for pid, line in lines.items() if line.startswith("sh ")],
        "server": [pid for pid, line in lines.items() if line.startswith("sshd: ")],
    }
    what = chance.choice([kind for kind, pids in kinds.items() if pids])
    return what, chance.choice(kinds[what])


def _go_on(room: Room, chance: Random) -> list[float]:
    """Have some who are there step once; return in how many ms each step was shown."""
    there = [
        seat for seat in room.seats if not seat.ended and _SHOWN in b"".join(map(itemgetter(1), seat.chunks))
    ]
    chosen = chance.sample(there, min(_ASKED, len(there)))
    begins: list[float] = []
    for seat in chosen:
        begins.append(time.perf_counter())
        seat.send(b"n")
        room.read(0.2)
    room.read(0.8)
    # The number of followers changes on other screens meanwhile.
    ends = [seat.answered(begin, begin + 0.95) for seat, begin in zip(chosen, begins, strict=True)]
    for seat in chosen:
        seat.send(b"w")
    return [(end - begin) * 1e3 for end, begin in zip(ends, begins, strict=True) if end is not None]


def _apart(room: Room, leader: Seat, seats: Sequence[Seat]) -> int:
    """Return how many screens are otherwise than the leader's in the end, however long that takes them."""
    stop = time.perf_counter() + _PATIENCE
    while True:
        room.read(_SETTLED)
        room.until_quiet(_SETTLED, _PATIENCE)
        shown = _picture(leader)
        apart = sum(_picture(seat) != shown for seat in seats)
        if not apart or time.perf_counter() > stop:
            return apart


def _picture(seat: Seat) -> str:
    """Return what is on a screen below the lines that tell of the lesson."""
    return "\n".join(line.rstrip() for line in seat.text().splitlines()[_HEAD:])
