"""How is an optimizer mistaken: which of its formulas is another? Made of its row in the table."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from engine.diagnosis.mistakes.of_update.formulas import CHANGE, formed, put
from engine.equations.functions.formula import names, parse, replaced, same, text
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.mistakes.rewrites import is_change
from engine.equations.optimizers import OPTIMIZERS, SETTINGS
from engine.equations.updates import old

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.equations.equation import Equation, Factor
    from engine.equations.mistakes.rewrites import Rewrite
    from engine.equations.optimizers import Optimizer
    from engine.scenario import Network, Training

_POWER: Final = "_to_n"
"""What stands for ⁿ in a name: as a letter of one it would be an n."""
_SWAPPED: Final = {"beta1": "beta2", "beta2": "beta1"}


def of_optimizer(training: Training) -> dict[str, Mistake]:
    """Return the mistakes with the optimizer of a training."""
    row = OPTIMIZERS[training.optimizer]
    if row.direction == "g":
        return {}
    return {
        **dict(_of_corrections(row, training)),
        **dict(_of_averages(row, training)),
        **dict(_of_roots(row, training)),
        **dict(_of_states(row, training)),
    }


def _direction(row: Optimizer, by: Mapping[str, str], training: Training) -> Mistake:
    """Return the mistake of another direction, by what stands in it in the place of what."""
    other = ast.unparse(replaced(parse(row.direction), by))
    right, instead = (f"change = -η {_in_letters(one, row)}" for one in (row.direction, other))
    return Mistake(right, instead, formed(training, **{CHANGE: put({row.direction: other})}))


def _in_letters(formula: str, row: Optimizer) -> str:
    """Return a formula as it is written on the screen."""
    letters = {name: state.letter for name, state in row.states.items()} | SETTINGS
    letters |= {power: f"{SETTINGS[base]}{_POWER}" for power, base in row.powers.items()}
    shown = text(parse(_put_in(_put_in(formula, row.scalars), letters))).replace(_POWER, "ⁿ")
    return f"({shown})" if isinstance(parse(formula), ast.BinOp) else shown


def _put_in(formula: str, by: Mapping[str, str]) -> str:
    return ast.unparse(replaced(parse(formula), by))


# -- what a state that begins with 0 is divided by -----------------------------------------------------------


def _of_corrections(row: Optimizer, training: Training) -> Iterator[tuple[str, Mistake]]:
    """Yield those with what states are divided by because they begin with 0."""
    over = {
        under.id: (ast.unparse(node), ast.unparse(node.left))
        for node in ast.walk(parse(row.direction))
        if isinstance(node, ast.BinOp)
        and isinstance(under := node.right, ast.Name)
        and under.id in row.scalars
    }
    if not over:
        return
    yield "correction-missing", _direction(row, dict(over.values()), training)
    if len(over) > 1:
        for name, pair in over.items():
            yield f"{name.replace('_', '-')}-missing", _direction(row, dict([pair]), training)
    right = ", ".join(_in_letters(row.scalars[name], row) for name in over)
    yield (
        "correction-counted-from-0",
        Mistake(right, f"{right} with n from 0: in the first update none", _counted_from_0(row)),
    )


def _counted_from_0(row: Optimizer) -> Rewrite:
    """Return the rewrite by which powers are those of the update before; at first nothing is divided."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
        if one.variable.name not in row.scalars or one.formula is None:
            return (one,)
        ((power, read),) = one.arguments
        formula = parse(f"{ast.unparse(one.formula)} if {power} < 1 else 1")
        before = read._replace(variable=old(read.variable))
        return (one._replace(formula=formula, arguments=((power, before),)),)

    return rewrite


# -- averages ------------------------------------------------------------------------------------------------


def _of_averages(row: Optimizer, training: Training) -> Iterator[tuple[str, Mistake]]:
    """Yield those with how much of a state is kept, and how much is added."""
    for name, state in row.states.items():
        match parse(state.formula):
            case ast.BinOp(
                ast.BinOp(keep, ast.Mult(), ast.Name(id=own)), ast.Add(), ast.BinOp(_, ast.Mult(), added)
            ) if own == name:
                x, more = ast.unparse(keep), ast.unparse(added)
                others = {
                    "summed": f"{x} * {name} + {more}",
                    "of-all": f"{name} + {more}",
                    "weighted-otherwise": f"(1 - {x}) * {name} + {x} * {more}",
                }
            case ast.BinOp(ast.BinOp(keep, ast.Mult(), ast.Name(id=own)), ast.Add(), added) if own == name:
                x, more = ast.unparse(keep), ast.unparse(added)
                others = {"averaged": f"{x} * {name} + (1 - {x}) * {more}"}
            case _:
                continue
        for word, other in others.items():
            right, instead = (
                f"{state.letter} = {_in_letters(one, row)[1:-1]}" for one in (state.formula, other)
            )
            rewrite = formed(training, **{name: put({state.formula: other})})
            yield f"{name.replace('_', '-')}-{word}", Mistake(right, instead, rewrite)
    if set(_SWAPPED) <= set(row.settings):
        yield "betas-swapped", Mistake("β1 for m, β2 for s", "β2 for m, β1 for s", _swapped)


def _swapped(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    """Return an equation with β1 and β2 in each other's place."""

    def other(read: Factor) -> Factor:
        name = _SWAPPED.get(read.variable.name)
        return read if name is None else read._replace(variable=read.variable._replace(name=name))

    return (one.reading(other),)


# -- what is divided by --------------------------------------------------------------------------------------


def _of_roots(row: Optimizer, training: Training) -> Iterator[tuple[str, Mistake]]:
    """Yield those with the root that a direction is divided by."""
    for node in ast.walk(parse(row.direction)):
        match node:
            case ast.BinOp(
                ast.Call(func=ast.Name(id="sqrt"), args=[inner]), ast.Add(), ast.Name(id="epsilon")
            ):
                under, inside = ast.unparse(node), ast.unparse(inner)
                yield "root-missing", _direction(row, {under: f"{inside} + epsilon"}, training)
                yield "epsilon-inside-root", _direction(row, {under: f"sqrt({inside} + epsilon)"}, training)
                if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Div):
                    state, correction = ast.unparse(inner.left), ast.unparse(inner.right)
                    otherwise = f"(sqrt({state}) + epsilon) / sqrt({correction})"
                    yield "epsilon-beside-uncorrected", _direction(row, {under: otherwise}, training)
                yield "epsilon-missing", _direction(row, {under: f"sqrt({inside})"}, training)


# -- states --------------------------------------------------------------------------------------------------


def _of_states(row: Optimizer, training: Training) -> Iterator[tuple[str, Mistake]]:
    """Yield those of another optimizer's direction, or of states that are read too early."""
    there = {"g", *row.states, *row.scalars, *row.settings}
    for name, other in OPTIMIZERS.items():
        known = there.issuperset(names(parse(other.direction)))
        if known and not same(parse(other.direction), parse(row.direction)):
            made = _direction(row, {row.direction: other.direction}, training)
            yield f"as-{name}", made._replace(instead=f"{made.instead}, as {name} has it")
    yield (
        "state-of-update-before",
        Mistake(
            "states, then the change by them", "the change by the states of the update before", _too_early
        ),
    )


def _too_early(one: Equation, network: Network) -> Sequence[Equation]:
    """Return a change that reads states as they were before the update."""
    if not is_change(one, network) or one.formula is None:
        return (one,)
    return (one.reading(lambda read: read._replace(variable=old(read.variable))),)
