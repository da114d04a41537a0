"""How are samples written whose columns have names? As a CSV table, as a list of numbers has no names."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from engine.scenario import Scenario


class NamedTable(NamedTuple):
    """The table, and what `[data]` says of it beside its file."""

    content: bytes
    keys: dict[str, Any]


def named_table(scenario: Scenario) -> NamedTable | None:
    """Return the samples of a scenario as a table with their names; None if they have none, or need none."""
    names, data = scenario.names, scenario.data
    if not names.inputs or scenario.network.recurrent or len(names.inputs) != data.inputs.shape[-1]:
        return None
    inputs, targets = data.inputs[:, 0], data.targets[:, 0]
    columns: list[list[Any]]
    of_targets: tuple[str, ...]
    if names.classes:
        labels = _labels(names.classes, targets)
        if labels is None:
            return None
        columns = [labels]
        of_targets = names.outputs if len(names.outputs) == 1 else (_free("class", names.inputs),)
    elif len(names.outputs) == targets.shape[-1]:
        columns, of_targets = targets.T.tolist(), names.outputs
    else:
        return None
    header = (*names.inputs, *of_targets)
    if len({*header}) != len(header):
        return None
    written = StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(header)
    rows.writerows(
        [*map(repr, row), *(repr(one) if isinstance(one, float) else one for one in others)]
        for row, others in zip(inputs.tolist(), zip(*columns, strict=True), strict=True)
    )
    keys: dict[str, Any] = {"header": True, "inputs": list(names.inputs), "targets": list(of_targets)}
    if names.classes:
        keys["classes"] = list(names.classes)
    return NamedTable(written.getvalue().encode(), keys)


def _labels(classes: tuple[str, ...], targets: np.typing.NDArray[np.float64]) -> list[Any] | None:
    """Return the class of each sample; None where the targets are other numbers than classes have."""
    if targets.shape[-1] == 1:
        codes = targets[:, 0]
        if len(classes) != 2 or not np.isin(codes, (0.0, 1.0)).all():
            return None
    else:
        codes = targets.argmax(axis=1)
        if len(classes) != targets.shape[-1] or not (targets == np.eye(len(classes))[codes]).all():
            return None
    return [classes[int(code)] for code in codes]


def _free(name: str, taken: tuple[str, ...]) -> str:
    while name in taken:
        name += "_"
    return name
