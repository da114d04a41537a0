"""How do runs stand in a tree: each below the one that it branches off, with what is otherwise in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.words.disturbed import by_hand_alone
from engine.words.runs.branched import origin_words
from tui.draw.kit.numbers import UNKNOWN, numeral
from tui.draw.kit.rows import Row, clip, length
from tui.draw.kit.window import around

if TYPE_CHECKING:
    from engine.branching.tree import Runs
    from engine.run.tracing import Trace

_LOSS = 13


def name_of(place: int) -> str:
    """Return what a run is called, by its place among all."""
    return f"run {place + 1}"


def tree_rows(runs: Runs, iteration: int, width: int, height: int) -> list[Row]:
    """Return a line for each run, as many as fit around the one beside this: its losses here and at last."""
    every = list(runs.tree())
    whole = all(entry.trace.computed == entry.trace.iterations for entry in runs.entries)
    heads = ("C here", "C last" if whole else "C so far")
    head = f" {'runs':{max(0, width - 2 * _LOSS - 2)}}{''.join(f'{one:>{_LOSS}}' for one in heads)}"
    beside = next((place for place, (one, _) in enumerate(every) if one == runs.beside), 0)
    shown = around(beside, len(every), max(1, height - 1))
    lines = [_line(runs, *every[place], iteration, width) for place in shown]
    return [clip(((head, "title"),), width), *lines]


def _line(runs: Runs, place: int, depth: int, iteration: int, width: int) -> Row:
    run = runs.entries[place].trace
    here = place == runs.at
    words = origin_words(run) or "as it was opened"
    further = [f"{run.order} order"] if run.order != run.undisturbed.scenario.training.order else []
    further += [("set by hand" if by_hand_alone(run) else "rule broken")] if run.breaks else []
    style = "strong" if here else ""
    left: Row = (
        ("▸" if place == runs.beside else " ", "chosen"),
        ("●" if here else " ", "strong"),
        (f" {'  ' * depth}{name_of(place)}  ", "strong"),
        (", ".join((words, *further)), style),
    )
    room = max(0, width - 2 * _LOSS - 1)
    left = clip(left, room)
    numbers = (_loss(run, iteration), _loss(run, run.computed - 1))
    right = "".join(number.rjust(_LOSS) for number in numbers)
    return (*left, (" " * (room - length(left)), ""), (right, "loss"))


def _loss(run: Trace, iteration: int) -> str:
    """Return the loss of an iteration, as far as it is kept and has been computed."""
    curve = run.losses
    place = iteration // curve.stride
    if not 0 <= iteration < run.computed or place >= len(curve):
        return UNKNOWN
    every = run.every_loss(iteration, 1)
    return numeral(float(curve.values()[place] if every is None else every[0]))
