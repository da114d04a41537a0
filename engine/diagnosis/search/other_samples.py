"""Of which other samples are numbers, as many as the batch has, but for what is wrong beside?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.judging.bench import Found
from engine.diagnosis.quantities import FORWARD
from engine.diagnosis.samples.choices import choices
from engine.diagnosis.search.begun import Begun
from engine.diagnosis.search.kinds import over, singles

if TYPE_CHECKING:
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.judging.ways import Way


def beside_other_samples(bench: Bench, way: Way) -> tuple[Found, frozenset[str]] | None:
    """Return other samples that numbers are of but for some that are wrong beside, and these.

    If a mistake makes them, it is found with it. What is made of the inputs alone tells the samples, and
    the error of the outputs the targets.
    """
    last = len(bench.scenario.network.layers)
    told = [one for one in way.readings if one.quantity.is_of_samples and one.fits]
    told = [one for one in told if one.variable.name in FORWARD or one.variable.layer == last]
    if not way.wrong.intersection(one.theirs for one in told) or bench.iteration:
        return None
    for chosen in choices(bench, way._replace(readings=told)):
        other = bench.of(chosen)
        left = frozenset(one.theirs for one in way.readings if not other.agrees(one, other.right))
        if left.intersection(one.theirs for one in told) or not left < way.wrong:
            continue
        (order,) = over(bench, chosen).candidates
        for one in singles(Begun(other), way._replace(wrong=left)):
            return one._replace(candidates=(order, *one.candidates), chosen=chosen), left
        return Found((order,), other.right, chosen=chosen), left
    return None
