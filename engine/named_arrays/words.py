"""Which words do people use for each of ours, and which marks make a gradient or a new value of it?

`bp-tui help diagnose` prints them.
"""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS: Final[dict[str, str]] = {
    "z": "z zs net preact pre_act preactivation pre_activation pre_activations weighted_input logit logits",
    "a": "a h o out act activation activations output hidden state",
    "slope": "slope fprime f_prime derivative deriv sigma_prime sigmaprime dsigma dact act_prime da_dz dh_dz",
    "error": "error err e from_above",
    "delta": "delta deltas d",
    "W": "w weight weights kernel theta coef coefs syn synapse wx w_x wxh",
    "U": "u recurrent recurrent_weight recurrent_weights recurrent_kernel wh w_h whh w_hh",
    "b": "b bias biases intercept intercepts",
}
"""The words that people use for each of ours; `d` before or `grad` around one makes it ∂C by it."""
BEFORE = "new updated after next"
AFTER = "new updated after next plus prime"
OF = (
    "nabla grads gradients gradient grad dloss_d dcost_d d_loss_d dl_d dc_d dj_d de_d dld dcd djd ded "
    "partial total sum g d"
)
OF_AFTER = "grad grads gradient total"
MARKS: Final = frozenset(word for word in f"{OF} {BEFORE}".split() if len(word) > 1)
"""Words before a name with which it is a gradient, or a parameter after the update."""
BASE: Final = {word: ours for ours, words in WORDS.items() for word in words.split()}
BASE_LETTERS: Final = "zawub"
"""Letters that mean one thing beside a number, as far as anything does."""
BY = {"z": "delta", "a": "error", "W": "gW", "U": "gU", "b": "gb"}
"""What ∂C by each of ours is called."""
RECURRENT = {"ih": "W", "hh": "U"}
LETTERS: Final = {"wxh": ("W", 1), "whh": ("U", 1), "bh": ("b", 1), "why": ("W", -1), "by": ("b", -1)}
LETTERS_OF_TWO: Final = {"wih": ("W", 1), "who": ("W", 2), "bo": ("b", 2)}
HIDDEN = "h hs hidden hidden_state hidden_states"
"""What the activations of the only hidden layer are called, or of the only recurrent one."""
LOSSES = "loss cost loss_total total_loss loss_mean mean_loss batch_loss loss_value"
"""What the loss of the batch is called where one number bears the name."""
OUTPUTS = "output outputs out yhat y_hat ypred y_pred pred prediction predictions probs"
LOGITS = "logits logit"
"""What the pre-activations of the last layer are called."""
_SIGNS = {
    "σ'": "sigma_prime",
    "f'": "f_prime",
    "δ": "delta",
    "∂": "d",
    "∇": "nabla_",
    "Δ": "change_",
    "ŷ": "yhat",
    "η": "eta",
}


def plain(name: str) -> str:
    """Return a name in small letters, with nothing but letters, digits and single underscores."""
    for sign, word in _SIGNS.items():
        name = name.replace(sign, word)
    primed = re.sub(r"(?<=\w)['′]$", "_new", name)
    return re.sub(r"[^a-z0-9]+", "_", primed.lower()).strip("_")


def stripped(text: str, marks: str, *, before: bool) -> str | None:
    """Return a text without one of some marks at its beginning or end; None if it has none."""
    for mark in sorted(marks.split(), key=len, reverse=True):
        if before and text.startswith(mark) and len(text) > len(mark):
            return text.removeprefix(mark).strip("_")
        if not before and text.endswith(f"_{mark}"):
            return text.removesuffix(mark).strip("_")
    return None


def told_apart(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a name may be without a mark, and what that makes of W, U or b: W1_new is W1, {}_after."""
    text = plain(name)
    yield text, "{}"
    marked = (
        (BEFORE, True, "{}_after"),
        (AFTER, False, "{}_after"),
        (OF_AFTER, False, "g{}"),
        (OF, True, "g{}"),
    )
    for marks, before, pattern in marked:
        rest = stripped(text, marks, before=before)
        if rest is not None:
            yield rest, pattern


def table() -> str:
    """Return the table of names as text, for the help."""
    lines = ["names, in small or large letters, with the layer: dW1, dw_1, layer1.weight.grad"]
    for kind, words in WORDS.items():
        lines += wrap(words, 78, initial_indent=f"  {kind}1".ljust(12), subsequent_indent=" " * 12)
    return "\n".join([*lines, *_MARKS])


_MARKS = (
    "  delta1, error1, gW1, gU1, gb1: z1, a1, W1, U1, b1 with d, grad_, dL/d, nabla_",
    "            before or _grad after",
    "  W1_after, U1_after, b1_after: with new_, updated_ before or _new, ' after;",
    "            without a mark before the update or after it, as it fits",
    "What is of each sample may have its axes in any order. Theta1 and Theta1_grad",
    "may have the biases as first or last column or row, and A1 a 1 beside it.",
    "torch's layers count as in torch (0.weight, 2.weight, weight_ih_l0), and",
    "b1 is bias_ih_l0 + bias_hh_l0 (their gradients are alike, each gb1);",
    "Wxh, Whh, Why, bh, by, h, dh are those of an Elman network; h, hidden are a1 of",
    "any with one hidden layer, logits the last z. A module without a number",
    "(fc.weight.grad) is the layer that it alone fits, or the first where others are",
    "numbered (dense, dense_1); a list (nabla_w) is all layers. One number that is",
    "called loss or cost is that of the batch, summed or averaged.",
)
