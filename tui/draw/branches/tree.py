"""How do runs stand in a tree: each below the one that it branches off, with what is otherwise in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.losses import loss_of_iteration
from engine.numerals import all_apart
from engine.words.runs.branched import what_is_otherwise
from tui.draw.kit.numbers import UNKNOWN, numeral
from tui.draw.kit.rows import Row, clip, filled
from tui.draw.kit.window import around

if TYPE_CHECKING:
    from engine.branching.tree import Runs

_LOSS = 13
"""The least cells of a loss."""
_TITLE = 30  # cells from which there is room to say when


def name_of(place: int) -> str:
    """Return what a run is called, by its place among all."""
    return f"run {place + 1}"


def tree_rows(runs: Runs, iteration: int, width: int, height: int) -> list[Row]:
    """Return a line for each run, as many as fit around the one beside this: its losses here and at last.

    A column has as many digits as tell its losses apart.
    """
    every = list(runs.tree())
    beside = next((place for place, (one, _) in enumerate(every) if one == runs.beside), 0)
    shown = around(beside, len(every), max(1, height - 1))
    traces = [runs.entries[every[place][0]].trace for place in shown]
    # The latest iteration whose loss all of them have: losses of different ones say nothing together.
    of_all = [entry.trace for entry in runs.entries]
    at = max(0, min(run.computed for run in of_all) - 1)
    if any(loss_of_iteration(run, at) is None for run in of_all):
        at -= at % max(run.losses.stride for run in of_all)
    ended = all(at == run.iterations - 1 for run in of_all)
    columns = [
        _column("C here", [loss_of_iteration(run, iteration) for run in traces]),
        _column("C last" if ended else f"C at {at + 1:,}", [loss_of_iteration(run, at) for run in traces]),
    ]
    head, *losses = map("".join, zip(*columns, strict=True))
    room = max(0, width - len(head) - 1)
    lines = [_line(runs, *every[place], room) for place in shown]
    title = "runs · C before each update" if room > _TITLE else "runs"
    rows: list[Row] = [((f" {title:{max(0, room - 1)}}{head}", "title"),)]
    for line, numbers in zip(lines, losses, strict=True):
        rows.append((*filled(line, room), (numbers, "loss")))
    return [clip(row, width) for row in rows]


def _column(head: str, losses: list[float | None]) -> list[str]:
    """Return a heading and losses below it in cells of one width, `·` for one that is not known."""
    digits = all_apart([loss for loss in losses if loss is not None])
    texts = [head, *(UNKNOWN if loss is None else numeral(loss, digits=digits) for loss in losses)]
    cells = max(_LOSS, max(map(len, texts)) + 2)
    return [text.rjust(cells) for text in texts]


def _line(runs: Runs, place: int, depth: int, room: int) -> Row:
    """Return a run's name and what is otherwise in it."""
    run = runs.entries[place].trace
    here = place == runs.at
    left: Row = (
        ("▸" if place == runs.beside else " ", "chosen"),
        ("●" if here else " ", "strong"),
        (f" {'  ' * (depth - 1)}{'└ ' * (depth > 0)}", "rule"),
        (f"{name_of(place)}  ", "strong"),
        (what_is_otherwise(run), "strong" if here else ""),
    )
    return clip(left, room)
