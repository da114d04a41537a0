"""How long do logins take, how quick and how large is a step, how much memory, how late is a class?"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Final

from tests.load.figures import Figure, middle, most
from tests.load.link import SlowLink
from tests.load.processes import memory, sessions
from tests.load.room import Room, arrivals

if TYPE_CHECKING:
    from tests.load.host import Host

OURS: Final = ("tui.cli", "mazur")
BARE: Final = ("tests.bench.apps.bare_textual", "--numpy")
_FIRST: Final = {OURS[0]: b"step 1 of ", BARE[0]: b"step 0"}
_PATIENCE: Final = 120.0
_QUIET = 1.5  # seconds


def logins(host: Host, count: int, rounds: int) -> list[Figure]:
    """Everybody at once: the time until the last screen is there, beside that of a bare app."""
    dropped = 0
    last: dict[str, list[float]] = {OURS[0]: [], BARE[0]: []}
    for round_ in range(-1, rounds):  # the first fills the caches
        for words in (BARE, OURS):
            with Room() as room:
                for _ in range(count if round_ >= 0 else 1):
                    room.sit(host.login(*words))
                found = arrivals(room, [_FIRST[words[0]]] * len(room.seats), _PATIENCE)
                if round_ >= 0:
                    dropped += found.count(None) if words is OURS else 0
                    last[words[0]].append(max(time or _PATIENCE for time in found))
    ours, bare = middle(last[OURS[0]]), middle(last[BARE[0]])
    return [
        Figure(f"{count} logins at once: not on screen", dropped, "", 0),
        Figure(f"{count} logins at once: the last is on screen after", ours, "s"),
        Figure("  a bare Textual app with numpy", bare, "s"),
        Figure("  ratio", ours / bare, "x", 1.3),
    ]


def seated(
    host: Host, room: Room, words: tuple[str, ...], count: int, mark: bytes, port: int | None = None
) -> bool:
    """Log so many in, ten at a time, over another port if one is given, and wait until all are idle."""
    while len(room.seats) < count:
        for _ in range(min(10, count - len(room.seats))):
            room.sit(host.login(*words, port=port))
        if None in arrivals(room, [mark] * len(room.seats), _PATIENCE):
            return False
    return room.until_quiet(_QUIET, _PATIENCE)


def stepping(host: Host, count: int, steps: int) -> list[Figure]:
    """Everybody steps once a second, each at a moment of its own; and what that takes in memory."""
    with Room() as room:
        seated(host, room, BARE, count, _FIRST[BARE[0]])
        bare = memory(sessions(host.pid, BARE[0]))
    with Room() as room:
        seated(host, room, OURS, count, _FIRST[OURS[0]])
        times: list[float] = []
        sizes: list[float] = []
        missed = 0
        begin = time.perf_counter() + 0.2
        due = sorted((begin + step + place / count, place) for step in range(steps) for place in range(count))
        sent: list[tuple[float, int]] = []
        for when, place in due:
            room.read(max(0.0, when - time.perf_counter()))
            sent.append((time.perf_counter(), place))
            room.seats[place].send(b"n")
        room.read(1.0)
        for when, place in sent:
            size, last = room.seats[place].between(when, when + 0.95)
            if last is None:
                missed += 1
            else:
                times.append((last - when) * 1e3)
                sizes.append(size)
        wrong = sum(f"step {steps + 1:,} of " not in seat.text() for seat in room.seats)
        ours = memory(sessions(host.pid, OURS[0]))
    return [
        Figure(f"{count} sessions, a step a second: steps missed", missed, "", 0),
        Figure("  sessions that end at another step", wrong, "", 0),
        Figure("  latency, median", middle(times), "ms"),
        Figure("  latency, 95 of 100", most(times), "ms", 100),
        Figure("  bytes a step, median", middle(sizes), "bytes"),
        Figure("  unique memory each", ours.unique, "MiB"),
        Figure("  a bare Textual app with numpy", bare.unique, "MiB"),
        Figure("  ratio", ours.unique / bare.unique, "x", 1.2),
        Figure("  proportional memory each (PSS)", ours.proportional, "MiB"),
        Figure("  of the bare app (PSS)", bare.proportional, "MiB"),
    ]


def slow_link(host: Host, steps: int) -> list[Figure]:
    """One step on a line of 64 kbit/s with 100 ms there and back."""
    with SlowLink(host.port, 64_000 / 8, 0.05) as link, Room() as room:
        seat = room.sit(host.login(*OURS, port=link.port))
        arrivals(room, [_FIRST[OURS[0]]], _PATIENCE)
        room.until_quiet(2.0, _PATIENCE)
        times: list[float] = []
        sizes: list[float] = []
        for _ in range(steps):
            begin = time.perf_counter()
            seat.send(b"n")
            room.read(1.2)
            size, last = seat.between(begin, begin + 1.2)
            times.append(float("inf") if last is None else (last - begin) * 1e3)
            sizes.append(size)
    return [
        Figure("a step at 64 kbit/s, 100 ms round trip: median", middle(times), "ms", 300),
        Figure("  the slowest", max(times), "ms"),
        Figure("  bytes a step, median", middle(sizes), "bytes"),
    ]


def lesson(host: Host, count: int, steps: int) -> list[Figure]:
    """A leader steps every two seconds; then again with one follower stopped."""
    where = ("--class", str(host.class_folder))
    with Room() as room:
        seated(host, room, (*OURS, "--lead", "load", *where), 1, _FIRST[OURS[0]])
        seated(host, room, (OURS[0], "--follow", "load", *where), 1 + count, b"step 1 of ")
        alone, last, lost = _lead(room, steps)
        stopped = sessions(host.pid, "--follow load")[0]
        os.kill(stopped, signal.SIGSTOP)
        beside, _, silent = _lead(room, steps)
        os.kill(stopped, signal.SIGCONT)
        room.read(3.0)
        wrong = sum(f"step {1 + 2 * steps:,} of " not in seat.text() for seat in room.seats)
    return [
        Figure(f"leader to the last of {count} followers: median", middle(last), "ms", 400),
        Figure("  95 of 100", most(last), "ms"),
        Figure("  steps that a follower didn't show", lost, "", 0),
        Figure("  the leader's own step, median", middle(alone), "ms"),
        Figure("  the same with a stopped follower", middle(beside), "ms", 1.5 * middle(alone) + 10),
        Figure("  steps that those who run didn't show", silent - steps, "", 0),
        Figure("  screens that end at another step", wrong, "", 0),
    ]


def _lead(room: Room, steps: int) -> tuple[list[float], list[float], int]:
    """Step the leader; return its own times, those of the last follower, and how many showed nothing."""
    own: list[float] = []
    last: list[float] = []
    silent = 0
    for _ in range(steps):
        begin = time.perf_counter()
        room.seats[0].send(b"n")
        room.read(2.0)
        ends = [seat.between(begin, begin + 2.0)[1] for seat in room.seats]
        silent += ends[1:].count(None)
        own.append(((ends[0] or float("inf")) - begin) * 1e3)
        last.append((max(end for end in ends[1:] if end is not None) - begin) * 1e3)
    return own, last, silent
