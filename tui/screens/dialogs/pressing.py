"""Which key is pressed next? A letter for a place, yes or no, or a count and the move made so often."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from textual.screen import ModalScreen

from tui.screens.dialogs.answer import Answered
from tui.screens.dialogs.behind import passed_on
from tui.screens.dialogs.box import Box
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

    def __init__(
        self,
        title: str,
        keys: str,
        question: str,
        take: Callable[[str, str], Answer | str | None],
        *,
        wrong: bool = False,
    ) -> None:
        super().__init__()
        self._box = Box(title, keys, question, Answered(), classes="-wrong" if wrong else "")
        self._take = take
        self._typed = ""

    def compose(self) -> ComposeResult:
        """Make the dialog."""
        yield self._box

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
            self.query_one(Answered).say(answer)
        else:
            self.dismiss(answer)


def ask_for_letter(
    app: App[None], title: str, does: str, marks: Collection[str], then: Callable[[str], None]
) -> None:
    """Ask for a letter, which `does` something with a place."""
    there = f"Marked: {' '.join(sorted(marks))}" if marks else "No place is marked yet."
    _ask_for_sign(
        app,
        title,
        f"a letter {does} · esc stays",
        there,
        lambda sign: len(sign) == 1 and sign.isalnum(),
        then,
    )


def ask_for_leave(
    app: App[None], question: str, does: str, save: Callable[[], bool], leave: Callable[[], None]
) -> None:
    """Ask whether to save and leave (y), to leave (n) or to stay; nobody leaves who can't save.

    Who leaves `does` so.
    """

    def then(sign: str) -> None:
        if sign == "n" or save():
            leave()

    keys = f"y saves and {does} · n {does} · esc stays"
    _ask_for_sign(app, "session", keys, question, ("y", "n").__contains__, then)


def ask_first(app: App[None], what: str, do: Callable[[], object]) -> None:
    """Ask whether to write over something, and do so after y."""
    keys = "y does so · esc leaves it as it is"
    _ask_for_sign(app, "file", keys, f"{what}\nWrite over it?", "y".__eq__, lambda _: do())


def tell(app: App[None], title: str, what: str, *, wrong: bool = False) -> None:
    """Tell something that is longer than the row below the picture, until the next key."""
    app.push_screen(PressScreen[str](title, "any key goes on", what, lambda _, __: None, wrong=wrong))


def _ask_for_sign(
    app: App[None],
    title: str,
    keys: str,
    question: str,
    fits: Callable[[str], bool],
    then: Callable[[str], object],
) -> None:
    """Ask for one sign; nothing is done after one that does not fit."""

    def take(_: str, sign: str) -> tuple[str] | None:
        return (sign,) if fits(sign) else None

    def chosen(answer: tuple[str] | None) -> None:
        if answer is not None:
            then(answer[0])

    app.push_screen(PressScreen[tuple[str]](title, keys, question, take), chosen)


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

    question = "Digits, then the key of a move: 12n, 5}, 3↓"
    shown = PressScreen[tuple[str, int]]("how often?", "a move makes it · esc stays", question, take)
    app.push_screen(shown, chosen)
