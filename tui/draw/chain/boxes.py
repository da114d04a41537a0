"""How does the path lead from the parameter to the loss? A row of boxes with its factors between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.words.numbers.chain import stations
from tui.draw.kit.numbers import WRONG, factor
from tui.draw.kit.rows import Canvas, Row

if TYPE_CHECKING:
    from engine.looking.known.asked import Asked

ROWS = 4
"""The boxes, and a blank row below them."""

_MOST = 16  # factors of a path: more have no room in any terminal
_AROUND = 4  # cells of a box beside its name
_BLANKS, _AIR = 3, 8  # cells of a wire beside its factors, and at most so many more of it


def path_rows(asked: Asked, width: int) -> list[Row]:
    """Return the path with its factors at the wires, as the network is drawn; no row without room for all.

    A number that is not what it should be has the sign of that, and in the table the right one beside it.
    """
    path = asked.path
    if len(path) > _MOST:
        return []
    links = path.links
    # A parameter has no time; its gradient has.
    names = [asked.gradient.symbol.partition("/∂")[2].partition("@")[0], *stations(path)]
    symbols = [" × ".join(path.factor(place).symbol for place in link) for link in links]
    told = [*zip(symbols, (_values(asked, link) for link in links), strict=True)][::-1]
    wires = [_BLANKS + max(map(len, texts)) for texts in told]
    air = (width - 2 - sum(_AROUND + len(name) for name in names) - sum(wires)) // len(wires)
    if len(names) != len(links) + 1 or air < 0:
        return []
    canvas, x = Canvas(width, ROWS), 1
    for name, cells, texts in zip(names, [*wires, 0], [*told, ("", "")], strict=True):
        line = "─" * (len(name) + 2)
        for y, row in enumerate((f"┌{line}┐", f"│ {name} │", f"└{line}┘")):
            end = canvas.write(x, y, row, "wire")
        canvas.paint(x + 2, 1, len(name), "chosen" if x == 1 else "symbol")
        if cells:
            x = end + cells + min(air, _AIR)
            canvas.write(end, 1, f"{'─' * (x - end - 1)}→", "wire")
            for y, text, style in zip((0, 2), texts, ("symbol", "value"), strict=True):
                canvas.write(end, y, text.center(x - end), style)
            for at, sign in enumerate(texts[1].center(x - end)):
                if sign == WRONG:
                    canvas.paint(end + at, 2, 1, "warning")
    return canvas.rows()


def _values(asked: Asked, link: list[int]) -> str:
    texts = []
    for place in link:
        value, right = asked.held_factor(place)
        text = factor(value) if len(link) > 1 else factor(value).strip("()")  # one alone needs no brackets
        texts.append(text if right is None else f"{WRONG} {text}")
    return " × ".join(texts)
