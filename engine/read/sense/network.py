"""Do loss, activations and weights go together?"""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.reach import reach, strictly_within, words
from engine.read.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario import Layer, Scenario


def odd_network(scenario: Scenario) -> Iterator[Finding]:
    """Yield what is odd about the network."""
    layers = scenario.network.layers
    last = layers[-1]
    says, remedy = at_odds(scenario.network.loss, last.activation, last.units)
    if says and is_alone(last.activation, last.units):
        yield Finding(("network", "layers", len(layers) - 1, "activation"), says, remedy)
    elif says:
        yield Finding(("network", "loss"), says, remedy)
    for place, (layer, above) in enumerate(pairwise(layers)):
        if _alike(layer, above):
            says = f"the {layer.units} neurons of this layer are alike, and every update leaves them so"
            remedy = 'Draw the weights: init = "xavier-uniform", with a seed.'
            yield Finding(("network", "layers", place), says, remedy, at_key=True)


def is_alone(activation: str, units: int) -> bool:
    """Return whether a neuron has to share 1 with no other."""
    return units == 1 and ACTIVATIONS[activation].shares_one


def at_odds(loss: str, activation: str, units: int) -> tuple[str, str]:
    """Return why a loss and the activation of a last layer of `units` don't go together, and the remedy.

    Both are empty where they do.
    """
    if is_alone(activation, units):
        says = f"{activation} of one neuron is 1, whatever its weights are"
        return says, 'Take "sigmoid" with "binary-cross-entropy", or a neuron for each class.'
    if loss not in ("cross-entropy", "binary-cross-entropy"):
        return "", ""
    shares_one = ACTIVATIONS[activation].shares_one
    right = (
        'Take "sigmoid" with "binary-cross-entropy".'
        if loss == "binary-cross-entropy" or units == 1
        else 'Take "softmax" with "cross-entropy".'
    )
    if not strictly_within(activation, 0, inf if loss == "cross-entropy" else 1):
        span = "above 0" if loss == "cross-entropy" else "between 0 and 1"
        return f"{loss} needs predictions {span}, and {activation} reaches {words(reach(activation))}", right
    if shares_one and loss == "binary-cross-entropy":
        says = f"{activation} makes the outputs share 1, and binary-cross-entropy judges each alone"
        return says, 'Take "cross-entropy", or "sigmoid" where several classes may be true at once.'
    if not shares_one and loss == "cross-entropy":
        says = f"cross-entropy charges nothing for a target of 0, and {activation} outputs do not share 1"
        return f"{says}: nothing pulls one down", right
    return "", ""


def _alike(layer: Layer, above: Layer) -> bool:
    """Return whether no update can tell the neurons of a layer from one another."""
    if layer.units < 2 or not layer.trains("weights"):
        return False
    into = [layer.weights, layer.biases[:, None]]
    if layer.recurrent_weights is not None:
        into += [layer.recurrent_weights, layer.recurrent_weights.T]
    if layer.initial_state is not None:
        into.append(layer.initial_state[:, None])
    masks = [layer.trained(group) for group in ("weights", "biases", "recurrent_weights")]
    if not all(isinstance(mask, bool) for mask in (*masks, above.trained("weights"))):
        return False
    return all(bool(np.all(array == array[:1])) for array in (*into, above.weights.T))
