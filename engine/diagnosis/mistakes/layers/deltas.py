"""How is a δ mistaken: by which wrong slope?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.mistakes.scaled import put_into
from engine.equations import forward
from engine.equations.equation import Equation, Term, Variable
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import names, parse, replaced
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.mistakes.rewrites import by_slope, like, named, product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Network


def _slope_of_layer(offset: int) -> Rewrite:
    """Return the rewrite by which a delta takes the slope of another layer."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        layer = one.variable.layer or 0
        if one.variable.name != "delta" or not 1 <= layer + offset <= len(network.layers):
            return (one,)
        if ACTIVATIONS[network.layers[layer + offset - 1].activation].coupled:
            return (one,)
        return (product(one, like(one, "slope", offset), like(one, "error")),)

    return rewrite


def _slope_at_layer(offset: int, *, by: str) -> Rewrite:
    """Return the rewrite by which a delta takes its own slope, but at `z` or `a` of another layer.

    Where both layers have one activation it is the other layer's slope, which is a mistake already.
    """
    quantity = {"z": "pre_activation", "a": "activation"}[by]

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        layer = one.variable.layer or 0
        if one.variable.name != "delta" or not 1 <= layer + offset <= len(network.layers):
            return (one,)
        own, other = (network.layers[place - 1].activation for place in (layer, layer + offset))
        row = ACTIVATIONS[own]
        if own == other or row.coupled:
            return (one,)
        slope = row.slope_of_z if by == "z" else parse(row.slope_shown or row.slope)
        if set(names(slope)) != {by}:
            return (one,)
        return by_slope(one, f"slope_at_{by}", slope, like(one, quantity, offset))

    return rewrite


def _of_state(one: Equation, network: Network) -> bool:
    """Return whether an equation makes the delta of a recurrent layer with a slope for each unit."""
    if one.variable.name != "delta" or one.variable.layer is None:
        return False
    layer = network.layers[one.variable.layer - 1]
    return layer.recurrent and not ACTIVATIONS[layer.activation].coupled


def _slope_of_time_before(one: Equation, network: Network) -> Sequence[Equation]:
    """Return a recurrent layer's delta with the slope at the state of the time before: states off by one."""
    if not _of_state(one, network):
        return (one,)
    row = ACTIVATIONS[network.layers[(one.variable.layer or 1) - 1].activation]
    slope = replaced(parse(row.slope_shown or row.slope), {"z": "a"})  # most are written by a
    return by_slope(one, "slope_of_time_before", slope, like(one, "activation")._replace(shift=-1))


def _slope_of_time_after(one: Equation, network: Network) -> Sequence[Equation]:
    """Return a recurrent layer's delta with the slope of the time after where the future comes in."""
    if not _of_state(one, network):
        return (one,)
    slope = like(one, "slope")
    above = Term(1.0, (slope, like(one, "from_above")))
    future = Term(1.0, (slope._replace(shift=1), like(one, "from_future")))
    return (Equation(one.result, (above, future), home=one.home),)


def _slope_of_rest(one: Equation, network: Network) -> Sequence[Equation]:
    """Return a delta with 1 - a for its slope, where that is written by a."""
    if one.variable.name != "delta":
        return (one,)
    row = ACTIVATIONS[network.layers[(one.variable.layer or 1) - 1].activation]
    if row.coupled or "a" not in names(parse(row.slope_shown or row.slope)):
        return (one,)
    return by_slope(one, "slope_of_rest", parse("1 - a"), like(one, "activation"))


def _output_delta(one: Equation, network: Network) -> bool:
    return one.variable == Variable("delta", len(network.layers))


OF_DELTAS: dict[str, Mistake] = {
    "output-delta-plain": Mistake(
        "δ = f'(z) ∂C/∂a in the last layer",
        "δ = a - y, which is that of a cross-entropy",
        put_into(_output_delta, "a - y", a=Variable("activation"), y=forward.TARGET),
    ),
    "slope-beside-cross-entropy": Mistake(
        "δ = a - y",
        "δ = a (1 - a) (a - y): the slope is in it already",
        put_into(_output_delta, "x * a * (1 - a)", a=Variable("activation")),
    ),
    "slope-twice": Mistake(
        "δ = f'(z) ∂C/∂a", "δ = f'(z)² ∂C/∂a", put_into(named("delta"), "x * slope", slope=Variable("slope"))
    ),
    "slope-of-layer-below": Mistake(
        "δ = f'(z) ∂C/∂a", "δ = f'(z of the layer below) ∂C/∂a", _slope_of_layer(-1)
    ),
    "slope-of-layer-above": Mistake(
        "δ = f'(z) ∂C/∂a", "δ = f'(z of the layer above) ∂C/∂a", _slope_of_layer(1)
    ),
    **{
        f"slope-at-{by}-{word}": Mistake(
            "δ = f'(z) ∂C/∂a",
            f"δ = f'({by} of the layer {word}) ∂C/∂a"
            if by == "z"
            else f"δ = f' by a of the layer {word}, ∂C/∂a",
            _slope_at_layer(offset, by=by),
        )
        for word, offset in (("below", -1), ("above", 1))
        for by in ("z", "a")
    },
    "slope-of-time-before": Mistake(
        "δ = f'(z) ∂C/∂h", "δ = f' at h of the time before, ∂C/∂h of this", _slope_of_time_before
    ),
    "slope-of-time-after": Mistake(
        "δ = f'(z) (from above + from the future)",
        "δ = f'(z) from above + f'(z of the time after) from the future",
        _slope_of_time_after,
    ),
    "slope-is-activation": Mistake(
        "δ = f'(z) ∂C/∂a",
        "δ = a ∂C/∂a",
        lambda one, _: (
            (product(one, like(one, "activation"), like(one, "error")),)
            if one.variable.name == "delta"
            else (one,)
        ),
    ),
    "slope-is-rest": Mistake(
        "δ = f'(z) ∂C/∂a",
        "δ = (1 - a) ∂C/∂a: without the square of tanh, or the a of a sigmoid",
        _slope_of_rest,
    ),
}
