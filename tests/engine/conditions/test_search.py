"""Does a search find what a scan of the records finds, forwards and backwards?"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import load, trace
from engine.catalog import find
from engine.conditions import search as search_module
from engine.conditions.meaning import meaning_of
from engine.conditions.search import edges_in, search
from engine.conditions.words import ANYTHING
from engine.equations.functions.activations import ACTIVATIONS
from engine.program import machine as machine_module
from tests.engine.conditions.by_hand import ByHand
from tests.given.scenarios_at_random import MISTAKES, OPTIMIZERS, ORDERS, Wanted, scenario_at_random
from tests.given.shipped import lasting, shipped_run
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

# Batches that differ in size, times without a target, more iterations than one round of the data.
AT_RANDOM = Wanted(samples=5, batch_size=2, iterations=7, steps=500 if EVERY_CASE else 250)


def found(trace: Trace, text: str, *, back: bool = False) -> list[int]:
    """The steps that a search finds, in rising order."""
    pieces = search(trace, meaning_of(text, trace.scenario), range(trace.iterations), back=back)
    parts = [piece.steps.tolist() for piece in pieces]
    assert all(part == sorted(part) for part in parts)
    return [step for part in (parts[::-1] if back else parts) for step in part]


# Mistakes that any network can be trained with.
HARMLESS = [one for one in MISTAKES if one not in ("weights-not-transposed", "mean-twice", "mean-missing")]


# -- conditions at random --------------------------------------------------------------------------------


class AtRandom:
    """Conditions on a scenario, with numbers between those that are there."""

    def __init__(self, scenario: Scenario, chance: Random) -> None:
        self.scenario, self.chance = scenario, chance
        self.hand = ByHand(scenario)

    def name(self, *, whole: bool) -> str:
        """A quantity: one number of it, or the whole array."""
        chance, layers = self.chance, self.scenario.network.layers
        number = chance.randint(1, len(layers))
        layer = layers[number - 1]
        if chance.random() < 0.25:
            word = chance.choice(("terms", "prediction", "target", "input"))
            units = self.scenario.network.sizes[0 if word == "input" else -1]
            return word if whole else f"{word}[{chance.randint(1, units)}]"
        if chance.random() < 0.5:
            words = ["activation", "pre_activation", "error", "delta"]
            if not ACTIVATIONS[layer.activation].coupled:
                words.append("slope")
            word = chance.choice(words)
            return f"{word}[{number}]" + ("" if whole else f"[{chance.randint(1, layer.units)}]")
        prefix = chance.choice(("", "gradient_", "total_", "change_"))
        group = chance.choice(
            ("weight", "bias", "recurrent_weight") if layer.recurrent else ("weight", "bias")
        )
        place = f"{chance.randint(1, layer.units)}"
        if group != "bias":
            place += f",{chance.randint(1, layer.inputs if group == 'weight' else layer.units)}"
        return f"{prefix}{group}[{number}]" + ("" if whole else f"[{place}]")

    def number(self) -> str:
        chance = self.chance
        kind = chance.randrange(9)
        if kind == 8:
            return self.loss_of_sample()
        if kind == 0:
            return "loss"
        if kind == 1:
            return "sample_loss"
        if kind < 4:
            return self.name(whole=False)
        if kind == 4:
            word = chance.choice(("gradient", "total", "change"))
            every = [self.name(whole=True), f"{word}[{chance.randint(1, len(self.scenario.network.layers))}]"]
            inner = chance.choice([*every, "delta", "activation", "weight", word])
            return f"{chance.choice(('min', 'max', 'mean', 'sum', 'norm'))}({inner})"
        if kind == 5:
            return f"abs({self.name(whole=False)})"
        if kind == 6:
            return f"max(abs({self.name(whole=True)}))"
        sign = chance.choice(("+", "-", "*"))
        return f"({self.name(whole=False)} {sign} {self.name(whole=False)})"

    def loss_of_sample(self) -> str:
        return f"loss of sample {self.chance.randint(1, len(self.scenario.data.inputs))}"

    def between(self, text: str) -> str:
        """A number between two of those that something has in the run."""
        every = np.unique(np.concatenate([[0.0], *(np.ravel(one) for one in self.hand.values(text))]))
        every = every[np.isfinite(every)]
        far = np.flatnonzero(np.diff(every) > 1e-9 * np.abs(every[1:]) + 1e-300).tolist()
        if not far:
            return self.chance.choice(("-1", "1"))
        at = self.chance.choice(far)
        return repr(float(every[at] / 2 + every[at + 1] / 2))

    def truth(self, depth: int = 2) -> str:
        chance = self.chance
        kind = chance.randrange(12 if depth else 8)
        if kind < 4:
            number = self.number()
            return f"{number} {chance.choice(('<', '<=', '>', '>='))} {self.between(number)}"
        if kind == 4:
            move = chance.choice(("rises", "falls", "changes sign"))
            moving = chance.choice(("loss", "sample_loss", self.loss_of_sample(), self.name(whole=False)))
            return f"{moving} {move}"
        if kind == 5:
            of = self.name(whole=True)
            inner = chance.choice((f"{of} > {self.between(of)}", f"{of} falls", f"not {of} rises"))
            return f"{chance.choice(('any', 'all'))}({inner})"
        if kind == 6:
            layers = self.scenario.network.layers
            place = chance.choice(
                [at for at, one in enumerate(layers, 1) if not ACTIVATIONS[one.activation].coupled] or [0]
            )
            unit = chance.randint(1, layers[place - 1].units)
            of_layer = (f"dead({place},{unit})", f"saturated({place})") if place else ()
            predicates: tuple[str, ...] = (f"finite({self.name(whole=True)})", ANYTHING, *of_layer)
            return chance.choice(predicates)
        if kind == 7:
            last = len(self.hand.records)
            return chance.choice(
                (
                    f"iteration {chance.choice(('==', '>', '!='))} {chance.randint(1, last)}",
                    f"step >= {chance.randint(1, 60)}",
                    f"sample == {chance.randint(1, 5)}",
                    f"time < {chance.randint(0, 3)}" if self.scenario.network.recurrent else "step != 3",
                )
            )
        if kind == 8:
            return f"not {self.truth(0)}"
        return f"({self.truth(depth - 1)} {chance.choice(('and', 'or', 'and'))} {self.truth(depth - 1)})"


@pytest.mark.parametrize("machine", ["floats", "arrays"])
@given(seed=st.integers(0, 10_000))
@example(seed=5)  # with a saturated layer in a condition
@example(seed=22)  # with a dead unit, and a sum
@settings(max_examples=25 if EVERY_CASE else 1)
def test_a_search_finds_what_a_scan_of_the_records_finds(machine: str, seed: int) -> None:
    chance = Random(seed)
    wanted = replace(
        AT_RANDOM,
        order=chance.choice(ORDERS),
        optimizer=chance.choice(OPTIMIZERS),
        mistake=chance.choice((None, None, *HARMLESS)),
        settings=chance.random() < 0.3,
        batch_size=chance.choice((1, 2, 5)),
        learning_rate=chance.choice((0.05, 5.0)),
    )
    scenario = scenario_at_random(seed, wanted)
    with patch.object(machine_module, "_SURELY", 0.0 if machine == "floats" else 1e9):
        machine_module._straight.cache_clear()
        conditions = AtRandom(scenario, chance)
        for _ in range(3):
            text = conditions.truth()
            expected = conditions.hand.first_steps(text)
            with patch.object(search_module, "_BEGINNING", chance.choice((1, 2, 64))):
                for back in (False, True) if EVERY_CASE else (chance.random() < 0.5,):
                    assert found(trace(scenario), text, back=back) == expected, text
                run = trace(scenario)
                run.advance(chance.randint(1, 7))
                assert found(run, text) == expected, text
                assert found(run, text, back=True) == expected, text
    machine_module._straight.cache_clear()


@pytest.mark.parametrize("machine", ["floats", "arrays"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=5 if EVERY_CASE else 2)
def test_whatever_is_not_finite_is_found_where_the_records_have_it(machine: str, seed: int) -> None:
    chance = Random(seed)
    rate = 10.0 ** chance.choice((3, 30, 100, 160, 300))
    wanted = replace(
        AT_RANDOM, order=chance.choice(ORDERS), batch_size=chance.choice((1, 2)), steps=100, parameters=30
    )
    scenario = scenario_at_random(seed, replace(wanted, learning_rate=rate))
    with patch.object(machine_module, "_SURELY", 0.0 if machine == "floats" else 1e9):
        machine_module._straight.cache_clear()
        hand = ByHand(scenario)
        for text in (ANYTHING, f"not {ANYTHING}", f"loss of sample 3 > 1 or sample > 2 and {ANYTHING}"):
            expected = hand.first_steps(text)
            assert found(trace(scenario), text) == expected, text
            assert found(trace(scenario), text, back=True) == expected, text
    machine_module._straight.cache_clear()


def test_what_is_not_trained_changes_by_nothing_at_each_of_its_updates() -> None:
    scenario = scenario_at_random(5, replace(AT_RANDOM, order="premature", batch_size=2))
    (layer, *rest) = scenario.network.layers
    network = replace(scenario.network, layers=(replace(layer, train_biases=False), *rest))
    scenario = replace(scenario, network=network)
    text = "sample > 1 and change_bias[1][1] == 0"
    with patch.object(machine_module, "_SURELY", 0.0):
        machine_module._straight.cache_clear()
        steps = found(trace(scenario), text)
    machine_module._straight.cache_clear()
    assert steps == ByHand(scenario).first_steps(text)
    assert steps


# -- examples whose answer is known ----------------------------------------------------------------------


def first(text: str, run: Trace) -> int:
    """The first step that a search finds; it goes no further."""
    pieces = search(run, meaning_of(text, run.scenario), range(run.iterations))
    return next(int(piece.steps[0]) for piece in pieces if len(piece.steps))


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("loss < 0.01", 9 * 173 + 2),  # the loss step of iteration 174
        ("iteration == 12", 9 * 11),
        ("step == 6", 5),
        ("activation[2][1] > 0", 1),
        ("delta[2][1] > 0", 3),
        ("delta[1][1] > 0", 5),
        ("gradient_weight[1][1,1] > 0", 6),
        ("weight[2][1,1] > 0", 7),  # no weight has been written before
        ("change_weight[1][1,1] < 0", 8),
        ("loss falls", 9 + 2),
        ("delta[1][2] changes sign", 9 * 8 + 5),
        ("weight[1][1,1] falls", 9 + 8),
        ("not finite(loss) or iteration == 3", 18),
        ("not loss > 100", 0),  # what is not known yet is not above 100 either
        ("max(gradient) > 0", 6),  # known when that of every layer is
        ("mean(activation[1]) > 0", 0),
        ("activation[1][1] > 0 and delta[2][1] > 0", 3),
        ("loss of sample 1 < 0.01", 9 * 173 + 2),
        ("not any not finite", 0),
    ],
)
def test_steps_of_mazur_that_are_known(text: str, step: int) -> None:
    assert first(text, shipped_run("mazur")) == step


def test_the_time_of_a_sequence() -> None:
    """Forward and loss of times 0 and 1 come before; a sequence's own steps alone have a time."""
    run = shipped_run("elman")
    assert [run.schedule.site(first(f"time {words}", run)).time for words in ("== 2", "> 4")] == [2, 5]
    assert first("time == 2", run) == next(at for at in range(99) if run.schedule.site(at).time == 2)


def test_what_belongs_to_a_sample_counts_for_its_own_steps_only() -> None:
    run = trace(load(find("batch")))
    second = first("sample == 2", run)
    assert first("sample == 2 and sample_loss > 0", run) > second
    # What is gathered and what is known of the batch counts on.
    assert first("sample == 2 and total_weight[1][1,1] != 99", run) == second


def test_the_loss_of_a_sample_counts_on_from_its_own_loss_step() -> None:
    run = trace(load(find("batch")))
    loss = first("sample == 2 and sample_loss > 0", run)
    text = "loss of sample 2 > 0"
    assert first(text, run) == loss
    assert edges_in(run, meaning_of(text, run.scenario), 0).tolist() == [loss]
    assert not found(run, f"step <= {loss} and {text}")


def test_losses_that_are_not_kept_any_more_are_run_again() -> None:
    run = trace(lasting(load(find("mazur")), 400))
    run.advance(400)
    expected = found(run, "loss < 0.01")
    with patch.object(run, "every_loss", lambda first, count: None):
        assert found(run, "loss < 0.01") == expected
        assert found(run, "loss < 0.01", back=True) == expected


def test_a_condition_on_the_loss_or_on_weights_plays_no_iteration() -> None:
    for name, text in (("mazur", "loss < 0.01"), ("iris", "loss rises"), ("iris", "weight[1][1,1] > 0")):
        run = trace(lasting(load(find(name)), 20))
        run.advance(20)
        with patch("engine.run.play.Shared.play", side_effect=AssertionError):
            found(run, text)


def test_an_iteration_with_an_update_out_of_turn_is_searched_as_it_is() -> None:
    from engine.order.schedule import Break

    run = trace(lasting(load(find("mazur")), 6)).broken((Break(9 * 2 + 4, 2),))
    run.advance(6)
    for text in ("delta[1][1] > 0.003", "weight[2][1,1] > 0.1", "loss < 1", "weight[2][1,1] falls"):
        by_step = []
        meaning = meaning_of(text, run.scenario)
        for iteration in range(6):
            by_step += edges_in(run, meaning, iteration).tolist()[:1]
        assert found(run, text) == by_step
    assert found(run, "weight[2][1,1] falls")[1] == run.out_of_turn[0]


def test_the_steps_at_which_a_condition_begins_to_hold() -> None:
    run = trace(load(find("batch")))
    meaning = meaning_of("sample_loss > 0", run.scenario)
    losses = [step.step for step in run[: run.schedule.first_step(1)] if step.kind == "loss"]
    assert edges_in(run, meaning, 0).tolist() == losses


def test_the_value_is_that_of_what_holds() -> None:
    run = trace(load(find("mazur")))
    for text, expected in (
        ("loss > 5 or 0.01 > abs(loss)", run.every_loss),
        ("loss < 0.01 and iteration > 1", run.every_loss),
    ):
        piece = next(one for one in search(run, meaning_of(text, run.scenario), range(400)) if len(one.steps))
        run.advance(400)
        losses = expected(0, 400)
        assert losses is not None
        assert piece.values[0] == losses[piece.iterations[0]]
        assert piece.known[0]


def test_what_has_no_such_place_in_the_iteration_before_does_not_move() -> None:
    """The batch of one sample between those of two has no second sample to be held against."""
    scenario = scenario_at_random(3, replace(AT_RANDOM, recurrent=False))
    text = "sample == 2 and (sample_loss rises or sample_loss falls)"
    assert found(trace(scenario), text) == ByHand(scenario).first_steps(text) == []
    assert found(trace(scenario), text.replace("2", "1"))


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "terms[1] - weight[1][1,1] changes sign",
        "activation[1][1] - target[1] falls",
        "delta[1][1] / sample_loss rises",
        "gradient_weight[1][1,1] * target[1] rises",
    ],
)
def test_two_quantities_that_are_written_differently_often_move_together(text: str, recurrent: bool) -> None:
    """From the first iteration of the run on, before which there is none to be held against."""
    scenario = scenario_at_random(5, replace(AT_RANDOM, recurrent=recurrent, samples=3, batch_size=3))
    first_steps = ByHand(scenario).first_steps(text)
    run = trace(scenario)
    assert found(run, text) == first_steps
    assert not found(run, "step - terms[1] falls")
