"""What is said of the factors of a chain, and of what is used again for a gradient?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.links import is_one_factor
from engine.facts.cost import at_site
from engine.facts.explain.expression import Constant
from engine.numerals import count, counted, every, numeral, power

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array
    from engine.facts.chain.chosen_path import ChosenPath
    from engine.facts.chain.factors import Factor
    from engine.facts.chain.paths import Chain
    from engine.facts.number import Traced


def meanings(factor: Factor) -> tuple[str, str]:
    """Return what a factor is, in many words and in few."""
    if isinstance(factor.number, Constant):
        return "what a bias is multiplied by", "what came in"
    layer, neuron = factor.number.layer, factor.number.index[0] + 1
    match factor.meaning:
        case "error" if factor.number.reference.quantity == "from_above":
            return f"from above: how C@{factor.time} moves with it", "from above"
        case "error":
            return f"error: how C moves with output {neuron}", "error"
        case "delta":
            return "delta: slope and error in one", "delta"
        case "slope":
            return f"slope of layer {layer}, neuron {neuron}", f"slope, layer {layer}"
        case "recurrent weight":
            after = f"@{factor.time + 1}"
            return f"recurrent weight, back from {after} to @{factor.time}", f"weight, back to @{factor.time}"
        case "weight":
            return f"weight, back from layer {layer} to {layer - 1}", "weight"
        case "before":
            return (
                f"what neuron {neuron} was one time before, @{factor.time}",
                f"one time before, @{factor.time}",
            )
        case _:
            below = f"layer {layer}, neuron {neuron}" if layer else f"input {neuron}"
            return f"what came in from {below}", "what came in"


def when_made(factor: Factor) -> tuple[str, ...]:
    """Return what a factor that is not known yet will be, and which step makes it, in ever fewer words."""
    assert factor.made is not None
    step = f"by step {factor.made + 1:,}"
    return (*(f"{words}, {step}" for words in meanings(factor)), step)


def record_of(gradient: Traced, value: float | None, *, product: bool) -> str:
    """Return what is recorded of a gradient, or when it will be; `product` says if its sum is known."""
    if value is not None:
        return f"recorded: {numeral(value)}"
    assert gradient.maker is not None
    step = f"step {gradient.maker + 1:,}"
    return f"multiplied out; {step} records it" if product else f"{step} records it"


def stations(path: ChosenPath) -> list[str]:
    """Return what a path passes from the layer of its parameter up: neurons, and last the loss.

    Where it leaves its time each has the time that it is of.
    """
    chain, carrier, until = path.chain, path.carrier, path.until
    if carrier is None:
        return stations_now(chain, path.units[chain.layer :])
    places = [
        *((layer, chain.time) for layer in range(chain.layer, carrier)),
        *((carrier, time) for time in range(chain.time, until + 1)),
        *((layer, until) for layer in range(carrier + 1, chain.trace.shapes.layers + 1)),
    ]
    passed = (
        f"{_station(chain, layer, path.units[layer], of_loss=time == until)}@{time}" for layer, time in places
    )
    return [*passed, f"C@{until}"]


def stations_now(chain: Chain, units: Sequence[int]) -> list[str]:
    """Return what a path passes that stays in its time; its `units` are from the parameter's layer up."""
    layers = enumerate(units, chain.layer)
    return [*(_station(chain, layer, unit, of_loss=True) for layer, unit in layers), "C"]


def _station(chain: Chain, layer: int, unit: int, *, of_loss: bool) -> str:
    """Return what a neuron is called; an output z where the path enters it by slope and error in one."""
    shapes = chain.trace.shapes
    letter = "h" if shapes.recurrent[layer - 1] else "a"
    if layer == shapes.layers and of_loss and is_one_factor(chain.trace.scenario):
        letter = "z"
    return f"{letter}{layer}[{unit + 1}]"


def sum_title(chain: Chain) -> str:
    """Return over which paths a gradient is the sum."""
    every, now = chain.ways.paths, chain.paths_now
    title = f"the sum over {counted(every, 'path')}"
    if now == every:
        return title
    if not now:
        return f"{title}, {'all ' if every > 1 else ''}through later times"
    return f"{title}: {count(now)} within this time, {count(every - now)} through later times"


def reuse_title(chain: Chain, *, future: bool) -> str:
    """Return what has been formed for another layer or time already, and is used again for a delta."""
    again = []
    if chain.layer < chain.trace.shapes.layers:
        again.append(f"δ{chain.layer + 1}, formed once for layer {chain.layer + 1}")
    if future:
        again.append(f"δ{chain.layer} of the next time")
    return f"used again: {', and '.join(again)}" if again else "the way back begins here"


def notes(chain: Chain, path: ChosenPath, *, in_full: bool) -> list[str]:
    """Return what must be said of the factors of a path: that two are one, or where its loss is.

    That it leaves its time is seen in its heading: it is told only `in_full`.
    """
    found = []
    if is_one_factor(chain.trace.scenario):
        name = chain.trace.scenario.network.layers[-1].activation
        does = "couples its outputs" if ACTIVATIONS[name].coupled else "and this loss simplify"
        found.append(f"{name.capitalize()} {does}: slope and error are one factor, ∂C/∂z.")
    if path.carrier is not None and in_full:
        where = f"@{path.until}, back through U{path.carrier}"
        found.append(f"No target at @{chain.time}: the error comes from {where}.")
    if path.carrier is None and not chain.has_target:
        found.append("No target at this time: a path within it carries 0 and does not count.")
    return found


def changed_already(groups: Sequence[str]) -> str:
    """Return that weights on the way back are no longer those of the forward pass."""
    return f"{', '.join(groups)} changed already: no longer the factor that the forward pass used."


def price_of_one(chain: Chain, delta: Traced) -> str:
    """Return what one weight would cost path by path; nothing where there is no difference."""
    scenario, shapes = chain.trace.scenario, chain.trace.shapes
    deltas = at_site(scenario, chain.layer, last_time=chain.time == shapes.times - 1).deltas
    if not deltas or not chain.ways.paths:
        return ""
    once = deltas // scenario.network.layers[chain.layer - 1].units
    kind = "bias" if chain.parameter == "biases" else "weight"
    return (
        f"Path by path this one {kind} takes {counted(chain.ways.multiplications, 'multiplication')}; with "
        f"reuse 1, after {count(once)} for {delta.symbol}. (Slopes not counted; view 3 counts all weights.)"
    )


def served(chain: Chain, delta: Traced) -> str:
    """Return whom the deltas above and the delta of the neuron serve."""
    layers = chain.trace.scenario.network.layers
    mine, is_last = layers[chain.layer - 1], chain.layer == len(layers)
    weights = mine.inputs + (mine.units if mine.recurrent else 0)
    by_it = f"{every(weights, 'weight')} of this neuron" if weights > 1 else "this neuron's weight"
    further = []
    if is_last and chain.layer > 1:
        further.append(f"all of layer {chain.layer - 1}")
    if mine.recurrent and chain.time > 0:
        further.append(f"δ{chain.layer} of the time before, through U{chain.layer}")
    text = f"{delta.symbol} serves {' and '.join([by_it, *further])}."
    if is_last:
        return text
    above, deltas = layers[chain.layer].units, f"δ{chain.layer + 1}"
    serve = f"The {above:,} numbers {deltas} serve" if above > 1 else f"{deltas} serves"
    neurons = every(mine.units, "neuron") if mine.units > 1 else "the neuron"
    return f"{serve} {neurons} of layer {chain.layer}; {text}"


@np.errstate(all="ignore")
def product_of(values: Array) -> str:
    """Return the product of numbers in few digits, also if it is beyond what a number can hold."""
    product = float(np.prod(values))
    if not np.all(np.isfinite(values) & (values != 0.0)) or 0.0 < abs(product) < math.inf:
        return numeral(product)
    sign = "-" if np.count_nonzero(values < 0.0) % 2 else ""
    return f"{sign}{power(float(np.log(np.abs(values)).sum()))}"
