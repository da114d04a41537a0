"""What may stand for a single word of the command line: a step, a rate, a name of a list?"""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING

from engine.spelling.nearest import nearest
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_DIGITS = 30  # more than the number of any step has


def with_tail(words: Sequence[str]) -> list[str]:
    """Return the words with `--iterations -10:` as one, as argparse takes `-10:` for an option."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "--iterations" and word[:1] == "-" and word[1:2].isdigit():
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _refusal(says: str) -> Exception:
    # Imported when a word is refused: the app without options takes none apart.
    from argparse import ArgumentTypeError

    return ArgumentTypeError(says)


def positive(text: str) -> int:
    """Return the number of a step, from 1."""
    number = _whole(text)
    if number is None:
        raise _refusal(f"expected the number of a step, not {shortened(text)!r}")
    if number < 1:
        raise _refusal(f"steps are counted from 1, not {number}")
    return number


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """Return what takes one of these names; of another it says the nearest."""

    def taken(text: str) -> str:
        if text not in names:
            hint = nearest(text, names) or f"The names are: {', '.join(names)}."
            raise _refusal(f"there is no {shortened(text)!r}. {hint}")
        return text

    return taken


def view(text: str) -> str:
    """Return a view that is named by its key or its name."""
    from tui.view_names import BY_WORD, EVERY_VIEW

    if text in BY_WORD:
        return BY_WORD[text]
    return one_of(EVERY_VIEW)(text)


def some_of(names: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """Return what takes some of these names, with commas."""
    known = tuple(names)
    return lambda text: tuple(map(one_of(known), text.split(",")))


def rate(text: str) -> float:
    """Return a learning rate: finite, 0 or more."""
    try:
        found = float(text) if text.isascii() else nan
    except ValueError:
        found = nan
    if not 0 <= found < inf:
        raise _refusal(f"expected a finite number of 0 or more, not {shortened(text)!r}")
    return found


def terms(text: str) -> int:
    """Return how many terms: 1 or more."""
    number = _whole(text)
    if number is None or number < 1:
        raise _refusal(f"expected how many, 1 or more, not {shortened(text)!r}")
    return number


def iteration(text: str) -> int:
    """Return the number of an iteration, from 0."""
    number = _whole(text)
    if number is None or number < 0:
        raise _refusal(f"expected the number of an iteration, from 0, not {shortened(text)!r}")
    return number


def iterations(text: str) -> tuple[int | None, int | None]:
    """Return the bounds of `A:B`, None where one is left out; a lone negative one counts from the end."""
    first, colon, last = text.partition(":")
    bounds = (_whole(first), _whole(last))
    if bounds[0] is not None and bounds[0] < 0 and text == f"{first}:":
        return bounds
    if not colon or any(word and bound is None for word, bound in zip((first, last), bounds, strict=True)):
        raise _refusal(f"expected A:B, such as 0:10 or 9990:, not {shortened(text)!r}")
    if any(bound is not None and bound < 0 for bound in bounds):
        raise _refusal(
            "iterations are counted from 0; none is negative. The last ten are -10: with nothing behind it"
        )
    return bounds


def _whole(text: str) -> int | None:
    """Return the number that is written in plain digits; None if there is none."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else None
