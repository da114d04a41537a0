"""How much memory does a long run take to step through, beyond a run of one iteration?

Each run is computed and looked at by a process of its own, whose peak resident memory is compared with that
of a process that does the same with one iteration of the same scenario.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from engine.scenario import Scenario

#: MiB that a long run may take beyond a run of one iteration.
LIMIT: Final = 64.0

#: Name, iterations, places looked at.
RUNS: Final = (("mazur", 1_000_000, 2_000), ("large", 2_000, 200))


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of this measurement."""
    # What a process measures: the work of a fresh one, which this module starts itself.
    parser.add_argument("--once", nargs=3, metavar=("NAME", "ITERATIONS", "SEEKS"), help="one run, in here")


def run(options: Namespace) -> int:
    """Measure and print; 1 if the limit is missed."""
    if options.once:
        name, iterations, seeks = options.once
        step_through(name, int(iterations), int(seeks))
        sys.stdout.write(f"{peak()}\n")
        return 0
    missed = 0
    sys.stdout.write(f"{'peak resident memory, MiB':36}{'one':>8}{'all':>8}{'more':>8}\n")
    for name, iterations, seeks in RUNS:
        one, all_ = in_a_process(name, 1, seeks), in_a_process(name, iterations, seeks)
        held = all_ - one <= LIMIT
        missed += not held
        title = f"{name}, {iterations:,} iterations"
        line = f"{title:36}{one:8.1f}{all_:8.1f}{all_ - one:8.1f}   <= {LIMIT:g}"
        sys.stdout.write(line + ("\n" if held else " MISSED\n"))
        sys.stdout.flush()
    return 1 if missed else 0


def in_a_process(name: str, iterations: int, seeks: int) -> float:
    """Return the peak memory in MiB of a fresh process that steps through a run."""
    command = [sys.executable, "-m", "tests.bench", "memory", "--once", name, str(iterations), str(seeks)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def step_through(name: str, iterations: int, seeks: int) -> None:
    """Compute a run in pieces, as the app does, looking at steps of the part done; then all over it."""
    from engine.replay.tracing import trace

    chosen = scenario(name)
    steps = trace(replace(chosen, training=replace(chosen.training, iterations=iterations)))
    chance = Random(name)
    while steps.computed < steps.iterations:
        steps.advance(max(1, steps.iterations // 50))
        steps[chance.randrange(steps.schedule.first_step(steps.computed))].record()
    for _ in range(seeks):
        steps[chance.randrange(len(steps))].record()


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
