"""Do the samples listed in the scenario file fit the network?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from engine.arrays import frozen, sealed
from engine.read.numbers import NUMBERS, counted, known, matrix, vector
from engine.scenario import Data

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.read.document.shape import DataTable, Samples
    from engine.read.findings import Findings, KeyPath

_INPUTS: KeyPath = ("data", "inputs")
_TARGETS: KeyPath = ("data", "targets")
_PER = ("sample", "input (network.inputs)"), ("sample", "neuron of the last layer")


def plain_data(table: DataTable, units: tuple[int | None, int | None], findings: Findings) -> Data | None:
    """Return the samples of a network without recurrence, or None with findings.

    `units` are the number of inputs and of outputs, None where they are not known.
    """
    arrays = []
    samples: int | None = None
    for path, values, width, per in zip((_INPUTS, _TARGETS), _given(table), units, _PER, strict=True):
        if values is None:
            continue
        if deep := _first(values, lists=True):
            says = f"expected the numbers of sample {deep[0]}, found a list: this network has no times"
            findings.add((*path, *deep), says, "Only a network with recurrent_weights reads sequences.")
            samples = samples or len(values) or None
            continue
        arrays.append(matrix(cast("list[list[float]]", values), (samples, width), per, path, findings))
        samples = samples or len(values) or None
    inputs, targets = arrays if len(arrays) == 2 else (None, None)
    if inputs is None or targets is None:
        return None
    has_target = np.ones((len(inputs), 1), dtype=np.bool_)
    return Data(frozen(inputs[:, None]), frozen(targets[:, None]), sealed(has_target))


def sequence_data(table: DataTable, units: tuple[int | None, int | None], findings: Findings) -> Data | None:
    """Return the sequences of a recurrent network, or None with findings.

    All have the length of the first one. Targets of a sample are one vector per time, or one
    vector, which is for the last time.
    """
    given_inputs, given_targets = _given(table)
    inputs = None if given_inputs is None else _sequences(given_inputs, units[0], findings)
    if given_inputs is None or given_targets is None:
        return None
    if given_inputs and len(given_targets) != len(given_inputs):
        says = f"expected targets for {counted(len(given_inputs), 'sample')}, found {len(given_targets)}"
        findings.add(_TARGETS, says)
        return None
    times = None if inputs is None else inputs.shape[1]
    targets = [
        _targets(cast("list[Any]", values), times, units[1], sample, findings)
        for sample, values in enumerate(given_targets)
    ]
    good = [target for target in targets if target is not None]
    if inputs is None or times is None or len(good) < len(inputs) or len({len(row.T) for row in good}) > 1:
        return None
    if (numbers := len(inputs) * times * good[0].shape[1]) > NUMBERS:
        findings.add(_TARGETS, f"the outputs at all times are {numbers:,} numbers; the limit is {NUMBERS:,}")
        return None
    has_target = np.zeros((len(inputs), times), dtype=np.bool_)
    padded = np.zeros((len(inputs), times, good[0].shape[1]))
    for sample, target in enumerate(good):
        has_target[sample, times - len(target) :] = True
        padded[sample, times - len(target) :] = target
    return Data(inputs, frozen(padded), sealed(has_target))


def _targets(
    values: list[Any], times: int | None, units: int | None, sample: int, findings: Findings
) -> Array | None:
    """Return the targets of one sequence [time, unit], of which there is one if it is for the last time."""
    path = (*_TARGETS, sample)
    lists = sum(isinstance(item, list) for item in values)
    if not lists:
        last = vector(values, units, _PER[1][1], path, findings)
        return None if last is None else last[None]
    if lists < len(values):
        findings.add(path, "expected one vector per time, or the numbers of one vector; found both")
        return None
    return matrix(values, (times, units), ("time of its inputs", _PER[1][1]), path, findings)


def _sequences(values: Samples, width: int | None, findings: Findings) -> Array | None:
    if not values:
        findings.add(_INPUTS, "expected at least one sample, found an empty list")
        return None
    rows = []
    flat_found = False
    times: int | None = None
    for sample, sequence in enumerate(values):
        path = (*_INPUTS, sample)
        if flat := _first([sequence], lists=False):
            if not flat_found:  # said once: the others will be alike
                says = "expected a list of vectors, one per time, found a number: this network is recurrent"
                findings.add((*path, *flat[1:]), says, "Write data.inputs[sample][time][unit].")
            flat_found = True
            continue
        if not sequence:
            findings.add(path, "expected at least one time, found an empty list")
            continue
        times = len(sequence) if times is None else times
        vectors = cast("list[list[float]]", sequence)
        per = (
            f"time; the first sample has {times}, and all sequences of a file are of one length",
            _PER[0][1],
        )
        rows.append(matrix(vectors, (times, width), per, path, findings))
    good = [row for row in rows if row is not None]
    if len(good) < len(values) or len({row.shape for row in good}) > 1:
        return None
    return frozen(np.stack(good))


def _given(table: DataTable) -> tuple[Samples | None, Samples | None]:
    return (
        table.inputs if known(table.inputs) else None,
        table.targets if known(table.targets) else None,
    )


def _first(values: list[Any], *, lists: bool) -> tuple[int, int] | None:
    """Return the place of the first item that is a list (or, with `lists` false, is not)."""
    for row, items in enumerate(values):
        for column, item in enumerate(items):
            if isinstance(item, list) is lists:
                return row, column
    return None
