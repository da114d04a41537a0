"""Is what a colleague would point at found, at the step where it is seen, and nothing in a good run?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.findings.finding import begins_at
from engine.facts.findings.noticed import noticed
from engine.facts.number import Traced
from engine.run.tracing import Trace
from engine.words.runs.findings import in_short, not_there, told
from tests.given.looked import looked_through
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.golden.runs import layer, scenario

if TYPE_CHECKING:
    from engine.facts.findings.finding import Finding, Kind, Looked
    from engine.scenario import Scenario


def found_in(what: Scenario) -> tuple[Trace, dict[str, Finding]]:
    run = trace(what)
    run.advance(run.iterations)
    return run, {one.kind: one for one in all_of(run)}


def said(run: Trace, looked: Looked) -> str:
    return " ".join(not_there(run, looked))


def all_of(run: Trace) -> list[Finding]:
    return looked_through(run).found


def linear(rate: float, iterations: int = 40) -> Scenario:
    """A neuron whose loss is ½(w·1 - 1)²: an update multiplies the error by 1 - η."""
    return scenario([layer("identity", [[3.0]])], [[1.0]], [[1.0]], rate=rate, iterations=iterations)


def test_a_good_run_has_none() -> None:
    for name in ("mazur", "xor", "batch", "01-derivative"):
        assert found_in(load(find(name)))[1] == {}, name


@pytest.mark.parametrize(
    ("name", "unless"),
    [
        ("17-layerwise", "had every update waited"),
        ("18-no-slope", "without the mistake no-slope"),
        ("batch", ""),
    ],
)
def test_who_looks_for_what_stands_out_is_told_who_tells_what_would_be_otherwise(
    name: str, unless: str
) -> None:
    run, _ = found_in(load(find(name)))
    assert ("Not looked for:" in said(run, looked_through(run))) == bool(unless)
    assert unless in said(run, looked_through(run))


def test_a_relu_that_dies_with_the_update_that_killed_it() -> None:
    net = [layer("relu", [[1.0], [0.5]]), layer("identity", [[2.0, 0.5]])]
    run, found = found_in(scenario(net, [[1.0], [2.0]], [[-1.0], [-2.0]], rate=0.2, iterations=20))
    dead = found["dead"]
    assert dead.layer == 1
    died = run.schedule.site(dead.step).iteration
    for unit in dead.units:
        assert (run.iteration(run.iterations - 1).vectors("activation", 1)[..., unit] == 0.0).all()
    assert (run.iteration(died).vectors("activation", 1)[..., dead.units[0]] == 0.0).all()
    assert (run.iteration(died - 1).vectors("activation", 1)[..., dead.units[0]] > 0.0).any()
    words = told(run, dead)
    assert words.headline.startswith("Neuron")
    assert f"from iteration {died + 1} on; the update before moved" in words.why


def test_the_first_number_that_is_not_finite_and_what_it_comes_from() -> None:
    run, found = found_in(linear(1e200, 10))
    one = found["not finite"]
    numbers = (array for step in range(one.step) for array in run[step].record().values())
    assert not any(
        text in ("inf", "-inf", "nan")
        for value in numbers
        for text in np.ravel(np.array(value, dtype=object))
    )
    assert any(text in str(run[one.step].record()) for text in ("'inf'", "'-inf'", "'nan'"))
    assert one.number is not None
    assert not np.isfinite(Traced(run, one.number).value)
    assert one.words
    assert "comes from" in told(run, one).why


def test_a_step_too_large_turns_the_gradient_and_a_larger_one_raises_the_loss() -> None:
    assert found_in(linear(0.5))[1] == {}
    run, found = found_in(linear(1.9))
    assert set(found) == {"overshoot"}
    values = found["overshoot"].values
    assert values[0] == 2.0
    assert values[1] == pytest.approx(-1.8)
    assert "2, -1.8" in told(run, found["overshoot"]).why
    assert run.schedule.site(found["overshoot"].step).kind == "gradient"
    run, found = found_in(linear(2.1))
    assert found["rises"].values[:2] == (39.0, 39.0)
    losses = run.losses.values()
    assert found["rises"].values[2:] == (losses[38], losses[39])
    site = run.schedule.site(found["rises"].step)
    assert (site.kind, site.iteration) == ("loss", 39)


def test_a_loss_that_rises_seldom_and_little_is_no_fault() -> None:
    xor = load(find("xor"))
    training = replace(xor.training, optimizer="momentum", learning_rate=0.5, iterations=100)
    run, found = found_in(replace(xor, training=training))
    assert (np.diff(run.losses.values()) > 0.0).sum() == 1
    assert "rises" not in found


def test_neurons_that_are_the_same_stay_so() -> None:
    net = [layer("tanh", [[0.5], [0.25], [0.5]]), layer("identity", [[1.0, 1.0, 1.0]])]
    run, found = found_in(scenario(net, [[1.0]], [[0.3]], rate=0.1, iterations=8))
    assert found["symmetric"].units == (0, 2)
    assert told(run, found["symmetric"]).headline == "Neurons 1, 3 of layer 1 are one and the same"
    net[1] = layer("identity", [[1.0, 1.0, 0.5]])
    assert "symmetric" not in found_in(scenario(net, [[1.0]], [[0.3]], rate=0.1, iterations=8))[1]


def test_a_flat_layer_and_a_target_out_of_reach() -> None:
    net = [layer("sigmoid", [[20.0]]), layer("tanh", [[0.5]])]
    run, found = found_in(scenario(net, [[1.0]], [[2.0]], rate=0.1, iterations=8))
    assert found["saturated"].layer == 1
    assert "% of the steepest from the start" in told(run, found["saturated"]).why
    assert "Tanh reaches -1 to 1" in told(run, found["target"]).why
    assert run.schedule.site(found["target"].step).kind == "loss"


def test_errors_that_vanish_and_explode() -> None:
    run, found = found_in(load(find("13-vanishing")))
    assert "1024 times smaller (from the start)" in told(run, found["vanishing"]).why
    run, found = found_in(load(find("14-exploding")))
    assert "1024 times larger (from the start)" in told(run, found["exploding"]).why
    run, found = found_in(load(find("deep")))
    assert "from layer 4 to layer 1" in told(run, found["vanishing"]).headline
    site = run.schedule.site(found["vanishing"].step)
    assert (site.kind, site.layer) == ("delta", 1)


def test_how_near_a_run_comes_to_what_does_not_count() -> None:
    """What another view calls vanishing, or a title saturated, F does not deny without its measure."""
    run = trace(load(find("saturated")))
    run.advance(run.iterations)
    looked = looked_through(run)
    (near,) = looked.near
    assert near.step == 0
    slope = float(np.ravel(np.asarray(run[0].record()["slope"], dtype=float))[0])
    assert near.values[0] == pytest.approx(slope / 0.25, rel=1e-6)
    assert "layer 1: its mean slope is 7.07 % of the steepest at step 1; below 1 %" in said(run, looked)
    for name in ("mazur", "xor"):
        run = trace(load(find(name)))
        run.advance(run.iterations)
        looked = looked_through(run)
        near = next(one for one in looked.near if one.kind == "vanishing")
        assert 0.01 < near.values[0] < 0.5
        if name == "mazur":
            delta, top = (run[step].record()["delta"] for step in (near.step, near.step - 2))
            expected = np.linalg.norm(np.asarray(delta)) / np.linalg.norm(np.asarray(top))
            assert near.values[0] == pytest.approx(float(expected))
        assert "Of δ at layer 2" in said(run, looked)
        assert "below 1 % in many iterations it vanishes here" in said(run, looked)
    run = trace(load(find("13-vanishing")))
    run.advance(run.iterations)
    assert "it vanishes here" not in said(run, looked_through(run))  # it is found


def test_what_moves_no_more_though_it_is_not_done() -> None:
    run, found = found_in(linear(0.0))
    assert set(found) == {"still"}
    assert "The largest gradient is 2 at η = 0, and C is 2" in told(run, found["still"]).why
    assert found_in(linear(1.0))[1] == {}  # it stands still because it is done


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_run_each_finding_is_at_a_step_of_it_and_can_be_told(seed: int) -> None:
    wanted = Wanted(order=ORDERS[seed % len(ORDERS)], iterations=12, recurrent=seed % 2 == 0, tame=False)
    what = scenario_at_random(seed, wanted)
    what = replace(what, training=replace(what.training, learning_rate=(0.1, 3.0, 1e3)[seed % 3]))
    run = trace(what)
    for computed in (0, 5, 12):
        run.advance(computed - run.computed)
        for one in all_of(run):
            assert 0 <= one.step < len(run)
            assert told(run, one).headline
            if one.number is not None:
                assert Traced(run, one.number).symbol


def seen_in(what: Scenario) -> tuple[Trace, tuple[Kind, ...]]:
    run = trace(what)
    run.advance(run.iterations)
    looking = noticed(run)
    while True:
        try:
            next(looking)
        except StopIteration as end:
            return run, end.value


def test_what_is_serious_is_seen_at_a_glance_and_nothing_is_played_again_for_it() -> None:
    net = [layer("relu", [[1.0], [0.5]]), layer("identity", [[2.0, 0.5]])]
    dies = scenario(net, [[1.0], [2.0]], [[-1.0], [-2.0]], rate=0.2, iterations=20)
    for what, kinds in (
        (dies, ("dead",)),
        (linear(1e200, 10), ("not finite",)),
        (linear(2.1), ("rises",)),
        (linear(0.5), ()),
    ):
        with patch.object(Trace, "iteration", side_effect=AssertionError):
            _, seen = seen_in(what)
        assert seen == kinds
        assert {*seen} <= {*found_in(what)[1]}
        assert in_short(seen) == {"dead": "dead neurons", "not finite": "nan or inf"}.get(
            "".join(seen), "C rises" if seen else ""
        )


def test_a_neuron_is_dead_only_if_it_is_for_every_batch() -> None:
    net = [layer("relu", [[1.0]]), layer("identity", [[1.0]])]
    for inputs, dead in (([[-1.0], [1.0]], False), ([[-1.0], [-2.0]], True)):
        what = scenario(net, inputs, [[0.0], [0.0]], rate=0.0, iterations=4)
        what = replace(what, training=replace(what.training, batch_size=1))
        assert ("dead" in seen_in(what)[1]) == dead


def test_where_it_begins_is_found_by_halves() -> None:
    for first in range(1, 40):
        assert begins_at(lambda at, one=first: at >= one, 0, 40) == first  # type: ignore[misc]
