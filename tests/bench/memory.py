"""How much memory does a long run take to step through, beyond a run of one iteration?

Each run is computed and looked at by a process of its own, whose peak resident memory is compared with that
of a process that does the same with one iteration of the same scenario. `--longest` does so with ten million
iterations, which are also compared with ten runs of a million: neither computing nor looking may get slower.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.scenario import Scenario

#: MiB that a long run may take beyond a run of one iteration.
LIMIT: Final = 64.0

#: Name, iterations, places looked at.
RUNS: Final = (("mazur", 1_000_000, 2_000), ("large", 2_000, 200))

#: Of the longest run: iterations, MiB, times ten runs of a tenth of it, ms to look at a step (median).
LONGEST, LONGEST_LIMIT, LONGEST_RATIO, LOOK_LIMIT = 10_000_000, 128.0, 1.5, 10.0


class Cost(NamedTuple):
    """Of a process: its peak in MiB, the seconds that it computed, ms to look at a step (median)."""

    peak: float
    seconds: float
    look: float


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of this measurement."""
    parser.add_argument("--longest", action="store_true", help="ten million iterations of Mazur's, only")
    # What a process measures: the work of a fresh one, which this module starts itself.
    parser.add_argument("--once", nargs=3, metavar=("NAME", "ITERATIONS", "SEEKS"), help="one run, in here")


def run(options: Namespace) -> int:
    """Measure and print; 1 if the limit is missed."""
    if options.once:
        name, iterations, seeks = options.once
        seconds, look = step_through(name, int(iterations), int(seeks))
        sys.stdout.write(f"{peak()} {seconds} {look}\n")
        return 0
    if options.longest:
        return longest()
    missed = 0
    sys.stdout.write(f"{'peak resident memory, MiB':36}{'one':>8}{'all':>8}{'more':>8}\n")
    for name, iterations, seeks in RUNS:
        one, all_ = (in_a_process(name, some, seeks).peak for some in (1, iterations))
        held = all_ - one <= LIMIT
        missed += not held
        title = f"{name}, {iterations:,} iterations"
        line = f"{title:36}{one:8.1f}{all_:8.1f}{all_ - one:8.1f}   <= {LIMIT:g}"
        sys.stdout.write(line + ("\n" if held else " MISSED\n"))
        sys.stdout.flush()
    return 1 if missed else 0


def longest() -> int:
    """Measure the longest run and print; 1 if a limit is missed."""
    seeks = 1_000
    one = in_a_process("mazur", 1, seeks)
    tenths = [in_a_process("mazur", LONGEST // 10, seeks) for _ in range(10)]
    all_ = in_a_process("mazur", LONGEST, seeks)
    ratio = all_.seconds / sum(tenth.seconds for tenth in tenths)
    figures = (
        ("MiB more than one iteration", all_.peak - one.peak, LONGEST_LIMIT),
        ("times ten runs of a tenth", ratio, LONGEST_RATIO),
        ("ms to look at a step, median", all_.look, LOOK_LIMIT),
    )
    sys.stdout.write(f"mazur, {LONGEST:,} iterations in {all_.seconds:.1f} s\n")
    for name, value, limit in figures:
        verdict = "" if value <= limit else " MISSED"
        sys.stdout.write(f"{name:32}{value:8.2f}   <= {limit:g}{verdict}\n")
    return int(any(value > limit for _, value, limit in figures))


def in_a_process(name: str, iterations: int, seeks: int) -> Cost:
    """Return what a fresh process takes that steps through a run."""
    command = [sys.executable, "-m", "tests.bench", "memory", "--once", name, str(iterations), str(seeks)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(*map(float, done.stdout.split()))


def step_through(name: str, iterations: int, seeks: int) -> tuple[float, float]:
    """Compute a run in pieces, as the app does, looking at steps of the part done; then all over it.

    Return the seconds that it took to compute, and the ms that it took to look at a step, the median.
    """
    from engine.run.tracing import trace
    from tests.given.shipped import lasting

    steps = trace(lasting(scenario(name), iterations))
    chance = Random(name)
    seconds, looks = 0.0, []
    while steps.computed < steps.iterations:
        start = time.perf_counter()
        steps.advance(max(1, steps.iterations // 50))
        seconds += time.perf_counter() - start
        steps[chance.randrange(steps.schedule.first_step(steps.computed))].record()
    for _ in range(seeks):
        start = time.perf_counter()
        steps[chance.randrange(len(steps))].record()
        looks.append((time.perf_counter() - start) * 1e3)
    return seconds, statistics.median(looks)


def scenario(name: str) -> Scenario:
    """Return Mazur's, or a network of 784-128-64-10 on batches of 32 random samples."""
    if name == "mazur":
        from engine.catalog import find
        from engine.read import load

        return load(find(name))
    import numpy as np

    from tests.bench.networks import classifier

    return classifier(np.random.default_rng(1), (784, 128, 64, 10))


def peak() -> float:
    """Return the peak resident memory of this process so far, in MiB."""
    import resource

    status = Path("/proc/self/status")
    if status.exists():
        # Here `ru_maxrss` would begin with what the process that started this one had in use.
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / (1 << 20 if sys.platform == "darwin" else 1 << 10)
