"""What is the number that is looked at called where it is watched, and a watched one on the screen?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.conditions.words import SYMBOLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.facts.entry import Number

_WORDS = {
    "weights": "weight",
    "biases": "bias",
    "recurrent_weights": "recurrent_weight",
    "activation": "activation",
    "pre_activation": "pre_activation",
    "slope": "slope",
    "error": "error",
    "delta": "delta",
    "weight_gradient": "gradient_weight",
    "bias_gradient": "gradient_bias",
    "recurrent_gradient": "gradient_recurrent_weight",
    "weight_total": "total_weight",
    "bias_total": "total_bias",
    "recurrent_total": "total_recurrent_weight",
    "weights_change": "change_weight",
    "biases_change": "change_bias",
    "recurrent_change": "change_recurrent_weight",
}
_SIMPLE = re.compile(r"(\w+)\[(\d+)\](\[[\d,]+\])")
_OF_ENDS = {"terms": "C", "target": "y", "input": "x"}
_END = re.compile(rf"({'|'.join(_OF_ENDS)})(\[\d+\])")


_OF_NEURONS = {"activation": "{}{}{}", "error": "∂C/∂{}{}{}", "slope": "f'(z{1}{2})"}


def symbol_of(text: str, recurrent: Sequence[bool] = ()) -> str:
    """Return how the number of an expression is called elsewhere on the screen; nothing if it has no name.

    An activation of a `recurrent` layer is h there.
    """
    if end := _END.fullmatch(text):
        return f"{_OF_ENDS[end[1]]}{end[2]}"
    found = _SIMPLE.fullmatch(text)
    if found is None:
        return ""
    word, layer, at = found.groups()
    if word in _OF_NEURONS:
        remembers = any(recurrent[max(0, int(layer) - 1) : int(layer)])
        return _OF_NEURONS[word].format("h" if remembers else "a", layer, at)
    return f"{SYMBOLS[word]}{layer}{at}" if word in SYMBOLS else ""


def name_of(number: Number) -> str | None:
    """Return the expression for a number that is looked at; None of what no condition can ask for."""
    reference = number.reference
    at = ",".join(str(unit + 1) for unit in number.index)
    if reference.quantity == "loss":
        return "sample_loss"
    if reference.quantity in _OF_ENDS:
        return f"{reference.quantity}[{at}]"
    word = _WORDS.get(reference.quantity)
    return None if word is None or not reference.layer else f"{word}[{reference.layer}][{at}]"
