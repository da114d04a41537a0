"""Which sum of the way forward is mistaken: without a term, or with a matrix turned over?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.mistakes import Mistake
from engine.equations.rewrites import turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.equations.equation import Equation
    from engine.equations.rewrites import Rewrite
    from engine.scenario import Network


def _without(results: Sequence[str], *left_out: str) -> Rewrite:
    """Return the rewrite that leaves terms out: those that read one of some quantities."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
        if one.variable.name not in results:
            return (one,)
        kept = [
            term for term in one.terms if not any(read.variable.name in left_out for read in term.factors)
        ]
        return (one._replace(terms=tuple(kept)),)

    return rewrite


OF_SUMS: dict[str, Mistake] = {
    "no-bias": Mistake("z = W a + b", "z = W a", _without(("pre_activation",), "biases")),
    "state-dropped": Mistake(
        "z = W a + U h + b", "z = W a + b", _without(("pre_activation",), "recurrent_weights")
    ),
    "forward-turned": Mistake("z = W a + b", "z = Wᵀ a + b", turned(("pre_activation",), "weights")),
    "recurrent-forward-turned": Mistake(
        "z = W a + U h + b", "z = W a + Uᵀ h + b", turned(("pre_activation",), "recurrent_weights")
    ),
}
