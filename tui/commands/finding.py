"""At which steps does a condition hold? The lines that `find` prints."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from engine.conditions.grammar import ConditionError
from engine.conditions.meaning import meaning_of
from engine.conditions.search import search
from engine.numerals import counted
from engine.run.steps import number
from engine.run.tracing import trace
from tui.commands.progress import progress
from tui.commands.streams import say
from tui.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.conditions.search import Piece
    from engine.scenario import Order, Scenario

FOUND, NOT_FOUND = 0, 3
_SECONDS = 0.1  # between two looks at the bar


def find(scenario: Scenario, order: Order | None, condition: str, *, every: bool, as_json: bool) -> int:
    """Print the first step at which a condition holds, or `every` first one of an iteration.

    The exit code is returned.
    """
    try:
        meaning = meaning_of(condition, scenario)
    except ConditionError as error:
        raise UsageError(f"bp-tui: {error.in_full()}") from error
    steps = trace(scenario, order)
    write = _as_json if as_json else _as_text
    count = 0
    first: list[str] = []
    # Lines on a terminal show by themselves how far it is.
    with progress(steps.iterations, "searching", shown=not (every and sys.stdout.isatty())) as show:
        for piece in search(steps, meaning, range(steps.iterations), seconds=_SECONDS):
            count += len(piece.steps)
            if every:
                for line in write(piece):
                    sys.stdout.write(line)
            elif count:
                first = [next(write(piece))]
                break
            show.at(piece.done, f"found {count:,}")
    sys.stdout.write("".join(first))
    every_one = counted(steps.iterations, "iteration")
    if not count:
        say(f"bp-tui: it holds at no step of {every_one}: {condition}")
    elif every and not as_json:
        say(f"bp-tui: it holds in {count:,} of {every_one}.")
    return FOUND if count else NOT_FOUND


def _as_json(piece: Piece) -> Iterator[str]:
    for step, iteration, value in _found(piece):
        said = None if value is None else number(value)
        yield json.dumps({"step": step, "iteration": iteration, "value": said}, allow_nan=False) + "\n"


def _as_text(piece: Piece) -> Iterator[str]:
    for step, iteration, value in _found(piece):
        said = "" if value is None else f": {value!r}"
        shown = f"on the screen step {step + 1:,}, iteration {iteration + 1:,}"
        yield f"step {step}, iteration {iteration}{said}   ({shown})\n"


def _found(piece: Piece) -> Iterator[tuple[int, int, float | None]]:
    """Yield step, iteration and value, if there is one."""
    values = [
        value if known else None
        for value, known in zip(piece.values.tolist(), piece.known.tolist(), strict=True)
    ]
    yield from zip(piece.steps.tolist(), piece.iterations.tolist(), values, strict=True)
