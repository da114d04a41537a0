"""Has a class no more sessions than seats, is a seat given back however its session ends, and do they go?"""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import IO, TYPE_CHECKING

import pytest

from tests.patience import PATIENCE
from tui.classroom import seats, sshd
from tui.classroom.seats import make_seats, remove_seats, seats_that_fit

if TYPE_CHECKING:
    from pathlib import Path

#: In the place of the interpreter: it says that it is there, and stays.
STANDS_IN = "#!/bin/sh\necho $$\nexec sleep 60\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    there = tmp_path / "bp-tui" / "seats"
    for module in (seats, sshd):
        monkeypatch.setattr(module, "SEATS_PLACE", str(there))
    return there


def test_there_are_as_many_as_were_asked_for_last(place: Path) -> None:
    for count in (3, 5, 5, 2):
        make_seats(count)
        assert sorted(file.name for file in place.iterdir()) == [str(number) for number in range(count)]
        assert {file.stat().st_mode & 0o777 for file in place.iterdir()} == {0o644}
        assert place.stat().st_mode & 0o777 == place.parent.stat().st_mode & 0o777 == 0o755
    for _ in range(2):
        remove_seats()
        assert not place.parent.exists()
    make_seats(1)
    (place.parent / "of-somebody-else").touch()
    remove_seats()
    assert [file.name for file in place.parent.iterdir()] == ["of-somebody-else"]
    assert 1 <= seats_that_fit() <= 200


def test_who_finds_no_seat_is_told_so_and_one_that_is_left_is_taken(place: Path, tmp_path: Path) -> None:
    make_seats(2)
    double = tmp_path / "python"
    double.write_text(STANDS_IN)
    double.chmod(0o755)
    script = tmp_path / "session"
    script.write_text(
        sshd.parts("User ada", "/opt/x", None, seats=2).session.replace(sys.executable, str(double))
    )
    near, far = pty.openpty()
    sessions: list[subprocess.Popen[str]] = []

    def comes() -> IO[str]:
        sessions.append(
            subprocess.Popen(
                ["sh", script], stdin=far, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        )
        assert sessions[-1].stdout is not None
        return sessions[-1].stdout

    try:
        apps = [int(comes().readline()) for _ in range(2)]
        assert comes().readline() == ""
        refused = sessions.pop()
        said = refused.communicate()[1]
        assert (refused.returncode, said) == (
            2,
            "bp-tui: all 2 seats of the class are taken; try again when somebody has left.\n",
        )
        os.kill(apps.pop(), 9)
        assert sessions.pop().communicate(timeout=PATIENCE)[0] != ""
        apps.append(int(comes().readline()))
        # A script that is gone has not left the seat, as long as its app is there.
        sessions[0].kill()
        assert comes().readline() == ""
        for file in place.iterdir():  # whoever has taken them away, nobody is locked out
            file.unlink()
        apps.append(int(comes().readline()))
    finally:
        for app in apps:
            os.kill(app, 9)
        for session in sessions:
            session.kill()
            session.communicate()
        os.close(near)
        os.close(far)
