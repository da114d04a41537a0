"""Which letters, signs, bars and colours are there on any screen, and what does each mean?

The one table that the legend of a screen and the help are made of.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from engine.equations.activations import ACTIVATIONS
from engine.equations.optimizers import OPTIMIZERS
from engine.order.orders import ORDERS, WAITING
from tui.draw.kit.wires import WHOLLY_HEAVY


class Sign(NamedTuple):
    """A letter, a sign or a bar: how it is written as an example, and what it means.

    It stands where `pattern` is found; of a drawing, in a run of one of the `styles`, if some are given. In
    what it means {0}, {1} and so on stand for the numbers of what is found; what is in <> is said if it has
    as many as the example.
    """

    example: str
    meaning: str
    pattern: str
    styles: tuple[str, ...] = ()

    def of(self, found: str) -> tuple[str, str]:
        """Return what is found and what it means; the example where that needs none of its numbers."""
        if "{" not in self.meaning:
            return self.example, self.meaning
        numbers, shown = self._numbers(found), found.replace("   ", " · ")
        if len(numbers) < len(self._numbers(self.example)):
            return shown, _DETAIL.sub("", self.meaning)
        meaning = _DETAIL.sub(r"\1", self.meaning).format(*numbers)
        if numbers[0] == "1":  # below layer 1 there are no neurons
            meaning = meaning.replace("from neuron", "from input").removesuffix(" below")
        return shown, meaning

    def likeness(self, found: str) -> int:
        """Return how much a text is like the example: 2 but for its numbers, 1 with as many of them."""
        if _NUMBER.sub("0", found) == _NUMBER.sub("0", self.example):
            return 2
        return int(len(self._numbers(found)) >= len(self._numbers(self.example)))

    def _numbers(self, text: str) -> list[str]:
        """Return the numbers that the example has, of a text: the time only if that has one."""
        return _NUMBER.findall(text if "@" in self.example else text.partition("@")[0])


class Colour(NamedTuple):
    """A way in which numbers or steps are written: how its styles begin, what it means."""

    styles: tuple[str, ...]
    meaning: str


_NUMBER = re.compile(r"(?<=@)-?\d+|\d+")
_DETAIL = re.compile(r"<([^>]*)>")
_AT = r"(?:\[[\d,]+\])?(?:@-?\d+)?"
_OWN = rf"(?:\d+{_AT}|(?!\w))"
_NEW = r"(?<![\w∂Δ∇Σ])(?:early |new )?"
# A letter that stands before a number, or before the sign of one that is not known yet.
_NAMED = r"(?=\s+[-+≠·\d]|$)"
_STATES = "".join(sorted({state.letter for row in OPTIMIZERS.values() for state in row.states.values()}))

LETTERS: tuple[Sign, ...] = (
    Sign("x[1]", "input< {0}> of the sample", r"(?<!\w)x(?:\[\d+\](?:@-?\d+)?|(?!\w))"),
    Sign("W2[1,3]", "weight< of layer {0}: to its neuron {1}, from neuron {2} below>", rf"{_NEW}W{_OWN}"),
    Sign("W2→1", "weights of layer {0} into its neuron {1}; ←: those from neuron {1}", r"\b[WU]\d+[→←]\d+"),
    Sign(
        "U1[1,3]",
        "recurrent weight< of layer {0}: to its neuron {1}, from its neuron {2} one time before>",
        rf"{_NEW}U{_OWN}",
    ),
    Sign("b1[2]", "bias< of layer {0}, neuron {1}>: added to the sum", rf"{_NEW}b{_OWN}"),
    Sign("new W", "the weight after this update; early: changed before its time", r"\b(?:new|early) [WUb]"),
    Sign("z1[2]", "pre-activation< of layer {0}, neuron {1}>: weighted sum, with bias", rf"(?<!\w)z{_OWN}"),
    Sign(
        "a1[2]",
        "activation< of layer {0}, neuron {1}>: what it gives on",
        rf"(?<![\w∂])a(?:\d+{_AT}|{_NAMED}|(?= - y)|(?=\)))",
    ),
    Sign("h1[2]@4", "activation of a remembering layer<, at time {2}>", rf"(?<![\w∂])h(?:\d+{_AT}|{_NAMED})"),
    Sign("@4", "at time {0}", r"@-?\d+"),
    Sign("f'(z)", "slope of the activation at z: how fast a grows with z", r"(?<!\w)(?:f|[a-z]+|σ)'\("),
    Sign("σ(z)", "the sigmoid of z", r"σ"),
    Sign("y[1]", "target< of output {0}>: what is right", rf"(?<!\w)y(?:\[\d+\](?:@-?\d+)?|{_NAMED}|(?=\)))"),
    Sign("C", "loss: how wrong, in one number; C[1]: output 1's share", rf"(?<![\w∂])C{_AT}(?![\w/])"),
    Sign("½", "half of", r"½"),
    Sign("Σ", "the sum of", r"Σ(?!∂)"),
    Sign("²", "squared", r"²"),
    Sign("√", "the square root of", r"√"),
    Sign("sqrt", "the square root of what is in parentheses", r"\bsqrt\b"),
    Sign("ln a", "natural logarithm: how far a is from 1, as a power of e", r"(?<!\w)ln(?!\w)"),
    Sign("∂C/∂a", "error: how fast C grows with the activation a", rf"∂C/∂[ah]\d*{_AT}"),
    Sign("δ1[2]", "delta< of layer {0}, neuron {1}>: ∂C/∂z, how fast C grows with z", rf"δ{_OWN}|∂C/∂z"),
    Sign(
        "∂C/∂W",
        "gradient: how fast C grows with a weight (b: a bias), by one sample",
        rf"(?<!Σ)∂C/∂[WbU](?:\d+{_AT})?",
    ),
    Sign("∇2", "the gradient of a layer<: all ∂C/∂W{0} and ∂C/∂b{0}>", r"(?<!-)∇(?:\d+)?(?!C)"),
    Sign("∇C", "the gradient of the loss: ∂C/∂ every weight and bias, as one arrow", r"(?<!-)∇C"),
    Sign(
        "-∇C",
        f"minus the gradient of the loss: where plain descent in the {WAITING} order moves all weights",
        r"-∇C",
    ),
    Sign("Σ∂C/∂W", "what has been gathered of the gradients so far", rf"Σ∂C/∂[WbU](?:\d+{_AT})?"),
    Sign("ΔW", "change: what the update adds to the weight", rf"Δ(?:[WUb](?:\d+{_AT})?)?"),
    Sign("gW", "the gradient as it is applied", rf"(?<!\w)g[WUb]\d+{_AT}"),
    Sign(
        "vW",
        f"what the optimizer remembers of a weight: {', '.join(_STATES)}",
        rf"(?<!\w)[{_STATES}][WUb]\d+{_AT}",
    ),
    Sign("η", "learning rate: how much of the gradient an update applies", r"η"),
    Sign("β μ λ", "settings of the optimizer", r"[βμλρε₁₂]"),
    Sign("ⁿ", "to the power of n, in the n-th update", r"ⁿ"),
    Sign("‖δ‖", "size of δ: the length of all its numbers together", r"‖"),
    Sign(
        "angle",
        "between what an order applied, as one arrow over all weights, and -∇C, or another order",
        r"\bangle\b|\bcos\b|°",
    ),
    Sign("measured", "slope of the loss by nudging a weight, without backpropagation", r"\bmeasured\b|±"),
    Sign("share", "one term of a sum: what comes through one wire, or from one sample or time", r"\bshare\b"),
    Sign("gathered", "gradients that are added up so far, of how many in this iteration", r"\bgathered \d"),
    Sign("B", "how many samples a batch has", r"\bB(?= ×|²| samples)|(?<=/)B\b|(?<=by )B\b"),
    Sign("safe", "no later step of this iteration reads it: it may change", r"\bsafe\b"),
    Sign(
        "iteration", "one round: forward and back for each sample of a batch, then update", r"\biteration \d"
    ),
    Sign("step", "one calculation: a layer forward, a loss, a δ, a gradient or an update", r"\bstep \d"),
    Sign("sample", "one row of the data: inputs, and what should come out", r"\bsample \d"),
    Sign("s4", "sample {0} of the batch; if not all fit, those that give most", r"(?<!\w)s\d+(?!\w)"),
    Sign("batch", "the samples whose gradients are added up for one update", r"\bbatch \d"),
    Sign("FORWARD", "phase: z and a of each layer are made, up to the outputs", r"\bFORWARD\b"),
    Sign("LOSS", "phase: how wrong the outputs are", r"\bLOSS\b"),
    Sign("BACKWARD", "phase: δ and gradients are made, from the outputs down", r"\bBACKWARD\b"),
    Sign("UPDATE", "phase: the weights change", r"\bUPDATE\b"),
    *(
        Sign(name, f"activation: a = {row.formula_text}", rf"(?<![\w-]){name}(?![\w-])")
        for name, row in ACTIVATIONS.items()
    ),
    *(Sign(order, f"order: {row.meaning}", rf"\b{order}\b") for order, row in ORDERS.items()),
)
"""The letters and words, in the order of an iteration."""

_HEAVY = "".join(WHOLLY_HEAVY)
_SHADES = ("selected", *(f"heat-positive-{level}" for level in range(1, 5)))

SIGNS: tuple[Sign, ...] = (
    Sign("·", "not known yet (never 0)", r"·"),
    Sign("×", "times", r"×|⊙"),
    Sign("▸", "before a row: what is explained, or chosen", rf"(?<![{_HEAVY}])▸"),
    Sign(
        "≠",
        f"not right: an update came too early (x, or an order but {WAITING}), a mistake (m); or not as yours",
        r"≠",
    ),
    Sign(
        "≠ 0.0363",
        "what the number should be, or what yours is; with yours: what yours make of it",
        r"≠ (?:(?:with )?yours )?[-+]?\d",
    ),
    Sign("!", "before a sample: taken for another class than it is", r"!(?= )", ("warning",)),
    Sign("▸", "at the end of wires: what comes along them is added up", rf"▶|(?<=[{_HEAVY}])▸"),
    Sign("◄", "at the end of wires: what comes back along them is added up", r"[◀◄]"),
    Sign(
        "━┓",
        "in yellow: a wire that this step reads; the box of what is looked at",
        f"[{_HEAVY}]",
        ("wire-active", "chosen"),
    ),
    Sign("─┐", "a wire, or the line of a drawing", r"[─│┌┐└┘├┤┬┴┼╵╷╶╴╌]", ("wire", "wire-active")),
    Sign("↻", "a layer that remembers: it reads itself one time before", r"↻"),
    Sign("‹ ›", "more on this side", r"[‹›]"),
    Sign("↑ ↓", "more above, below; or which way", r"[↑↓]"),
    Sign("→ ←", "which way it goes", r"[→←]"),
    Sign("…", "something is cut off here", r"…"),
    Sign("⡠⠊", "the curve of the activation: a over z", r"[⠀-⣿]", ("dim", "value")),
    Sign(
        "⡠⠊",
        "in yellow on a curve: its slope at z, or where we are",
        r"[⠀-⣿]",
        ("focus",),
    ),
    Sign("⡠⠊", "over the iterations: the loss, or what is watched", r"[⠀-⣿]", ("loss", "future")),
    Sign("⡠⠊", "pale behind the mean of all batches: each of them", r"[⠀-⣿]", ("wire",)),
    Sign("⡠⠊", "another output's a over z", r"[⠀-⣿]", ("rule",)),
    Sign(
        "├─",
        "lines of a scale; where bars begin",
        r"[─│└┤┴├┬┼▏▕▔┌┐┘]",
        ("rule", "strong", "dim", "axis", "title", "", "symbol"),
    ),
    Sign(
        "▀ ▄",
        "two bars in one: above as it should be, below as it is made; a row has its own scale",
        r"[▀▄]",
        ("positive", "negative", "zero", "value", "title"),
    ),
    Sign("▂▄█", "bars side by side: the higher, the larger", r"▄", ("done-backward",)),
    Sign("█▌", "a bar: the longer, the larger", r"[█▌▎▊▐▁▂▃▅▆▇▏▕]"),
    Sign("▀▄█", "a picture: two pixels, one above the other", r"[▀▄]", _SHADES),
    Sign("░▒▓█", "the fuller, the larger", r"[░▒▓]"),
    Sign(
        "◦◇○□",
        "a number below 0: the bigger the sign, the further below",
        r"[◦◇○□]",
        ("dim", "selected", *(f"heat-negative-{level}" for level in range(1, 5))),
    ),
    Sign(
        "■■ □□",
        "on a wire: how large its number is beside the others there; hollow: below 0",
        r"[■□]",
        tuple(f"{where}-{sign}" for where in ("edge", "far") for sign in ("positive", "negative")),
    ),
    Sign("┊", "the iteration that is pointed at", r"┊"),
    Sign("▲ ▼ ▾", "points at the place", r"[▲▼▾]"),
    Sign("●", "where we are", r"●", ("strong", "chosen", "focus", "", "positive", "negative", "loss")),
    Sign(
        "1 · tanh",
        "layer {0}, and its activation",
        rf"(?<!layer )(?<![\w.])\d+ (?:·| ) (?:{'|'.join(ACTIVATIONS)})\b",
    ),
)
"""The signs and drawings."""

COLOURS: tuple[Colour, ...] = (
    Colour(("new-",), "made by this step: on a bright ground (in ASCII * behind)"),
    Colour(("read-",), "a number that is read by this step: underlined"),
    Colour(("edge-",), "a weight that is read by this step, or made: bold"),
    Colour(("far-",), "a weight that this step leaves alone: pale"),
    Colour(("selected", "chosen", "focus"), "looked at: yellow, and bold"),
    Colour(("positive", "far-positive", "edge-positive", "heat-positive-"), "positive: blue"),
    Colour(("negative", "far-negative", "edge-negative", "heat-negative-"), "negative: orange, a minus"),
    Colour(("phase-",), "this step, in the colour of its phase"),
    Colour(("done-",), "steps before it, in the colours of their phases"),
    Colour(("future",), "steps to come"),
    Colour(("loss",), "the loss"),
    Colour(("warning",), "what is not as it should be"),
)
"""What colour and emphasis say."""

_WORDS = "dim strong heading author title active-title rule note words symbol key key-off"
_NUMBERS = "value unknown zero far-zero edge-zero far-unknown edge-unknown target wire wire-active"
PLAIN = frozenset(("", *_WORDS.split(), *_NUMBERS.split()))
"""The styles that say nothing but what their text does."""


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return what finds a sign in a row, or in rows that are lines of one text."""
    return re.compile(pattern, re.MULTILINE)
