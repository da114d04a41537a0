"""How is a quantity called in a program?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from engine.equations.updates import SHORT

if TYPE_CHECKING:
    from engine.equations.equation import Variable


class Leaf(NamedTuple):
    """One number of a variable.

    `place` has a number for each of its axes. With time -1 it is of the initial state.
    """

    variable: Variable
    place: tuple[int, ...]


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
    "log": "minus_ln_a",
    "rest": "rest_a",
    "rest_of_targets": "rest_y",
}


@lru_cache(maxsize=1024)
def short_name(variable: Variable) -> str:
    """Return the short name of a variable: z1, W2, change_b2; a new parameter has that of the old one."""
    name = variable.name.removesuffix("'")
    short = _SHORT.get(name) or _of_update(name) or name
    return short if variable.layer is None else f"{short}{variable.layer}"


def _of_update(name: str) -> str:
    """Return how something is called that an update makes of a group: velocity_W."""
    for group, prefix in SHORT.items():
        if name.startswith(f"{prefix}_"):
            return f"{name.removeprefix(f'{prefix}_')}_{_SHORT[group]}"
    return ""
