"""What does a screen go on with where it was left?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.branching.tree import Runs
    from engine.facts.two_orders.chosen import Two
    from engine.looking.along import Along
    from engine.looking.cursor import Cursor
    from engine.looking.sorting import Sorting
    from tui.walking.breakpoints import Breakpoint
    from tui.walking.walk import Mark


class Resumed(NamedTuple):
    """What a screen is to show; `says` is what there is to say of it, `whole` whether nothing is missing."""

    runs: Runs
    cursor: Cursor
    view: str
    along: Along
    two: Two
    sorting: Sorting
    watches: tuple[str, ...]
    breakpoints: tuple[Breakpoint, ...]
    marks: dict[str, Mark]
    says: str
    whole: bool
