"""Which words are expected, and which begin as what is typed?"""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from engine.spelling.nearest import nearest
from engine.spelling.text import shortened
from tui.commands.asking.question import AnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

_LISTED = 1_000  # files of a folder


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """Return what takes one of some names."""
    known = list(names)

    def take(text: str) -> str:
        if text in known:
            return text
        raise AnswerError(no_such(text, known))

    return take


def beginning(names: Iterable[str]) -> Callable[[str], Sequence[str]]:
    """Return what knows which of some names begin with what is typed."""
    known = list(names)
    return lambda text: [name for name in known if name.startswith(text)]


def no_such(word: str, known: Iterable[str], more: str = "") -> str:
    """Return what is expected in place of a word, and which is meant."""
    names = list(known)
    expected = f"expected one of {shortened(', '.join(names), 200)}{more}, found {shortened(word)!r}"
    return f"{expected}. {nearest(word, names)}".removesuffix(". ")


def beginning_files(folder: Path, text: str, end: str = "/") -> list[str]:
    """Return the folders, and the files with an `end`, whose names from `folder` on begin so."""
    inside, slash, start = text.rpartition("/")
    found = []
    with suppress(OSError, ValueError), os.scandir(folder / f"{inside}{slash}") as entries:
        for entry in islice(entries, _LISTED):
            if not entry.name.startswith(start) or entry.name.startswith(".") or not entry.name.isprintable():
                continue
            if entry.is_dir():
                found.append(f"{inside}{slash}{entry.name}/")
            elif entry.name.lower().endswith(end):
                found.append(f"{inside}{slash}{entry.name}")
    return sorted(found)
