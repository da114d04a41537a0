"""Which number is to be watched: that of an expression, of a name on the screen, or the one looked at?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.conditions.meaning import number_meaning

if TYPE_CHECKING:
    from engine.conditions.meaning import Meaning
    from engine.facts.number import Number
    from engine.scenario import Scenario

_LETTERS = {
    "W": "weight",
    "b": "bias",
    "U": "recurrent_weight",
    "a": "activation",
    "h": "activation",
    "z": "pre_activation",
    "δ": "delta",
    "d": "delta",
    "gW": "gradient_weight",
    "gb": "gradient_bias",
    "gU": "gradient_recurrent_weight",
    "SW": "total_weight",
    "Sb": "total_bias",
    "SU": "total_recurrent_weight",
}
_ON_SCREEN = re.compile(rf"(?<!\w)({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(\d+)(?=\[)")
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
_GROUPS = {"weight": "W", "bias": "b", "recurrent_weight": "U"}
_SYMBOLS = {
    **{
        f"{part}{word}": f"{sign}{letter}"
        for word, letter in _GROUPS.items()
        for part, sign in (("", ""), ("gradient_", "∂C/∂"), ("total_", "Σ∂C/∂"), ("change_", "Δ"))
    },
    "pre_activation": "z",
    "delta": "δ",
}
"""What the words of conditions are on the screen."""
_SIMPLE = re.compile(r"(\w+)\[(\d+)\](\[[\d,]+\])")
_OF_ENDS = {"terms": "C", "target": "y", "input": "x"}
_END = re.compile(rf"({'|'.join(_OF_ENDS)})(\[\d+\])")


def watched(text: str, scenario: Scenario) -> Meaning:
    """Return the number that a text names in a scenario.

    Raises:
        ConditionError: it can't be read, asks for what there is not, or is no single number.
    """
    found = _ON_SCREEN.sub(lambda name: f"{_LETTERS[name[1]]}[{name[2]}]", text)
    return number_meaning(found.replace("C", "loss") if found.strip() == "C" else found, scenario)


def symbol_of(text: str) -> str:
    """Return how the number of an expression is called elsewhere on the screen; nothing if it has no name."""
    if end := _END.fullmatch(text):
        return f"{_OF_ENDS[end[1]]}{end[2]}"
    found = _SIMPLE.fullmatch(text)
    return f"{_SYMBOLS[found[1]]}{found[2]}{found[3]}" if found and found[1] in _SYMBOLS else ""


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
