"""What exactly is wrong with an array, seen as a ratio or a shape?

Where no known mistake makes somebody's numbers, and beside one that does: every number is 1/m of the right
one, the right ones stand turned over, it is the sum over all, it is another quantity.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.precision import agree, order_of
from engine.equations.equation import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.arrays import Array, Mask
    from engine.diagnosis.layouts import Reading
    from engine.diagnosis.quantities import Quantity
    from engine.diagnosis.search import Bench

_FEW = 3
"""Numbers of an array that are named when they are all that differs."""
_SEVERAL = 2
_LISTED = 8
"""Places that are listed."""
_SUMMED = 64
"""Roundings of the right numbers within which a sum that cancels is 0."""
SAMPLES = 512
"""Samples up to which rows are looked for in another order."""


def likenesses(reading: Reading, bench: Bench, known: dict[str, Quantity]) -> Iterator[str]:
    """Yield sentences about what an array is instead of the right one, the most telling first."""
    seen = _seen(reading, bench, known)
    found = list(seen.every())
    yield from (found[:_SEVERAL] or seen.some()) if reading.fits else found


def beside(
    first: Reading, others: Sequence[Reading], bench: Bench, known: dict[str, Quantity]
) -> Iterator[str]:
    """Yield what is seen of other arrays than the `first` that is wrong, of each the most telling.

    What is the same of several is said once.
    """
    most = next(_seen(first, bench, known).every(), None)
    same: dict[str, list[str]] = {} if most is None else {_unnamed(most, first): []}
    said: dict[str, str] = {}
    for reading in others:
        sentence = next(_seen(reading, bench, known).every(), None)
        if sentence is not None:
            kind = _unnamed(sentence, reading)
            if kind in same:
                same[kind].append(reading.quantity.name)
            else:
                same[kind], said[kind] = [], sentence
    for kind, names in same.items():
        of_these = f"the same of {', '.join(dict.fromkeys(names))}" if names else ""
        if text := "; ".join(part for part in (said.get(kind), of_these) if part):
            yield text


def _seen(reading: Reading, bench: Bench, known: dict[str, Quantity]) -> _Seen:
    right = bench.right.of(reading.variable)
    return _Seen(reading, right * reading.share, bench.within(reading, right), bench, known)


def _unnamed(sentence: str, reading: Reading) -> str:
    """Return a sentence without the name of what it is about, to be held against that about another."""
    name = reading.quantity.name
    return re.sub(rf"\b({name}|{_parameter(name)})\b", "", sentence)


class _Seen:
    def __init__(
        self,
        reading: Reading,
        right: Array,
        within: Array | float,
        bench: Bench,
        known: dict[str, Quantity],
    ) -> None:
        self.reading, self.right, self.within, self.bench, self.known = reading, right, within, bench, known
        self.array = reading.array
        self.name = reading.quantity.name

    def every(self) -> Iterator[str]:
        """Yield all that is seen of it, the most telling first."""
        strange = ~np.isfinite(self.array)
        if self.reading.fits and strange.any() and np.isfinite(self.right).all():
            yield f"{int(strange.sum()):,} of {strange.size:,} numbers of {self.name} are nan or infinite"
            return
        looks = (
            *(self.turned, self.summed, self.of_change, self.ratio, self.another),
            *(self.of_one, self.reordered, self.offset),
        )
        for look in looks if self.reading.fits else (self.of_shape,):
            yield from look()

    def same(self, other: Array, scale: float = 1.0) -> bool:
        """Return whether the array is another one, as exactly as its numbers are."""
        within = np.asarray(self.within) * max(1.0, abs(scale))
        return agree(
            self.array, np.asarray(other), within if within.shape == self.array.shape else within.max()
        )

    def of_shape(self) -> Iterator[str]:
        """Say what shape it has, and whether the numbers are right in it."""
        of_batch = self.reading.quantity.group is None
        right = self.right.transpose(1, 0, 2) if of_batch else self.right
        if of_batch and right.shape[1] == 1:
            right = right[:, 0]
        axes = ("[sample, unit]" if right.ndim == 2 else "[sample, time, unit]") if of_batch else "[to, from]"
        if self.reading.quantity.group == "biases":
            axes = "[unit]"
        shape, expected = _shape(self.array.shape), _shape(right.shape)
        yield f"{self.name} has the shape {shape}; expected {expected}, that is {axes}"
        limit = float(np.max(self.within))
        if self.array.shape == right.T.shape and agree(self.array, right.T, limit):
            yield f"every number of {self.name} is right, but it stands turned over"
        if self.array.size == 1 and right.size > 1:
            if abs(float(self.array.ravel()[0]) - float(right.sum())) <= limit * right.size:
                yield f"{self.name} is the sum over all of the right ones: sum along one axis only"
            elif abs(float(self.array.ravel()[0]) - float(right.mean())) <= limit:
                yield f"{self.name} is the mean over all of the right ones"
        if self.reading.quantity.is_total and self.reading.quantity.group == "biases":
            yield from self.of_bias(limit)
        elif self.reading.quantity.group == "biases" and self.array.size > right.size:
            yield f"{_parameter(self.name)} has grown by an axis: its gradient isn't summed over the samples"

    def of_bias(self, limit: float) -> Iterator[str]:
        """Say whether the gradient of a bias isn't summed, or over something else."""
        delta = self.bench.right.of(Variable("delta", self.reading.quantity.layer))
        if delta.shape[0] > 1:
            return
        own = f"delta{self.reading.quantity.layer}"
        mine = self.array.squeeze()
        for share in (1.0, 1.0 / self.bench.ground.samples):
            every, units = delta[0].squeeze() * share, delta[0].sum(axis=1) * share
            for one in (every, every.T):
                if mine.shape == one.shape and agree(mine, one, limit):
                    yield f"{self.name} is {own} of every sample: it isn't summed over the samples"
                    return
            if mine.shape == units.shape and agree(mine, units, limit * delta.shape[2]):
                yield f"{self.name} is {own} summed over the units: sum over the samples"
                return

    def turned(self) -> Iterator[str]:
        """Say whether it is the right one turned over."""
        right = self.right
        square = right.ndim == 2 and right.shape[0] == right.shape[1] > 1
        if square and self.same(right.T):
            yield f"{self.name} is the right one turned over: rows for columns"

    def summed(self) -> Iterator[str]:
        """Say whether a bias has got the same for every unit: the sum or mean over all."""
        mine, right, what = self.array, self.right, self.name
        group = self.reading.quantity.group
        if group != "biases" or mine.size < _SEVERAL:
            return
        if not self.reading.quantity.is_total:
            before = self.bench.right.remembered[Variable(group, self.reading.quantity.layer)]
            mine, right, what = mine - before, right - before, f"the change of {_parameter(self.name)}"
        limit = np.asarray(self.within)
        for one, word in ((right.sum(), "sum"), (right.mean(), "mean")):
            same = agree(mine, np.full(mine.shape, one), np.broadcast_to(limit.sum(), mine.shape))
            if same and not np.allclose(right, one):
                over = f"the {word} over all of the right ones: sum along one axis only"
                yield f"every number of {what} is {over}"
                return

    def ratio(self) -> Iterator[str]:
        """Say by what number every one of the right ones is multiplied."""
        ratio = _ratio(self.array, self.right)
        if self.array.size and np.all(np.abs(self.array) <= np.spacing(np.abs(self.right).max()) * _SUMMED):
            rounding = " but for rounding" if self.array.any() else ""
            yield f"every number of {self.name} is 0{rounding}"
            return
        if ratio is None or not self.same(self.right * ratio, ratio) or self.same(np.zeros(())):
            return
        words = self.number(ratio)
        if words or self.array.size > 1:
            yield f"every number of {self.name} is {words or f'{ratio:.6g} times the right one'}"

    def number(self, ratio: float) -> str:
        """Say what a ratio is, by the numbers of the scenario that it may come from; nothing if by none."""
        bench = self.bench
        outputs = bench.scenario.network.layers[-1].units
        rate = bench.scenario.training.learning_rate
        sources = (
            (float(bench.ground.samples), "m", f"the {bench.ground.samples} samples of the batch"),
            (float(bench.scenario.data.samples), "N", f"all {bench.scenario.data.samples} samples"),
            (float(outputs), "n", f"the {outputs} outputs"),
            (float(bench.ground.times), "T", f"the {bench.ground.times} times"),
            (rate, "η", f"the learning rate {rate:g}"),
            *(
                (float(units), "n", f"the {units} {word}")
                for units, word in zip(bench.scenario.network.sizes, self.sizes(), strict=True)
            ),
        )
        if abs(ratio + 1) < 1e-6:
            return "the right one with the other sign"
        for number, letter, words in sources:
            if number in (0.0, 1.0):
                continue
            for power, text in ((1, letter), (-1, f"1/{letter}"), (2, f"{letter}²"), (-2, f"1/{letter}²")):
                for sign, minus in ((1.0, ""), (-1.0, "-")):
                    if abs(ratio - sign * number**power) <= 1e-6 * abs(ratio):
                        return f"{minus}{text} times the right one, with {letter} = {words}"
        if abs(ratio) < 1e6 and ratio:
            simple = Fraction(ratio).limit_denominator(12)
            if simple and abs(ratio - float(simple)) <= 1e-6 * abs(ratio):
                return f"{simple} times the right one"
        return ""

    def sizes(self) -> list[str]:
        """Say what the sizes of the layers count."""
        layers = range(1, len(self.bench.scenario.network.layers) + 1)
        return ["inputs", *(f"units of layer {layer}" for layer in layers)]

    def of_change(self) -> Iterator[str]:
        """Say the same of what an update has added to a parameter."""
        group = self.reading.quantity.group
        if group is None or self.reading.variable.name != f"{group}'":
            return
        before = self.bench.right.remembered[self.reading.variable._replace(name=group)]
        mine, right = self.array - before, self.right - before
        if self.same(before):
            yield f"{self.name} is what it was before the update"
            return
        ratio = _ratio(mine, right)
        if ratio is not None and self.same(before + right * ratio, ratio):
            words = self.number(ratio)
            if words or self.array.size > 1:
                words = words or f"{ratio:.6g} times the right one"
                yield f"the change of {_parameter(self.name)} is {words}"

    def another(self) -> Iterator[str]:
        """Say which other quantity it is."""
        for quantity in self.known.values():
            if quantity.variable == self.reading.variable:
                continue
            other = self.bench.right.of(quantity.variable)
            if other.shape == self.array.shape and self.same(other) and other.any():
                if quantity == self.reading.quantity:
                    yield f"{self.name} is the total of the batch, not its mean"
                    return
                yield f"{self.name} is {quantity.name}"
                return

    def of_one(self) -> Iterator[str]:
        """Say of which sample alone a total is, or which it lacks."""
        quantity, samples = self.reading.quantity, self.bench.ground.samples
        if not quantity.is_total or not 1 < samples <= SAMPLES:
            return
        delta = self.bench.right.of(Variable("delta", quantity.layer))
        below = None
        if quantity.group == "weights":
            name = "input" if quantity.layer == 1 else "activation"
            below = self.bench.right.of(Variable(name, quantity.layer - 1 or None))
        elif quantity.group != "biases":
            return
        first = self.bench.shapes.batch(self.bench.iteration).start
        for sample in range(samples):
            if below is None:
                share = delta[:, sample].sum(axis=0)
            else:
                share = np.einsum("ti,tj->ij", delta[:, sample], below[:, sample])
            mine = share * self.reading.share
            part = mine if self.reading.variable == quantity.variable else mine / samples
            if self.same(mine) or self.same(part):
                yield f"{self.name} is that of sample {first + sample + 1} alone"
                return
            if self.same(self.right - part):
                yield f"{self.name} lacks the share of sample {first + sample + 1}"
                return

    def reordered(self) -> Iterator[str]:
        """Say whether the samples or the units stand in another order."""
        if self.reading.quantity.group is not None:
            return
        for axis, word in ((1, "samples"), (2, "units")):
            length = self.right.shape[axis]
            if not 1 < length <= SAMPLES:
                continue
            mine, right = (np.moveaxis(one, axis, 0).reshape(length, -1) for one in (self.array, self.right))
            places = order_of(mine, right, float(np.max(self.within)))
            if places is not None:
                yield f"the {word} of {self.name} stand in another order: {listed(places)}"
                return

    def offset(self) -> Iterator[str]:
        """Say what is added to every number: one number, or a multiple of the parameter."""
        more = self.array - self.right
        first = float(more.ravel()[0]) if more.size else 0.0
        if self.array.size > 1 and first and np.isfinite(first) and self.same(self.right + first):
            yield (
                f"every number of {self.name} is too large by {first:.6g}"
                if first > 0
                else (f"every number of {self.name} is too small by {-first:.6g}")
            )
        group = self.reading.quantity.group
        if group is None or not self.reading.quantity.is_total:
            return
        parameter = self.bench.right.remembered[Variable(group, self.reading.quantity.layer)]
        ratio = _ratio(more, parameter)
        if ratio is not None and self.array.size > 1 and self.same(self.right + ratio * parameter):
            letter = self.name[1:]
            yield f"{self.name} is the right one plus {ratio:.6g} times {letter}: a decay of the weights"

    def some(self) -> Iterator[str]:
        """Say where the numbers that differ are, if they are few or of one unit or sample."""
        apart = ~(np.abs(self.array - self.right) <= self.within)
        count = int(apart.sum())
        if count == apart.size or not count:
            return
        if count <= _FEW:
            places = [_index(tuple(int(part) for part in one), self.reading) for one in np.argwhere(apart)]
            word = "number differs" if count == 1 else "numbers differ"
            yield f"only {count} {word} of {apart.size:,} in {self.name}: {', '.join(places)}"
            return
        yield f"{count:,} of {apart.size:,} numbers of {self.name} differ{self.alone(apart)}"

    def alone(self, apart: Mask) -> str:
        """Say at which time, of which sample or of which unit all numbers are that differ, if it is one."""
        group = self.reading.quantity.group
        words: tuple[str, ...] = ("in row {1}", "in column {1}")
        if group is None:
            words = ("at time {0}", "of sample {1}", "of unit {1}")
        elif group == "biases":
            return ""
        for axis, word in enumerate(words):
            (places,) = np.nonzero(apart.any(axis=tuple(one for one in range(apart.ndim) if one != axis)))
            if len(places) == 1 < apart.shape[axis]:
                return ", all " + word.format(places[0], places[0] + 1)
        return ""


def listed(places: Sequence[int]) -> str:
    """Return places (from 0) as they are counted, the first of them if there are many."""
    return ", ".join(str(place + 1) for place in places[:_LISTED]) + "..." * (len(places) > _LISTED)


def _index(place: tuple[int, ...], reading: Reading) -> str:
    if reading.quantity.group is not None:
        return "[" + ",".join(str(part + 1) for part in place) + "]"
    time, sample, unit = place
    at = f" at time {time}" if reading.array.shape[0] > 1 else ""
    return f"[{unit + 1}] of sample {sample + 1}{at}"


def _parameter(name: str) -> str:
    return name.removesuffix("_after")


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape)) or "of a single number"


def _ratio(mine: Array, right: Array) -> float | None:
    """Return what the right ones would be multiplied by, judged by the largest; None if that is no number."""
    if not right.size or not np.isfinite(mine).all() or not np.isfinite(right).all():
        return None
    place = np.unravel_index(int(np.argmax(np.abs(right))), right.shape)
    if not right[place]:
        return None
    with np.errstate(over="ignore"):
        ratio = float(mine[place] / right[place])
    return ratio if np.isfinite(ratio) else None
