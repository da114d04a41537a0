"""What comes of another activation, another slope or another loss than the network's?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.diagnosis.mistakes.layers.deltas import OF_DELTAS
from engine.equations import forward
from engine.equations.back.robust import PAIRS
from engine.equations.equation import Equation, Home, Variable
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import names, parse, replaced, text
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.mistakes.rewrites import ERRORS, like, product

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Network


def of_functions(network: Network) -> dict[str, Mistake]:
    """Return the mistakes by which a network has other functions than its own."""
    return {**dict(_of_activations(network)), **dict(_of_outputs(network)), **dict(_of_losses(network))}


def _of_activations(network: Network) -> Iterator[tuple[str, Mistake]]:
    """Yield the mistakes of another activation in a layer, or of its slope alone."""
    used = {layer.activation for layer in network.layers}
    for name, row in ACTIVATIONS.items():
        if row.coupled:
            continue
        if used != {name}:
            yield (
                f"activation-{name}",
                Mistake("a = f(z)", f"a = {row.formula_text}, as {name} has it", _activation(name)),
            )
        if used != {name} and not _is_straight(name):  # without a slope is a mistake of the table
            at_z = ast.unparse(row.slope_of_z)
            yield f"slope-of-{name}", Mistake("f'(z)", f"f' of {name} at z", _slope(name, at_z))
        book = row.slope_shown or row.slope
        if "a" in names(parse(book)):
            if used != {name}:
                wrong = f"f' = {row.slope_text()}, as {name} has it"
                yield f"slope-of-{name}-by-a", Mistake("f'(z)", wrong, _slope(name, book))
            as_if = replaced(parse(book), {"a": "z"})
            yield (
                f"slope-of-{name}-by-z",
                Mistake(
                    "f'(z)",
                    f"f' = {text(as_if)}: what {name} has for a, with z in its place",
                    _slope(None, ast.unparse(as_if)),
                ),
            )


def _of_outputs(network: Network) -> Iterator[tuple[str, Mistake]]:
    """Yield the mistakes of another activation in the last layer, with the δ of its usual loss."""
    last = network.layers[-1].activation
    for name in _of_usual_loss():
        if name != last:
            yield (
                f"output-{name}",
                Mistake(
                    f"a = {ACTIVATIONS[last].formula_text} in the last layer",
                    f"a = {ACTIVATIONS[name].formula_text}, as {name} has it, and δ = a - y",
                    _output(name),
                ),
            )


def _of_usual_loss() -> dict[str, None]:
    """Return the activations whose usual loss gives δ = a - y: the canonical links, and what has no slope."""
    linked = [activation for (activation, _), pair in PAIRS.items() if pair.gives_difference]
    return dict.fromkeys([*linked, *(name for name in ACTIVATIONS if _is_straight(name))])


def _is_straight(activation: str) -> bool:
    return ACTIVATIONS[activation].slope == "1"


def _of_losses(network: Network) -> Iterator[tuple[str, Mistake]]:
    """Yield the mistakes of another loss; a softmax goes with one alone."""
    last = network.layers[-1].activation
    if not ACTIVATIONS[last].coupled:
        for name, loss in LOSSES.items():
            if name != network.loss:
                yield (
                    f"loss-{name}",
                    Mistake(
                        f"the loss {network.loss}", f"the loss {name}: {loss.formula_text}", _loss(loss.slope)
                    ),
                )


def _activation(name: str) -> Rewrite:
    row = ACTIVATIONS[name]

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        layer = None if one.home is None else one.home.layer
        if layer is None or network.layers[layer - 1].activation == name:
            return (one,)
        if layer == len(network.layers):  # what the loss asks of the output is written for that activation
            (one,) = _loss(LOSSES[network.loss].slope)(one, network)
        if one.variable.name not in ("activation", "slope") or one.row is not None:
            return (one,)
        return (_of_unit(one, row.formula if one.variable.name == "activation" else row.slope),)

    return rewrite


def _output(name: str) -> Rewrite:
    """Return the rewrite by which the last layer has another activation, with the delta of its usual loss."""
    row = ACTIVATIONS[name]
    delta = OF_DELTAS["output-delta-plain"].rewrite
    assert delta is not None

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        if one.variable != Variable("activation", len(network.layers)):
            return delta(one, network)
        if row.coupled:
            z = like(one, "pre_activation")
            return (Equation(one.result, arguments=(("z", z),), row=row.row, home=one.home),)
        return (_of_unit(one, row.formula),)

    return rewrite


def _slope(name: str | None, slope: str) -> Rewrite:
    """Return the rewrite by which a slope is another formula; that of `name` stays."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        layer = one.variable.layer
        if one.variable.name != "slope" or layer is None or network.layers[layer - 1].activation == name:
            return (one,)
        return (_of_unit(one, slope),)

    return rewrite


def _of_unit(one: Equation, text: str) -> Equation:
    formula = parse(text)
    own = {"z": "pre_activation", "a": "activation"}
    read = tuple((each, like(one, own[each])) for each in names(formula))
    return Equation(one.result, formula=formula, arguments=read, home=one.home)


def _loss(slope: str) -> Rewrite:
    """Return the rewrite by which the error is that of another loss, and delta slope times error."""
    formula = parse(slope)

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        last = len(network.layers)
        if one.home != Home("delta", last):
            return (one,)
        if one.variable.name in ERRORS and one.formula is not None:
            read = forward.arguments(formula, last)
            return (Equation(one.result, formula=formula, arguments=read, home=one.home, where_target=True),)
        if one.variable.name == "delta":
            return (product(one, like(one, "slope"), like(one, "error")),)
        return (one,)

    return rewrite
