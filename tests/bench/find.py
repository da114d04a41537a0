"""How long does a search through a run take, beside training it?

Mazur's scenario over many iterations, trained and searched in turn, several rounds, so that a busy machine
slows both; the ratios are medians of each round's.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.catalog import find
from engine.conditions.meaning import meaning_of
from engine.conditions.search import search
from engine.order.shapes import shapes_of
from engine.read import load
from engine.run.straight import Run
from engine.run.tracing import trace

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.run.tracing import Trace
    from engine.scenario import Scenario

#: Times plain training, where nothing is computed yet, and of a weight or delta where all is.
UNCOMPUTED, COMPUTED = 1.5, 2.0

#: Times a search forwards.
BACKWARDS: Final = 1.5

#: Milliseconds of a condition on the loss where all is computed.
OF_LOSS: Final = 50.0

_REPEATED = 10  # what takes milliseconds is measured so often; the best counts

CONDITIONS: Final = ("loss < 1e-30", "abs(delta[1][2]) > 1", "weight[1][2,1] changes sign")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of this measurement."""
    parser.add_argument("--rounds", type=int, default=5, help="rounds (%(default)s)")
    parser.add_argument("--iterations", type=int, default=1_000_000, help="of the run (%(default)s)")


def run(options: Namespace) -> int:
    """Measure and print; 1 if a limit is missed."""
    mazur = load(find("mazur"))
    scenario = replace(mazur, training=replace(mazur.training, iterations=options.iterations))
    sys.stdout.write(f"Mazur, {options.iterations:,} iterations; seconds\n")
    sys.stdout.write(f"{'':30}{'train':>8}{'new':>8}{'back':>8}{'known':>8}{'back':>8}\n")
    return 1 if sum(measured(scenario, condition, options.rounds) for condition in CONDITIONS) else 0


def measured(scenario: Scenario, condition: str, rounds: int) -> int:
    """Print the line of a condition; return how many limits are missed."""
    every = []
    for _ in range(rounds):
        training = Run(scenario, shapes_of(scenario), scenario.training.order)
        start = time.perf_counter()
        training.advance(scenario.training.iterations)
        trained = time.perf_counter() - start
        known = trace(scenario)
        known.advance(known.iterations)
        new = [searched(trace(scenario), condition, back=back) for back in (False, True)]
        again = _REPEATED if condition.startswith("loss") else 1
        there_and_back = [
            min(searched(known, condition, back=back) for _ in range(again)) for back in (False, True)
        ]
        every.append((trained, *new, *there_and_back))
    middle = [statistics.median(column) for column in zip(*every, strict=True)]

    def ratio(place: int, other: int) -> float:
        return statistics.median(row[place] / row[other] for row in every)

    verdicts = [(ratio(1, 0), UNCOMPUTED, "x train"), (ratio(2, 1), BACKWARDS, "x forwards")]
    if condition.startswith("loss"):
        verdicts.append((1e3 * middle[3], OF_LOSS, "ms"))
    else:
        verdicts.append((ratio(3, 0), COMPUTED, "x train"))
    verdicts.append((ratio(4, 3), BACKWARDS, "x forwards"))
    line = f"{condition:30}" + "".join(f"{seconds:8.3f}" for seconds in middle)
    for value, limit, unit in verdicts:
        line += f"   {value:.2f} {unit}, <= {limit:g}{'' if value <= limit else ' MISSED'}"
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return sum(value > limit for value, limit, _ in verdicts)


def searched(run: Trace, condition: str, *, back: bool) -> float:
    """Return the seconds that a search through a whole run takes."""
    start = time.perf_counter()
    meaning = meaning_of(condition, run.scenario)
    for _ in search(run, meaning, range(run.iterations), back=back):
        pass
    return time.perf_counter() - start
