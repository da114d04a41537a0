"""What has the user in the place of what is said of samples, and how does it stand beside ours?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.beside.right import should_be
from tui.draw.kit.numbers import WRONG, beside, count, until_apart
from tui.draw.kit.rows import Row, length
from tui.draw.kit.wide import cells, shortened
from tui.draw.samples.table import LONGEST_NAME, named, output_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui.draw.samples.table import Table


def with_yours(row: Row, width: int, value: float, other: float) -> Row:
    """Return a row, and behind it what its number is with the user's own outputs if that is another."""
    if should_be(value, other) is None:
        return row
    text = count(other) if isinstance(other, int) else until_apart(other, value)
    whole, short = (*row, *beside(f"with yours {text}")), (*row, *beside(text))
    return whole if length(whole) <= width else short


def theirs_rows(table: Table, width: int) -> list[Row]:
    """Return in a line what the user has of the chosen sample; nothing if it is ours."""
    if table.theirs is None or not table.theirs.apart[table.row]:
        return []
    line, every = f"{WRONG} {named(table)}, yours:", [*_told(table)]
    for place, one in enumerate(every, start=1):
        more = f"{' ·' * (place > 1)} {one}"
        if 1 + cells(line + more) > width - 2 * (place < len(every)):
            line += " …"
            break
        line += more
    return [((" ", ""), (line, "warning"))]


def _told(table: Table) -> Iterator[str]:
    rows, theirs, row = table.rows, table.theirs, table.row
    assert theirs is not None
    if theirs.said[row]:
        yield f"said {shortened(rows.classes[int(theirs.rows.said[row])], LONGEST_NAME)}"
    for unit, name in enumerate(output_names(table)):
        if theirs.predictions[row, unit]:
            its, ours = (float(one.predictions[row, unit]) for one in (theirs.rows, rows))
            yield f"{name} {until_apart(its, ours)}"
    if theirs.losses[row]:
        yield f"C {until_apart(float(theirs.rows.losses[row]), float(rows.losses[row]))}"
