"""What does one step of a trace hold, and how is it written as a record?

The fields of each kind bear the names of the public record (one JSON object a step). Vectors are
[unit], matrices [unit, input]; all are read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeAlias

import numpy as np

from engine.arrays import Immutable

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.site import Phase, Site
    from engine.update_orders import Kind

Number: TypeAlias = float | str
RecordValue: TypeAlias = int | Number | list[Number] | list[list[Number]] | None


class Head(NamedTuple):
    """The fields that every step begins with (see `StepBase`)."""

    step: int
    iteration: int
    sample: int | None
    time: int | None
    layer: int | None
    site: Site


@dataclass(frozen=True, slots=True, eq=False)
class StepBase(Immutable):
    """What every step has. `step` is 0-based; `time` is None without sequences.

    `sample` and `time` are None for the update of a whole batch, `layer` is None for a loss. A step is made
    anew whenever it is looked at: steps are equal where all of their numbers are (nan is nan).
    """

    step: int
    iteration: int
    sample: int | None
    time: int | None
    layer: int | None
    site: Site

    kind: ClassVar[Kind]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, StepBase) or type(self) is not type(other):
            return NotImplemented
        return all(_same(getattr(self, one.name), getattr(other, one.name)) for one in fields(self))

    def __hash__(self) -> int:
        return hash((self.step, self.site))

    @property
    def screen_step(self) -> int:
        """The number of the step on the screen, that `--step` and `g` take."""
        return self.step + 1

    @property
    def phase(self) -> Phase:
        """The phase of the iteration that the step belongs to."""
        return self.site.phase

    def record(self) -> dict[str, RecordValue]:
        """Return the public record of this step, ready for strict JSON."""
        record: dict[str, RecordValue] = {
            "step": self.step,
            "iteration": self.iteration,
            "kind": self.kind,
            "sample": self.sample,
            "time": self.time,
            "layer": self.layer,
        }
        for name in _RECORDED[self.kind]:
            value = getattr(self, name)
            if value is not None:
                record[name] = plain(value)
        return record


@dataclass(frozen=True, slots=True, eq=False)
class ForwardStep(StepBase):
    """z = W a + b (+ U h), a = f(z), and the slope f'(z), which softmax has not."""

    kind: ClassVar[Kind] = "forward"

    inputs: Array
    pre_activation: Array
    activation: Array
    slope: Array | None
    recurrent_inputs: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class LossStep(StepBase):
    """The loss of one sample at one time, and its share per output."""

    kind: ClassVar[Kind] = "loss"

    prediction: Array
    target: Array
    terms: Array
    loss: float


@dataclass(frozen=True, slots=True, eq=False)
class DeltaStep(StepBase):
    """The error ∂C/∂a that arrives at a layer and its delta ∂C/∂z."""

    kind: ClassVar[Kind] = "delta"

    from_above: Array | None
    from_future: Array | None
    error: Array
    delta: Array


@dataclass(frozen=True, slots=True, eq=False)
class GradientStep(StepBase):
    """This sample's (and time's) share of the gradient, and the total gathered so far."""

    kind: ClassVar[Kind] = "gradient"

    weight_gradient: Array
    bias_gradient: Array
    weight_total: Array
    bias_total: Array
    recurrent_gradient: Array | None
    recurrent_total: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class UpdateStep(StepBase):
    """The parameters of a layer before and after an update, and the change between them.

    `further` has what only some optimisers make, under the names of the record: what is applied, and the
    states before and after.
    """

    kind: ClassVar[Kind] = "update"

    weights_before: Array
    weights_change: Array
    weights_after: Array
    biases_before: Array
    biases_change: Array
    biases_after: Array
    recurrent_before: Array | None
    recurrent_change: Array | None
    recurrent_after: Array | None
    clip_scale: float | None
    further: Mapping[str, Array]

    def record(self) -> dict[str, RecordValue]:
        """Return the public record of this step, ready for strict JSON."""
        found = StepBase.record(self)
        return found | {name: plain(value) for name, value in self.further.items()}


Step: TypeAlias = ForwardStep | LossStep | DeltaStep | GradientStep | UpdateStep

# The fields that each kind of step adds to those of every step.
_RECORDED: dict[Kind, tuple[str, ...]] = {
    kind.kind: tuple(field.name for field in fields(kind)[len(fields(StepBase)) :] if field.name != "further")
    for kind in (ForwardStep, LossStep, DeltaStep, GradientStep, UpdateStep)
}


def _same(one: object, other: object) -> bool:
    """Return whether two fields of a step hold the same."""
    match one, other:
        case Mapping(), Mapping():
            return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
        case (np.ndarray() | float(), np.ndarray() | float()):
            return np.array_equal(one, other, equal_nan=True)
    return one == other


def plain(value: Array | float) -> RecordValue:
    """Return an array as (nested) lists of numbers, ready for strict JSON."""
    if isinstance(value, float):
        return number(value)
    if np.logical_and.reduce(np.isfinite(value), axis=None):  # as .all(), in half the time
        plain: RecordValue = value.tolist()
        return plain
    if value.ndim == 1:
        return [number(one) for one in value.tolist()]
    return [[number(one) for one in row] for row in value.tolist()]


def number(value: float) -> Number:
    """Return a number as strict JSON has it: what is not finite becomes a word."""
    return value if np.isfinite(value) else _word(value)


def _word(value: float) -> str:
    if np.isnan(value):
        return "nan"
    return "inf" if value > 0 else "-inf"
