"""How fast does the engine train, beside a bare numpy loop and beside PyTorch, and begin to?

Each network is trained by all three in turn, several rounds, so that a busy machine slows all of them; the
figures are medians, in microseconds an iteration, and the ratios are medians of each round's ratio. Without
`--only`, the programs of all shipped scenarios are made, too (see `programs`).
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.program.machine import machine
from engine.run.straight import Run
from engine.update_orders import WAITING
from tests.bench import programs
from tests.bench.networks import Case, cases

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.arrays import Array

#: How much more a run may take that keeps every number of every iteration.
KEEPING: Final = 1.2

#: How far the parameters may lie apart at the end.
TOLERANCE: Final = 1e-9

#: A run that keeps all does only so large a part of the iterations.
SHARE_KEPT: Final = 4

#: PyTorch trains only so large a part of the iterations: it takes ten times as long on small networks.
SHARE_OF_TORCH: Final = 5


@dataclass(slots=True)
class Times:
    """Seconds an iteration of each round."""

    engine: list[float] = field(default_factory=list)
    keeping: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    torch: list[float] = field(default_factory=list)

    def ratio(self, others: list[float]) -> float:
        """Return how much longer the engine takes, the median over the rounds."""
        return statistics.median(mine / other for mine, other in zip(self.engine, others, strict=True))


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of this measurement."""
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each network (%(default)s)")
    parser.add_argument("--only", default="", help="only networks whose name contains this")


def run(options: Namespace) -> int:
    """Measure and print; 1 if a limit is missed or the parameters differ."""
    torch = importlib.util.find_spec("torch") is not None
    if not torch:
        sys.stdout.write("PyTorch isn't installed: its column is left out.\n")
    sys.stdout.write(f"{'us an iteration':30}{'engine':>9}{'numpy':>9}{'PyTorch':>9}\n")
    missed = 0
    for case in cases():
        if options.only in case.name:
            times, apart = measure(case, options.rounds, torch)
            missed += report(case, times, apart)
    if not options.only:
        missed += programs.report()
    return 1 if missed else 0


def measure(case: Case, rounds: int, torch: bool) -> tuple[Times, float]:
    """Return the times of all rounds and how far the parameters lie apart at the end."""
    times, apart = Times(), 0.0
    for round_ in range(rounds + 1):
        mine, seconds = by_engine(case, case.iterations)
        theirs, bare_seconds = by_hand(case, case.iterations)
        if round_:  # the first warms up
            times.engine.append(seconds / case.iterations)
            times.bare.append(bare_seconds / case.iterations)
            times.keeping.append(
                keeping(case, case.iterations // SHARE_KEPT) / (case.iterations // SHARE_KEPT)
            )
        apart = max(apart, distance(mine, theirs))
        if torch and case.order == WAITING:
            from tests.bench import with_torch

            part = case.iterations // SHARE_OF_TORCH
            torch_seconds, torchs = with_torch.train(case.scenario, part)
            if round_:
                times.torch.append(torch_seconds / part)
            else:
                apart = max(apart, distance(by_engine(case, part)[0], torchs))
    return times, apart


def by_engine(case: Case, iterations: int) -> tuple[list[Array], float]:
    """Train as `bp-tui train` does; return the parameters at the end and the seconds it took."""
    start = time.perf_counter()
    training = Run(case.scenario, shapes_of(case.scenario), case.order)
    training.advance(iterations)
    seconds = time.perf_counter() - start
    result = training.parameters()
    arrays: list[Array] = []
    for weights, biases, recurrent in zip(
        result.weights, result.biases, result.recurrent_weights, strict=True
    ):
        arrays += [weights, biases] if recurrent is None else [weights, biases, recurrent]
    return arrays, seconds


def keeping(case: Case, iterations: int) -> float:
    """Return the seconds of a run that computes every number of every iteration and leaves it at hand."""
    shapes = shapes_of(case.scenario)
    kept = machine(case.scenario, shapes, Schedule(shapes, case.order))
    kept.advance(0, 1, keep=True)
    start = time.perf_counter()
    kept.advance(0, iterations, keep=True)
    return time.perf_counter() - start


def by_hand(case: Case, iterations: int) -> tuple[list[Array], float]:
    """Train by the loop written for this network; return the parameters at the end and the seconds."""
    parameters, batches = case.parameters(), case.batches()
    start = time.perf_counter()
    case.bare(parameters, batches, case.scenario.training.learning_rate, iterations)
    return parameters, time.perf_counter() - start


def distance(some: list[Array], others: list[Array]) -> float:
    """Return the largest difference between two lists of parameters; inf if one is not a number."""
    far = max(float(np.max(np.abs(a - b))) for a, b in zip(some, others, strict=True))
    return far if np.isfinite(far) else np.inf


def report(case: Case, times: Times, apart: float) -> int:
    """Print the line of a network; return how many limits are missed."""
    columns = (times.engine, times.bare, times.torch)
    line = f"{case.name:30}" + "".join(
        f"{statistics.median(column) * 1e6:9.1f}" if column else f"{'-':>9}" for column in columns
    )
    ratio = times.ratio(times.bare)
    verdicts = [(ratio <= case.limit, f"{ratio:.3f}x numpy, <= {case.limit:g}x")]
    kept = statistics.median(more / mine for more, mine in zip(times.keeping, times.engine, strict=True))
    verdicts.append((kept <= KEEPING, f"keeping all {kept:.2f}x, <= {KEEPING:g}x"))
    if times.torch:
        ratio = times.ratio(times.torch)
        text = f"{ratio:.2f}x PyTorch" + (", < 1x" if case.below_torch else "")
        verdicts.append((ratio < 1 or not case.below_torch, text))
    verdicts.append((apart <= TOLERANCE, f"apart {apart:.0e}, <= {TOLERANCE:.0e}"))
    for held, text in verdicts:
        line += f"   {text}{'' if held else ' MISSED'}"
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return sum(not held for held, _ in verdicts)
