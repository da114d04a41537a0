"""Where does a neuron stand on its activation's curve, how steep is it there, and whom does its z move?

Most activations are functions of a neuron's own pre-activation. Where one couples its layer, each output has
a slope by the same z, a column of the Jacobian, and what comes back is the sum of all errors, each times its
slope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.equation import Variable
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.floats import function
from engine.equations.functions.formula import parse
from engine.equations.functions.rows import back_through
from engine.equations.links import from_loss, is_one_factor
from engine.equations.table import altered, table_of
from engine.facts.entry import Number, array_of
from engine.facts.number import Traced
from engine.facts.through_time import sample_of
from engine.order.quantities import Reference
from engine.program.evaluate import applied, coupled

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.quantities import Quantity
    from engine.run.tracing import Trace

NUDGE = 0.1
"""By how much z is made larger, to see what the tangent is good for."""

_CANCELS, _NODES = 1e-3, 8
_NEAR_LIMIT, _FAR = 0.1, 1e3
_ROUNDING = 1e-12  # of the size of what is added up


class Place(NamedTuple):
    """A neuron on its activation's curve; `others` are the pre-activations of its whole layer.

    The numbers are None while they are not known. `name` is its symbol with the time, `back` says whether
    errors also go from it to the time before; `right` are z and a as they should be, if they are others.
    `one_factor` says that its slope and error only go together, as its `delta`, and `short` that the loss has
    a form of their product without either; `mistake` is one that is made in this delta. `errors` are ∂C/∂a of
    its layer.
    """

    layer: int
    unit: int
    activation: str
    z: float | None
    a: float | None
    others: Array | None
    name: str = "a"
    back: bool = False
    right: tuple[float, float] | None = None
    one_factor: bool = False
    delta: float | None = None
    errors: Array | None = None
    short: bool = False
    mistake: str | None = None

    @property
    def coupled(self) -> str:
        """The function of the whole layer that is its activation; empty where it is one of its own z."""
        row = ACTIVATIONS[self.activation]
        return row.row if row.coupled else ""


def number_at(trace: Trace, step: int, quantity: Quantity, layer: int, unit: int) -> Traced:
    """Return a number of a neuron at the sample and time that a step works on."""
    iteration, time = trace.schedule.site(step).iteration, trace.schedule.anchor(step).time or 0
    reference = Reference(quantity, iteration, layer, sample_of(trace, step), time)
    return Traced(trace, Number(reference, (unit,)))


def place_of(trace: Trace, step: int, layer: int, unit: int) -> Place:
    """Return where a neuron of a layer 1..L stands, as far as it is known at a step."""

    def number(quantity: Quantity) -> Traced:
        return number_at(trace, step, quantity, layer, unit)

    def known(quantity: Quantity) -> Array | None:
        found = number(quantity)
        return array_of(trace, found.reference) if found.known(step) else None

    activation = trace.scenario.network.layers[layer - 1].activation
    one = number("activation")
    z, a, delta, error = map(known, ("pre_activation", "activation", "delta", "error"))
    place = Place(
        layer,
        unit,
        activation,
        None if z is None else float(z[unit]),
        None if a is None else float(a[unit]),
        z,
        one.symbol,
        back=trace.shapes.recurrent[layer - 1] and (one.reference.time or 0) > 0,
        one_factor=layer == trace.shapes.layers and is_one_factor(trace.scenario),
        delta=None if delta is None else float(delta[unit]),
        errors=error,
        short=not from_loss(table_of(trace.scenario), trace.shapes.layers).coupled,
        mistake=trace.mistake if Variable("delta", layer) in altered(trace.scenario) else None,
    )
    if place.z is None or place.a is None:
        return place
    before, after = number("pre_activation").beside, one.beside
    if before is None and after is None:
        return place
    return place._replace(right=(place.z if before is None else before, place.a if after is None else after))


@np.errstate(all="ignore")
def curves(place: Place, z: Array) -> Array:
    """Return all activations of a neuron's layer at other values of its own pre-activation: [value, unit].

    The pre-activations of the other neurons stay as they are.
    """
    others = np.zeros(place.unit + 1) if place.others is None else place.others
    every = np.tile(others, (len(z), 1))
    every[:, place.unit] = z
    if place.coupled:
        return coupled(place.coupled, every)
    return applied(parse(ACTIVATIONS[place.activation].formula), {"z": every})


@np.errstate(all="ignore")
def curve(place: Place, z: Array) -> Array:
    """Return the neuron's activation at other values of its pre-activation."""
    if not place.coupled:
        return applied(parse(ACTIVATIONS[place.activation].formula), {"z": z})
    share: Array = curves(place, z)[:, place.unit]
    return share


@np.errstate(all="ignore")
def steepness(place: Place, z: Array) -> Array:
    """Return the slope of an activation that is one of the neuron's own z, at other values of that."""
    slope = applied(parse(ACTIVATIONS[place.activation].slope), {"z": z, "a": curve(place, z)})
    return np.broadcast_to(slope, z.shape)


@np.errstate(all="ignore")
def slopes(place: Place) -> Array:
    """Return the derivative of each output of a coupled layer by the pre-activation of one neuron: [unit]."""
    z = np.zeros(1) if place.others is None else place.others
    layer, back = coupled(place.coupled, z), back_through(place.coupled)
    each = {"a": np.tile(layer, (len(z), 1)), "z": np.tile(z, (len(z), 1)), "error": np.eye(len(z))}
    found: Array = coupled(back.name, *(each[one] for one in back.arguments))[:, place.unit]
    return found


def slope_at(place: Place) -> float | None:
    """Return the derivative of the neuron's activation with respect to its own pre-activation."""
    if place.z is None or place.a is None:
        return None
    if place.coupled:
        return float(slopes(place)[place.unit])
    return function(parse(ACTIVATIONS[place.activation].slope), ("z", "a"))(place.z, place.a)


@np.errstate(all="ignore")
def shares(place: Place) -> Array | None:
    """Return what the error of each output of a coupled layer gives to the neuron's delta: [unit].

    None while it is not known, and where a mistake forms the delta otherwise.
    """
    if place.errors is None or place.mistake:
        return None
    return slopes(place) * place.errors


class Moved(NamedTuple):
    """How some outputs of a coupled layer move with a neuron's z, one after the other: a and its slope.

    Behind the outputs stand the sum of all others, if there are any, and the sum of all. `errors` are those
    of the outputs alone, `given` what these give to the neuron's delta; None while they are not known.
    """

    a: list[float]
    slopes: list[float]
    errors: list[float] | None = None
    given: list[float] | None = None


def moved_outputs(place: Place, shown: range) -> Moved:
    """Return how the shown outputs of a coupled layer move with the neuron's z, and all others together."""
    found = Moved(_added(curves(place, np.array([place.z]))[0], shown), _added(slopes(place), shown))
    given = shares(place)
    if given is None or place.errors is None or place.delta is None or not np.isfinite(given).all():
        return found
    errors = place.errors[shown.start : shown.stop].tolist()
    return found._replace(errors=errors, given=[*_added(given, shown)[:-1], place.delta])


def _added(values: Array, shown: range) -> list[float]:
    """Return the numbers of the shown outputs, the sum of the others where there are some, and of all."""
    rest, total = np.delete(values, shown), float(values.sum())
    if abs(total) < _ROUNDING * float(np.abs(values).sum()):
        total = 0.0  # what some gain the others lose
    return [*values[shown.start : shown.stop].tolist(), *[float(rest.sum())] * (len(rest) > 0), total]


@np.errstate(all="ignore")
def moved(place: Place) -> float:
    """Return by how much the activation moves when z becomes larger by a nudge."""
    assert place.z is not None
    assert place.a is not None
    after = float(curve(place, np.array([place.z + NUDGE]))[0])
    if not abs(after - place.a) <= _CANCELS * abs(place.a):
        return after - place.a
    # Where a limit is near, the difference cancels: the slopes on the way are added up instead (Gauss).
    found = 0.0
    for node, weight in zip(*np.polynomial.legendre.leggauss(_NODES), strict=True):
        z = place.z + 0.5 * NUDGE * (1.0 + float(node))
        others = None if place.others is None else place.others.copy()
        if others is not None:
            others[place.unit] = z
        there = place._replace(z=z, a=float(curve(place, np.array([z]))[0]), others=others)
        found += 0.5 * NUDGE * float(weight) * (slope_at(there) or 0.0)
    return found


def is_saturated(place: Place) -> bool:
    """Return whether the activation is near a limit that it goes to, to the left or to the right."""
    assert place.z is not None
    assert place.a is not None
    return bool(np.min(np.abs(_far(place, place.z) - place.a)) < _NEAR_LIMIT)


def limits_of(place: Place) -> list[float]:
    """Return to what the activation goes to the left and to the right; without a limit a number far away."""
    return [float(one) for one in _far(place, 0.0) if np.isfinite(one)]


def _far(place: Place, z: float) -> Array:
    return curve(place, np.array([z - _FAR, z + _FAR]))
