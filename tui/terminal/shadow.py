"""What does the terminal show, and what must be sent to make it show the next frame?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tui.terminal.abilities import NOTHING, Abilities
from tui.terminal.encoder import Encoder
from tui.terminal.parts import news
from tui.terminal.pen import DEFAULT, Pen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual._compositor import ChopsUpdate, LayoutUpdate

    from tui.terminal.cells import Palette
    from tui.terminal.parts import Part, Piece


class Shadow:
    """A copy of the terminal's cells, brought up to date with it frame by frame.

    A cell whose content isn't known holds None and is written whenever a frame touches it.
    """

    def __init__(self, width: int, height: int, palette: Palette, abilities: Abilities = NOTHING) -> None:
        self.width, self.height = width, height
        self.encoder = Encoder(width, abilities)
        self._palette = palette
        self.invalidate()

    def invalidate(self) -> None:
        """Assume nothing about what the terminal shows."""
        self._chars: list[list[str | None]] = [[None] * self.width for _ in range(self.height)]
        self._pens: list[list[Pen]] = [[DEFAULT] * self.width for _ in range(self.height)]
        # What was painted last on each row: painting the very same again changes nothing.
        self._painted: list[list[Part]] = [[] for _ in range(self.height)]
        # Rows that have, or have had, a cell of more than one character.
        self._composed: set[int] = set()
        self.encoder.forget()

    def paint_layout(self, update: LayoutUpdate) -> None:
        """Collect the sequences for a full frame."""
        for y, strips in enumerate(update.strips, update.region.y):
            parts: list[Part] = []
            x = update.region.x
            for strip in strips:
                end = x + strip.cell_length
                parts.append((x, end, strip))
                x = end
            self._paint(y, parts)

    def paint_chops(self, update: ChopsUpdate) -> None:
        """Collect the sequences for the dirty spans of a frame, to the extent that Textual paints them."""
        rows: dict[int, list[Part]] = {}
        for y, first, last in update.spans:
            parts = rows.setdefault(y, [])
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < last and end > first:
                    parts.append((x, min(end, last), strip))
        for y, parts in rows.items():
            self._paint(y, parts)

    def _paint(self, y: int, parts: list[Part]) -> None:
        if not 0 <= y < self.height or parts == self._painted[y]:
            return
        pieces: Iterable[Piece] = parts
        if y not in self._composed:
            painted = self._painted[y]
            pieces = [piece for part in parts for piece in news(part, painted)]
        self._painted[y] = parts
        chars, pens = self._chars[y], self._pens[y]
        changed: list[int] = []
        for x, end, segments in pieces:
            end = min(end, self.width)
            size = end - x
            if size <= 0:
                continue  # a last frame for the size before
            new_chars, new_pens = self._palette.cells(segments)
            if len(new_chars) < size:
                end = x + len(new_chars)
            elif len(new_chars) > size:
                if new_chars[size] == "":
                    new_chars[size - 1] = " "  # half of a wide character can't be shown
                del new_chars[size:], new_pens[size:]
            if len("".join(new_chars)) + new_chars.count("") > len(new_chars):
                self._composed.add(y)
            changed += _differences(x, chars[x:end], new_chars, pens[x:end], new_pens)
            chars[x:end] = new_chars
            pens[x:end] = new_pens
        if changed:
            if y in self._composed:
                # Terminals disagree about the width of composed characters: start from the margin.
                changed = [at for at, char in enumerate(chars) if char is not None]
            self.encoder.write_row(y, changed, chars, pens)


def _differences(
    x: int, old: list[str | None], new: list[str], old_pens: list[Pen], new_pens: list[Pen]
) -> Iterable[int]:
    """Return the columns, counted from `x`, of the cells that look different."""
    if old == new and old_pens == new_pens:
        return ()
    return [
        at
        for at, (a, b, p, q) in enumerate(zip(old, new, old_pens, new_pens, strict=True), x)
        if a != b or (p is not q and (b != " " or p.blank is not q.blank))
    ]


def _painters() -> dict[type, Callable[[Shadow, Any], None]]:
    """Return how each kind of frame is painted; none at all if Textual's inner parts have moved."""
    try:
        from textual._compositor import ChopsUpdate, LayoutUpdate
    except ImportError:
        return {}
    return {LayoutUpdate: Shadow.paint_layout, ChopsUpdate: Shadow.paint_chops}


PAINTERS: Final = _painters()
