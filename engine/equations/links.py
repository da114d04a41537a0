"""Which deltas does a delta read on the way back, and what stands between them?

The chain rule is a walk through the equations of the way back: from a layer's delta through what it is
made of (its slope times its error, the error's parts, ...) to the deltas of the layer above, to its own of
the time after, and to what a loss gives. Each such walk is a link, an equation of its own:

    delta1[t,s,i]  <-  slope1[t,s,i] weights2[u,i] · delta2[t,s,u]

so that a delta is the sum over its links. A softmax couples all neurons: no single factor leads through it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from engine.equations.back.transpose import derivative
from engine.equations.counting import span, takes_any
from engine.equations.equation import SAMPLE, TIME, Equation, Factor, Term, Variable, reached
from engine.equations.table import table_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from engine.equations.table import Table
    from engine.scenario import Scenario

_LETTERS = "uvwxpqrjkmn"


class Link(NamedTuple):
    """A way from a delta (`result`) to what it reads: another delta, or what a loss gives (`loss`).

    `between` are the factors that `source` is multiplied by, from the source down. Each neuron of the result
    is reached from `width` neurons of the source, with `products` multiplications that count. `reading` is
    the part of the equation that reads the source. `coupled`: a function of a whole layer lies on the way.
    """

    result: Factor
    source: Factor
    between: tuple[Factor, ...]
    reading: Equation
    coefficient: float
    width: int
    products: int
    loss: bool
    coupled: bool

    @property
    def equation(self) -> Equation:
        """What the source gives to the result."""
        return Equation(self.result, (Term(self.coefficient, (*self.between, self.source)),))

    @property
    def gain(self) -> Equation:
        """What one neuron of the source is multiplied by for one of the result."""
        gain = Factor(Variable("gain", self.result.variable.layer), self.letters)
        return Equation(gain, (Term(self.coefficient, self.between),))

    @property
    def each(self) -> Equation:
        """What each neuron of the source gives to what reads it: not summed up."""
        source, _ = self.letters
        return self.reading._replace(result=self.reading.result._replace(letters=(source,)))

    @property
    def shift(self) -> int:
        """How much later the source is."""
        return self.source.shift

    @property
    def letters(self) -> tuple[str, str]:
        """The letters of a neuron of the source and of one of the result."""
        return self.source.letters[-1], self.result.letters[-1]


def delta_of(layer: int) -> Variable:
    """Return the delta of a layer: ∂C by its pre-activation."""
    return derivative(Variable("pre_activation", layer))


def within_time(table: Table, layer: int) -> Link:
    """Return the link of a layer, not the last one, to what is above it at its own time."""
    return next(link for link in links(table)[delta_of(layer)] if not link.loss and not link.shift)


def through_time(table: Table, layer: int) -> Link | None:
    """Return the link of a layer to its own delta of a later time; None where there is none."""
    return next((link for link in links(table)[delta_of(layer)] if link.shift), None)


def from_loss(table: Table, layer: int) -> Link:
    """Return the link of the last layer to what the loss gives."""
    return next(link for link in links(table)[delta_of(layer)] if link.loss)


def is_one_factor(scenario: Scenario) -> bool:
    """Return whether slope and error of an output only go together: its delta is not their product."""
    link = from_loss(table_of(scenario), len(scenario.network.layers))
    return link.coupled or not link.between


# Keyed by identity: a table never changes.
@lru_cache(maxsize=64)
def links(table: Table) -> Mapping[Variable, tuple[Link, ...]]:
    """Return the links of all deltas that a gradient reads, what is formed first coming first."""
    nodes = gathered_from(table)
    return {
        one.variable: tuple(_Walk(table, nodes, one.result).links())
        for one in table.equations
        if one.variable in nodes
    }


def gathered_from(table: Table, layer: int | None = None) -> list[Variable]:
    """Return what of the way back the gradients (of one layer) are formed of: the deltas."""
    found = dict.fromkeys(
        read.variable
        for one in table.equations
        if one.home is not None and one.home.kind == "gradient" and layer in (None, one.home.layer)
        for read in one.factors()
        if _is_of_way_back(table, read.variable)
    )
    return list(found)


def needed_for(table: Table, layer: int) -> Collection[Variable]:
    """Return the deltas that the gradients of a layer need: its own and all that lead to them."""
    every = links(table)

    def above(delta: Variable) -> list[Variable]:
        return [link.source.variable for link in every[delta] if not link.loss]

    found = reached(gathered_from(table, layer), above)
    return [variable for variable in every if variable in found]


def _is_of_way_back(table: Table, variable: Variable) -> bool:
    made = table.making.get(variable)
    return made is not None and made.home is not None and made.home.kind == "delta"


class _At(NamedTuple):
    """Where a walk is: at a factor, with what it is multiplied by, read by `reading`."""

    factor: Factor
    between: tuple[Factor, ...]
    reading: Equation
    coefficient: float = 1.0
    width: int = 1
    products: int = 0
    coupled: bool = False


class _Walk:
    def __init__(self, table: Table, nodes: Collection[Variable], result: Factor) -> None:
        self.table, self.nodes, self.result = table, nodes, result
        self.used = set(result.letters)

    def links(self) -> Iterator[Link]:
        yield from self._from(_At(self.result, (), Equation(self.result)))

    def _from(self, at: _At) -> Iterator[Link]:
        """Yield the links that begin with what makes a factor."""
        made = self.table.making[at.factor.variable]
        if made.where_target:
            yield self._link(at, loss=True)
            return
        if made.row is not None:
            for _, read in made.arguments:
                yield from self._through(at._replace(reading=made, coupled=True), read)
            return
        for term in made.terms:
            named = self._named(made, term, at.factor)
            for place, read in enumerate(named.factors):
                rest = (*named.factors[:place], *named.factors[place + 1 :])
                if _is_of_way_back(self.table, read.variable):
                    summed = span(self.table, named, named.summed(at.factor))
                    further = at._replace(
                        between=(*rest, *at.between),
                        coefficient=at.coefficient * term.coefficient,
                        width=at.width * summed,
                        products=at.products + takes_any(term),
                        reading=Equation(at.factor, (named,)),
                    )
                    yield from self._through(further, read)

    def _through(self, at: _At, read: Factor) -> Iterator[Link]:
        if not _is_of_way_back(self.table, read.variable):
            return
        there = at._replace(factor=read)
        if read.variable in self.nodes:
            yield self._link(there, loss=False)
        else:
            yield from self._from(there)

    def _link(self, at: _At, *, loss: bool) -> Link:
        return Link(
            result=self.result,
            source=at.factor,
            between=at.between,
            reading=at.reading,
            coefficient=at.coefficient,
            width=at.width,
            products=at.products,
            loss=loss,
            coupled=at.coupled,
        )

    def _named(self, made: Equation, term: Term, factor: Factor) -> Term:
        """Return a term of what makes a factor, in the factor's letters; those summed over get new ones."""
        to = dict(zip(made.result.letters, factor.letters, strict=True))
        for letter in term.summed(made.result):
            if letter not in (TIME, SAMPLE):
                to[letter] = next(one for one in (letter, *_LETTERS) if one not in self.used)
                self.used.add(to[letter])
        return term._replace(
            factors=tuple(
                Factor(
                    read.variable,
                    tuple(to.get(letter, letter) for letter in read.letters),
                    read.shift + factor.shift if TIME in read.letters else read.shift,
                )
                for read in term.factors
            )
        )
