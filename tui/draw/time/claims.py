"""What does a row of numbers say at each time, and what should it say where it is no longer right?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.facts.beside.right import right_along
from engine.facts.unrolled.through_time import quantity
from tui.draw.kit.numbers import WRONG

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.beside.alongside import Alongside
    from engine.facts.unrolled.through_time import Along
    from engine.run.iteration import Stored
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row, Run
    from tui.draw.time.columns import TimeColumns


class Claim(NamedTuple):
    """What a number is at each time, and what stands beside it: what it should be, or `whose` it is."""

    at: Callable[[int], float | None]
    right: Callable[[int], float | None]
    whose: str = "right value"

    @classmethod
    def of(cls, found: Along, beside: Along | None, other: Alongside | None) -> Claim:
        """Return the claim of numbers along a sequence; `beside` are the same of the `other` trace."""
        if beside is None or other is None:
            return cls(found.at, lambda _: None)
        return cls(found.at, right_along(found, beside), other.worked_out)

    @classmethod
    def of_unit(
        cls, name: Stored, layer: int, unit: int, trace: Trace, step: int, other: Alongside | None
    ) -> Claim:
        """Return the claim of a kept quantity of a unit."""
        found = quantity(trace, step, name, layer, unit)
        if other is None:
            return cls.of(found, None, None)
        beside = quantity(other.trace, other.step, name, layer, unit)
        return cls.of(found, beside, other)._replace(whose=other.whose)

    def is_wrong(self, time: int) -> bool:
        """Return whether anything stands beside the number of a time."""
        return self.right(time) is not None


NOTHING = Claim(lambda _: None, lambda _: None)
"""What has nothing to be held against."""


def claimed_rows(
    columns: TimeColumns,
    name: str,
    number: Callable[[int], float | str | None],
    claim: Claim,
    arrow: str = "",
    emphasis: Callable[[int], str] | None = None,
) -> list[Row]:
    """Return a row of numbers and, if something stands beside some of them, one with that."""
    right = {time: value for time in columns.shown if (value := claim.right(time)) is not None}

    def run(time: int) -> Run:
        return narrow(columns, number(time), emphasis(time) if emphasis else "")

    rows = [columns.row((name, "title"), run, arrow, right.__contains__)]
    if right:
        label = (f"  {WRONG} {claim.whose}", "negative")
        rows.append(columns.row(label, lambda time: _right_run(columns, right.get(time))))
    return rows


def _right_run(columns: TimeColumns, value: float | None) -> Run:
    return ("", "") if value is None else columns.run(value)


def narrow(columns: TimeColumns, value: float | str | None, emphasis: str = "") -> Run:
    """Return a number, or a word in its place, as it stands in a column."""
    return (f" {value}", "dim") if isinstance(value, str) else columns.run(value, emphasis)
