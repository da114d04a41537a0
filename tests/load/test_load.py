"""Does the load program measure what it says? Small: one login, one slow line, figures with known answers."""

from __future__ import annotations

import os
import socket
import threading
import time
from types import SimpleNamespace

import pytest

from tests.load import __main__ as program
from tests.load import day, measures, neighbours
from tests.load import link as link_module
from tests.load.figures import Figure, middle, most
from tests.load.host import Host, available
from tests.load.link import SlowLink
from tests.load.processes import memory, sessions
from tests.load.room import Room, arrivals

#: How keys are agreed upon is not looked at here; by default it is most of what a client does.
QUICK = "KexAlgorithms=curve25519-sha256"
#: What starts soon, where it is looked at how a program is.
LIGHT = "tests.bench.apps.bare_curses"


def test_figures_have_verdicts() -> None:
    assert Figure("steps missed", 0, "", 0).line().endswith("limit 0  ok")
    assert Figure("steps missed", 1, "", 0).line().endswith("limit 0  MISSED")
    assert Figure("only told", 1, "ms").good
    assert middle([3.0, 1.0, 2.0]) == 2.0
    assert most([float(value) for value in range(101)]) == 95.0
    assert middle([]) == most([]) == float("inf")


def test_a_slow_link_is_as_slow_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        time.sleep(seconds)

    monkeypatch.setattr(link_module, "time", SimpleNamespace(sleep=sleep, monotonic=time.monotonic))
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            while data := connection.recv(4096):
                connection.sendall(data * 100)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    with (
        SlowLink(server.getsockname()[1], 8000, 0.05) as link,
        socket.create_connection(("127.0.0.1", link.port)) as line,
    ):
        began = time.perf_counter()
        line.sendall(b"0123456789")
        got = 0
        while got < 1000:
            got += len(line.recv(4096))
        took = time.perf_counter() - began
    # 10 bytes there and 1000 back at 8 bytes a millisecond, and 50 ms each way.
    assert took >= 0.226
    assert 0.05 <= max(waits) < 0.126
    thread.join(5)
    server.close()


def test_memory_is_that_of_the_process() -> None:
    before = memory([os.getpid()])
    kept = bytearray(b"x") * (32 << 20)
    after = memory([os.getpid()])
    assert 30 < after.unique - before.unique < 40
    assert len(kept) == 32 << 20
    assert sessions(os.getppid(), "no such words") == []


@pytest.mark.skipif(not available(), reason="no ssh server here")
def test_a_login_is_seen_stepped_and_ended() -> None:
    with Host(QUICK) as host, Room() as room:
        seat = room.sit(host.login(LIGHT))
        (arrived,) = arrivals(room, [b"step 0"], 30)
        assert arrived is not None
        room.until_quiet(0.5, 30)
        (session,) = sessions(host.pid, LIGHT)
        assert 1 < memory([session]).unique < 200
        begin = time.perf_counter()
        seat.send(b"n")
        room.until(lambda: seat.between(begin, begin + 10)[1] is not None, 10)
        room.until_quiet(0.3, 10)
        size, last = seat.between(begin, begin + 10)
        assert 0 < size < 5000
        assert last is not None
        assert "step 1" in seat.text()
    assert sessions(host.pid, LIGHT) == []


@pytest.mark.skipif(not available(), reason="no ssh server here")
def test_a_day_in_small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (neighbours, day):
        monkeypatch.setattr(module, "_SETTLED", 0.6)
    monkeypatch.setattr(measures, "_QUIET", 0.6)
    with Host(QUICK) as host:
        figures = {figure.name.strip(): figure for figure in neighbours.slow_class(host, 1, 1, every=0.5)}
        lost = figures["sessions lost"].value
        figures |= {figure.name.strip(): figure for figure in day.turns(host, 1, 1, pause=0.3)}
        figures |= {figure.name.strip(): figure for figure in day.kills(host, 1, 1, seed=4)}  # an app
    assert lost == 0
    for name in (
        "sessions lost",
        "sessions that end at another step",
        "terminals left broken by what was killed",
        "screens that end otherwise than the leader's",
        "processes more than there are sessions",
        "processes left when all have gone",
    ):  # what doesn't depend on how busy the host is
        assert figures[name].value == 0, figures
    assert figures["things killed at random"].value > 0


def test_what_is_not_a_measurement_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["nothing"])
    assert "is not one of" in capsys.readouterr().err
