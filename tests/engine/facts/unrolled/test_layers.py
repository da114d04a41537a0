"""Is what reaches a layer of the output's error what the records of the run have?"""

from __future__ import annotations

import math
from typing import Any

import pytest

from engine import trace
from engine.facts.unrolled.layers import deltas, reached
from tests.given.recorded import as_record
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import some_of


def norm(vector: Any) -> float:
    return math.hypot(*vector)


@pytest.mark.parametrize("seed", some_of(range(12), 7))
def test_lengths_and_their_ratios(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(recurrent=False, iterations=1)), ORDERS[seed % len(ORDERS)])
    if run.shapes.sequences:
        return
    last = run.shapes.layers
    every: dict[int, dict[int, dict[str, Any]]] = {}  # of each sample, by layer
    for step, record in enumerate(map(as_record, run)):
        if record["kind"] != "delta":
            continue
        here = every.setdefault(record["sample"], {})
        here[record["layer"]] = record
        found = reached(run, step)
        assert [one.layer for one in found] == list(range(last, 0, -1))
        for one in found:
            made = here.get(one.layer)
            assert (one.size is None) == (made is None)
            delta = deltas(run, step, one.layer)
            assert (delta is None) == (made is None)
            if made is None or delta is None:
                assert one.left is one.weights is one.slopes is one.gain is None
                continue
            assert delta.tolist() == made["delta"]
            assert one.size == pytest.approx(norm(made["delta"]), rel=1e-12)
            if one.layer == last:
                assert (one.left, one.weights) == (1.0, None)
                continue
            top, above = (norm(here[layer]["delta"]) for layer in (last, one.layer + 1))
            for ratio, over, under in (
                (one.left, norm(made["delta"]), top),
                (one.weights, norm(made["error"]), above),
                (one.slopes, norm(made["delta"]), norm(made["error"])),
            ):
                if under:
                    assert ratio == pytest.approx(over / under, rel=1e-12)
