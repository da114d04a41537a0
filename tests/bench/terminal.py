"""What does a step cost on the terminal, beside a bare Textual app and a bare curses one?

The programs run in turn, several rounds, so that a busy machine slows all of them; the figures are medians.
"""

from __future__ import annotations

import math
import shlex
import statistics
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.bench.measure import Costs, run_once, start_once, warm_up

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence

Size = tuple[int, int]

#: How much more a step may cost than one changed line of a bare Textual app.
STEP_LIMITS: Final[dict[Size, float]] = {(80, 24): 3.0, (120, 40): 4.5, (200, 50): 9.0}

PROGRAM: Final = "bp-tui"
TEXTUAL: Final = "bare Textual"
CURSES: Final = "bare curses"


@dataclass(frozen=True)
class Figure:
    """A line of the table, and the limit that holds for the program."""

    name: str
    value: Callable[[Costs], float]
    form: str = "{:.1f}"
    limit: float | None = None
    #: The limit is for the ratio to the bare Textual app.
    relative: bool = False


def add_arguments(parser: ArgumentParser) -> None:
    """Add the options of this measurement."""
    parser.add_argument(
        "--command", default=f"{sys.executable} -m tui.cli mazur", help="the program to measure"
    )
    parser.add_argument("--sizes", default="80x24,120x40,200x50", help="window sizes (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program and size (%(default)s)")
    parser.add_argument("--steps", type=int, default=30, help="keys that are timed in each run (%(default)s)")
    parser.add_argument("--key", default="n", help="the key that makes a step (%(default)s)")
    parser.add_argument("--starts", type=int, default=10, help="starts of each at each size (%(default)s)")
    parser.add_argument("--start", action="store_true", help="only start the programs")


def run(options: Namespace) -> int:
    """Measure and print; 1 if a limit is missed."""
    commands = {
        PROGRAM: shlex.split(options.command),
        TEXTUAL: [sys.executable, "-m", "tests.bench.apps.bare_textual", "--numpy"],
        CURSES: [sys.executable, "-m", "tests.bench.apps.bare_curses"],
    }
    missed = 0
    for text in options.sizes.split(","):
        columns, rows = map(int, text.split("x"))
        for command in commands.values():
            warm_up(command, columns, rows)
        costs = {name: Costs() for name in commands}
        for _ in range(options.starts):
            for name, command in commands.items():
                start_once(command, columns, rows, costs[name])
        for _ in range(0 if options.start else options.rounds):
            for name, command in commands.items():
                run_once(command, columns, rows, options.key.encode(), options.steps, costs[name])
        missed += report((columns, rows), costs, slice(1) if options.start else slice(None))
    return 1 if missed else 0


def report(size: Size, costs: dict[str, Costs], lines: slice = slice(None)) -> int:
    """Print the table of one size, or some of its lines; return how many limits are missed."""
    sys.stdout.write(
        f"\n{size[0]}x{size[1]:<10}{'':14}" + "".join(f"{name:>14}" for name in costs) + "   limit\n"
    )
    missed = 0
    for figure in figures(size)[lines]:
        values = {name: figure.value(cost) for name, cost in costs.items()}
        line = f"{figure.name:28}" + "".join(f"{figure.form.format(v):>14}" for v in values.values())
        if figure.limit is not None:
            held, text = _verdict(figure, values)
            missed += not held
            line += f"   {text}{'' if held else '   MISSED'}"
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
    return missed


def _verdict(figure: Figure, values: dict[str, float]) -> tuple[bool, str]:
    assert figure.limit is not None
    if not figure.relative:
        return values[PROGRAM] <= figure.limit, f"<= {figure.limit:g}"
    ratio = values[PROGRAM] / values[TEXTUAL]
    return ratio <= figure.limit, f"{ratio:.2f}x, <= {figure.limit:g}x bare Textual"


def figures(size: Size) -> Sequence[Figure]:
    """Return the lines of the table."""
    return (
        Figure("start to first cell, ms", lambda c: _median(c.start), limit=1.2, relative=True),
        Figure("key to last byte p50, ms", lambda c: _median(c.step), "{:.2f}", STEP_LIMITS.get(size), True),
        Figure("key to last byte p95, ms", lambda c: _quantile(c.step, 0.95), "{:.2f}"),
        Figure("bytes a step", lambda c: _mean(c.sent), "{:.0f}"),
        Figure("bytes needed (near-minimal)", lambda c: _mean(c.needed), "{:.0f}"),
        Figure("bytes sent / needed", lambda c: sum(c.sent) / max(1, sum(c.needed)), "{:.2f}", 1.5),
        Figure("keys that showed nothing", lambda c: c.silent, "{:.0f}", 0),
        Figure("bytes a second, idle", lambda c: _median(c.idle), "{:.0f}", 0),
        Figure("200 keys at once, ms", lambda c: _median(c.burst), "{:.0f}", 150),
        Figure("30 keys/s: lag of last, ms", lambda c: _median(c.held), "{:.0f}", 100),
        Figure("the same at 60 kB/s, ms", lambda c: _median(c.slow), "{:.0f}"),
    )


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else math.nan


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else math.nan


def _quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))] if values else math.nan
