"""Can the samples mean what they say, given the loss and the last activation?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.read.findings import Finding
from engine.read.sense.reach import reach, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.scenario import Scenario

_SIZES = 100.0
"""How many times larger than another an input may be."""

_SUM = 1e-6
NUMBERED = re.compile(
    r"(?i:id|nr|no\.?|index|row|key|number|unnamed: 0|)|.*(?:_id|_ID|[a-z]I[dD]|[ _-](?i:id|nr|no))"
)


def odd_sizes(scenario: Scenario) -> Iterator[Finding]:
    """Yield what is odd about the inputs: numbers of samples, and sizes that are far apart."""
    inputs = scenario.data.inputs
    numbered = list(_numbered(scenario, inputs))
    yield from numbered
    sizes = abs(inputs).max(axis=(0, 1))
    there = np.flatnonzero(sizes)
    if numbered or len(there) < 2:
        return
    large, small = (int(there[place]) for place in (sizes[there].argmax(), sizes[there].argmin()))
    if sizes[large] >= _SIZES * sizes[small]:
        one, other = (f"{_input(scenario, unit)} goes up to {sizes[unit]:g}" for unit in (large, small))
        remedy = "Bring the inputs to one size: less their mean, over their deviation."
        yield Finding(("data", "inputs"), f"{one} and {other}: no learning rate suits both", remedy)


def odd_targets(scenario: Scenario) -> Iterator[Finding]:
    """Yield targets that the loss or the last activation can't take."""
    network, data = scenario.network, scenario.data
    places = np.argwhere(data.has_target)
    targets = data.targets[data.has_target]
    loss, last = network.loss, network.layers[-1].activation
    low, high = reach(last)
    remedy = 'Take "identity" for the last layer, or bring the targets to what it reaches.'
    if "cross-entropy" in loss:
        low, high = 0.0, 1.0
        remedy = _labels(targets) if loss == "cross-entropy" else "Write 0 and 1 for the two classes."
        says = f"targets of {loss} lie in 0..1"
    else:
        says = f"{last} reaches {words((low, high))}, and targets lie outside"
    outside = (targets < low) | (targets > high)
    if outside.any():
        yield _at(places, outside, targets, f"{says}, found {{value:g}}", remedy)
    elif loss == "cross-entropy":
        sums = targets.sum(axis=1, keepdims=True)
        yield from _odd_sums(places, sums, targets)


def _odd_sums(places: npt.NDArray[np.intp], sums: Array, targets: Array) -> Iterator[Finding]:
    wrong = abs(sums - 1) > _SUM
    if wrong.any() and targets.shape[1] > 1:
        says = "the targets of a sample sum to 1 with cross-entropy, found a sum of {value:g}"
        yield _at(places, wrong, sums, says, _labels(targets))


def _labels(targets: Array) -> str:
    remedy = "Each class has a target: 1 for that of the sample, 0 for the others"
    if targets.shape[1] == 1 or (targets == targets.round()).all():
        remedy += "; a column of labels becomes so with one_hot = true under [data]"
    return f"{remedy}."


def _at(places: npt.NDArray[np.intp], wrong: Mask, values: Array, says: str, remedy: str) -> Finding:
    """Return the finding at the first of the wrong values, with how many more there are."""
    row, unit = (int(part) for part in np.argwhere(wrong)[0])
    sample = int(places[row, 0])
    count = int(wrong.sum()) - 1
    more = f"; {count:,} more {'is' if count == 1 else 'are'} like it" if count else ""
    path = ("data", "targets", sample, unit) if wrong.shape[1] > 1 else ("data", "targets", sample)
    return Finding(path, f"{says.format(value=float(values[row, unit]))} (sample {sample + 1}){more}", remedy)


def _numbered(scenario: Scenario, inputs: Array) -> Iterator[Finding]:
    """Yield what looks like the number of a sample."""
    for unit, name in enumerate(scenario.names.inputs):
        column = inputs[:, 0, unit]
        whole = bool((column == column.round()).all()) and len(set(column.tolist())) == len(column) > 1
        if NUMBERED.fullmatch(name) and whole:
            says = f"{_input(scenario, unit)} numbers the samples, and is no quantity to learn from"
            yield Finding(
                ("data", "inputs"), says, "Name the inputs that count: inputs = [...] under [data]."
            )


def _input(scenario: Scenario, unit: int) -> str:
    names = scenario.names.inputs
    return f'input {unit} ("{names[unit]}")' if names else f"input {unit}"
