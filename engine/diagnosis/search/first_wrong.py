"""Which mistake makes the first wrong array, where none makes them all?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.mistakes.scaled import FACTORS
from engine.diagnosis.search.times import times_of

if TYPE_CHECKING:
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.judging.ways import Way
    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.mistakes.candidates import Candidate


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
