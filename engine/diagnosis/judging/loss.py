"""Is a loss that somebody gives that of the batch, and of what is it if it is not?

No gradient is made of it, and so it stands beside all else that is looked at: a total or the mean over the
batch, as people print either.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from engine.diagnosis.iteration.values import Values
from engine.diagnosis.judging.close import digits_of_agreement
from engine.equations.equation import Variable
from engine.equations.forward import LOSS, of_loss
from engine.named_arrays.words import LOSSES, plain
from engine.numerals import numeral
from engine.program.cycles import CircularError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy.typing as npt

    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.precision import Precision

NAME: Final = "loss"
_FEWEST, _MOST = 3, 7
"""Digits of a number that is taken as printed: fewer tell nothing, more are those of a computation."""
_TIMES: Final = ((1.0, ""), (2.0, "twice "), (0.5, "half of "))
_DIGITS = 6


class GivenLoss(NamedTuple):
    """A loss as somebody calls it, and how exactly he has it."""

    theirs: str
    value: float
    precision: Precision

    @property
    def printed(self) -> float:
        """By how much it may differ from what was computed."""
        written = Decimal(repr(self.value)).normalize().as_tuple()
        short = _FEWEST <= len(written.digits) <= _MOST and isinstance(written.exponent, int)
        last = 0.51 * 10.0 ** int(written.exponent) if short else 0.0
        return max(last, float(np.max(self.precision.of_printing(np.asarray(self.value)))))


def names_of_losses(arrays: Mapping[str, npt.NDArray[Any]], told: Mapping[str, str]) -> list[str]:
    """Return which arrays are a loss: one number by a name of it; `told` says of some what they are."""
    return [
        name
        for name, array in arrays.items()
        if array.size == 1 and plain(told.get(name, name)) in LOSSES.split()
    ]


class Losses:
    """The losses that somebody gives of an iteration."""

    def __init__(self, bench: Bench, given: Sequence[GivenLoss]) -> None:
        self._bench = bench
        self._given = given

    @property
    def wrong(self) -> list[GivenLoss]:
        """Those that are neither the total of the batch nor the mean over it."""
        return [one for one in self._given if self._right(one) is None]

    @property
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The name of the loss among what agrees, and among what is wrong."""
        bad = bool(self.wrong)
        return ((NAME,) if self._given and not bad else ()), ((NAME,) if bad else ())

    @property
    def digits(self) -> dict[str, int]:
        """To how many digits it agrees."""
        every = ((np.asarray(one.value), self._right(one)) for one in self._given)
        known = [digits_of_agreement(mine, np.asarray(right)) for mine, right in every if right is not None]
        return {NAME: min(known)} if known else {}

    def _right(self, one: GivenLoss) -> float | None:
        """Return the total or the mean that a loss is; None if it is neither."""
        total = _total(self._bench.right)
        return next((right for right in (total, total / self._samples) if self._is(one, right)), None)

    @property
    def _samples(self) -> int:
        return self._bench.ground.samples

    def _is(self, one: GivenLoss, ours: float) -> bool:
        """Return whether a loss is a number of ours, as exactly as it can be."""
        right = self._bench.right.of(LOSS)
        total = float(np.abs(right).sum()) or 1.0
        rounding = np.max(self._bench.tolerance.of(LOSS, one.precision.unit, right)) * right.size / total
        if math.isnan(ours) or math.isnan(one.value):
            return math.isnan(ours) and math.isnan(one.value)
        return one.value == ours or abs(one.value - ours) <= one.printed + rounding * abs(ours)

    def _of(self, one: GivenLoss, values: Values) -> bool:
        """Return whether a loss is that of an iteration, as a total or a mean."""
        try:
            total = _total(values)
        except CircularError:
            return False
        return any(self._is(one, total / share) for share in (1, self._samples))

    def remarks(self, outputs: Reading | None, explained: Sequence[Values] = ()) -> Iterator[str]:
        """Say of those that are wrong what they are: not where what explains all else makes them, too.

        `outputs` are somebody's activations of the last layer, if they are wrong.
        """
        for one in self._given:
            if any(self._of(one, values) for values in explained):
                continue
            if self._right(one) is not None:
                if explained:
                    yield f"{one.theirs} is right, though what makes the other numbers makes another of it"
                continue
            if outputs is not None and outputs.fits and self._of(one, self._with(outputs)):
                yield f"{one.theirs} is what comes of your {outputs.quantity.name}"
                continue
            said = next(self._likenesses(one), f"{one.theirs} is {numeral(one.value, digits=_DIGITS)}")
            total = _total(self._bench.right)
            mean, whole = (numeral(value, digits=_DIGITS) for value in (total / self._samples, total))
            right = f"{mean}, the mean over the batch, or {whole}, the total" if self._samples > 1 else whole
            yield f"{said}; right is {right}"

    def _with(self, outputs: Reading) -> Values:
        """Return the loss of somebody's outputs: of them alone, not of what they are made of."""
        bench = self._bench
        network = bench.scenario.network
        last = len(network.layers)
        known = {Variable("activation", last): outputs.array}
        return Values(bench.ground, of_loss(network.loss, last), bench.remembered, known=known)

    def _likenesses(self, one: GivenLoss) -> Iterator[str]:
        """Yield what else a loss is, the most telling first."""
        bench = self._bench
        every = bench.right.of(LOSS)
        total, outputs = float(every.sum()), bench.scenario.network.layers[-1].units
        samples, at_times = self._samples, bench.ground.times
        shares = [
            (samples, "the mean over the batch"),
            (1, "the total of the batch"),
            (samples * outputs, "the mean over samples and outputs"),
            (samples * at_times, "the mean over samples and times"),
            (samples * at_times * outputs, "the mean over samples, times and outputs"),
            (outputs, "the mean over outputs"),
        ]
        for times, words in _TIMES:
            for share, of in shares:
                if self._is(one, times * total / share):
                    yield f"{one.theirs} is {words}{of}"
        if self._is(one, -total) or self._is(one, -total / self._samples):
            yield f"{one.theirs} has the other sign"
        for sample, own in enumerate(every.sum(axis=0).tolist(), start=1):
            if self._is(one, own):
                yield f"{one.theirs} is that of sample {sample} alone"
        yield from self._elsewhere(one)

    def _elsewhere(self, one: GivenLoss) -> Iterator[str]:
        """Say whether a loss is that after the update, or before the one before."""
        bench = self._bench
        for iteration in (bench.iteration + 1, bench.iteration - 1):
            if 0 <= iteration < bench.scenario.training.iterations:
                played = bench.run.iteration(iteration)
                if any(self._is(one, played.loss() / share) for share in (1, self._samples)):
                    yield f"{one.theirs} is that of iteration {iteration} (they are counted from 0)"


def _total(values: Values) -> float:
    return float(values.of(LOSS).sum())
