"""Is it true what is said of an error on its way back?"""

from __future__ import annotations

import math
import re

import pytest

from engine import trace
from engine.facts.unrolled.gain import through_layers
from engine.run.steps import DeltaStep
from engine.words.unrolled import through_the_layers
from tests.scenarios_at_random import ORDERS, Wanted, scenario_at_random

NUMBER = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?)"


@pytest.mark.parametrize("seed", range(16))
def test_how_much_of_the_output_s_delta_reaches_a_layer(seed: int) -> None:
    """The percents are those of the lengths of the deltas; both factors make them; the bound holds."""
    run = trace(scenario_at_random(seed, Wanted(recurrent=False, iterations=1)), ORDERS[seed % len(ORDERS)])
    if run.shapes.sequences:
        return
    last, told = run.shapes.layers, 0
    tops: dict[int, float] = {}
    for step in run:
        text = through_the_layers(run, step.step)
        if step.kind in ("forward", "loss"):
            (made,) = re.findall(rf"δ{last} by step (\d+)", text)
            there = run[int(made) - 1]
            assert isinstance(there, DeltaStep)
            assert (there.layer, there.sample) == (last, step.sample)
        if not isinstance(step, DeltaStep):
            continue
        size = math.hypot(*step.delta.tolist())
        if step.layer == last:
            tops[step.sample or 0] = size
            if last > 1:
                next_one = run[int(re.findall(r"Step (\d+) tells", text)[0]) - 1]
                assert isinstance(next_one, DeltaStep)
                assert (next_one.layer, next_one.sample) == (last - 1, step.sample)
            else:
                assert "one layer only" in text
            continue
        top = tops[step.sample or 0]
        if not 0.0 < top < math.inf:
            assert "nothing can be left of it" in text
            continue
        told += 1
        assert f"reaches layer {step.layer}, × " in text
        percent, mean = (float(one) for one in re.findall(rf"{NUMBER} % reaches .*? × {NUMBER} per", text)[0])
        weights, slopes = (float(one) for one in re.findall(rf" by {NUMBER}", text))
        assert percent == pytest.approx(100.0 * size / top, rel=1e-3)
        assert 100.0 * mean ** (last - (step.layer or 0)) == pytest.approx(percent, rel=1e-2)
        assert 100.0 * weights * slopes == pytest.approx(percent, rel=1e-2)
        most = re.findall(rf"Of any δ at most {NUMBER} % would", text)
        assert most
        assert percent <= float(most[0]) * 1.001
        back = through_layers(run, step.step, 0)
        assert back.error is not None
        assert f"per layer back: {back.error.tendency}." in text
    assert told or last == 1
