"""What is said of the price of an iteration's gradients: of each way to them, and of what is held for it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.numerals import count, counted, times

if TYPE_CHECKING:
    from engine.facts.cost import Price

WHAT_COUNTS = (
    "One multiply-add for each weight used once. Not counted: biases, activations, slopes, the loss, updates."
)


class Way(NamedTuple):
    """A way to the gradients of an iteration: its multiply-adds, and those with the forward pass."""

    name: str
    many: int
    whole: int


def ways(price: Price) -> list[Way]:
    """Return each way to the same gradients, without and with the forward pass counted."""
    forward, back = price.whole.forward, price.whole.backward
    return [
        Way("backpropagation, with reuse", back, forward + back),
        Way("each layer anew from the loss", price.each_layer, forward + price.each_layer),
        Way("each path on its own", price.each_path, forward + price.each_path),
        # A nudge is nothing but forward passes.
        Way("each weight by a nudge", price.each_weight, price.each_weight),
    ]


def times_as_many(many: int, fewer: int) -> str:
    """Return how many times as many a count of any size is; nothing where the other one is 0."""
    if not fewer:
        return ""
    # Integer division first: the counts of paths may be far too large for a float.
    return times(many / fewer) if many < 10**6 * fewer else count(many // fewer)


def without_forward(price: Price, *, listed: bool) -> str:
    """Return how many times as many each way takes without the forward pass, unless that is `listed`."""
    first, *_ = found = [way.many for way in ways(price)]
    if listed or not first:
        return "+ forward: with that pass. A nudge is up and down: 2 forward passes."
    each = ", ".join(times_as_many(one, first) for one in found)
    return f"× as many without the forward pass: {each}; a nudge is 2 passes"


def held(price: Price, samples: int) -> list[str]:
    """Return what is held from the forward pass for the way back: of a sample in all, of what, of a batch."""
    sample = price.held_sample
    found = [
        f"{counted(sample.total, 'number')} a sample",
        f"{counted(sample.activations, 'activation')}, {counted(sample.slopes, 'slope')}",
    ]
    if samples == 1:
        return found
    return [
        *found,
        f"{count(price.held_batch.total)} numbers when the samples of the batch go through together",
    ]
