"""How is a command typed? With completion of its words, and with those typed before at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import ModalScreen
from textual.widgets import Input

from engine.conditions.grammar import LONGEST
from tui.screens.dialogs.answer import Answered
from tui.screens.dialogs.box import Box
from tui.screens.dialogs.typed_line import TypedLine, Words
from tui.walking.command_line import completed, completions

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tui.walking.command_line import Reply

_QUESTION = (
    "until, since, break, find CONDITION (loss < 0.01); set, nudge or watch; breaks; mine FILE; save; "
    "export scenario; a step; a key's name"
)
_KEYS = "tab completes · ↑ typed before · enter does it · esc ends"
_SHOWN = 60  # cells of the words that fit


class CommandScreen(ModalScreen[str | None]):
    """Asks for a command until one is done, whose reply is the answer; Escape gives up.

    `history` has the commands typed before, the latest last, and gets the new ones. The line begins with
    what is `begun`.
    """

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss(None)", "stay here"),
        ("up", "earlier(-1)", "typed before"),
        ("down", "earlier(1)", "typed after"),
    ]

    def __init__(self, obey: Callable[[str], Reply], history: list[str], begun: str = "") -> None:
        super().__init__()
        self._begun = begun
        self._obey = obey
        self._history = history
        self._at = len(history)

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        line = TypedLine(self._entered, self._begun, longest=LONGEST, words=Words(completed))
        line.select_on_focus = False  # what is begun stays
        # The row of the answer stays too: it comes and goes while a word is typed.
        yield Box("command", _KEYS, _QUESTION, line, Answered(keeps=True))

    def on_input_changed(self, _: Input.Changed) -> None:
        """Show the words that fit, or fitted before tab took one."""
        begun = self.query_one(TypedLine).begun
        words = completions(begun)
        text = ""
        for word in words if words != [begun.removeprefix(":").split(" ")[-1]] else ():
            if len(text) + len(word) > _SHOWN:
                text += " …"
                break
            text += f"{' · ' if text else ''}{word}"
        self._say(text)

    def _entered(self, line: str) -> None:
        """Obey, or say what is expected."""
        text = line.strip()
        if text and self._history[-1:] != [text]:
            self._history.append(text)
        self._at = len(self._history)
        reply = self._obey(line)
        if reply.done:
            self.dismiss(reply.text)
            return
        self._say(reply.text, wrong=not reply.answers)
        if reply.answers:
            self.query_one(Input).select_all()  # what is typed next is another command

    def action_earlier(self, by: int) -> None:
        """Show a command typed before, or after that one."""
        self._at = max(0, min(len(self._history), self._at + by))
        line = self.query_one(Input)
        line.value = self._history[self._at] if self._at < len(self._history) else ""
        line.cursor_position = len(line.value)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self.query_one(Answered).say(text, wrong=wrong)
