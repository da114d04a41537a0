"""What does `bp-tui explain` print for the numbers that are named?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.explain import explain
from engine.facts.explain.latex import TERMS, latex
from engine.looking.cursor import start
from engine.looking.finding import find
from engine.looking.selection import known, numbers_of_step
from engine.spelling.text import shortened
from tui.commands.streams import width
from tui.draw.kit.rows import plain
from tui.draw.reasons.equation import explanation_rows
from tui.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.facts.entry import Number
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def explained(
    trace: Trace, step: int, names: Sequence[str], terms: int | None, *, as_latex: bool
) -> Iterator[str]:
    """Yield the explanation of each number that is named at a step (0-based), or of those that it made."""
    cursor = start(trace, step)
    for number in [_found(trace, cursor, name) for name in names] or numbers_of_step(trace, cursor):
        if as_latex:
            yield latex(explain(trace, number), terms or TERMS).display()
        else:
            yield "\n".join(plain(row).strip() for row in explanation_rows(trace, number, width()))


def _found(trace: Trace, cursor: Cursor, name: str) -> Number:
    """Return the number that is named; refuse a name that is none, and a number that is not made yet."""
    number = find(trace, cursor, name)
    if isinstance(number, str):
        of = "" if name in number else f"{shortened(name)}: "
        raise UsageError(f"bp-tui: {of}{shortened(number, 300)}.")
    if not known(trace, cursor, number):
        made = trace.flow.writer(number.reference)
        assert made is not None
        here = f"is not computed yet at step {cursor.step + 1}"
        raise UsageError(f"bp-tui: {shortened(name)} {here}: step {made + 1} makes it.")
    return number
