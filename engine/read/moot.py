"""When does a mistake change nothing? Where there is nothing that it could be made with.

For each mistake there are circumstances in which every number stays as it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.floats import function
from engine.equations.functions.formula import number, parse
from engine.equations.updates import is_plain
from engine.update_orders import ORDERS, updates_within

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.equations.functions.activations import Activation
    from engine.scenario import Order, Scenario

_PLACES = (-2.0, -0.5, 0.0, 0.5, 2.0)
"""Pre-activations at which two slopes are held against one another."""


def moot(scenario: Scenario, order: Order | None = None) -> str:
    """Return why the mistake of a scenario changes nothing in an order; the empty text if it may."""
    if order is not None:
        scenario = replace(scenario, training=replace(scenario.training, order=order))
    mistake = scenario.training.mistake
    why = "" if mistake is None else why_moot(scenario, mistake)
    return f'"{mistake}" changes nothing here: {why}' if why else ""


def why_moot(scenario: Scenario, mistake: str) -> str:
    """Return why a mistake would change nothing in a scenario; the empty text if it might."""
    return next((why for circumstance in _MOOT.get(mistake, ()) if (why := circumstance(scenario))), "")


def _one_layer(scenario: Scenario) -> str:
    return "the network has one layer" if len(scenario.network.layers) == 1 else ""


def _one_sample(scenario: Scenario) -> str:
    return "a batch is one sample" if scenario.training.batch_size == 1 else ""


def _one_update(scenario: Scenario) -> str:
    training, items = scenario.training, ORDERS[scenario.training.order].steps
    several = (training.batch_size > 1 and updates_within(items, "sample")) or (
        scenario.data.times > 1 and updates_within(items, "time")
    )
    return "each layer is updated once" if training.iterations == 1 and not several else ""


def _one_time(scenario: Scenario) -> str:
    return "the sequences have one time, and no future" if scenario.data.times == 1 else ""


def _no_recurrence(scenario: Scenario) -> str:
    return "" if scenario.network.recurrent else "no layer is recurrent"


def _no_rate(scenario: Scenario) -> str:
    return "with a learning rate of 0 there is no change" if scenario.training.learning_rate == 0 else ""


def _no_rate_at_all(scenario: Scenario) -> str:
    """Like `_no_rate`, where nothing else is seen of what an update applies."""
    return _no_rate(scenario) if is_plain(scenario.training) else ""


def _single_weights(scenario: Scenario) -> str:
    single = all(layer.weights.size == 1 for layer in scenario.network.layers[1:])
    return "every weight matrix above layer 1 is a single number" if single else ""


def _slope_1_below(scenario: Scenario) -> str:
    linear = all(number(parse(row.slope)) == 1 for row in _rows(scenario)[:-1])
    return "every layer below the last has the slope 1" if linear else ""


def _slope_1_at_the_end(scenario: Scenario) -> str:
    row = _rows(scenario)[-1]
    linear = not row.coupled and number(parse(row.slope)) == 1
    return "the last layer has the slope 1" if linear else ""


def _z_is_a_below(scenario: Scenario) -> str:
    same = all(row.leaves_z for row in _rows(scenario)[:-1])
    return "below the last layer every activation is its pre-activation" if same else ""


def _slopes_alike(scenario: Scenario) -> str:
    alike = all(row.coupled or _steep_as_at_its_activation(row) for row in _rows(scenario))
    return "every slope is the same at a as at z" if alike else ""


def _rows(scenario: Scenario) -> list[Activation]:
    return [ACTIVATIONS[layer.activation] for layer in scenario.network.layers]


def _steep_as_at_its_activation(row: Activation) -> bool:
    value, slope = function(parse(row.formula), ("z",)), function(parse(row.slope), ("z", "a"))
    activations = [(z, value(z)) for z in _PLACES]
    return all(slope(z, a) == slope(a, value(a)) for z, a in activations)


_MOOT: dict[str, tuple[Callable[[Scenario], str], ...]] = {
    "no-slope": (_one_layer, _slope_1_below),
    "no-output-slope": (_slope_1_at_the_end,),
    "slope-of-activation": (_slopes_alike,),
    "weights-not-transposed": (_one_layer, _single_weights),
    "z-for-activation": (_one_layer, _z_is_a_below),
    "mean-twice": (_one_sample, _no_rate_at_all),
    "mean-missing": (_one_sample, _no_rate_at_all),
    "gradient-kept": (_one_update,),
    "sign": (_no_rate,),
    "bias-of-last-sample": (_one_sample,),
    "future-dropped": (_no_recurrence, _one_time),
    "state-of-same-time": (_no_recurrence,),
}
"""The circumstances of each mistake that has some."""
