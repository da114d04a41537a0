"""Which views of a run are there, and what draws each?

A view is a module of `tui.draw`, imported when it is first shown: the first frame needs only the network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.facts.two_orders.chosen import NOBODY_CHOSE, Two
from engine.looking.along import Along
from engine.looking.lesson.shown import VIEWS, shown_at
from tui.draw.kit.panels import RULE, Panel, boxed, ruled, shortest_that_fits
from tui.draw.kit.rows import Linked, Row, length, side_by_side
from tui.draw.kit.wide import cells
from tui.draw.reasons.reasons import COLUMN_FROM, right_column
from tui.draw.reasons.remark import remark
from tui.keys import ways_in
from tui.view_names import BY_LETTER, PRESENTER, key_of, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.branching.tree import Runs
    from engine.looking.cursor import Cursor
    from engine.looking.sorting import Sorting
    from engine.run.tracing import Trace
    from engine.watching.history import Watched

__all__ = ["BY_LETTER", "PRESENTER", "VIEWS", "Chosen", "framed_rows", "key_of", "view_rows"]


class Chosen(Struct, frozen=True):
    """What has been chosen in the views, and what there is beside the run.

    `others` are runs of the same scenario in other update orders; `two` are those that view 2
    holds against each other, if anybody has chosen. `along` says how the curve of the losses is
    looked at, `sorting` how the table of samples stands, the worst first if nobody has sorted it. `runs` are
    those that branch off each other, without them this one alone. `watches` are the numbers that are
    watched.
    """

    others: Sequence[Trace] = ()
    two: Two = NOBODY_CHOSE
    along: Along = Along()
    sorting: Sorting | None = None
    runs: Runs | None = None
    watches: Sequence[Watched] = ()


NOTHING = Chosen()

_OTHERS = 36  # cells of a border that has the keys of the other views beside a title


def view_rows(
    view: str,
    trace: Trace,
    cursor: Cursor,
    width: int,
    height: int,
    chosen: Chosen = NOTHING,
) -> list[Row]:
    """Return the rows of a view, for `width` x `height` cells.

    Raises:
        ValueError: there is no such view.
    """
    match view:
        case "compare":
            from tui.draw.compare.compare import compare_rows

            return compare_rows(trace, chosen.others, cursor, width, height, chosen.two)
        case "loss":
            from tui.draw.loss.loss import loss_rows

            return loss_rows(trace, cursor, width, height, chosen.along)
        case "samples":
            from engine.looking.sorting import Sorting
            from tui.draw.samples.samples import samples_rows

            return samples_rows(trace, cursor, width, height, chosen.sorting or Sorting())
        case "branches":
            from engine.branching.tree import Entry, Runs
            from tui.draw.branches import branches_rows

            return branches_rows(trace, cursor, width, height, chosen.runs or Runs((Entry(trace),)))
        case "watches":
            from tui.draw.watches import watches_rows

            return watches_rows(trace, cursor, chosen.watches, width, height, chosen.along)
        case "cost":
            from tui.draw.cost import cost_rows as rows
        case "time":
            from tui.draw.time.time import time_rows as rows
        case "chain":
            from tui.draw.chain.chain import chain_rows as rows
        case "slope":
            from tui.draw.slope import slope_rows as rows
        case "gradient":
            from tui.draw.gradient import gradient_rows as rows
        case "heat":
            from tui.draw.heat.heat import heat_rows as rows
        case "presenter":
            from tui.draw.page import presenter_rows as rows
        case "network":
            from tui.draw.network.network import network_rows as rows
        case _:
            raise ValueError(f"no view is called {view!r}")
    return rows(trace, cursor, width, height)


def framed_rows(
    view: str,
    trace: Trace,
    cursor: Cursor,
    width: int,
    height: int,
    chosen: Chosen = NOTHING,
    *,
    boxes: bool,
    following: str = "",
) -> list[Row]:
    """Return exactly `height` rows: a view, in a box if there are `boxes`, and the author's note below it.

    The network has no note, as the reasons have it, and the page has neither. `following` is the lesson after
    the one that is open.
    """
    if view == PRESENTER:
        return _filled(view_rows(view, trace, cursor, width, height), height)
    note: list[Row] = []
    if view != VIEWS[0]:
        most = max(4, height // 4)
        # A rule is one of its rows, borders are beside it.
        if panel := remark(trace, cursor, width - 2 * boxes, most - (not boxes), following, view):
            note = boxed(panel, width, len(panel.rows) + 2) if boxes else ruled(panel, width)
    right: list[Row] = []
    if boxes and view == VIEWS[0] and width >= COLUMN_FROM and "loss" in shown_at(trace, cursor.step):
        # Imported where there is room for it.
        from tui.draw.small_loss import small_loss

        side = right_column(width)
        right = boxed(small_loss(trace, cursor, side - 2, height - 2), side, height)
        width -= side + 1
    room = height - len(note)
    # Two borders, and a margin before the one at the right.
    inside = (width - 3, room - 2) if boxes else (width, room)
    rows = view_rows(view, trace, cursor, *inside, chosen)
    if boxes:
        sequences = trace.shapes.sequences
        title, scale, rows = _headed(f"{key_of(view)} {name_of(view, sequences=sequences)}", rows)
        ways = ways_in(view, sequences=sequences)
        others = "rules" in shown_at(trace, cursor.step)
        if others:
            title = shortest_that_fits(title, width - _OTHERS - cells(scale))
        rows = boxed(Panel(title, rows[: inside[1]], ways, scale), width, room)
        if others and rows:
            rows[0] = _among_others(rows[0], view, sequences=sequences)
    rows = [*_filled(rows, room), *note]
    return side_by_side(rows, right, width + 1) if right else rows


def _among_others(border: Row, view: str, *, sequences: bool) -> Row:
    """Return the upper border of a view with the others around its title, each a link to itself.

    By their names where those of all have room, else by their keys; where not even these have, without them.
    """
    corner, title, (line, style), *end = border
    at = VIEWS.index(view) if view in VIEWS else len(VIEWS)
    for gap, named in (("  ", True), (" ", False)):

        def listed(views: Sequence[str], gap: str = gap, named: bool = named) -> Row:
            row: Row = ()
            for one in views:
                name = f" {name_of(one, sequences=sequences)}" * named
                row = (*row, (gap if row else " ", ""), (f"{key_of(one)}{name}", Linked("ways", one)))
            return (*row, (" ", "")) if row else ()

        before, after = listed(VIEWS[:at]), listed(VIEWS[at + 1 :])
        before = (*before, ("─", style)) if before else ()
        if (left := len(line) - 1 - length((*before, *after))) > 0:
            return (corner, *before, title, ("─", style), *after, ("─" * left, style), *end)
    return border


def _headed(name: str, rows: list[Row]) -> tuple[str, str, list[Row]]:
    """Return what stands at both ends of the upper border of a view, and the rows within.

    A rule at the top of the view would be a second line below the border: it is the border.
    """
    if not rows or rows[0][:1] != RULE:
        return name, "", rows
    title, scale = (
        next((text.strip() for text, style in rows[0] if style == wanted), "")
        for wanted in ("heading", "dim")
    )
    return f"{name} · {title}", scale, rows[1:]


def _filled(rows: list[Row], height: int) -> list[Row]:
    return [*rows[:height], *[()] * (height - len(rows))]
