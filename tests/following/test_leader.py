"""Does every follower get the present state, whatever the others do?"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import pytest

from tests.following.lessons import a_state, until
from tests.work.work import lines_run
from tui.following import follower as following
from tui.following import leader as leading
from tui.following.follower import Follower, ask
from tui.following.leader import Leader
from tui.following.names import LessonError, claim, connect
from tui.following.protocol import Hello, decode_state, encode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tui.telling.state import State

CLASS = 60


class Lesson:
    """A leader in a directory, and the number of followers that it has counted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: list[int] = []
        self.leader = Leader(claim(folder, "lesson"), self.counts.append)
        self.heard: list[list[State | None]] = []
        self.followers: list[Follower] = []

    def follow(self) -> list[State | None]:
        """Add a follower; return the list that it hears into."""
        heard: list[State | None] = []
        follower = Follower(self.folder, "lesson", heard.append)
        follower.start()
        self.followers.append(follower)
        self.heard.append(heard)
        return heard

    def here(self) -> int:
        return self.counts[-1] if self.counts else 0


@pytest.fixture
async def lesson(tmp_path: Path) -> AsyncIterator[Lesson]:
    lesson = Lesson(tmp_path)
    await lesson.leader.start()
    yield lesson
    for follower in lesson.followers:
        follower.close()
    lesson.leader.close()
    await asyncio.sleep(0)


async def stopped(lesson: Lesson) -> socket.socket:
    """Return a follower that says hello and never reads."""
    connection = connect(lesson.folder, "lesson")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    before = lesson.here()
    connection.send(encode(Hello(1)))
    await until(lambda: lesson.here() == before + 1)
    return connection


async def read_all(connection: socket.socket) -> list[bytes]:
    """Return the lines that wait in a connection."""
    data = b""
    for _ in range(200):
        await asyncio.sleep(0.001)
        with contextlib.suppress(BlockingIOError):
            data += connection.recv(1 << 16)
    assert data.endswith(b"\n")
    return data[:-1].split(b"\n")


async def test_sixty_followers_get_every_state_that_is_left_standing(lesson: Lesson) -> None:
    for _ in range(CLASS):
        lesson.follow()
    await until(lambda: lesson.here() == CLASS)
    for step in range(50):
        lesson.leader.publish(a_state(step))
        await until(lambda step=step: all(heard[-1:] == [a_state(step)] for heard in lesson.heard))  # type: ignore[misc]
    for step in range(50, 1000):
        lesson.leader.publish(a_state(step))
    await until(lambda: all(heard[-1] == a_state(999) for heard in lesson.heard))
    assert lesson.counts == list(range(1, CLASS + 1))


async def test_who_comes_late_gets_the_present_state(lesson: Lesson) -> None:
    heard = lesson.follow()
    await until(lambda: lesson.here() == 1)
    assert heard == []  # nothing is looked at yet
    lesson.leader.publish(a_state(3))
    lesson.leader.publish(a_state(4))
    late = lesson.follow()
    await until(lambda: late != [] and heard[-1:] == late)
    assert late == [a_state(4)]
    assert await asyncio.to_thread(ask, lesson.folder, "lesson") == a_state(4)


async def test_the_same_state_is_not_sent_twice(lesson: Lesson) -> None:
    heard = lesson.follow()
    await until(lambda: lesson.here() == 1)
    for step in (1, 1, 1, 2):
        lesson.leader.publish(a_state(step))
        await asyncio.sleep(0.01)
    assert heard == [a_state(1), a_state(2)]


async def test_a_follower_that_does_not_read_slows_nobody_and_then_gets_the_latest(lesson: Lesson) -> None:
    asleep = [await stopped(lesson) for _ in range(3)]
    awake = lesson.follow()
    await until(lambda: lesson.here() == 4)
    work = []
    for step in range(5000):
        if step % 100 == 50:
            work.append(lines_run(lesson.leader.publish, a_state(step)))
        else:
            lesson.leader.publish(a_state(step))
        if step % 100 == 0:
            await asyncio.sleep(0)
    await until(lambda: awake[-1] == a_state(4999))
    assert max(work) < 300
    for connection in asleep:
        lines = await read_all(connection)
        # What the kernel had taken, one line that was begun, and the latest of thousands.
        assert len(lines) < 300
        assert decode_state(lines[-1]) == a_state(4999)
        connection.close()
    await until(lambda: lesson.here() == 1)


@pytest.mark.parametrize("said", [
    b"\n", b"hello\n",
    b'{"version":2}\n', b'{"version":1,"x":1}\n', b"x" * 100, b'{"version":1}\n{"step":3}\n',
    b"\xff" * 70_000, b'{"version":1}\nx', encode(a_state(5)),
])  # fmt: skip
async def test_who_says_anything_but_hello_is_cut_and_heard_by_nobody(said: bytes, lesson: Lesson) -> None:
    heard = lesson.follow()
    lesson.leader.publish(a_state(1))
    await until(lambda: heard == [a_state(1)])
    connection = connect(lesson.folder, "lesson")
    with contextlib.suppress(OSError):
        connection.send(said)
    await until_cut(connection)
    lesson.leader.publish(a_state(2))
    await until(lambda: heard == [a_state(1), a_state(2)])
    assert lesson.here() == 1


async def test_who_speaks_after_the_hello_is_cut(lesson: Lesson) -> None:
    connection = await stopped(lesson)
    assert lesson.here() == 1
    connection.send(b'{"version":1}\n')
    await until_cut(connection)
    assert lesson.here() == 0


async def test_who_says_nothing_is_cut_and_not_counted(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "_PATIENCE", 0.05)
    connection = connect(lesson.folder, "lesson")
    await asyncio.sleep(0.02)
    assert lesson.counts == []
    await until_cut(connection)


async def test_there_is_room_for_so_many_and_no_more(lesson: Lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leading, "_MOST_FOLLOWERS", 2)
    kept = [await stopped(lesson) for _ in range(2)]
    await until_cut(connect(lesson.folder, "lesson"))
    assert lesson.here() == 2
    for connection in kept:
        connection.close()


async def until_cut(connection: socket.socket) -> None:
    def cut() -> bool:
        try:
            while connection.recv(1 << 16):
                pass
        except BlockingIOError:
            return False
        except ConnectionError:
            pass
        return True

    await until(cut)
    connection.close()


async def test_a_leader_that_is_gone_is_told_and_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_AGAIN", (0.01, 0.02))
    first = Lesson(tmp_path)
    await first.leader.start()
    heard = first.follow()
    first.leader.publish(a_state(1))
    await until(lambda: heard == [a_state(1)])
    first.leader.close()
    await until(lambda: heard[-1] is None)
    second = Lesson(tmp_path)
    await second.leader.start()
    second.leader.publish(a_state(7))
    await until(lambda: heard[-1] == a_state(7))
    first.followers[0].close()
    await until(lambda: second.here() == 0)
    second.leader.close()


@pytest.mark.parametrize("said", [b"garbage\n", b"x" * 40_000, b'{"step":-1}\n', b"\xff\n"])
async def test_a_leader_that_talks_nonsense_is_left(
    said: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "_AGAIN", (0.01, 0.02))
    held = claim(tmp_path, "lesson")
    heard: list[State | None] = []
    follower = Follower(tmp_path, "lesson", heard.append)
    follower.start()
    loop = asyncio.get_running_loop()
    connection, _ = await loop.sock_accept(held.listening)
    with contextlib.suppress(ConnectionError):
        await loop.sock_sendall(connection, said)
    await until(lambda: heard == [None])
    connection.close()
    follower.close()
    held.release()


def test_asking_a_leader_that_does_not_answer_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_PATIENCE", 0.05)
    with pytest.raises(LessonError, match="nobody leads 'lesson'"):
        ask(tmp_path, "lesson")
    held = claim(tmp_path, "lesson")
    with pytest.raises(LessonError, match="is not being led yet"):
        ask(tmp_path, "lesson")
    held.release()


@pytest.mark.parametrize("turns", range(6))
async def test_who_has_given_up_is_told_nothing_more(turns: int, lesson: Lesson) -> None:
    lesson.leader.publish(a_state(1))
    heard = lesson.follow()
    await until(lambda: len(heard) == 1)
    lesson.leader.publish(a_state(2))
    for _ in range(turns):  # of the loop, on which the state comes in
        await asyncio.sleep(0)
    told = len(heard)
    lesson.followers[0].close()
    await asyncio.sleep(0.02)
    assert len(heard) == told
