"""What is an equation, as data?

    pre_activation 1 [t,s,i]  =  weights 1 [i,j] · input [t,s,j]  +  biases 1 [i]

A factor is a quantity with a letter for each of its axes. `t` (time) and `s` (sample) are letters like any
other. A letter of the right side that the left side lacks is summed over, within its own term: so matrix
times vector, its transpose, outer product, scaling, a sum over the batch and a broadcast are one primitive,
and transposing a product only swaps a factor with the result. Beside it there are functions of numbers at
the same place (`formula`) and functions of a whole layer (`row`).

Source: Griewank and Walther, Evaluating Derivatives (2008), chapter 3; the notation is Einstein's (1916).
"""

from __future__ import annotations

import math
import re
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeVar

from engine.equations.functions.formula import same, text

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable, Iterator

    from engine.update_orders import Kind

T = TypeVar("T")

TIME: Final = "t"
SAMPLE: Final = "s"


class Variable(NamedTuple):
    """A quantity of a layer (None where it belongs to none): a vector, a matrix or one number."""

    name: str
    layer: int | None = None

    def __str__(self) -> str:
        return self.name if self.layer is None else f"{self.name}{self.layer}"


class Factor(NamedTuple):
    """A variable with a letter for each of its axes; `shift` is in time: -1 reads the time before."""

    variable: Variable
    letters: tuple[str, ...] = ()
    shift: int = 0

    def __str__(self) -> str:
        letters = [f"{one}{self.shift:+d}" if one == TIME and self.shift else one for one in self.letters]
        return f"{self.variable}[{','.join(letters)}]" if letters else str(self.variable)


class Term(NamedTuple):
    """A number times a product of factors; of none, the number itself."""

    coefficient: float
    factors: tuple[Factor, ...]

    def summed(self, result: Factor) -> tuple[str, ...]:
        """Return the letters that are summed over: those of the factors that the result lacks."""
        letters = dict.fromkeys(letter for factor in self.factors for letter in factor.letters)
        return tuple(letter for letter in letters if letter not in result.letters)


class Home(NamedTuple):
    """The kind of step that an equation belongs to, and its layer; a loss has none."""

    kind: Kind
    layer: int | None


def reached(first: Iterable[T], further: Callable[[T], Iterable[T]]) -> dict[T, None]:
    """Return some, and all that each of them leads to, and so on."""
    found = dict.fromkeys(first)
    asked = list(found)
    while asked:
        more = [one for one in further(asked.pop()) if one not in found]
        found |= dict.fromkeys(more)
        asked += more
    return found


class Equation(NamedTuple):
    """`result` = the sum of `terms`, or a function of `arguments`.

    `formula` is applied number by number to the arguments by their names in it; `plain` is the same as a
    textbook has it, where what runs is written otherwise to keep its digits. `row` names a function of all
    units of a layer at once (see `rows`). `partials` are its derivatives by some of the arguments: a factor
    of the table, or a formula of the same arguments and of `result`. With `where_target` the result is 0
    where there is no target. A `helper` has no name of its own in a record: it is seen through. A total of
    the whole `iteration` is gathered anew in each; of the `run` never, of the `sample` at each sample.
    """

    result: Factor
    terms: tuple[Term, ...] = ()
    formula: ast.expr | None = None
    arguments: tuple[tuple[str, Factor], ...] = ()
    plain: ast.expr | None = None
    row: str | None = None
    partials: tuple[tuple[str, Factor | ast.expr], ...] = ()
    home: Home | None = None
    where_target: bool = False
    helper: bool = False
    gathers: Literal["iteration", "run", "sample"] = "iteration"

    def factors(self) -> Iterator[Factor]:
        """Yield what the equation reads, in the order in which it is written."""
        for term in self.terms:
            yield from term.factors
        for _, factor in self.arguments:
            yield factor

    def reading(self, other: Callable[[Factor], Factor]) -> Equation:
        """Return the equation with other factors in the place of those that it reads."""
        terms = tuple(term._replace(factors=tuple(map(other, term.factors))) for term in self.terms)
        given = tuple((name, other(read)) for name, read in self.arguments)
        return self._replace(terms=terms, arguments=given)

    @property
    def variable(self) -> Variable:
        """What the equation makes."""
        return self.result.variable

    def __str__(self) -> str:
        if self.row is not None:
            return f"{self.result} = {self.row}({', '.join(str(factor) for _, factor in self.arguments)})"
        if self.formula is not None:
            given = ", ".join(f"{name} = {factor}" for name, factor in self.arguments)
            return f"{self.result} = {text(self.formula)} with {given}"
        return f"{self.result} = {_written(self.terms)}"


def alike(one: Equation, other: Equation | None) -> bool:
    """Return whether two equations are written alike."""
    if one is other or other is None:
        return one is other
    trees = ((one.formula, other.formula), (one.plain, other.plain))
    return _beside_trees(one) == _beside_trees(other) and all(
        mine is theirs or (mine is not None and theirs is not None and same(mine, theirs))
        for mine, theirs in trees
    )


_beside_trees = attrgetter("result", "terms", "arguments", "row", "home", "where_target", "helper", "gathers")


def _written(terms: tuple[Term, ...]) -> str:
    """Return terms in the notation that `product_sum` reads."""
    found = ""
    for term in terms:
        size = repr(abs(term.coefficient)).removesuffix(".0")
        parts = [str(one) for one in term.factors]
        negative = math.copysign(1.0, term.coefficient) < 0
        sign = (" - " if found else "-") if negative else " + " if found else ""
        found += sign + " ".join(parts if size == "1" and parts else [size, *parts])
    return found or "0"


_FACTOR = re.compile(r"([A-Za-z_']+)(\d*)(?:\[([^\]]*)\])?")
_SIGNED_TERM = re.compile(r"([+-]?)\s*(\d+\.?\d*(?:e[+-]?\d+)?)?\s*((?:[A-Za-z_']+\d*(?:\[[^\]]*\])?\s*)*)")
_LETTER = re.compile(rf"([A-Za-z])|{TIME}([+-]\d+)")


def factor(text: str) -> Factor:
    """Return a factor from its notation, such as `weights2[i,j]` or `activation1[t-1,s,k]`.

    Raises:
        ValueError: the text is none; only the time can be shifted.
    """
    found = _FACTOR.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"not a factor: {text!r}")
    name, layer, inside = found.groups()
    shift, letters = 0, []
    for part in (inside or "").split(",") if inside else ():
        letter = _LETTER.fullmatch(part.strip())
        if letter is None:
            raise ValueError(f"not a letter: {part.strip()!r} in {text.strip()!r}")
        letters.append(letter[1] or TIME)
        shift = int(letter[2] or shift)
    return Factor(Variable(name, int(layer) if layer else None), tuple(letters), shift)


def product_sum(text: str) -> tuple[Term, ...]:
    """Return terms from their notation: factors side by side, a number before them, joined by + and -.

    Raises:
        ValueError: something in the text is no part of a term.
    """
    found: list[Term] = []
    rest = text.strip()
    while rest:
        signed = _SIGNED_TERM.match(rest)
        if signed is None or not (signed[2] or signed[3]) or (found and not signed[1]):
            raise ValueError(f"not a sum of products: {rest!r} in {text.strip()!r}")
        parts = re.findall(r"[A-Za-z_']+\d*(?:\[[^\]]*\])?", signed[3])
        coefficient = float(signed[2] or 1.0) * (-1.0 if signed[1] == "-" else 1.0)
        found.append(Term(coefficient, tuple(factor(part) for part in parts)))
        rest = rest[signed.end() :]
    return tuple(found)


def equation(text: str, home: Home | None = None, *, helper: bool = False) -> Equation:
    """Return an equation of indexed products from its notation, such as `z[s,i] = W[i,j] x[s,j] + b[i]`."""
    left, right = text.split("=", 1)
    return Equation(factor(left), product_sum(right), home=home, helper=helper)
