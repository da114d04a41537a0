"""How does the picture look in a font that has few signs, such as that of the Linux console?

Each sign that such fonts lack gives way to one that they have, in the same cell. The others, and letters,
stay: `tui.draw.kit.signs.ascii` is for where even those can't be shown.
"""

from __future__ import annotations

from functools import lru_cache

from tui.draw.kit.signs.ascii import FIRST_DOTS, LAST_DOTS
from tui.draw.kit.wires import WHOLLY_HEAVY

HAVE = "─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬░▒▓█▀▄▌▐■□•◦●○▲▼►◄←↑→↓×÷·≠≤≥±°²½¼√∞∂Σ…’‘“”–—"
"""The signs that are nearly everywhere, beside ASCII and the letters of Latin and Greek."""

# Each sign with what stands for it: for a heavy line a double one, for eighths of a cell the nearest half.
_LACKING = """
    ━═ ┃║ ┏╔ ┓╗ ┗╚ ┛╝ ┣╠ ┫╣ ┳╦ ┻╩ ╋╬ ╹║ ╻║ ╸═ ╺═
    ╌· ┊· ╷│ ╵│ ╶─ ╴─
    ▁▄ ▂▄ ▃▄ ▅▄ ▆█ ▇█ ▏│ ▎▌ ▊█ ▕│ ▔▀
    ✓√ ▸► ▶► ◀◄ ›> ‹< ▾▼ ◇o ↻@ ∇g ‖║ ⊙× ᵀ' ⁿn ₁1 ₂2 ‰% ′'
"""

_INSTEAD = {pair[0]: pair[1] for pair in _LACKING.split()}
_INSTEAD |= {mixed: _INSTEAD[heavy] for mixed, heavy in WHOLLY_HEAVY.items()}


@lru_cache(4096)
def in_few_signs(text: str) -> str:
    """Return a text of the same width in signs that are nearly everywhere."""
    return "".join(_INSTEAD.get(sign) or _dots(sign) for sign in text)


def _dots(sign: str) -> str:
    if sign == chr(FIRST_DOTS):
        return " "
    return "•" if FIRST_DOTS < ord(sign) <= LAST_DOTS else sign
