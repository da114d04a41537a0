"""How is a layer mistaken whose outputs are shares of all their exponentials: a softmax?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.equations.back.robust import PAIRS
from engine.equations.equation import SAMPLE, TIME, Equation, Term
from engine.equations.forward import TARGET
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import parse, same
from engine.equations.functions.rows import back_of
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.mistakes.rewrites import like

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from engine.equations.equation import Factor
    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Network

_UNIT: Final = "i"
_OTHERS: Final = {TIME: "u", SAMPLE: "v", _UNIT: "j"}
"""The letters of what is summed over all of an axis."""
_SHARE: Final = parse("exp(z) / total(exp(z))")


def of_shares(network: Network, *, one_sample: bool, one_time: bool) -> dict[str, Mistake]:
    """Return the mistakes with layers whose outputs are such shares; they are named after the activation."""
    used = [layer.activation for layer in network.layers if _is_share(layer.activation)]
    if not used:
        return {}
    name = used[-1]
    found = {
        f"{name}-diagonal": Mistake(
            "δ = a (∂C/∂a - Σ a ∂C/∂a)",
            f"δ = a (1 - a) ∂C/∂a: the diagonal of the Jacobian of {name} alone",
            _diagonal,
        ),
        f"{name}-twice": Mistake(f"a = {name}(z)", f"a = {name}({name}(z))", _twice),
    }
    if _is_share(network.layers[-1].activation) and _is_linked(network):
        instead = f"the loss of {name}(a): it takes the {name} by itself, and got a for z"
        found[f"{name}-in-the-loss-too"] = Mistake(f"the loss of {name}(z)", instead, _in_loss)
    for word, words, axes in _AXES:
        if not (one_sample and SAMPLE in axes) and not (one_time and TIME in axes):
            right = "a = e^z / Σ e^z over the units"
            found[f"{name}-over-{word}"] = Mistake(right, f"Σ over {words}: the wrong axis", _over(axes))
    return found


def _is_share(activation: str) -> bool:
    row = ACTIVATIONS[activation]
    return row.coupled != "" and same(parse(row.shown or row.coupled), _SHARE)


def _shares(one: Equation, network: Network) -> bool:
    """Return whether an equation is of a layer with such outputs."""
    layer = one.variable.layer
    return layer is not None and _is_share(network.layers[layer - 1].activation)


def _is_linked(network: Network) -> bool:
    """Return whether the loss and the last layer together give a - y."""
    pair = PAIRS.get((network.layers[-1].activation, network.loss))
    return pair is not None and pair.gives_difference


def _gives_difference(one: Equation, network: Network) -> bool:
    """Return whether an equation makes a - y of the last layer, in whatever form."""
    of_loss = one.variable.layer == len(network.layers) and one.variable.name in ("delta", "delta_of_loss")
    return of_loss and _is_linked(network) and TARGET in [read.variable for read in one.factors()]


def _difference(result: Factor, of: Equation, a: Factor, *, helper: bool) -> Equation:
    """Return the equation of a less the target."""
    given = (("a", a), ("y", of.result._replace(variable=TARGET)))
    return Equation(
        result, formula=parse("a - y"), arguments=given, home=of.home, where_target=True, helper=helper
    )


def _diagonal(one: Equation, network: Network) -> Sequence[Equation]:
    if one.variable.name != "delta" or not _shares(one, network):
        return (one,)
    given = (("e", like(one, "error")), ("a", like(one, "activation")))
    return (Equation(one.result, formula=parse("e * a * (1 - a)"), arguments=given, home=one.home),)


def _twice(one: Equation, network: Network) -> Sequence[Equation]:
    if one.variable.name != "activation" or not _shares(one, network) or not one.row:
        return (one,)  # or it is shared otherwise by another mistake
    once = like(one, "activation_once")
    return (one._replace(result=once, helper=True), one._replace(arguments=(("z", once),)))


def _over(axes: Collection[str]) -> Rewrite:
    """Return the rewrite by which each output is a share of a sum over other axes than that of the units."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        if not _shares(one, network):
            return (one,)
        if TIME in axes and network.layers[(one.variable.layer or 1) - 1].recurrent:
            return (one,)  # no state is made of those after it
        if _gives_difference(one, network):  # what runs keeps its digits by Σ a = 1
            return (_difference(one.result, one, like(one, "activation"), helper=one.helper),)
        if one.variable.name != "activation":
            return (one,)
        power, total = like(one, "activation_power"), like(one, "activation_total")
        letters = tuple(_OTHERS[letter] if letter in axes else letter for letter in power.letters)
        return (
            Equation(
                power,
                formula=parse("exp(z)"),
                arguments=(("z", like(one, "pre_activation")),),
                home=one.home,
                helper=True,
            ),
            Equation(total, (Term(1.0, (power._replace(letters=letters),)),), home=one.home, helper=True),
            Equation(
                one.result,
                formula=parse("power / every"),
                arguments=(("power", power), ("every", total)),
                home=one.home,
            ),
        )

    return rewrite


def _in_loss(one: Equation, network: Network) -> Sequence[Equation]:
    """Return what a loss gives to the way back that takes the shares by itself, of shares."""
    if not _gives_difference(one, network):
        return (one,)
    row = ACTIVATIONS[network.layers[-1].activation]
    a, again, error = (like(one, name) for name in ("activation", "shares_again", "error_again"))
    given = {"a": a, "error": error, "z": like(one, "pre_activation")}
    back = back_of(row)
    read = tuple((name, given[name]) for name in back.arguments)
    return (
        Equation(again, arguments=(("z", a),), row=row.row, home=one.home, helper=True),
        _difference(error, one, again, helper=True),
        Equation(one.result, arguments=read, row=back.name, home=one.home, helper=one.helper),
    )


_AXES: Final = (
    ("samples", "the samples", {SAMPLE}),
    ("all", "the samples and units", {SAMPLE, _UNIT}),
    ("times", "the times", {TIME}),
)
"""What else the exponentials are summed over."""
