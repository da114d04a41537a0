"""What is an array that somebody has given, before it is said how he writes his arrays?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.diagnosis.precision import Precision
    from engine.diagnosis.quantities import Quantity


class Given(NamedTuple):
    """An array that somebody has given under a name, and what is meant by it.

    Of weights and biases in one array, `whole` by its name, it is those of `part`. `layout` is its own, if it
    has not that of all.
    """

    theirs: str
    quantity: Quantity
    after: Quantity | None
    array: Array
    precision: Precision
    exact: bool
    part: str = ""
    whole: str = ""
    layout: str = ""
