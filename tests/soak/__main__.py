"""`python -m tests.soak --keys 10000 --seed 1`: keys at random at every size, in every kind of scenario.

`--sizes 80x24 --kinds large --life 7` lives one life again. Exit code 1 if anything was found.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.life import KINDS, LONGEST, SIZES, live, shelf_in
from tui.meanwhile import background


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    return int(width), int(height)


def main() -> int:
    """Press keys, print each thing found and the sums."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--keys", type=int, default=10_000, help="keys at each size (10000)")
    parser.add_argument("--seed", type=int, default=1, help="start of the random numbers (1)")
    parser.add_argument("--sizes", type=_size, nargs="*", default=SIZES, help="such as 80x24; all by default")
    parser.add_argument("--kinds", nargs="*", choices=[*KINDS], default=[*KINDS], help="of scenarios")
    parser.add_argument("--life", type=int, help="live this one alone, of one size and kind")
    chosen = parser.parse_args()
    background.crowded = lambda: False  # a run that steps aside for others would be waited for
    findings = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        (work := Path(folder) / "scenarios").mkdir()
        shelf = shelf_in(work)
        os.chdir(work)
        for size in chosen.sizes:
            began, pressed, life = time.perf_counter(), 0, chosen.life or 0
            while pressed < chosen.keys:
                kind = chosen.kinds[life % len(chosen.kinds)]
                found = asyncio.run(live(1000 * chosen.seed + life, size, kind, shelf, LONGEST))
                pressed += found.keys
                if found.what:
                    findings += 1
                    print(f"--sizes {size[0]}x{size[1]} --kinds {kind} --life {life}: {found.what}")
                    print(f"  after {' '.join(found.last)}", flush=True)
                life += 1
                if chosen.life is not None:
                    break
            took = time.perf_counter() - began
            print(f"{size[0]}x{size[1]}: {pressed} keys in {life} lives, {took:.0f} s", flush=True)
    print(f"{findings} found")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
