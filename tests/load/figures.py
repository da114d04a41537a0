"""What was measured, and what was allowed?"""

from __future__ import annotations

from statistics import median, quantiles
from typing import NamedTuple


class Figure(NamedTuple):
    """A number with its unit, and the most that it may be; None: it is only told."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def good(self) -> bool:
        """Whether it is within its limit."""
        return self.limit is None or self.value <= self.limit

    def line(self) -> str:
        """Return the figure as a line of the report."""
        verdict = "" if self.limit is None else f"  limit {self.limit:g}  {'ok' if self.good else 'MISSED'}"
        return f"  {self.name:46} {self.value:9.2f} {self.unit:8}{verdict}"


def middle(values: list[float]) -> float:
    """Return the median; infinite if there is nothing."""
    return median(values) if values else float("inf")


def most(values: list[float]) -> float:
    """Return the 95th percentile; infinite if there is nothing."""
    if len(values) < 2:
        return values[0] if values else float("inf")
    return quantiles(values, n=20, method="inclusive")[-1]
