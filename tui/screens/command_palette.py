"""How is a command looked for, however fast the keys come?

Textual's palette takes every key and click that it is sent while it closes: the second closes the screen
below. And it turns the pages of its list before there are any. Its lines are two rows high and sorted by the
letter they begin with; here they are those of the help, in its order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual import on
from textual.command import CommandList, CommandPalette, DiscoveryHit, Hit, SimpleProvider
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.draw.kit.wide import cells
from tui.screens.lists import has_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.command import Command, Hits
    from textual.events import Click
    from textual.screen import Screen

    from tui.screens.offers import Offer

_VERY_KEY = 100.0  # what is typed is the very key: before all that have its letters somewhere


class _Offers(SimpleProvider):
    """Yields offers as lines: the key, and what it does."""

    def __init__(self, screen: Screen[object], offers: Sequence[Offer]) -> None:
        super().__init__(screen, [])
        self._offers = offers
        self._keys = max((cells(one.key) for one in offers), default=0)

    async def search(self, query: str) -> Hits:
        """Yield what matches, the key that is typed first."""
        matcher = self.matcher(query)
        for one in self._offers:
            searched = f"{one.key} {one.does}"
            score = _VERY_KEY if query in one.key.split() else matcher.match(searched)
            if score > 0:
                yield Hit(score, self._line(one), one.run, text=one.does)

    async def discover(self) -> Hits:
        """Yield all of them."""
        for one in self._offers:
            yield DiscoveryHit(self._line(one), one.run, text=one.does)

    def _line(self, one: Offer) -> Text:
        gap = " " * (self._keys - cells(one.key) + 2) if self._keys else ""
        return Text.assemble((one.key, "bold"), gap, one.does)


class SteadyPalette(CommandPalette):
    """The command palette; it closes once, and only itself. Its list begins at the offer that is named."""

    CSS_PATH = "command_palette.tcss"

    def __init__(
        self, screen: Screen[object], offers: Sequence[Offer], says: str, *, begins: str = ""
    ) -> None:
        # Textual calls it, too.
        super().__init__([_Offers(screen, offers)], placeholder=says)  # type: ignore[list-item]
        self._offers = offers
        self._begins = begins

    def _refresh_command_list(
        self, command_list: CommandList, commands: list[Command], clear_current: bool
    ) -> None:
        super()._refresh_command_list(command_list, commands, clear_current)
        if not commands or not isinstance(commands[0].hit, DiscoveryHit):
            return
        lines: list[Option] = []
        group, begins = "", 0
        for one, command in zip(self._offers, commands, strict=False):
            if one.group != group:
                group = one.group
                lines.append(Option(Content(f"── {group} ──"), disabled=True))
            if one.does == self._begins:
                begins = len(lines)
            lines.append(command)
        command_list.clear_options().add_options(lines)
        command_list.highlighted = begins or int(lines[0].disabled)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def _answer_while_open(self, event: Input.Submitted | OptionList.OptionSelected) -> None:
        if not self.is_active:  # Enter twice: the first one has closed it
            event.stop()
            event.prevent_default()

    def on_click(self, event: Click) -> None:
        """Close once for many clicks."""
        if not self.is_active:
            event.prevent_default()

    def _action_command_list(self, action: str) -> None:
        if not action.startswith("page") or has_lines(self.query_one(CommandList)):
            super()._action_command_list(action)
