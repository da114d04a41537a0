"""Does an update out of order make the numbers of a program whose updates apply the means that it forms?

An error that reads weights too early reads what the updates have made of these. Where those of the scenario
add up, such a program is another one in its updates, too: that is a mistake only if it is seen by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.mistakes.candidates import Candidate
from engine.diagnosis.mistakes.places import Place
from engine.diagnosis.mistakes.scaled import MEAN_FOR_SUM, SCALED
from engine.diagnosis.search.kinds import early

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.diagnosis.judging.bench import Bench, Found
    from engine.diagnosis.judging.ways import Way, Ways
    from engine.diagnosis.layouts.given import Given
    from engine.diagnosis.search.begun import Begun


class EarlyByMeans(NamedTuple):
    """The orders that make the numbers of a `way`, each alone, or the first together with the means."""

    way: Way
    alone: Sequence[Found]
    pair: Found | None


def early_by_means(
    begun: Begun, ways: Ways, some: Sequence[Given], every: Iterable[Way]
) -> EarlyByMeans | None:
    """Return which orders of the updates make numbers as the first of some ways reads them; None if none.

    Of gradients that are read as means it is no mistake to apply these, unless a number tells that they
    should have been added up.
    """
    of_means = begun.by_means
    if of_means is None:
        return None
    applied = ways.of(of_means.bench)
    for way in every:
        found = early(of_means, applied.by(some, way.by))
        if not found:
            continue
        found = [one._replace(run=of_means.bench.run) for one in found]
        if way.by.averaged and not _is_seen(begun.bench, of_means.bench, way):
            return EarlyByMeans(way, found, None)
        layers = range(1, len(begun.bench.scenario.network.layers) + 1)
        means = Candidate(
            MEAN_FOR_SUM, SCALED[MEAN_FOR_SUM], frozenset(map(Place, layers)), whole=True, known=False
        )
        first = found[0]
        return EarlyByMeans(way, (), first._replace(candidates=(means, *first.candidates)))
    return None


def _is_seen(bench: Bench, of_means: Bench, way: Way) -> bool:
    """Return whether means that are applied make any of the numbers others, whatever the order."""
    made = (one._replace(array=of_means.right.of(one.variable) * one.share) for one in way.readings)
    return not all(bench.agrees(one, bench.right) for one in made)
