"""Which steps of a kind has a run? Only these are made: to make them all takes most of what a test does."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from engine.run.steps import DeltaStep, ForwardStep, GradientStep, LossStep, UpdateStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.run.tracing import Trace

OfKind = TypeVar("OfKind", ForwardStep, LossStep, DeltaStep, GradientStep, UpdateStep)


def steps_of(run: Trace, kind: type[OfKind]) -> Iterator[OfKind]:
    """The steps of a kind in their order."""
    for number in range(len(run)):
        if run.schedule.site(number).kind == kind.kind:
            step = run[number]
            assert isinstance(step, kind)
            yield step
