"""Are the factors of a path through time those of a walk over the unrolled network?

The numbers are noted from the public records (`tests.engine.facts.chain.test_paths.Walker`); the path
is walked here by its rule, and all paths are walked one after the other for the sum over the others.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.broken.breaking import break_rule
from engine.facts.chain.chosen_path import ChosenPath
from engine.facts.chain.paths import Chain
from engine.order.site import Site
from engine.read.changed import with_mistake
from tests.engine.facts.chain.test_paths import Walker, chains
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.order.quantities import Parameter
    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario


class Case(NamedTuple):
    """A path that is asked for, and the record of its run."""

    chain: Chain
    walker: Walker
    units: tuple[int, ...]

    @property
    def path(self) -> ChosenPath:
        return ChosenPath(self.chain, self.units)


def carrier_by_rule(chain: Chain) -> int | None:
    """The weight's own layer if it is recurrent, else the lowest recurrent one above it."""
    recurrent = chain.trace.shapes.recurrent
    return next((layer for layer in range(chain.layer, len(recurrent) + 1) if recurrent[layer - 1]), None)


def walked(case: Case) -> list[float]:
    """The factors of the path from the weight up to the loss, by the rule."""
    chain, walker, units = case
    layer, time = chain.layer, chain.time
    found = [walker.below[layer, time][units[layer - 1]]]
    carrier, last = carrier_by_rule(chain), len(units) - 1
    while True:
        unit = units[layer]
        has_target = chain.trace.shapes.has_target[chain.sample, time]
        if layer == last and has_target:
            return [*found, walker.from_loss[time][unit]]
        found.append(walker.slopes[layer, time][unit])
        if layer == carrier and not has_target:
            found.append(walker.recurrent[layer, time][unit][unit])
            time += 1
        else:
            found.append(walker.weights[layer, time][units[layer + 1]][unit])
            layer += 1


def cases(run: Trace) -> Iterator[Case]:
    """Paths through time of the first iteration."""
    for chain, walker in chains(run):
        targets = run.shapes.has_target[chain.sample, chain.time :]
        if targets[0] or not targets.any() or carrier_by_rule(chain) is None:
            continue
        sizes = run.scenario.network.sizes
        yield Case(chain, walker, (0,) * len(sizes))
        yield Case(chain, walker, tuple(size - 1 for size in sizes))


@cache
def scenarios() -> list[Scenario]:
    """Small ones in which the nearest target may come later, of all kinds of layers."""
    found = []
    for output in ("tanh", "sigmoid", "softmax"):
        for loss in ("half-squared-error", "binary-cross-entropy"):
            for seed in range(70):
                one = scenario_at_random(
                    seed, Wanted(output=output, loss=loss, recurrent=True, samples=2, depth=3)
                )
                times = one.data.has_target.shape[1]
                small = times < 5 and max(one.network.sizes) < 4
                coupled = output == "softmax" and one.network.layers[-1].recurrent
                if small and not one.data.has_target.all() and not coupled:
                    found.append(one)
    return found


@pytest.mark.parametrize("order", ORDERS)
def test_the_factors_and_the_sum_of_the_others(order: Order) -> None:
    kinds = set()
    below = [one for one in scenarios() if not one.network.layers[0].recurrent]  # of some kinds there is one
    others = [one for one in scenarios() if one.network.layers[0].recurrent]
    for scenario in (*below, *in_turns(others, ORDERS.index(order), len(ORDERS))):
        for case in cases(trace(scenario, order)):
            chain, path = case.chain, case.path
            factors = [path.factor(place) for place in range(len(path))]
            assert path.values.tolist() == [factor.value for factor in factors]
            product = math.prod(walked(case))
            assert math.isclose(path.products[-1], product, rel_tol=1e-11, abs_tol=1e-300)
            check_others(case, path, product)
            assert path.carrier is not None
            kinds.add((path.carrier - chain.layer, len(path.units) - 1 - path.carrier))
    # The path begins in, or below, the layer that carries it; that is the last one, or is not.
    assert kinds >= {(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0)}


def test_a_weight_updated_on_the_way_back() -> None:
    """The rule is broken just after the loss's own time: from there on the way back reads the new weight."""
    tried = 0
    for scenario in [load(find("counting")), *scenarios()[::4]]:
        run = trace(scenario, "deferred")
        site = Site("gradient", 0, 0, run.shapes.times - 1, run.shapes.layers)
        broken = break_rule(run, run.schedule.step(site), run.shapes.layers)
        for case in cases(broken):
            path = case.path
            product = math.prod(walked(case))
            assert math.isclose(path.products[-1], product, rel_tol=1e-11, abs_tol=1e-300)
            check_others(case, path, product)
            tried += any(path.factor(place).changed for place in range(len(path)))
    assert tried > 10


def check_others(case: Case, path: ChosenPath, product: float) -> None:
    """All paths, walked one by one, are the chosen one and the others; so is the recorded gradient."""
    chain, walker, units = case
    layer, source = chain.layer, units[chain.layer - 1]
    came_in = walker.below[layer, chain.time][source]
    every = [one.product * came_in for one in walker.walk(layer, units[layer], chain.time)]
    assert chain.ways.paths == len(every)
    assert chain.paths_now == 0
    tolerance = 1e-12 * math.fsum(map(abs, every))
    assert abs(path.others - (math.fsum(every) - product)) <= tolerance
    recorded = walker.gradients[layer, chain.time][units[layer]][source]
    assert abs(path.others + path.products[-1] - recorded) <= tolerance


def known_by_factors(makers: list[int | None], step: int) -> int:
    """How many of the factors, one asked after the other, are made by a step."""
    for place, made in enumerate(makers):
        if made is not None and made > step:
            return place
    return len(makers)


@pytest.mark.parametrize("order", ORDERS)
def test_a_product_is_known_with_its_last_factor(order: Order) -> None:
    for scenario in scenarios()[ORDERS.index(order) :: 12]:
        run = trace(scenario, order)
        steps = range(run.schedule.first_step(1))
        for case in cases(run):
            path = case.path
            makers = [path.factor(place).made for place in range(len(path))]
            assert [path.known(step) for step in steps] == [known_by_factors(makers, step) for step in steps]


def test_the_nearest_target_is_the_end() -> None:
    run = trace(load(find("counting")))
    path = ChosenPath(Chain(run, 0, 0, 2, 1), (0, 0))
    assert (path.carrier, path.until, path.steps) == (1, 4, 2)
    symbols = [path.factor(place).symbol for place in range(len(path))]
    assert symbols == [
        "above1[1]@4",
        "f'(z1[1]@4)",
        "U1[1,1]",
        "f'(z1[1]@3)",
        "U1[1,1]",
        "f'(z1[1]@2)",
        "x[1]@2",
    ]


@pytest.mark.parametrize("name", ["mazur", "elman", "bptt", "deep"])
def test_with_a_target_the_path_stays_in_its_time(name: str) -> None:
    run = trace(load(find(name)))
    for time in range(run.shapes.times):
        chain = Chain(run, 0, 0, time, 1)
        if not chain.has_target:
            continue
        units = (0,) * (run.shapes.layers + 1)
        path = ChosenPath(chain, units)
        assert path.carrier is None
        assert tuple(path.factor(place) for place in range(len(path))) == chain.path(units)


def test_no_single_path_leads_through_a_softmax_in_time() -> None:
    wanted = Wanted(output="softmax", recurrent=True, depth=1, samples=1)
    scenario = next(
        one for seed in range(100) if not (one := scenario_at_random(seed, wanted)).data.has_target.all()
    )
    time = int(scenario.data.has_target[0].argmin())
    path = ChosenPath(Chain(trace(scenario), 0, 0, time, 1), (0, 0))
    assert path.carrier is None
    assert path.products[-1] == 0.0


@pytest.mark.parametrize("parameter", ["weights", "recurrent_weights", "biases"])
@pytest.mark.parametrize("seed", range(6))
def test_the_paths_of_every_parameter_add_up_to_its_recorded_gradient(
    seed: int, parameter: Parameter
) -> None:
    run = trace(scenario_at_random(seed, Wanted(recurrent=True, hidden="tanh", iterations=1, samples=1)))
    layers, tried = run.shapes.layers, 0
    for layer in range(1, layers + 1):
        if parameter == "recurrent_weights" and not run.shapes.recurrent[layer - 1]:
            continue
        for time in range(run.shapes.times):
            chain = Chain(run, 0, 0, time, layer, parameter)
            path = ChosenPath(chain, (0,) * (layers + 1))
            recorded = chain.gradient(0, 0).value
            if path.carrier is not None:
                found = float(path.products[-1]) + path.others
            elif chain.ways.paths == chain.paths_now:
                found = chain.sum_now(0, 0)
                assert found == pytest.approx(sum(value for _, value in chain.each_path(0, 0)), abs=1e-12)
            else:
                continue
            assert found == pytest.approx(recorded, rel=1e-9, abs=1e-12)
            tried += 1
    assert tried


def test_a_factor_is_found_on_the_path_of_the_right_run() -> None:
    run = trace(with_mistake(load(find("mazur")), "no-slope"))
    right = trace(with_mistake(run.scenario, None))
    mistaken, path = (ChosenPath(Chain(one, 0, 0, 0, 1), (0, 0, 0)) for one in (run, right))
    symbols = [path.factor(place).symbol for place in range(len(path))]
    there = [path.place_of(mistaken, place) for place in range(len(mistaken) + 1)]
    assert there[-1] == len(path)
    found = [symbols[place] for place in there[:-1] if place is not None]
    assert found == [mistaken.factor(place).symbol for place in range(len(mistaken))]
    absent = [place for place in range(len(path)) if mistaken.place_of(path, place) is None]
    assert [symbols[place][:2] for place in absent] == ["f'"] * (len(path) - len(mistaken)) != []


def test_what_each_step_through_time_gives() -> None:
    run = trace(load(find("13-vanishing")))
    path = ChosenPath(Chain(run, 0, 0, 0, 1), (0, 0))
    begin, end = len(path.above), len(path.above) + path.each * path.steps
    assert path.each_time(range(begin, end)) == 0.5
    assert path.each_time(range(begin + path.each, end)) == 0.5
    assert path.each_time(range(begin - 1, end)) is None
    assert path.each_time(range(begin, end + 1)) is None
