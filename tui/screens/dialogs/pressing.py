"""Which key is pressed next? A letter for a place, yes or no, or a count and the move made so often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.screens.dialogs.behind import passed_on
from tui.walking.command_line import MOVES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from textual.app import App, ComposeResult
    from textual.events import Key

    from engine.looking.ways.moves import Command

Answer = TypeVar("Answer")

_MOST_DIGITS = 4


class PressScreen(ModalScreen[Answer | None], Generic[Answer]):
    """Waits for keys; `take` makes an answer of what was typed before and a key, or what is typed then.

    Escape gives up, and so does a key of which neither can be made.
    """

    CSS_PATH = "dialog.tcss"

    def __init__(self, question: str, take: Callable[[str, str], Answer | str | None]) -> None:
        super().__init__()
        self._question = question
        self._take = take
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        with Vertical(classes="dialog"):
            yield Static(Content(self._question))
            yield Static("", id="answer")

    def on_key(self, event: Key) -> None:
        """Take a key."""
        event.stop()
        if not self.is_active:  # the key before has closed it: what follows is not for this question
            passed_on(self.app, event)
            return
        sign = event.character if event.is_printable and event.character else event.key
        answer = None if event.key == "escape" else self._take(self._typed, sign)
        if isinstance(answer, str):
            self._typed = answer
            self.query_one("#answer", Static).update(Content(answer))
        else:
            self.dismiss(answer)


def ask_for_letter(
    app: App[None], question: str, marks: Collection[str], then: Callable[[str], None]
) -> None:
    """Ask for a letter."""
    there = f"\nMarked: {' '.join(sorted(marks))}" if marks else ""
    question = f"{question}, Escape to stay{there}"
    _ask_for_sign(app, question, lambda sign: len(sign) == 1 and sign.isalnum(), then)


def ask_for_leave(app: App[None], question: str, save: Callable[[], bool], leave: Callable[[], None]) -> None:
    """Ask whether to save and leave (y), to leave (n) or to stay; nobody leaves who can't save."""

    def then(sign: str) -> None:
        if sign == "n" or save():
            leave()

    _ask_for_sign(app, question, ("y", "n").__contains__, then)


def ask_first(app: App[None], what: str, do: Callable[[], object]) -> None:
    """Ask whether to write over something, and do so after y."""
    question = f"{what}\nWrite over it? y does so · esc leaves it as it is"
    _ask_for_sign(app, question, "y".__eq__, lambda _: do())


def tell(app: App[None], what: str) -> None:
    """Tell something that is longer than the row below the picture, until the next key."""
    app.push_screen(PressScreen[str](f"{what}\n\nAny key goes on", lambda _, __: None))


def _ask_for_sign(
    app: App[None], question: str, fits: Callable[[str], bool], then: Callable[[str], object]
) -> None:
    """Ask for one sign; nothing is done after one that does not fit."""

    def take(_: str, sign: str) -> tuple[str] | None:
        return (sign,) if fits(sign) else None

    def chosen(answer: tuple[str] | None) -> None:
        if answer is not None:
            then(answer[0])

    app.push_screen(PressScreen[tuple[str]](question, take), chosen)


def ask_for_count(app: App[None], move: Callable[[Command, int], None]) -> None:
    """Ask for a count and a move."""

    def take(typed: str, sign: str) -> tuple[str, int] | str | None:
        if sign.isascii() and sign.isdigit() and len(typed) < _MOST_DIGITS:
            return typed + sign
        command = MOVES.get(sign)
        return None if command is None else (command, int(typed or "1"))

    def chosen(answer: tuple[str, int] | None) -> None:
        if answer is not None:
            move(*answer)  # type: ignore[arg-type]

    question = "How often? Digits, then the key of a move: 12n, 5}, 3↓. Escape to stay"
    app.push_screen(PressScreen[tuple[str, int]](question, take), chosen)
