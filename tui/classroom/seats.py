"""How many sessions has a class at the same time, and each of its accounts, and what keeps count of them?

A seat is a file that a session has locked until it ends, however it ends: nobody has to give it back. The
limits of PAM know a class or its accounts, not both, and newer ones count nothing where logind doesn't run;
systemd has the sessions of each account apart.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

SEATS_PLACE: Final = "/var/lib/bp-tui/seats"
OWN_SEATS: Final = 4  # of an account
MOST_SEATS: Final = 200  # what sshd lets begin at once

_SESSION: Final = 50 * 10**6  # bytes of an ordinary session
_SHARE: Final = 0.8  # of the memory that is for the class


def seats_that_fit() -> int:
    """Return how many ordinary sessions the memory of this host holds."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(MOST_SEATS, int(_SHARE * memory / _SESSION)))


def make_seats(count: int) -> str:
    """Have so many seats, and no more; who sits on one that is taken away stays until he leaves."""
    _have(Path(SEATS_PLACE), count)
    return ""


def make_own_seats(name: str) -> None:
    """Have the seats of an account."""
    _have(Path(SEATS_PLACE) / "of" / name, OWN_SEATS)


def _have(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder, *folder.parents):
        if place.is_relative_to(Path(SEATS_PLACE).parent):
            place.chmod(0o755)
    wanted = {str(number) for number in range(count)}
    there = {file.name for file in folder.iterdir() if file.is_file()}
    for name in there - wanted:
        (folder / name).unlink()
    for name in wanted - there:
        (folder / name).touch()
        (folder / name).chmod(0o644)


def remove_seats() -> str:
    """Have no seats any more."""
    folder = Path(SEATS_PLACE)
    if folder.is_dir():
        shutil.rmtree(folder)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
    return ""
