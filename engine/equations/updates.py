"""What do the gradients that were gathered change?

    change = -rate · total,   W' = W + change

`rate` is η, or η/B for the mean over a batch of B; a prime marks the parameter that the update leaves behind.
A parameter that is not trained has a change of 0.

Source: Robbins and Monro (1951), A Stochastic Approximation Method.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.equation import Equation, Factor, Home, Term, Variable
from engine.equations.transpose import derivative

if TYPE_CHECKING:
    from collections.abc import Sequence

RATE = Variable("rate")

CHANGE = {"weights": "weights_change", "recurrent_weights": "recurrent_change", "biases": "biases_change"}


def new(parameter: Variable) -> Variable:
    """Return the name of a parameter after an update."""
    return parameter._replace(name=f"{parameter.name}'")


def change_of(parameter: Variable) -> Variable:
    """Return the name of what an update adds to a parameter."""
    return parameter._replace(name=CHANGE.get(parameter.name, f"{parameter.name}_change"))


def of_parameter(parameter: Factor, *, trained: bool) -> Sequence[Equation]:
    """Return the equations of a parameter's update."""
    variable = parameter.variable
    home = None if variable.layer is None else Home("update", variable.layer)
    change = parameter._replace(variable=change_of(variable))
    gathered = parameter._replace(variable=derivative(variable))
    return (
        Equation(change, (Term(-1.0, (Factor(RATE), gathered)),) if trained else (), home=home),
        Equation(
            parameter._replace(variable=new(variable)),
            (Term(1.0, (parameter,)), Term(1.0, (change,))),
            home=home,
        ),
    )
