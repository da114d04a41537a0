"""What was found wrong so far, and under which key?

A `Finding` knows the key but not yet the place in the file: that is looked up only when there is
something to print (`engine.read.document.places`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.read.complaints import Complaint

KeyPath: TypeAlias = "tuple[str | int, ...]"

LIMIT = 100  # findings of one file; more help nobody


class TooManyFindingsError(Exception):
    """The limit is reached: stop looking.

    Whatever looks for what is wrong may raise it, from the reader of a value up to that of a whole file, and
    says no more of it: whoever has begun the looking catches it.
    """


class Finding(NamedTuple):
    """Something wrong at `path`: at its value or, with `at_key`, at the key itself.

    `numbers` is how many a list there should have, where it has more or fewer.
    """

    path: KeyPath
    says: str
    remedy: str = ""
    at_key: bool = False
    numbers: int | None = None


class Findings:
    """Collects what is wrong, in the order in which it is found; `odd` is no error, but hardly meant."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.elsewhere: list[Complaint] = []
        self.odd: list[Finding] = []

    def add(
        self,
        path: KeyPath,
        says: str,
        remedy: str = "",
        *,
        at_key: bool = False,
        numbers: int | None = None,
    ) -> None:
        """Note one error.

        Raises:
            TooManyFindingsError: there are `LIMIT` errors.
        """
        self.found.append(Finding(path, says, remedy, at_key, numbers))
        self._stop_at_limit()

    def add_elsewhere(self, complaint: Complaint) -> None:
        """Note one error of another file, which knows its place already.

        Raises:
            TooManyFindingsError: there are `LIMIT` errors.
        """
        self.elsewhere.append(complaint)
        self._stop_at_limit()

    def __bool__(self) -> bool:
        """Return whether anything was found."""
        return bool(self.found or self.elsewhere)

    def _stop_at_limit(self) -> None:
        if len(self.found) + len(self.elsewhere) >= LIMIT:
            raise TooManyFindingsError


def key_text(path: KeyPath) -> str:
    """Return a key path as it is printed: `network.layers[0].weights`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + shortened(part, 40)
    return text


def quoted(names: Iterable[object]) -> str:
    """Return names as a list in words: `"a", "b" or "c"`; a tab as it is written in TOML."""
    tab = "\\t"
    words = [f'"{name}"'.replace("\t", tab) if isinstance(name, str) else str(name) for name in names]
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def describe(value: Any) -> str:
    """Return what a value of a TOML document is, in words."""
    match value:
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() if abs(value) >= 10**20:
            return "a whole number of more than 20 digits"
        case int() | float():
            return f"the number {value}"
        case str():
            return f'the text "{shortened(value, 40)}"'
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case dict():
            return "a table"
        case _:
            return "a date or time"
