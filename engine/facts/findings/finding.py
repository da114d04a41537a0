"""What is a finding: something of a run that one should know, with the step at which it is seen?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.entry import Number
    from engine.run.tracing import Trace

Kind = Literal[
    "not finite",
    "target",
    "dead",
    "saturated",
    "symmetric",
    "vanishing",
    "exploding",
    "overshoot",
    "rises",
    "still",
]
"""The kinds of findings, in the order in which they are told: what spoils most comes first."""


class Seen(NamedTuple):
    """In how many of the iterations that were `looked` at something `holds`; 0 of 0: in all, to the end."""

    holds: int = 0
    looked: int = 0


TO_THE_END = Seen()


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding: `step` (0-based) is where it is seen first, `number` what is to be looked at there.

    `units` are neurons of `layer`, counted from 0; `values` are the numbers that it is found by, and `words`
    what else it is told with. It holds from the iteration of `step` on, as far as it was `seen` to.
    """

    kind: Kind
    step: int
    layer: int | None = None
    units: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    number: Number | None = None
    seen: Seen = TO_THE_END


class Near(NamedTuple):
    """What comes nearest to being of a kind and doesn't count as it, at a step (0-based).

    Of "saturated" `values` is the mean slope as a share of the steepest; of an error that vanishes or
    explodes the least and the most that is left of it, from the one place in `words` to the other. Of what
    stands "still" without having come to its end: the loss half way and at the end, what is left of all
    samples' gradients in their sum, and two of these with opposite signs, of the numbers in `words`. Of
    neurons "dead" at the start alone how many they are, of a loss that "rises" what a finding has.
    """

    kind: Kind
    step: int
    values: tuple[float, ...]
    words: tuple[str, ...]


class Looked(NamedTuple):
    """What a search comes to: what is found, what is not but comes near, and what can't be looked for.

    `computed` is how many iterations of the run it has seen.
    """

    computed: int
    found: list[Finding]
    near: list[Near]
    unasked: tuple[Kind, ...] = ()


def places_of(trace: Trace, stop: int) -> list[int]:
    """Return the iterations of a run, before one, that are looked at: many at the start, some to the end."""
    if stop <= 0:
        return []
    near = np.geomspace(1, stop, _NEAR).astype(int) - 1
    far = np.linspace(0, stop - 1, _FAR).astype(int)
    return [int(one) for one in np.union1d(near, far) if one >= trace.begins]


_NEAR, _FAR = 8, 7


def begins_at(holds: Callable[[int], bool], before: int, at: int) -> int:
    """Return the first iteration at which something holds that doesn't `before` and does `at` a later one.

    By halves: of what comes and goes in between it is one of the times it comes.
    """
    while at - before > 1:
        middle = (before + at) // 2
        if holds(middle):
            at = middle
        else:
            before = middle
    return at
