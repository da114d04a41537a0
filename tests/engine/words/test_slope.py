"""Is it true what is said of a slope?"""

from __future__ import annotations

import math
import re
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.conditions.meaning import meaning_of
from engine.conditions.search import search
from engine.equations.equation import Variable
from engine.equations.table import table_of
from engine.facts.findings.search import findings
from engine.facts.slopes.slope import Place, place_of, slope_at
from engine.looking.cursor import look_at, start
from engine.looking.weights import layer_looked_at
from engine.numerals import every
from engine.run.steps import DeltaStep, ForwardStep
from engine.to_the_end import to_the_end
from engine.words.numbers.slope import coming, meaning
from tests.course.trained import changed
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.some_of import some_of
from tests.given.steps import steps_of
from tests.golden import runs
from tui.draw.kit.numbers import numeral

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def place_at(run: Trace, cursor: Cursor) -> Place:
    """Where the neuron that is looked at stands."""
    layer = layer_looked_at(run, cursor)
    return place_of(run, cursor.step, layer, cursor.units[layer])


def test_a_saturated_neuron_is_called_so() -> None:
    place = Place(1, 0, "sigmoid", 9.0, 1.0 / (1.0 + np.exp(-9.0)), np.array([9.0]))
    slope = slope_at(place)
    assert slope is not None
    assert "saturated" in meaning(place, slope)


def test_what_is_called_saturated_is_so_for_a_condition_and_a_finding() -> None:
    """A sigmoid's slope falls below 1 % of its steepest between z = 5.9 and 6.1."""
    called: set[str] = set()
    for z in np.arange(3.4, 7.0, 0.2).tolist():
        net = [runs.layer("sigmoid", [[z]])]
        run = trace(runs.scenario(net, [[1.0]], [[0.0]], rate=0.0, iterations=2))
        run.advance(2)
        text = meaning(place_of(run, 0, 1, 0), float(run.iteration(0).vectors("slope", 1)[0, 0, 0]))
        saturated = "is saturated and" in text
        assert saturated == (z > 6.0)
        pieces = search(run, meaning_of("saturated(1)", run.scenario), range(1))
        assert saturated == any(len(piece.steps) for piece in pieces)
        looked = to_the_end(findings(run))
        assert saturated == any(one.kind == "saturated" for one in looked.found)
        assert ("nearly saturated" in text) == any(one.kind == "saturated" for one in looked.near)
        called |= {one for one in ("is saturated", "is nearly saturated", ": hardly") if one in text}
    assert len(called) == 3


def test_silu_is_not_saturated_at_its_minimum() -> None:
    z = -1.2784645
    a = z / (1.0 + np.exp(-z))
    place = Place(1, 0, "silu", z, a, np.array([z]))
    slope = slope_at(place)
    assert slope is not None
    assert abs(slope) < 1e-6
    text = meaning(place, slope)
    assert "hardly any error passes back" in text
    assert "saturated" not in text
    far = Place(1, 0, "silu", -9.0, -9.0 / (1.0 + np.exp(9.0)), np.array([-9.0]))
    assert "saturated" in meaning(far, slope_at(far) or 0.0)
    leak = Place(1, 0, "leaky-relu", -3.0, -0.03, np.array([-3.0]))
    assert "saturated" not in meaning(leak, 0.01)


# In 17 and 45 numbers are not finite.
@pytest.mark.parametrize("seed", sorted({*some_of(range(60), 14), 17, 45}))
def test_what_is_said_of_a_slope_is_so(seed: int) -> None:
    """Where errors are said to be multiplied by it, δ is that product; where none passes, δ is 0."""
    run = trace(scenario_at_random(seed, Wanted(iterations=1, tame=seed % 2 == 0, steps=60, parameters=30)))
    for step in steps_of(run, DeltaStep):
        cursor = look_at(start(run, step.step), run, step.layer or 0, 0)
        place = place_at(run, cursor)
        slope = slope_at(place)
        assert slope is not None
        text = meaning(place, slope)
        error, delta = float(step.error[0]), float(step.delta[0])
        if "is multiplied by" in text:
            assert delta == pytest.approx(error * slope, rel=1e-12, abs=1e-300)
        elif "not a finite number" in text:
            assert not math.isfinite(delta)
        elif "no error passes back" in text:
            assert delta == 0.0
        elif "hardly any error passes back" in text:
            assert abs(delta) <= 0.05 * abs(error)
        else:
            assert f"δ is {numeral(delta)}." in text


@pytest.mark.parametrize("mistake", ["no-slope", "no-output-slope", "slope-of-activation"])
def test_an_error_that_a_mistake_lets_through_is_not_said_to_be_multiplied(mistake: str) -> None:
    run = trace(changed("mazur", mistake=mistake, iterations=1))
    for layer in (1, 2):
        place = place_at(run, start(run, len(run) - 3 + (2 - layer)))
        text = meaning(place, slope_at(place) or 0.0)
        made = mistake == "slope-of-activation" or (mistake == "no-slope") == (place.layer == 1)
        assert (f"The mistake {mistake} is made here" in text) == made
        assert ("is multiplied by" in text) != made


@pytest.mark.parametrize("seed", some_of(range(16), 8))
def test_what_is_coming_comes(seed: int) -> None:
    """z is made by the step that is named, and not before; δ by the one that is named for it."""
    run = trace(scenario_at_random(seed, Wanted(iterations=1, steps=60, parameters=30)))
    told = 0
    for step, layer in product(range(min(len(run), 12)), range(1, run.shapes.layers + 1)):
        place = place_of(run, step, layer, 0)
        if place.z is not None:
            continue
        first, then = (int(found) - 1 for found in re.findall(r"step (\d+)", coming(run, step, place)))
        assert step < first < then
        (made,) = (one for one in run[first : first + 1] if isinstance(one, ForwardStep))
        error = run[then]
        assert isinstance(error, DeltaStep)
        assert (
            (made.layer, made.sample, made.time)
            == (error.layer, error.sample, error.time)
            == (
                layer,
                run[step].sample,
                run[step].time,
            )
        )
        told += 1
    assert told or run.shapes.layers == 1


@pytest.mark.parametrize("seed", some_of(range(12), 8))
def test_how_a_softmax_forms_its_deltas(seed: int) -> None:
    """Where a short form is spoken of no error is read; else δ is the sum over all outputs."""
    run = trace(
        scenario_at_random(
            seed, Wanted(output="softmax", iterations=1, recurrent=False, steps=60, parameters=30)
        )
    )
    last = run.shapes.layers
    step = next(one.step for one in steps_of(run, DeltaStep) if one.layer == last)
    place = place_of(run, step, last, 0)
    text = meaning(place, slope_at(place) or 0.0)
    if place.mistake is not None or place.delta is None or not math.isfinite(place.delta):
        return
    assert place.others is not None
    assert len(place.others) == 1 or f"This z moves {every(len(place.others), 'output')}" in text
    made = table_of(run.scenario).making[Variable("delta", last)]
    reads = {factor.variable.name for factor in made.factors()}
    assert ("short form" in text) == ("error" not in reads)
