"""Are numbers in float64 that are off as far as float32 rounds off by its rounding, or by a mistake as small?

Where a program has gone on in float64 with what it had worked out in float32, all that it makes from there on
is off; and it is so by what float32 does there, not by what it would have done to numbers that are exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.judging.close import agree
from engine.diagnosis.judging.depending import stage, variables_of
from engine.diagnosis.judging.rounding import Tolerance
from engine.diagnosis.precision import SINGLE, UNIT

if TYPE_CHECKING:
    from engine.diagnosis.judging.bench import Bench
    from engine.diagnosis.judging.ways import Way


def is_rounding_of_float32(bench: Bench, way: Way) -> bool:
    """Return whether what is wrong by float64, and agrees as far as float32 goes, has been rounded by that.

    Of numbers that are printed short nobody can tell: they may well be.
    """
    told = [
        one
        for one in way.readings
        if one.precision.unit == UNIT and not one.precision.is_short and one.variable not in bench.remembered
    ]
    off = [one for one in told if one.theirs in way.wrong]
    exact = {variable for one in told if one.theirs not in way.wrong for variable in variables_of(one)}
    if not off or not exact:
        return True
    first = min(stage(one.quantity) for one in off)
    if 2 * len(off) < sum(stage(one.quantity) >= first for one in told):
        return False
    tolerance = Tolerance(bench.right, bench.scenario.network, bench.iteration, exact)
    for one in off:
        ours = bench.right.of(one.variable)
        within = one.precision.of_printing(one.array) + tolerance.of(one.variable, SINGLE, ours) * one.share
        if not agree(one.array, ours * one.share, within):
            return False
    return True
