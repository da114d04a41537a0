"""What is asked, what will do for an answer, and what does an answer mean?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_OFFERED = 12  # words


class AnswerError(ValueError):
    """What was answered won't do; the message says what is expected."""


def _nothing(_: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A question: its words, the answer that suits (None if there is none), and the check of an answer.

    `take` makes of an answer what is wanted, or raises AnswerError: after Enter and at each key. Where it
    takes long, `glance` does the same with less of a file. `means` says what an answer comes to, with
    `warning:` before what is no error but hardly meant. `words` are the answers that begin so.
    `option` answers it on a command line.
    """

    asks: str
    suits: str | None
    take: Callable[[str], T]
    means: Callable[[T], str]
    words: Callable[[str], Sequence[str]] = _nothing
    glance: Callable[[str], T] | None = None
    option: str = ""

    @property
    def prompt(self) -> str:
        """What stands before an answer."""
        return "  " if self.suits is None else f"{self.asks} [{self.suits}]: "

    def taken(self, typed: str) -> T:
        """Return what is made of an answer; nothing typed is the one that suits.

        Raises:
            AnswerError: it won't do.
        """
        return self.take(typed.strip() or self.suits or "")

    def seen(self, typed: str) -> list[str]:
        """Return what is to be said of an answer before Enter, in sentences of a line each."""
        take = self.glance or self.take
        answer = typed.strip()
        words = self.words(answer)
        try:
            means = self.means(take(answer or self.suits or ""))
        except AnswerError as error:
            unfinished = answer and words and answer not in words
            return [f"Tab: {_few(words)}"] if unfinished else [f"! {sentence(str(error))}"]
        said = f"{'!' if means.startswith('warning:') else '→'} {means}"
        others = [word for word in words if word != self.suits]
        return [said, f"also: {_few(others)}"] if others and not answer else [said]


def _few(words: Sequence[str]) -> str:
    return ", ".join([*words[:_OFFERED], *(["…"] if len(words) > _OFFERED else [])])


def sentence(text: str) -> str:
    """Return a text with its full stop."""
    return text if text.endswith((".", "?")) else f"{text}."
