"""Is what a colleague would point at found, at the step where it is seen, and nothing in a good run?"""

from __future__ import annotations

from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from random import Random
from string import ascii_lowercase
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest

from engine import load, trace
from engine.arrays import frozen
from engine.catalog import find
from engine.data.targets import odd_targets
from engine.facts.findings.finding import begins_at, places_of
from engine.facts.findings.noticed import Noticed, noticed
from engine.facts.findings.search import findings
from engine.facts.findings.since import since
from engine.facts.number import Traced
from engine.read.sense.network import odd_network
from engine.read.sense.start import WORK, odd_start
from engine.run.tracing import Trace
from engine.scenario import Names
from engine.to_the_end import to_the_end
from engine.words.runs.findings import ahead, in_short, not_there, told
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.shipped import lasting
from tests.golden.runs import layer, scenario

if TYPE_CHECKING:
    from engine.facts.findings.finding import Finding, Kind, Looked
    from engine.parameters import Parameters
    from engine.scenario import Scenario


def found_in(what: Scenario) -> tuple[Trace, dict[str, Finding]]:
    run = trace(what)
    run.advance(run.iterations)
    return run, {one.kind: one for one in all_of(run)}


def said(run: Trace, looked: Looked) -> str:
    return " ".join(not_there(run, looked))


def all_of(run: Trace) -> list[Finding]:
    return to_the_end(findings(run)).found


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
    assert ("Not looked for:" in said(run, to_the_end(findings(run)))) == bool(unless)
    assert unless in said(run, to_the_end(findings(run)))


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


@pytest.mark.parametrize(
    ("name", "optimizer", "along", "smaller"),
    [
        ("15-momentum", "momentum", "v", "μ"),
        ("15-momentum", "nesterov", "v", "μ"),
        ("16-adam", "adam", "m", "β1"),
        ("15-momentum", "sgd", "", ""),
    ],
)
def test_with_momentum_a_loss_may_rise_though_each_gradient_is_right(
    name: str, optimizer: str, along: str, smaller: str
) -> None:
    """That small steps downhill can't raise it is true of steps downhill."""
    known = load(find(name))
    training = replace(known.training, optimizer=optimizer)
    if not along:
        training = replace(training, learning_rate=0.021)
    run, found = found_in(replace(known, training=training))
    words = told(run, found["rises"])
    assert ("can't raise the loss" in words.means) == (not along)
    assert (f"With {optimizer} a step goes along {along}, in which" in words.means) == bool(along)
    assert ("not along the present -∇C: C may rise for some iterations" in words.means) == bool(along)
    assert words.helps.startswith(
        "A smaller learning rate" + (f", or a smaller {smaller};" if along else ";")
    )


def test_a_loss_that_rises_seldom_and_little_is_no_fault() -> None:
    xor = load(find("xor"))
    training = replace(xor.training, optimizer="momentum", learning_rate=0.5, iterations=100)
    run, found = found_in(replace(xor, training=training))
    assert (np.diff(run.losses.values()) > 0.0).sum() == 1
    assert "rises" not in found
    assert "C rises seldom and little: in 1 of 99 iterations, at most from 2." in said(
        run, to_the_end(findings(run))
    )


def test_neurons_that_are_the_same_stay_so() -> None:
    net = [layer("tanh", [[0.5], [0.25], [0.5]]), layer("identity", [[1.0, 1.0, 1.0]])]
    run, found = found_in(scenario(net, [[1.0]], [[0.3]], rate=0.1, iterations=8))
    assert found["symmetric"].units == (0, 2)
    assert told(run, found["symmetric"]).headline == "Neurons 1, 3 of layer 1 are one and the same"
    net[1] = layer("identity", [[1.0, 1.0, 0.5]])
    assert "symmetric" not in found_in(scenario(net, [[1.0]], [[0.3]], rate=0.1, iterations=8))[1]


def test_the_remedy_of_an_odd_target_names_no_file_that_the_run_does_not_know() -> None:
    what = scenario([layer("softmax", [[1.0], [2.0]])], [[1.0]], [[1.0, 1.0]], loss="cross-entropy")
    (odd,) = odd_targets(replace(what, names=Names(inputs=("width",), outputs=("left", "right"))))
    assert odd.remedy.startswith("Each class has a target")
    assert 'file = ""' not in odd.remedy


def test_a_flat_layer_and_a_target_out_of_reach() -> None:
    net = [layer("sigmoid", [[20.0]]), layer("tanh", [[0.5]])]
    run, found = found_in(scenario(net, [[1.0]], [[2.0]], rate=0.1, iterations=8))
    assert found["saturated"].layer == 1
    assert "% of the steepest from the start" in told(run, found["saturated"]).why
    assert "Tanh reaches -1 to 1" in told(run, found["target"]).why
    assert run.schedule.site(found["target"].step).kind == "loss"


def test_errors_that_vanish_and_explode() -> None:
    run, found = found_in(load(find("13-vanishing")))
    why = told(run, found["vanishing"]).why
    assert "1,024 times smaller, most by U1 (× 0.5); less than 1 % arrives in 11 of 13 iterations" in why
    run, found = found_in(load(find("14-exploding")))
    why = told(run, found["exploding"]).why
    assert "1,024 times larger; more than 100 times as much arrives from the start" in why
    run, found = found_in(load(find("deep")))
    assert "from layer 4 to layer 1" in told(run, found["vanishing"]).headline
    site = run.schedule.site(found["vanishing"].step)
    assert (site.kind, site.layer) == ("delta", 1)


def test_how_near_a_run_comes_to_what_does_not_count() -> None:
    """What another view calls vanishing, or a title saturated, F does not deny without its measure."""
    run = trace(load(find("saturated")))
    run.advance(run.iterations)
    looked = to_the_end(findings(run))
    (near,) = looked.near
    assert run.scenario.title.startswith("Nearly saturated"), "as F has it"
    assert near.step == 0
    slope = float(np.ravel(np.asarray(run[0].record()["slope"], dtype=float))[0])
    assert near.values[0] == pytest.approx(slope / 0.25, rel=1e-6)
    assert "layer 1: its mean slope is 7.07 % of the steepest at step 1; below 1 %" in said(run, looked)
    run = trace(load(find("mazur")))
    run.advance(3000)
    looked = to_the_end(findings(run))
    near = next(one for one in looked.near if one.kind == "vanishing")
    assert 0.01 < near.values[0] < 0.05
    delta, top = (run[step].record()["delta"] for step in (near.step, near.step - 2))
    expected = np.linalg.norm(np.asarray(delta)) / np.linalg.norm(np.asarray(top))
    assert near.values[0] == pytest.approx(float(expected))
    assert "Of δ at layer 2, in root mean square, 1.88 % to " in said(run, looked)
    assert " % arrive at layer 1 " in said(run, looked)
    assert "below 1 % in many iterations it vanishes here" in said(run, looked)
    run = trace(load(find("13-vanishing")))
    run.advance(run.iterations)
    assert "it vanishes here" not in said(run, to_the_end(findings(run)))  # it is found


@pytest.mark.parametrize("name", ["05-hidden-errors", "07-update", "counting", "iris", "xor"])
def test_errors_of_which_much_arrives_are_looked_for_and_not_there(name: str) -> None:
    """78 % to 190 % is nowhere near the bound of 1 %, nor is 6 %, or thrice as much near to a hundredfold."""
    run = trace(load(find(name)))
    run.advance(min(run.iterations, 1000))
    looked = to_the_end(findings(run))
    assert not {one.kind for one in looked.near} & {"vanishing", "exploding"}
    (first, *_) = not_there(run, looked)
    assert "errors that vanish, errors that explode" in first


@pytest.mark.parametrize(
    ("weight", "near"), [(0.03, "vanishing"), (0.06, ""), (19.0, ""), (21.0, "exploding")]
)
def test_near_is_what_is_clearly_nearer_to_the_bound_than_to_no_loss(weight: float, near: str) -> None:
    net = [layer("identity", [[1.0]]), layer("identity", [[weight]])]
    run = trace(scenario(net, [[1.0]], [[0.0]], rate=1e-9))
    run.advance(1)
    looked = to_the_end(findings(run))
    assert [one.kind for one in looked.near] == [near] * bool(near)
    if near:
        share = {"vanishing": 3, "exploding": 2100}[near]
        assert f"{share} % arrives at layer 1" in said(run, looked)


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
            words = told(run, one)
            assert words.headline
            assert not {words.means[0], words.helps[0]} & {*ascii_lowercase}
            if one.number is not None:
                assert Traced(run, one.number).symbol


def seen_in(what: Scenario) -> tuple[Trace, tuple[Kind, ...]]:
    run = trace(what)
    run.advance(run.iterations)
    return run, tuple(one.kind for one in to_the_end(noticed(run)))


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


# -- what is said holds of everything that is named ------------------------------------------------------


def relus(seed: int, samples: int, batch: int, rate: float, iterations: int = 30) -> Scenario:
    """Relus of two layers, some of which die."""
    chance = np.random.default_rng(seed)
    weights = [chance.normal(size=size).round(2).tolist() for size in ((5, 2), (4, 5), (1, 4))]
    kinds = ("relu", "relu", "identity")
    net = [layer(kind, one) for kind, one in zip(kinds, weights, strict=True)]
    inputs, targets = (chance.normal(size=(samples, one)).round(2).tolist() for one in (2, 1))
    what = scenario(net, inputs, targets, rate=rate, iterations=iterations)
    return replace(what, training=replace(what.training, batch_size=batch))


def forward(what: Scenario, parameters: Parameters, samples: range) -> list[np.ndarray]:
    """The activations of all layers, by a program of its own."""
    found = [what.data.inputs[samples.start : samples.stop, 0]]
    for number, one in enumerate(what.network.layers, start=1):
        arrays = parameters.layer(number)
        z = found[-1] @ arrays.weights.T + arrays.biases
        found.append(np.maximum(z, 0.0) if one.activation == "relu" else z)
    return found


@pytest.mark.parametrize(("seed", "batch"), [(1, 6), (2, 6), (3, 6), (4, 2), (5, 2), (6, 1)])
def test_every_neuron_that_is_called_dead_is_so_for_all_the_data_and_from_its_date_on(
    seed: int, batch: int
) -> None:
    what = relus(seed, samples=6, batch=batch, rate=0.2)
    run = trace(what)
    run.advance(run.iterations)
    found = {one.layer: one for one in all_of(run) if one.kind == "dead"}
    at_end = forward(what, run.parameters(run.iterations), range(6))
    history = [forward(what, run.parameters(at), run.shapes.batch(at)) for at in range(run.iterations)]
    for number in (1, 2):
        dead = np.flatnonzero((at_end[number] == 0.0).all(axis=0)).tolist()
        one = found.get(number)
        assert dead == ([] if one is None else list(one.units))
        if one is None:
            continue
        assert one.values[0] == 6
        why = told(run, one).why
        for unit, date in zip(one.units, one.values[1:], strict=True):
            fires = [at for at, every in enumerate(history) if every[number][:, unit].any()]
            assert date == max(fires, default=-1) + 1
            began = "from the start" if not date else f"from iteration {int(date) + 1} on"
            assert began in why or "all " in why
        assert run.schedule.site(one.step).iteration == min(one.values[1:]) or min(one.values[1:]) == 30
        assert ("with the weights at the end" in why) == (batch < 6)


def test_a_neuron_that_a_sample_of_another_batch_wakes_is_not_dead() -> None:
    """The tenth of ten batches alone: the others leave it at 0."""
    net = [layer("relu", [[1.0]]), layer("identity", [[1.0]])]
    what = scenario(net, [*[[-1.0]] * 9, [1.0]], [[0.0]] * 10, rate=0.0, iterations=9)
    run, found = found_in(replace(what, training=replace(what.training, batch_size=1)))
    assert "dead" not in found
    assert "dead" not in seen_in(run.scenario)[1]


@pytest.mark.parametrize(("seed", "rate"), [(0, 0.01), (1, 0.01), (0, 0.03)])
def test_of_many_numbers_some_turn_by_chance_and_that_is_no_step_too_large(seed: int, rate: float) -> None:
    chance = np.random.default_rng(seed)
    weights = [(chance.normal(size=size) / 5.0).tolist() for size in ((30, 40), (3, 30))]
    inputs, targets = (chance.normal(size=(40, one)).tolist() for one in (40, 3))
    net = [layer("relu", weights[0]), layer("identity", weights[1])]
    what = scenario(net, inputs, targets, rate=rate, iterations=70, reduction="mean")
    _, found = found_in(replace(what, training=replace(what.training, batch_size=4)))
    assert "overshoot" not in found


@pytest.mark.parametrize("factor", [1.0, 1.95])
def test_steps_are_too_large_beyond_what_the_steepest_direction_bears(factor: float) -> None:
    """Of a quadratic loss: with a rate of twice its curvature's inverse the gradient would turn for ever."""
    chance = np.random.default_rng(0)
    inputs = chance.normal(size=(9, 6))
    steepest = float(np.linalg.eigvalsh(inputs.T @ inputs)[-1])
    targets = chance.normal(size=(9, 1)).tolist()
    net = [layer("identity", [[1.0] * 6])]
    what = scenario(net, inputs.tolist(), targets, rate=factor / steepest, iterations=30)
    assert ("overshoot" in found_in(what)[1]) == (factor > 1.9)


def test_nothing_moves_only_where_no_parameter_does() -> None:
    """A large dead weight beside a bias that goes to and fro between the targets of two batches."""
    net = [layer("relu", [[-1e13]]), layer("identity", [[1e13]], [0.5], train_biases=True)]
    what = scenario(net, [[1.0], [1.0]], [[1.0], [-1.0]], rate=0.5, iterations=20)
    what = replace(what, training=replace(what.training, batch_size=1))
    assert "still" not in found_in(what)[1]
    assert "still" in found_in(replace(what, training=replace(what.training, learning_rate=0.0)))[1]


@pytest.mark.parametrize("seed", range(20))
def test_a_date_holds_from_there_on_or_it_is_said_how_many_were_looked_at(seed: int) -> None:
    chance = Random(seed)
    count = chance.choice((5, 60, 128, 400, 3000))
    run = trace(lasting(load(find("mazur")), count))
    states = [False] * count
    for _ in range(chance.randint(0, 4)):
        first = chance.randrange(count)
        states[first : chance.randint(first, count)] = [True] * (chance.randint(first, count) - first)
    states = (states + [True] * count)[:count]
    if chance.random() < 0.7:
        states[chance.randrange(count) :] = [True] * count
        states = states[:count]
    asked: list[int] = []

    def holds(at: int) -> np.ndarray:
        asked.append(at)
        return np.array([states[at]])

    (found,) = since(run, holds, places_of(run, count))
    assert (found is None) == (not states[-1])
    if found is None:
        return
    assert found.iteration == 0 or not states[found.iteration - 1]
    if not found.seen.looked:
        assert all(states[found.iteration :])
    else:
        assert count > 128
        assert all(states[at] for at in places_of(run, count) if at >= found.iteration)
    assert len({*asked}) < 200


def test_an_error_that_vanishes_has_a_cause_that_is_0_and_a_remedy_for_it() -> None:
    dead = [layer("relu", [[-1.0], [-2.0]]), layer("identity", [[2.0, 0.5]])]
    zero = [layer("tanh", [[0.5], [0.25]]), layer("identity", [[0.0, 0.0]])]
    for net, rate, cause, remedy in (
        (dead, 0.1, "f'(z) of layer 1 leaves nothing of it", "above 0, or leaky-relu."),
        (zero, 0.0, "W2 leaves nothing of it", "drawn at random (init, with a seed)."),
    ):
        run, found = found_in(scenario(net, [[1.0]], [[0.3]], rate=rate, iterations=8))
        words = told(run, found["vanishing"])
        assert cause in words.why
        assert words.helps.endswith(remedy)
        assert "infinitely" not in words.why
        assert "sigmoid" not in words.helps


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
@pytest.mark.parametrize("recurrent", [False, True])
def test_what_is_warned_of_at_the_start_is_not_said_to_be_absent(activation: str, recurrent: bool) -> None:
    """Neurons that are alike as all their weights are 0."""
    again = [[0.0, 0.0], [0.0, 0.0]] if recurrent else None
    net = [layer(activation, [[0.0], [0.0]], recurrent=again), layer("identity", [[0.0, 0.0]])]
    what = scenario(net, [[1.0], [0.5]], [[0.3], [0.1]], rate=0.1, iterations=8)
    assert any("are alike, and every update" in one.says for one in odd_network(what))
    run, found = found_in(what)
    assert found["symmetric"].units == (0, 1)
    assert "equal neurons" not in said(run, to_the_end(findings(run)))


def test_what_could_not_be_looked_for_is_not_said_to_be_absent() -> None:
    run, _ = found_in(linear(0.5, 1))
    text = said(run, to_the_end(findings(run)))
    assert "C rises," not in text.partition(".")[0]
    assert "overshoot" not in text.partition(".")[0]
    assert "Nothing can be said of C rises: no two losses of one batch are known." in text


def test_samples_that_pull_against_each_other_are_told_of_where_a_run_stands() -> None:
    xor = load(find("xor"))
    first, last = xor.network.layers
    flat = replace(last, weights=frozen(np.zeros_like(last.weights)))
    what = replace(xor, network=replace(xor.network, layers=(first, flat)))
    zeros = replace(first, weights=frozen(np.zeros_like(first.weights)))
    still = replace(what, network=replace(what.network, layers=(zeros, flat)))
    run, found = found_in(lasting(still, 40))
    why = told(run, found["still"]).why
    assert "The samples' gradients cancel: ∂C/∂b2[1] is 0.5 for sample 1 and -0.5 for 2." in why
    # Two samples of one input that want opposite things: no step is 0, but C hardly moves.
    net = [layer("tanh", [[0.5]]), layer("identity", [[0.5]], train_biases=True)]
    run, found = found_in(scenario(net, [[1.0], [1.0]], [[1.0], [-1.0]], rate=0.05, iterations=100))
    assert "still" not in found
    looked = to_the_end(findings(run))
    assert "standstill" not in said(run, looked)
    (near,) = (one for one in looked.near if one.kind == "still")
    assert near.values[:2] == (run.iteration(49).reduced_loss(), run.iteration(99).reduced_loss())
    assert "C hardly moves: 1.0" in said(run, looked).partition("Near to it: ")[2]
    begun = trace(run.scenario)
    begun.advance(60)  # it may fall yet
    assert "hardly moves" not in said(begun, to_the_end(findings(begun)))
    assert "The samples' gradients cancel: ∂C/∂b2[1] is 1.000 for sample 2 and -1" in said(run, looked)
    run, _ = found_in(lasting(xor, 100))
    assert "hardly moves" not in said(run, to_the_end(findings(run)))


def test_what_is_noticed_is_dated_by_when_the_run_comes_to_it() -> None:
    losses = [1.0, 0.5, 0.4, 0.6, 0.3, 0.2]
    run = trace(lasting(load(find("mazur")), len(losses)))
    run.advance(len(losses))
    with patch.object(Trace, "every_loss", return_value=np.array(losses)):
        seen = to_the_end(noticed(run))
    assert seen == (Noticed("rises", 3),)
    assert [ahead(seen, at) for at in (0, 2, 3, 5)] == ["C rises later"] * 2 + ["C rises"] * 2
    assert ahead((Noticed("dead", 9),), 2) == "dead neurons by iteration 10"


def test_neurons_that_were_dead_at_the_start_are_not_said_never_to_have_been() -> None:
    """The warning at the start is of the one that the layer below it wakes."""
    what = relus(86, samples=4, batch=4, rate=0.1, iterations=20)
    assert "1 of 4 neurons are 0 for every sample" in " ".join(one.says for one in odd_start(what, WORK))
    run, found = found_in(what)
    assert "dead" not in found
    text = said(run, to_the_end(findings(run)))
    assert "dead neurons" not in text
    assert "One neuron of layer 2 was dead at the start; none is now." in text


def test_a_search_can_be_gone_on_with_in_another_context_after_each_piece() -> None:
    """As an app does: its first pieces are looked for by a key, the others by a task of their own."""
    what = relus(0, 3_000, 50, 1e-5, iterations=3)
    first, *rest = what.network.layers
    flat = replace(first, weights=frozen(np.zeros_like(first.weights)), biases=frozen(-np.ones(first.units)))
    run = trace(replace(what, network=replace(what.network, layers=(flat, *rest))))
    run.advance(3)
    for looking in (findings(run), noticed(run)):
        pieces = 0
        with suppress(StopIteration):
            while True:
                copy_context().run(next, looking)
                pieces += 1
        assert pieces > 3
    assert "dead" in {one.kind for one in all_of(run)}
