"""Which activation, or slope of one, is the formula of an equation?

So `tanh(z1[2])` can be written for what keeps its digits in another form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import parse, replaced, same

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.equations.equation import Equation, Factor, Variable
    from engine.equations.functions.activations import Activation

_OF_UNITS = ("activation", "slope")
"""What the names of all that is made by a function of one number begin with."""


def function_of(one: Equation, making: Mapping[Variable, Equation]) -> tuple[str, Factor] | None:
    """Return the function of one number that an equation applies, by its name, and to what; None if none.

    `making` has the equation of each variable: an a that is read must be that of the same function.
    """
    if one.formula is None or not one.variable.name.startswith(_OF_UNITS):
        return None
    given = dict(one.arguments)
    for name, row in ACTIVATIONS.items():
        if row.coupled:
            continue
        if same(one.formula, parse(row.formula)):
            return name, given["z"]
        z = _sloped_at(one, row, making)
        if z is not None:
            return f"{name}'", z
    return None


def _sloped_at(one: Equation, row: Activation, making: Mapping[Variable, Equation]) -> Factor | None:
    """Return what an equation makes the slope of an activation at; None if it does not."""
    assert one.formula is not None
    given = dict(one.arguments)
    if len(given) == 1:
        ((name, read),) = given.items()
        if same(replaced(one.formula, {name: "z"}), row.slope_of_z):
            return read
    if "a" not in given or given["a"].shift or not same(one.formula, parse(row.slope)):
        return None
    a = making.get(given["a"].variable)
    if a is None or a.formula is None or not same(a.formula, parse(row.formula)):
        return None
    return dict(a.arguments)["z"]
