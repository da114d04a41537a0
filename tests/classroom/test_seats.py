"""Has a class no more sessions than seats, is a seat given back however its session ends, and do they go?"""

from __future__ import annotations

import os
import pty
import pwd
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.work.patience import PATIENCE
from tui.classroom import seats, sshd
from tui.classroom.seats import make_own_seats, make_seats, remove_seats, seats_that_fit

if TYPE_CHECKING:
    from collections.abc import Iterator
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
    make_own_seats("ada")
    make_seats(2)
    assert sorted(file.name for file in (place / "of" / "ada").iterdir()) == ["0", "1", "2", "3"]
    assert (place / "of").stat().st_mode & 0o777 == 0o755
    (place.parent / "of-somebody-else").touch()
    remove_seats()
    assert [file.name for file in place.parent.iterdir()] == ["of-somebody-else"]
    assert 1 <= seats_that_fit() <= 200


class Door:
    """Where sessions come in, each with an app that says that it is there."""

    def __init__(self, folder: Path, count: int) -> None:
        double = folder / "python"
        double.write_text(STANDS_IN)
        double.chmod(0o755)
        self._script = folder / "session"
        text = sshd.parts("User ada", "/opt/x", None, seats=count).session
        self._script.write_text(text.replace(sys.executable, str(double)))
        self._near, self._far = pty.openpty()
        self.sessions: list[subprocess.Popen[str]] = []
        self.apps: list[int] = []

    def comes(self) -> bool:
        """Have one more come; return whether the app was reached."""
        session = subprocess.Popen(
            ["sh", self._script], stdin=self._far, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.sessions.append(session)
        assert session.stdout is not None
        said = session.stdout.readline()
        self.apps += [int(said)] if said else []
        return bool(said)

    def refuses(self) -> str:
        """Have one more come, who is refused; return what is said."""
        assert not self.comes()
        refused = self.sessions.pop()
        said = refused.communicate()[1]
        assert refused.returncode == 2
        return said

    def close(self) -> None:
        for app in self.apps:
            os.kill(app, 9)
        for session in self.sessions:
            session.kill()
            session.communicate()
        os.close(self._near)
        os.close(self._far)


@pytest.fixture
def door(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    for module in (seats, sshd):
        monkeypatch.setattr(module, "OWN_SEATS", 1)
    make_seats(2)
    there = Door(tmp_path, 2)
    yield there
    there.close()


def test_who_finds_no_seat_is_told_so_and_one_that_is_left_is_taken(door: Door, place: Path) -> None:
    assert door.comes()
    assert door.comes()
    said = "bp-tui: all 2 seats of the class are taken; try again when one is free.\n"
    assert door.refuses() == said
    os.kill(door.apps.pop(), 9)
    assert door.sessions.pop().communicate(timeout=PATIENCE)[0] != ""
    assert door.comes()
    # A script that is gone has not left the seat, as long as its app is there.
    door.sessions[0].kill()
    assert door.refuses() == said
    for file in place.iterdir():  # whoever has taken them away, nobody is locked out
        file.unlink()
    assert door.comes()


def test_an_account_has_seats_of_its_own(door: Door) -> None:
    name = pwd.getpwuid(os.getuid()).pw_name
    make_own_seats(name)
    assert door.comes()
    assert f"bp-tui: all 1 sessions that {name} may have are taken" in door.refuses()
