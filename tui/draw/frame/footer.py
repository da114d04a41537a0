"""Which keys are there, most needed first, as many as fit?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.draw.kit.rows import Row, Run, clip

if TYPE_CHECKING:
    from collections.abc import Container

    from tui.keys import Key


def footer_row(keys: tuple[Key, ...], disabled: Container[str], width: int) -> Row:
    """Return the footer; the keys whose action is in `disabled` are greyed."""
    shown = sorted((key for key in keys if key.footer), key=lambda key: key.footer)
    while shown and sum(len(key.on_screen) + len(key.name) + 4 for key in shown) > width:
        shown.pop()
    row: list[Run] = []
    for key in sorted(shown, key=keys.index):
        grey = key.action in disabled
        row += [
            (f" {key.on_screen} ", "key-off" if grey else "key"),
            (f"{key.name}  ", "dim" if grey else ""),
        ]
    return clip(tuple(row), width)
