"""Which pieces of a row's content are new since the row was painted last?

Most segments of a row are the ones of the frame before; their cells needn't be looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from tui.terminal.cells import is_narrow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.segment import Segment
    from textual.strip import Strip

#: A piece of a row to paint: its first column, the column it must not reach, and its content.
Part = tuple[int, int, "Strip"]
Piece = tuple[int, int, "Iterable[Segment]"]


def news(part: Part, painted: Iterable[Part]) -> Sequence[Piece]:
    """Return the pieces of `part` that may differ from what it was when `painted` was painted."""
    x, end, strip = part
    for old_x, old_end, old_strip in painted:
        if old_x == x and old_end == end:
            if old_strip is strip:
                return ()
            pieces = _replaced(x, end, list(old_strip), list(strip))
            if pieces is not None:
                return pieces
            break
    return (part,)


def _replaced(x: int, end: int, old: list[Segment], new: list[Segment]) -> list[Piece] | None:
    """Return the segments that were replaced by others of the same width; None if that's not all."""
    if len(old) != len(new):
        return None
    pieces: list[Piece] = []
    seen = 0
    for index, (before, segment) in enumerate(zip(old, new, strict=True)):
        if segment is before or segment == before:
            continue
        text = segment.text
        if len(before.text) != len(text) or not is_narrow(text) or not is_narrow(before.text):
            return None
        skipped = "".join([same.text for same in new[seen:index]])
        x += len(skipped) if is_narrow(skipped) else cell_len(skipped)
        seen = index + 1
        pieces.append((x, min(x + len(text), end), (segment,)))
        x += len(text)
    return pieces
