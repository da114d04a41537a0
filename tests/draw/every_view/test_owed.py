"""What does each view owe at each size?

Its facts, whole; nothing cut without a sign; no line empty while something is hidden that would stand there.
Without colours and in ASCII it owes the same. The views are those of the table: a new one has to say what
it owes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.looking.cursor import start
from engine.looking.lesson.shown import VIEWS
from tests.draw.every_view.owed import OWED, words_of
from tests.draw.fitting import check_rows, check_without_colours
from tests.given.shipped import begun_run
from tests.given.some_of import in_turns
from tui.draw.kit.rows import Canvas, plain
from tui.views import view_rows

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Style

ROOMS = [(80, 19), (97, 23), (117, 33), (197, 43)]
"""Cells of a view at 80x24, 100x30, 120x40 and 200x50, from 100x30 on in a box."""

NAMES = ("mazur", "iris", "elman", "premature", "06-batch", "18-no-slope")
CASES = [(view, name) for name in NAMES for view in VIEWS]
CASES += [(view, "digits") for view in VIEWS if view != "compare"]


def steps_of(run: Trace) -> list[int]:
    """A step of each kind in the first and in the last layer."""
    stop = min(run.schedule.first_step(1), 250)
    kinds = {run.schedule.site(step)[::4]: step for step in range(stop)}
    return sorted({0, *list(kinds.values())[-2:], stop - 1})


@pytest.mark.parametrize(("view", "name"), CASES)
def test_what_a_view_owes_at_each_size(view: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lost: list[str] = []
    write = Canvas.write

    def watched(canvas: Canvas, x: int, y: int, text: str, style: Style = "") -> int:
        outside = text[max(0, canvas.width - x) :] if 0 <= y < canvas.height else text
        lost.append(outside.strip("─╌ "))
        return write(canvas, x, y, text, style)

    monkeypatch.setattr(Canvas, "write", watched)
    run = begun_run(name)
    for place, step in enumerate(steps_of(run)):
        cursor = start(run, step)
        for width, height in in_turns(ROOMS, place, 4):  # each at every fourth step
            rows = view_rows(view, run, cursor, width, height)
            check_rows(rows, width, height)
            text = "\n".join(plain(row).rstrip() for row in rows)
            told = words_of(text)
            for fact in OWED[view](run, cursor, text, (width, height)):
                assert " ".join(fact.split()) in told, (fact, step, (width, height), text)
            for row in rows:
                check_without_colours(row)
    assert not any(lost), {text for text in lost if text}
