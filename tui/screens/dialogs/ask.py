"""How is a line asked for, and asked for again until it can be understood?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from engine.apart import NotAtHandError
from tui.screens.dialogs.typed_line import TypedLine
from tui.walking.nothing import NOT_AT_HAND

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

Answer = TypeVar("Answer")


class AskScreen(ModalScreen[Answer | None], Generic[Answer]):
    """Asks a question; Enter answers, Escape gives up.

    `understand` makes an answer of the line, or a sentence that says what is wrong with it.
    """

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "stay here")]

    def __init__(self, question: str, understand: Callable[[str], Answer | str]) -> None:
        super().__init__()
        self._question = question
        self._understand = understand

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._question))
            yield TypedLine(self._entered)
            yield Static("", id="answer")

    def _entered(self, line: str) -> None:
        """Answer, or say what is expected."""
        try:
            answer = self._understand(line.strip())
        except NotAtHandError:
            answer = NOT_AT_HAND
        if not isinstance(answer, str):
            self.dismiss(answer)
            return
        end = ". " if ". " in answer else ", "  # behind sentences one more, else the end of it
        self.query_one("#answer", Static).update(Content(f"{answer}{end}Escape to stay"))
