"""Does sshd let an account in at all, by the lists of whom it allows and denies?

sshd_config(5): DenyUsers, AllowUsers, DenyGroups, AllowGroups. `sshd -T` says each
pattern on a line of its own.
"""

from __future__ import annotations

import grp
import os
import pwd
import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def shut_out(name: str, said: Sequence[str]) -> str | None:
    """Return which words of `sshd -T` keep an account out wherever it comes from; None if none do."""
    lists: dict[str, list[str]] = {}
    for line in said:
        word, _, pattern = line.partition(" ")
        lists.setdefault(word, []).append(pattern.strip())
    groups = _groups(name)
    # Whoever is denied or allowed only on some addresses (USER@HOST) is let in from others or from there.
    for word, names in (("denyusers", [name]), ("denygroups", groups)):
        for pattern in lists.get(word, ()):
            if _matches(names, pattern):
                return f"{word} {pattern}"
    for word, names in (("allowusers", [name]), ("allowgroups", groups)):
        allowed = [pattern.rpartition("@")[0] or pattern for pattern in lists.get(word, ())]
        if allowed and not any(_matches(names, pattern) for pattern in allowed):
            return f"{word} {' '.join(lists[word])}"
    return None


def _groups(name: str) -> list[str]:
    account = pwd.getpwnam(name)
    found = []
    for number in os.getgrouplist(name, account.pw_gid):
        with suppress(KeyError):
            found.append(grp.getgrgid(number).gr_name)
    return found


def _matches(names: Iterable[str], pattern: str) -> bool:
    """Return whether a pattern with * and ? is one of the names."""
    plain = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return any(re.fullmatch(plain, name) for name in names)
