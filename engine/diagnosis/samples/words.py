"""What is it called to have other samples than those of the batch, and what is right?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.diagnosis.judging.close import listed
from engine.diagnosis.samples.alike import Alike
from engine.diagnosis.samples.values import batch_of
from engine.equations.mistakes.mistakes import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.diagnosis.iteration.ground import Chosen
    from engine.diagnosis.judging.bench import Bench

ORDER: Final = "data-in-another-order"
_SWAPPED = 2
"""Samples of which there is no other order than that."""


def mistake_of(bench: Bench, chosen: Chosen) -> tuple[str, Mistake]:
    """Return what it is called to have other samples than those of the batch, and what is right."""
    own = batch_of(bench)
    inputs, targets = chosen
    if inputs == targets:
        return _of_samples(bench, inputs, own)
    right = "each input beside its own target"
    how = _how(bench, targets, own) if inputs == own else ""
    if sorted(inputs) == sorted(targets) == list(own):
        name = "inputs-in-another-order" if targets == own else "targets-in-another-order"
        if inputs == own:
            return name, Mistake(right, f"the inputs as they are, the targets in the order {how}")
        if targets == own:
            return name, Mistake(right, f"the targets as they are, the inputs in the order {_listed(inputs)}")
        both = f"the inputs in the order {_listed(inputs)}, the targets in the order {_listed(targets)}"
        return name, Mistake(right, both)
    name = "inputs-of-other-samples" if targets == own else "targets-of-other-samples"
    sides = f"the inputs of the samples {_listed(inputs)} beside the targets of {how or _listed(targets)}"
    return name, Mistake(right, sides)


def _of_samples(bench: Bench, samples: tuple[int, ...], own: tuple[int, ...]) -> tuple[str, Mistake]:
    if sorted(samples) == list(own):
        right = "the samples in the order of the data"
        return ORDER, Mistake(right, f"the samples in the order {_listed(samples)}")
    right = f"the batch of iteration {bench.iteration}: {_range(own)}"
    number = samples[0] // bench.shapes.batch_size
    if samples == tuple(bench.shapes.batch(number)):
        words = f"the batch of iteration {number}: {_range(samples)}"
        return "samples-of-another-batch", Mistake(right, words)
    if samples == tuple(range(bench.scenario.data.samples)):
        return "all-samples-for-batch", Mistake(right, f"all {len(samples)} samples of the data")
    in_turn = samples == tuple(range(samples[0], samples[-1] + 1))
    return "other-samples-in-batch", Mistake(
        right, _range(samples) if in_turn else f"the samples {_listed(samples)}"
    )


def _how(bench: Bench, order: tuple[int, ...], own: tuple[int, ...]) -> str:
    """Return an order of samples, and how it comes about if that is seen."""
    words = _listed(order)
    if len(own) == len(set(order)) == _SWAPPED:
        return words
    if order == own[::-1]:
        return f"{words} (turned round)"
    if len(set(order)) == 1:
        return f"{words} (the same for all)"
    shift = own.index(order[0]) if order[0] in own else 0
    if shift and order == own[shift:] + own[:shift]:
        back = len(own) - shift
        moved = f"moved up by {shift}" if shift <= back else f"moved down by {back}"
        return f"{words} ({moved})"
    if sorted(order) != list(own):
        return words
    alike = Alike(bench)
    if alike.is_plain(order):
        return f"{words} (sorted by their targets)"
    return f"{words} (one of several orders that make the same numbers)" if alike.has_equals() else words


def _listed(samples: Iterable[int]) -> str:
    return listed(tuple(samples))


def _range(samples: Sequence[int]) -> str:
    first, last = samples[0] + 1, samples[-1] + 1
    return f"the samples {first} to {last}" if last > first else f"sample {first}"
