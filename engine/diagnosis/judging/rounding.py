"""How far does rounding carry the numbers of an iteration?

It is measured: the iteration is worked out once more with every number that it makes moved by a unit of
rounding, and with the formulas of a textbook, which lose digits where ours do not.
"""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.diagnosis.iteration.values import Values
from engine.diagnosis.precision import UNIT, largest_of
from engine.equations import forward
from engine.equations.forward import arguments
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import names, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from engine.arrays import Array, Mask
    from engine.equations.equation import Equation, Variable
    from engine.scenario import Network

_TIMES = 2
"""How often rounding is measured: up and down go by chance."""
_OF_DELTA = ("delta", "delta_of_loss")
"""What the loss gives to the delta of an output."""
_FINEST = 2.0**-12
"""How much of 1 what is taken from it must leave at least, so that its digits may be missing."""
_UNITS = 16
"""How many times what one unit of rounding does may lie between two right computations."""
_OFTEN, _WHOLE = 8, 1.25
"""How often it is measured where it decides between two numbers, and what of their distance is allowed."""
_COARSER, _COARSEST = 2.0**10, 2.0**-5
"""How many times as coarse rounding is tried then, and up to which unit."""


class Rounded(Values):
    """The numbers of an iteration in which all that is made is moved by a unit of rounding, up or down."""

    unit = UNIT
    chance = np.random.default_rng(0)

    @classmethod
    def of_values(
        cls,
        values: Values,
        network: Network,
        unit: float,
        seed: int,
        exact: Collection[Variable] = (),
        right: Values | None = None,
    ) -> Rounded:
        """Return the numbers of an iteration with a unit of rounding; those that are `exact` have none.

        What a mistake has rewritten stands in no textbook: those by which the iteration is `right` do.
        """
        chance = np.random.default_rng(seed)

        def moved(array: Array | float) -> Array:
            return _moved(np.asarray(array, dtype=np.float64), unit, chance)

        given = dict(values.ground.given)
        given[forward.INPUT] = moved(given[forward.INPUT])
        remembered = {one: moved(array) for one, array in values.remembered.items()}
        made = {} if right is None else right.making
        textbook = [
            one if made.get(one.variable, one) is not one else _textbook(one, network)
            for one in values.equations
        ]
        known = {one: values.of(one) for one in exact}
        found = cls(values.ground._replace(given=given), textbook, remembered, known=known)
        found.unit, found.chance = unit, chance
        return found

    def _whole(self, one: Equation) -> Array:
        return self._rounded(one, super()._whole(one), None)

    def _at(self, one: Equation, time: int) -> Array:
        return self._rounded(one, super()._at(one, time), time)

    def _rounded(self, one: Equation, found: Array, time: int | None) -> Array:
        made = _moved(found, self.unit, self.chance)
        lost = self._lost(one, time)
        if lost is not None:
            made = made + self.unit * lost * (self.chance.integers(0, 2, made.shape) * 2.0 - 1.0)
        return made

    def _lost(self, one: Equation, time: int | None) -> Array | float | None:
        """Return the size of what cancels in a number: what is left of it is known no better than that."""
        if one.variable.name in ("activation", "slope"):
            return 1.0 if one.formula is not None and _has_one(one.formula) else None
        read = {name: np.abs(self._read(factor, time)) for name, factor in one.arguments}
        if one.row is not None and "error" in read:  # such as a (∂C/∂a - Σ a ∂C/∂a)
            a, error = read.get("a", np.asarray(1.0)), read["error"]
        elif "rest_y" in read:  # a - y, where targets add up to 1
            return np.asarray(read["a"] * (read["rest_y"] + read["y"]) + read["y"])
        elif one.variable.name in _OF_DELTA and read.keys() == {"a", "y"}:  # a - y, or slope times error
            rest = {name: np.abs(1.0 - self._read(factor, time)) for name, factor in one.arguments}
            parts = read["y"] * rest["a"] + read["a"] * rest["y"]
            return np.asarray(parts / np.maximum(rest["a"], _FINEST))
        elif one.row is not None and "y" in read:  # what a loss gives to all deltas of a coupled output
            a = read["a"]
            error = 1.0 / np.maximum(1.0 - a, self.unit) + 1.0
        else:
            return None
        return np.asarray(a * (error + (a * error).sum(axis=-1, keepdims=True)))


class Played(Values):
    """An iteration that was played and not made by its equations: some of its numbers are `known` so.

    What is made of them is so as in `values`. `again` works it all out with a unit of rounding and a seed.
    """

    def __init__(
        self, values: Values, known: Mapping[Variable, Array], again: Callable[[float, int], Values]
    ) -> None:
        super().__init__(values.ground, values.equations, values.remembered, known=known)
        self.again = again


def _has_one(formula: ast.expr) -> bool:
    """Return whether a formula adds something to 1, or takes it away: a (1 - a), ln(1 + e^z), e^z - 1."""
    return any(
        (isinstance(node, ast.Constant) and node.value == 1)
        or (isinstance(node, ast.Name) and node.id == "expm1")
        for node in ast.walk(formula)
    )


def _moved(array: Array, unit: float, chance: np.random.Generator) -> Array:
    return np.asarray(array * (1.0 + 2.0 * unit * (chance.integers(0, 2, array.shape) * 2.0 - 1.0)))


def _textbook(one: Equation, network: Network) -> Equation:
    """Return an equation as a textbook writes it."""
    last = len(network.layers)
    if one.plain is not None and "rest_y" not in dict(one.arguments):  # a - y is so only where Σ y = 1
        return one._replace(formula=one.plain, arguments=arguments(one.plain, last), plain=None)
    if one.variable.name in ("activation", "slope") and one.row is None:
        row = ACTIVATIONS[network.layers[(one.variable.layer or 1) - 1].activation]
        text = row.slope_shown if one.variable.name == "slope" else row.shown
        if text:
            formula, of_layer = parse(text), one.variable.layer
            read = {"z": "pre_activation", "a": "activation"}
            own = one.result
            given = tuple(
                (name, own._replace(variable=own.variable._replace(name=read[name], layer=of_layer)))
                for name in names(formula)
            )
            return one._replace(formula=formula, arguments=given)
    return one


class _Noise(NamedTuple):
    """What rounding does to a quantity: how far it carries the right one, whose `largest` number that is.

    Where it has `decided` some numbers that is told of each, and the `sizes` that each is measured by.
    """

    apart: Array | float
    largest: float
    sizes: Array | None = None
    decided: Mask | None = None


class Tolerance:
    """How far numbers may be from ours and still agree, measured for each unit of rounding once.

    Where rounding decides between two numbers, as between both slopes of relu at a z that is 0 but for
    rounding, either is right: there, and nowhere else. What is `exact` is not rounded, and nothing comes of
    its rounding. Of an iteration with a mistake the `right` one is given, too.
    """

    def __init__(
        self,
        values: Values,
        network: Network,
        iteration: int = 0,
        exact: Collection[Variable] = (),
        right: Values | None = None,
    ) -> None:
        self._values, self._network, self._exact, self._right = values, network, exact, right
        self._longer = 1.0 + iteration
        self._rounded: dict[float, list[Values]] = {}
        self._known: dict[tuple[Variable, float], _Noise] = {}

    def of(self, variable: Variable, unit: float, ours: Array) -> Array | float:
        """Return how far rounding may carry a quantity that is `ours` (the right one, or a mistaken one).

        One number for all of it or, where rounding decides some of them, one for each.
        """
        noise, mine = self._noise(variable, unit), largest_of(ours)
        larger = mine / noise.largest if mine > noise.largest > 0.0 else 1.0
        sizes = mine if noise.sizes is None else noise.sizes * larger
        return _UNITS * noise.apart * larger + 4.0 * unit * sizes

    def decided(self, variable: Variable, unit: float) -> Mask | None:
        """Return which numbers of a quantity are decided by rounding; None if it decides none."""
        return self._noise(variable, unit).decided

    def _noise(self, variable: Variable, unit: float) -> _Noise:
        key = variable, unit
        if key not in self._known:
            self._known[key] = self._measured(variable, unit)
        return self._known[key]

    def _measured(self, variable: Variable, unit: float) -> _Noise:
        exact = self._values.of(variable)
        apart, largest = self._apart(variable, unit, _TIMES), largest_of(exact)
        found, most = largest_of(apart), math.sqrt(unit) * largest
        if found > most:
            # What is left where digits cancel grows with the unit; a decision is as large with any.
            apart, coarser = self._apart(variable, unit, _OFTEN), min(_COARSER, _COARSEST / unit)
            grown = self._apart(variable, coarser * unit, _TIMES)
            decided = (apart > most) & (grown < math.sqrt(coarser) * apart)
            if decided.any():
                sizes = np.where(decided, np.abs(exact), largest_of(exact[~decided]))
                noise = np.where(decided, _WHOLE / _UNITS * apart, largest_of(apart[~decided]))
                return _Noise((noise + unit * sizes) * self._longer, largest, sizes, decided)
        return _Noise((found + unit * largest) * self._longer, largest)

    def _apart(self, variable: Variable, unit: float, times: int) -> Array:
        """Return how far rounding has carried each number, so often measured; 0 where that is not finite."""
        every = self._rounded.setdefault(unit, [])
        every += [self._again(unit, seed) for seed in range(len(every), times)]
        exact = self._values.of(variable)
        apart = np.max([np.abs(exact - moved.of(variable)) for moved in every[:times]], axis=0)
        return np.where(np.isfinite(apart), apart, 0.0)

    def _again(self, unit: float, seed: int) -> Values:
        """Return the iteration once more, with a unit of rounding."""
        values = self._values
        if isinstance(values, Played):
            return values.again(unit, seed)
        return Rounded.of_values(values, self._network, unit, seed, self._exact, self._right)
