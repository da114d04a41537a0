"""What is a trace whose iterations are those of another, told otherwise?

Whatever is computed of the other can be computed of this one too, and held against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn
from weakref import ref

from engine.run.tracing import Trace
from engine.scenario import without_mistake

if TYPE_CHECKING:
    from engine.parameters import Parameters
    from engine.scenario import Order


class Retold(Trace):
    """Each iteration begins with the parameters with which the other trace begins it.

    The other is held weakly: who keeps both by that one lets both go with it.
    """

    def __init__(self, other: Trace, order: Order) -> None:
        super().__init__(without_mistake(other.scenario), order)
        self._of = ref(other)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a trace of what would have been belongs to the disturbed one, or to ours: pickle that"
        )

    @property
    def _other(self) -> Trace:
        found = self._of()
        assert found is not None, "nobody asks how a run would be that is not there any more"
        return found

    def parameters(self, iteration: int) -> Parameters:
        """Return the parameters before an iteration of the other trace."""
        return self._other.parameters(iteration)
