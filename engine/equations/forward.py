"""Which equations does a network compute on its way forward?

Of a layer l, for a sample s at a time t:

    z[t,s,i] = W[i,j] a_below[t,s,j] + U[i,k] a[t-1,s,k] + b[i]          (U absent in a dense layer)
    a[t,s,i] = f(z[t,s,i]),   slope[t,s,i] = f'(z[t,s,i])

and then the loss, terms[t,s,i] = ℓ(a, y), C[t,s] = Σ terms. Every kind of layer is one function here.
The loss of B samples is the sum of theirs, or that over B (`divisor`).

Sources: Rumelhart, Hinton and Williams (1986); Elman (1990), for the recurrent layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.equation import SAMPLE, TIME, Equation, Factor, Home, Term, Variable, equation
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import names, parse
from engine.equations.functions.losses import LOSSES

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from engine.scenario import Layer, Network, Training

UNIT = (TIME, SAMPLE, "i")

INPUT, TARGET = Variable("input"), Variable("target")
TERMS, LOSS = Variable("terms"), Variable("loss")
OUTPUTS = Variable("outputs")
OTHERS = Variable("others")


def of_network(network: Network) -> list[Equation]:
    """Return the equations of a network's way forward, layer by layer, and of its loss."""
    found: list[Equation] = []
    for number, layer in enumerate(network.layers, start=1):
        found += of_layer(number, layer)
    return found + of_loss(network.loss, len(network.layers))


def of_layer(l: int, layer: Layer) -> list[Equation]:
    """Return the equations of layer l."""
    home = Home("forward", l)
    below = f"activation{l - 1}" if l > 1 else "input"
    text = f"pre_activation{l}[t,s,i] = weights{l}[i,j] {below}[t,s,j]"
    if layer.recurrent:
        text += f" + recurrent_weights{l}[i,k] activation{l}[t-1,s,k]"
    return [equation(f"{text} + biases{l}[i]", home), *of_activation(l, layer.activation, home)]


def of_activation(l: int, name: str, home: Home) -> list[Equation]:
    """Return a = f(z) and the slope f'(z) of layer l; a coupled activation has no slope."""
    z = Factor(Variable("pre_activation", l), UNIT)
    a = Factor(Variable("activation", l), UNIT)
    slope = Factor(Variable("slope", l), UNIT)
    row = ACTIVATIONS[name]
    if row.coupled:
        return [Equation(a, arguments=(("z", z),), row=row.row, home=home)]
    derivative = parse(row.slope)
    read = tuple((one, {"z": z, "a": a}[one]) for one in names(derivative))
    return [
        Equation(a, formula=parse(row.formula), arguments=(("z", z),), partials=(("z", slope),), home=home),
        Equation(slope, formula=derivative, arguments=read, home=home),
    ]


def of_loss(name: str, last: int) -> list[Equation]:
    """Return the terms of the loss of one sample at one time, and their sum."""
    home, row = Home("loss", None), LOSSES[name]
    terms = Factor(TERMS, UNIT)
    term, slope = parse(row.term), parse(row.slope)
    return [
        Equation(
            terms,
            formula=term,
            arguments=arguments(term, last),
            plain=parse(row.shown) if row.shown else None,
            partials=(("a", slope),),
            home=home,
            where_target=True,
        ),
        Equation(Factor(LOSS, UNIT[:2]), (Term(1.0, (terms,)),), home=home),
    ]


def is_mean(training: Training) -> bool:
    """Return whether the loss of several samples, and with it the gradient, is their mean."""
    return training.reduction == "mean"


def divisor(training: Training, samples: int) -> int:
    """Return by what the sum of the losses of so many samples is divided."""
    return samples if is_mean(training) else 1


def arguments(formula: ast.expr, last: int) -> tuple[tuple[str, Factor], ...]:
    """Return what the names in a formula of the output stand for, for the last layer of a network."""
    return tuple((name, _OF_OUTPUT[name](last)) for name in names(formula))


_OF_OUTPUT: dict[str, Callable[[int], Factor]] = {
    "z": lambda last: Factor(Variable("pre_activation", last), UNIT),
    "a": lambda last: Factor(Variable("activation", last), UNIT),
    "y": lambda _: Factor(TARGET, UNIT),
    "slope": lambda last: Factor(Variable("slope", last), UNIT),
    "n": lambda _: Factor(OUTPUTS),
    "rest": lambda last: Factor(Variable("rest", last), UNIT),
    "log_rest": lambda last: Factor(Variable("log_rest", last), UNIT),
    "log": lambda last: Factor(Variable("log", last), UNIT),
    "rest_y": lambda last: Factor(Variable("rest_of_targets", last), UNIT),
}
