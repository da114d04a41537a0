"""Which quantities have the shape of an array, turned over or not?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.diagnosis.layouts.conventions import WAYS
from engine.diagnosis.layouts.given import Given
from engine.diagnosis.layouts.readings import read
from engine.diagnosis.precision import Precision
from engine.named_arrays.words import BASE, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.diagnosis.iteration.ground import Ground
    from engine.diagnosis.naming.names import Meant
    from engine.diagnosis.quantities import Quantity
    from engine.equations.equation import Variable

_GRADIENT = re.compile(
    r"(?:^|_)(?:grads?|gradients?|nabla|delta|deltas|update|updates|change)(?:_|\d|$)"
    rf"|^d(?:_?(?:{'|'.join(BASE)})(?:_|\d|$)|_?[lcje](?:oss|ost)?_?d)"
)
_PARAMETER = re.compile(r"(?:^|_)(?:weights?|kernel|bias(?:es)?|w|b|u|new|updated|after)(?:_|\d|$)")
_ERROR = re.compile(r"(?:^|_)err(?:ors?)?(?:_|\d|$)")
_LIKELY = (
    (_ERROR, ("error", "delta")),
    (_GRADIENT, ("gW", "gU", "gb", "delta", "error")),
    (_PARAMETER, ("W", "U", "b", "gW", "gU", "gb")),
    (re.compile(""), ("a", "z", "gW", "gU", "gb")),
)


class Shapes(NamedTuple):
    """The arrays of a file, and the quantities of a network that they may be.

    `before` are the parameters that the iteration begins with.
    """

    arrays: Mapping[str, npt.NDArray[Any]]
    known: Mapping[str, Quantity]
    ground: Ground
    layers: int
    before: Mapping[Variable, Array]

    def fits(self, name: str, quantity: Quantity) -> bool:
        """Return whether an array has the shape of a quantity, in some way of writing it."""
        array = np.asarray(self.arrays[name], dtype=np.float64)
        one = Given(name, quantity, None, array, Precision(), exact=False)
        return any(read(one, by, self.ground).fits for by in WAYS)

    def may_be(self, name: str, meant: Meant, taken: Collection[str]) -> bool:
        """Return whether an array may be one of ours that no other array is."""
        quantity = self.known.get(meant.name)
        return quantity is not None and meant.name not in taken and self.fits(name, quantity)

    def is_near(self, name: str, quantity: Quantity) -> bool:
        """Return whether an array is less than half of a matrix of parameters away from it, as it was before.

        An update hardly moves it more. What is may be a gradient under the name of its parameter.
        """
        ours = self.before[quantity.variable]
        array = np.asarray(self.arrays[name], dtype=np.float64)
        one = Given(name, quantity, None, array, Precision(), exact=False)
        found = (read(one, by, self.ground) for by in WAYS)
        half = np.linalg.norm(ours) / 2.0
        return any(one.fits and bool(np.linalg.norm(one.array - ours) < half) for one in found)

    def as_before(self) -> set[str]:
        """Return the arrays that are parameters as the iteration began with them: they are not cut."""
        before = [*self.before.values()]
        for one in [one for one in before if one.ndim > 1]:
            biases = [other for other in self.before.values() if other.shape == one.shape[:1]]
            before += [np.column_stack(pair) for other in biases for pair in ((other, one), (one, other))]
        every = [*before, *(one.T for one in before)]
        return {
            name for name, array in self.arrays.items() if any(np.array_equal(array, one) for one in every)
        }

    def suggested(self, name: str, taken: Collection[str]) -> str | None:
        """Return a quantity of its shape that an array may be, for an example; None if there is none."""
        text = plain(name)
        kinds = next(kinds for pattern, kinds in _LIKELY if pattern.search(text))
        fitting = [
            ours for ours, one in self.known.items() if not ours.endswith("_after") and self.fits(name, one)
        ]
        likely = [ours for kind in kinds for ours in fitting if ours.rstrip("0123456789") == kind]
        free = [ours for ours in likely if ours not in taken]
        others = [ours for ours in fitting if ours not in taken]
        return next(iter((*free, *likely, *others, *fitting)), None)
