"""Do pre-activations that are wrong make the right activations all the same?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.judging.close import agree
from engine.diagnosis.remarks.seen import Sight
from engine.program.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.diagnosis.remarks.seen import Seen


def harmless(seen: Seen) -> Iterator[Sight]:
    """Say whether pre-activations make the right activations all the same, as those of a softmax may."""
    variable, name = seen.reading.variable, seen.name
    made = variable._replace(name="activation")
    if variable.name != "pre_activation":
        return
    right, exact = seen.bench.right, seen.reading.precision
    found = evaluate(
        right.making[made], lambda read: seen.array if read.variable == variable else right.read(read)
    )
    ours = right.of(made)
    within = seen.bench.tolerance.of(made, exact.unit, ours) + exact.of_printing(seen.array)
    if not agree(found, ours, within):
        return
    so = f"the right {name.replace('z', 'a')}"
    if seen.same(seen.right - seen.right.max(axis=-1, keepdims=True)):
        yield Sight(f"{name} is the right one less the largest of its layer, and makes {so}")
        return
    more = seen.array - seen.right
    if seen.array.shape[-1] > 1 and seen.same(seen.right + more[..., :1]):
        yield Sight(f"of each sample all {name} are too large, or too small, by the same, and make {so}")
        return
    yield Sight(f"{name} makes {so} all the same", tells=False)
