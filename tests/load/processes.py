"""Which processes are the sessions, and how much memory has each to itself?"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


class Memory(NamedTuple):
    """Mean MiB a process: its own pages, and with its share of those that others use too."""

    unique: float
    proportional: float


def descendants(server: int) -> dict[int, str]:
    """Return the processes that descend from an ssh server, with their command lines."""
    parents: dict[int, int] = {}
    lines: dict[int, str] = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with suppress(OSError):
                pid = int(process.name)
                parents[pid] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
                lines[pid] = (
                    (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                )

    def descends(pid: int) -> bool:
        while pid in parents:
            pid = parents[pid]
            if pid == server:
                return True
        return False

    return {pid: line for pid, line in lines.items() if descends(pid)}


def sessions(server: int, words: str) -> list[int]:
    """Return the processes that descend from an ssh server and have some words in their command line."""
    return [pid for pid, line in descendants(server).items() if line.split(" ", 2)[1:] and words in line]


def memory(pids: list[int]) -> Memory:
    """Return what the processes use on average."""
    unique = proportional = 0.0
    for pid in pids:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        fields = {
            name: int(size) / 1024 for name, size in re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE)
        }
        unique += fields["Private_Clean"] + fields["Private_Dirty"]
        proportional += fields["Pss"]
    return Memory(unique / len(pids), proportional / len(pids))
