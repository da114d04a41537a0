"""What if the update had not waited? Two orders side by side, from the same parameters.

First in words what differs. Then a line for each number: what each order adds to it in the whole iteration,
the ratio, and whether the sign is another; the measured slope of the loss for the number looked at; the
losses, which prove nothing; and last the angle to the negative gradient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.compare import choices, compare
from engine.looking.cursor import active_layer
from engine.order.orders import ONLY_WAITING
from engine.words.compared import origin, sentence
from tui.draw.compare.columns import list_rows
from tui.draw.compare.listed import Lines
from tui.draw.compare.verdict import angles_row, judge_row, loss_lines
from tui.draw.kit.rows import Row, clip
from tui.draw.kit.wide import paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Order

_LEAST = 8  # rows of the heads, three lines of the list and what both orders amount to


def compare_rows(
    trace: Trace,
    others: Sequence[Trace],
    cursor: Cursor,
    width: int,
    height: int,
    against: Order | None = None,
) -> list[Row]:
    """Return two orders side by side in the iteration of the cursor's step.

    One waits; the other is the one that the user has chosen to hold against it, if any (`compare`).

    `others` are runs of the same scenario in other orders; they are asked only for the loss after all
    iterations, and only if that has been computed.
    """
    iteration = trace.schedule.site(cursor.step).iteration
    if not choices(trace, iteration):
        return paragraph(ONLY_WAITING, width)[:height]
    found = compare(trace, iteration, against)
    layer = active_layer(trace, cursor.step)
    index = (cursor.units[layer], cursor.units[layer - 1])
    words = paragraph(" ".join((sentence(found), origin(trace, found))), width)
    if len(words) > height - _LEAST:
        words = paragraph(sentence(found), width)
    after: list[Row] = [
        judge_row(trace, found, layer, index, width),
        *loss_lines(trace, others, found, width),
        angles_row(found, layer, width),
    ]
    lines = Lines(found, (layer, index), room=max(3, height - len(words) - len(after) - 1))
    listed = list_rows(trace, found, lines, width)
    return [clip(row, width) for row in (words + listed + after)[:height]]
