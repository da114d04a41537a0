"""How does the picture look in a font that has few signs, such as that of the Linux console?

Each sign that such fonts lack gives way to one that they have, in the same cell. The others, and letters,
stay: `tui.draw.kit.signs.ascii` is for where even those can't be shown.
"""

from __future__ import annotations

from functools import lru_cache

from tui.draw.kit.signs.ascii import FIRST_DOTS, LAST_DOTS

HAVE = "─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬░▒▓█▀▄▌▐■□•◦●○▲▼►◄←↑→↓×÷·≠≤≥±°²½¼√∞∂Σ…’‘“”–—"
"""The signs that are nearly everywhere, beside ASCII and the letters of Latin and Greek."""

_LACKING = {
    # Heavy lines become double ones.
    "━": "═", "┃": "║", "┏": "╔", "┓": "╗", "┗": "╚", "┛": "╝",
    "┣": "╠", "┫": "╣", "┳": "╦", "┻": "╩", "╋": "╬",
    "╹": "║", "╻": "║", "╸": "═", "╺": "═",
    "╌": "·", "┊": "·", "╷": "│", "╵": "│", "╶": "─", "╴": "─",
    # Blocks of eighths become the nearest of those in halves.
    "▁": "▄", "▂": "▄", "▃": "▄", "▅": "▄", "▆": "█", "▇": "█",
    "▏": "│", "▎": "▌", "▊": "█", "▕": "│", "▔": "▀",
    "▸": "►", "▶": "►", "◀": "◄", "›": ">", "‹": "<", "▾": "▼", "◇": "□", "↻": "@",
    "∇": "g", "‖": "║", "⊙": "×", "ᵀ": "'", "ⁿ": "n", "₁": "1", "₂": "2", "‰": "%", "′": "'",
}  # fmt: skip


@lru_cache(4096)
def in_few_signs(text: str) -> str:
    """Return a text of the same width in signs that are nearly everywhere."""
    return "".join(_LACKING.get(sign) or _dots(sign) for sign in text)


def _dots(sign: str) -> str:
    if sign == chr(FIRST_DOTS):
        return " "
    return "•" if FIRST_DOTS < ord(sign) <= LAST_DOTS else sign
