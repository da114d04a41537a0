"""Which runs are there, where do two of them part, and which is better here?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.branching.parted import parted
from engine.words.runs.parted import where_they_part, which_is_lower
from tui.draw.branches.beside import curves_rows, list_rows
from tui.draw.branches.tree import name_of, tree_rows
from tui.draw.kit.rows import Row, clip, side_by_side
from tui.draw.kit.wide import paragraph

if TYPE_CHECKING:
    from engine.branching.tree import Runs
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_WIDE = 110  # cells from which the list stands beside the curves
_LIST = 52
_NONE = (
    "What if? e changes the number that is looked at, and :set W1[1,2] = 0.3 or :set learning_rate = 0.1 "
    "anything else: from the start of this iteration on a run branches off, and both are kept. Here they are "
    "then held against each other. :nudge W1[1,2] 0.001 only asks how the loss would move."
)


def branches_rows(trace: Trace, cursor: Cursor, width: int, height: int, runs: Runs) -> list[Row]:
    """Return the tree of runs, and the one here beside the chosen one, in `width` x `height` cells."""
    iteration = trace.schedule.site(cursor.step).iteration
    beside = runs.beside
    if beside is None:
        return [*tree_rows(runs, iteration, width, 2), (), *paragraph(_NONE, width)][:height]
    tree = tree_rows(runs, iteration, width, max(3, min(len(runs.entries) + 1, height // 3)))
    keys: Row = ((" ↑ ↓ another run · enter goes on in it", "dim"),)
    rows = [*tree, keys, *_compared(runs, beside, iteration, width, height - len(tree) - 1)]
    return [clip(row, width) for row in rows[:height]]


def _compared(runs: Runs, beside: int, iteration: int, width: int, height: int) -> list[Row]:
    one, other = runs.here, runs.entries[beside].trace
    names = name_of(runs.at), name_of(beside)
    if other.computed <= iteration:
        words = [f"{names[1].capitalize()} has not come to iteration {iteration + 1:,} yet."]
        found = None
    else:
        found = parted(one, other, iteration)
        words = [where_they_part(one, found, names), which_is_lower(found, names)]
    said = [row for sentence in words for row in paragraph(sentence, width)]
    room = height - len(said)
    if width >= _WIDE:
        listed = [] if found is None else list_rows(found, names, room - 1)
        left = curves_rows(runs, beside, iteration, width - _LIST - 2, min(room, 16))
        return [*said, *side_by_side(left, listed, width - _LIST)]
    curves = curves_rows(runs, beside, iteration, width, max(0, room - 5))
    below = room - len(curves)
    listed = [] if found is None or below < 3 else list_rows(found, names, below)
    return [*said, *curves, *((((" ", ""), *row)) for row in listed)]
