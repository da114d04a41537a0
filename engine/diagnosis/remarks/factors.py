"""Of which numbers of the scenario is a number made by which the right ones are multiplied?"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.diagnosis.remarks.seen import Sight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.diagnosis.remarks.seen import Seen

_NEAR = 1e-6
"""Which share of a factor may lie between two that are taken for one."""
_LARGEST = 12
"""The largest denominator of a fraction that is taken for more than chance."""
_COUNTED = 1000
"""The largest number that is taken for a count by which somebody has divided."""
_MADE: Final = (
    *(("", lower) for lower in ("mT", "mn", "nT", "mnT")),
    *(("m", lower) for lower in "BnTN"),
    ("N", "m"),
    ("η", "m"),
)
"""What people divide, and by what, of which there are several: nothing, m or the rate, by others."""
_DONE: Final = {
    "1/T": ": the mean over the times, not the sum",
    "1/(mT)": ": the mean over the samples and times, not the sum",
    "η": ": the rate is in the gradient already",
}
"""What has been done where all of a gradient is multiplied so."""


class _Source(NamedTuple):
    """A number of the scenario: its letter, and what it is in words."""

    number: float
    letter: str
    words: str


def is_one(ratio: float) -> bool:
    """Return whether a factor is 1 as far as factors are told apart: nothing is multiplied."""
    return abs(ratio - 1.0) < _NEAR


def factor(seen: Seen, ratio: float) -> Sight:
    """Return what a factor is: of which numbers of the scenario it is made, if that is seen."""
    if is_one(-ratio):
        return Sight("the right one with the other sign")
    for some in (_counted(seen), _of_sizes(seen), _of_several(seen)):
        found = [one for one in some if abs(abs(ratio) - one.number) <= _NEAR * abs(ratio)]
        if found:
            first, *others = found
            minus = "-" if ratio < 0.0 else ""
            words = f"{minus}{first.letter} times the right one, with {first.words}"
            words += "".join(f", or {minus}{one.letter}, with {one.words}" for one in others)
            return Sight(words if others else f"{words}{_why(seen, first.letter)}")
    return Sight(f"{_fraction(ratio)} times the right one", tells=False)


def _counted(seen: Seen) -> Iterator[_Source]:
    """Yield each number of the scenario that is none of a layer, and 1 by it."""
    for one in _known(seen):
        yield one._replace(words=_is(one))
        yield _Source(1.0 / one.number, f"1/{one.letter}", _is(one))


def _of_sizes(seen: Seen) -> Iterator[_Source]:
    """Yield what else people divide by: one sample less, the units of a layer, and what is done twice."""
    for one in _known(seen):
        if one.letter == "m" and one.number > 2.0:
            yield _Source(1.0 / (one.number - 1.0), "1/(m-1)", _is(one))
            yield _Source(one.number / (one.number - 1.0), "m/(m-1)", _is(one))
        if one.letter in "mη":
            yield _Source(one.number**2, f"{one.letter}²", _is(one))
            yield _Source(1.0 / one.number**2, f"1/{one.letter}²", _is(one))
    for layer, size in enumerate(seen.bench.scenario.network.sizes[:-1]):
        if size > 1:
            words = f"n = the {size} {f'units of layer {layer}' if layer else 'inputs'}"
            yield _Source(float(size), "n", words)
            yield _Source(1.0 / size, "1/n", words)


def _of_several(seen: Seen) -> Iterator[_Source]:
    """Yield what people make of several numbers of the scenario; but not 2 or ½, which may be anything."""
    known = {one.letter: one for one in _known(seen)}
    for upper, lower in _MADE:
        if all(letter in known for letter in upper + lower):
            above, below = (math.prod(known[letter].number for letter in some) for some in (upper, lower))
            words = " and ".join(_is(known[letter]) for letter in upper + lower)
            under = f"({lower})" if len(lower) > 1 else lower
            if above / below not in (2.0, 0.5):
                yield _Source(above / below, f"{upper or 1}/{under}", words)


def _known(seen: Seen) -> list[_Source]:
    """Return the numbers of a scenario: of what there is several, and the rate."""
    bench = seen.bench
    samples, every = bench.ground.samples, bench.scenario.data.samples
    full = bench.scenario.training.batch_size
    outputs, times = bench.scenario.network.layers[-1].units, bench.ground.times
    rate = bench.scenario.training.learning_rate
    some = (
        (float(samples), "m", f"the {samples} samples of the batch"),
        (float(full if full > samples else 1), "B", f"the batch_size of {full}"),
        (float(every if every != samples else 1), "N", f"all {every} samples"),
        (float(outputs), "n", f"the {outputs} outputs"),
        (float(times), "T", f"the {times} times"),
        (rate, "η", f"the learning rate {rate:g}"),
    )
    return [_Source(*one) for one in some if one[0] > 0.0 and one[0] != 1.0]


def _is(one: _Source) -> str:
    return f"{one.letter} = {one.words}"


def _why(seen: Seen, text: str) -> str:
    """Say what has been done where a gradient is multiplied by what people often come by."""
    if not seen.reading.quantity.is_total:
        return ""
    as_mean = seen.reading.variable == seen.reading.quantity.mean
    if text == "1/m":
        return ": divided by m twice" if as_mean else ": the mean over the samples, not the sum"
    if text == "m" and as_mean:
        return ": the sum over the samples, not the mean"
    return _DONE.get(text, "")


def _fraction(ratio: float) -> str:
    """Return a factor as a fraction, where it is a simple one, else in digits."""
    if ratio and 1.0 / _COUNTED <= abs(ratio) <= _COUNTED:
        for most in (_LARGEST, _COUNTED):
            simple = Fraction(ratio).limit_denominator(most)
            plain = most == _LARGEST or 1 in (abs(simple.numerator), simple.denominator)
            if simple and plain and abs(ratio - float(simple)) <= _NEAR * abs(ratio):
                return str(simple)
    return f"{ratio:.6g}"
