"""How are the equations of the way back derived from those of the way forward?

∂C/∂q is the sum over all equations that read q: an equation r = c · p · q gives it c · p · ∂C/∂r, with a
factor swapped for the result; what reads q one time later gives it from the time after; what applies f
gives it f' · ∂C/∂r. The names are the field's: ∂C/∂a is the error, ∂C/∂z the delta, ∂C/∂W the total of the
batch.

Sources: Griewank and Walther, Evaluating Derivatives (2008), section 3.2 (reverse mode); Werbos (1990), for
the way back through time.
"""

from __future__ import annotations

import heapq
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.equations.equation import SAMPLE, TIME, Equation, Factor, Home, Term, Variable, reached
from engine.equations.functions.formula import names
from engine.equations.functions.rows import back_through

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

DERIVATIVE = {
    "activation": "error",
    "pre_activation": "delta",
    "weights": "weight_total",
    "recurrent_weights": "recurrent_total",
    "biases": "bias_total",
}
"""The field's names of derivatives; that of any other quantity is `d_` and its name."""

_PARTS = {"error": ("from_above", "from_future")}
_LETTERS = "ijkuvwxpqr"


@lru_cache(maxsize=1024)
def derivative(of: Variable) -> Variable:
    """Return the name of ∂C by a variable."""
    return Variable(DERIVATIVE.get(of.name, f"d_{of.name}"), of.layer)


def transposed(
    forward: Sequence[Equation], parameters: Collection[Variable], root: Variable
) -> list[Equation]:
    """Return the equations of the way back, from the terms of the loss (`root`) to the parameters.

    They stand in an order in which each reads what those before it have made, but for reads of the time
    after.
    """
    return _Transposition(forward, parameters, root).equations()


class _Transposition:
    def __init__(self, forward: Sequence[Equation], parameters: Collection[Variable], root: Variable) -> None:
        self.forward, self.parameters, self.root = forward, frozenset(parameters), root
        self.readers: dict[Variable, list[Equation]] = {}
        self.letters = {made.variable: made.result.letters for made in forward}
        for made in forward:
            for read in made.factors():
                self.letters.setdefault(read.variable, read.letters)
                found = self.readers.setdefault(read.variable, [])
                if not found or found[-1] is not made:
                    found.append(made)
        self.moving = self._spread(parameters)  # what a parameter has a part in
        self.helpers: list[Equation] = []

    def equations(self) -> list[Equation]:
        found: list[Equation] = []
        seen: set[Variable] = set()
        # What is made last forward is the first on the way back.
        backwards = dict.fromkeys(made.variable for made in reversed(self.forward))
        read_only = [variable for variable in self.letters if variable not in backwards]
        loss = self._reaching().keys() - {self.root}
        for variable in (*backwards, *read_only):
            if variable in self.moving and variable in loss and variable not in seen:
                seen.add(variable)
                found += self._of(variable)
        return _sorted(found)

    def _spread(self, some: Collection[Variable]) -> Collection[Variable]:
        """Return some variables and all that is made of them."""
        return reached(some, lambda one: [made.variable for made in self.readers.get(one, [])])

    def _reaching(self) -> dict[Variable, None]:
        """Return all that has a part in the loss, and the loss."""
        maker = {made.variable: made for made in self.forward}
        return reached(
            [self.root], lambda one: [x.variable for x in maker[one].factors()] if one in maker else []
        )

    def _of(self, variable: Variable) -> list[Equation]:
        result = Factor(derivative(variable), self.letters[variable])
        whole: list[Equation] = []
        terms: list[Term] = []
        self.helpers = []
        for made in self.readers.get(variable, []):
            if made.formula is not None or made.row is not None:
                for name, read in made.arguments:
                    if read.variable == variable and (name in dict(made.partials) or made.row):
                        self._through_function(made, name, result, terms, whole)
                continue
            for term in made.terms:
                for place, read in enumerate(term.factors):
                    if read.variable == variable:
                        terms.append(self._swapped(made, term, place, result))
        return [*self.helpers, *self._together(variable, result, _merged(terms), whole)]

    def _swapped(self, made: Equation, term: Term, place: int, result: Factor) -> Term:
        """Return a term's part in the derivative of one of its factors, with that factor's letters."""
        read = term.factors[place]
        given = [] if made.variable == self.root else [Factor(derivative(made.variable), made.result.letters)]
        rest = [*term.factors[:place], *term.factors[place + 1 :]]
        # As the field writes it: W δ for an error, but δ a for a gradient.
        factors = [*given, *rest] if read.variable in self.parameters else [*rest, *given]
        to = dict(zip(read.letters, result.letters, strict=True))
        free = (letter for letter in _LETTERS if letter not in result.letters)
        for factor in factors:
            for letter in factor.letters:
                if letter not in to:
                    keeps = letter in (TIME, SAMPLE) and letter not in to.values()
                    to[letter] = letter if keeps else next(free)
        moved = [
            Factor(
                factor.variable,
                tuple(to[letter] for letter in factor.letters),
                factor.shift - read.shift
                if TIME in read.letters and TIME in factor.letters
                else factor.shift,
            )
            for factor in factors
        ]
        if read.shift and not any(TIME in factor.letters for factor in moved):
            raise ValueError(f"a sum over the times of {read} alone: which times it leaves out is not told")
        return Term(term.coefficient, tuple(moved))

    def _through_function(
        self, made: Equation, name: str, result: Factor, terms: list[Term], whole: list[Equation]
    ) -> None:
        arriving = Factor(derivative(made.variable), made.result.letters)
        if made.row is not None:
            read = dict(made.arguments)[name]
            back = back_through(made.row)
            given = {"a": made.result, "error": arriving, "z": read}
            whole.append(
                Equation(
                    result._replace(letters=read.letters),
                    arguments=tuple((one, given[one]) for one in back.arguments),
                    row=back.name,
                )
            )
            return
        partial = dict(made.partials)[name]
        if isinstance(partial, Factor):
            terms.append(Term(1.0, (partial, arriving)))
        elif made.variable == self.root:
            read_by = dict(made.arguments)
            whole.append(
                Equation(
                    result,
                    formula=partial,
                    arguments=tuple((one, read_by[one]) for one in names(partial)),
                    where_target=made.where_target,
                )
            )
        else:
            slope = Factor(
                Variable(f"slope_{made.variable.name}_{name}", made.variable.layer), made.result.letters
            )
            read_by = {**dict(made.arguments), "result": made.result}
            self.helpers.append(
                Equation(
                    slope,
                    formula=partial,
                    arguments=tuple((one, read_by[one]) for one in names(partial)),
                    helper=True,
                )
            )
            terms.append(Term(1.0, (slope, arriving)))

    def _together(
        self, variable: Variable, result: Factor, terms: list[Term], whole: list[Equation]
    ) -> list[Equation]:
        """Return the equations that add up all parts of a derivative."""
        home = self._home(variable)
        later = [term for term in terms if any(factor.shift > 0 for factor in term.factors)]
        now = [term for term in terms if term not in later]
        parts = _PARTS.get(result.variable.name)
        if later and (now or whole) and parts is not None:
            above, future = (result._replace(variable=Variable(part, variable.layer)) for part in parts)
            found = (
                [one._replace(result=above, home=home) for one in whole]
                if not now
                else [Equation(above, tuple(now), home=home)]
            )
            found.append(Equation(future, tuple(later), home=home))
            return [*found, Equation(result, (Term(1.0, (above,)), Term(1.0, (future,))), home=home)]
        if len(whole) == 1 and not terms:
            return [whole[0]._replace(home=home)]
        found = []
        for place, one in enumerate(whole):
            part = result._replace(variable=Variable(f"part{place}_{result.variable.name}", variable.layer))
            found.append(one._replace(result=part, home=home, helper=True))
            terms = [Term(1.0, (part,)), *terms]
        return [*found, Equation(result, tuple(terms), home=home)]

    def _home(self, variable: Variable) -> Home | None:
        if variable.layer is None:
            return None
        return Home("gradient" if variable in self.parameters else "delta", variable.layer)


def _merged(terms: Sequence[Term]) -> list[Term]:
    """Return terms with those of the same factors added up."""
    found: dict[tuple[Factor, ...], Term] = {}
    for term in terms:
        key = tuple(sorted(term.factors))
        known = found.get(key)
        found[key] = (
            term if known is None else known._replace(coefficient=known.coefficient + term.coefficient)
        )
    return list(found.values())


def _sorted(equations: Sequence[Equation]) -> list[Equation]:
    """Return equations in an order in which each reads, at its own time, only what is made before it."""
    place = {one.variable: number for number, one in enumerate(equations)}
    waits: list[int] = []
    readers: dict[int, list[int]] = {}
    for number, one in enumerate(equations):
        needs = {
            place[read.variable]
            for read in one.factors()
            if read.variable in place and not read.shift and read.variable != one.variable
        }
        waits.append(len(needs))
        for need in needs:
            readers.setdefault(need, []).append(number)
    ready = [number for number, count in enumerate(waits) if not count]
    found: list[Equation] = []
    while ready:
        number = heapq.heappop(ready)
        found.append(equations[number])
        for reader in readers.get(number, []):
            waits[reader] -= 1
            if not waits[reader]:
                heapq.heappush(ready, reader)
    return found
