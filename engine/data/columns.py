"""Which columns of a table are quantities to learn from, and what is to be written to choose them?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.spelling.text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.data.asked import Asked
    from engine.scenario import Scenario

NUMBERED = re.compile(
    r"(?i:id|nr|no\.?|index|row|key|number|unnamed: 0|)|.*(?:_id|_ID|[a-z]I[dD]|[ _-](?i:id|nr|no))"
)
"""Names of columns that number the samples, if their values do."""


def choosing(
    scenario: Scenario, asked: Asked, inputs: Sequence[str], targets: Sequence[str], *more: str
) -> str:
    """Return how to choose columns, and what else is to be changed then."""
    keys = (f"{key} = [{texts(names)}]" for key, names in (("inputs", inputs), ("targets", targets)))
    told = asked.saying(*keys, *more)
    less = scenario.network.inputs - len(inputs)
    if less:
        told += f", and network.inputs = {len(inputs)}"
        told += ", with a weight less for each column left out where layer 1 lists them" if less > 0 else ""
    return f"{told}."


def texts(names: Sequence[str]) -> str:
    """Return names as a list of TOML has them."""
    return ", ".join(quoted(name) for name in names)


def quantities(scenario: Scenario) -> list[str]:
    """Return the names of the inputs that don't number the samples."""
    inputs = scenario.data.inputs
    return [
        name
        for unit, name in enumerate(scenario.names.inputs)
        if not numbers_samples(name, inputs[:, 0, unit])
    ]


def numbers_samples(name: str, column: Array) -> bool:
    """Return whether a column numbers the samples."""
    whole = bool((column == column.round()).all()) and len(np.unique(column)) == len(column) > 1
    return whole and NUMBERED.fullmatch(name) is not None
