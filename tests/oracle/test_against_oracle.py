"""Does every number of every record agree with an independent oracle, neuron by neuron?

The oracle (tests/oracle) is written from the public contract alone: pure Python, no numpy.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import load
from engine.arrays import frozen
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.given.recorded import recorded
from tests.given.scenarios_at_random import (
    ACTIVATIONS,
    LOGARITHMIC,
    LOSSES,
    MISTAKES,
    OPTIMIZERS,
    ORDERS,
    PAIRS,
    REDUCTIONS,
    Wanted,
    dense_or_recurrent,
    in_turn,
    scenario_at_random,
    with_training,
)
from tests.given.some_of import EVERY_CASE, each_of, in_turns
from tests.oracle import Number, Oracle, differences, records
from tests.oracle.number import zeros

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from engine.scenario import Order, Reduction
    from tests.oracle.number import Matrix, Vector
    from tests.oracle.run import Found, Step, Value

SITE = ["step", "iteration", "kind", "sample", "time", "layer"]


def disagreements(scenario: Scenario) -> list[str]:
    """Everything that the engine and the oracle see differently."""
    steps = list(Oracle(scenario).steps())
    found = recorded(scenario)
    if len(found) != len(steps):
        return [f"{len(found)} steps, expected {len(steps)}"]
    return [
        line for record, expected in zip(found, steps, strict=True) for line in differences(record, expected)
    ]


def agree(found: Sequence[dict[str, Any]], oracle: Oracle) -> bool:
    """Whether an oracle, which may be wrong, says what was recorded: it ends where it does not."""
    steps = oracle.steps()
    same = all(not differences(record, expected) for record, expected in zip(found, steps, strict=False))
    return same and next(steps, None) is None


@pytest.mark.parametrize(
    ("output", "loss", "recurrent"),
    dense_or_recurrent(),
)
def test_each_output_activation_with_each_loss(output: str, loss: str, recurrent: bool) -> None:
    """The orders take turns: each meets every activation and every loss, dense and recurrent too."""
    order = ORDERS[(in_turn(output, loss) + recurrent) % len(ORDERS)]
    wanted = Wanted(output=output, loss=loss, order=order, recurrent=recurrent, steps=70)
    assert disagreements(scenario_at_random(0, wanted)) == []


@pytest.mark.parametrize(("hidden", "order"), each_of(ACTIVATIONS, ORDERS))
def test_each_hidden_activation(hidden: str, order: Order) -> None:
    for seed, recurrent in enumerate((False, True)):
        wanted = Wanted(
            recurrent=recurrent,
            hidden=hidden,
            order=order,
            depth=3,
            iterations=2,
            loss="half-squared-error",
            steps=60,
        )
        assert disagreements(scenario_at_random(seed, wanted)) == []


@pytest.mark.parametrize(
    ("batch_size", "reduction", "order"),
    [(*sizes, order) for sizes, order in each_of(product([1, 2, 3, 5], REDUCTIONS), ORDERS)],
)
def test_each_batch_size(batch_size: int, reduction: Reduction, order: Order) -> None:
    """Five samples: the last batch is smaller, and the data come round again."""
    recurrent = bool((batch_size // 2 + REDUCTIONS.index(reduction) + ORDERS.index(order)) % 2)
    wanted = Wanted(
        order=order,
        reduction=reduction,
        recurrent=recurrent,
        samples=5,
        batch_size=batch_size,
        iterations=7 if EVERY_CASE else math.ceil(5 / batch_size) + 1,
        depth=2,
        loss="squared-error",
        output="tanh",
        hidden="sigmoid",
    )
    assert disagreements(scenario_at_random(recurrent, wanted)) == []


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_predictions(seed: int) -> None:
    """Nothing keeps the predictions in (0, 1) here: the loss may have no value, and must say so."""
    loss = LOGARITHMIC[seed % len(LOGARITHMIC)]
    wanted = Wanted(loss=loss, output=("identity", "relu", "elu", "tanh")[seed % 4], tame=False, steps=70)
    assert disagreements(scenario_at_random(seed, wanted)) == []


def test_some_predictions_above_have_no_loss() -> None:
    """So that the test above is about what it says."""
    wanted = Wanted(loss="cross-entropy", output="tanh", tame=False, steps=70)
    losses = [record.get("loss") for record in records(scenario_at_random(11, wanted))]
    assert "nan" in losses


@pytest.fixture(params=[True, False], ids=["floats", "numpy"])
def floats(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Either program, whatever the rule would choose for a scenario as small as these."""
    chosen = bool(request.param)
    for module in ("engine.program.machine", "engine.run.straight"):
        monkeypatch.setattr(f"{module}.straight", lambda *_: chosen)
    return chosen


def by_either_program(
    names: Sequence[str], second: Iterable[object], *, by_turns: bool = False
) -> pytest.MarkDecorator:
    """Each name as floats and on arrays, or in one of them by turns, with what stands beside it in turn."""
    both = [*product((True, False), names)]
    if by_turns and not EVERY_CASE:
        both = [(bool(place % 2), name) for place, name in enumerate(names)]
    every = each_of(both, second)
    return pytest.mark.parametrize(
        ("floats", "name", "order"),
        [(floats, name, beside) for (floats, name), beside in every],
        indirect=["floats"],
    )


@by_either_program(OPTIMIZERS, ORDERS)
def test_each_optimizer(name: str, order: Order, floats: bool) -> None:
    """With decay, clipping, settings and what is trained, number by number, as it comes."""
    for seed in in_turns(range(4), OPTIMIZERS.index(name) + 2 * floats, 4):
        wanted = Wanted(order=order, optimizer=name, settings=True, steps=60)
        assert disagreements(scenario_at_random(seed, wanted)) == []


@by_either_program(MISTAKES, ORDERS, by_turns=True)
def test_each_mistake(name: str, order: Order, floats: bool) -> None:
    """With plain descent, or with one optimiser or other and its settings.

    In either program by turns: that the other one trains so, too, is held to the oracle elsewhere.
    """
    optimizer = OPTIMIZERS[MISTAKES.index(name) % len(OPTIMIZERS)]
    for seed, settings in in_turns([*enumerate((False, True))], MISTAKES.index(name) // 2, 2):
        wanted = Wanted(
            order=order,
            recurrent=True,
            optimizer=optimizer if settings else "sgd",
            mistake=name,
            settings=settings,
            steps=60,
        )
        assert disagreements(scenario_at_random(seed, wanted)) == []


@pytest.mark.parametrize(
    ("output", "loss"), [pair for pair in PAIRS if EVERY_CASE or in_turn(*pair) % 2 == 0]
)
def test_each_mistake_where_the_loss_meets_the_output(output: str, loss: str) -> None:
    """They take turns in half of the pairs: each meets every activation and every loss."""
    number = in_turn(output, loss) // 2
    for seed, mistake in enumerate(("no-output-slope", "slope-of-activation", "target-first")):
        if seed != number % 3 and not EVERY_CASE:
            continue
        wanted = Wanted(
            output=output,
            loss=loss,
            recurrent=bool((LOSSES.index(loss) // 2 + seed) % 2),
            mistake=mistake,
            depth=1,
            iterations=2,
            samples=2,
            steps=40,
        )
        assert disagreements(scenario_at_random(seed, wanted)) == []


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_gradients_that_are_nothing(optimizer: str) -> None:
    """Units that are dead all along: 0/(0 + ε), and a length of 0 that is not above any other."""
    scenario = with_training(at_the_kink("relu"), optimizer=optimizer, weight_decay=0.1, clip_norm=0.5)
    assert disagreements(scenario) == []


@pytest.mark.parametrize(
    ("floats", "mistake"), each_of((True, False), [None, *MISTAKES]), indirect=["floats"]
)
@pytest.mark.usefixtures("floats")
def test_nothing_is_trained(mistake: str | None) -> None:
    """What is recorded goes on though no update reads it."""
    wanted = Wanted(
        order="deferred",
        mistake=mistake,
        samples=3,
        batch_size=2,
        iterations=2,
        recurrent=True,
        steps=60,
    )
    scenario = scenario_at_random(2, wanted)
    layers = tuple(
        replace(layer, train_weights=False, train_biases=False, train_recurrent_weights=False)
        for layer in scenario.network.layers
    )
    assert disagreements(replace(scenario, network=replace(scenario.network, layers=layers))) == []


@pytest.mark.parametrize("order", ORDERS)
def test_layers_of_one_unit(order: Order, floats: bool) -> None:
    """Where a matrix is a single number, and a vector too. Each mistake in either program by turns."""
    dense = Layer("tanh", weights=frozen([[0.4]]), biases=frozen([0.1]))
    recurrent = two_of_everything(order).network.layers[1]
    layers = (dense, replace(recurrent, weights=frozen([[0.2]]), train_biases=True))
    mine = [one for one, of in each_of(MISTAKES, ORDERS) if of == order]
    for mistake in (None, *in_turns(mine, int(floats), 2)):
        scenario = with_training(two_of_everything(order), mistake=mistake, reduction="mean")
        network = replace(scenario.network, layers=layers)
        assert disagreements(replace(scenario, network=network)) == [], mistake


def numbers(value: Value) -> Iterator[Number]:
    if isinstance(value, Number):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from numbers(part)


def test_most_numbers_are_held_to_twelve_digits() -> None:
    """The tolerance is relative to a size; where it is below 100 values it means 1e-12 of the value."""
    strict = count = 0
    for output, loss in PAIRS[:: 1 if EVERY_CASE else 5]:
        for step in Oracle(scenario_at_random(0, Wanted(output=output, loss=loss, steps=70))).steps():
            for number in (n for value in step.values() for n in numbers(value)):
                strict += number.size <= 100.0 * abs(number.value)
                count += 1
    assert strict > 0.9 * count


@pytest.mark.parametrize("order", ORDERS)
def test_a_long_sequence(order: Order) -> None:
    """Errors shrink or grow over all these times; the totals gather as many shares."""
    wanted = Wanted(order=order, recurrent=True, depth=2, samples=1, iterations=2, loss="squared-error")
    scenario = scenario_at_random(5, wanted)
    units = scenario.network.layers[-1].units
    times = 60 if EVERY_CASE else 25
    wave = [
        [[math.sin(0.7 * time + unit) for unit in range(scenario.network.inputs)] for time in range(times)]
    ]
    data = Data(
        inputs=frozen(wave),
        targets=frozen([[[math.cos(0.3 * time)] * units for time in range(times)]]),
        has_target=frozen([[1.0] * times]) > 0.0,
    )
    scenario = with_training(replace(scenario, data=data), learning_rate=0.001)
    assert disagreements(scenario) == []


def at_the_kink(activation: str) -> Scenario:
    """Two layers whose pre-activations are exactly 0."""
    return Scenario(
        title="at the kink",
        network=Network(
            inputs=2,
            loss="half-squared-error",
            layers=(
                Layer(activation, weights=frozen([[1.0, -1.0], [2.0, -2.0]]), biases=frozen([0.0, 0.0])),
                Layer(activation, weights=frozen([[1.0, 1.0]]), biases=frozen([0.0])),
            ),
        ),
        data=Data(
            inputs=frozen([[[0.5, 0.5]]]),
            targets=frozen([[[1.0]]]),
            has_target=frozen([[1.0]]) > 0.0,
        ),
        training=Training(learning_rate=0.1, iterations=3, batch_size=1),
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_pre_activation_of_exactly_zero(activation: str) -> None:
    assert disagreements(at_the_kink(activation)) == []


@pytest.mark.parametrize(
    ("activation", "slope"), [("relu", 0.0), ("leaky-relu", 0.01), ("elu", 1.0), ("silu", 0.5)]
)
def test_the_slope_at_exactly_zero(activation: str, slope: float) -> None:
    first = recorded(at_the_kink(activation))[0]
    assert first["pre_activation"] == [0.0, 0.0]
    assert first["slope"] == [slope, slope]


FILE = """
format = 1
title = "A memory over three times"

[network]
inputs = 1
loss = "cross-entropy"

[[network.layers]]
activation = "tanh"
weights = [[0.4], [-0.3]]
recurrent_weights = [[0.5, 0.1], [-0.2, 0.3]]

[[network.layers]]
activation = "softmax"
weights = [[0.2, 0.3], [-0.1, 0.4]]
biases = [0.1, -0.1]
train_biases = false

[data]
inputs = [[[0.1], [0.2], [0.3]], [[0.9], [0.8], [0.7]]]
targets = [[1, 0], [0, 1]]

[training]
learning_rate = 0.5
iterations = 3
reduction = "mean"
"""


def test_a_scenario_file_with_nothing_but_what_is_needed(tmp_path: Path) -> None:
    """Biases and initial state default to zeros, the batch to all samples, the order to deferred."""
    file = tmp_path / "memory.toml"
    file.write_text(FILE)
    scenario = load(file)
    assert disagreements(scenario) == []
    first = recorded(scenario)[0]
    assert first["recurrent_inputs"] == [0.0, 0.0]
    assert first["pre_activation"] == [0.4 * 0.1, -0.3 * 0.1]
    kinds = [record["kind"] for record in recorded(scenario)]
    # two samples of three times and two layers; the target is that of the last time
    assert kinds.count("forward") == kinds.count("delta") == 3 * 2 * 3 * 2
    assert kinds.count("loss") == 3 * 2
    assert kinds.count("update") == 3 * 2


# --- the shape of a run ---------------------------------------------------------------------------


def two_of_everything(order: Order) -> Scenario:
    """Two samples, two times, a dense layer below a recurrent one; a target at the last time only."""
    return Scenario(
        title="two of everything",
        network=Network(
            inputs=1,
            loss="squared-error",
            layers=(
                Layer("tanh", weights=frozen([[0.4], [0.3]]), biases=frozen([0.0, 0.1])),
                Layer(
                    "sigmoid",
                    weights=frozen([[0.2, -0.3]]),
                    biases=frozen([0.1]),
                    train_biases=False,
                    recurrent_weights=frozen([[0.5]]),
                    initial_state=frozen([0.25]),
                ),
            ),
        ),
        data=Data(
            inputs=frozen([[[0.1], [0.2]], [[0.3], [0.4]]]),
            targets=frozen([[[0.0], [1.0]], [[0.0], [0.5]]]),
            has_target=frozen([[0.0, 1.0], [0.0, 1.0]]) > 0.0,
        ),
        training=Training(learning_rate=0.1, iterations=2, batch_size=2, order=order),
    )


def sites(scenario: Scenario) -> list[str]:
    found = []
    for record in recorded(scenario):
        parts = [record[name] for name in ("kind", "sample", "time", "layer")]
        found.append(" ".join("-" if part is None else str(part) for part in parts))
    return found


STEPS = {
    "deferred": """
        forward 0 0 1, forward 0 0 2, forward 0 1 1, forward 0 1 2, loss 0 1 -,
        delta 0 1 2, gradient 0 1 2, delta 0 1 1, gradient 0 1 1,
        delta 0 0 2, gradient 0 0 2, delta 0 0 1, gradient 0 0 1,
        forward 1 0 1, forward 1 0 2, forward 1 1 1, forward 1 1 2, loss 1 1 -,
        delta 1 1 2, gradient 1 1 2, delta 1 1 1, gradient 1 1 1,
        delta 1 0 2, gradient 1 0 2, delta 1 0 1, gradient 1 0 1,
        update - - 2, update - - 1
    """,
    "premature": """
        forward 0 0 1, forward 0 0 2, forward 0 1 1, forward 0 1 2, loss 0 1 -,
        delta 0 1 2, gradient 0 1 2, update 0 1 2, delta 0 1 1, gradient 0 1 1, update 0 1 1,
        delta 0 0 2, gradient 0 0 2, update 0 0 2, delta 0 0 1, gradient 0 0 1, update 0 0 1,
        forward 1 0 1, forward 1 0 2, forward 1 1 1, forward 1 1 2, loss 1 1 -,
        delta 1 1 2, gradient 1 1 2, update 1 1 2, delta 1 1 1, gradient 1 1 1, update 1 1 1,
        delta 1 0 2, gradient 1 0 2, update 1 0 2, delta 1 0 1, gradient 1 0 1, update 1 0 1
    """,
    "layerwise": """
        forward 0 0 1, forward 0 0 2, forward 0 1 1, forward 0 1 2, loss 0 1 -,
        forward 1 0 1, forward 1 0 2, forward 1 1 1, forward 1 1 2, loss 1 1 -,
        delta 0 1 2, gradient 0 1 2, delta 0 0 2, gradient 0 0 2,
        delta 1 1 2, gradient 1 1 2, delta 1 0 2, gradient 1 0 2, update - - 2,
        delta 0 1 1, gradient 0 1 1, delta 0 0 1, gradient 0 0 1,
        delta 1 1 1, gradient 1 1 1, delta 1 0 1, gradient 1 0 1, update - - 1
    """,
}


@pytest.mark.parametrize("order", ORDERS)
def test_the_steps_of_each_order(order: Order) -> None:
    expected = [" ".join(site.split()) for site in STEPS[order].split(",")]
    assert sites(two_of_everything(order)) == expected * 2


def test_the_steps_without_sequences_have_no_time() -> None:
    expected = ["forward 0 - 1", "forward 0 - 2", "loss 0 - -", "delta 0 - 2", "gradient 0 - 2"]
    expected += ["delta 0 - 1", "gradient 0 - 1", "update - - 2", "update - - 1"]
    assert sites(with_training(at_the_kink("tanh"), iterations=1)) == expected


def test_a_sequence_of_one_has_a_time() -> None:
    scenario = scenario_at_random(0, Wanted(recurrent=True, depth=1, samples=1, iterations=1))
    data = scenario.data
    one = Data(data.inputs[:, -1:], data.targets[:, -1:], data.has_target[:, -1:])
    assert [record["time"] for record in recorded(replace(scenario, data=one))][:-1] == [0] * 4


def test_the_samples_of_each_iteration() -> None:
    wanted = Wanted(samples=5, batch_size=2, iterations=7, order="deferred", depth=1, recurrent=False)
    batches: dict[int, list[int]] = {}
    for record in recorded(scenario_at_random(1, wanted)):
        if record["kind"] == "forward":
            batches.setdefault(record["iteration"], []).append(record["sample"])
    assert batches == {0: [0, 1], 1: [2, 3], 2: [4], 3: [0, 1], 4: [2, 3], 5: [4], 6: [0, 1]}


def test_the_fields_and_their_order() -> None:
    expected = {
        ("forward", 1): ["inputs", "pre_activation", "activation", "slope"],
        ("forward", 2): ["inputs", "pre_activation", "activation", "slope", "recurrent_inputs"],
        ("loss", None): ["prediction", "target", "terms", "loss"],
        ("delta", 1): ["error", "delta"],
        ("delta", 2): ["error", "delta", "from_above", "from_future"],
        ("gradient", 1): ["weight_gradient", "bias_gradient", "weight_total", "bias_total"],
        ("update", 1): [f"{name}_{when}" for name in ("weights", "biases") for when in MOMENTS],
        ("update", 2): [f"{name}_{when}" for name in ("weights", "biases", "recurrent") for when in MOMENTS],
    }
    expected["gradient", 2] = [*expected["gradient", 1], "recurrent_gradient", "recurrent_total"]
    for order in ORDERS:
        for record in recorded(two_of_everything(order)):
            assert list(record)[:6] == SITE
            assert set(list(record)[6:]) == set(expected[record["kind"], record["layer"]])


MOMENTS = ("before", "change", "after")


def test_a_softmax_layer_has_no_slope() -> None:
    scenario = scenario_at_random(0, Wanted(output="softmax", loss="cross-entropy", depth=1))
    assert "slope" not in recorded(scenario)[0]


@pytest.mark.parametrize("seed", range(6))
def test_each_line_is_strict_json_with_every_digit(seed: int) -> None:
    for record in recorded(scenario_at_random(seed, Wanted(steps=100))):
        assert json.loads(json.dumps(record, allow_nan=False)) == record


@pytest.mark.parametrize(("seed", "order"), each_of(range(4), ORDERS))
def test_what_adds_up_adds_up_to_the_last_digit(seed: int, order: Order) -> None:
    """A learner who checks the sums on screen with a calculator finds them exact."""
    wanted = Wanted(recurrent=True, order=order, depth=3, iterations=2, steps=150)
    for record in recorded(scenario_at_random(seed, wanted)):
        if "from_future" in record:
            parts = zip(record["from_above"], record["from_future"], strict=True)
            assert record["error"] == [above + future for above, future in parts]
        for name in ("weights", "biases", "recurrent"):
            if f"{name}_before" in record:
                before, change, after = (np.array(record[f"{name}_{when}"]) for when in MOMENTS)
                assert (before + change).tolist() == after.tolist()


# --- an oracle that is wrong is found out -----------------------------------------------------------


class WithoutFuture(Oracle):
    def from_future(self, time: int, layer: int) -> Vector:
        return zeros(len(self.biases[layer]))


class ReadsNewWeights(Oracle):
    """The error of the layer below goes through weights that have already changed."""

    def weights_for_error(self, layer: int) -> Matrix:
        g = self.applying(layer, "weights", self.latest["weight"], None)
        return self.changed(layer, "weights", g)["weights_after"]


class ForgetsMean(Oracle):
    def batch(self, iteration: int) -> list[int]:
        self.reduction = "sum"
        return super().batch(iteration)


class DividesByWholeBatch(Oracle):
    """The last, smaller batch is divided by the size of a full one."""

    def divisor_of(self, samples: int) -> int:
        return self.batch_size


class TrainsEveryBias(Oracle):
    def begin(self) -> None:
        for layer in self.layers:
            self.trained[layer]["biases"] = [[True] * len(self.biases[layer])]
        super().begin()


class StartsAgain(Oracle):
    """Every iteration takes the first batch."""

    def batch(self, iteration: int) -> list[int]:
        return super().batch(0)


class KeepsTotals(Oracle):
    """The sum of the gradients is not emptied before an iteration."""

    def begin(self) -> None:
        self.mistake = "gradient-kept"
        super().begin()


class NeverStarts(Oracle):
    """The state before time 0 is taken for zeros."""

    def before(self, time: int, layer: int) -> Vector:
        return zeros(len(self.biases[layer])) if time == 0 else super().before(time, layer)


class TransposesRecurrent(Oracle):
    def from_future(self, time: int, layer: int) -> Vector:
        mirrored = [list(column) for column in zip(*self.recurrent[layer], strict=True)]
        right, self.recurrent[layer] = self.recurrent[layer], mirrored
        error = super().from_future(time, layer)
        self.recurrent[layer] = right
        return error


class DecaysBiases(Oracle):
    def decay_of(self, name: str) -> Number | None:
        return super().decay_of("weights")


class CountsIterations(Oracle):
    """The moments are corrected by the number of the iteration, from 1."""

    def iteration(self, iteration: int) -> Iterator[Found]:
        self.present = iteration
        yield from super().iteration(iteration)

    def update(self, layer: int, gradient: dict[str, Matrix]) -> Step:
        self.updates[layer] = self.present
        return super().update(layer, gradient)


class MeasuresEverything(Oracle):
    """What is not trained has its part in the length, too."""

    def clip_scale(self) -> Number | None:
        kept = self.trained
        self.trained = {
            layer: {name: [[True] * len(row) for row in rows] for name, rows in masks.items()}
            for layer, masks in kept.items()
        }
        scale = super().clip_scale()
        self.trained = kept
        return scale


class ClipsLayerByLayer(Oracle):
    def update(self, layer: int, gradient: dict[str, Matrix]) -> Step:
        kept, self.layers = self.layers, range(layer, layer + 1)
        fields = super().update(layer, gradient)
        self.layers = kept
        return fields


FLAWS_OF_UPDATES: dict[type[Oracle], dict[str, object]] = {
    DecaysBiases: {"weight_decay": 0.1},
    CountsIterations: {"order": "premature", "optimizer": "adam"},
    MeasuresEverything: {"clip_norm": 0.01},
    ClipsLayerByLayer: {"clip_norm": 0.01},
}

FLAWS = [
    WithoutFuture,
    ReadsNewWeights,
    ForgetsMean,
    DividesByWholeBatch,
    TrainsEveryBias,
    StartsAgain,
    KeepsTotals,
    NeverStarts,
    TransposesRecurrent,
]


def with_everything(order: Order) -> Scenario:
    """A scenario on which each flaw shows: a mean over unequal batches of sequences, and so on."""
    wanted = Wanted(
        output="tanh",
        hidden="sigmoid",
        loss="half-squared-error",
        order=order,
        reduction="mean",
        samples=3,
        batch_size=2,
        iterations=3,
    )
    scenario = scenario_at_random(2, wanted)
    recurrent = Layer(
        "tanh",
        weights=frozen([[0.3, -0.2], [0.1, 0.4]]),
        biases=frozen([0.1, -0.1]),
        train_biases=False,
        recurrent_weights=frozen([[0.2, 0.5], [-0.4, 0.3]]),
        initial_state=frozen([0.3, -0.2]),
    )
    dense = Layer("tanh", weights=frozen([[0.5, -0.6]]), biases=frozen([0.2]))
    data = Data(
        inputs=frozen([[[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]]] * 2 + [[[0.7, 0.1], [-0.3, 0.2], [0.2, 0.2]]]),
        targets=frozen([[[0.5], [0.1], [0.9]]] * 3),
        has_target=frozen([[1.0, 1.0, 1.0]] * 3) > 0.0,
    )
    network = Network(inputs=2, loss="half-squared-error", layers=(recurrent, dense))
    return replace(scenario, network=network, data=data)


def test_the_scenario_of_the_flaws_is_right_without_one() -> None:
    assert disagreements(with_everything("deferred")) == []


@pytest.fixture(scope="module")
def right() -> tuple[Scenario, list[dict[str, Any]]]:
    """The scenario of the flaws, and its records."""
    scenario = with_everything("deferred")
    found = recorded(scenario)
    assert agree(found, Oracle(scenario))
    return scenario, found


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_wrong_oracle_disagrees(flaw: type[Oracle], right: tuple[Scenario, list[dict[str, Any]]]) -> None:
    scenario, found = right
    assert not agree(found, flaw(scenario))


@pytest.mark.parametrize("flaw", FLAWS_OF_UPDATES)
def test_a_wrong_update_of_the_oracle_disagrees(flaw: type[Oracle]) -> None:
    scenario = with_training(with_everything("deferred"), **FLAWS_OF_UPDATES[flaw])
    found = recorded(scenario)
    assert agree(found, Oracle(scenario))
    assert not agree(found, flaw(scenario))


@pytest.mark.parametrize("orders", [*combinations(ORDERS, 2)], ids="-".join)
def test_every_two_orders_disagree(orders: tuple[Order, Order]) -> None:
    """The trace of one is not what an oracle of the other says, even where the steps have the same kind."""
    first, second = (
        next(r for r in recorded(with_everything(order)) if r["kind"] == "delta" and r["layer"] == 1)
        for order in orders
    )
    assert (first["sample"], first["time"]) == (second["sample"], second["time"])
    assert first["error"] != pytest.approx(second["error"], rel=1e-6)


@pytest.mark.parametrize("digit", [1e-12, -1e-12])
def test_a_wrong_twelfth_digit_is_found(digit: float) -> None:
    scenario = with_training(at_the_kink("sigmoid"), iterations=1)
    for record, expected in zip(recorded(scenario), Oracle(scenario).steps(), strict=True):
        if expected["kind"] == "forward" and expected["layer"] == 2:
            record["activation"] = [a * (1.0 + digit) for a in record["activation"]]
            assert len(differences(record, expected)) == 1
