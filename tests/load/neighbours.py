"""What does a class cost each of its students, where all have a slow line, or one of them is greedy?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from tests.load.figures import Figure, middle, most
from tests.load.link import SlowLink
from tests.load.measures import OURS, seated
from tests.load.room import Room

if TYPE_CHECKING:
    from tests.load.host import Host

_RATE, _DELAY = 64_000 / 8, 0.05  # bytes a second, and seconds each way, of each line
_SETTLED, _PATIENCE = 3.0, 120.0

_GREEDY: Final = 4  # sessions, as many as an account has
_LARGE: Final = ("tui.cli", "digits")
#: Far ahead and back, views that are long to make, a run that plays: faster than anything is drawn.
_FLOOD: Final = b"}}}}{2190}}857 {{" * 8


def slow_class(host: Host, count: int, steps: int, every: float = 2.0) -> list[Figure]:
    """Everybody has a line of 64 kbit/s with a round trip of 100 ms, and steps now and then."""
    with SlowLink(host.port, _RATE, _DELAY) as link, Room() as room:
        seated(host, room, OURS, count, b"step 1 of ", port=link.port)
        times, missed = _step(room, count, steps, every)
        room.until_quiet(_SETTLED, _PATIENCE)
        wrong = sum(f"step {steps + 1:,} of " not in seat.text() for seat in room.seats)
        gone = sum(seat.ended for seat in room.seats)
    return [
        Figure(f"{count} at 64 kbit/s each, 100 ms round trip: median", middle(times), "ms", 300),
        Figure("  95 of 100", most(times), "ms"),
        Figure("  steps missed", missed, "", 0),
        Figure("  sessions that end at another step", wrong, "", 0),
        Figure("  sessions lost", gone, "", 0),
    ]


def greedy(host: Host, count: int, steps: int) -> list[Figure]:
    """One student floods all sessions that an account may have; the others step once a second."""
    with Room() as room:
        seated(host, room, OURS, count, b"step 1 of ")
        alone, _ = _step(room, count, max(2, steps // 4), 1.0)
        done = max(2, steps // 4)
        seated(host, room, _LARGE, count + _GREEDY, b"step 1 of ")
        times, missed = _step(room, count, steps, 1.0, _FLOOD)
        room.read(_SETTLED)
        wrong = sum(f"step {done + steps + 1:,} of " not in seat.text() for seat in room.seats[:count])
        gone = sum(seat.ended for seat in room.seats[:count])
    return [
        Figure(f"{count} beside one who floods {_GREEDY} sessions: median", middle(times), "ms"),
        Figure("  95 of 100", most(times), "ms", 100),
        Figure("  95 of 100 before", most(alone), "ms"),
        Figure("  steps missed", missed, "", 0),
        Figure("  sessions that end at another step", wrong, "", 0),
        Figure("  sessions lost", gone, "", 0),
    ]


def _step(room: Room, count: int, steps: int, every: float, flood: bytes = b"") -> tuple[list[float], int]:
    """Have the first `count` step, each at a moment of its own; return the ms until a step was shown.

    Those who come after them are sent a flood of keys with every step. Steps that showed nothing are counted.
    """
    begin = time.perf_counter() + 0.2
    due = sorted(
        (begin + (step + place / count) * every, place) for step in range(steps) for place in range(count)
    )
    sent: list[tuple[float, int]] = []
    for when, place in due:
        room.read(max(0.0, when - time.perf_counter()))
        sent.append((time.perf_counter(), place))
        room.seats[place].send(b"n")
        for seat in room.seats[count:]:
            seat.send(flood)
    room.read(every)
    shown = [room.seats[place].between(when, when + 0.95 * every)[1] for when, place in sent]
    times = [(last - when) * 1e3 for last, (when, _) in zip(shown, sent, strict=True) if last is not None]
    return times, shown.count(None)
