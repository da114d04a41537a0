"""Is an array another quantity than it should be, or that of another number of samples?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.judging.close import SAMPLES, agree, listed, order_of
from engine.diagnosis.remarks.seen import Seen, Sight, parameter_of
from engine.equations.equation import Variable
from engine.equations.updates import old
from engine.program.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.diagnosis.remarks.seen import Seen


def another(seen: Seen) -> Iterator[Sight]:
    """Say which other quantity it is, unless it is its own before the update."""
    for quantity in seen.known.values():
        if quantity.variable in (seen.reading.variable, old(seen.reading.variable)):
            continue
        other = seen.bench.right.of(quantity.variable)
        if other.shape == seen.array.shape and seen.same(other) and other.any():
            if quantity == seen.reading.quantity:
                yield Sight(f"{seen.name} is the total of the batch, not its mean")
                return
            yield Sight(f"{seen.name} is {quantity.name}")
            return


def of_one(seen: Seen) -> Iterator[Sight]:
    """Say of which sample alone a total is, or which it lacks."""
    quantity, samples = seen.reading.quantity, seen.bench.ground.samples
    if not quantity.is_total or not 1 < samples <= SAMPLES:
        return
    delta = seen.bench.right.of(Variable("delta", quantity.layer))
    below = None
    if quantity.group == "weights":
        name = "input" if quantity.layer == 1 else "activation"
        below = seen.bench.right.of(Variable(name, quantity.layer - 1 or None))
    elif quantity.group != "biases":
        return
    first = seen.bench.shapes.batch(seen.bench.iteration).start
    for sample in range(samples):
        if below is None:
            share = delta[:, sample].sum(axis=0)
        else:
            share = np.einsum("ti,tj->ij", delta[:, sample], below[:, sample])
        mine = share * seen.reading.share
        part = mine if seen.reading.variable == quantity.variable else mine / samples
        if seen.same(mine) or seen.same(part):
            yield Sight(f"{seen.name} is that of sample {first + sample + 1} alone")
            return
        if seen.same(seen.right - part):
            yield Sight(f"{seen.name} lacks the share of sample {first + sample + 1}")
            return


def harmless(seen: Seen) -> Iterator[Sight]:
    """Say whether pre-activations make the right activations all the same, as those of a softmax may."""
    variable, name = seen.reading.variable, seen.name
    made = variable._replace(name="activation")
    if variable.name != "pre_activation":
        return
    right, exact = seen.bench.right, seen.reading.precision
    found = evaluate(
        right.making[made], lambda read: seen.array if read.variable == variable else right.read(read)
    )
    ours = right.of(made)
    within = seen.bench.tolerance.of(made, exact.unit, ours) + exact.of_printing(seen.array)
    if not agree(found, ours, within):
        return
    so = f"the right {name.replace('z', 'a')}"
    if seen.same(seen.right - seen.right.max(axis=-1, keepdims=True)):
        yield Sight(f"{name} is the right one less the largest of its layer, and makes {so}")
        return
    more = seen.array - seen.right
    if seen.array.shape[-1] > 1 and seen.same(seen.right + more[..., :1]):
        yield Sight(f"of each sample all {name} are too large, or too small, by the same, and make {so}")
        return
    yield Sight(f"{name} makes {so} all the same", tells=False)


_FEWEST = 3
"""Numbers of each kind from which on it is none by chance."""
_EQUAL = 1e-6


def dropped(seen: Seen) -> Iterator[Sight]:
    """Say whether every activation is 0 or one multiple of the right one: dropout, which makes them so."""
    if seen.reading.variable.name != "activation":
        return
    there = (seen.array != 0.0) & (seen.right != 0.0)
    gone = (seen.array == 0.0) & (np.abs(seen.right) > seen.within)
    if min(int(there.sum()), int(gone.sum())) < _FEWEST:
        return
    largest = np.unravel_index(int(np.argmax(np.where(there, np.abs(seen.right), 0.0))), there.shape)
    ratio = float(seen.array[largest] / seen.right[largest])
    if ratio < 1.0 - _EQUAL or not seen.same(np.where(gone, 0.0, seen.right * ratio), ratio):
        return
    words = "the right one" if abs(ratio - 1.0) <= _EQUAL else f"{ratio:.6g} times the right one"
    yield Sight(f"every number of {seen.name} is 0 or {words}, as dropout makes them")


def overwritten(seen: Seen) -> Iterator[Sight]:
    """Say whether the zeros of a recurrent gradient are what time 0 gives it, with no state before.

    Many mistakes make zeros: so it is no cause.
    """
    quantity = seen.reading.quantity
    if quantity.group != "recurrent_weights" or not quantity.is_total or seen.array.any():
        return
    state = seen.bench.ground.initial.get(Variable("activation", quantity.layer))
    if state is not None and not state.any():
        yield Sight(
            f"time 0 alone gives {seen.name} nothing but 0, for the state before it is 0: "
            "so does a loop back through time with = for +=",
            tells=False,
        )


_SEVERAL = 2
"""Units from which on it says something that all are alike."""


def turned(seen: Seen) -> Iterator[Sight]:
    """Say whether it is the right one turned over."""
    right = seen.right
    square = right.ndim == 2 and right.shape[0] == right.shape[1] > 1
    if square and seen.same(right.T):
        yield Sight(f"{seen.name} is the right one turned over: rows for columns")


def reordered(seen: Seen) -> Iterator[Sight]:
    """Say whether the samples or the units stand in another order."""
    if not seen.reading.quantity.is_of_samples:
        return
    for axis, word in ((1, "samples"), (2, "units")):
        length = seen.right.shape[axis]
        if not 1 < length <= SAMPLES:
            continue
        mine, right = (np.moveaxis(one, axis, 0).reshape(length, -1) for one in (seen.array, seen.right))
        places = order_of(mine, right, float(np.max(seen.within)))
        if places is not None:
            yield Sight(f"the {word} of {seen.name} stand in another order: {listed(places)}")
            return


def summed(seen: Seen) -> Iterator[Sight]:
    """Say whether a bias has got the same for every unit: the sum or mean over all.

    Of what is 0 that says nothing: what a softmax gives to its biases adds up to 0.
    """
    mine, right, what = seen.array, seen.right, seen.name
    group = seen.reading.quantity.group
    if group != "biases" or mine.size < _SEVERAL or seen.bench.is_blank(seen.reading):
        return
    if not seen.reading.quantity.is_total:
        before = seen.bench.right.remembered[Variable(group, seen.reading.quantity.layer)]
        mine, right, what = mine - before, right - before, f"the change of {parameter_of(seen.name)}"
    limit = np.asarray(seen.within)
    for one, word in ((right.sum(), "sum"), (right.mean(), "mean")):
        same = agree(mine, np.full(mine.shape, one), np.broadcast_to(limit.sum(), mine.shape))
        if same and not np.allclose(right, one):
            over = f"the {word} over all of the right ones: sum along one axis only"
            yield Sight(f"every number of {what} is {over}")
            return
