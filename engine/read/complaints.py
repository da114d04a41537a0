"""What is an error in a file, and how is it printed?

This module imports neither numpy nor msgspec, so that a program can catch `ScenarioError`
before it has loaded either.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.spelling.text import in_place, one_line, width

_WINDOW = 76  # characters of a long source line that are shown
_PRINTED = 20  # complaints that are printed in full


class Complaint(NamedTuple):
    """One error in a file: where it is, what is wrong, and what to do.

    `line` and `column` count characters from 1 and are None where there is no such place. `key` is
    the key path, such as `network.layers[0].weights[1]`, with indices from 0. `source` is the line of
    the file, as it stands there.
    """

    file: str
    says: str
    remedy: str = ""
    key: str = ""
    line: int | None = None
    column: int | None = None
    source: str | None = None

    def __str__(self) -> str:
        """Return the complaint as it is printed: place, sentence, source line, remedy."""
        place = ":".join(
            str(part) for part in (one_line(self.file), self.line, self.column) if part is not None
        )
        lines = [": ".join(part for part in (place, self.key, self.says) if part)]
        if self.source is not None and self.line is not None:
            lines += _excerpt(self.source, self.line, self.column)
        if self.remedy:
            lines.append(f"  {self.remedy}")
        return "\n".join(lines)

    @property
    def in_short(self) -> str:
        """What is wrong and where, without the name of the file and what it says there."""
        place = "" if self.line is None else f"line {self.line}"
        return ": ".join(part for part in (place, self.key, self.says) if part)


class ScenarioError(Exception):
    """A scenario can't be read. `complaints` holds every error found, in file order.

    `str(error)` is the text to print, which leaves out what is beyond the first few; `in_full` is the
    text with all of them. `more` says that the search was given up, and there may be further errors.
    """

    def __init__(self, *complaints: Complaint, more: bool = False) -> None:
        super().__init__(*complaints)
        self.complaints = complaints
        self.more = more

    def __str__(self) -> str:
        """Return the first complaints, and how many are left out."""
        left = len(self.complaints) - _PRINTED
        shown = [str(complaint) for complaint in self.complaints[:_PRINTED]]
        if left > 0:
            shown.append(f"... and {'at least ' if self.more else ''}{left} more errors.")
        return "\n".join(shown)

    def in_full(self) -> str:
        """Return every complaint."""
        shown = [str(complaint) for complaint in self.complaints]
        if self.more:
            shown.append(f"There may be more: the search ends at {len(shown)} errors.")
        return "\n".join(shown)


def _excerpt(source: str, line: int, column: int | None) -> list[str]:
    """Return the source line, windowed around the column, and a caret below it."""
    gutter = f"  line {line} | "
    start = 0
    if column is not None and len(source) > _WINDOW:
        start = max(0, min(column - 1 - _WINDOW // 2, len(source) - _WINDOW))
    window = in_place(source[start : start + _WINDOW])
    before, after = "…" if start else "", "…" if start + _WINDOW < len(source) else ""
    lines = [f"{gutter}{before}{window}{after}".rstrip()]
    if column is not None:
        lead = width(before + window[: column - 1 - start])
        lines.append(" " * (len(gutter) - 2) + "| " + " " * lead + "^")
    return lines
