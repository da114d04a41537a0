"""Where is a step in its run, and a number among those of its step?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.entry import array_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.facts.entry import Number
    from engine.run.tracing import Trace


def places(trace: Trace, iteration: int, batch: range, sample: int | None, at: int | None) -> Iterator[str]:
    """Yield where in a run a step is, in fewer and fewer words: its iteration, batch, sample and time."""
    shapes, size = trace.shapes, len(batch)
    which, of_run = f"iteration {iteration + 1:,}", f" of {trace.iterations:,}"
    batches = samples = time = of_times = ""
    if sample is None:
        samples = f" · all {size:,} samples" if size > 1 else ""
    elif shapes.samples > 1:
        if size < shapes.samples:
            batches = f" · batch {iteration % shapes.batches + 1:,}"
        if size > 1:
            samples = f" · sample {sample - batch.start + 1:,} of {size:,}"
    if shapes.sequences and at is not None:
        time, of_times = f" · time {at}", f" (0 to {shapes.times - 1})"
    # How many times there are is seen in the timeline, iterations at the last step, samples at an update.
    yield f"{which}{of_run}{batches}{samples}{time}{of_times}"
    yield f"{which}{of_run}{batches}{samples}{time}"
    yield f"{which}{batches}{samples}{time}"
    yield f"{which}{samples}{time}"
    yield f"{which}{samples.partition(' of ')[0].removesuffix(' samples')}{time}"


def among(trace: Trace, number: Number, others: list[Number]) -> str:
    """Return which of a step's numbers one is: others are those of the neurons looked at alone."""
    place = f"number {others.index(number) + 1} of {len(others)}"
    made = sum(array_of(trace, other.reference).size for other in others)
    if made == len(others):
        return f"{place} that this step makes"
    matrices = {other.reference.quantity for other in others if len(other.index) > 1}
    of = "this neuron" if not matrices else "this weight and bias"
    if any(name.startswith("recurrent") for name in matrices):
        of = "these weights and bias"
    return f"{place} for {of} · this step makes {made:,} in all"
