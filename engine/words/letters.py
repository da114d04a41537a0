"""What does each letter mean that numbers are written with, and each word that is said of them and of steps?

The legend of a screen and the help have these lines, for what stands there.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.optimizers import OPTIMIZERS, SETTING_ROWS
from engine.update_orders import ORDERS, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Sign(Struct, frozen=True):
    """A letter or a sign: how it is written as an example, what it means, and the `pattern` that finds it.

    In what it means {0}, {1} and so on stand for the numbers of what is found; what is in <> is said if it
    has as many as the example.
    """

    example: str
    meaning: str
    pattern: str

    def found(self, text: str) -> Iterator[re.Match[str]]:
        """Return where it stands in a text, or in the lines of one."""
        return _compiled(self.pattern).finditer(text)

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
        """Return how much a text is like the example: 2 but for its numbers, 1 with as many of them.

        One more if its places differ: W1[1,1] doesn't tell which of them is which.
        """
        if _NUMBER.sub("0", found) == _NUMBER.sub("0", self.example):
            first, _, rest = found.partition("[")[2].partition(",")
            return 2 + (bool(rest) and not rest.startswith(f"{first}]"))
        return int(len(self._numbers(found)) >= len(self._numbers(self.example)))

    def _numbers(self, text: str) -> list[str]:
        """Return the numbers that the example has, of a text: the time only if that has one."""
        return _NUMBER.findall(text if "@" in self.example else text.partition("@")[0])


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


_NUMBER = re.compile(r"(?<=@)-?\d+|\d+")
_DETAIL = re.compile(r"<([^>]*)>")
_TIME = r"(?:@-?\d+)?"
_AT = r"(?:\[[\d,]+\])?(?:@-?\d+)?"
_OWN = rf"(?:\d+{_AT}|(?!\w))"
_NEW = r"(?<![\w∂Δ∇Σ])(?:early |new )?"
# A letter that stands before a number, or before the sign of one that is not known yet.
_NAMED = r"(?=\s+[-+≠·\d]|$)"
_SIDE = r"\bfrom below\b|\b(?:layers?|neurons?) (?:above|below)\b"
_STATES = {state.letter: state.meaning for row in OPTIMIZERS.values() for state in row.states.values()}

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
    Sign("target", "where y stands", r"\btarget\b"),
    Sign("C", "loss: how wrong, in one number; C[1]: output 1's share", rf"(?<![\w∂])C{_AT}(?![\w/])"),
    Sign("½", "half of", r"½"),
    Sign("|a - y|", "how far a is from y, whichever is larger", r"\|a\d* - y"),
    Sign("if", "one or the other formula, by what holds; ≤: at most", r"\bif \|"),
    Sign("Σ", "the sum of", r"Σ(?!∂)"),
    Sign("²", "squared", r"²"),
    Sign("√", "the square root of", r"√"),
    Sign("sqrt", "the square root of what is in parentheses", r"\bsqrt\b"),
    Sign("ln a", "natural logarithm: the power of e that gives a", r"(?<!\w)ln(?!\w)"),
    Sign("∂C/∂a", "error: how fast C grows with the activation a", rf"∂C/∂a\d*{_AT}"),
    Sign("∂C/∂h", "error: how fast C grows with the activation h", rf"∂C/∂h\d*{_AT}"),
    Sign("below", "at the left, towards the inputs; above: at the right, towards the outputs", _SIDE),
    Sign("from above", "the part of an error that the layer above sends back", r"\bfrom above\b|\babove\d"),
    Sign("future", "the part that the time after sends back, through U", r"\bfrom the future\b|\bfuture\d"),
    Sign(
        "δ1[2]", "delta< of layer {0}, neuron {1}>: ∂C/∂z, how fast C grows with z", rf"δ{_OWN}|∂C{_TIME}/∂z"
    ),
    Sign(
        "∂C/∂W",
        "gradient: how fast C grows with a weight (b: a bias), by one sample",
        rf"(?<!Σ)∂C/∂[Wb](?:\d+{_AT})?",
    ),
    Sign("∂C/∂U", "gradient: how fast C grows with a recurrent weight", rf"(?<!Σ)∂C/∂U(?:\d+{_AT})?"),
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
    *(
        Sign(f"{letter}W", meaning, rf"(?<!\w){letter}[WUb]\d+{_AT}")
        for letter, meaning in sorted(_STATES.items())
    ),
    Sign("η", "learning rate: how much of the gradient an update applies", r"η"),
    *(Sign(row.letter, row.does, row.letter) for row in SETTING_ROWS.values()),
    Sign("λ", "weight decay: how much of the weight itself goes into its update", r"λ"),
    Sign("1 - β1ⁿ", "how full the mean is after n updates: it began with 0", r"1 -\s+β[12]ⁿ"),
    Sign("ⁿ", "to the power of n, in the n-th update", r"ⁿ"),
    Sign("clip", "c / n, if less than 1: makes all gradients shorter", r"\bclip\b"),
    Sign(
        "c / n",
        "c: how long all gradients together may be; n: how long they are",
        r"\bc / n\b|(?<!\w)n(?= = )",
    ),
    Sign("‖δ‖", "size of δ: the length of all its numbers together", r"‖"),
    Sign(
        "angle",
        "between what an order applied, as one arrow over all weights, and -∇C, or another order",
        r"\bangle\b|\bcos\b|°",
    ),
    Sign("measured", "slope of the loss by nudging a weight, without backpropagation", r"\bmeasured\b|±"),
    Sign("share", "one term of a sum: what comes through one wire, or from one sample or time", r"\bshare\b"),
    Sign("gathered", "gradients that are added up so far, of how many in this iteration", r"\bgathered \d"),
    Sign("reads left", "steps of this iteration that still read the weight", r"\breads? left\b"),
    Sign("too early", "changed while steps of this iteration still read it; 2×: so often", r"\btoo early\b"),
    Sign("cleared", "the sum of what was gathered begins from 0 again", r"\bcleared\b"),
    Sign("waiting", "until when the weights may not change, and for what", r"\bwaiting\b"),
    Sign("biases", "fixed: no update changes them; train: updates do", r"\bbiases (?:fixed|train\b)"),
    Sign("B", "how many samples a batch has", r"\bB(?= ×|²| samples)|(?<=/)B\b|(?<=/ )B\b|(?<=by )B\b"),
    Sign(
        "g",
        "a gradient as it is applied: gathered, perhaps divided",
        r"(?<!\w)g(?= = )|(?<=η )g\b|(?<=from )g\b",
    ),
    Sign("G", "what a batch has gathered of a gradient", r"\bG\b"),
    Sign("Wᵀ", "W turned: its columns as rows; δ aᵀ: each δ times each a", r"\wᵀ"),
    Sign(
        "tab: 2 more",
        "equations that have no room here: tab leads from one to the next",
        r"\btab: \d+ more\b",
    ),
    Sign("↓ 4 more", "neurons whose weights have no room: ↓ and ↑ lead to them", r"[↑↓] \d[\d,]* more\b"),
    Sign("safe", "no later step of this iteration reads it, and its gradient is complete", r"\bsafe\b"),
    Sign(
        "iteration", "one round: forward and back for each sample of a batch, then update", r"\biteration \d"
    ),
    Sign("step", "one calculation: a layer forward, a loss, a δ, a gradient or an update", r"\bstep \d"),
    Sign("time after", "δ of the next time: through U it comes back to this one", r"\btime after\b"),
    Sign("broken order", "an update was made out of turn: X takes it back", r"\bbroken order\b"),
    Sign(
        "reuse",
        "what δ of one layer needs of the next is worked out once, not for each path",
        r"\bwith reuse\b",
    ),
    Sign("path", "a way through the network from a weight to the loss", r"\beach path on its own\b"),
    Sign(
        "nudge",
        "the loss anew with one weight a little larger, and a little smaller: two forward passes",
        r"\bby a nudge\b",
    ),
    Sign("+ forward", "with the multiply-adds of the forward pass", r"\+ forward\b"),
    Sign("× as many", "beside the number before it: how many times that of the first row", r"× as many\b"),
    Sign(
        "held", "numbers kept from the forward pass, as the way back reads them", r"\bheld from the forward\b"
    ),
    Sign("ratio", "what the second changes it by, divided by what the first does", r"\bratio\b"),
    Sign(
        "less 0 more", "which way a number is changed: where the bars begin, it is not", r"\bless +0 +more\b"
    ),
    Sign(
        "loss after this",
        "of this iteration, by each of the two; before: with which it begins; all: at the end of the run",
        r"\bloss after (?:this|all)\b",
    ),
    Sign("multiply-add", "a product that is added to a sum: what is counted", r"\bmultiply-adds?\b"),
    Sign(
        "vanishing",
        "the further back, the less of the error arrives; lasting: as much; exploding: more",
        r"\b(?:vanishing|lasting|exploding)\b",
    ),
    Sign(
        "log scale",
        "the same way up is the same factor, not the same difference",
        r"(?<=· )log scale\b|\blog scale(?=,)",  # not in the border of a box
    ),
    Sign("±", "how far it may be off", r"±"),
    Sign(
        "2.9e-5",
        "0.000029: the point goes five places to the left; e5: to the right",
        r"(?<![\w.])\d(?:\.\d+)?e-?\d+",
    ),
    Sign("F:", "seen in the run, here or later: the key F tells more", r"\bF: "),
    Sign("sample", "one row of the data: inputs, and what should come out", r"\bsample \d"),
    Sign("s4", "sample {0} of the batch; if not all fit, those that give most", r"(?<!\w)s\d+(?!\w)"),
    Sign("batch", "the samples whose gradients are added up for one update", r"\bbatch \d"),
    Sign("FORWARD", "phase: z and a of each layer are made, up to the outputs", r"\bFORWARD\b"),
    Sign("LOSS", "phase: how wrong the outputs are", r"\bLOSS\b"),
    Sign("BACKWARD", "phase: δ and gradients are made, from the outputs down", r"\bBACKWARD\b"),
    Sign("UPDATE", "phase: the weights change", r"\bUPDATE\b"),
    *(
        Sign(name, f"activation: a = {row.text_in_full}", rf"(?<![\w-]){name}(?![\w-])")
        for name, row in ACTIVATIONS.items()
    ),
    *(Sign(order, f"order: {row.meaning}", rf"\b{order}\b") for order, row in ORDERS.items()),
)
"""The letters and words, in the order of an iteration."""
