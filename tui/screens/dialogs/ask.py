"""How is a line asked for, and asked for again until it can be understood?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.screen import ModalScreen

from engine.apart import NotAtHandError
from tui.screens.dialogs.answer import Answered
from tui.screens.dialogs.box import Box
from tui.screens.dialogs.typed_line import TypedLine
from tui.walking.nothing import NOT_AT_HAND

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import Input

Answer = TypeVar("Answer")


class AskScreen(ModalScreen[Answer | None], Generic[Answer]):
    """Asks a question with a `title`; Enter `does` something with the answer, Escape gives up.

    `understand` makes an answer of the line, or a sentence that says what is wrong with it.
    """

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "stay here")]

    def __init__(
        self, title: str, question: str, does: str, understand: Callable[[str], Answer | str]
    ) -> None:
        super().__init__()
        self._title = title
        self._question = question
        self._does = does
        self._understand = understand

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        keys = f"enter {self._does} · esc stays"
        yield Box(self._title, keys, self._question, TypedLine(self._entered), Answered())

    def on_input_changed(self, _: Input.Changed) -> None:
        """Take back what was said of another line."""
        self.query_one(Answered).say("")

    def _entered(self, line: str) -> None:
        """Answer, or say what is expected."""
        try:
            answer = self._understand(line.strip())
        except NotAtHandError:
            answer = NOT_AT_HAND
        if not isinstance(answer, str):
            self.dismiss(answer)
            return
        self.query_one(Answered).say(answer, wrong=answer != NOT_AT_HAND)
