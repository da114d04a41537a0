"""How is a line typed so that every key counts in its turn, however fast they come?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.suggester import Suggester
from textual.widgets import Input

from tui.screens.dialogs.behind import passed_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.events import Key


class Words(Suggester):
    """Suggests the rest of a word: a line's `ways` are whole lines, the first is suggested."""

    def __init__(self, ways: Callable[[str], list[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.ways = ways

    async def get_suggestion(self, value: str) -> str | None:
        """Return the line with its last word completed."""
        return next(iter(self.ways(value)), None)


class TypedLine(Input, inherit_bindings=False):
    """A line that hands over what is typed before Enter, and what follows to whatever comes next.

    Keys that write nothing are bindings, which Textual comes to when they have been up to the app: of keys
    that come fast they get behind those that write. Here each is done in its turn. With `words` tab completes
    the word that is being typed, and pressed again takes the next one that fits.
    """

    BINDINGS = Input.BINDINGS  # without those of what scrolls: ↑ and ↓ are for the screen around

    def __init__(
        self,
        entered: Callable[[str], None],
        begun: str = "",
        *,
        longest: int = 0,
        words: Words | None = None,
    ) -> None:
        super().__init__(begun, max_length=longest, compact=True, suggester=words)
        self._words = words
        self._begun = self._completed = ""  # what tab completed, and to what
        self._entered = entered
        self._handed_over: str | None = None

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell of no change that Enter has been ahead of, nor of one that another has followed."""
        if event.value == self._handed_over or event.value != self.value:
            event.stop()
        else:
            self._handed_over = None

    async def on_key(self, event: Key) -> None:
        """Do what a key is bound to; what writes is left to the line."""
        bound = self.screen.active_bindings.get(event.key)
        if not self.screen.is_active:  # what came before has closed it: what follows is not for this line
            passed_on(self.app, event)
        elif event.key == "tab" and self._words is not None:
            self._complete(self._words)
        elif bound is not None and bound.enabled and not event.is_printable:
            await self.app.run_action(bound.binding.action, bound.node)
        else:
            return
        event.stop()
        event.prevent_default()

    async def action_submit(self) -> None:
        """Hand over what is typed."""
        self._handed_over = self.value
        self._entered(self.value)

    @property
    def begun(self) -> str:
        """What is typed, without what tab has completed last."""
        return self._begun if self.value == self._completed else self.value

    def _complete(self, words: Words) -> None:
        ways = words.ways(begun := self.begun)
        if ways:
            place = ways.index(self.value) + 1 if self.value in ways and self.value == self._completed else 0
            self._begun, self._completed = begun, ways[place % len(ways)]
            self.value = self._completed
            self.cursor_position = len(self.value)
