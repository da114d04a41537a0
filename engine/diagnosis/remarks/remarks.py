"""What is said of numbers that are wrong, beside the mistakes that make them?"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from engine.diagnosis.diagnosis import cause_of
from engine.diagnosis.judging.depending import apart, in_turn
from engine.diagnosis.quantities import BACKWARD
from engine.diagnosis.remarks.likeness import beside, likenesses, unseen
from engine.diagnosis.samples.words import ORDER
from engine.diagnosis.search.kinds import makes_first
from engine.diagnosis.words import named
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.diagnosis.iteration.ground import Ground
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.judging.ways import Ways
    from engine.diagnosis.layouts.conventions import Convention
    from engine.diagnosis.layouts.given import Given
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.quantities import Quantity
    from engine.diagnosis.search.answer import Answer

_SEVERAL = 3
"""Sentences at most about what else is wrong than the first."""


def remarks(
    found: Answer, ways: Ways, known: dict[str, Quantity], first: Reading, others: Sequence[Reading]
) -> tuple[str, list[str]]:
    """Return what is seen of what is wrong: of the `first`, and of `others` that are so by themselves.

    Before it stands which sentence of it tells how the first has come about, where no mistake does; none if
    none does.
    """
    bench, explained = ways.bench, bool(found.alone or found.pair)
    if found.elsewhere is not None:
        told = f"these are the right numbers of iteration {found.elsewhere} (they are counted from 0)"
        return told, [told, f"ask about that one: --iteration {found.elsewhere}"]
    sights = list(likenesses(first, bench, known))
    said = [*_shared_on_purpose(bench, found), *to_be_parted(first, bench.ground)]
    if explained:
        sentences = [one.words for one in sights]
        return "", [*_harmless(found), *_by_means(found), *sentences, *said, *_one_for_two(bench, first)]
    alone = apart(bench, first, others)
    telling = [one.words for one in sights if one.tells]
    told = telling[0 if first.fits else -1] if telling and not found.beside else ""
    return told, [
        *(_but_for_samples(bench, found) if found.beside else _made_alone(bench, found, first)),
        *(one.words for one in sights),
        *said,
        *_on_which_side(ways, found),
        *_one_for_two(bench, first),
        *islice(beside(first, alone, bench, known), _SEVERAL),
        *(_by_itself(unseen(alone, bench, known)) if told else ()),
    ]


def _by_itself(names: Sequence[str]) -> Iterator[str]:
    """Say what is wrong beside the first, which has been told how it comes about."""
    if names:
        verb = "is" if len(names) == 1 else "are"
        yield f"that is not all: {', '.join(names)} {verb} wrong without it, too"


def _harmless(found: Answer) -> Iterator[str]:
    """Say of samples that stand in another order, if that is all, that nothing becomes wrong by it."""
    if found.alone and found.alone[0].candidates[0].name == ORDER:
        yield "this does no harm: the gradients of a batch, and its update, are the same in any order"


def _by_means(found: Answer) -> Iterator[str]:
    """Say how the updates are taken to be made of gradients, and how the scenario has them so."""
    if found.by_means:
        yield 'the updates apply these means: with reduction = "mean" those of the scenario do, too'


def _made_alone(bench: Bench, found: Answer, first: Reading) -> Iterator[str]:
    """Say which mistake makes the first wrong array, but not all the others."""
    one = makes_first(bench, found.way, first) if len(found.way.wrong) > 1 else None
    if one is not None:
        cause = cause_of(one)
        yield f"{named(cause)} makes {first.quantity.name} ({cause.instead}), but not all that is wrong"


def _but_for_samples(bench: Bench, found: Answer) -> Iterator[str]:
    """Say of which samples the numbers are, but for some that are wrong beside."""
    assert found.beside is not None
    made, left = found.beside
    (one,) = made.candidates
    first = in_turn(bench, found.way._replace(wrong=left))[0].quantity.name
    yield f"one mistake is {one.name}, {one.row.instead}; but for it {first} is the first that is wrong"


def _shared_on_purpose(bench: Bench, found: Answer) -> Iterator[str]:
    """Say how what has 1/B in it is to be called, if that is all that is wrong: our names have none in it."""
    bad, samples = found.way.bad, bench.ground.samples
    others = [one for one in found.way.readings if one.theirs not in found.way.wrong]
    if samples == 1 or not any(one.quantity.is_total for one in others):
        return
    if not all(one.variable.name in BACKWARD and one.share == 1.0 for one in bad):
        return
    if all(bench.agrees(one._replace(share=1.0 / samples), bench.right) for one in bad):
        names = [one.quantity.name for one in bad]
        called = [name.replace("delta", "dZ").replace("error", "dA") for name in names]
        has, them = ("have", "them") if names[1:] else ("has", "it")
        yield (
            f"all else agrees: if {', '.join(names)} {has} 1/B in {them} on purpose, with B the {samples} "
            f"samples of the batch, call {them} {', '.join(called)}"
        )


def _on_which_side(ways: Ways, found: Answer) -> Iterator[str]:
    """Say how weights with their biases are read, unless the numbers tell on which side these are."""
    some, by = found.some, found.way.by
    first, last = (ways.by(some, by._replace(biases_last=last)).wrong for last in (False, True))
    return on_which_side(some, by, ways.bench.ground) if len(first) == len(last) else iter(())


def _one_for_two(bench: Bench, reading: Reading) -> Iterator[str]:
    """Say what is missing in the scenario where two biases of torch's RNN are trained as one."""
    layer = bench.scenario.network.layers[reading.quantity.layer - 1]
    if reading.precision.parts and layer.bias_copies == 1:
        yield (
            f"{reading.theirs} changes by twice what one of them does: if both are trained, "
            f"layer {reading.quantity.layer} of the scenario needs bias_copies = 2"
        )


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
