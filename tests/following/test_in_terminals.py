"""Do a leader and a follower in real terminals find each other, also if one is stopped or killed?"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.app.test_terminal_user import Terminal

if TYPE_CHECKING:
    from pathlib import Path


def lead(folder: Path, *words: str) -> Terminal:
    terminal = Terminal("mazur", "--lead", "course", "--class", str(folder), *words)
    terminal.until(lambda text: "step 1 of " in text and "leading course" in text)
    return terminal


def follow(folder: Path, *words: str) -> Terminal:
    terminal = Terminal(*words, "--follow", "course", "--class", str(folder))
    terminal.until(lambda text: "step " in text and "following course" in text)
    return terminal


def refused(*words: str) -> str:
    terminal = Terminal(*words)
    terminal.until_ended()
    assert terminal.child.exitstatus == 2
    assert b"\x1b[?1049h" not in terminal.sent
    assert terminal.sent.count(b"\n") == 1
    return terminal.sent.decode()


def leave(*terminals: Terminal) -> None:
    for terminal in terminals:
        terminal.child.send("q")
        terminal.until_ended()
        assert terminal.child.exitstatus == 0


def test_a_class_follows_its_leader(tmp_path: Path) -> None:
    leader = lead(tmp_path)
    follower = follow(tmp_path)
    leader.until(lambda text: "1 here" in text)
    leader.child.send("nnn")
    follower.until(lambda text: "step 4 of 90,000" in text and "0.1385" in text)
    follower.child.send("n")
    follower.until(lambda text: "step 5 of 90,000" in text and "on your own" in text)
    leader.child.send("p")
    leader.until(lambda text: "step 3 of 90,000" in text)
    follower.child.send("w")
    follower.until(lambda text: "step 3 of 90,000" in text and "following" in text)
    leave(leader)
    follower.until(lambda text: "the leader is gone" in text)
    leave(follower)
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_follower_hurts_nobody_and_catches_up(tmp_path: Path) -> None:
    leader = lead(tmp_path)
    stopped, awake = follow(tmp_path), follow(tmp_path)
    os.kill(stopped.child.pid, signal.SIGSTOP)
    for step in range(2, 6):
        leader.child.send("n")
        leader.until(lambda text, step=step: f"step {step} of 90,000" in text)  # type: ignore[misc]
    awake.until(lambda text: "step 5 of 90,000" in text)
    os.kill(stopped.child.pid, signal.SIGCONT)
    stopped.until(lambda text: "step 5 of 90,000" in text)
    leave(stopped, awake, leader)


def test_a_killed_leader_is_followed_by_another(tmp_path: Path) -> None:
    leader = lead(tmp_path)
    follower = follow(tmp_path)
    assert "somebody leads 'course' already" in refused("mazur", "--lead", "course", "--class", str(tmp_path))
    leader.child.kill(signal.SIGKILL)
    follower.until(lambda text: "the leader is gone" in text)
    second = lead(tmp_path)
    second.child.send("n")
    follower.until(lambda text: "step 2 of 90,000" in text and "following" in text)
    leave(second, follower)


@pytest.mark.parametrize(("words", "says"), [
    (["--follow", "course"], "nobody leads 'course'"),
    (["--follow", "../x"], "a lesson has a name that can be read"),
    (["mazur", "--lead", ""], "a lesson has a name that can be read"),
    (["mazur", "--lead", " "], "a lesson has a name that can be read"),
])  # fmt: skip
def test_what_cannot_be_is_one_sentence(words: list[str], says: str, tmp_path: Path) -> None:
    assert says in refused(*words, "--class", str(tmp_path))


def test_without_a_directory_there_are_no_lessons(tmp_path: Path) -> None:
    assert "there are no lessons in" in refused("mazur", "--lead", "course", "--class", f"{tmp_path}/none")
