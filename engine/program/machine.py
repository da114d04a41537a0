"""What runs a scenario: which interface has it, and which of the two programs is chosen?

A machine holds the parameters in motion. It runs iterations as fast as it can (`advance`), or one of them
with everything kept (`play`); both do the same operations, so that what is played again is the same bit for
bit.

Floats and numpy don't agree in the last bit (exp, tanh, the order of sums), and a recurrent run can make
0.1 of that. So which program runs is a rule that depends on the scenario alone, never on a measured time.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from engine.equations.equation import SAMPLE, TIME
from engine.equations.table import factor_sizes, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.arrays import Array
    from engine.equations.equation import Equation
    from engine.equations.table import Table
    from engine.order.schedule import Schedule
    from engine.order.shapes import Shapes
    from engine.parameters import Parameters
    from engine.program.played import Played
    from engine.scenario import Scenario

MOST_STATEMENTS = 2000
"""Statements of straight-line code at most: to write and compile one takes some 8 microseconds."""

# Nanoseconds, about, of what the two programs are made of; their ratio decides and nothing else.
_PRODUCT, _STATEMENT, _FUNCTION = 24.0, 14.0, 75.0
_CALL, _CALL_THROUGH_TIME = 620.0, 560.0


class Machine(Protocol):
    """Parameters in motion.

    `in_turn` says whether sums over samples and times go one by one, step by step.
    """

    in_turn: bool

    def put(self, parameters: Parameters) -> None:
        """Go on from these parameters."""

    def parameters(self) -> Parameters:
        """Return the parameters of this moment, read-only."""

    def advance(self, first: int, iterations: int, *, keep: bool = False) -> Array:
        """Run iterations from `first` on; return the loss of each: of its batch, before its update.

        With `keep` every number of each iteration is computed, too, as in `play`, until the next overwrites
        it.
        """

    def play(self, iteration: int) -> Played:
        """Run an iteration with all of its numbers kept."""


def machine(scenario: Scenario, shapes: Shapes, schedule: Schedule) -> Machine:
    """Return what runs a scenario in the order of a schedule."""
    if straight(scenario, shapes):
        from engine.program.floats.machine import FloatMachine

        return FloatMachine(scenario, shapes, schedule)
    from engine.program.arrays.machine import NumpyMachine

    return NumpyMachine(scenario, shapes, schedule)


def straight(scenario: Scenario, shapes: Shapes) -> bool:
    """Return whether a scenario runs as straight-line code: where that takes less time than numpy's calls."""
    return _straight(scenario, shapes.batch_size, shapes.times, len(_patterns(shapes)))


# Keyed by identity: a scenario never changes.
@lru_cache(maxsize=64)
def _straight(scenario: Scenario, samples: int, times: int, patterns: int) -> bool:
    if patterns > _MOST_PATTERNS:
        return False
    sites = samples * times
    smallest = sites * sum(scenario.network.sizes[1:])
    if smallest > MOST_STATEMENTS or sites * scenario.network.parameters > 40 * MOST_STATEMENTS:
        return False
    table = table_of(scenario)
    work = [_work(one, table, samples, times) for one in table.equations]
    statements = sum(each.statements for each in work)
    if statements > MOST_STATEMENTS:
        return False
    floats = sum(
        each.products * _PRODUCT + each.statements * _STATEMENT + each.functions * _FUNCTION for each in work
    )
    return _SURELY * floats < sum(each.calls for each in work)


_MOST_PATTERNS = 4
_SURELY = 1.5  # how much less the estimate for floats must be, for they take longer to compile


def _patterns(shapes: Shapes) -> set[tuple[int, bytes]]:
    """Return the different sizes of batches and times with a target in them.

    Each has a program of its own.
    """
    found = set()
    for batch in range(min(shapes.batches, 4096)):
        samples = shapes.batch(batch)
        found.add((len(samples), shapes.has_target[samples.start : samples.stop].tobytes()))
        if len(found) > _MOST_PATTERNS:
            break
    return found


class _Work(Struct, frozen=True):
    products: int
    statements: int
    functions: int
    calls: float


def _work(one: Equation, table: Table, samples: int, times: int) -> _Work:
    """Return what an equation takes as straight-line code, and the time of numpy's calls."""
    result = _count(one.result.letters, factor_sizes(table, [one.result]), samples, times)
    if one.formula is not None or one.row is not None:
        return _Work(0, result, result, 3 * _CALL)
    products = 0
    through_time = False
    for term in one.terms:
        letters = tuple(dict.fromkeys(letter for read in term.factors for letter in read.letters))
        products += _count(letters, factor_sizes(table, term.factors), samples, times)
        through_time = through_time or any(read.shift for read in term.factors)
    gathered = {SAMPLE, TIME} - set(one.result.letters)
    if gathered and one.home is not None and one.home.kind == "gradient":
        result *= samples * times
    calls = len(one.terms) * (3 * _CALL_THROUGH_TIME * times if through_time and times > 1 else _CALL)
    return _Work(products, result, 0, calls)


def _count(letters: tuple[str, ...], sizes: Mapping[str, object], samples: int, times: int) -> int:
    found = 1
    for letter in letters:
        axis = sizes[letter]
        found *= samples if axis == SAMPLE else times if axis == TIME else int(axis)  # type: ignore[call-overload]
    return found
