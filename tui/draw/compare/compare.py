"""What if the update had not waited? Any two orders side by side, from the same parameters.

First in words what differs, what that did to the loss, and where the two part. Then a line for each number:
what each order adds to it in the whole iteration, the ratio, whether the sign is another, and a pair of bars;
the measured slope of the loss for the number looked at; where there is room the equation at which they part,
worked out for both; the losses, which prove nothing; and last the angles to the negative gradient.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.two_orders.chosen import NOBODY_CHOSE, choices
from engine.facts.two_orders.compare import compare, final_losses
from engine.facts.two_orders.deviations import Lines
from engine.facts.two_orders.parting import parting
from engine.looking.weights import layer_looked_at
from engine.update_orders import ONLY_WAITING
from engine.words.runs.compared import judged, origin, sentence, why
from tui.draw.compare.columns import list_rows
from tui.draw.compare.parting import parting_rows
from tui.draw.compare.verdict import angle_rows, judge_row, loss_lines, theirs_rows
from tui.draw.kit.rows import Row, clip, length, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.two_orders.chosen import Two
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

_SCALES = "   bars: a scale for each row"
_LEAST = 9  # rows of the heads, three lines of the list and what both orders amount to
_LEAST_LISTED, _BESIDE = 3, 8  # lines of the list, also above the equation at which two orders part


def compare_rows(
    trace: Trace, others: Sequence[Trace], cursor: Cursor, width: int, height: int, two: Two = NOBODY_CHOSE
) -> list[Row]:
    """Return two orders side by side in the iteration of the cursor's step.

    They are the `two` that the user has chosen, if any; else one of them waits (`compare`).

    `others` are runs of the same scenario in other orders; they are asked only for the loss after all
    iterations, and only if that has been computed.
    """
    iteration = trace.schedule.site(cursor.step).iteration
    if not choices(trace, iteration):
        return paragraph(ONLY_WAITING, width)[:height]
    found = compare(trace, iteration, two)
    layer = layer_looked_at(trace, cursor)
    index = (cursor.units[layer], cursor.units[layer - 1])
    there = parting(trace, found, cursor.units)
    yours = theirs_rows(trace, found, width)
    final = final_losses(trace, found, others)
    said = [f"{sentence(found)} {judged(found, final)}", why(trace, found, there), origin(trace, found)]
    words = [*_words(said, width, height - _LEAST - len(yours)), *yours]
    losses = loss_lines(trace, final, found, others, width)
    room = height - len(words) - len(losses) - 3  # the heads, the measured slope, and the angle
    apart = parting_rows(trace, found, there, cursor.units, width) if there is not None else []
    if room - len(apart) < min(found.overall.numbers, _BESIDE):
        apart = []
    room = max(_LEAST_LISTED, room - len(apart))
    listed = list_rows(trace, found, Lines(found, (layer, index), room), width, room)
    left = height - len(words) - len(listed) - len(apart) - len(losses) - 1
    judge = judge_row(trace, found, layer, index, width)
    below = [judge, *losses, *angle_rows(found, width, left)]
    for place, row in enumerate(below):
        if length(row) + len(_SCALES) <= width:
            below[place] = (*row, (_SCALES, "dim"))
            break
    many = 1 + len(losses)
    blocks = [words, [*listed, below[0]], apart, below[1:many], below[many:]]
    spare, rows = height - sum(map(len, blocks)), list[Row]()
    for block in filter(None, blocks):
        if rows and spare > 0:  # what is spare sets them apart
            rows.append(())
            spare -= 1
        rows += block
    return [clip(row, width) for row in rows[:height]]


def _words(said: list[str], width: int, room: int) -> list[Row]:
    """Return sentences, the first and as many more as there is room for."""
    ways = [paragraph(" ".join(filter(None, said[:count])), width) for count in (3, 2, 1)]
    return next((words for words in ways if len(words) <= room), ways[-1])
