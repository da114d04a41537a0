"""What scenario is a network with data of a program: arrays, or placeholders where there are none?"""

from __future__ import annotations

from dataclasses import fields
from math import isfinite
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from engine.arrays import frozen, sealed
from engine.importing.taken import NotTakenError, finite
from engine.importing.written import TRAINING, placeholders
from engine.read.changed import changed
from engine.read.document.shape import TrainingTable
from engine.read.findings import quoted
from engine.scenario import Data, Layer, Network, Scenario, Training

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.importing.taken import Taken, TakenLayer


def scenario_of(
    taken: Taken,
    title: str,
    inputs: object | None,
    targets: object | None,
    training: Mapping[str, Any],
    *,
    last_only: bool = False,
) -> Scenario:
    """Return the scenario of a network. With `last_only` there are targets at the last time alone.

    Raises:
        NotTakenError: data don't fit, or there is no such training.
    """
    if (inputs is None) != (targets is None):
        raise NotTakenError("inputs and targets go together: give both, or neither")
    if last_only and np.asarray(targets).ndim == 3:
        raise NotTakenError("the module gives the last time alone: expected targets [sample, unit]")
    if inputs is None:
        inputs, targets = placeholders(taken)
        if last_only:
            targets = np.asarray(targets)[:, -1]
    data = _data(taken, np.asarray(inputs), np.asarray(targets))
    network = Network(taken.inputs, taken.loss, tuple(map(_layer, taken.layers)))
    about = "\n".join(taken.remarks)
    start = Training(0.1, 1, data.samples)
    scenario = Scenario(title, network, data, start, about, name=title)
    return changed(scenario, **_training({**TRAINING, **taken.training, **training}, data.samples))


def _layer(taken: TakenLayer) -> Layer:
    return Layer(
        taken.activation,
        taken.weights,
        taken.biases,
        recurrent_weights=taken.recurrent_weights,
        train_weights="weights" not in taken.untrained,
        train_biases="biases" not in taken.untrained,
        train_recurrent_weights="recurrent_weights" not in taken.untrained,
        bias_copies=taken.bias_copies,
    )


def _data(taken: Taken, inputs: np.typing.NDArray[Any], targets: np.typing.NDArray[Any]) -> Data:
    """Return the samples, if they have the shapes that the network asks for."""
    axes = 3 if taken.recurrent else 2
    wanted = f"[sample, {'time, ' if taken.recurrent else ''}unit]"
    if inputs.ndim != axes or inputs.shape[-1] != taken.inputs or not inputs.size:
        raise NotTakenError(
            f"inputs have the shape {list(inputs.shape)}: expected {wanted} with {taken.inputs} units"
        )
    x = finite(inputs, "inputs")
    y = finite(targets, "targets")
    samples, times = len(x), x.shape[1] if taken.recurrent else 1
    if may_be_classes(taken, targets, samples, times):
        y = one_of(targets, np.arange(taken.outputs), taken.outputs)
    if y.shape == (samples,) and taken.outputs == 1:
        y = y[:, None]
    shapes = [(samples, taken.outputs), *([(samples, times, taken.outputs)] if taken.recurrent else [])]
    if y.shape not in shapes:
        expected = " or ".join(str(list(shape)) for shape in shapes)
        if taken.loss == "cross-entropy" and taken.outputs > 1:
            expected += ", or whole numbers of classes"
        raise NotTakenError(f"targets have the shape {list(y.shape)}: expected {expected}")
    has_target = np.ones((samples, times), dtype=np.bool_)
    if y.ndim == 2 and times > 1:
        has_target[:, :-1] = False
    whole: Array = np.zeros((samples, times, taken.outputs))
    whole[has_target] = y.reshape(-1, taken.outputs)
    return Data(frozen(x.reshape(samples, times, taken.inputs)), frozen(whole), sealed(has_target))


def _training(asked: Mapping[str, Any], samples: int) -> dict[str, Any]:
    """Return the keys of `[training]`, checked as those of a file are."""
    plain = {name: one.item() if isinstance(one, np.generic) else one for name, one in asked.items()}
    try:
        table = msgspec.convert(plain, TrainingTable, strict=True)
    except msgspec.ValidationError as error:
        raise NotTakenError(f"training: {error}") from error
    given = {one.name: getattr(table, one.name) for one in fields(Training)}
    for name, value in given.items():
        if isinstance(value, float) and not isfinite(value):
            raise NotTakenError(f"training: {name} is {value}, which is not finite")
    size = given["batch_size"]
    if size is not None and size > samples:
        raise NotTakenError(f"training: batch_size is {size}, and there are {samples} samples")
    return given


_NAMED = 12
"""Classes up to which each is named."""


def one_of(labels: npt.NDArray[Any], classes: npt.NDArray[Any], outputs: int) -> Array:
    """Return targets [..., output] of labels [...]; one output alone says whether it is the second class.

    Raises:
        NotTakenError: a label is of no class; which.
    """
    unknown = np.argwhere(~np.isin(labels, classes))
    if len(unknown):
        place = tuple(unknown[0].tolist())
        index = "".join(f"[{part}]" for part in place)
        first, *_, last = names = classes.tolist()
        expected = quoted(names) if len(names) <= _NAMED else f"one of {len(names)} from {first} to {last}"
        raise NotTakenError(f"targets{index} is {labels[place]!s}: expected {expected}")
    chosen: Array = (labels[..., None] == classes).astype(np.float64)
    return chosen[..., 1:] if outputs == 1 else chosen


def may_be_classes(taken: Taken, targets: npt.NDArray[Any], samples: int, times: int) -> bool:
    """Return whether targets are numbers of classes, as CrossEntropyLoss takes them: [sample], with times
    [sample, time].

    What may be one target for each output is that.
    """
    if taken.loss != "cross-entropy" or taken.outputs == 1 or targets.shape == (samples, taken.outputs):
        return False
    shapes = [(samples,), *([(samples, times)] if taken.recurrent else [])]
    whole = targets.dtype.kind in "iub" or (targets.dtype.kind == "f" and bool(np.all(targets % 1.0 == 0.0)))
    return targets.shape in shapes and whole
