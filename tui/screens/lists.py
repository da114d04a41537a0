"""How does a list bear a key that comes before it has been laid out?"""

from __future__ import annotations

from typing import Literal

from textual.widgets import OptionList


class PagedList(OptionList):
    """A list that turns no page before it has one; Textual's looks for a line that isn't there yet.

    In a window too narrow for a line there never is one, and text can't be broken into lines of no cells:
    the stylesheet of every list asks for a `min-width`. What has no room is cut off.
    """

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        if not has_lines(self):
            return
        before = self.highlighted or 0
        super()._move_page(direction)
        if self.highlighted == before:  # it has more lines than a page
            self.highlighted = before + direction


def has_lines(names: OptionList) -> bool:
    """Say if a list has been laid out, so that it is known what is a page."""
    return bool(names.scrollable_content_region)
