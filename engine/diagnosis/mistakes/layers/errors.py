"""How is the error mistaken that a layer gets from the one above, or from the future?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.mistakes import Mistake
from engine.equations.rewrites import ERRORS, renamed, swapped, turned
from engine.equations.updates import new

if TYPE_CHECKING:
    from engine.equations.equation import Equation, Factor


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
