"""What does the error that is made at one time give to the deltas of that time and of all times before it?

The way back is linear in the errors that losses give: a delta is the sum of what the loss of each time sends
to it, through the layers and back through the times, by the same Jacobians. So the way of one error can be
told alone, and what comes from the future is no more than the parts of later errors.

Source: Werbos, Backpropagation Through Time: What It Does and How to Do It (1990).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from engine.arrays import frozen, lengths
from engine.equations.links import delta_of, is_one_factor, links, through_time
from engine.equations.table import table_of
from engine.facts.chain.factors import from_losses
from engine.facts.through_time import Along, numbers_of, quantity, sample_of, times_done
from engine.facts.unrolled.gain import BLOCK, Gain, jacobians
from engine.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.equations.links import Link
    from engine.run.iteration import Iteration
    from engine.run.tracing import Trace

    Groups: TypeAlias = tuple[tuple[int, ...], ...]


class Story(NamedTuple):
    """The way back of the error that is made at a time.

    `part` is what it gives to one neuron of a layer and `size` the length of what it gives to all of them,
    at the times that it has come back to; `gain` is what the steps back through time have left of it there,
    and `slopes` the logarithm of what f'(z) has made of that, None where it has no such part.
    """

    made: int
    layer: int
    part: Along
    size: Along
    gain: Gain | None
    slopes: float | None = None

    def left(self, time: int) -> float | None:
        """Return which share of its length where it was made has come back to a time."""
        here, there = self.size.at(time), self.size.at(self.made)
        return None if here is None or not there else here / there


def made_by(trace: Trace, step: int) -> list[int]:
    """Return the times of a step's sample whose losses are known by then, the earliest first."""
    known = times_done(trace, step, "loss", None)
    there = trace.shapes.has_target[sample_of(trace, step)]
    return [time for time in known if there[time]]


def told(trace: Trace, step: int, chosen: int | None) -> int | None:
    """Return the time of the error that is told of: the `chosen` one, or the latest that is not 0.

    Where no loss is known there at that time, the nearest; None where none is known at all.
    """
    known = made_by(trace, step)
    if not known:
        return None
    if chosen is not None:
        return min(known, key=lambda time: (abs(time - chosen), -time))
    given = from_losses(numbers_of(trace, step), sample_of(trace, step))
    return next((time for time in reversed(known) if given[time].any()), known[-1])


def layer_told(trace: Trace, layer: int) -> int:
    """Return the layer whose deltas a story is about: the nearest that remembers, this or one below first."""
    remember = [number for number, one in enumerate(trace.shapes.recurrent, start=1) if one]
    return max((one for one in remember if one <= layer), default=min(remember, default=layer))


def story(trace: Trace, step: int, made: int, layer: int, unit: int) -> Story:
    """Return how far the error that is made at a time has come back by a step, and what it gives there."""
    done = times_done(trace, step, "delta", layer)
    times = range(done.start if made in done else made + 1, made + 1)
    if not times:
        return Story(made, layer, Along(times, frozen([])), Along(times, frozen([])), None)
    (parts,) = parts_of(trace, step, layer, ((made,),))
    size = lengths(parts[times.start : times.stop])
    gain = None
    if len(times) > 1 and 0.0 < size[-1] < math.inf and math.isfinite(size[0]):
        log = math.log(size[0] / size[-1]) if size[0] / size[-1] > 0.0 else -math.inf
        gain = Gain(log, len(times) - 1)
    part = parts[times.start : times.stop, unit]
    slopes = None if gain is None else _by_slopes(trace, step, layer, parts[times.start : times.stop - 1])
    return Story(made, layer, Along(times, frozen(part)), Along(times, frozen(size)), gain, slopes)


@np.errstate(all="ignore")
def _by_slopes(trace: Trace, step: int, layer: int, parts: Array) -> float | None:
    """Return the logarithm of what the slopes have made of an error at the times before its own.

    At each it is what the length of the part is of that before the slope; None where slopes are no factor.
    """
    link = through_time(table_of(trace.scenario), layer)
    if link is None or link.coupled:
        return None
    factors = [factor for term in link.gain.terms for factor in term.factors]
    if not any(one.variable.name == "slope" and not one.shift for one in factors):
        return None
    start = times_done(trace, step, "delta", layer).start
    slope = numbers_of(trace, step).sequence("slope", layer, sample_of(trace, step))[start:][: len(parts)]
    log = float(np.log(lengths(parts) / lengths(parts / slope)).sum())
    return log if math.isfinite(log) else None


def given(trace: Trace, step: int, made: int, unit: int) -> tuple[str, float | None]:
    """Return what the loss of a time alone gives to an output, and by what it is called; None until it does.

    Where slope and error are one factor that is ∂C/∂z, else ∂C/∂a, or what comes to ∂C/∂h from above.
    """
    last, recurrent = trace.shapes.layers, trace.shapes.recurrent[-1]
    in_one = is_one_factor(trace.scenario)
    # Of a recurrent output's ∂C/∂h the time after has a part, which is not meant here.
    name = f"{'∂C/∂z' if in_one else 'above' if recurrent else '∂C/∂a'}{last}[{unit + 1}]"
    if made not in times_done(trace, step, "delta", last):
        return name, None
    if in_one:
        return name, float(from_losses(numbers_of(trace, step), sample_of(trace, step))[made, unit])
    return name, quantity(trace, step, "from_above" if recurrent else "error", last, unit).at(made)


def parts_of(trace: Trace, step: int, layer: int, groups: Groups) -> Array:
    """Return what the errors of each group of times give to the deltas of a layer: [group, time, unit].

    Of the whole sequence, whatever is known by the step.
    """
    numbers, sample = numbers_of(trace, step), sample_of(trace, step)
    key = (layer, sample, groups)
    return _PARTS.of(numbers, key, lambda: frozen(_gone_back(numbers, sample, layer, groups)))


# Kept as long as the trace keeps the iteration.
_PARTS: Kept[Iteration, Array] = Kept(8 << 20, lambda parts: parts.nbytes)


@np.errstate(all="ignore")
def _gone_back(numbers: Iteration, sample: int, layer: int, groups: Groups) -> Array:
    every = links(table_of(numbers.scenario))
    last, times = len(numbers.network.layers), len(numbers.has_target(sample))
    given = from_losses(numbers, sample)
    found = {
        number: np.zeros((len(groups), times, numbers.network.layers[number - 1].units))
        for number in range(layer, last + 1)
    }
    for place, group in enumerate(groups):
        found[last][place, list(group)] = given[list(group)]
    ways = {
        number: [
            (link, _backwards(numbers, link, sample, times))
            for link in every[delta_of(number)]
            if not link.loss
        ]
        for number in found
    }
    for time in range(times - 1, -1, -1):
        for number in range(last, layer - 1, -1):
            for link, matrices in ways[number]:
                if time + link.shift < times:
                    source = link.source.variable.layer
                    assert source is not None
                    found[number][:, time] += found[source][:, time + link.shift] @ next(matrices)
    return found[layer]


def _backwards(numbers: Iteration, link: Link, sample: int, times: int) -> Iterator[Array]:
    """Yield the matrix of a link at each time that it leads to, from the last one down."""
    stop = times - link.shift
    sizes = (
        numbers.network.layers[(one.variable.layer or 1) - 1].units for one in (link.source, link.result)
    )
    block = max(1, BLOCK // math.prod(sizes))
    while stop > 0:
        yield from jacobians(numbers, link, sample, range(max(0, stop - block), stop))[::-1]
        stop -= block
