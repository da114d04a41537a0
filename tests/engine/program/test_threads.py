"""Are the numbers of a run the same whatever number of threads the linear algebra has?

Of what is shipped, bit for bit. A sum of hundreds of products is split by OpenBLAS in another way when it has
another number of threads, so there the last digits may differ and no more. The number is chosen when numpy is
loaded: each run has a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import NamedTuple

import numpy as np

_PROGRAM = """\
import json
from dataclasses import replace
import numpy as np
from engine import trace

def run(scenario, order):
    steps = trace(replace(scenario, training=replace(scenario.training, iterations=2)), order)
    steps.advance(2)
    return steps

from engine.read import load
from engine.catalog import shipped
from tests.given.some_of import each_of

paths = {entry.name: entry.path for entry in shipped()}
for name, order in each_of(paths, ("deferred", "premature", "layerwise")):
    steps = run(load(paths[name]), order)
    print(name, order, steps.parameters(2).flat().tobytes().hex())
    print([steps[place].record() for place in range(0, len(steps), 97)])

from tests.bench.networks import classifier

steps = run(classifier(np.random.default_rng(1), (784, 128, 64, 10)), "deferred")
print(json.dumps(steps.parameters(2).flat()[::7].tolist()))
"""


class Printed(NamedTuple):
    """What the program prints of all that is shipped, and then of a large network."""

    shipped: str
    large: str


@cache
def printed(threads: int) -> Printed:
    """What it prints when it is run with so many threads."""
    names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
    given = {**os.environ, **dict.fromkeys(names, str(threads))}
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], env=given, check=True, capture_output=True, text=True
    )
    *shipped, large = done.stdout.splitlines()
    return Printed("\n".join(shipped), large)


def test_all_that_is_shipped_is_the_same_bit_for_bit() -> None:
    one, two = (printed(threads).shipped for threads in (1, 2))
    assert "elman " in one
    assert " premature " in one
    assert one == two


def test_a_large_network_is_the_same_to_rounding() -> None:
    one, two = (np.array(json.loads(printed(threads).large)) for threads in (1, 2))
    np.testing.assert_allclose(one, two, rtol=0.0, atol=1e-13)
