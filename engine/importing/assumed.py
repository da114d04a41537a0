"""What is assumed of a network of which only the parameters are known: its activations and its loss?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.arrays import frozen
from engine.importing.taken import NotTakenError, Taken, TakenLayer, check_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.importing.modules import Found, Module

LAST = {"cross-entropy": "softmax", "binary-cross-entropy": "sigmoid"}
"""The last activation that goes with a loss; `identity` with any other."""
LOSS_OF = {last: loss for loss, last in LAST.items()}
"""The loss that goes with a last activation; `HALF_SQUARED` with any other."""

HALF_SQUARED = "half-squared-error"


def taken(
    found: Found, activations: Sequence[str] = (), last: str | None = None, loss: str | None = None
) -> Taken:
    """Return the network of some modules; what is not said of it is assumed, and that is said.

    `activations` are those of the layers before the last: one for all, or one for each.

    Raises:
        NotTakenError: they are neither.
    """
    *hidden, top = found.modules
    if len(activations) > 1 and len(activations) != len(hidden):
        raise NotTakenError(
            f"--activation takes one for all layers before the last, or {len(hidden)}, not {len(activations)}"
        )
    named = list(activations) * (len(hidden) if len(activations) == 1 else 1)
    named = named or [_hidden(one) for one in hidden]
    said = []
    if hidden and not activations:
        said.append(f"--activation {','.join(named if len(set(named)) > 1 else named[:1])}")
    if last is None:
        last = LAST.get(loss or "", "identity" if top.recurrent is None else "tanh")
        said.append(f"--output-activation {last}")
    if loss is None:
        loss = LOSS_OF.get(last, HALF_SQUARED)
        said.append(f"--loss {loss}")
    layers = tuple(map(_layer, found.modules, [*named, last]))
    check_size(layers)
    remarks = found.remarks
    if said:
        remarks = [*remarks, f"assumed, as the file doesn't say it: {' '.join(said)}"]
    return Taken(layers, loss, tuple(remarks))


def _hidden(module: Module) -> str:
    return "relu" if module.recurrent is None else "tanh"


def _layer(module: Module, activation: str) -> TakenLayer:
    biases = frozen([0.0] * len(module.weights)) if module.biases is None else module.biases
    untrained = ("biases",) if module.biases is None else ()
    return TakenLayer(
        module.place, activation, module.weights, biases, module.recurrent, untrained, module.bias_copies
    )
