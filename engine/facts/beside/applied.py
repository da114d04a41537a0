"""What do somebody's numbers make of an update: what it applies, what it adds, and the loss after it?

His parameters after the update say what it has added. Where he has none, his gradient does, by the run's own
update; where he has no gradient either, that which his deltas and activations come to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.equation import Variable
from engine.facts.beside.alongside import as_theirs
from engine.facts.beside.right import differs, wrong_entries
from engine.facts.beside.theirs import Held, Made
from engine.order.quantities import GROUP_OF, PARAMETERS, Reference, total_with
from engine.run.straight import loss_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.arrays import Array, Mask
    from engine.facts.beside.theirs import Theirs
    from engine.run.iteration import Iteration
    from engine.run.tracing import Trace


class Applied(NamedTuple):
    """Of a group of parameters the gradient of the batch, and what the update adds to them: by somebody's.

    Where they are not `apart` they are the run's.
    """

    gradient: Held
    change: Held


class Update:
    """What an update makes of somebody's numbers, by parameter: of those for which anything differs."""

    def __init__(self, trace: Trace, theirs: Theirs) -> None:
        numbers = trace.iteration(theirs.iteration)
        self.by_parameter: Mapping[Variable, Applied] = dict(_applied(trace, theirs, numbers))
        self._after = numbers.after.replaced(
            {
                variable: np.where(one.change.apart, before + one.change.array, after)
                for variable, one in self.by_parameter.items()
                for before, after in ((numbers.before.array(variable), numbers.after.array(variable)),)
            }
        )
        self._loss: float | None = None

    @property
    def changed_otherwise(self) -> int:
        """How many parameters it changes otherwise."""
        return sum(int(one.change.apart.sum()) for one in self.by_parameter.values())

    def loss_after(self, trace: Trace) -> float:
        """Return the loss over all samples that follows from it."""
        if self._loss is None:
            self._loss = loss_of(trace.scenario, trace.shapes, self._after)
        return self._loss


def update_with_theirs(trace: Trace, iteration: int) -> Update | None:
    """Return what the update of an iteration makes of somebody's numbers; None where they are of another."""
    return _MADE.of(trace, iteration)


def change_with_theirs(trace: Trace, reference: Reference) -> Held | None:
    """Return the change that a reference names; None where nothing of its parameters differs."""
    update = update_with_theirs(trace, reference.iteration)
    group = GROUP_OF[reference.quantity]
    found = None if update is None else update.by_parameter.get(Variable(group, reference.layer))
    return None if found is None else found.change


_MADE = Made(Update)


@np.errstate(all="ignore")
def _applied(trace: Trace, theirs: Theirs, numbers: Iteration) -> Iterator[tuple[Variable, Applied]]:
    iteration = numbers.number
    other = as_theirs(trace, iteration)
    for layer in range(1, trace.shapes.layers + 1):
        last = trace.schedule.last_gradient(iteration, layer)
        totals = numbers.whole_totals(layer)
        worked_out = totals if other is None else other.iteration(iteration).whole_totals(layer)
        gradients = {
            group: _gradient(
                theirs.at(total_with(last, group)), getattr(totals, group), getattr(worked_out, group)
            )
            for group in PARAMETERS
            if getattr(totals, group) is not None
        }
        right = numbers.change(layer, totals)
        made = numbers.change(layer, totals._replace(**{name: one.array for name, one in gradients.items()}))
        for group, gradient in gradients.items():
            after = theirs.at(Reference(group, iteration, layer, version=1))
            if after is not None:
                before = getattr(numbers.before.layer(layer), group)
                change = _instead(getattr(right, group), after.array - before, after.apart)
            else:
                change = _change(getattr(right, group), getattr(made, group), gradient)
            if gradient.apart.any() or change.apart.any():
                yield Variable(group, layer), Applied(gradient, change)


def _gradient(held: Held | None, right: Array, worked_out: Array) -> Held:
    if held is not None:
        return _instead(right, held.array, held.apart)
    return _instead(right, worked_out, wrong_entries(worked_out, right))


def _change(right: Array, made: Array, gradient: Held) -> Held:
    """Return what the run's own update adds; it may add the same, for the rate may be 0."""
    return _instead(right, made, gradient.apart & differs(made, right))


def _instead(right: Array, found: Array, apart: Mask) -> Held:
    return Held(np.where(apart, found, right), apart)
