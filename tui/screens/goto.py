"""To which step, by its number?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType


class GoToScreen(ModalScreen[int | None]):
    """Asks for a step number, 1-based as it is shown; Enter goes there, Escape stays."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "stay here")]

    def __init__(self, steps: int) -> None:
        super().__init__()
        self._steps = steps

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Vertical(classes="dialog"):
            yield Static(Content(f"Go to step (1 to {self._steps}), then Enter"))
            yield Input(type="integer", max_length=20, compact=True)
            yield Static("", id="answer")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there, or say what is expected."""
        if not self.is_current:  # Enter twice: the first one has closed the dialog
            return
        text = event.value.strip()
        if text.isascii() and text.isdigit() and 1 <= int(text) <= self._steps:
            self.dismiss(int(text))
            return
        said = f"{text!r} is not a step" if text else "No number yet"
        self.query_one("#answer", Static).update(Content(f"{said}: 1 to {self._steps}, Escape to stay"))
