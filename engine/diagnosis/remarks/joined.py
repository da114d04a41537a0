"""What is said of weights and biases in one array where it isn't known how to take them apart?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.read.document.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.diagnosis.iteration.ground import Ground
    from engine.diagnosis.layouts.conventions import Convention
    from engine.diagnosis.layouts.readings import Given, Reading


def to_be_parted(reading: Reading, ground: Ground) -> Iterator[str]:
    """Say whether weights have one column too many, by a name that means the weights alone."""
    if reading.fits or reading.quantity.group != "weights":
        return
    to, below = ground.shape(reading.variable)
    ours = reading.quantity.name
    for word, shape, first, others in (
        ("column", (to, below + 1), "[:, 0]", "[:, 1:]"),
        ("row", (below + 1, to), "[0]", "[1:]"),
    ):
        if reading.array.shape == shape:
            parted = _parted(ours, shortened(reading.theirs, 30), others, first)
            yield f"it looks as if the biases were its first {word}: give both apart, {parted}"
            return


def on_which_side(some: Sequence[Given], by: Convention, ground: Ground) -> Iterator[str]:
    """Say how the first array of weights and biases is read, as its numbers don't tell where these are."""
    one = next((one for one in some if one.part == "weights"), None)
    if one is None:
        return
    rows, columns = one.array.shape
    to, _ = ground.shape(one.quantity.variable)
    turned = by.from_first if rows == columns else rows != to
    word, weights, biases = ("row", "[:-1]", "[-1]") if turned else ("column", "[:, :-1]", "[:, -1]")
    theirs = shortened(one.whole, 30)
    parted = _parted(one.quantity.name, theirs, weights, biases)
    yield (
        f"{theirs} is read with the biases in its first {word}: if they are in its last, give both apart, "
        f"{parted}"
    )


def _parted(ours: str, theirs: str, weights: str, biases: str) -> str:
    return f"{ours} = {theirs}{weights} and {ours.replace('W', 'b')} = {theirs}{biases}"
