"""Which sum is mistaken, going forward or coming back: without a term, or with a matrix turned over?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.mistakes.mistakes import Mistake
from engine.equations.mistakes.rewrites import ERRORS, renamed, swapped, turned
from engine.equations.updates import new

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.equations.equation import Equation, Factor
    from engine.equations.mistakes.rewrites import Rewrite
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


def _updated(read: Factor, _: Equation) -> Factor:
    return read._replace(variable=new(read.variable)) if read.variable.name == "weights" else read


LAYERWISE = Mistake("∂C/∂a = Wᵀ δ", "∂C/∂a = (W after its update)ᵀ δ", swapped(ERRORS, _updated))
"""The order `layerwise` as a rewrite: what an error reads of the layer above has been updated."""
PREMATURE = Mistake("∂C/∂a = Wᵀ δ", "∂C/∂a = (W after its update)ᵀ δ, each gradient applied at once")

OF_ERRORS: dict[str, Mistake] = {
    "error-not-delta": Mistake(
        "∂C/∂a = Wᵀ δ", "∂C/∂a = Wᵀ ∂C/∂a of the layer above", renamed(ERRORS, "delta", "error")
    ),
    "error-of-own-weights": Mistake(
        "∂C/∂a = Wᵀ δ", "∂C/∂a with the weights of this layer", renamed(ERRORS, "weights", "weights", -1)
    ),
}
OF_FUTURE: dict[str, Mistake] = {
    "recurrent-not-transposed": Mistake(
        "∂C/∂h = Uᵀ δ of the time after",
        "∂C/∂h = U δ of the time after",
        turned(("from_future",), "recurrent_weights"),
    ),
    "future-of-error": Mistake(
        "∂C/∂h = Uᵀ δ of the time after",
        "∂C/∂h = Uᵀ ∂C/∂h of the time after",
        renamed(("from_future",), "delta", "error"),
    ),
}
