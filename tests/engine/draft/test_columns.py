"""Is as much of a table looked at as is asked for, and is it said that there is more?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.draft.columns import look
from engine.draft.tables import told

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "x,word\n" + "".join(f'{row},"a\nb"\n' for row in range(20))
HEADER, ROW = len("x,word\n"), len('0,"a\nb"\n')


@pytest.mark.parametrize(
    ("limits", "rows", "more"),
    [
        ((), 20, False),
        ((21,), 20, False),
        ((20,), 19, True),
        ((1_000, HEADER + 3 * ROW), 3, True),
        ((1_000, HEADER + 4 * ROW - 1), 4, True),
        ((1_000, 10_000), 20, False),
    ],
)
def test_whole_rows_up_to_a_limit(limits: tuple[int, ...], rows: int, more: bool, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(ROWS)
    found = look(tmp_path / "t.csv", *limits)
    assert (found.rows, found.more, found.names) == (rows, more, ("x", "word"))
    assert told(found, 1) == "1 input: x; target: word → 1 classes: a b"
