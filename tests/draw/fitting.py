"""Do rows keep within their place, and say without colours and in ASCII what they say with them?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.draw.kit.rows import length, plain
from tui.draw.kit.signs.ascii import in_ascii
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


@lru_cache(maxsize=2048)
def check_without_colours(row: Row) -> None:
    """What colour says, emphasis or a sign says too; and every sign has another of ASCII in its cell.

    Most rows stand there at many steps.
    """
    spoken = in_ascii(plain(row))
    assert spoken.isascii()
    assert spoken.count("?") == plain(row).count("?")
    assert len(spoken) == length(row)
    before = ""
    for text, style in row:
        look = LOOKS[style]
        if style.startswith("new-"):
            assert look.ground
        if style.startswith("read-"):
            assert look.underline
        if style in ("chosen", "selected", "focus"):
            assert look.bold
        value = text.strip().removeprefix("Δ").strip()
        if re.fullmatch(r"-?\d[\d.e-]*", value) and style.endswith(("positive", "negative")):
            minus = value.startswith("-") or before.endswith("-")  # its own, or that of a sum
            assert minus == style.endswith("negative"), (value, style)
        before = text.rstrip(" ≠") or before
