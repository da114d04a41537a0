"""Who answers: options, lines of a terminal that can't move its cursor, or somebody at a terminal's keys?"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TypeVar

from tui.commands.asking.question import AnswerError, sentence
from tui.commands.asking.typed import Typed
from tui.commands.streams import has_no_name, sayable, width
from tui.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui.commands.asking.question import Question
    from tui.commands.asking.terminal import Keyboard

T = TypeVar("T")

_KEYS = "Enter takes what is in brackets, Tab completes, Up goes back to the answer before."


class Options:
    """Takes an option, or what suits; a wrong one is refused."""

    talks = False
    """Whether somebody is asked."""

    def __call__(self, question: Question[T], given: object = None) -> T:
        """Return what is taken of an answer; `given` is that of an option.

        Raises:
            UsageError: the option won't do, or the input ends.
        """
        try:
            return question.taken("" if given is None else str(given))
        except AnswerError as error:
            raise UsageError(f"bp-tui: {question.option}: {sentence(str(error))}") from error

    def talk(self, conversation: Callable[[], T]) -> T:
        """Carry out a conversation, which asks by calling this."""
        return conversation()

    def tell(self, text: str) -> None:
        """Say nothing: nobody is asked."""


class Lines(Options):
    """Asks, until an answer will do, line by line."""

    talks = True

    def tell(self, text: str) -> None:
        """Print what is to be known before a question."""
        print(text)

    def __call__(self, question: Question[T], given: object = None) -> T:
        """Return what is taken of an answer."""
        if given is not None:
            return super().__call__(question, given)
        while True:
            print(question.prompt, end="", flush=True)
            typed = sys.stdin.readline()
            if not typed:
                raise _nothing_written()
            try:
                return question.taken(typed)
            except AnswerError as error:
                print(f"  {sentence(str(error))}")


class Keys(Options):
    """Asks, and says at each key what the answer means; a conversation can go back to an answer before.

    Going back begins the conversation again with the answers so far, less the last one.
    """

    talks = True

    def __init__(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard
        self._answers: list[tuple[str, Any]] = []  # as typed, and what was taken of each
        self._place = 0
        self._started = False
        self._typed = Typed()

    def talk(self, conversation: Callable[[], T]) -> T:
        """Carry out a conversation, again at each way back."""
        from tui.commands.asking.terminal import BackError

        if not self._started:
            _print(_KEYS)
            self._started = True
        while True:
            self._place = 0
            try:
                return conversation()
            except BackError:
                last, _ = self._answers.pop()
                self._typed = Typed(last, len(last))

    def tell(self, text: str) -> None:
        """Print what is to be known before a question, if that is still to be asked."""
        if self._place == len(self._answers):
            _print(text)

    def __call__(self, question: Question[T], given: object = None) -> T:
        """Return what is taken of an answer: of the one so far, if this is asked again on a way back."""
        if given is not None:
            return super().__call__(question, given)
        self._place += 1
        if self._place <= len(self._answers):
            taken: T = self._answers[self._place - 1][1]
            return taken
        start, self._typed = self._typed, Typed()
        refused = ""
        while True:
            typed = self._keyboard.read(question, start, refused, back=bool(self._answers))
            if typed is None:
                raise _nothing_written()
            try:
                taken = question.taken(typed)
            except AnswerError as error:
                _print(f"  {sentence(str(error))}")
                start, refused = Typed(), typed
            else:
                self._answers.append((typed, taken))
                return taken


def _print(text: str) -> None:
    """Print a text, in rows as wide as the terminal, all of them indented as its first."""
    indent = " " * (len(text) - len(text.lstrip()))
    rows = wrap(
        sayable(text.strip()),
        width() - 1,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
    print(*rows, sep="\n")


def _nothing_written() -> UsageError:
    return UsageError("\nbp-tui: nothing is written.")


@contextmanager
def asking() -> Iterator[Options]:
    """Whoever can be asked here, until the end of the block."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        yield Options()
    elif has_no_name():
        yield Lines()
    else:
        from tui.commands.asking.terminal import Keyboard

        with Keyboard() as keyboard:
            yield Keys(keyboard)
