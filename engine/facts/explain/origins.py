"""Which numbers does a number come from, and in which order are they gone through?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from engine.facts.explain import explain
from engine.facts.explain.expression import Sum, leaves, places_of
from engine.facts.explain.terms import Terms

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.facts.explain.expression import Expression, Leaf
    from engine.facts.number import Number
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
    count = np.array([len(_numbers_in(expression))])
    return Origins((expression,), np.array([0]), count)


class Origins(Sequence["Leaf"]):
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
    def __getitem__(self, index: int) -> Leaf: ...
    @overload
    def __getitem__(self, index: slice) -> list[Leaf]: ...
    def __getitem__(self, index: int | slice) -> Leaf | list[Leaf]:
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        place = range(len(self))[index]
        rank = int(np.searchsorted(self._starts, place, side="right")) - 1
        return _numbers_in(self._parts[int(self._order[rank])])[place - int(self._starts[rank])]

    def place_of(self, number: Number) -> int | None:
        """Return the first place of a number; None if it is not among them."""
        ranks = [int(np.flatnonzero(self._order == part)[0]) for part in places_of(self._parts, number)]
        if not ranks:
            return None
        rank = min(ranks)
        found = [one.number for one in _numbers_in(self._parts[int(self._order[rank])])]
        return int(self._starts[rank]) + found.index(number)


def _numbers_in(expression: Expression) -> list[Leaf]:
    return [one for one in leaves(expression) if one.number is not None]
