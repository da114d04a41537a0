"""How many sessions has a class at the same time, and what keeps count of them?

A seat is a file that a session has locked until it ends, however it ends: nobody has to give it back. The
limits of PAM know a class or its accounts, not both; systemd has the sessions of each account apart.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

SEATS_PLACE: Final = "/var/lib/bp-tui/seats"
MOST_SEATS: Final = 200  # what sshd lets begin at once

_SESSION: Final = 50 * 10**6  # bytes of an ordinary session
_SHARE: Final = 0.8  # of the memory that is for the class


def seats_that_fit() -> int:
    """Return how many ordinary sessions the memory of this host holds."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(MOST_SEATS, int(_SHARE * memory / _SESSION)))


def make_seats(count: int) -> str:
    """Have so many seats, and no more; who sits on one that is taken away stays until he leaves."""
    folder = Path(SEATS_PLACE)
    folder.mkdir(parents=True, exist_ok=True)
    for place in (folder.parent, folder):
        place.chmod(0o755)
    wanted = {str(number) for number in range(count)}
    there = {file.name for file in folder.iterdir()}
    for name in there - wanted:
        (folder / name).unlink()
    for name in wanted - there:
        (folder / name).touch(mode=0o644)
        (folder / name).chmod(0o644)
    return ""


def remove_seats() -> str:
    """Have no seats any more."""
    folder = Path(SEATS_PLACE)
    if folder.is_dir():
        shutil.rmtree(folder)
        if not any(folder.parent.iterdir()):
            folder.parent.rmdir()
    return ""
