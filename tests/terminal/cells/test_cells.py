"""Which characters are surely one cell wide?"""

from __future__ import annotations

import sys

from rich.cells import get_character_cell_size

from tui.terminal.cells import is_narrow


def test_what_is_taken_for_one_cell_is_one_cell_for_rich_too() -> None:
    narrow = [sign for code in range(sys.maxunicode + 1) if is_narrow(sign := chr(code))]
    assert {"δ", "─", "⣿", "→", "∂", "…", "ᵀ"} <= set(narrow)
    assert [sign for sign in narrow if get_character_cell_size(sign) != 1] == []
