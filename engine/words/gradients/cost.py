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


def with_forward(price: Price, *, listed: bool) -> str:
    """Return what the forward pass makes of each way, how many times as many; the nudges alone if `listed`.

    Then the others stand in a column.
    """
    first, *others, nudges = (way.whole for way in ways(price))
    by = times_as_many(nudges, first)
    passes = f"nudged up and down, 2 passes{f': × {by}' if by else '.'}"
    if listed or not by:
        return f"+ forward: with that pass. A weight is {passes}"
    return f"with the forward pass: {', '.join(f'× {times_as_many(one, first)}' for one in others)}; {passes}"


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
