"""Is it true what is said of a chain's factors and of what serves whom?"""

from __future__ import annotations

import math
import re
from itertools import product

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.chain.chosen_path import ChosenPath
from engine.facts.chain.factors import Factor
from engine.facts.chain.paths import Chain
from engine.facts.number import Traced
from engine.words.numbers.chain import (
    meanings,
    notes,
    price_of_one,
    record_of,
    reuse_title,
    served,
    stations,
    stations_now,
    sum_title,
    when_made,
)
from tests.given.scenarios_at_random import Wanted, scenario_at_random


def test_the_factors_of_a_path() -> None:
    run = trace(load(find("mazur")))
    found = [meanings(one)[0] for one in Chain(run, 0, 0, 0, 1).path((1, 0, 1))]
    assert found == [
        "error: how C moves with output 2",
        "slope of layer 2, neuron 2",
        "weight, back from layer 2 to 1",
        "slope of layer 1, neuron 1",
        "what came in from input 2",
    ]
    bias = Chain(run, 0, 0, 0, 1, "biases").path((0, 0, 1))[-1]
    assert (bias.symbol, bias.value, bias.made) == ("1", 1.0, None)
    assert meanings(bias) == ("what a bias is multiplied by", "what came in")


@pytest.mark.parametrize("seed", range(8))
def test_a_slope_and_what_came_in_are_named_by_their_place(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=1, steps=60, parameters=30)))
    units = (0,) * (run.shapes.layers + 1)
    for layer in range(1, run.shapes.layers + 1):
        for one in Chain(run, 0, 0, 0, layer).path(units):
            assert isinstance(one, Factor)
            assert isinstance(one.number, Traced)
            if one.meaning in ("slope", "input"):
                place = f"layer {one.number.layer}, neuron 1" if one.number.layer else "input 1"
                assert meanings(one)[0].endswith(place)
            assert one.value == one.number.value
            assert one.made == run.flow.writer(one.number.reference)


@pytest.mark.parametrize("seed", range(8))
def test_whom_deltas_serve_and_what_a_weight_costs_alone(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=1, steps=60, parameters=30)))
    layers = run.scenario.network.layers
    for layer, mine in enumerate(layers, start=1):
        for time in range(run.shapes.times):
            chain = Chain(run, 0, 0, time, layer)
            delta = chain.delta(0)
            told = served(chain, delta)
            assert f"{delta.symbol} serves " in told
            assert (f"δ{layer + 1} serve" in told) == (layer < len(layers))
            assert ("of the time before" in told) == (mine.recurrent and time > 0)
            price = price_of_one(chain, delta)
            if price:
                (alone,) = re.findall(r"takes ([\d,]+) multiplication", price)
                assert int(alone.replace(",", "")) == chain.ways.multiplications


@pytest.mark.parametrize("seed", range(8))
def test_what_is_not_known_yet_is_made_by_the_step_that_is_named(seed: int) -> None:
    run = trace(scenario_at_random(seed, Wanted(iterations=1, steps=60, parameters=30)))
    units = (0,) * (run.shapes.layers + 1)
    for layer, time in product(range(1, run.shapes.layers + 1), range(run.shapes.times)):
        chain = Chain(run, 0, 0, time, layer)
        for one in chain.path(units):
            if one.made is not None:
                assert isinstance(one.number, Traced)
                step = run.flow.writer(one.number.reference) or 0
                assert [text.endswith(f"by step {step + 1}") for text in when_made(one)] == [True] * 3
        gradient = chain.gradient(0, 0)
        step = run.flow.writer(gradient.reference) or 0
        assert record_of(gradient, None, product=False) == f"step {step + 1} records it"
        assert record_of(gradient, None, product=True) == f"multiplied out; step {step + 1} records it"
        assert record_of(gradient, 0.25, product=True) == "recorded: 0.25"


@pytest.mark.parametrize("seed", range(16))
def test_what_is_said_of_a_path(seed: int) -> None:
    """Of one factor where its delta is no product, of a target where there is none, and else nothing."""
    run = trace(scenario_at_random(seed, Wanted(iterations=1, steps=60, parameters=30)))
    units = (0,) * (run.shapes.layers + 1)
    for layer, time in product(range(1, run.shapes.layers + 1), range(run.shapes.times)):
        chain = Chain(run, 0, 0, time, layer)
        path = ChosenPath(chain, units)
        text = " ".join(notes(chain, path, in_full=True))
        meant = [one.meaning for one in path.above]
        assert ("one factor" in text) == (meant[0] == "delta")
        there = bool(run.shapes.has_target[0, time])
        assert ("carries 0" in text) == (not there and path.until == time)
        assert (f"comes from @{path.until}, back" in text) == (path.until > time)
        assert run.shapes.has_target[0, path.until] or path.until == time
        assert not there or path.until == time


@pytest.mark.parametrize("seed", range(8))
def test_over_which_paths_the_sum_is_and_what_is_used_again(seed: int) -> None:
    random = scenario_at_random(seed, Wanted(iterations=1, recurrent=seed % 2 == 0, steps=60, parameters=30))
    run = trace(random if seed else load(find("elman")))  # which has a target at every time
    sizes, last = run.scenario.network.sizes, run.shapes.layers
    for layer, time in product(range(1, last + 1), range(run.shapes.times)):
        chain = Chain(run, 0, 0, time, layer)
        within = math.prod(sizes[layer + 1 :]) if run.shapes.has_target[0, time] else 0
        title = sum_title(chain)
        every = int(re.findall(r"the sum over ([\d,]+) path", title)[0].replace(",", ""))
        assert every == chain.ways.paths >= within
        later = re.findall(r"([\d,]+) within this time, ([\d,]+) through later", title)
        assert ("through later times" in title) == (every > within)
        assert bool(later) == (0 < within < every)
        if later:
            assert [int(one.replace(",", "")) for one in later[0]] == [within, every - within]
        future = run.shapes.recurrent[layer - 1] and time + 1 < run.shapes.times
        again = reuse_title(chain, future=future)
        assert (f"δ{layer + 1}, formed once" in again) == (layer < last)
        assert (f"δ{layer} of the next time" in again) == future
        assert (again == "the way back begins here") == (layer == last and not future)


def test_what_a_path_passes() -> None:
    run = trace(load(find("mazur")))
    chain = Chain(run, 0, 0, 0, 1)
    assert stations(ChosenPath(chain, (0, 1, 0))) == ["a1[2]", "a2[1]", "C"]
    assert stations_now(chain, (1, 1)) == ["a1[2]", "a2[2]", "C"]


def test_a_path_through_time_passes_each_time_and_names_it() -> None:
    run = trace(load(find("counting")))
    until = int(np.argmax(run.shapes.has_target[0]))
    assert until
    path = ChosenPath(Chain(run, 0, 0, 0, 1), (0,) * (run.shapes.layers + 1))
    assert stations(path) == [*(f"h1[1]@{time}" for time in range(until + 1)), f"C@{until}"]


def test_a_path_passes_an_output_by_its_z_where_slope_and_error_are_one() -> None:
    run = trace(load(find("iris")))
    path = ChosenPath(Chain(run, 0, 0, 0, 1), (0, 1, 2))
    assert stations(path) == ["a1[2]", "z2[3]", "C"]
