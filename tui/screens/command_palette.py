"""How is a command looked for, however fast the keys come?

Textual's palette takes every key and click that it is sent while it closes: the second closes the screen
below. And it turns the pages of its list before there are any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.command import CommandList, CommandPalette, SimpleCommand, SimpleProvider
from textual.widgets import Input, OptionList

from tui.screens.lists import has_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.command import CommandListItem
    from textual.events import Click
    from textual.screen import Screen


class SteadyPalette(CommandPalette):
    """The command palette; it closes once, and only itself."""

    CSS_PATH = "command_palette.tcss"

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


def to_choose(by_name: Mapping[str, Callable[[], None]], screen: Screen[object], says: str) -> SteadyPalette:
    """Return a palette of what is done by the names of it, which `says` what is looked for."""
    commands: list[CommandListItem] = [SimpleCommand(name, does) for name, does in by_name.items()]
    provider = SimpleProvider(screen, commands)
    return SteadyPalette([provider], placeholder=says)  # type: ignore[list-item]  # Textual calls it, too
