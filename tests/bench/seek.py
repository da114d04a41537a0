"""How long does it take to look at any step of a run that has been computed?

`trace[i]` at random places of Mazur's 10,000 iterations, in both orders, and of runs that are a hundred times
as long or ten thousand times as large; only Mazur's 10,000 have limits.
"""

from __future__ import annotations

import statistics
import sys
import time
from random import Random
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.catalog import find
from engine.read import load
from engine.run.tracing import trace
from tests.bench.networks import classifier
from tests.given.shipped import lasting

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.scenario import Order, Scenario

MEDIAN_LIMIT: Final = 5.0
WORST_LIMIT: Final = 50.0


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of this measurement."""
    parser.add_argument("--seeks", type=int, default=2_000, help="places looked at (%(default)s)")
    parser.add_argument("--long", action="store_true", help="also the long run and the large network")


def run(options: Namespace) -> int:
    """Measure and print; 1 if a limit is missed."""
    mazur = load(find("mazur"))
    missed = 0
    sys.stdout.write(f"{'ms to look at a step':40}{'median':>8}{'worst':>8}\n")
    orders: tuple[Order, ...] = ("deferred", "premature")
    for order in orders:
        found = seeks(lasting(mazur, 10_000), order, options.seeks)
        missed += report(f"Mazur, 10,000 iterations, {order}", found, limits=True)
    if options.long:
        found = seeks(lasting(mazur, 1_000_000), "deferred", options.seeks)
        report("Mazur, 1,000,000 iterations", found, limits=False)
        large = classifier(np.random.default_rng(1), (784, 128, 64, 10))
        found = seeks(lasting(large, 2_000), "deferred", min(options.seeks, 100))
        report("784-128-64-10, 2,000 iterations", found, limits=False)
    return 1 if missed else 0


def seeks(scenario: Scenario, order: Order, count: int) -> list[float]:
    """Compute the run, look at `count` steps at random and return the milliseconds of each."""
    steps = trace(scenario, order)
    steps.advance(steps.iterations)
    chance = Random(scenario.title)
    taken = []
    for _ in range(count):
        place = chance.randrange(len(steps))
        start = time.perf_counter()
        step = steps[place]
        taken.append((time.perf_counter() - start) * 1e3)
        assert step.step == place
    return taken


def report(name: str, taken: list[float], *, limits: bool) -> int:
    """Print a line; return how many limits are missed."""
    middle, worst = statistics.median(taken), max(taken)
    line, missed = f"{name:40}{middle:8.2f}{worst:8.2f}", 0
    if limits:
        missed = (middle >= MEDIAN_LIMIT) + (worst >= WORST_LIMIT)
        line += f"   < {MEDIAN_LIMIT:g} and < {WORST_LIMIT:g}" + (" MISSED" if missed else "")
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return missed
