"""Which run is it in which something is otherwise from an iteration on?

A branch has the iterations before from the run that it comes from, and those from there on are its own.
What is set is held to the same rules as a file.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from engine.arrays import frozen
from engine.equations.equation import Variable
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS, SETTINGS
from engine.order.quantities import PARAMETERS
from engine.parameters import initial_parameters
from engine.read.complaints import ScenarioError
from engine.run.change import DATA, NONE, RATES, SETTABLE
from engine.run.tracing import Origin, Trace
from engine.spelling.nearest import nearest
from engine.update_orders import ORDERS

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.parameters import Parameters
    from engine.run.change import Change
    from engine.scenario import Data, Layer, Scenario

_KEPT = ("momentum", "decay", "beta1", "beta2")  # 0 to just below 1
_WORDS: dict[str, Collection[str]] = {
    "optimizer": OPTIMIZERS,
    "mistake": (NONE, *MISTAKES),
    "order": ORDERS,
    "loss": LOSSES,
    "activation": ACTIVATIONS,
}


def branch(trace: Trace, iteration: int, change: Change | None) -> Trace:
    """Return the run that goes on from the start of an iteration with a change, or without any.

    Runs up to there.

    Raises:
        ValueError: with a sentence that says why there can be no such run.
    """
    before = trace.parameters(iteration)
    scenario = trace.scenario if change is None else changed_scenario(trace.scenario, trace.order, change)
    if change is not None and change.what in PARAMETERS:
        before = _with_number(before, change)
        if iteration == 0:
            scenario = _beginning_with(scenario, before)
    if change is not None and change.what == "optimizer":
        begun = initial_parameters(scenario).state
        before = type(before)(before.weights, before.biases, before.recurrent_weights, begun)
    order = cast("str", change.value) if change is not None and change.what == "order" else trace.order
    return Trace(scenario, order, origin=Origin(trace, iteration, change, before))


def changed_scenario(scenario: Scenario, order: str, change: Change) -> Scenario:
    """Return the scenario of a run in an order with a change; that of a parameter is none of its own.

    Without the notes: they tell of the numbers of the run that was left.

    Raises:
        ValueError: with a sentence that says why there can be no such scenario.
    """
    _check(scenario, change)
    if change.what in PARAMETERS:
        return replace(scenario, notes=())
    if change.what in DATA:
        return replace(scenario, data=_with_datum(scenario.data, change), notes=())
    if change.what == "loss":
        return replace(scenario, network=replace(scenario.network, loss=cast("str", change.value)), notes=())
    if change.what == "activation":
        return _with_layer(scenario, change.layer or 1, activation=change.value)
    return _trained_otherwise(scenario, order, change)


def _with_datum(data: Data, change: Change) -> Data:
    values = (data.inputs if change.what == "input" else data.targets).copy()
    values[change.sample, change.time or 0, change.units[0]] = change.value
    return (
        replace(data, inputs=frozen(values))
        if change.what == "input"
        else replace(data, targets=frozen(values))
    )


def _trained_otherwise(scenario: Scenario, order: str, change: Change) -> Scenario:
    from engine.read.changed import changed

    value = None if change.value == NONE else change.value
    training = replace(scenario.training, **{change.what: value})  # type: ignore[arg-type]
    run = replace(training, order=change.value if change.what == "order" else order)  # type: ignore[arg-type]
    try:
        changed(replace(scenario, training=run), run.order)
    except ScenarioError as error:
        raise ValueError(_first_sentence(error)) from None
    return replace(scenario, training=training, notes=())


def _first_sentence(error: ScenarioError) -> str:
    return f"{error.complaints[0].says}.".replace("..", ".")


def _check(scenario: Scenario, change: Change) -> None:
    """Raise ValueError, with a sentence, where a value can't be had, or there is no such thing."""
    if change.what not in (*PARAMETERS, *DATA, *SETTABLE) or (change.what in DATA and change.sample is None):
        raise ValueError(f"There is no {change.what} that could be set.")
    if change.what in _WORDS:
        _check_word(scenario, change)
        return
    if change.what == "clip_norm" and change.value == NONE:
        return
    value = change.value
    if isinstance(value, str) or not math.isfinite(value):
        raise ValueError(f"{change.name} takes a finite number, not {value}.")
    if change.what not in RATES:
        return
    optimizer = scenario.training.optimizer
    if change.what in SETTINGS and change.what not in OPTIMIZERS[optimizer].settings:
        raise ValueError(f"The optimizer {optimizer} does not use {change.what}.")
    if change.what in _KEPT and not 0.0 <= value < 1.0:
        raise ValueError(f"{change.what} is from 0 to below 1, not {value:g}.")
    if value < 0.0 or (change.what in ("epsilon", "clip_norm") and value == 0.0):
        least = "more than 0" if change.what in ("epsilon", "clip_norm") else "0 or more"
        raise ValueError(f"{change.what} is {least}, not {value:g}.")


def _check_word(scenario: Scenario, change: Change) -> None:
    words = _WORDS[change.what]
    if str(change.value) not in words:
        hint = nearest(str(change.value), words) or f"There are: {', '.join(words)}."
        raise ValueError(f"There is no {change.what} {str(change.value)[:30]!r}. {hint}")
    last = len(scenario.network.layers)
    if change.what == "activation" and ACTIVATIONS[str(change.value)].coupled and change.layer != last:
        raise ValueError(f"{change.value} is for the last layer only, which is layer {last}.")


def _with_number(before: Parameters, change: Change) -> Parameters:
    group = Variable(change.what, change.layer)
    values = before.array(group).copy()
    if len(change.units) != values.ndim:
        raise ValueError(f"{change.name} is no single number.")
    values[change.units] = change.value
    return before.replaced({group: frozen(values)})


def _beginning_with(scenario: Scenario, parameters: Parameters) -> Scenario:
    """Return the scenario whose file gives these parameters."""
    layers = tuple(
        replace(layer, **{group: getattr(parameters, group)[place] for group in PARAMETERS})
        for place, layer in enumerate(scenario.network.layers)
    )
    return replace(scenario, network=replace(scenario.network, layers=layers))


def _with_layer(scenario: Scenario, number: int, **fields: object) -> Scenario:
    layers: list[Layer] = list(scenario.network.layers)
    layers[number - 1] = replace(layers[number - 1], **fields)  # type: ignore[arg-type]
    return replace(scenario, network=replace(scenario.network, layers=tuple(layers)), notes=())
