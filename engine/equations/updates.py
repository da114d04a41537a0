"""What do the gradients that were gathered change?

    g = total / B                     (mean of the batch; or the total itself)
    g ← g · c / n, if n > c           (clipping: n is the length of all trained g together)
    g ← g + λ W                       (weight decay, of weights and recurrent weights)
    state' = formula of state and g   (see `engine.equations.optimizers`)
    change = -η · direction,   W' = W + change

A prime marks what the update leaves behind. What plain gradient descent does not need is not there: its
change is -rate · total, with η/B as the rate for a mean. Of what is not trained the change is 0, and it has
no part in n.

Sources: Robbins and Monro (1951), A Stochastic Approximation Method; Pascanu, Mikolov and Bengio (2013), for
clipping; see `optimizers` for the others.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from engine.arrays import frozen
from engine.equations.back.transpose import derivative
from engine.equations.equation import Equation, Factor, Home, Term, Variable
from engine.equations.functions.formula import names, parse
from engine.equations.mistakes.mistakes import divisions
from engine.equations.optimizers import OPTIMIZERS, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.arrays import Array
    from engine.scenario import Network, Scenario, Trained, Training

RATE, BATCH, DECAY = Variable("rate"), Variable("batch"), Variable("weight_decay")
CLIP, NORM, CLIP_SCALE = Variable("clip_norm"), Variable("norm"), Variable("clip_scale")

GROUPS: Final = ("weights", "biases", "recurrent_weights")
"""The groups of parameters of a layer, in the order in which they are updated."""

SHORT: Final = {"weights": "weights", "recurrent_weights": "recurrent", "biases": "biases"}
"""What each group is called in the names of what an update makes of it."""


@lru_cache(maxsize=1024)
def new(variable: Variable) -> Variable:
    """Return the name of a parameter or a state after an update."""
    return variable._replace(name=f"{variable.name}'")


@lru_cache(maxsize=1024)
def old(variable: Variable) -> Variable:
    """Return the name of a parameter or a state before an update."""
    return variable._replace(name=variable.name.removesuffix("'"))


@lru_cache(maxsize=1024)
def part_of(parameter: Variable, name: str) -> Variable:
    """Return the name of something that an update makes of a parameter: a state, `applied`, `change`."""
    return parameter._replace(name=f"{SHORT.get(parameter.name, parameter.name)}_{name}")


def change_of(parameter: Variable) -> Variable:
    """Return the name of what an update adds to a parameter."""
    return part_of(parameter, "change")


def mask_of(parameter: Variable) -> Variable:
    """Return the name of what says which numbers of a parameter are trained: 1 or 0 for each."""
    return part_of(parameter, "trained")


def is_plain(training: Training) -> bool:
    """Return whether an update is made of nothing but the rate and the total."""
    row = OPTIMIZERS[training.optimizer]
    return row == OPTIMIZERS["sgd"] and not training.weight_decay and training.clip_norm is None


def is_descent(scenario: Scenario) -> bool:
    """Return whether an update goes straight against the gradient: the same rate for every parameter."""
    return is_plain(scenario.training) and not any(
        layer.copies(group) > 1 and layer.trains(group)
        for layer in scenario.network.layers
        for group in GROUPS
    )


def divisions_of_rate(training: Training) -> int:
    """Return how often the rate is divided by the number of the samples: all of a plain update's times."""
    return divisions(training) if is_plain(training) else 0


def constants(scenario: Scenario, samples: int) -> dict[Variable, float]:
    """Return the numbers that updates read, for a batch of so many samples."""
    training = scenario.training
    found = {Variable(name): float(getattr(training, name)) for name in SETTINGS}
    eta = training.learning_rate
    for _ in range(divisions_of_rate(training)):
        eta /= samples
    found |= {RATE: eta, BATCH: float(samples), DECAY: training.weight_decay}
    return found if training.clip_norm is None else found | {CLIP: training.clip_norm}


# Keyed by identity: a scenario never changes.
@lru_cache(maxsize=64)
def masks(scenario: Scenario) -> Mapping[Variable, Array]:
    """Return what says number by number what is trained, 1 or 0, for the parameters where it is told."""
    found: dict[Variable, Array] = {}
    for number, layer in enumerate(scenario.network.layers, start=1):
        for group in GROUPS:
            mask = layer.trained(group)
            if not isinstance(mask, bool):
                found[mask_of(Variable(group, number))] = frozen(mask)
    return found


def of_network(
    network: Network, training: Training, letters: Mapping[Variable, tuple[str, ...]]
) -> list[Equation]:
    """Return the equations of all updates; `letters` are those of the parameters."""
    found: list[Equation] = []
    if training.clip_norm is not None:
        found += _clipping(network, training, letters)
    for number, layer in enumerate(network.layers, start=1):
        found += _scalars(training, number)
        for group in GROUPS:
            parameter = Variable(group, number)
            if parameter in letters:
                factor = Factor(parameter, letters[parameter])
                found += of_parameter(factor, training, layer.trained(group), layer.copies(group))
    return found


def states_of(parameter: Variable, training: Training) -> list[Variable]:
    """Return what an optimiser remembers of a parameter: arrays of its shape."""
    return [part_of(parameter, name) for name in OPTIMIZERS[training.optimizer].states]


def powers_of(layer: int, training: Training) -> list[Variable]:
    """Return the numbers that an optimiser remembers of a layer."""
    return [Variable(name, layer) for name in OPTIMIZERS[training.optimizer].powers]


def states(training: Training, parameters: Sequence[Variable]) -> dict[Variable, float]:
    """Return what is remembered from one update to the next beside the parameters: with what it begins."""
    found = {state: 0.0 for one in parameters for state in states_of(one, training)}
    layers = dict.fromkeys(one.layer for one in parameters)
    return found | {power: 1.0 for layer in layers if layer for power in powers_of(layer, training)}


def of_parameter(parameter: Factor, training: Training, trains: Trained, copies: int = 1) -> list[Equation]:
    """Return the equations of a parameter's update.

    It may be a sum of several (`copies`): what is applied and remembered is of one of them, which has the
    gradient of the sum, and the change is so many times that of one.
    """
    variable = parameter.variable
    home = None if variable.layer is None else Home("update", variable.layer)
    change = parameter._replace(variable=change_of(variable))
    after = Equation(
        parameter._replace(variable=new(variable)), (Term(1.0, (parameter,)), Term(1.0, (change,))), home=home
    )
    if trains is False:
        nothing = Equation(change, home=home)
        return [*_before_change(parameter, training, home), nothing, after]
    if is_plain(training):
        gathered = parameter._replace(variable=derivative(variable))
        made = Equation(change, (Term(-float(copies), (Factor(RATE), gathered)),), home=home)
        if trains is not True:
            text = f"share(trained, {_downhill(copies)} * total)"
            made = _formula(parameter, change.variable, text, training, home)
        return [made, after]
    row = OPTIMIZERS[training.optimizer]
    direction = row.direction
    if row.decoupled and _decays(variable, training):
        direction = f"{direction} + weight_decay * w"
    text = f"{_downhill(copies)} * {direction if direction.isidentifier() else f'({direction})'}"
    if trains is not True:
        text = f"share(trained, {text})"
    return [
        *_before_change(parameter, training, home),
        _formula(parameter, change.variable, text, training, home),
        after,
    ]


def _downhill(copies: int) -> str:
    """Return what a direction is multiplied by."""
    return f"-rate * {copies}" if copies > 1 else "-rate"


def _before_change(parameter: Factor, training: Training, home: Home | None) -> list[Equation]:
    """Return what an update applies (g), and the states after it."""
    if is_plain(training):
        return []
    variable, row = parameter.variable, OPTIMIZERS[training.optimizer]
    text = "clip_scale * averaged" if training.clip_norm is not None else total_over(divisions(training))
    if _decays(variable, training) and not row.decoupled:
        text += " + weight_decay * w"
    found = [_formula(parameter, part_of(variable, "applied"), text, training, home)]
    for name, state in row.states.items():
        result = new(part_of(variable, name))
        found.append(_formula(parameter, result, state.formula, training, home, before=True))
    return found


def total_over(times: int) -> str:
    """Return the formula of a total that is divided by the batch's size so many times: once for a mean."""
    return "total" + " / batch" * times


def divided(parameter: Variable, training: Training) -> Variable:
    """Return what of an update a total is divided by the batch's size in."""
    if is_plain(training):
        return change_of(parameter)
    return part_of(parameter, "averaged" if training.clip_norm is not None else "applied")


def _decays(parameter: Variable, training: Training) -> bool:
    return bool(training.weight_decay) and parameter.name != "biases"


def _formula(
    parameter: Factor,
    result: Variable,
    text: str,
    training: Training,
    home: Home | None,
    *,
    before: bool = False,
    helper: bool = False,
) -> Equation:
    """Return an equation of numbers at the same place, of what `read_of` says."""
    formula = parse(text)
    read = tuple((name, read_of(name, parameter, training, before=before)) for name in names(formula))
    return Equation(
        parameter._replace(variable=result), formula=formula, arguments=read, home=home, helper=helper
    )


def read_of(name: str, parameter: Factor, training: Training, *, before: bool = False) -> Factor:
    """Return what a name in a formula of a parameter's update stands for.

    States are read as they are after the update, with `before` as they were before it.
    """
    variable, row = parameter.variable, OPTIMIZERS[training.optimizer]
    if name in row.states:
        state = part_of(variable, name)
        return parameter._replace(variable=state if before else new(state))
    if name in row.scalars:
        return Factor(Variable(name, variable.layer))
    own = {
        "w": variable,
        "g": part_of(variable, "applied"),
        "total": derivative(variable),
        "averaged": part_of(variable, "averaged"),
        "trained": mask_of(variable),
    }
    return parameter._replace(variable=own[name]) if name in own else Factor(Variable(name))


def _scalars(training: Training, layer: int) -> list[Equation]:
    """Return the equations of the numbers that a whole layer has, such as βⁿ."""
    row, home = OPTIMIZERS[training.optimizer], Home("update", layer)
    found = []
    for power, base in row.powers.items():
        one = Factor(Variable(power, layer))
        result = one._replace(variable=new(one.variable))
        terms = (Term(1.0, (one, Factor(Variable(base)))),)
        found.append(Equation(result, terms, home=home, helper=True))
    for name, text in row.scalars.items():
        formula = parse(text)
        read = tuple((one, Factor(new(Variable(one, layer)))) for one in names(formula))
        found.append(
            Equation(Factor(Variable(name, layer)), formula=formula, arguments=read, home=home, helper=True)
        )
    return found


def _clipping(
    network: Network, training: Training, letters: Mapping[Variable, tuple[str, ...]]
) -> list[Equation]:
    """Return the equations of the factor that shortens all gradients together.

    Where a bias is a sum of several each of them has its gradient: it counts so many times.
    It belongs to the first update, that of the last layer: no other can come before every gradient is there.
    """
    home = Home("update", len(network.layers))
    found: list[Equation] = []
    counted: list[Factor] = []
    for number, layer in enumerate(network.layers, start=1):
        for group in GROUPS:
            variable = Variable(group, number)
            if variable not in letters:
                continue
            parameter, trains = Factor(variable, letters[variable]), layer.trained(group)
            averaged = part_of(variable, "averaged")
            found.append(
                _formula(parameter, averaged, total_over(divisions(training)), training, home, helper=True)
            )
            if trains is False:
                continue
            if trains is not True:
                averaged = part_of(variable, "counted")
                text = "share(trained, averaged)"
                found.append(_formula(parameter, averaged, text, training, home, helper=True))
            counted += [parameter._replace(variable=averaged)] * layer.copies(group)
    scale = parse("clip_norm / norm if norm > clip_norm else 1")
    return [
        *found,
        Equation(
            Factor(NORM),
            arguments=tuple((str(one.variable), one) for one in counted),
            row="length",
            home=home,
        ),
        Equation(
            Factor(CLIP_SCALE),
            formula=scale,
            arguments=(("clip_norm", Factor(CLIP)), ("norm", Factor(NORM))),
            home=home,
        ),
    ]
