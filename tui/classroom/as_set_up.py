"""Which class is this host already, by what an earlier set-up has written?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tui.classroom.sshd import DROP_IN_PLACE
from tui.commands.line.usage import UsageError

GROUP: Final = "students"  # of a class that asks for no other


def group_set_up() -> str | None:
    """Return the group that the drop-in gives the app; None where it gives it to nobody.

    Raises:
        UsageError: whom it is for is no single group: no set-up has written that.
    """
    try:
        text = Path(DROP_IN_PLACE).read_text("utf-8", "replace")
    except (FileNotFoundError, PermissionError):  # who may not read it is told that only root sets up
        return None
    matches = re.findall(r"^\s*match\s+(.*?)\s*$", text, re.IGNORECASE | re.MULTILINE)
    if not matches:
        return None
    if len(matches) == 1 and (group := re.fullmatch(r"group\s+(\S+)", matches[0], re.IGNORECASE)):
        return group[1]
    raise UsageError(
        f"bp-tui: {DROP_IN_PLACE} is for {' and '.join(matches)}, and no class setup has written that; "
        "move it away first."
    )


def group_of(asked: str | None) -> str:
    """Return the group of this host's class: there is one at most.

    Raises:
        UsageError: another is asked for than the one that is there.
    """
    there = group_set_up()
    if there is not None and asked not in (None, there):
        raise UsageError(
            f"bp-tui: this host is a class already, of the group {there}; go on with `--group {there}`, "
            "or take it away first with `bp-tui class remove`."
        )
    return there or asked or GROUP
