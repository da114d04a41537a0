"""Judges one case after the other in a process of its own, and says after each what it saw.

Before a case its number is printed, after it a line of JSON, so that a case that ends the process is known.
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from pathlib import Path
from random import Random

from tests.fuzz.case import remove
from tests.fuzz.judge import Verdict, judge
from tests.fuzz.make import case_of


def verdict_on(seed: int, number: int, folder: Path, *, alone: bool = False) -> Verdict:
    """Make a case in an empty folder, judge it, and empty the folder."""
    path = case_of(seed, number).write(folder)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return judge(path, Random(f"{seed} {number} followed"), alone=alone)
    finally:
        remove(folder)


def main() -> None:
    """Judge the cases of a seed from one number up to another."""
    seed, first, stop = map(int, sys.argv[1:4])
    alone = sys.argv[4:] == ["alone"]
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        for number in range(first, stop):
            print(number, flush=True)
            verdict = verdict_on(seed, number, Path(folder), alone=alone)
            print(json.dumps([verdict.outcome, verdict.where, verdict.details]), flush=True)


if __name__ == "__main__":
    main()
