"""Which numbers does a number come from, and in which order are they gone through?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from engine.facts.explain import explain
from engine.facts.explain.expression import Sum, numbers_in, places_of, traced
from engine.facts.explain.terms import Terms

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.facts.entry import Number
    from engine.facts.explain.expression import Expression
    from engine.facts.number import Traced
    from engine.run.tracing import Trace

_LONG_SUM = 8


def origins(trace: Trace, number: Number) -> Origins:
    """Return the numbers that a number comes from; those of a long sum from its largest term down."""
    expression = explain(trace, number).expression
    if isinstance(expression, Sum) and isinstance(expression.parts, Terms):
        parts = expression.parts
        if len(parts) > _LONG_SUM:
            sizes = np.nan_to_num(np.abs(parts.values), nan=np.inf, posinf=np.inf)
            return Origins(parts, np.argsort(-sizes, kind="stable"), parts.numbers)
    count = np.array([len(numbers_in(expression))])
    return Origins((expression,), np.array([0]), count)


class Origins(Sequence["Traced"]):
    """The numbers in `parts`, gone through in the given order; `counts` [part] says how many each holds.

    A number is made when it is asked for: a sum may have very many terms.
    """

    def __init__(
        self, parts: Sequence[Expression], order: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
    ) -> None:
        self._parts = parts
        self._order = order
        # _starts[i]: how many numbers come before the i-th part in order.
        self._starts = np.concatenate([[0], np.cumsum(counts[order])])

    def __len__(self) -> int:
        return int(self._starts[-1])

    @overload
    def __getitem__(self, index: int) -> Traced: ...
    @overload
    def __getitem__(self, index: slice) -> list[Traced]: ...
    def __getitem__(self, index: int | slice) -> Traced | list[Traced]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        place = range(len(self))[index]
        rank = int(np.searchsorted(self._starts, place, side="right")) - 1
        return traced(self._parts[int(self._order[rank])])[place - int(self._starts[rank])]

    def place_of(self, number: Number) -> int | None:
        """Return the first place of a number; None if it is not among them."""
        ranks = [int(np.flatnonzero(self._order == part)[0]) for part in places_of(self._parts, number)]
        if not ranks:
            return None
        rank = min(ranks)
        found = numbers_in(self._parts[int(self._order[rank])])
        return int(self._starts[rank]) + found.index(number)
