"""How is a quantity called in a program?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.equations.equation import Variable

_SHORT = {
    "input": "x",
    "target": "y",
    "weights": "W",
    "recurrent_weights": "U",
    "biases": "b",
    "pre_activation": "z",
    "activation": "a",
    "terms": "term",
    "weight_total": "gW",
    "recurrent_total": "gU",
    "bias_total": "gb",
    "weights_change": "change_W",
    "recurrent_change": "change_U",
    "biases_change": "change_b",
    "log": "minus_ln_a",
    "rest": "rest_a",
    "rest_of_targets": "rest_y",
}


def short_name(variable: Variable) -> str:
    """Return the short name of a variable: z1, W2, change_b2; a new parameter has that of the old one."""
    name = variable.name.removesuffix("'")
    short = _SHORT.get(name, name)
    return short if variable.layer is None else f"{short}{variable.layer}"
