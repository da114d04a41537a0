"""By what number is an array another than the right one, multiplied or added?"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.remarks.seen import Seen, parameter_of
from engine.equations.equation import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array

_SUMMED = 64
"""Roundings of the right numbers within which a sum that cancels is 0."""


def ratio(seen: Seen) -> Iterator[str]:
    """Say by what number every one of the right ones is multiplied."""
    ratio = _ratio(seen.array, seen.right)
    if seen.array.size and np.all(np.abs(seen.array) <= np.spacing(np.abs(seen.right).max()) * _SUMMED):
        rounding = " but for rounding" if seen.array.any() else ""
        yield f"every number of {seen.name} is 0{rounding}"
        return
    if ratio is None or not seen.same(seen.right * ratio, ratio) or seen.same(np.zeros(())):
        return
    words = _number(seen, ratio)
    if words or seen.array.size > 1:
        yield f"every number of {seen.name} is {words or f'{ratio:.6g} times the right one'}"


def of_change(seen: Seen) -> Iterator[str]:
    """Say the same of what an update has added to a parameter."""
    group = seen.reading.quantity.group
    if group is None or seen.reading.variable.name != f"{group}'":
        return
    before = seen.bench.right.remembered[seen.reading.variable._replace(name=group)]
    mine, right = seen.array - before, seen.right - before
    if seen.same(before):
        yield f"{seen.name} is what it was before the update"
        return
    ratio = _ratio(mine, right)
    if ratio is not None and seen.same(before + right * ratio, ratio):
        words = _number(seen, ratio)
        if words or seen.array.size > 1:
            words = words or f"{ratio:.6g} times the right one"
            yield f"the change of {parameter_of(seen.name)} is {words}"


def offset(seen: Seen) -> Iterator[str]:
    """Say what is added to every number: one number, or a multiple of the parameter."""
    more = seen.array - seen.right
    first = float(more.ravel()[0]) if more.size else 0.0
    if seen.array.size > 1 and first and np.isfinite(first) and seen.same(seen.right + first):
        yield (
            f"every number of {seen.name} is too large by {first:.6g}"
            if first > 0
            else (f"every number of {seen.name} is too small by {-first:.6g}")
        )
    group = seen.reading.quantity.group
    if group is None or not seen.reading.quantity.is_total:
        return
    parameter = seen.bench.right.remembered[Variable(group, seen.reading.quantity.layer)]
    ratio = _ratio(more, parameter)
    if ratio is not None and seen.array.size > 1 and seen.same(seen.right + ratio * parameter):
        letter = seen.name[1:]
        yield f"{seen.name} is the right one plus {ratio:.6g} times {letter}: a decay of the weights"


def _number(seen: Seen, ratio: float) -> str:
    """Say what a ratio is, by the numbers of the scenario that it may come from; nothing if by none."""
    bench = seen.bench
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
            for units, word in zip(bench.scenario.network.sizes, _sizes(seen), strict=True)
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


def _sizes(seen: Seen) -> list[str]:
    """Say what the sizes of the layers count."""
    layers = range(1, len(seen.bench.scenario.network.layers) + 1)
    return ["inputs", *(f"units of layer {layer}" for layer in layers)]


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
