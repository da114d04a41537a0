"""Who may lead where, and whom does a follower trust?"""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tui.following import names
from tui.following.names import LessonError, claim, connect, default_folder, remove_dead

if TYPE_CHECKING:
    from pathlib import Path

LEAD_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from tui.following.names import claim
held = claim(Path(sys.argv[1]), "lesson")
print("leads", flush=True)
time.sleep(60)
"""


@pytest.fixture
def other_process(tmp_path: Path) -> subprocess.Popen[str]:
    """Another process that leads the lesson until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", LEAD_UNTIL_KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "leads\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.parametrize("name", ["", "..", "a/b", "-x", ".x", " a", "\x1b", "a\n", "\udc80", "\u202e"])
def test_no_other_names(name: str, tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="a lesson has a name that can be read"):
        claim(tmp_path, name)
    with pytest.raises(LessonError, match="a lesson has a name that can be read"):
        connect(tmp_path, name)


@pytest.mark.parametrize("name", ["Übung 1", "v1.2", "A_b-c", "it's $(id)"])
def test_names_as_scenarios_have_them(name: str, tmp_path: Path) -> None:
    held = claim(tmp_path, name)
    connect(tmp_path, name).close()
    held.release()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_ones_own_is_nobody_elses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the shared directory for temporary files anybody may have made it before."""
    own = tmp_path / "own"
    monkeypatch.setattr(names, "default_folder", lambda: own)
    held = claim(None, "lesson")
    connect(None, "lesson").close()
    own.chmod(0o755)
    for does in (claim, connect):
        with pytest.raises(LessonError, match="is not yours alone"):
            does(None, "lesson")
    own.chmod(0o700)
    if os.getuid() == 0:
        for made in (own, own / "lesson.socket"):
            os.chown(made, 12345, -1)
        for does in (claim, connect):
            with pytest.raises(LessonError, match="is not yours alone"):
                does(None, "lesson")
    held.release()


def test_a_second_live_leader_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    first = claim(tmp_path, "lesson")
    with pytest.raises(LessonError, match="somebody leads 'lesson' already"):
        claim(tmp_path, "lesson")
    connect(tmp_path, "lesson").close()
    other = claim(tmp_path, "another")
    other.release()
    first.release()
    assert list(tmp_path.iterdir()) == []


def test_a_stale_socket_is_taken_over(tmp_path: Path, other_process: subprocess.Popen[str]) -> None:
    with pytest.raises(LessonError, match="already"):
        claim(tmp_path, "lesson")
    end(other_process)
    assert (tmp_path / "lesson.socket").is_socket()
    with pytest.raises(LessonError, match="nobody leads"):
        connect(tmp_path, "lesson")
    mine = claim(tmp_path, "lesson")
    connect(tmp_path, "lesson").close()
    mine.release()


def test_what_dead_leaders_have_left_is_removed(tmp_path: Path, other_process: subprocess.Popen[str]) -> None:
    end(other_process)
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(tmp_path / "without a lock.socket"))
    (tmp_path / "mine.socket").write_text("no socket")
    (tmp_path / "notes").touch()
    live = claim(tmp_path, "live")
    remove_dead(tmp_path)
    left = {"live.lock", "live.socket", "mine.socket", "notes"}
    assert {path.name for path in tmp_path.iterdir()} == left
    live.release()
    remove_dead(tmp_path / "none")


def test_a_stopped_leader_still_leads(tmp_path: Path, other_process: subprocess.Popen[str]) -> None:
    os.kill(other_process.pid, signal.SIGSTOP)
    try:
        with pytest.raises(LessonError, match="already"):
            claim(tmp_path, "lesson")
    finally:
        end(other_process)


def test_a_lock_that_is_removed_while_it_is_taken_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    real, times = fcntl.flock, []

    def flock(lock: int, how: int) -> None:
        real(lock, how)
        times.append(how)
        if len(times) == 1:
            (tmp_path / "lesson.lock").unlink()

    monkeypatch.setattr(fcntl, "flock", flock)
    held = claim(tmp_path, "lesson")
    assert len(times) == 2
    with pytest.raises(LessonError, match="already"):
        claim(tmp_path, "lesson")
    held.release()


@pytest.mark.parametrize(("folder", "file"), [
    (0o700, 0o600), (0o750, 0o660), (0o2750, 0o660), (0o755, 0o666), (0o1777, 0o666), (0o710, 0o660),
])  # fmt: skip
def test_the_directory_says_who_may_follow(folder: int, file: int, tmp_path: Path) -> None:
    place = tmp_path / "class"
    place.mkdir()
    place.chmod(folder)
    held = claim(place, "lesson")
    assert stat.S_IMODE((place / "lesson.socket").lstat().st_mode) == file
    assert stat.S_IMODE((place / "lesson.lock").lstat().st_mode) == 0o600
    assert (place / "lesson.socket").lstat().st_gid == place.stat().st_gid
    held.release()


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o2770])
def test_a_directory_in_which_others_may_replace_files_is_refused(mode: int, tmp_path: Path) -> None:
    place = tmp_path / "class"
    place.mkdir()
    held = claim(place, "lesson")
    place.chmod(mode)
    for attempt in (claim, connect):
        with pytest.raises(LessonError, match="others may replace files"):
            attempt(place, "lesson")
    held.release()


def test_what_is_no_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for attempt in (claim, connect):
        for name in ("file", "link"):
            with pytest.raises(LessonError, match="not a directory"):
                attempt(tmp_path / name, "lesson")
        with pytest.raises(LessonError, match="no lessons in"):
            attempt(tmp_path / "missing", "lesson")
        with pytest.raises(LessonError, match="too long"):
            attempt(tmp_path / ("x" * 100), "lesson")


def test_what_is_in_the_way_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "lesson.socket").write_text("precious")
    with pytest.raises(LessonError, match="in the way"):
        claim(tmp_path, "lesson")
    assert (tmp_path / "lesson.socket").read_text() == "precious"
    with pytest.raises(LessonError, match="not made by the owner"):
        connect(tmp_path, "lesson")
    (tmp_path / "other.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LessonError, match="can't be made"):
        claim(tmp_path, "other")
    assert not (tmp_path / "elsewhere").exists()


def test_only_the_owner_of_the_directory_leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: own + 1)
    with pytest.raises(LessonError, match="only the owner"):
        claim(tmp_path, "lesson")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_a_socket_made_or_served_by_somebody_else_is_not_followed(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    os.chown(tmp_path, 4242, -1)
    held = socket.socket(socket.AF_UNIX)
    held.bind(str(tmp_path / "lesson.socket"))
    held.listen()
    connect(tmp_path, "lesson").close()  # root's own
    os.chown(tmp_path / "lesson.socket", 4243, -1)
    with pytest.raises(LessonError, match="not made by the owner"):
        connect(tmp_path, "lesson")
    os.chown(tmp_path / "lesson.socket", 4242, -1)  # made by the owner, but root listens
    with pytest.raises(LessonError, match="somebody else listens"):
        connect(tmp_path, "lesson")
    held.close()


def test_the_user_s_own_directory_does_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = default_folder()
    for name in ("XDG_RUNTIME_DIR", "TMPDIR", "HOME", "TEMP"):
        monkeypatch.setenv(name, "/elsewhere")
    assert default_folder() == before
    assert str(os.getuid()) in str(before)
