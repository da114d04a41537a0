"""Whose are an account and a group of this host: the class's, or somebody else's?

The app is forced on a whole group, and a class is taken away with its accounts: neither may reach anybody
who was there before.
"""

from __future__ import annotations

import grp
import pwd
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.classroom.sshd import SESSION_PLACE
from tui.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

LOGIN_DEFS: Final = "/etc/login.defs"
_FIRST_GROUP: Final = 1000  # of users, where that file says nothing
_NAMED: Final = 3  # names in a sentence


def account_of(name: str) -> pwd.struct_passwd | None:
    """Return an account, None if there is none of this name."""
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def group_named(name: str) -> grp.struct_group | None:
    """Return a group, None if there is none of this name."""
    try:
        return grp.getgrnam(name)
    except KeyError:
        return None


def accounts(group: str) -> list[str]:
    """Return the accounts of a class: those of its group for which the app is the login shell."""
    ours = group_named(group)
    return [
        account.pw_name
        for account in pwd.getpwall()
        if ours is not None and account.pw_gid == ours.gr_gid and account.pw_shell == SESSION_PLACE
    ]


def not_somebody_elses(name: str, group: str) -> None:
    """Refuse an account that is there and not of the class.

    Raises:
        UsageError: it is somebody else's.
    """
    account, ours = account_of(name), group_named(group)
    if account is not None and (ours is None or account.pw_gid != ours.gr_gid or account.pw_uid == 0):
        raise UsageError(f"bp-tui: there is an account {name!r} already, and its group is not {group}.")


def only_for_a_class(group: str, names: Sequence[str], *, set_up: bool) -> None:
    """Refuse a group that is there and not for a class alone.

    Where an earlier set-up has made the group (`set_up`) it is for a class whatever its number, and accounts
    of it that are named may have lost the app as their shell: they get it again.

    Raises:
        UsageError: it is one of the system's, or somebody is in it who is no student.
    """
    ours = group_named(group)
    if ours is None:
        return
    fate = "would get the app and nothing else"
    remedy = "take them out of it." if set_up else "choose another with --group."
    others = [
        account.pw_name
        for account in pwd.getpwall()
        if (account.pw_gid == ours.gr_gid or account.pw_name in ours.gr_mem)
        and (account.pw_uid == 0 or account.pw_shell != SESSION_PLACE)
        and not (set_up and account.pw_name in names)
    ]
    if others:
        more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
        raise UsageError(
            f"bp-tui: in the group {group} are others than students ({', '.join(others[:_NAMED])}{more}), "
            f"who {fate}; {remedy}"
        )
    if not set_up and ours.gr_gid < _first_group():
        raise UsageError(
            f"bp-tui: the group {group} ({ours.gr_gid}) is the system's; whoever is in it {fate}; {remedy}"
        )


def _first_group() -> int:
    """Return the first number of a group that isn't the system's."""
    with suppress(OSError):
        told = Path(LOGIN_DEFS).read_text("utf-8", "replace")
        if found := re.search(r"^\s*GID_MIN\s+(\d+)\s*$", told, re.MULTILINE):
            return int(found[1])
    return _FIRST_GROUP
