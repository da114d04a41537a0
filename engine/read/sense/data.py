"""Can the samples mean what they say, given the loss and the last activation?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.data import targets
from engine.data.columns import choosing, numbers_samples, quantities, texts
from engine.read.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.arrays import Array
    from engine.data.asked import Asked
    from engine.scenario import Scenario

_SIZES = 100.0
"""How many times larger than another an input may be."""


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


def odd_targets(scenario: Scenario, asked: Asked) -> Iterator[Finding]:
    """Yield targets that the loss or the last activation can't take."""
    for odd in targets.odd_targets(scenario, asked):
        at = (odd.sample,) if odd.unit is None else (odd.sample, odd.unit)
        yield Finding(("data", "targets", *at), odd.says, odd.remedy)


def _numbered(scenario: Scenario, inputs: Array, asked: Asked) -> Iterator[Finding]:
    """Yield what looks like the number of a sample."""
    for unit, name in enumerate(scenario.names.inputs):
        if numbers_samples(name, inputs[:, 0, unit]):
            says = f"{_input(scenario, unit)} numbers the samples, and is no quantity to learn from"
            yield Finding(("data", "inputs"), says, _without_numbers(scenario, asked))


def _without_numbers(scenario: Scenario, asked: Asked) -> str:
    names, rest = scenario.names, quantities(scenario)
    if not rest:
        return "Take a table with quantities to learn from."
    if (
        next(targets.odd_targets(scenario, asked), None) is not None
    ):  # whose remedy leaves it out, or which comes first
        return "Leave it out, once the targets are in order."
    outputs = asked.targets or (() if asked.labels else names.outputs)
    if not outputs:
        return f"Name the inputs that count: {asked.saying(f'inputs = [{texts(rest)}]')}."
    return f"Name the columns that count: {choosing(scenario, asked, rest, outputs)}"


def _input(scenario: Scenario, unit: int) -> str:
    names = scenario.names.inputs
    return f'input {unit} ("{names[unit]}")' if names else f"input {unit}"
