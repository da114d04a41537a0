"""Which one mistake makes all the numbers that somebody has?

What is mistaken may be the samples, the order of the updates, an equation in some places, or one at one time:
mistakes of every kind are tried alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from engine.diagnosis.judging.bench import WORK, Found
from engine.diagnosis.mistakes.candidates import Candidate
from engine.diagnosis.mistakes.layers.sums import PREMATURE
from engine.diagnosis.mistakes.places import Place
from engine.diagnosis.mistakes.scaled import FACTORS
from engine.diagnosis.quantities import FORWARD
from engine.diagnosis.samples.choices import choices
from engine.diagnosis.samples.values import values_of
from engine.diagnosis.samples.words import mistake_of
from engine.diagnosis.search.look import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.diagnosis.iteration.ground import Chosen
    from engine.diagnosis.iteration.values import Values
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.judging.ways import Way
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.mistakes.candidates import Tried
    from engine.diagnosis.search.begun import Begun

Trial = tuple[str, "Iterable[Found]"]
"""A mistake that is tried, and what comes of it in each way that it may have come about."""
Kind = Callable[["Begun", "Way"], "Iterator[Trial]"]
"""What yields the mistakes of a kind, the likeliest first; nothing is worked out that isn't asked for."""


def singles(begun: Begun, way: Way) -> list[Found]:
    """Return every mistake that reproduces the readings; of each the likeliest place.

    Those of the table stand first, in its order; of the others what is made in fewer layers.
    Where nothing of what is wrong is left but zeros only those of the table are named: of the others many
    make a zero.
    """
    return _of_kinds(begun, way, _KINDS)


def early(begun: Begun, way: Way) -> list[Found]:
    """Return the mistakes with the order of the updates that reproduce the readings, as `singles` does."""
    return _of_kinds(begun, way, ((_at_once, _layer_by_layer),))


def _of_kinds(begun: Begun, way: Way, every: Iterable[Iterable[Kind]]) -> list[Found]:
    bench, found = begun.bench, list[Found]()
    for kinds in every:
        trials = chain.from_iterable(kind(begun, way) for kind in kinds)
        found = found or [*_making(bench, way, trials)]
    if all(bench.is_blank(one) for one in way.bad):
        found = [one for one in found if one.known]
    found.sort(
        key=lambda one: (
            not one.candidates[0].known,
            not one.candidates[0].whole,
            round(STEPS * _misfit(bench, one.values, way.readings)),
            0 if one.known else len(one.candidates[0].layers),
        )
    )
    return found


def _making(bench: Bench, way: Way, trials: Iterable[Trial]) -> Iterator[Found]:
    """Yield what reproduces the readings, of each mistake the first way."""
    done: set[str] = set()
    for name, ways in trials:
        if name not in done:
            made = next((one for one in ways if bench.reproduces(one.values, way.readings)), None)
            if made is not None:
                done.add(name)
                yield made


def _misfit(bench: Bench, values: Values, readings: Sequence[Reading]) -> float:
    """Return how far numbers are from those that are reproduced, of what they may be."""
    shares = []
    for reading in readings:
        ours = values.of(reading.variable)
        within = np.broadcast_to(bench.within(reading, ours), ours.shape)
        apart = np.abs(reading.array - ours * reading.share)
        shares.append(apart[within > 0.0] / within[within > 0.0])
    every = np.concatenate(shares)
    return float(np.mean(every[np.isfinite(every)])) if np.isfinite(every).any() else 0.0


# -- the kinds ---------------------------------------------------------------------------------------------


def _samples(begun: Begun, way: Way) -> Iterator[Trial]:
    """Yield the iteration over other samples, or in another order: what of them comes first is it."""
    bench = begun.bench
    if bench.chosen is None:
        yield "samples", (over(bench, chosen) for chosen in choices(bench, way))


def over(bench: Bench, chosen: Chosen) -> Found:
    """Return what comes of other samples than those of the batch."""
    name, row = mistake_of(bench, chosen)
    one = Candidate(name, row, frozenset(), whole=True, known=False)
    return Found((one,), values_of(bench, chosen), chosen=chosen)


def _at_once(begun: Begun, way: Way) -> Iterator[Trial]:
    """Yield the iteration with each gradient applied at once."""
    bench, training = begun.bench, begun.bench.scenario.training
    work = bench.products * (bench.iteration + 1)
    if training.clip_norm is not None or work > WORK or not way.readings or bench.chosen is not None:
        return
    places = frozenset(Place(layer + 1) for layer in range(len(bench.scenario.network.layers)))
    one = Candidate("premature", PREMATURE, places, whole=True, known=True)
    yield one.name, (Found((one,), begun.at_once()),)


def _anywhere(begun: Begun, way: Way) -> Iterator[Trial]:
    """Yield every mistake in every place."""
    return _ways(begun, way, begun.bench.tried())


def _layer_by_layer(begun: Begun, way: Way) -> Iterator[Trial]:
    """Yield the iteration with layers that are updated before the errors below them are made."""
    return _ways(begun, way, begun.bench.tried_of("layerwise"))


def _at_one_time(begun: Begun, way: Way) -> Iterator[Trial]:
    """Yield what is made at one time alone."""
    bench = begun.bench
    return _ways(begun, way, (one for time in times_of(bench, way) for one in bench.tried(time)))


def _ways(begun: Begun, way: Way, some: Iterable[Tried]) -> Iterator[Trial]:
    for one in some:
        found = partial(Found, (one.candidate,), altered=one.altered)
        yield one.candidate.name, map(found, begun.ways(one, way))


_KINDS: tuple[tuple[Kind, ...], ...] = ((_samples, _at_once, _anywhere), (_at_one_time,))
"""Those that are tried together; then those that are tried only where none of the others is it."""


def times_of(bench: Bench, way: Way) -> Sequence[int]:
    """Return the times at which a mistake may be made, unless to try them would take too long."""
    times = _begun(bench, way)
    return times if bench.work(bench.equations.right) * len(times) <= WORK else ()


def _begun(bench: Bench, way: Way) -> Sequence[int]:
    """Return the times at which a mistake may be made: that at which all that is wrong begins.

    Where nothing is known of the way forward it may have begun there, at any time.
    """
    if bench.ground.times == 1 or any(one.theirs in way.wrong and not one.fits for one in way.readings):
        return ()
    ahead, back = (np.zeros(bench.ground.times, dtype=np.bool_) for _ in range(2))
    for one in way.readings:
        if one.theirs in way.wrong and one.quantity.is_of_samples:
            right = bench.right_in(one).all(axis=(1, 2))
            (ahead if one.variable.name in FORWARD else back)[~right] = True
    if ahead.any():
        return [int(np.flatnonzero(ahead)[0])]
    if back.any() and any(one.variable.name in FORWARD for one in way.readings):
        return [int(np.flatnonzero(back)[-1])]
    return range(bench.ground.times)


def makes_first(bench: Bench, way: Way, first: Reading) -> Candidate | None:
    """Return a mistake that makes the first wrong array, if not what follows; all before it is right.

    Those that multiply are seen as what they multiply by.
    """
    if not first.fits or bench.iteration or bench.is_blank(first, flat=True):
        return None
    made = bench.equations.made_of({first.variable})
    held = [one for one in way.readings if one.theirs not in way.wrong and one.variable not in made]
    at_times = (one for time in times_of(bench, way) for one in bench.tried(time))
    every = [*bench.tried(), *at_times]
    for one in sorted(every, key=lambda one: len(one.candidate.layers)):
        asked = first.variable in one.depending and one.candidate.name not in FACTORS
        if asked and bench.reproduces(bench.kept(one), (first, *held)):
            return one.candidate
    return None
