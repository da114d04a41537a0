"""What is one number of a trace: its value, its symbol, its place in words, its maker, what it should be?

Which one it is (`Number`) can be said without a trace, and asked of another one; what it is, a trace tells
(`Traced`). Units are counted from 1 on screen;
layers from 1, with 0 for the input; times from 0, written @t. W2[1,3] is the weight of layer 2 to
its neuron 1 from neuron 3 of layer 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.equations.optimizers import OPTIMIZERS
from engine.facts.beside.standing import theirs_at
from engine.facts.beside.theirs import CHANGES, theirs_of
from engine.facts.entry import Number, array_of
from engine.facts.waiting import safe_from
from engine.numerals import no_number
from engine.once import once
from engine.order.quantities import (
    CHANGE_OF,
    GRADIENT_OF,
    GROUP_OF,
    PARAMETER_LETTERS,
    PARAMETERS,
    TOTAL_OF,
    Quantity,
    Reference,
    group_of,
    parameter_named,
    part_of,
)
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.equations.optimizers import State
    from engine.run.tracing import Trace


_LONGEST = 24
"""Characters of a name that is shown."""


class Traced:
    """A number as a trace has it. Nothing of it is worked out before it is asked for."""

    def __init__(
        self, trace: Trace, number: Number, symbol: str | None = None, value: float | None = None
    ) -> None:
        self.trace = trace
        self.number = number
        if symbol is not None:
            self.symbol = symbol
        if value is not None:
            self.value = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Traced):
            return NotImplemented
        return self.trace is other.trace and self.number == other.number and self.symbol == other.symbol

    def __hash__(self) -> int:
        return hash(self.number)

    def __repr__(self) -> str:
        return f"{self.symbol} = {self.value}"

    def called(self, symbol: str) -> Traced:
        """Return the same number under another symbol."""
        return Traced(self.trace, self.number, symbol, self.value)

    @property
    def reference(self) -> Reference:
        """What it is an entry of."""
        return self.number.reference

    @property
    def index(self) -> tuple[int, ...]:
        """Its place there, counted from 0."""
        return self.number.index

    @property
    def layer(self) -> int:
        """The layer 0..L that it belongs to; what belongs to the loss is the last layer's."""
        layer = self.reference.layer
        return self.trace.shapes.layers if layer is None else layer

    @property
    def group(self) -> str:
        """The symbol of the group of parameters, such as U1, that it is one of or that it is made for."""
        return f"{PARAMETER_LETTERS[GROUP_OF[self.reference.quantity]]}{self.layer}"

    @once
    def value(self) -> float:
        """What it is."""
        return float(array_of(self.trace, self.reference)[self.index])

    @once
    def symbol(self) -> str:
        """What it is called, such as δ1[2] or W2[1,3]."""
        return _symbol(self.trace, self.number)

    @property
    def words(self) -> str:
        """What it is, in words: 'delta of layer 1, neuron 2'."""
        return _words(self.trace, self.number)

    @property
    def named(self) -> str:
        """What the data call the input that it comes from, or the output that it is of; empty if nothing."""
        return _named(self.trace, self.number)

    @property
    def maker(self) -> int | None:
        """The step (0-based) that made it; None if the scenario file gave it."""
        return self.trace.flow.writer(self.reference)

    def known(self, step: int) -> bool:
        """Return whether it has been made by a step."""
        maker = self.maker
        return maker is None or maker <= step

    @once
    def right(self) -> float | None:
        """What it should be, had every update waited and no mistake been made; None if it is that."""
        if not self.trace.disturbed:
            return None
        # Imported when a trace is disturbed: most sessions never need it.
        from engine.facts.beside.right import right_value

        return right_value(self.trace, self.number)

    @once
    def beside(self) -> float | None:
        """What stands beside it behind ≠: what it should be or, in a run that is right, what somebody has.

        The loss is what it comes to with somebody's outputs. None if it is that, or nobody has said.
        """
        if self.trace.disturbed:
            return self.right
        held = theirs_at(self.trace, self.reference)
        if held is not None:
            return float(held.array[self.index]) if held.apart[self.index] else None
        if self.reference.quantity not in LOSS or theirs_of(self.trace) is None:
            return None
        # Imported where numbers are held against the run: most sessions have none.
        from engine.facts.beside.alongside import with_theirs

        return with_theirs(self.trace, self.number)

    @property
    def whose(self) -> str:
        """What stands beside it, in a word before it: a number of somebody's, or what it is with his."""
        if self.trace.disturbed:
            return ""
        return "with yours" if self.reference.quantity in LOSS | CHANGES else "yours"


LOSS: frozenset[Quantity] = frozenset({"terms", "loss"})
"""What a loss step makes; of somebody's numbers it is worked out of the outputs."""


def _symbol(trace: Trace, number: Number) -> str:
    reference = number.reference
    pattern = _SYMBOLS.get(reference.quantity) or _symbol_of_update(trace, reference.quantity)
    layer = reference.layer
    recurrent = layer is not None and layer > 0 and trace.shapes.recurrent[layer - 1]
    if reference.quantity in PARAMETERS and reference.version:
        pattern = f"{version_of(trace, reference)} {pattern}"
    elif reference.version and part_of(reference.quantity) in _states(trace):
        pattern = f"new {pattern}"
    place = ",".join(str(entry + 1) for entry in number.index)
    at = ""
    if trace.shapes.sequences and reference.time is not None and reference.quantity not in PARAMETERS:
        at = f"@{reference.time}"
    if reference.quantity == "initial_state":
        at = "@-1"
    return pattern.format(a="h" if recurrent else "a", l="" if layer is None else layer, i=place, t=at)


def _states(trace: Trace) -> Mapping[str, State]:
    return OPTIMIZERS[trace.scenario.training.optimizer].states


def _symbol_of_update(trace: Trace, quantity: Quantity) -> str:
    """Return the symbol of what an update makes of a parameter: its letter before that of the parameter."""
    group, part = group_of(quantity), part_of(quantity)
    assert group is not None
    letter = "g" if part == "applied" else _states(trace)[part].letter
    return f"{letter}{PARAMETER_LETTERS[group]}{{l}}[{{i}}]"


def letter_of(trace: Trace, reference: Reference) -> str:
    """Return what the parameters of a group are called: W2, after an update new W2 or, too soon, early W2."""
    group = parameter_named(reference.quantity)
    version = f"{version_of(trace, reference)} " if reference.version else ""
    return f"{version}{PARAMETER_LETTERS[group]}{reference.layer}"


def version_of(trace: Trace, reference: Reference) -> Literal["early", "new"]:
    """Return whether parameters after an update are early: later steps of its iteration still read them."""
    if not trace.is_hurried:
        return "new"
    writer = trace.flow.writer(reference)
    if writer is None or reference.layer is None:
        return "new"
    group = parameter_named(reference.quantity)
    return "early" if writer < safe_from(trace.schedule, writer, reference.layer, group) else "new"


def came_early(trace: Trace, number: Number) -> bool:
    """Return whether a parameter is early, and not what its iteration began with."""
    reference = number.reference
    if not reference.version or version_of(trace, reference) == "new":
        return False
    begun = array_of(trace, reference._replace(version=0))
    return bool(array_of(trace, reference)[number.index] != begun[number.index])


def _words(trace: Trace, number: Number) -> str:
    reference = number.reference
    noun = _WORDS.get(reference.quantity) or _noun_of_update(reference.quantity)
    if not number.index:
        words = noun
    elif reference.quantity in ("input", "target") or reference.quantity == "terms":
        words = f"{noun} {number.index[0] + 1}"
    elif len(number.index) == 2:
        to, source = number.index
        below = f"neuron {source + 1}" if (reference.layer or 0) > 1 else f"input {source + 1}"
        if reference.quantity.startswith("recurrent"):
            below = f"its neuron {source + 1} one time before"
        words = f"{noun} of layer {reference.layer}, to neuron {to + 1} from {below}"
    else:
        words = f"{noun} of layer {reference.layer}, neuron {number.index[0] + 1}"
    if named := _named(trace, number):
        words += f" ({named})"
    if trace.shapes.sequences and reference.time is not None:
        words += f", time {reference.time}"
    return words


def _named(trace: Trace, number: Number) -> str:
    names, reference, index = trace.scenario.names, number.reference, number.index
    found: tuple[str, ...] = ()
    if reference.quantity == "input" or (len(index) == 2 and reference.layer == 1):
        found = () if reference.quantity.startswith("recurrent") else names.inputs
    elif len(index) == 1 and reference.layer in (None, trace.shapes.layers):
        found = names.outputs
    return shortened(no_number(found[index[-1]]), _LONGEST) if found else ""


def _noun_of_update(quantity: Quantity) -> str:
    group, part = group_of(quantity), part_of(quantity)
    assert group is not None
    what = "gradient applied to" if part == "applied" else f"{part.replace('_', ' ')} of"
    return f"{what} the {_WORDS[group]}"


_SYMBOLS: dict[Quantity, str] = {
    "input": "x[{i}]{t}",
    "target": "y[{i}]{t}",
    "initial_state": "h{l}[{i}]{t}",
    "pre_activation": "z{l}[{i}]{t}",
    "activation": "{a}{l}[{i}]{t}",
    "slope": "f'(z{l}[{i}]{t})",
    "terms": "C[{i}]{t}",
    "loss": "C{t}",
    "from_above": "above{l}[{i}]{t}",
    "from_future": "future{l}[{i}]{t}",
    "error": "∂C/∂{a}{l}[{i}]{t}",
    "delta": "δ{l}[{i}]{t}",
    "slope_at_activation": "f'({a}{l}[{i}]{t})",
    "norm": "n",
    "clip_scale": "clip",
}
for _group, _letter in PARAMETER_LETTERS.items():
    _SYMBOLS |= {
        _group: f"{_letter}{{l}}[{{i}}]",
        GRADIENT_OF[_group]: f"∂C/∂{_letter}{{l}}[{{i}}]{{t}}",
        TOTAL_OF[_group]: f"Σ∂C/∂{_letter}{{l}}[{{i}}]",
        CHANGE_OF[_group]: f"Δ{_letter}{{l}}[{{i}}]",
    }

_WORDS: dict[Quantity, str] = {
    "input": "input",
    "target": "target",
    "initial_state": "initial state",
    "weights": "weight",
    "biases": "bias",
    "recurrent_weights": "recurrent weight",
    "pre_activation": "pre-activation",
    "activation": "activation",
    "slope": "slope",
    "terms": "loss term",
    "loss": "loss",
    "from_above": "error from above",
    "from_future": "error from the future",
    "error": "error",
    "delta": "delta",
    "slope_at_activation": "slope at the activation",
    "norm": "length of all gradients together",
    "clip_scale": "factor that shortens all gradients",
}

_WORDS |= {one: one.replace("_", " ") for of in (GRADIENT_OF, TOTAL_OF) for one in of.values()}
_WORDS |= {change: f"change of the {_WORDS[group]}" for group, change in CHANGE_OF.items()}
