"""Which equation of a table is it, and what can be made of it? The parts that mistakes are written with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from engine.equations import forward
from engine.equations.equation import Equation, Factor, Home, Term, Variable
from engine.equations.functions.formula import names

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Sequence

    from engine.scenario import Network

Rewrite: TypeAlias = "Callable[[Equation, Network], Sequence[Equation]]"
"""What stands in the place of an equation of a network."""
Matches: TypeAlias = "Callable[[Equation, Network], bool]"

ERRORS: Final = ("error", "from_above")
_REST: Final = "rest_of_targets"


def named(*wanted: str) -> Matches:
    """Return the test whether an equation makes one of some quantities."""
    return lambda one, _: one.variable.name in wanted


def of_loss(one: Equation, network: Network) -> bool:
    """Return whether an equation is what the loss gives to the way back: its slope, or delta at once."""
    of_targets = any(read.variable.name in (forward.TARGET.name, _REST) for read in one.factors())
    return one.home == Home("delta", len(network.layers)) and of_targets and one.variable.name != _REST


def is_change(one: Equation, network: Network) -> bool:  # noqa: ARG001
    """Return whether an equation says what an update adds to a parameter."""
    return one.home is not None and one.home.kind == "update" and one.variable.name.endswith("_change")


def like(one: Equation, name: str, layers: int = 0) -> Factor:
    """Return another quantity at the place of a result, perhaps of a layer further up."""
    layer = one.variable.layer
    return one.result._replace(variable=Variable(name, None if layer is None else layer + layers))


def product(one: Equation, *read: Factor) -> Equation:
    """Return the equation that makes nothing but the product of some factors."""
    return Equation(one.result, (Term(1.0, read),), home=one.home)


def swapped(results: Sequence[str], change: Callable[[Factor, Equation], Factor]) -> Rewrite:
    """Return the rewrite by which sums of products that make one of some quantities read other factors."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
        if one.variable.name not in results:
            return (one,)
        return (one.reading(lambda read: change(read, one)),)

    return rewrite


def turned(results: Sequence[str], group: str) -> Rewrite:
    """Return the rewrite that reads matrices turned over."""
    return swapped(
        results,
        lambda read, _: read._replace(letters=read.letters[::-1]) if read.variable.name == group else read,
    )


def renamed(results: Sequence[str], old: str, name: str, layers: int = 0) -> Rewrite:
    """Return the rewrite that reads another quantity in the place of one, perhaps of a layer further up."""

    def change(read: Factor, _: Equation) -> Factor:
        variable = read.variable
        if variable.name != old or variable.layer is None:
            return read
        return read._replace(variable=Variable(name, variable.layer + layers))

    return swapped(results, change)


def by_slope(one: Equation, name: str, slope: ast.expr, at: Factor) -> Sequence[Equation]:
    """Return a slope by a formula of one number, and the delta that is made of it."""
    wrong = like(one, name)
    given = tuple((each, at) for each in names(slope))
    made = Equation(wrong, formula=slope, arguments=given, home=one.home)
    return (made, product(one, wrong, like(one, "error")))
