"""How is clipping mistaken: by another length, of each array apart, or not at all?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.mistakes.of_update.formulas import APPLIED, by_formula, formed, put
from engine.equations.equation import Equation, Factor, Variable
from engine.equations.forward import is_mean
from engine.equations.functions.formula import replaced
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.updates import GROUPS, part_of
from engine.order.quantities import group_of
from engine.order.quantities import part_of as part_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Network, Training

    Counts = Callable[[Variable, Variable], bool]
    """Whether the length that one parameter's gradient is shortened by counts another's."""

_RIGHT = "g = G c / ‖G‖ where ‖G‖ > c, with all arrays in ‖G‖"


def of_clipping(training: Training) -> dict[str, Mistake]:
    """Return the mistakes with clipping, if the training has it."""
    if training.clip_norm is None:
        return {}
    by_length: tuple[tuple[str, str, Counts], ...] = (
        ("each-array", "each array by its own length", lambda one, other: one == other),
        ("each-layer", "each layer by its own length", lambda one, other: one.layer == other.layer),
        ("by-weights", "‖G‖ without the biases", lambda _, other: other.name != "biases"),
    )
    lengths = {
        f"clipping-{name}": Mistake(_RIGHT, words, _by_another_length(training, counts))
        for name, words, counts in by_length
    }
    return {**dict(_by_formula(training)), **lengths}


def _by_formula(training: Training) -> Iterator[tuple[str, Mistake]]:
    """Yield the mistakes by which a gradient is shortened by another formula."""
    others = {
        "missing": ("g = G", "averaged"),
        "always": ("g = G c / ‖G‖, made longer where it is shorter, too", "clip_norm / norm * averaged"),
        "by-square": (
            "‖G‖ without its root: the sum of squares",
            "(clip_norm / square(norm) if square(norm) > clip_norm else 1) * averaged",
        ),
        "before-mean": (
            "the total over the batch is shortened, then divided by B",
            "(clip_norm / (norm * batch) if norm * batch > clip_norm else 1) * averaged",
        ),
        "each-value": (
            "each number by itself: none above c or below -c",
            "-max(-clip_norm, -max(-clip_norm, averaged))",
        ),
    }
    if not is_mean(training):
        del others["before-mean"]
    for name, (words, formula) in others.items():
        rewrite = formed(training, **{APPLIED: put({"clip_scale * averaged": formula})})
        yield f"clipping-{name}", Mistake(_RIGHT, words, rewrite)


def _by_another_length(training: Training, counts: Counts) -> Rewrite:
    """Return the rewrite by which a gradient is shortened by the length of some arrays together."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        group = group_of(one.variable.name)
        if group is None or part_named(one.variable.name) != APPLIED or one.formula is None:
            return (one,)
        parameter = Variable(group, one.variable.layer)
        every = [other for other in _counted(network) if counts(parameter, other[0])]
        own = one.result._replace(variable=part_of(parameter, "own_norm"))
        read = tuple((str(read.variable), read) for _, read in every)
        length = Equation(own, arguments=read, row="length", home=one.home, helper=True)
        scale = {"clip_scale": "(clip_norm / own_norm if own_norm > clip_norm else 1)"}
        given = one._replace(arguments=(*one.arguments, ("own_norm", own)))
        return (length, by_formula(given, replaced(one.formula, scale), training))

    return rewrite


def _counted(network: Network) -> Iterator[tuple[Variable, Factor]]:
    """Yield what of each trained parameter counts in a length; of one that is a sum as often as it has parts.

    No two have a letter in common: a length asks for none.
    """
    for number, layer in enumerate(network.layers, start=1):
        for group in GROUPS:
            trains = layer.trained(group)
            if trains is False or (group == "recurrent_weights" and not layer.recurrent):
                continue
            parameter = Variable(group, number)
            letters = tuple(f"{group}{number}{axis}" for axis in range(1 if group == "biases" else 2))
            variable = part_of(parameter, "averaged" if trains is True else "counted")
            for _ in range(layer.copies(group)):
                yield parameter, Factor(variable, letters)
