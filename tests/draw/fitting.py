"""Do rows keep within their place, in styles that there are and characters that can be printed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draw.kit.rows import length
from tui.palette import LOOKS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.draw.kit.rows import Row


def check_rows(rows: Sequence[Row], width: int, height: int) -> None:
    assert len(rows) <= height
    for row in rows:
        assert length(row) <= width
        for text, style in row:
            assert style in LOOKS
            assert text.isprintable()
