"""Is a step the same, bit for bit, whenever and however it is asked for, and can nobody change it?

A trace keeps some checkpoints and computes the rest anew. Here every step asked for at random is
compared, as text with all its digits, with the same step of a straight run from the beginning.
"""

from __future__ import annotations

import dataclasses
import json
from functools import cache, partial
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import trace
from engine.arrays import frozen
from engine.run import iteration, tracing
from engine.run.checkpoints import BUDGET, Checkpoints
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.given.recorded import as_record
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random, with_training
from tests.given.some_of import EVERY_CASE
from tests.golden.examples import mazur

if TYPE_CHECKING:
    from engine.scenario import Order

MOMENTS = ("before", "change", "after")

SMALL = Wanted(
    output="sigmoid",
    hidden="tanh",
    loss="half-squared-error",
    depth=2,
    samples=5,
    batch_size=2,
    iterations=70,
)


def mini_batches(order: Order) -> Scenario:
    return scenario_at_random(1, dataclasses.replace(SMALL, order=order, recurrent=False))


def sequences(order: Order) -> Scenario:
    return scenario_at_random(2, dataclasses.replace(SMALL, order=order, recurrent=True))


SCENARIOS = {
    "mazur": lambda order: mazur(order, 300),
    "mini-batches": mini_batches,
    "sequences": sequences,
}


def text(step: object) -> str:
    """A step as text: float64 prints so that the same text means the same bits."""
    return json.dumps(as_record(step), allow_nan=False)


def straight_on(scenario: Scenario, chosen: list[int]) -> dict[int, str]:
    """Some steps of a run that never goes back."""
    steps = trace(scenario)
    return {index: text(steps[index]) for index in sorted(set(chosen))}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_step_asked_for_is_the_step_of_a_straight_run(name: str, order: Order) -> None:
    scenario = SCENARIOS[name](order)
    steps = trace(scenario)
    chance = Random(name + order)
    chosen = [chance.randrange(len(steps)) for _ in range(80 if EVERY_CASE else 15)]
    chosen += [0, 1, len(steps) // 2, len(steps) - 1]
    straight = straight_on(scenario, chosen)
    assert [text(steps[index]) for index in chosen] == [straight[index] for index in chosen]
    # going backwards one by one, from the end, asks for what lies before each checkpoint
    end = len(steps)
    backwards = [text(steps[index]) for index in range(end - 1, end - 30, -1)]
    assert backwards == [text(step) for step in steps[end - 29 :]][::-1]


@settings(max_examples=10 if EVERY_CASE else 7, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_any_order_of_asking(seed: int, asked: list[int]) -> None:
    scenario = scenario_at_random(seed, Wanted(steps=100))
    straight = [text(step) for step in trace(scenario)]
    steps = trace(scenario)
    for number in asked:
        index = number % len(straight)
        assert text(steps[index]) == straight[index]


@pytest.mark.parametrize("order", ORDERS)
def test_more_iterations_do_not_change_the_first_ones(order: Order) -> None:
    few, many = trace(mazur(order, 50)), trace(mazur(order, 10_000))
    for index in (0, 8, 9, 100, 449):
        assert text(few[index]) == text(many[index])


def large(order: Order, samples: int, iterations: int, times: int = 0, size: int = 50) -> Scenario:
    """225,000 parameters, more if there are times; those of another `size` go with its square.

    That is more than a trace keeps of every iteration, or of every premature update.
    """
    numbers = np.random.default_rng(5)
    inputs, units, outputs = 4 * size, 5 * size, 14 * size
    hidden = Layer(
        "tanh",
        frozen(numbers.normal(0.0, 0.05, (units, inputs))),
        frozen(np.zeros(units)),
        recurrent_weights=frozen(numbers.normal(0.0, 0.05, (units, units))) if times else None,
        initial_state=frozen(np.zeros(units)) if times else None,
    )
    weights = frozen(numbers.normal(0.0, 0.05, (outputs, units)))
    output = Layer("identity", weights, frozen(np.zeros(outputs)), train_biases=False)
    shape = samples, max(1, times)
    return Scenario(
        title="large",
        network=Network(
            inputs=inputs,
            loss="half-squared-error",
            layers=(hidden, output),
        ),
        data=Data(
            inputs=frozen(numbers.normal(0.0, 1.0, (*shape, inputs))),
            targets=frozen(numbers.normal(0.0, 1.0, (*shape, outputs))),
            has_target=np.ones(shape, dtype=np.bool_),
        ),
        training=Training(learning_rate=1e-3, iterations=iterations, batch_size=samples, order=order),
    )


def test_a_long_run_of_a_large_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many parameters that checkpoints become rarer on the way."""
    size = 50 if EVERY_CASE else 10
    for name in ("_ITERATION_BYTES", "_PARAMETER_BYTES"):
        monkeypatch.setattr(tracing, name, getattr(tracing, name) * size**2 // 50**2)
    monkeypatch.setattr(tracing, "Checkpoints", partial(Checkpoints, budget=BUDGET * size**2 // 50**2))
    scenario = large("deferred", 1, 200, size=size)
    chosen = [9 * iteration + 1 for iteration in (0, 1, 15, 16, 17, 95, 96, 97, 111, 112, 191, 192, 199)]
    straight = straight_on(scenario, chosen)
    steps = trace(scenario)
    assert steps._checkpoints.stride == 16
    Random(1).shuffle(chosen)
    for index in [*chosen, *chosen[::-1]]:
        assert text(steps[index]) == straight[index]
    assert steps._checkpoints.stride == 64


@pytest.mark.parametrize(("samples", "times"), [(20, 0), (4, 5)], ids=["dense", "recurrent"])
def test_many_premature_updates_of_a_large_network(
    samples: int, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many parameters that not every version between two updates is kept: each follows the last."""
    size = 50 if EVERY_CASE else 10
    monkeypatch.setattr(iteration, "_VERSION_BYTES", iteration._VERSION_BYTES * size**2 // 50**2)
    steps = trace(large("premature", samples, 2, times, size))
    latest: dict[tuple[int, str], bytes] = {}
    names = ("weights", "biases", "recurrent") if times else ("weights", "biases")
    for index in range(len(steps) // 2 + 50):
        step: Any = steps[index]
        if step.kind == "update":
            for name in names[: 3 if step.layer == 1 else 2]:
                before, change, after = (getattr(step, f"{name}_{when}") for when in MOMENTS)
                assert before.tobytes() == latest.get((step.layer, name), before.tobytes())
                latest[step.layer, name] = after.tobytes()
                assert (before + change).tobytes() == after.tobytes()
    assert len(latest) == len(names) + 2


def test_the_parameters_after_an_iteration_are_those_before_the_next() -> None:
    for scenario in (mini_batches("deferred"), sequences("deferred")):
        latest: dict[tuple[int, str], Any] = {}
        for step in trace(with_training(scenario, iterations=5)):
            record = as_record(step)
            for name in ("weights", "biases", "recurrent"):
                if f"{name}_before" in record:
                    site = record["layer"], name
                    assert record[f"{name}_before"] == latest.get(site, record[f"{name}_before"])
                    latest[site] = record[f"{name}_after"]
        assert latest


def test_a_million_iterations_are_as_easy_to_open_as_one() -> None:
    steps = trace(mazur("deferred", 10**6))
    assert len(steps) == 9 * 10**6
    assert text(steps[9 * 300]) == text(trace(mazur("deferred", 301))[9 * 300])


# --- a trace is a sequence --------------------------------------------------------------------------


@cache
def small() -> Any:
    return trace(with_training(mini_batches("deferred"), iterations=4))


def test_indices() -> None:
    steps = small()
    count = len(steps)
    assert [as_record(step)["step"] for step in steps] == list(range(count))
    assert as_record(steps[-1])["step"] == count - 1
    assert as_record(steps[-count])["step"] == 0
    assert as_record(steps[np.int64(3)])["step"] == 3
    for outside in (count, -count - 1, 10**12):
        with pytest.raises(IndexError):
            steps[outside]
    for nonsense in ("0", 1.0, None):
        with pytest.raises(TypeError):
            steps[nonsense]


@given(st.slices(60))
def test_slices(part: slice) -> None:
    steps = small()
    count = len(steps)
    expected = list(range(count))[part]
    found = steps[part]
    assert len(found) == len(expected)
    assert [as_record(step)["step"] for step in found] == expected


def test_a_slice_is_a_sequence_too() -> None:
    found = small()[5:20]
    assert as_record(found[0])["step"] == 5
    assert as_record(found[-1])["step"] == 19
    assert [as_record(step)["step"] for step in found[2:4]] == [7, 8]
    with pytest.raises(IndexError):
        found[15]


def test_reversed_and_iterated_twice() -> None:
    steps = small()
    once, again = [text(step) for step in steps], [text(step) for step in steps]
    assert once == again
    assert [text(step) for step in reversed(steps)] == once[::-1]


# --- and nobody can change it -----------------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", ["mini-batches", "sequences"])
def test_attributes_hold_what_the_record_holds_and_are_read_only(name: str, order: Order) -> None:
    kinds = set()
    scenario = SCENARIOS[name](order)
    for step in trace(with_training(scenario, iterations=2)):
        record = as_record(step)
        kinds.add(record["kind"])
        for name, value in record.items():
            attribute = getattr(step, name)
            if isinstance(value, list):
                assert isinstance(attribute, np.ndarray)
                assert attribute.dtype == np.float64
                assert attribute.tolist() == value
                assert not attribute.flags.writeable
                with pytest.raises(ValueError, match="read-only"):
                    attribute[...] = 0.0
                while isinstance(attribute.base, np.ndarray):  # nor through what it is a view of
                    attribute = attribute.base
                assert not attribute.flags.writeable, name
            else:
                assert attribute == value
            with pytest.raises((AttributeError, TypeError)):
                setattr(step, name, value)
    assert kinds == {"forward", "loss", "delta", "gradient", "update"}


def test_a_trace_cannot_be_changed() -> None:
    steps = small()
    with pytest.raises(TypeError):
        steps[0] = steps[1]
    with pytest.raises(TypeError):
        del steps[0]
    assert not hasattr(steps, "append")


def test_a_changed_record_does_not_change_the_trace() -> None:
    steps = small()
    before = text(steps[0])
    record = as_record(steps[0])
    record["activation"][0] = 1e9
    record["step"] = -1
    assert text(steps[0]) == before


def test_a_step_stays_when_the_trace_has_moved_on() -> None:
    """A step is a view of an iteration; another iteration must not write into it."""
    steps: Any = trace(mini_batches("deferred"))
    kept = [steps[index] for index in range(12)]
    before = [text(step) for step in kept]
    arrays = [step.activation for step in kept if as_record(step)["kind"] == "forward"]
    values = [array.tolist() for array in arrays]
    for index in range(0, len(steps), 37):
        as_record(steps[index])
    assert [text(step) for step in kept] == before
    assert [array.tolist() for array in arrays] == values


@pytest.mark.parametrize("name", ["scenario", "order", "shapes", "schedule", "flow", "losses", "iterations"])
def test_an_attribute_of_a_trace_can_not_be_set(name: str) -> None:
    steps = small()
    record = as_record(steps[7])
    with pytest.raises(AttributeError):
        setattr(steps, name, getattr(small(), name))
    assert as_record(steps[7]) == record


def test_an_order_that_no_run_has_is_refused_in_a_sentence() -> None:
    scenario = mazur("deferred", 1)
    with pytest.raises(ValueError, match="there is no order 'late': the orders are deferred, "):
        trace(scenario, "late")
    clipped = dataclasses.replace(scenario, training=dataclasses.replace(scenario.training, clip_norm=0.1))
    with pytest.raises(ValueError, match="no update can come before the last"):
        trace(clipped, "premature")
