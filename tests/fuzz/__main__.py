"""`python -m tests.fuzz --files 100000 --seed 1`: how many files were refused, loaded, and what was found?

`--only 4711 --keep FOLDER` writes the files of one case there instead.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.fuzz.judge import Verdict
from tests.fuzz.make import case_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0
"""Seconds without a word after which a case is said to hang; its processor time is limited far below."""


class Judged(NamedTuple):
    """The number of a case, and the verdict on it."""

    number: int
    verdict: Verdict


def judged(seed: int, first: int, stop: int, *, alone: bool = False) -> Iterator[Judged]:
    """Yield the verdict on each case, and go on in a new process after one that ended or stopped it."""
    while first < stop:
        for judgement in _by_one_process(seed, first, stop, alone=alone):
            yield judgement
            first = judgement.number + 1


def _by_one_process(seed: int, first: int, stop: int, *, alone: bool) -> Iterator[Judged]:
    command = [sys.executable, "-m", "tests.fuzz.worker", *map(str, (seed, first, stop))]
    command += ["alone"] if alone else []
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(_ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_ROOT, env=environment) as worker:
        assert worker.stdout is not None
        number, pending = first, b""
        while select.select([worker.stdout], [], [], _PATIENCE)[0]:
            piece = os.read(worker.stdout.fileno(), 2**16)
            if not piece:
                if (code := worker.wait()) or number < stop - 1:
                    yield Judged(number, Verdict(f"the process ended with {code}"))
                return
            *lines, pending = (pending + piece).split(b"\n")
            for line in map(json.loads, lines):
                if isinstance(line, int):
                    number = line
                else:
                    yield Judged(number, Verdict(*line))
        worker.kill()
        yield Judged(number, Verdict(f"nothing for {_PATIENCE:.0f} s"))


def main() -> int:
    """Fuzz, print each new kind of finding and the sums; return 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=1000, help="number of cases (1000)")
    parser.add_argument("--first", type=int, default=0, help="number of the first case (0)")
    parser.add_argument("--seed", type=int, default=1, help="start of the random numbers (1)")
    parser.add_argument("--alone", action="store_true", help="read the files and do no more: faster")
    parser.add_argument("--only", type=int, help="write the files of this case, and judge it alone")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-case"), help="folder for --only")
    chosen = parser.parse_args()
    first, stop = chosen.first, chosen.first + chosen.files
    if chosen.only is not None:
        first, stop = chosen.only, chosen.only + 1
        case = case_of(chosen.seed, chosen.only)
        chosen.keep.mkdir(exist_ok=True)
        print(f"{case.write(chosen.keep)}: {'; '.join(case.spoilt)}")
    started = time.perf_counter()
    sums: Counter[str] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    for number, verdict in judged(chosen.seed, first, stop, alone=chosen.alone):
        sums[verdict.outcome if verdict.good else "findings"] += 1
        if not verdict.good:
            kind = (verdict.outcome[:60], verdict.where.split(": ")[-1])
            kinds[kind] += 1
            if kinds[kind] == 1:
                print(f"case {number}: {verdict.outcome} ({verdict.where})\n{verdict.details}", flush=True)
        if sum(sums.values()) % 1000 == 0:
            print(
                f"{sum(sums.values())} files, {time.perf_counter() - started:.0f} s: {dict(sums)}", flush=True
            )
    for kind, count in kinds.most_common():
        print(f"{count:6} {': '.join(kind)}")
    print(f"{sum(sums.values())} files, {time.perf_counter() - started:.0f} s: {dict(sums)}")
    return 1 if sums["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
