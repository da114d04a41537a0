"""Can the samples mean what they say, given the loss and the last activation?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.functions.reach import reach, words
from engine.read.data.opened import NOTHING, Asked
from engine.read.document.text import quoted
from engine.read.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.scenario import Scenario

_SIZES = 100.0
"""How many times larger than another an input may be."""

_SUM = 1e-6
NUMBERED = re.compile(
    r"(?i:id|nr|no\.?|index|row|key|number|unnamed: 0|)|.*(?:_id|_ID|[a-z]I[dD]|[ _-](?i:id|nr|no))"
)


def odd_sizes(scenario: Scenario, asked: Asked) -> Iterator[Finding]:
    """Yield what is odd about the inputs: numbers of samples, and sizes that are far apart."""
    inputs = scenario.data.inputs
    numbered = list(_numbered(scenario, inputs, asked))
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


def odd_targets(scenario: Scenario, asked: Asked = NOTHING) -> Iterator[Finding]:
    """Yield targets that the loss or the last activation can't take."""
    network, data = scenario.network, scenario.data
    places = np.argwhere(data.has_target)
    targets = data.targets[data.has_target]
    loss, last = network.loss, network.layers[-1].activation
    low, high = reach(last)
    remedy = 'Take "identity" for the last layer, or bring the targets to what it reaches.'
    if "cross-entropy" in loss:
        low, high = 0.0, 1.0
        remedy = "Write 0 and 1 for the two classes."
        remedy = _labels(scenario, targets, asked) if loss == "cross-entropy" else remedy
        says = f"targets of {loss} lie in 0..1"
    else:
        says = f"{last} reaches {words((low, high))}, and targets lie outside"
    outside = (targets < low) | (targets > high)
    if outside.any():
        yield _at(places, outside, targets, f"{says}, found {{value:g}}", remedy)
    elif loss == "cross-entropy":
        sums = targets.sum(axis=1, keepdims=True)
        wrong = abs(sums - 1) > _SUM
        if wrong.any() and targets.shape[1] > 1:
            says = "the targets of a sample sum to 1 with cross-entropy, found a sum of {value:g}"
            yield _at(places, wrong, sums, says, _labels(scenario, targets, asked))


def _labels(scenario: Scenario, targets: Array, asked: Asked) -> str:
    remedy = "Each class has a target: 1 for that of the sample, 0 for the others"
    if targets.shape[1] > 1 and not (targets == targets.round()).all():
        return f"{remedy}."
    names = scenario.names
    if names.inputs and len(names.outputs) == targets.shape[1] > 1:
        inputs = [*_quantities(scenario), *names.outputs[:-1]]
        return (
            f'{remedy}. If "{names.outputs[-1]}" is a column of labels, '
            f"{_columns(scenario, asked, inputs, names.outputs[-1:], 'one_hot = true')}"
        )
    if asked.file:
        return f"{remedy}; of a column of labels: {asked.saying('one_hot = true')}."
    return f"{remedy}; a column of labels in a file becomes so with one_hot = true under [data]."


def _columns(
    scenario: Scenario, asked: Asked, inputs: Sequence[str], targets: Sequence[str], *more: str
) -> str:
    """Return how to choose columns, and what else is to be changed then."""
    keys = (f"{key} = [{_texts(names)}]" for key, names in (("inputs", inputs), ("targets", targets)))
    told = asked.saying(*keys, *more)
    less = scenario.network.inputs - len(inputs)
    if less:
        told += f", and network.inputs = {len(inputs)}"
        told += ", with a weight less for each column left out where layer 1 lists them" if less > 0 else ""
    return f"{told}."


def _texts(names: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def _quantities(scenario: Scenario) -> list[str]:
    """Return the names of the inputs that don't number the samples."""
    inputs = scenario.data.inputs
    return [name for unit, name in enumerate(scenario.names.inputs) if not _numbers(name, inputs[:, 0, unit])]


def _numbers(name: str, column: Array) -> bool:
    """Return whether a column numbers the samples."""
    whole = bool((column == column.round()).all()) and len(np.unique(column)) == len(column) > 1
    return whole and NUMBERED.fullmatch(name) is not None


def _at(places: npt.NDArray[np.intp], wrong: Mask, values: Array, says: str, remedy: str) -> Finding:
    """Return the finding at the first of the wrong values, with how many more there are."""
    row, unit = (int(part) for part in np.argwhere(wrong)[0])
    sample = int(places[row, 0])
    count = int(wrong.sum()) - 1
    more = f"; {count:,} more {'is' if count == 1 else 'are'} like it" if count else ""
    path = ("data", "targets", sample, unit) if wrong.shape[1] > 1 else ("data", "targets", sample)
    return Finding(path, f"{says.format(value=float(values[row, unit]))} (sample {sample + 1}){more}", remedy)


def _numbered(scenario: Scenario, inputs: Array, asked: Asked) -> Iterator[Finding]:
    """Yield what looks like the number of a sample."""
    for unit, name in enumerate(scenario.names.inputs):
        if _numbers(name, inputs[:, 0, unit]):
            says = f"{_input(scenario, unit)} numbers the samples, and is no quantity to learn from"
            yield Finding(("data", "inputs"), says, _without_numbers(scenario, asked))


def _without_numbers(scenario: Scenario, asked: Asked) -> str:
    names, rest = scenario.names, _quantities(scenario)
    if not rest:
        return "Take a table with quantities to learn from."
    if (
        next(odd_targets(scenario, asked), None) is not None
    ):  # whose remedy leaves it out, or which comes first
        return "Leave it out, once the targets are in order."
    targets = asked.targets or (() if asked.labels else names.outputs)
    if not targets:
        return f"Name the inputs that count: {asked.saying(f'inputs = [{_texts(rest)}]')}."
    return f"Name the columns that count: {_columns(scenario, asked, rest, targets)}"


def _input(scenario: Scenario, unit: int) -> str:
    names = scenario.names.inputs
    return f'input {unit} ("{names[unit]}")' if names else f"input {unit}"
