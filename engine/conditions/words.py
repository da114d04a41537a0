"""Which words does a condition consist of, and what does each mean?

The words of quantities are those of the trace records; a new one is a row here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from engine.order.quantities import CHANGE_OF, GRADIENT_OF, PARAMETER_LETTERS, PARAMETERS, TOTAL_OF

if TYPE_CHECKING:
    from engine.order.quantities import Parameter, Quantity
    from engine.update_orders import Kind

Place = Literal["iteration", "step", "sample", "time"]
"""A number that tells where a step is."""


class Word(NamedTuple):
    """A quantity by its word: the kind of step that writes it, and how many units its index has.

    `layered` quantities have the number of a layer before that. Of what is `present` the one of the present
    sample and time is meant, of anything else the one written last in the iteration. `group` are the
    parameters that it belongs to.
    """

    quantity: Quantity
    kind: Kind
    units: int
    layered: bool = True
    present: bool = True
    group: Parameter | None = None


_SINGULAR: dict[Parameter, str] = {
    "weights": "weight",
    "biases": "bias",
    "recurrent_weights": "recurrent_weight",
}

_OF_GROUPS = {"gradient": GRADIENT_OF, "total": TOTAL_OF, "change": CHANGE_OF}
_KINDS: dict[str, Kind] = {"gradient": "gradient", "total": "gradient", "change": "update"}


def _of_group(group: Parameter) -> dict[str, Word]:
    name, units = _SINGULAR[group], 1 if group == "biases" else 2
    found = {name: Word(group, "update", units, present=False, group=group)}
    for prefix, quantities in _OF_GROUPS.items():
        word = Word(quantities[group], _KINDS[prefix], units, present=prefix == "gradient", group=group)
        found[f"{prefix}_{name}"] = word
    return found


WORDS: dict[str, Word] = {
    "loss": Word("loss", "loss", 0, layered=False, present=False),
    "sample_loss": Word("loss", "loss", 0, layered=False),
    **{name: Word(name, "forward", 1) for name in ("activation", "pre_activation", "slope")},
    **{name: Word(name, "delta", 1) for name in ("error", "delta")},
    **{name: Word(name, "loss", 1, layered=False) for name in ("terms", "prediction", "target")},
    "input": Word("input", "forward", 1, layered=False),
    **{name: word for group in PARAMETERS for name, word in _of_group(group).items()},
}
"""The quantities."""

_PREFIXES = {"": "", "gradient_": "∂C/∂", "total_": "Σ∂C/∂", "change_": "Δ"}

SYMBOLS = {
    **{
        f"{prefix}{_SINGULAR[group]}": f"{sign}{PARAMETER_LETTERS[group]}"
        for group in PARAMETERS
        for prefix, sign in _PREFIXES.items()
    },
    "pre_activation": "z",
    "delta": "δ",
}
"""What stands on the screen for quantities of a layer, before its number; an activation is a or h there."""

ON_SCREEN = {
    **{symbol: word for word, symbol in SYMBOLS.items()},
    **{f"g{PARAMETER_LETTERS[group]}": f"gradient_{_SINGULAR[group]}" for group in PARAMETERS},
    **{f"S{PARAMETER_LETTERS[group]}": f"total_{_SINGULAR[group]}" for group in PARAMETERS},
    **dict.fromkeys(("a", "h"), "activation"),
    **dict.fromkeys(("∂C/∂a", "∂C/∂h"), "error"),
    **dict.fromkeys(("d", "∂C/∂z"), "delta"),
    "x": "input",
    "y": "target",
    "C": "loss",
}
"""The quantities by what stands for them on the screen, or is typed for it; of layers before the number."""


def on_screen(name: str, *, indexed: bool) -> tuple[str, str] | None:
    """Return the word for what the screen calls by a name such as a1, and the layer; None if it is none.

    `indexed`, brackets follow it: C is the loss, C[1] a term of it.
    """
    letter = name.rstrip("0123456789")
    layer = name.removeprefix(letter)
    word = "terms" if letter == "C" and indexed else ON_SCREEN.get(letter)
    return None if word is None or bool(layer) != WORDS[word].layered else (word, layer)


TOGETHER: dict[str, tuple[str, ...]] = {
    prefix: tuple(f"{prefix}_{_SINGULAR[group]}" for group in PARAMETERS) for prefix in _OF_GROUPS
}
"""Words for the arrays of all groups of parameters of a layer as one."""

OF_DATA = ("input", "target")
"""What the data give."""

PLACES: tuple[Place, ...] = ("iteration", "step", "sample", "time")

REDUCING = ("min", "max", "mean", "sum", "norm")
"""Functions that make one number of an array."""

TRUTHS = ("any", "all")
"""Functions that make one truth of what holds, or doesn't, for each number of an array."""

PREDICATES = ("finite", "dead", "saturated")
ANYTHING = "any not finite"
"""What holds where any number of the iteration, of those that have a word, is infinite or no number."""
FUNCTIONS = (*REDUCING, *TRUTHS, "abs", *PREDICATES)
JOINING = ("and", "or", "not")
OF_ONE = ("of", "sample")
"""What follows `loss` where that of one sample is meant, before its number."""
MOTIONS = ("rises", "falls", "changes sign")
"""What a number does between an iteration and the next."""
MOVING = tuple(word for motion in MOTIONS for word in motion.split())

EVERY = tuple(dict.fromkeys((*WORDS, *TOGETHER, *PLACES, *FUNCTIONS, *JOINING, *MOVING, *OF_ONE)))
"""Every word, for a hint or a completion."""
