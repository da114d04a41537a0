"""Is a branch its parent up to where it begins, and from there on the run with the change and no other?"""

from __future__ import annotations

import pickle
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest

from engine import load, trace
from engine.branching.making import branch
from engine.catalog import find
from engine.conditions.meaning import meaning_of
from engine.conditions.reach import count
from engine.conditions.search import search
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.looking.cursor import go_to, start
from engine.looking.ways.moves import Command, move
from engine.order.quantities import PARAMETERS
from engine.run.change import DATA, Change
from engine.to_the_end import to_the_end
from tests.given.breaks_at_random import break_at_random
from tests.given.scenarios_at_random import OPTIMIZERS, ORDERS, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE, in_turns

if TYPE_CHECKING:
    from engine.parameters import Parameters
    from engine.run.tracing import Trace
    from engine.scenario import Scenario


def records(run: Trace, first: int = 0) -> list[object]:
    return [run[step].record() for step in range(first, len(run))]


def a_change(chance: Random, scenario: Scenario) -> Change:
    """A change of any kind that fits a scenario without a mistake and clipping."""
    layers = scenario.network.layers
    layer = chance.randint(1, len(layers))
    mine = layers[layer - 1]
    kinds = ["weights", "biases", "input", "target", "learning_rate", "loss", "optimizer", "order"]
    kinds += ["recurrent_weights"] * mine.recurrent + ["activation"] * (layer < len(layers))
    what = chance.choice(kinds)
    if what in PARAMETERS:
        shape = getattr(mine, what).shape
        return Change(what, 0.375, layer, tuple(chance.randrange(size) for size in shape))
    if what in DATA:
        samples, times = np.nonzero(scenario.data.has_target)
        place = chance.randrange(len(samples))
        units = scenario.network.sizes[0 if what == "input" else -1]
        at = int(times[place]) if scenario.network.recurrent else None
        return Change(what, 0.625, None, (chance.randrange(units),), int(samples[place]), at)
    if what == "learning_rate":
        return Change(what, 0.0625)
    if what == "activation":
        return Change(
            what, chance.choice([name for name, row in ACTIVATIONS.items() if not row.coupled]), layer
        )
    training = scenario.training
    words = {
        "loss": (tuple(LOSSES), scenario.network.loss),
        "optimizer": (OPTIMIZERS, training.optimizer),
        "order": (ORDERS, training.order),
    }
    every, own = words[what]
    return Change(what, chance.choice([word for word in every if word != own]))


def by_hand(scenario: Scenario, change: Change) -> Scenario:
    """The scenario with a change as one would write it in its file."""
    layers = list(scenario.network.layers)
    training, data, network = scenario.training, scenario.data, scenario.network
    if change.what in PARAMETERS or change.what == "activation":
        mine = layers[(change.layer or 1) - 1]
        value: object = change.value
        if change.what in PARAMETERS:
            value = np.array(getattr(mine, change.what))
            value[change.units] = change.value
        layers[(change.layer or 1) - 1] = replace(mine, **{change.what: value})  # type: ignore[arg-type]
    elif change.what in DATA:
        values = np.array(getattr(data, f"{change.what}s"))
        values[change.sample, change.time or 0, change.units[0]] = change.value
        data = replace(data, inputs=values) if change.what == "input" else replace(data, targets=values)
    elif change.what == "loss":
        network = replace(network, loss=str(change.value))
    else:
        training = replace(training, **{change.what: change.value})  # type: ignore[arg-type]
    return replace(
        scenario, network=replace(network, layers=tuple(layers)), data=data, training=training, notes=()
    )


SHORT, LONGER = Wanted(iterations=3, steps=75, parameters=30), Wanted(iterations=5, steps=125, parameters=30)


def seeds(count: int, wanted: Wanted) -> list[int]:
    """The first seed that brings each kind of change."""
    found: dict[str, int] = {}
    for seed in range(count):
        what = a_change(Random(seed), scenario_at_random(seed, wanted)).what
        found.setdefault(f"{what} {seed}" if EVERY_CASE else what, seed)
    return sorted(found.values())


def test_from_the_start_it_is_the_trace_of_the_scenario_with_that_change() -> None:
    for seed in seeds(40, SHORT):
        scenario = scenario_at_random(seed, SHORT)
        change = a_change(Random(seed), scenario)
        mine = records(branch(trace(scenario), 0, change))
        assert mine == records(trace(by_hand(scenario, change))), (seed, change)


def test_from_an_iteration_on_it_is_a_run_that_begins_with_the_parameters_there() -> None:
    for seed in seeds(40, LONGER):
        begins_with_the_parameters_there(seed)


def begins_with_the_parameters_there(seed: int) -> None:
    """With plain descent and whole batches, where an iteration leaves nothing but parameters to the next."""
    chance = Random(seed)
    scenario = scenario_at_random(seed, LONGER)
    whole = replace(scenario.training, batch_size=scenario.data.samples)
    scenario = replace(scenario, training=whole)
    run, change = trace(scenario), a_change(chance, scenario)
    made = branch(run, 2, change)
    before: Parameters = run.parameters(2)
    layers = tuple(
        replace(layer, **{group: getattr(before, group)[place] for group in PARAMETERS})
        for place, layer in enumerate(scenario.network.layers)
    )
    begun = replace(scenario, network=replace(scenario.network, layers=layers))
    begun = replace(begun, training=replace(begun.training, iterations=3))
    other = trace(by_hand(begun, change))
    mine = records(made, made.first_step)
    moved = records(other)
    for one in moved:
        assert isinstance(one, dict)
        one["step"] += made.first_step
        one["iteration"] += 2
    assert mine == moved, (seed, change)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_without_a_change_it_is_its_parent_bit_for_bit(optimizer: str) -> None:
    for seed in in_turns(range(3), OPTIMIZERS.index(optimizer), 3):
        scenario = scenario_at_random(
            seed, Wanted(iterations=6, steps=100, parameters=30, optimizer=optimizer)
        )
        run = trace(scenario)
        made = branch(run, 3, None)
        expected = records(run)
        assert records(made) == expected
        assert made.iteration(2) is run.iteration(2)
        assert made.losses.values().tolist() == run.losses.values().tolist()
        # In any order: what is played again is the same.
        assert [made[step].record() for step in reversed(range(len(made)))] == expected[::-1]


def test_a_branch_of_a_branch_and_a_long_way_in_it() -> None:
    run = trace(load(find("mazur")))
    first = branch(run, 300, Change("weights", 2.0, 1, (0, 1)))
    second = branch(first, 700, Change("learning_rate", 0.25))
    assert second.parameters(299).flat().tolist() == run.parameters(299).flat().tolist()
    assert first.parameters(300).weights[0][0, 1] == 2.0
    assert second.parameters(700).flat().tolist() == first.parameters(700).flat().tolist()
    assert second.parameters(701).flat().tolist() != first.parameters(701).flat().tolist()
    late = second.parameters(3000).flat().tolist()
    second.parameters(1000)
    assert second.parameters(3000).flat().tolist() == late
    assert len(second.losses) == 3000
    assert second.losses.values()[:300].tolist() == run.losses.values()[:300].tolist()


def test_it_is_pickled_and_immutable() -> None:
    made = branch(trace(load(find("mazur"))), 3, Change("weights", 2.0, 1, (0, 1)))
    again = pickle.loads(pickle.dumps(made))
    assert [again[step].record() for step in range(20, 60)] == [made[step].record() for step in range(20, 60)]
    with pytest.raises(AttributeError):
        made.origin = None


@pytest.mark.parametrize("seed", range(6))
def test_the_rule_is_broken_in_a_branch_too(seed: int) -> None:
    case = break_at_random(seed, Random(seed), Wanted(iterations=3, samples=2, steps=90, parameters=30))
    made = branch(trace(case.scenario), case.iteration // 2, None)
    assert records(made.broken(case.trace.breaks)) == records(case.trace)
    other = branch(trace(case.scenario), case.iteration, Change("biases", 0.125, 1, (0,)))
    mine = other.broken(case.trace.breaks)
    assert records(mine, mine.first_step) != records(case.trace, mine.first_step)
    assert mine.parameters(case.iteration).biases[0][0] == 0.125


def test_no_move_leads_out_of_it() -> None:
    chance = Random(7)
    made = branch(trace(load(find("batch"))), 2, Change("weights", 2.0, 1, (0, 1)))
    cursor = start(made)
    assert cursor.step == made.first_step == made.schedule.first_step(2)
    commands: tuple[Command, ...] = get_args(Command)
    commands = tuple(one for one in commands if one not in ("last", "next-iteration"))
    for _ in range(500):
        cursor = move(cursor, made, chance.choice(commands))
        assert cursor.step >= made.first_step
    assert go_to(cursor, made, 0).step == made.first_step


def test_conditions_are_asked_of_its_own_iterations() -> None:
    run = trace(load(find("mazur")))
    made = branch(run, 100, Change("weights", 1.0, 1, (0, 1)))
    for text in ("loss > 0", "weight[1][1,2] > -9", "abs(delta[1][1]) >= 0"):
        meaning = meaning_of(text, made.scenario)
        found = to_the_end(count(made, meaning, 0.05))
        assert found.iterations == 9_900
        assert found.first is not None
        assert found.first >= made.first_step
    one = meaning_of("loss rises", made.scenario)
    held = [k for piece in search(made, one, range(100, 130)) for k in piece.iterations.tolist()]
    losses = made.losses.values()
    assert held == [k for k in range(101, 130) if losses[k] > losses[k - 1]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Change("learning_rate", -1.0), "learning_rate is 0 or more, not -1."),
        (Change("learning_rate", float("nan")), "learning_rate takes a finite number, not nan."),
        (Change("weights", float("inf"), 1, (0, 0)), "W1[1,1] takes a finite number, not inf."),
        (Change("momentum", 0.5), "The optimizer sgd does not use momentum."),
        (Change("optimizer", "adan"), "There is no optimizer 'adan'. Did you mean \"adam\"?"),
        (Change("activation", "softmax", 1), "softmax is for the last layer only, which is layer 2."),
        (Change("mistake", "mean-twice"), "mean-twice"),
        (Change("clip_norm", 0.0), "clip_norm is more than 0, not 0."),
    ],
)
def test_what_can_t_be_is_refused_in_a_sentence(change: Change, says: str) -> None:
    with pytest.raises(ValueError) as found:  # noqa: PT011  what it says is told
        branch(trace(load(find("mazur"))), 1, change)
    assert says in str(found.value)
