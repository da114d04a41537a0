"""What did the step that wrote a number read? The leaves that its explanation is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.optimizers import OPTIMIZERS
from engine.equations.table import table_of
from engine.equations.updates import constants, masks
from engine.facts.entry import Number, array_of
from engine.facts.explain.expression import Expression, Product, evaluate, numbers_in
from engine.facts.explain.terms import Terms
from engine.facts.number import Traced
from engine.once import once
from engine.order.quantities import group_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.arrays import Array
    from engine.equations.equation import Factor, Variable
    from engine.order.quantities import Quantity, Reference
    from engine.order.schedule import Poke
    from engine.run.tracing import Trace

Term = TypeVar("Term", bound=Expression)


class Source:
    """A number, the step that wrote it and what that step read.

    `layer` is the step's, for a loss the last one; `activation` is that layer's.
    """

    def __init__(self, trace: Trace, step: int, number: Number) -> None:
        self.trace = trace
        self.step = step
        self.number = number
        self.reference = number.reference
        self.reads = trace.flow.reads(step)
        self.site = trace.schedule.site(step)
        self.layer = trace.shapes.layers if self.site.layer is None else self.site.layer
        self.network = trace.scenario.network
        self.activation = self.network.layers[self.layer - 1].activation
        self.recurrent = trace.shapes.recurrent[self.layer - 1]
        self.output = self.layer == trace.shapes.layers
        self.unit = number.index[0] if number.index else 0
        self.table = table_of(trace.scenario)
        self.powers = OPTIMIZERS[trace.scenario.training.optimizer].powers

    @once
    def constants(self) -> dict[Variable, float]:
        """The numbers that updates read, for the batch of the step."""
        return constants(self.trace.scenario, len(self.trace.shapes.batch(self.site.iteration)))

    @once
    def masks(self) -> Mapping[Variable, Array]:
        """What says number by number which are trained, 1 or 0."""
        return masks(self.trace.scenario)

    @once
    def poke(self) -> Poke | None:
        """What the step sets by hand, if that is the number or what its change leads to."""
        poke = self.trace.schedule.poke(self.step)
        if poke is None or (poke.group, poke.units) != (group_of(self.reference.quantity), self.number.index):
            return None
        return poke

    def of_update(self, variable: Variable) -> float:
        """Return a number of the layer that the step, an update, has made."""
        update = self.trace.schedule.updates_before(self.step, self.layer)
        return float(self.trace.iteration(self.site.iteration).update(self.layer, update)[variable])

    @property
    def coupled(self) -> bool:
        """Whether the layer's activation couples its units."""
        return bool(ACTIVATIONS[self.activation].coupled)

    @property
    def has_target(self) -> bool:
        """Whether there is a target at the step's sample and time."""
        site = self.site
        return site.sample is not None and bool(self.trace.shapes.has_target[site.sample, site.time])

    def named(self, factor: Factor) -> Reference | None:
        """Return the reference of what a factor of an equation of the step is; None where it isn't there."""
        return self.trace.flow.named(self.step, self.site, factor)

    def read(self, quantity: Quantity, layer: int | None = None) -> Reference | None:
        """Return what the step has read of a quantity (of a layer, if given); None if nothing."""
        for reference in self.reads:
            if reference.quantity == quantity and (layer is None or reference.layer == layer):
                return reference
        return None

    def below(self) -> Reference:
        """Return what the step has read of the layer below: its activation, or the input."""
        found = self.read("activation", self.layer - 1) or self.read("input")
        assert found is not None
        return found

    def before(self) -> Reference | None:
        """Return what the step has read of its own layer one time before; None if nothing."""
        return self.read("activation", self.layer) or self.read("initial_state")

    def own(self, quantity: Quantity) -> Traced:
        """Return another number of the same step at the same index."""
        return self.entry(self.reference._replace(quantity=quantity), *self.number.index)

    def entry(self, reference: Reference | None, *index: int) -> Traced:
        """Return an entry of what a reference names."""
        assert reference is not None
        return Traced(self.trace, Number(reference, index))

    def entries(
        self, reference: Reference | None, *, row: int | None = None, column: int | None = None
    ) -> Terms[Traced]:
        """Return the entries of a vector, or of a row or a column of a matrix."""
        assert reference is not None
        trace, array = self.trace, array_of(self.trace, reference)
        values = array[row] if row is not None else array[:, column] if column is not None else array

        def index(place: int) -> tuple[int, ...]:
            return (row, place) if row is not None else (place, column) if column is not None else (place,)

        def entry(place: int) -> Traced:
            return Traced(trace, Number(reference, index(place)), value=float(values[place]))

        def place_of(number: Number) -> int | None:
            if number.reference != reference:
                return None
            place = number.index[-1 if column is None else 0]
            return place if number.index == index(place) else None

        return Terms(values, 1, entry, place_of)


def products(left: Terms[Traced], right: Terms[Term]) -> Terms[Expression]:
    """Return the products of the entries of two vectors of one length."""

    def place_of(number: Number) -> int | None:
        place = left.place_of(number)
        return right.place_of(number) if place is None else place

    with np.errstate(all="ignore"):
        values = left.values * right.values
    held = left.numbers + right.numbers
    return Terms(values, held, lambda place: Product((left[place], right[place])), place_of)


def multiplied(vectors: Sequence[Terms[Traced]]) -> Terms[Expression]:
    """Return the products of the entries of one or two vectors of one length."""
    if len(vectors) == 1:
        only = vectors[0]
        return Terms(only.values, only.numbers, lambda place: only[place], only.place_of)
    left, right = vectors
    return products(left, right)


def alone(one: Expression) -> Terms[Expression]:
    """Return a single number, or another expression, as a sequence of terms."""
    held = numbers_in(one)
    return Terms(
        np.array([evaluate(one)]), len(held), lambda _: one, lambda number: 0 if number in held else None
    )
