"""Which change does a user mean by a text such as W1[1,2] = 0.3, x[2] += 0.1 or learning_rate = 0.1?

A parameter may also be meant as it is to be from the present step on.

Numbers are called as on the screen; those of the data are the present sample's, unless a sample is named.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from engine.conditions.words import ON_SCREEN
from engine.facts.entry import array_of
from engine.looking.finding import find
from engine.order.quantities import PARAMETERS, Reference, parameter_named
from engine.order.schedule import Poke
from engine.order.site import Sort
from engine.run.change import DATA, NONE, RATES, SETTABLE, Change
from engine.spelling.nearest import nearest
from engine.spelling.others import ours
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from engine.facts.entry import Number
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace

EXAMPLES = "Such as W1[1,2] = 0.3, b1[1] += 0.1, x[1] = 0, learning_rate = 0.1, activation[1] = relu"
BY_HAND = "poke W1[1,2] = 0.7"
_FORM = re.compile(
    r"(?P<name>.+?)(?: of sample (?P<sample>\d{1,9}))?(?:\s*(?P<by>[-+*]?)=\s*|\s+)(?P<value>[^\s=]+)"
)
_LAYER = re.compile(r"activation\s*\[?(\d{1,4})\]?")
_LONG = re.compile(r"(weight|bias|recurrent_weight|input|target)(?:\[(\d{1,4})\])?(?=\[)")
_SHORT = {word: letter for letter, word in ON_SCREEN.items()}


def change_named(trace: Trace, cursor: Cursor, text: str) -> Change | str:
    """Return the change that a text names, seen from a cursor; or a sentence that says what is wrong."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return f"Expected a name, = and a value. {EXAMPLES}"
    name, by, value = found["name"].strip(), found["by"] or "", found["value"]
    if layer := _LAYER.fullmatch(name):
        return _activation(trace, int(layer[1]), value)
    if name in SETTABLE:
        return _setting(trace, name, by, value)
    number = number_named(trace, cursor, name, found["sample"])
    if isinstance(number, str):
        # η as on the screen, lr as elsewhere: a setting that is no number's name.
        setting = "learning_rate" if name == "η" else ours(name, SETTABLE)
        return number if setting is None else _setting(trace, setting, by, value)
    typed = _number(value)
    if isinstance(typed, str):
        return typed
    return change_of(trace, number, _moved(value_now(trace, cursor, number), by, typed))


def poke_named(trace: Trace, cursor: Cursor, text: str) -> tuple[int, Poke] | str:
    """Return the layer and the parameter that a text sets by hand at a cursor's step.

    Or a sentence that says what is wrong.
    """
    found = _FORM.fullmatch(text.strip())
    number = None if found is None else number_named(trace, cursor, found["name"].strip())
    if isinstance(number, str):
        return number
    if found is None or number is None or number.reference.quantity not in PARAMETERS:
        return f"By hand a parameter is set within an iteration: {BY_HAND}"
    typed = _number(found["value"])
    if isinstance(typed, str):
        return typed
    reference = now_of(trace, cursor, number.reference)
    value = _moved(float(array_of(trace, reference)[number.index]), found["by"] or "", typed)
    layer, group = reference.layer or 1, parameter_named(reference.quantity)
    return layer, Poke(group, number.index, value)


def now_of(trace: Trace, cursor: Cursor, parameter: Reference) -> Reference:
    """Return parameters of a layer as they are with a cursor's step done."""
    schedule, layer = trace.schedule, parameter.layer or 1
    version = schedule.done(cursor.step, Sort("update", layer))
    return Reference(parameter.quantity, schedule.site(cursor.step).iteration, layer, version=version)


def number_named(trace: Trace, cursor: Cursor, name: str, sample: str | None = None) -> Number | str:
    """Return the number that can be set and has a name; or a sentence that says why there is none."""
    name = _LONG.sub(lambda one: f"{_SHORT[one[1]]}{one[2] or ''}", name)
    number = find(trace, cursor, name[:30])
    if isinstance(number, str):
        hint = nearest(name, SETTABLE)
        return f"There is no {shortened(name, 20)!r}. {hint}" if hint else number
    if why := why_given_by_none(trace, number):
        return why
    if sample is None:
        return number
    if not 1 <= int(sample) <= trace.shapes.samples or number.reference.sample is None:
        return f"The samples are 1 to {trace.shapes.samples:,}"
    reference = number.reference._replace(sample=int(sample) - 1)
    return type(number)(reference, number.index)


def why_given_by_none(trace: Trace, number: Number) -> str:
    """Return why a number can't be set: it is computed; nothing if it can."""
    quantity = number.reference.quantity
    if quantity in (*PARAMETERS, *DATA):
        return ""
    from engine.facts.number import Traced

    letters = "W, b and U" if any(trace.shapes.recurrent) else "W and b"
    return f"{Traced(trace, number).symbol} is computed: {letters}, x and y can be set, or :set learning_rate"


def value_now(trace: Trace, cursor: Cursor, number: Number) -> float:
    """Return what a number that can be set is where a branch from the cursor's iteration would begin."""
    reference = number.reference
    if reference.quantity in PARAMETERS:
        before = trace.parameters(trace.schedule.site(cursor.step).iteration)
        groups = getattr(before, reference.quantity)
        return float(groups[(reference.layer or 1) - 1][number.index])
    return float(array_of(trace, reference)[number.index])


def change_of(trace: Trace, number: Number, value: float) -> Change:
    """Return the change of a number that can be set."""
    reference = number.reference
    if reference.quantity in PARAMETERS:
        return Change(reference.quantity, value, reference.layer, number.index)
    time = reference.time if trace.shapes.sequences else None
    return Change(reference.quantity, value, None, number.index, reference.sample, time)


def _activation(trace: Trace, layer: int, value: str) -> Change | str:
    if not 1 <= layer <= trace.shapes.layers:
        return f"The layers are 1 to {trace.shapes.layers}"
    return Change("activation", value, layer)


def _setting(trace: Trace, name: str, by: str, value: str) -> Change | str:
    if name == "activation":
        return "Which layer? activation[1] = relu is of layer 1"
    if name not in RATES or (name == "clip_norm" and value == NONE):
        return Change(name, value)
    typed = _number(value)
    if isinstance(typed, str):
        return typed
    now = getattr(trace.scenario.training, name)
    return Change(name, _moved(now if now is not None else 0.0, by, typed))


def _number(text: str) -> float | str:
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    return value if math.isfinite(value) else f"Expected a finite number, not {shortened(text, 20)!r}"


def _moved(now: float, by: str, typed: float) -> float:
    if by == "*":
        return now * typed
    return typed if not by else now + typed if by == "+" else now - typed
