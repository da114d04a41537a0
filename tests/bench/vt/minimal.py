"""How few bytes could have changed one screen into another?

Near-minimal: cells are compared, a gap is jumped or written again, blanks are erased, runs repeated, colours
changed by difference, each time whichever is shorter. It shares no code with the encoder it is held against.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from tests.bench.vt.vt import PLAIN, SEEN_ON_BLANK, Cell, Colour, Look, seen, width_of

if TYPE_CHECKING:
    from tests.bench.vt.vt import Row


class Place(NamedTuple):
    """Where an update leaves the cursor and the colours; the next one goes on from there."""

    x: int = -1
    y: int = -1
    look: Look = PLAIN


def _colour(colour: Colour, base: int) -> str:
    if colour is None:
        return str(base + 9)
    if isinstance(colour, tuple):
        return f"{base + 8};2;" + ";".join(map(str, colour))
    if colour < 16:
        return str(base + colour if colour < 8 else base + 52 + colour)
    return f"{base + 8};5;{colour}"


@lru_cache(65536)
def recolour(old: Look, new: Look) -> str:
    """Return the shortest SGR sequence from one look to another."""
    if old == new:
        return ""
    colours = [_colour(new.foreground, 30)] if new.foreground is not None else []
    colours += [_colour(new.background, 40)] if new.background is not None else []
    every = [*map(str, sorted(new.flags)), *colours]
    whole = "\x1b[" + ";".join(["", *every] if every else []) + "m"
    parts: list[str] = []
    lost, gained = old.flags - new.flags, new.flags - old.flags
    for flag in sorted(lost):
        off = {1: 22, 2: 22, 21: 24, 53: 55}.get(flag, flag + 20)
        parts.append(str(off))
        if off == 22:
            gained |= new.flags & {1, 2}
    parts += map(str, sorted(gained))
    if old.foreground != new.foreground:
        parts.append(_colour(new.foreground, 30))
    if old.background != new.background:
        parts.append(_colour(new.background, 40))
    return min("\x1b[" + ";".join(parts) + "m", whole, key=len)


def _move(start: Place, x: int, y: int) -> str:
    ways = [f"\x1b[{y + 1};{x + 1}H", *([f"\x1b[{y + 1}H"] if x == 0 else [])]
    if (x, y) == (0, 0):
        ways.append("\x1b[H")
    if start.y >= 0 and start.x >= 0:
        across, down = x - start.x, y - start.y
        right = f"\x1b[{across}C" if across > 1 else "\x1b[C" * across
        left = min("\b" * -across, f"\x1b[{-across}D", key=len) if across < 0 else ""
        if down == 0:
            ways += [f"\x1b[{x + 1}G", right or left, *(["\r"] if x == 0 else [])]
        elif down > 0:
            drop = min("\n" * down, f"\x1b[{down}B", key=len)
            ways += [drop + (right or left), "\r" + drop + (f"\x1b[{x}C" if x else "")]
        if across == 0:
            ways.append(f"\x1b[{y + 1}d")
    return min(ways, key=len)


def _pen_for(cell: Cell, look: Look) -> Look:
    """Return the look to write a cell in; for a blank, one as near to the present look as will do."""
    char, wanted = cell
    if char != " " or wanted.flags & SEEN_ON_BLANK:
        return wanted
    return Look(look.foreground, wanted.background, look.flags - SEEN_ON_BLANK)


def _write(cells: Row, place: Place) -> tuple[str, Place]:
    """Write neighbouring cells at the place."""
    x, y, look = place
    out: list[str] = []
    at = 0
    while at < len(cells):
        char, _ = cell = cells[at]
        pen = _pen_for(cell, look)
        out.append(recolour(look, pen))
        look = pen
        run = 1
        while at + run < len(cells) and seen(cells[at + run]) == seen(cell):
            run += 1
        repeat = f"{char}\x1b[{run - 1}b"
        # The model has wrapping off or on alike: never repeat into the last column.
        if len(char) == 1 and width_of(char) == 1 and _size(repeat) < _size(char * run):
            out.append(repeat)
            at += run
        else:
            out.append(char)
            at += 1
    return "".join(out), Place(x + len(cells), y, look)


def _size(text: str) -> int:
    return len(text.encode())


def _runs(old: Row, new: Row) -> list[tuple[int, int]]:
    """Return the spans of cells that look different."""
    runs: list[tuple[int, int]] = []
    for x, (a, b) in enumerate(zip(old, new, strict=True)):
        if a != b and seen(a) != seen(b):
            # A wide character is written whole.
            end = x + 2 if new[x + 1 : x + 2] and new[x + 1][0] == "" else x + 1
            if runs and runs[-1][1] >= x:
                runs[-1] = runs[-1][0], end
            else:
                runs.append((x, end))
    return runs


def _row(y: int, old: Row, new: Row, place: Place) -> tuple[str, Place]:
    columns = len(new)
    tail = columns
    if not new[-1][1].flags & SEEN_ON_BLANK:  # else erasing can't make it
        while tail and new[-1][0] == " " and seen(new[tail - 1]) == seen(new[-1]):
            tail -= 1
    out = ""
    for start, end in _runs(old, new):
        first = start - 1 if new[start][0] == "" else start
        look = place.look
        direct, after = _span(y, new, first, end, tail, place._replace(x=first, y=y))
        direct = (_move(place, first, y) if (place.x, place.y) != (first, y) else "") + direct
        if place.y == y and 0 <= place.x < first and first - place.x < 12:
            joined, joined_after = _span(y, new, place.x, end, tail, Place(place.x, y, look))
            if _size(joined) <= _size(direct):
                direct, after = joined, joined_after
        out += direct
        place = after
        if end > tail and place.x < end:
            break  # the rest of the row has been erased
    return out, place


def _span(y: int, new: Row, start: int, end: int, tail: int, place: Place) -> tuple[str, Place]:
    """Write the cells from `start` to `end`, erasing what is blank up to the right margin."""
    if end <= tail or end - max(start, tail) <= 3:
        text, after = _write(new[start:end], place)
        # Past the last column the terminal decides where the cursor is.
        return text, after if end < len(new) else after._replace(x=-1, y=-1)
    text, after = _write(new[start : max(start, tail)], place)
    pen = _pen_for(new[-1], after.look)
    return text + recolour(after.look, pen) + "\x1b[K", Place(max(start, tail), y, pen)


def encode(before: tuple[Row, ...], after: tuple[Row, ...], place: Place = Place()) -> tuple[bytes, Place]:  # noqa: B008
    """Return the bytes that turn one screen into the other, and where they leave the terminal."""
    out: list[str] = []
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if old != new:
            text, place = _row(y, old, new, place)
            out.append(text)
    return "".join(out).encode(), place
