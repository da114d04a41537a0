"""What does one run of one program cost? Start-up, steps, idling, bursts, a held key, a slow line."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.bench.vt.minimal import Place, encode
from tests.bench.vt.pty_session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

#: An update is over when nothing has come for so long, in seconds.
QUIET: Final = 0.05

#: A key that has shown nothing after so long shows nothing.
PATIENCE: Final = 0.6

#: The first keys find caches empty and aren't counted.
WARM_UP: Final = 5

#: Bytes a second.
SLOW_LINE: Final = 60_000

#: How long the program is watched doing nothing, and how long a key is held down, in seconds.
IDLE: Final = 1.0
HELD: Final = 2.0


@dataclass(slots=True)
class Costs:
    """What was measured, over all runs; times are in milliseconds."""

    start: list[float] = field(default_factory=list)
    step: list[float] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    needed: list[int] = field(default_factory=list)
    silent: int = 0
    idle: list[float] = field(default_factory=list)
    burst: list[float] = field(default_factory=list)
    held: list[float] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)


def warm_up(command: Sequence[str], columns: int, rows: int) -> None:
    """Start the program once and end it, so that its files are in memory and its bytecode is made."""
    with Session(command, columns, rows) as session:
        session.wait_for_picture()


def start_once(command: Sequence[str], columns: int, rows: int, costs: Costs) -> None:
    """Start the program, end it at its first picture and add what that cost."""
    with Session(command, columns, rows) as session:
        costs.start.append((session.wait_for_picture() - session.started) * 1e3)


def run_once(command: Sequence[str], columns: int, rows: int, key: bytes, steps: int, costs: Costs) -> None:
    """Run the program once from start to end and add what it cost."""
    with Session(command, columns, rows) as session:
        session.wait_for_picture()
        costs.idle.append(session.watch(IDLE) / IDLE)
        session.catch_up()
        _step(session, key, steps, costs)
        costs.burst.append(_burst(session, key, 200))
        costs.held.append(_hold(session, key, rate=30, seconds=HELD))
        session.bytes_per_second = SLOW_LINE
        costs.slow.append(_hold(session, key, rate=30, seconds=HELD))


def _step(session: Session, key: bytes, steps: int, costs: Costs) -> None:
    place = Place()
    for step in range(WARM_UP + steps):
        before = session.terminal.snapshot()
        start = time.perf_counter()
        session.send(key)
        chunks = session.settle(QUIET, PATIENCE)
        session.catch_up()
        needed, place = encode(before, session.terminal.snapshot(), place)
        if step < WARM_UP:
            continue
        if not chunks:
            costs.silent += 1
            continue
        costs.step.append((chunks[-1][0] - start) * 1e3)
        costs.sent.append(sum(len(data) for _, data in chunks))
        costs.needed.append(len(needed))


def _burst(session: Session, key: bytes, count: int) -> float:
    """Return when the last of many keys sent at once was drawn."""
    start = time.perf_counter()
    session.send(key * count)
    chunks = session.settle(0.3, 2.0)
    return (chunks[-1][0] - start) * 1e3 if chunks else float("nan")


def _hold(session: Session, key: bytes, rate: int, seconds: float) -> float:
    """Hold a key down; return how long after the last one the output ends."""
    start = time.perf_counter()
    sent = start
    for press in range(int(rate * seconds)):
        while (left := start + press / rate - time.perf_counter()) > 0:
            session.read(left)
        sent = time.perf_counter()
        session.send(key)
    chunks = session.settle(0.3, 2.0)
    return (chunks[-1][0] - sent) * 1e3 if chunks else float("nan")
