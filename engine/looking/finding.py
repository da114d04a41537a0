"""Which number does a user mean by a name such as δ1[2], W1[3,412] or 412?

Names are those on the screen, or what is easily typed for them: d for δ, g for ∂C/∂ (gW1[1,2]). A time
of a sequence follows an @; without one the step's own is meant, as is the step's sample.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from engine.facts.entry import Number
from engine.looking.cursor import active_layer
from engine.looking.selection import index_at, numbers_of_layer, sample_and_time
from engine.order.quantities import PARAMETERS

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.order.quantities import Quantity
    from engine.run.tracing import Trace

_NAMES: dict[str, Quantity] = {
    "x": "input",
    "y": "target",
    "z": "pre_activation",
    "a": "activation",
    "h": "activation",
    "f": "slope",
    "C": "terms",
    "e": "error",
    "ga": "error",
    "gh": "error",
    "d": "delta",
    "W": "weights",
    "b": "biases",
    "U": "recurrent_weights",
    "gW": "weight_gradient",
    "gb": "bias_gradient",
    "gU": "recurrent_gradient",
    "SW": "weight_total",
    "Sb": "bias_total",
    "SU": "recurrent_total",
}
_TYPED = {
    " ": "",
    "∂C/∂": "g",
    "dC/d": "g",
    "δ": "d",
    "delta": "d",
    "Σg": "S",
    "Σ": "S",
    "sumg": "S",
    "sum": "S",
}
"""What is on the screen, or printed where only ASCII can be, and what is easily typed for it."""
_PATTERN = re.compile(r"([A-Za-z]{1,2})(\d{0,4})\[(\d{1,9})(?:,(\d{1,9}))?\](?:@(\d{1,9}))?")
_UNIT = re.compile(r"(?:(\d{1,4})\.)?(\d{1,9})")
_LOSS = re.compile(r"C(?:@(\d{1,9}))?")

_PLACES = 4  # that are named

EXAMPLES = "Such as 3 (a neuron), 2.3 (one of layer 2), d1[2] (δ), W1[2,1], gW1[2,1] (∂C/∂W), SW1[2,1] (Σ), C"
"""What may be typed, in a sentence for the screen."""


def find(trace: Trace, cursor: Cursor, text: str) -> Number | str:
    """Return the number that a text names, or a sentence that says what is wrong with it."""
    for shown, typed in _TYPED.items():
        text = text.replace(shown, typed)
    unit = _UNIT.fullmatch(text)
    if unit is not None:
        layer = active_layer(trace, cursor.step) if unit[1] is None else int(unit[1])
        return _number(trace, cursor, "input" if layer == 0 else "activation", layer, (int(unit[2]),), None)
    if (loss := _LOSS.fullmatch(text)) is not None:
        return _number(trace, cursor, "loss", trace.shapes.layers, (), loss[1])
    name = _PATTERN.fullmatch(text)
    if name is None or name[1] not in _NAMES:
        return f"{text!r} is no number's name. {EXAMPLES}" if text else EXAMPLES
    quantity = _NAMES[name[1]]
    of_layer = quantity not in ("input", "target", "terms")
    if of_layer and not name[2]:
        return f"Which layer? {name[1]}1[...] is of layer 1"
    layer = int(name[2]) if of_layer else (0 if quantity == "input" else trace.shapes.layers)
    index = tuple(int(entry) for entry in (name[3], name[4]) if entry is not None)
    return _number(trace, cursor, quantity, layer, index, name[5])


def _number(
    trace: Trace,
    cursor: Cursor,
    quantity: Quantity,
    layer: int,
    typed: tuple[int, ...],
    time_typed: str | None,
) -> Number | str:
    """Return the number at an index counted from 1, or what is wrong with the place."""
    at = None if time_typed is None else int(time_typed)
    sizes, shapes = trace.scenario.network.sizes, trace.shapes
    if not 0 <= layer < len(sizes) or (layer == 0 and quantity != "input"):
        return f"The layers are 1 to {shapes.layers}"
    if quantity.startswith("recurrent") and not shapes.recurrent[layer - 1]:
        return f"Layer {layer} is not recurrent"
    sample, time = sample_and_time(trace, cursor)
    if at is not None and (quantity in PARAMETERS or not at < shapes.times):
        return f"The times are 0 to {shapes.times - 1}" if shapes.sequences else "There is no time here"
    numbers = numbers_of_layer(trace, cursor, layer, sample, time if at is None else at)
    named = [number for number in numbers if number.reference.quantity == quantity]
    if not named:
        return _missing(trace, quantity, layer, sample, time if at is None else at)
    wanted = index_at(trace, cursor, named[0].reference)
    limits = _limits(sizes, layer, quantity, len(wanted))
    if len(typed) != len(wanted):
        return f"It takes {len(wanted)} places in the brackets: [{','.join(['to', 'from'][: len(wanted)])}]"
    for entry, limit in zip(typed, limits, strict=True):
        if not 1 <= entry <= limit:
            return f"{entry} is not a unit: 1 to {limit}"
    return Number(named[0].reference, tuple(entry - 1 for entry in typed))


_OF_TARGET = {"loss": "no loss", "terms": "no terms of one", "target": "nothing to compare with"}


def _missing(trace: Trace, quantity: Quantity, layer: int, sample: int, time: int) -> str:
    """Return why a quantity is not there, and where it is."""
    there = np.flatnonzero(trace.shapes.has_target[sample])
    if quantity in _OF_TARGET and time not in there:
        at = "a target" if there.size == 1 else "targets"
        where = (
            f"{at} at @{', @'.join(map(str, there[:_PLACES]))}{' and so on' if there.size > _PLACES else ''}"
        )
        return f"Time {time} has no target, so {_OF_TARGET[quantity]}: sample {sample + 1} has {where}"
    if quantity == "slope":
        of = trace.scenario.network.layers[layer - 1].activation
        return f"A {of} has no slope of one number: each output depends on every z of layer {layer}"
    return f"There is no {quantity.replace('_', ' ')} here"


def _limits(sizes: tuple[int, ...], layer: int, quantity: Quantity, places: int) -> tuple[int, ...]:
    below = sizes[layer if quantity.startswith("recurrent") else layer - 1]
    return (sizes[layer], below)[:places]
