"""How do the note, where numbers come from and what still waits share their room: below rules, or in boxes?

The room is always the same in all, so that a note that comes or goes moves nothing but these lines. In boxes
what is for reading stands at the left, below each other or in columns; the note and the loss at the right.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.looking.lesson.shown import shown_at
from tui.draw.kit.panels import boxed, ruled
from tui.draw.kit.rows import plain, side_by_side
from tui.draw.kit.wide import wrapped
from tui.draw.reasons.equation import equation_panel
from tui.draw.reasons.remark import remark
from tui.draw.reasons.waiting import waiting_panel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.panels import Panel
    from tui.draw.kit.rows import Row

_LEAST_EQUATIONS, _LEAST_BESIDE = 5, 3  # rows, with the title; beside the reason why a weight must wait
_SHORT_WAITING, _WAITING, _ROOMY_WAITING = 3, 5, 6
_FEW, _MANY, _ROOMY = 10, 12, 16  # rows in all
_OF_A_NEURON = 4  # rows: a, z, δ, b
_AROUND = 5  # rows of the screen that are neither the network's nor the reasons'
_TALL = 32  # rows of the screen from which there is room for more than what is needed

_BORDERS = 2  # rows of a box
_EQUATIONS, _SENTENCES, _LAYERS = 8, 2, 3  # rows of a box; rows of reasons; layers that each have a line
_OF_A_BOX, _SPARED = 6, 4  # rows of a neuron in a box; those that the reasons can do without
COLUMN_FROM = 160
"""Cells of the screen from which the loss stands at the right of the network."""

_SIDE, _LOSS_FROM = 42, 110  # cells of the right column, and of a screen that has it for the loss alone
_LEAST_LOSS = 6  # rows
_ENOUGH = 36  # rows of the screen above which the equations have more
_BRIEF = 10  # rows where a lesson does not show what waits


def reasons_rows(trace: Trace, cursor: Cursor, width: int, height: int, following: str = "") -> list[Row]:
    """Return the equations, what the parameters wait for and the note, in `height` rows.

    Of a lesson, what it shows by then. `following` is the lesson after it. The note is the last, as in the
    other views.
    """
    shown = shown_at(trace, cursor.step)
    waiting = least = 0
    if "waiting" in shown:
        waiting, least = _ROOMY_WAITING if height >= _ROOMY else _WAITING, _SHORT_WAITING
    said = remark(trace, cursor, width, max(4, height - _LEAST_EQUATIONS - least) - 1, following)
    note = [] if said is None else ruled(said, width)
    if height < _FEW or height - len(note) - waiting < _LEAST_EQUATIONS:
        waiting = least
    waits = cache(lambda rows: waiting_panel(trace, cursor, width, rows - 1))
    equations: list[Row] = []
    if "equation" in shown:
        # Why a weight must wait comes before the sentence, and before what a step makes beside; in an update
        # none has to, and what becomes of the sum is asked of one that is out of turn alone.
        updates = trace.schedule.site(cursor.step).kind == "update" and cursor.step not in trace.out_of_turn
        reason = min(_LAYERS, trace.shapes.layers) + 2
        roomy = 0 < waiting < reason <= height - len(note) - _LEAST_BESIDE
        roomy = roomy and len(waits(reason).rows) == reason - 1
        for rows in [reason] * roomy + [waiting]:
            waiting, room = rows, max(2, height - len(note) - rows)
            panel = equation_panel(trace, cursor, width, room - 1)
            equations = ruled(panel, width)
            if not any("…" in plain(row) for row in equations) and not (updates and "tab" in panel.keys):
                break
        equations += [()] * (room - len(equations))
    below = ruled(waits(waiting), width) if waiting else []
    below += [()] * (waiting - len(below))
    return [*equations, *below, *note][:height]


def height_of_reasons(trace: Trace, step: int, width: int, height: int) -> int:
    """Return how many rows of a screen without boxes the reasons take at a step; the network has the rest.

    It has rows of theirs that show more of it, if the equations and the longest note can spare them.
    """
    if "waiting" not in shown_at(trace, step):
        return _MANY - _SHORT_WAITING
    if height >= _TALL:
        return _ROOMY + 2
    if height < 2 * _MANY:
        return _FEW
    notes = [len(wrapped(note.text, max(20, width - 3))) + 1 for note in trace.scenario.notes]
    spares = max(notes, default=0) + _SHORT_WAITING + _LEAST_EQUATIONS - 1 <= _FEW
    spares = spares and trace.schedule.site(step).iteration != trace.broken_iteration
    spare = (_MANY - _FEW) * spares
    room = height - _AROUND - _MANY - 1  # below the titles
    wanted = _OF_A_NEURON * max(trace.scenario.network.sizes[1:])
    gains = room < wanted <= room + spare and not any(trace.shapes.recurrent)
    return _MANY - spare * gains


def height_of_boxes(trace: Trace, step: int, width: int, height: int) -> int:
    """Return how many rows of a screen with boxes the reasons take at a step; the network has the rest."""
    if "waiting" not in shown_at(trace, step):
        return _BRIEF
    if width >= COLUMN_FROM:
        return _BRIEF + (height - 30) // 10
    remembers = any(trace.shapes.recurrent)  # a gradient more to be formed and to be gathered
    more = max(0, height - _ENOUGH) // 4  # of four rows that the screen has one
    rows = _EQUATIONS + remembers + more + _waiting(trace)
    # Neurons that have boxes if a rule stands for two borders, and else would not, come first.
    room = height - _AROUND - _BORDERS - 1 - _OF_A_BOX * max(trace.scenario.network.sizes[1:])
    return rows - _SPARED if rows - _SPARED <= room < rows and not remembers else rows


def rows_in_boxes(
    trace: Trace, cursor: Cursor, width: int, height: int, following: str = "", *, narrower: int = 0
) -> list[Row]:
    """Return the note, the equations, what the parameters wait for and the loss, in `height` rows.

    They are so much `narrower` than the screen.
    """
    tall = width + narrower >= COLUMN_FROM  # the loss stands beside the network
    note = remark(trace, cursor, right_column(width) - 2, height, following)
    if note is None or _BORDERS + len(note.rows) <= height:
        return _body(trace, cursor, width, height, note, tall=tall)
    note = remark(trace, cursor, width - 2, height - _EQUATIONS, following)
    assert note is not None
    foot = boxed(note, width, _BORDERS + len(note.rows))
    return [*_body(trace, cursor, width, height - len(foot), None, tall=tall), *foot]


def right_column(width: int) -> int:
    """Return how many cells of a screen with boxes the column of the note and of the loss has."""
    return width * 3 // 10 if width >= COLUMN_FROM else min(_SIDE, width // 3)


def _body(
    trace: Trace, cursor: Cursor, width: int, height: int, note: Panel | None, *, tall: bool
) -> list[Row]:
    side, shown = right_column(width), shown_at(trace, cursor.step)
    loss = "loss" in shown and not tall and bool(width >= _LOSS_FROM or trace.scenario.notes)
    right: list[Row] = []
    if note is not None:
        lines = _BORDERS + len(note.rows)
        right = boxed(note, side, lines if loss and height - lines >= _LEAST_LOSS else height)
    if loss and (room := height - len(right)):
        # Imported where there is room for boxes.
        from tui.draw.small_loss import small_loss

        right += boxed(small_loss(trace, cursor, side - 2, room - _BORDERS), side, room)
    left = width - side - 1 if right else width
    if "waiting" not in shown:
        rows = _equations(trace, cursor, left, height)
    elif tall:  # in three columns; without a note what waits has two of them
        third = (width - side - 2) // 2
        waiting = waiting_panel(trace, cursor, left - third - 3, height - _BORDERS)
        beside = boxed(waiting, left - third - 1, height)
        rows = side_by_side(_equations(trace, cursor, third, height), beside, third + 1)
    else:
        lines = _waiting(trace)
        tight = height < _EQUATIONS + lines  # a rule stands for two borders, and a sentence has one row
        waiting = waiting_panel(trace, cursor, left - 2, lines - _BORDERS - tight)
        if tight:
            rows = _equations(trace, cursor, left, height, ruled(waiting, left - 2))
        else:
            rows = [*_equations(trace, cursor, left, height - lines), *boxed(waiting, left, lines)]
    return side_by_side(rows, right, left + 1) if right else rows


def _equations(trace: Trace, cursor: Cursor, width: int, height: int, below: Sequence[Row] = ()) -> list[Row]:
    """Return the equations in a box of a height, with some rows `below` them in it."""
    room = height - _BORDERS - len(below)
    panel = equation_panel(trace, cursor, width - 3, room)
    rows = [*panel.rows, *[()] * (room - len(panel.rows)), *below]
    return boxed(replace(panel, rows=rows), width, height)


def _waiting(trace: Trace) -> int:
    return _BORDERS + min(_LAYERS, trace.shapes.layers) + _SENTENCES
