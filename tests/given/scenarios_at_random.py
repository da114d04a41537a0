"""Which small scenarios could there be? Any, from a seed: the same seed gives the same scenario.

The lists of activations, losses, orders, optimisers and mistakes are the engine's own, and tests take
them from here: a new row of the engine's tables is tested without anybody thinking of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING, get_args

import numpy as np

from engine import update_orders as orders
from engine.arrays import Array, Mask, frozen, sealed
from engine.equations.functions.activations import ACTIVATIONS as ROWS
from engine.equations.functions.losses import LOSSES as LOSS_ROWS
from engine.equations.mistakes.mistakes import MISTAKES as REWRITES
from engine.equations.optimizers import OPTIMIZERS as OPTIMIZER_ROWS
from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.scenario import Data, Layer, Network, Order, Reduction, Scenario, Trained, Training
from engine.update_orders import WAITING
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from collections.abc import Iterable

OUTPUTS: tuple[str, ...] = tuple(ROWS)
ACTIVATIONS = tuple(name for name in OUTPUTS if name != "softmax")  # which may be in the last layer only
LOSSES: tuple[str, ...] = tuple(LOSS_ROWS)
ORDERS: tuple[Order, ...] = tuple(orders.ORDERS)
REDUCTIONS: tuple[Reduction, ...] = get_args(Reduction)
OPTIMIZERS: tuple[str, ...] = tuple(OPTIMIZER_ROWS)
MISTAKES: tuple[str, ...] = tuple(REWRITES)

BIAS_COPIES = (1, 1, 2, 3)

PAIRS = [(output, loss) for output in OUTPUTS for loss in LOSSES]


def in_turn(output: str, loss: str) -> int:
    """A number for a pair: by it orders take turns, so that each meets every activation and every loss."""
    return OUTPUTS.index(output) + LOSSES.index(loss)


def dense_or_recurrent(
    pairs: Iterable[tuple[str, str]] = PAIRS, *, turned: bool = False
) -> list[tuple[str, str, bool]]:
    """Each pair in a dense layer or a recurrent one by turns, or `turned` around; with EVERY_CASE=1 in both.

    Each activation and each loss meets both.
    """
    return [
        (*pair, recurrent)
        for pair in pairs
        for recurrent in (False, True)
        if EVERY_CASE or in_turn(*pair) % 2 == (recurrent != turned)
    ]


# The losses of the contract that take no logarithm: any prediction will do. One that is not known here
# is treated as if it took one.
ANYWHERE = (
    "half-squared-error",
    "squared-error",
    "mean-squared-error",
    "absolute-error",
    "huber",
    "log-cosh",
)
LOGARITHMIC = tuple(loss for loss in LOSSES if loss not in ANYWHERE)

# A bias that lets f(z) lie near 1/2, where a logarithmic loss has a value; elsewhere 1/2 itself is tried.
CENTRE = {
    "identity": 0.5,
    "sigmoid": 0.0,
    "tanh": 0.55,
    "relu": 0.5,
    "leaky-relu": 0.5,
    "elu": 0.5,
    "softplus": -0.43,
    "silu": 0.74,
    "softmax": 0.0,
}


THROUGH_TIME = ("future-dropped", "state-of-same-time")
"""Mistakes that are none where no layer is recurrent."""


@dataclass(frozen=True)
class Wanted:
    """What a scenario must be; None leaves it to chance."""

    output: str | None = None
    loss: str | None = None
    order: Order | None = None
    reduction: Reduction | None = None
    recurrent: bool | None = None
    hidden: str | None = None
    iterations: int | None = None
    samples: int | None = None
    batch_size: int | None = None
    depth: int | None = None
    learning_rate: float | None = None
    tame: bool = True
    """Whether predictions begin near 1/2 if the loss takes their logarithm."""
    optimizer: str = field(default="sgd", repr=False)
    mistake: str | None = field(default=None, repr=False)
    """Optimiser and mistake are never left to chance. A mistake may need a square network, or a mean."""
    settings: bool = field(default=False, repr=False)
    """Whether decay, clipping, what is trained, how many biases each is a sum of and the settings of the
    optimiser are by chance, too. With any of them the network and the data of a seed are the same."""
    steps: int | None = field(default=None, repr=False)
    """How many steps its run may have; of those that are tried, the first that has no more is taken."""
    parameters: int | None = field(default=None, repr=False)
    """How many parameters it may have, chosen in the same way."""


def scenario_at_random(seed: int, wanted: Wanted | None = None) -> Scenario:
    """A scenario of 1 to 4 layers of 1 to 5 units, 1 to 6 times and 1 to 5 samples."""
    want = wanted or Wanted()
    chance = Random(f"{seed} {want}")
    further = Random(f"{seed} {want.optimizer} {want.mistake}")
    while True:
        scenario = drawn(chance, want, f"at random, seed {seed}")
        if want.settings:
            scenario = with_settings_at_random(further, scenario)
        if want.parameters is not None and scenario.network.parameters > want.parameters:
            continue
        if want.steps is None or len(schedule_of(scenario)) <= want.steps:
            return scenario


def schedule_of(scenario: Scenario) -> Schedule:
    return Schedule(shapes_of(scenario), scenario.training.order)


def drawn(chance: Random, want: Wanted, title: str) -> Scenario:
    depth = want.depth or chance.randint(1, 4)
    sizes = [chance.randint(1, 5) for _ in range(depth + 1)]
    if want.mistake == "weights-not-transposed":
        sizes[1:] = [max(2, sizes[1])] * depth
    output = want.output or chance.choice(OUTPUTS)
    loss = want.loss or chance.choice(LOSSES)
    tame = want.tame and loss not in ANYWHERE
    if output == "softmax" and (tame or chance.random() < 0.9):
        sizes[-1] = max(2, sizes[-1])
    recurrent = chance.random() < 0.5 if want.recurrent is None else want.recurrent
    is_recurrent = [recurrent and chance.random() < 0.6 for _ in range(depth)]
    if recurrent and not any(is_recurrent):
        is_recurrent[chance.randrange(depth)] = True

    layers = []
    for number in range(depth):
        last = number == depth - 1
        activation = output if last else want.hidden or chance.choice(ACTIVATIONS)
        width = 0.15 / sizes[number] if last and tame else 1.0 / sizes[number] ** 0.5
        layers.append(
            layer_at_random(
                chance,
                activation,
                (sizes[number + 1], sizes[number]),
                width,
                centre=CENTRE.get(output, 0.5) if last and tame else 0.0,
                recurrent=is_recurrent[number],
            )
        )

    samples = want.samples or chance.randint(1, 5)
    times = chance.randint(1, 6) if recurrent else 1
    training = Training(
        learning_rate=want.learning_rate or chance.choice((0.01, 0.03, 0.05)),
        iterations=want.iterations or chance.randint(1, 4),
        batch_size=want.batch_size or chance.randint(1, samples),
        reduction=chance.choice(REDUCTIONS) if want.reduction is None else want.reduction,
        order=chance.choice(ORDERS) if want.order is None else want.order,
        optimizer=want.optimizer,
        mistake=want.mistake,
    )
    if want.mistake is not None and REWRITES[want.mistake].only_mean:
        training = replace(training, reduction="mean")
    return Scenario(
        title=title,
        network=Network(inputs=sizes[0], loss=loss, layers=tuple(layers)),
        data=data_at_random(chance, loss, samples, times, sizes[0], sizes[-1]),
        training=training,
    )


def with_settings_at_random(chance: Random, scenario: Scenario) -> Scenario:
    """The scenario with what a user can set beside the optimiser, each of it or not."""
    training = replace(
        scenario.training,
        momentum=chance.choice((0.0, 0.5, 0.9)),
        decay=chance.choice((0.5, 0.9, 0.99)),
        beta1=chance.choice((0.0, 0.5, 0.9)),
        beta2=chance.choice((0.5, 0.9, 0.999)),
        epsilon=chance.choice((1e-8, 1e-3)),
        weight_decay=chance.choice((0.0, 0.01, 0.3)),
        # short enough that most gradients are cut, or so long that none is
        clip_norm=chance.choice((None, 0.01, 0.2, 1e6)) if scenario.training.order == WAITING else None,
    )
    layers = tuple(
        replace(
            layer,
            train_weights=trained_at_random(chance, layer.weights.shape),
            train_biases=trained_at_random(chance, layer.biases.shape),
            train_recurrent_weights=(
                trained_at_random(chance, layer.recurrent_weights.shape)
                if layer.recurrent_weights is not None
                else True
            ),
            bias_copies=chance.choice(BIAS_COPIES),
        )
        for layer in scenario.network.layers
    )
    return replace(scenario, network=replace(scenario.network, layers=layers), training=training)


def trained_at_random(chance: Random, shape: tuple[int, ...]) -> Trained:
    """All of a group of parameters, nothing, or some of its numbers."""
    whole = chance.choice((True, True, False, None))
    if whole is not None:
        return whole
    mask: Mask = np.array([chance.random() < 0.5 for _ in range(int(np.prod(shape)))]).reshape(shape)
    mask.setflags(write=False)
    return mask


def layer_at_random(
    chance: Random,
    activation: str,
    shape: tuple[int, int],
    width: float,
    *,
    centre: float,
    recurrent: bool,
) -> Layer:
    """A layer with parameters uniform within `width`, biases around `centre`."""
    units = shape[0]
    own = min(width, 0.9 / units**0.5)
    return Layer(
        activation=activation,
        weights=uniform(chance, *shape, width=width),
        biases=frozen(uniform(chance, units, width=min(width, 0.5)) + centre),
        train_biases=chance.random() < 0.7,
        recurrent_weights=uniform(chance, units, units, width=own) if recurrent else None,
        initial_state=uniform(chance, units, width=chance.choice((0.0, 0.5))) if recurrent else None,
    )


def data_at_random(chance: Random, loss: str, samples: int, times: int, inputs: int, outputs: int) -> Data:
    """Samples with a target at every time, at the last time only, or at some times."""
    has_target = np.ones((samples, times), dtype=np.bool_)
    if times > 1:
        which = chance.choice(("all", "last", "some"))
        for sample in range(samples):
            for time in range(times - 1):
                has_target[sample, time] = which == "all" or (which == "some" and chance.random() < 0.5)
    kind = chance.choice(("one-hot", "shares", "free"))
    targets = np.zeros((samples, times, outputs))
    for sample in range(samples):
        for time in range(times):
            if has_target[sample, time]:
                targets[sample, time] = target_at_random(chance, loss, kind, outputs)
    return Data(
        inputs=uniform(chance, samples, times, inputs, width=1.0),
        targets=frozen(targets),
        has_target=sealed(has_target),
    )


def target_at_random(chance: Random, loss: str, kind: str, outputs: int) -> list[float]:
    """One vector: a single 1, shares that add up to 1, or free numbers (in 0..1 for a logarithm)."""
    if kind == "one-hot":
        hot = chance.randrange(outputs)
        return [float(unit == hot) for unit in range(outputs)]
    if kind == "shares":
        parts = [chance.random() for _ in range(outputs)]
        return [part / sum(parts) for part in parts]
    lowest = -1.0 if loss in ANYWHERE else 0.0
    return [chance.uniform(lowest, 1.0) for _ in range(outputs)]


def uniform(chance: Random, *shape: int, width: float) -> Array:
    """An array of numbers uniform within ±width."""
    count = int(np.prod(shape))
    return frozen(np.array([chance.uniform(-width, width) for _ in range(count)]).reshape(shape))


def with_training(scenario: Scenario, **changes: object) -> Scenario:
    """The same scenario, trained otherwise."""
    return replace(scenario, training=replace(scenario.training, **changes))  # type: ignore[arg-type]
