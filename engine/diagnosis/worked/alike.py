"""Are two equations written alike, and which number is another in them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.judging.close import close, furthest
from engine.facts.explain.expression import Equation, parts_of, values_of
from engine.facts.number import Traced

if TYPE_CHECKING:
    from engine.facts.entry import Number
    from engine.facts.explain.expression import Expression

_WIDEST = 100
"""Parts of an expression up to which they are held against one another."""


def is_alike(right: Equation, theirs: Equation | None) -> bool:
    """Return whether two equations are written alike: what is made at another time is not seen in them."""
    pairs: list[tuple[Expression, Expression]] = [(right.expression, theirs.expression)] if theirs else []
    for one, other in pairs:  # which grow meanwhile
        parts, others = parts_of(one), parts_of(other)
        if type(one) is not type(other) or len(parts) != len(others) or len(parts) > _WIDEST:
            return False
        if isinstance(one, Traced) and isinstance(other, Traced) and one.number != other.number:
            return False
        pairs += zip(parts, others, strict=True)
    return bool(pairs)


def differing(right: Expression, theirs: Expression | None) -> Number | None:
    """Return the number that is another in two expressions that are written alike; that which tells most."""
    if theirs is None or type(right) is not type(theirs):
        return None
    if isinstance(right, Traced):
        assert isinstance(theirs, Traced)
        same = right.number == theirs.number and right.value != theirs.value
        return theirs.number if same else None
    parts, others = parts_of(right), parts_of(theirs)
    if not parts or len(parts) != len(others):
        return None
    ours, mine = np.array([values_of(parts), values_of(others)])
    (place,) = furthest(mine, ours, ~close(mine, ours, 0.0))
    return differing(parts[place], others[place])
