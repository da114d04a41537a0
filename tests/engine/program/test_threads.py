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

import numpy as np

_BEGIN = """\
import json
from dataclasses import replace
import numpy as np
from engine import trace

def run(scenario, order):
    steps = trace(replace(scenario, training=replace(scenario.training, iterations=4)), order)
    steps.advance(4)
    return steps
"""

_SHIPPED = """\
from engine.read import load
from engine.catalog import shipped
from tests.given.some_of import each_of

paths = {entry.name: entry.path for entry in shipped()}
for name, order in each_of(paths, ("deferred", "premature", "layerwise")):
    steps = run(load(paths[name]), order)
    print(name, order, steps.parameters(4).flat().tobytes().hex())
    print([steps[place].record() for place in range(0, len(steps), 37)])
"""

_LARGE = """\
from tests.bench.networks import classifier

steps = run(classifier(np.random.default_rng(1), (784, 128, 64, 10)), "deferred")
print(json.dumps(steps.parameters(4).flat().tolist()))
"""


def printed(program: str) -> list[str]:
    """What a program prints when it is run with one thread, and with two."""
    found = []
    for threads in "12":
        names = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
        given = {**os.environ, **dict.fromkeys(names, threads)}
        command = [sys.executable, "-c", _BEGIN + program]
        done = subprocess.run(command, env=given, check=True, capture_output=True, text=True)
        found.append(done.stdout)
    return found


def test_all_that_is_shipped_is_the_same_bit_for_bit() -> None:
    one, two = printed(_SHIPPED)
    assert "elman " in one
    assert " premature " in one
    assert one == two


def test_a_large_network_is_the_same_to_rounding() -> None:
    one, two = (np.array(json.loads(text)) for text in printed(_LARGE))
    np.testing.assert_allclose(one, two, rtol=0.0, atol=1e-13)
