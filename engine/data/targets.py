"""Which targets can the loss or the last activation not take?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.data.asked import NOTHING
from engine.data.columns import choosing, quantities
from engine.equations.functions.reach import reach, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from engine.arrays import Array, Mask
    from engine.data.asked import Asked
    from engine.scenario import Scenario

_SUM = 1e-6


class OddTarget(NamedTuple):
    """What is odd of a sample's target, and what to do; `unit` is None where it is of all or the only one."""

    sample: int
    unit: int | None
    says: str
    remedy: str


def odd_targets(scenario: Scenario, asked: Asked = NOTHING) -> Iterator[OddTarget]:
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
    if asked.file and names.inputs and len(names.outputs) == targets.shape[1] > 1:
        inputs = [*quantities(scenario), *names.outputs[:-1]]
        return (
            f'{remedy}. If "{names.outputs[-1]}" is a column of labels, '
            f"{choosing(scenario, asked, inputs, names.outputs[-1:], 'one_hot = true')}"
        )
    if asked.file:
        return f"{remedy}; of a column of labels: {asked.saying('one_hot = true')}."
    return f"{remedy}; a column of labels in a file becomes so with one_hot = true under [data]."


def _at(places: npt.NDArray[np.intp], wrong: Mask, values: Array, says: str, remedy: str) -> OddTarget:
    """Return what is said at the first of the wrong values, with how many more there are."""
    row, unit = (int(part) for part in np.argwhere(wrong)[0])
    sample = int(places[row, 0])
    count = int(wrong.sum()) - 1
    more = f"; {count:,} more {'is' if count == 1 else 'are'} like it" if count else ""
    told = f"{says.format(value=float(values[row, unit]))} (sample {sample + 1}){more}"
    return OddTarget(sample, unit if wrong.shape[1] > 1 else None, told, remedy)
