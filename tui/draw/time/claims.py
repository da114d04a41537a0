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
        return cls(found.at, right_along(found, beside), "" if other is None else other.worked_out)

    @classmethod
    def made(
        cls, make: Callable[[Trace, int], Along], trace: Trace, step: int, other: Alongside | None
    ) -> Claim:
        """Return the claim of what is made of a trace at a step."""
        return cls.of(make(trace, step), None if other is None else make(other.trace, other.step), other)

    @classmethod
    def of_unit(
        cls, name: Stored, layer: int, unit: int, trace: Trace, step: int, other: Alongside | None
    ) -> Claim:
        """Return the claim of a kept quantity of a unit."""
        found = cls.made(lambda run, at: quantity(run, at, name, layer, unit), trace, step, other)
        return found if other is None else found._replace(whose=other.whose)

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
        value = number(time)
        if isinstance(value, str):  # a word in its place
            return f" {value}", "dim"
        return columns.run(value, emphasis(time) if emphasis else "")

    rows = [columns.row((name, "title"), run, arrow, right.__contains__)]
    if right:
        label = (f"  {WRONG} {claim.whose}", "negative")
        rows.append(columns.row(label, lambda time: columns.run(right[time]) if time in right else ("", "")))
    return rows
