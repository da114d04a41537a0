"""How does the last layer go together with the loss, so that no digit is lost where it is saturated?

Where an activation saturates, a prediction is 1 to all its digits and 1 - a is 0, the slope is 0 and the
error of a logarithmic loss inf. Nothing of that is so in z. So what a loss asks of a prediction is rewritten
in the exact forms of the activation (`Activation.exact`), and slope times error is formed as one. The pairs
that a textbook simplifies, too, stand in `PAIRS`.

Source: Bishop, Pattern Recognition and Machine Learning (2006), sections 4.3.2, 4.3.4 and 5.2
(canonical links).
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.equations import forward
from engine.equations.equation import Equation, Factor, Home, Term, Variable
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import parse, replaced, same
from engine.equations.functions.losses import LOSSES
from engine.equations.functions.rows import back_of, in_program, row_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.equations.functions.activations import Activation
    from engine.equations.functions.rows import Row


class Pair(Struct, frozen=True):
    """An activation and a loss whose delta simplifies: as a textbook has it, and with all its digits.

    `says` is what it is in words, if there are any. Where the textbook's form supposes that the targets add
    up to 1, `whatever` says what it is of any targets.
    """

    plain: str
    exact: str
    says: str = ""
    whatever: str = ""

    @property
    def gives_difference(self) -> bool:
        """Whether the delta is prediction minus target."""
        return self.plain == "a - y"


PAIRS = {
    ("sigmoid", "binary-cross-entropy"): Pair(
        plain="a - y",
        exact="(1 - y) * a - y * sigmoid(-z)",
        says="slope times error is prediction minus target",
    ),
    ("softmax", "cross-entropy"): Pair(
        plain="a - y",
        # With Σ a = 1: leaving an output's own share out of both sums keeps the winner's digits.
        exact="a * rest_y - y * rest",
        says="slope times error is prediction minus target",
        whatever="prediction times the targets' sum, minus target",
    ),
}
"""The canonical links: slope times error is prediction minus target."""

_PART = "delta_of_loss"


def rewritten(equations: Sequence[Equation], activation: str, loss: str, last: int) -> list[Equation]:
    """Return the equations of a network with those of its output in their exact forms.

    What the loss gives to the delta of layer `last` becomes an equation of its own (`delta_of_loss`) where it
    is not the slope times the error, or where a future adds to it.
    """
    exact = ACTIVATIONS[activation].exact
    found: list[Equation] = []
    for one in equations:
        if one.variable == forward.TERMS and ACTIVATIONS[activation].shares_one:
            found += _digits_of_shares(ACTIVATIONS[activation], last)
        loses = one.formula is not None and one.home in (Home("loss", None), Home("delta", last))
        found.append(_exact(one, exact, last) if loses else one)
    delta = delta_of_loss(activation, loss)
    if delta is None and not ACTIVATIONS[activation].coupled:
        return found
    return _with_part(found, activation, delta, delta_of_layer(activation, loss), last)


def _exact(one: Equation, exact: Mapping[str, str], last: int) -> Equation:
    assert one.formula is not None
    formula = _in_exact_forms(one.formula, exact)
    if same(formula, one.formula):
        return one
    read = forward.arguments(formula, last)
    return one._replace(formula=formula, arguments=read, plain=one.plain or one.formula)


def _in_exact_forms(formula: ast.expr, exact: Mapping[str, str]) -> ast.expr:
    """Return a formula with what it asks of a prediction in exact forms.

    Signs come first: where that of a distance needs no form of its own, it is the sign of the exact distance.
    """
    signs = {key: value for key, value in exact.items() if key.startswith("sign(")}
    return replaced(replaced(formula, signs), {key: exact[key] for key in exact if key not in signs})


def delta_of_loss(activation: str, loss: str) -> tuple[ast.expr, ast.expr] | None:
    """Return what the loss gives to the delta of an output as one formula, and as a textbook writes it.

    None where it is nothing but slope times error.
    """
    pair = PAIRS.get((activation, loss))
    if pair is not None:
        return parse(pair.exact), parse(pair.plain)
    exact = ACTIVATIONS[activation].exact
    over = {key.removeprefix("slope / "): value for key, value in exact.items() if key.startswith("slope / ")}
    slope = parse(LOSSES[loss].slope)
    together = {f"1 / {under}": value for under, value in over.items()}
    if not over or same(replaced(slope, together), slope):
        return None
    return _times_slope(slope, together, exact), ast.BinOp(parse("slope"), ast.Mult(), slope)


def delta_of_layer(activation: str, loss: str) -> Row | None:
    """Return what the loss gives to all deltas of a coupled output at once, where its row has that."""
    row = ACTIVATIONS[activation]
    return row_of(f"{row.row}_{in_program(loss)}") if loss in row.deltas else None


def _times_slope(node: ast.expr, together: dict[str, str], exact: Mapping[str, str]) -> ast.expr:
    """Return a sum times the slope, term by term, the slope over something in its exact form."""
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            return ast.BinOp(_times_slope(left, together, exact), op, _times_slope(right, together, exact))
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, _times_slope(operand, together, exact))
        case _:
            made = replaced(node, together)
            if not same(made, node):
                return made
            return ast.BinOp(parse("slope"), ast.Mult(), _in_exact_forms(node, exact))


def _with_part(
    equations: Sequence[Equation],
    activation: str,
    delta: tuple[ast.expr, ast.expr] | None,
    row: Row | None,
    last: int,
) -> list[Equation]:
    home = Home("delta", last)
    result = Factor(Variable("delta", last), forward.UNIT)
    part = Factor(Variable(_PART, last), forward.UNIT)
    a = Factor(Variable("activation", last), forward.UNIT)
    made = {one.variable: one for one in equations}
    recurrent = Variable("from_future", last) in made
    arriving = Factor(Variable("from_above" if recurrent else "error", last), forward.UNIT)
    if delta is not None:
        formula, plain = delta
        read = forward.arguments(formula, last)
        whole = Equation(part, formula=formula, arguments=read, plain=plain, home=home, where_target=True)
    elif row is None:
        whole = _back(activation, part, a, arriving)
    else:
        read = forward.arguments(row.tree, last)
        whole = Equation(part, arguments=read, row=row.name, home=home, where_target=True)
    if not recurrent:
        new = [whole._replace(result=result)]
    else:
        future = arriving._replace(variable=Variable("from_future", last))
        passed = Factor(Variable("delta_of_future", last), forward.UNIT)
        if ACTIVATIONS[activation].coupled:
            rest = [_back(activation, passed, a, future)._replace(helper=True)]
            added = Term(1.0, (passed,))
        else:
            rest, added = [], Term(1.0, (Factor(Variable("slope", last), forward.UNIT), future))
        new = [
            whole._replace(helper=True),
            *rest,
            Equation(result, (Term(1.0, (part,)), added), home=home),
        ]
    found: list[Equation] = []
    for one in equations:
        found += new if one.variable == result.variable else [one]
    return found


def _back(activation: str, result: Factor, a: Factor, error: Factor) -> Equation:
    """Return what an error by the outputs of a coupled activation is by its pre-activations."""
    layer = a.variable.layer
    given = {"a": a, "error": error, "z": a._replace(variable=Variable("pre_activation", layer))}
    back = back_of(ACTIVATIONS[activation])
    read = tuple((one, given[one]) for one in back.arguments)
    return Equation(result, arguments=read, row=back.name, home=Home("delta", layer))


def _digits_of_shares(activation: Activation, last: int) -> list[Equation]:
    """Return what keeps the digits of outputs that add up to 1: the sum of all others (1 - a), and others.

    Of a softmax these are -ln a and -ln(1 - a). They are further digits of the activation and made with it;
    beside them stands the sum of all other targets.
    """
    home = Home("forward", last)
    a, z = (
        Factor(Variable("activation", last), forward.UNIT),
        Factor(Variable("pre_activation", last), forward.UNIT),
    )
    others = Factor(forward.OTHERS, ("i", "j"))
    return [
        Equation(
            Factor(Variable("rest", last), forward.UNIT),
            (Term(1.0, (others, a._replace(letters=(*forward.UNIT[:2], "j")))),),
            home=home,
            helper=True,
        ),
        *(
            Equation(
                Factor(Variable(name, last), forward.UNIT),
                arguments=(("z", z),),
                row=f"{activation.row}_{name}",
                home=home,
                helper=True,
            )
            for name in activation.digits
        ),
        Equation(
            Factor(Variable("rest_of_targets", last), forward.UNIT),
            (Term(1.0, (others, Factor(forward.TARGET, (*forward.UNIT[:2], "j")))),),
            home=Home("delta", last),
            helper=True,
        ),
    ]
