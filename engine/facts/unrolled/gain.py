"""What is left of an error on its way back, through time or through layers?

Each step back multiplies the vector of deltas by a matrix, its Jacobian: f'(z) and Uᵀ through time, f'(z)
and Wᵀ through layers. Over many steps it is their product that counts, and not the product of the factors
by which lengths change from one step to the next: on its way errors are added from above, so these belong
to different vectors. Of the product two things are told: by what it multiplies the length of the error
that it begins with, and by what that of any error at most (its spectral norm). Below 1 for each step the
error vanishes over many of them, above 1 it explodes.

Source: Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np

from engine.arrays import frozen, length, lengths
from engine.equations.equation import SAMPLE, TIME
from engine.equations.links import through_time, within_time
from engine.equations.table import table_of
from engine.facts.counterfactual import FROM_LOSS, again, as_read, without
from engine.facts.through_time import Along, numbers_of, sample_of, sizes, times_done
from engine.kept import Made
from engine.order.quantities import PARAMETERS
from engine.program.evaluate import evaluate
from engine.run.iteration import Iteration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.arrays import Array
    from engine.equations.equation import Factor
    from engine.equations.links import Link
    from engine.run.tracing import Trace

    Matrices: TypeAlias = Callable[[range], Array]

Tendency = Literal["vanishing", "lasting", "exploding"]

# Within a quarter of 1 for each step, and not even fourfold or a quarter over all of them.
_NEAR_ONE, _NEAR_ONE_IN_ALL = math.log(1.25), math.log(4.0)

_MOST_UNITS = 256
"""Of wider layers the largest gain is not asked for: a product of matrices for each step takes too long."""
BLOCK = 1 << 21
"""How many numbers of matrices are made at a time."""


class Gain(NamedTuple):
    """By what an error's length is multiplied over some steps back: `log` is the natural logarithm of it.

    Over very many steps it is beyond what a number can hold.
    """

    log: float
    steps: int

    @property
    def overall(self) -> float:
        """What all steps together multiply by."""
        return _exp(self.log)

    @property
    def mean(self) -> float:
        """What a step multiplies by, if all did alike."""
        return _exp(self.log / self.steps)

    @property
    def tendency(self) -> Tendency:
        """Whether the error vanishes, lasts or explodes on its way back."""
        if abs(self.log) <= min(_NEAR_ONE * self.steps, _NEAR_ONE_IN_ALL):
            return "lasting"
        return "vanishing" if self.log < 0.0 else "exploding"


@dataclass(frozen=True, slots=True, eq=False)
class Back:
    """What steps back leave of errors.

    `each` is what a step multiplies the length of its own delta by. `error` is the gain of the error that
    all steps begin with, the latest that is not 0, and `most` that of any error at most; None as long as
    there is no error to pass back.
    """

    each: Along
    error: Gain | None
    most: Gain | None


@np.errstate(all="ignore")
def through_times(trace: Trace, step: int, layer: int) -> Back:
    """Return what the steps back through time that are done leave of a recurrent layer's delta.

    `each` is ‖f'(z@t) ⊙ Uᵀ δ@t+1‖ / ‖δ@t+1‖, the part of the delta that came from the future: where
    nothing comes from above it is ‖δ@t‖ / ‖δ@t+1‖; nan where there was no error to pass back. A layer that
    is not recurrent has no step back.
    """
    times = times_done(trace, step, "delta", layer)
    pairs = range(times.start, max(times.start, times.stop - 1))
    link = through_time(table_of(trace.scenario), layer)
    if link is None or not pairs:
        return Back(Along(pairs[:0], frozen([])), None, None)
    numbers, sample = numbers_of(trace, step), sample_of(trace, step)
    passed = without(numbers, FROM_LOSS, "delta", layer, sample)[pairs.start : pairs.stop]
    delta = numbers.sequence("delta", layer, sample)
    each = lengths(passed) / lengths(delta[pairs.start + 1 : pairs.stop + 1])

    def matrices(places: range) -> Array:
        return jacobians(numbers, link, sample, places)

    block = max(1, BLOCK // delta.shape[1] ** 2)
    passage = _PASSAGES.of(numbers, (layer, sample), lambda: _Passage(list(delta), block))
    error, most = passage.down_to(pairs.start, matrices)
    return Back(Along(pairs, frozen(each)), error, most)


@np.errstate(all="ignore")
def through_layers(trace: Trace, step: int, time: int) -> Back:
    """Return what the layers that are done leave of the last layer's delta, at one time.

    `each` is ‖δ of layer l‖ / ‖δ of layer l+1‖, with layers in the place of times.
    """
    last = trace.shapes.layers
    done = [layer for layer in range(1, last + 1) if time in times_done(trace, step, "delta", layer)]
    if not done[1:]:
        return Back(Along(range(0), frozen([])), None, None)
    numbers, sample = numbers_of(trace, step), sample_of(trace, step)
    size = np.array([sizes(trace, step, layer).at(time) for layer in done], dtype=np.float64)

    def matrices(places: range) -> Array:
        (layer,) = places
        link = within_time(table_of(trace.scenario), layer)
        return jacobians(numbers, link, sample, range(time, time + 1))

    deltas = [numbers.sequence("delta", layer, sample)[time] for layer in range(1, last + 1)]
    # A layer 0 has no delta: nobody asks for it.
    passage = _PASSAGES.of(numbers, (sample, time, "layers"), lambda: _Passage([deltas[0], *deltas], 1))
    error, most = passage.down_to(done[0], matrices)
    return Back(Along(range(done[0], done[-1]), frozen(size[:-1] / size[1:])), error, most)


class _Passage:
    """The way back of an error through places, from the last one down; what was asked for is kept.

    `matrices(places)`, of `block` places at most, gives what the errors of the next place are multiplied by:
    [place, from, to].
    """

    def __init__(self, deltas: Sequence[Array], block: int) -> None:
        size = [length(one) for one in deltas]
        there = [place for place, one in enumerate(size) if one > 0.0 and math.isfinite(one)]
        self._begin = there[-1] if there else 0
        self._size = size[self._begin]
        self._delta = deltas[self._begin]
        self._is_narrow = max(map(len, deltas)) <= _MOST_UNITS
        self._block = block
        self._found: dict[int, tuple[Gain | None, Gain | None]] = {}
        self._restart()

    def _restart(self) -> None:
        self._place = self._begin
        self._error = _Scaled(self._delta[None, :] / self._size)
        self._any: _Scaled | None = None

    def down_to(self, place: int, matrices: Matrices) -> tuple[Gain | None, Gain | None]:
        """Return the gain of the error from where it begins down to a place, and the largest of any."""
        steps = self._begin - place
        if steps < 1:
            return None, None
        if place not in self._found:
            if place > self._place:
                self._restart()
            while self._place > place:
                self._go(matrices(range(max(place, self._place - self._block), self._place)))
            error = self._error.log_length()
            most = None if self._any is None else self._any.log_norm()
            gains = (None if log is None else Gain(log, steps) for log in (error, most))
            self._found[place] = next(gains), next(gains)
        return self._found[place]

    def _go(self, matrices: Array) -> None:
        for matrix in matrices[::-1]:
            self._error = self._error.times(matrix)
            if self._is_narrow:
                self._any = _Scaled(matrix) if self._any is None else self._any.times(matrix)
        self._place -= len(matrices)


class _Scaled:
    """A matrix that is kept within what numbers can hold: `array` · 2^`exponent`."""

    def __init__(self, array: Array, exponent: int = 0) -> None:
        largest = float(np.abs(array).max(initial=0.0))
        more = math.frexp(largest)[1] if math.isfinite(largest) else 0
        self.array = np.ldexp(array, -more)
        self.exponent = exponent + more

    def times(self, matrix: Array) -> _Scaled:
        """Return the product with another matrix."""
        by = _Scaled(matrix)
        return _Scaled(self.array @ by.array, self.exponent + by.exponent)

    def log_length(self) -> float | None:
        """Return the logarithm of the length of all entries together; None if it is no number."""
        return self._log(length(self.array))

    def log_norm(self) -> float | None:
        """Return the logarithm of the spectral norm; None if it is no number."""
        if not np.isfinite(self.array).all():
            return None
        return self._log(float(np.linalg.norm(self.array, 2)))

    def _log(self, size: float) -> float | None:
        if not math.isfinite(size):
            return None
        return math.log(size) + self.exponent * math.log(2.0) if size else -math.inf


def jacobians(numbers: Iteration, link: Link, sample: int, times: range) -> Array:
    """Return what a link multiplies the errors of its source by, as they are read: [time, from, to]."""
    layer = link.result.variable.layer
    assert layer is not None
    if link.coupled:
        units = numbers.network.layers[layer - 1].units
        nothing = dict.fromkeys((link.result.variable._replace(name=part), 0) for part in FROM_LOSS)
        found = np.empty((len(times), units, units))
        for unit, row in enumerate(np.eye(units)):
            one = np.broadcast_to(row, (len(times), units))
            instead = {**nothing, (link.source.variable, link.shift): one}
            found[:, unit] = again(numbers, link.result.variable, sample, times, instead)
        return found
    gain = link.gain
    values: dict[Factor, Array] = {}

    def at_times(factor: Factor) -> Factor:
        if factor.variable.name in PARAMETERS:
            read = as_read(numbers, factor, layer, sample, times, {})
            named = factor._replace(letters=(TIME, *factor.letters)) if read.each_time else factor
            values[named] = read.values
            return named
        every = numbers.at_all_times(factor.variable, sample)
        values[factor] = every[times.start + factor.shift : times.stop + factor.shift]
        return factor

    terms = tuple(term._replace(factors=tuple(map(at_times, term.factors))) for term in gain.terms)
    result = gain.result._replace(letters=(TIME, *gain.result.letters))
    made = evaluate(gain._replace(result=result, terms=terms), values.__getitem__, SAMPLE)
    return np.broadcast_to(made, (len(times), *made.shape[-2:]))


# Kept as long as the trace keeps the iteration.
_PASSAGES = Made[Iteration, _Passage]()


def _exp(log: float) -> float:
    try:
        return math.exp(log)
    except OverflowError:
        return math.inf
