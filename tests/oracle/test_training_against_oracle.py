"""Does training, which keeps no records, pass through the same losses and end at the same parameters?

`bp-tui train` and the loss curve run without making steps, and leave out what no update depends on.
The oracle (tests/oracle) knows nothing of that: it makes every record and reads the numbers there.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from engine.arrays import frozen
from engine.order.shapes import shapes_of
from engine.run.straight import Run, loss_of
from engine.scenario import Layer
from tests.given.scenarios_at_random import (
    ACTIVATIONS,
    LOSSES,
    MISTAKES,
    OPTIMIZERS,
    ORDERS,
    PAIRS,
    Wanted,
    in_turn,
    scenario_at_random,
    with_training,
)
from tests.given.some_of import EVERY_CASE, each_of, in_turns
from tests.oracle import Number, Oracle
from tests.oracle.number import TOLERANCE, exact, total
from tests.oracle.verdict import TINIEST, agree

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.scenario import Order, Scenario


class Training(NamedTuple):
    """What the oracle says of a run: a loss of each iteration, and of all samples before and after it."""

    losses: list[Number]
    before: Number
    after: Number
    oracle: Oracle


def reduced(losses: list[Number], samples: int, reduction: str) -> Number:
    """Their sum, or their mean over the samples."""
    return total(losses) / exact(float(samples)) if reduction == "mean" else total(losses)


def loss_of_all(oracle: Oracle) -> Number:
    """The loss over all samples at the oracle's present parameters."""
    losses = []
    for sample, times in enumerate(oracle.inputs):
        oracle.values = {}
        for time in range(len(times)):
            for layer in oracle.layers:
                oracle.forward(sample, time, layer)
            if oracle.has_target[sample][time]:
                loss = oracle.loss_fields(sample, time)["loss"]
                assert isinstance(loss, Number)
                losses.append(loss)
    return reduced(losses, len(oracle.inputs), oracle.reduction)


def training(scenario: Scenario) -> Training:
    oracle = Oracle(scenario)
    before = loss_of_all(oracle)
    shares: list[list[Number]] = [[] for _ in range(oracle.iterations)]
    for step in oracle.steps():
        iteration, loss = step["iteration"], step.get("loss")
        if isinstance(loss, Number) and isinstance(iteration, int):
            shares[iteration].append(loss)
    losses = [
        reduced(share, len(oracle.batch(iteration)), oracle.reduction)
        for iteration, share in enumerate(shares)
    ]
    return Training(losses, before, loss_of_all(oracle), oracle)


def matches(found: float | Array | None, expected: object) -> bool:
    """Equal to the tolerance of the oracle; a number without a value is known by its name."""
    return agree(plain(found), expected, TOLERANCE, TINIEST)


def plain(value: object) -> object:
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    return plain(value.tolist()) if hasattr(value, "tolist") else value


def assert_trains_alike(scenario: Scenario, pieces: int = 2) -> None:
    """The same, also when the run is made in pieces."""
    expected = training(scenario)
    shapes = shapes_of(scenario)
    run = Run(scenario, shapes, scenario.training.order)
    assert matches(loss_of(scenario, shapes, run.parameters()), expected.before)
    found: list[float] = []
    while run.iteration < shapes.iterations:
        found += run.advance(min(pieces, shapes.iterations - run.iteration)).tolist()
    assert matches(frozen(found), expected.losses)
    parameters = run.parameters()
    for layer in expected.oracle.layers:
        assert matches(parameters.weights[layer - 1], expected.oracle.weights[layer])
        assert matches(parameters.biases[layer - 1], expected.oracle.biases[layer])
        assert matches(parameters.recurrent_weights[layer - 1], expected.oracle.recurrent.get(layer))
    assert matches(loss_of(scenario, shapes, parameters), expected.after)


def choose(monkeypatch: pytest.MonkeyPatch, *, floats: bool) -> None:
    """Choose a program, whatever the rule would choose for a scenario as small as these."""
    for module in ("engine.program.machine", "engine.run.straight"):
        monkeypatch.setattr(f"{module}.straight", lambda *_: floats)


@pytest.mark.parametrize(
    ("output", "loss"), [pair for pair in PAIRS if EVERY_CASE or in_turn(*pair) % 3 == 0]
)
def test_each_output_activation_with_each_loss(output: str, loss: str) -> None:
    """A third of the pairs: the records of all of them are held to the oracle elsewhere."""
    number = in_turn(output, loss)
    order, recurrent = ORDERS[LOSSES.index(loss) % len(ORDERS)], bool(number % 2)
    wanted = Wanted(output=output, loss=loss, order=order, recurrent=recurrent, iterations=3, depth=2)
    assert_trains_alike(scenario_at_random(0, wanted))


@pytest.mark.parametrize(("hidden", "order"), each_of(ACTIVATIONS, ORDERS))
def test_each_hidden_activation(hidden: str, order: Order) -> None:
    wanted = Wanted(hidden=hidden, order=order, depth=3, iterations=3, loss="half-squared-error")
    assert_trains_alike(scenario_at_random(1, wanted))


@pytest.mark.parametrize(("batch_size", "recurrent", "order"), each_of([1, 2, 3, 5], [False, True], ORDERS))
def test_each_batch_size(batch_size: int, recurrent: bool, order: Order) -> None:
    """Five samples and eleven iterations, in pieces that do not fit the round of the batches.

    Their losses are added up or averaged by turns.
    """
    wanted = Wanted(
        order=order,
        recurrent=recurrent,
        samples=5,
        batch_size=batch_size,
        iterations=11,
        loss="squared-error",
        output="tanh",
        hidden="sigmoid",
        depth=2,
    )
    for seed, reduction in in_turns([*enumerate(("sum", "mean"))], batch_size // 2, 2):
        assert_trains_alike(with_training(scenario_at_random(seed, wanted), reduction=reduction), pieces=4)


def test_whatever_a_layer_may_say_is_drawn() -> None:
    """So that nothing that a layer has is left out where scenarios are drawn with their settings."""
    layers = [
        layer
        for seed in range(20)
        for layer in scenario_at_random(seed, Wanted(recurrent=True, settings=True)).network.layers
    ]
    for field in fields(Layer):
        assert len({repr(getattr(layer, field.name)) for layer in layers}) > 1, field.name


@pytest.mark.parametrize("order", ORDERS)
def test_without_any_trained_bias(order: Order) -> None:
    """The sums of bias gradients are needed by nobody then."""
    scenario = scenario_at_random(3, Wanted(order=order, depth=3, iterations=4, output="sigmoid"))
    layers = tuple(replace(layer, train_biases=False) for layer in scenario.network.layers)
    assert_trains_alike(replace(scenario, network=replace(scenario.network, layers=layers)))


@pytest.mark.parametrize(("optimizer", "order"), each_of(OPTIMIZERS, ORDERS))
def test_each_optimizer(optimizer: str, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """In pieces, too: what is remembered from one update to the next goes on. Either program in turn."""
    for seed in range(4 if EVERY_CASE else 2):
        choose(monkeypatch, floats=bool(seed % 2))
        wanted = Wanted(order=order, optimizer=optimizer, settings=True, depth=2, iterations=5, steps=150)
        assert_trains_alike(scenario_at_random(seed, wanted))


@pytest.mark.parametrize(("mistake", "order"), each_of(MISTAKES, ORDERS))
def test_each_mistake(mistake: str, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """By either program in turn, and by both with each optimiser."""
    for seed, optimizer in enumerate(("sgd", "adam")):
        choose(monkeypatch, floats=bool((seed + MISTAKES.index(mistake)) % 2))
        wanted = Wanted(
            order=order,
            recurrent=True,
            optimizer=optimizer,
            mistake=mistake,
            settings=seed > 0,
            depth=2,
            samples=3,
            iterations=3,
            steps=100,
        )
        assert_trains_alike(scenario_at_random(seed, wanted))


def test_a_run_of_the_other_order_is_not_alike() -> None:
    scenario = scenario_at_random(3, Wanted(order="deferred", depth=3, iterations=4, output="sigmoid"))
    run = Run(scenario, shapes_of(scenario), "premature")
    run.advance(4)
    assert not matches(run.parameters().weights[0], training(scenario).oracle.weights[1])
