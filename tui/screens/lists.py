"""How does a list bear a key that comes before it has been laid out, and how are its entries told anew?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.content import Content
from textual.widgets import OptionList

from tui.draw.kit.wide import cells

if TYPE_CHECKING:
    from collections.abc import Iterable


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


def write_anew(names: OptionList, prompts: Iterable[Content]) -> int:
    """Write what has changed of the entries of a list; return the cells of the widest line of all of them.

    What has not is left alone: after each entry that is written, all of them are drawn anew.
    """
    widest = 0
    for place, prompt in enumerate(prompts):
        before = names.get_option_at_index(place).prompt
        if not isinstance(before, Content) or not prompt.is_same(before):
            names.replace_option_prompt_at_index(place, prompt)
        widest = max(widest, *map(cells, prompt.plain.split("\n")))
    return widest
