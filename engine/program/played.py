"""What is there when an iteration has been run with all of its numbers kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.arrays import Array
    from engine.equations.equation import Variable
    from engine.parameters import Parameters


class Played(Struct, frozen=True):
    """All numbers of an iteration: `arrays` [time, sample of the batch, unit], read-only.

    `totals` are what an update applied, where the program formed it as one sum: by the total and the places
    of its gradients in the iteration. Elsewhere a sum of shares, in the order of the steps, is the same bit
    for bit.
    """

    arrays: Mapping[Variable, Array]
    after: Parameters
    totals: Mapping[tuple[Variable, range], Array]
