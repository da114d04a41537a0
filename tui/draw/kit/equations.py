"""How does an equation stand on the screen: its symbols, the numbers put in for them, its result?

The expression comes from the engine as data, with its digits. A number stands below its symbol. Where the
line is too short it is broken at a term, or else at a factor: first all symbols, then all numbers. Every
number of the trace carries its link, and the selected one stands out in both lines.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct

from engine.equations.functions.formula import SHOWN_NAMES
from engine.facts.explain.expression import Apply, Constant, Difference, Expression, Leaf, Product, Ratio, Sum
from engine.facts.explain.shown import digits_of, is_zero, shortened, signed, single
from engine.facts.explain.written import MINUS
from engine.facts.number import Traced
from engine.numerals import DIGITS
from tui.draw.kit.numbers import numeral
from tui.draw.kit.rows import Linked, Row, Run, Style, clip, length

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.facts.entry import Number

TERMS = 8
"""The most terms of a sum that are ever written."""

_IN_A_LINE = 4  # terms of a sum that stand in one line with their numbers
_EQUALS: Run = (" = ", "symbol")


class Atom(Struct, frozen=True):
    """A symbol and the number below it, or a sign; a line may break before it if `depth` is above 0.

    The smaller the depth, the better the place to break: 1 before a term of the whole, 2 before a factor.
    """

    symbol: Run
    number: Run
    depth: int = 0

    @property
    def width(self) -> int:
        """The cells of the wider of both."""
        return max(len(self.symbol[0]), len(self.number[0]))


class Written(Struct, frozen=True):
    """An expression as it is written, with the terms and the digits that are shown."""

    atoms: tuple[Atom, ...]

    @property
    def symbols(self) -> Row:
        """The symbols in one line."""
        return tuple(atom.symbol for atom in self.atoms if atom.symbol[0])

    @property
    def numbers(self) -> Row:
        """The numbers in one line."""
        return tuple(atom.number for atom in self.atoms if atom.number[0])


class Writing(Struct, frozen=True):
    """Writes expressions; `selected` is the number that stands out, if any."""

    selected: Number | None = None

    def written(
        self, expression: Expression, result: float, most: int = TERMS, digits: int = DIGITS
    ) -> Written:
        """Return an expression with at most so many terms of each sum; its result has `digits`."""
        found = single(shortened(expression, most, self.selected))
        return self.all_of(found, digits_of(found, result, digits))

    def all_of(self, expression: Expression, digits: int) -> Written:
        """Return all that an expression is made of, its numbers with so many digits."""
        return Written(tuple(_Parts(self.selected, digits).of(expression, 0)))

    def lines(
        self,
        expression: Expression,
        result: float,
        ends: tuple[Row, Row],
        width: int,
        most: int,
        digits: int = DIGITS,
        *,
        spread: bool = False,
    ) -> list[Row]:
        """Return an equation in at most `most` rows where that can be; `ends` are its head and its result.

        In one line where it fits and is not `spread`, else symbols and numbers below each other, broken where
        they are too long; numbers closer than their symbols where that spares a term; then with fewer terms.
        What still does not fit is cut, with its sign, and never the result.
        """
        head, tail = ends
        if isinstance(whole := single(expression), Traced | Constant):
            symbols = self.all_of(whole, digits).symbols
            is_result = isinstance(whole, Constant) and whole.symbol == numeral(whole.value)
            return [clip((*head, *tail[1:]) if is_result and tail else (*head, *symbols, *tail), width)]
        terms = len(whole.parts) if isinstance(whole, Sum) else _IN_A_LINE
        written = cache(partial(self.written, expression, result, digits=digits))
        if terms <= _IN_A_LINE and not spread:
            one = written(_IN_A_LINE)
            row = (*head, *one.symbols, _EQUALS, *one.numbers, *tail)
            if length(row) <= width:
                return [row]
        first = _IN_A_LINE if spread and terms <= _IN_A_LINE else TERMS
        for count in range(first, 0, -1):
            if count >= terms > _IN_A_LINE and count < TERMS:
                continue  # all of them did not fit
            ways = [_below_each_other(written(count), head, tail, width)]
            if count >= terms > 1:
                ways.append(_closer(written(count), head, tail))
            for rows in ways:
                if len(rows) <= max(2, most) and all(length(row) <= width for row in rows):
                    return rows
        return _cut(written(1), head, tail, width)


class _Parts(Struct, frozen=True):
    """Takes expressions apart, into atoms; one of the numbers may be selected, all have so many digits."""

    selected: Number | None
    digits: int

    def of(self, expression: Expression, depth: int, *, closed: bool = False) -> list[Atom]:
        """Return what an expression is made of; `closed`: it follows a sign, or is a factor."""
        match expression:
            case Traced() | Constant():
                return [self._leaf(expression, closed=closed)]
            case Sum(parts=parts):
                return self._sum(parts, depth, closed=closed)
            case Difference(left=left, right=right):
                inner = depth + 2 * closed
                atoms = self.of(left, inner)
                atoms.append(_sign(" - ", inner + 1))
                minus = isinstance(right, Product) and signed(right, numbers=False).minus
                taken = self.of(right, inner + 2, closed=True)
                atoms += _bracketed(taken) if minus else taken
                return _bracketed(atoms) if closed else atoms
            case Product(factors=factors):
                return self._product(factors, depth)
            case Ratio(over=over, under=under):
                return self._ratio(over, under, depth)
            case Apply(function="square", argument=argument):
                return [_sign("("), *self.of(argument, depth + 2), _sign(")²")]
            case Apply(function=function, argument=argument):
                name = function.removesuffix("'")
                name = SHOWN_NAMES.get(name, name) + function.removeprefix(name)
                return [_sign(f"{name}("), *self.of(argument, depth + 2), _sign(")")]

    def _leaf(self, leaf: Leaf, *, closed: bool) -> Atom:
        text = numeral(leaf.value, digits=self.digits)
        if closed and text.startswith("-"):
            text = f"({text})"
        symbol = f"({leaf.symbol})" if closed and leaf.symbol.startswith("-") else leaf.symbol
        if isinstance(leaf, Constant):
            return Atom((symbol, "symbol"), (text, "value"))
        chosen = self.selected is not None and leaf.number == self.selected
        styles: tuple[Style, Style] = ("selected", "selected") if chosen else ("symbol", "value")
        return Atom((symbol, Linked(styles[0], leaf.number)), (text, Linked(styles[1], leaf.number)))

    def _sum(self, parts: Sequence[Expression], depth: int, *, closed: bool) -> list[Atom]:
        inner = depth + 2 * closed
        atoms: list[Atom] = []
        for place, part in enumerate(parts):
            if not place:
                atoms += self.of(part, inner)
                continue
            symbols, numbers = signed(part, numbers=False), signed(part, numbers=True)
            signs = [" - " if one.minus else " + " for one in (symbols, numbers)]
            atoms.append(Atom((signs[0], "symbol"), (signs[1], "symbol"), inner + 1))
            loose = isinstance(numbers.term, Sum | Difference)
            atoms += self.of(numbers.term, inner + 2, closed=loose or symbols.minus)
        return _bracketed(atoms) if closed and len(parts) > 1 else atoms

    def _product(self, factors: Sequence[Expression], depth: int) -> list[Atom]:
        atoms: list[Atom] = []
        if factors[0] == MINUS and len(factors) > 1:
            atoms, factors = [_sign("-")], factors[1:]
            if is_zero(factors[0]):
                atoms = [Atom(("-", "symbol"), ("", ""))]
        for place, factor in enumerate(factors):
            if place:
                atoms.append(_sign(" × ", depth + 2))
            # `-η` at the beginning has the sign of the whole.
            leads = not atoms and isinstance(factor, Constant) and factor.symbol.startswith("-")
            atoms += self._factor(factor, depth + 2, leads=leads)
        return atoms

    def _factor(self, factor: Expression, depth: int, *, leads: bool = False) -> list[Atom]:
        match factor:
            case Ratio(over=Constant() as above, under=Constant() as below):
                over, under = (self._leaf(one, closed=False) for one in (above, below))
                return [
                    Atom(
                        (f"({over.symbol[0]}/{under.symbol[0]})", "symbol"),
                        (f"({over.number[0]}/{under.number[0]})", "value"),
                    )
                ]
            case Ratio() | Product():
                return _bracketed(self.of(factor, depth))
        return self.of(factor, depth, closed=not leads)

    def _ratio(self, over: Expression, under: Expression, depth: int) -> list[Atom]:
        above = (
            self._product(over.factors, depth)
            if isinstance(over, Product)
            else self.of(over, depth, closed=not isinstance(over, Ratio))
        )
        below = self._factor(under, depth + 2)
        return [*above, _sign(" / ", depth + 2), *below]


def _below_each_other(written: Written, head: Row, tail: Row, width: int) -> list[Row]:
    """Return an equation with its numbers below its symbols, both in as many lines as they take."""
    start = length(head)
    lines = broken(written.atoms, width - start)
    equals = (*blank(start - len(_EQUALS[0])), _EQUALS)

    def side(begin: Row, of: Callable[[Atom], Run]) -> list[Row]:
        begins = [begin, *[blank(start)] * (len(lines) - 1)]
        return [(*begin, *_joined(line, of)) for begin, line in zip(begins, lines, strict=True)]

    symbols, numbers = side(head, lambda atom: atom.symbol), side(equals, lambda atom: atom.number)
    if length(numbers[-1]) + length(tail) > width:
        numbers[-1] = trimmed(numbers[-1])
    if length(numbers[-1]) + length(tail) <= width:
        numbers[-1] = (*numbers[-1], *tail)
    else:
        numbers.append((*blank(start - len(_EQUALS[0])), *tail))
    return [trimmed(row) for row in (*symbols, *numbers)]


def _closer(written: Written, head: Row, tail: Row) -> list[Row]:
    """Return two lines with the numbers of an equation in the order of its symbols, none below its own."""
    equals = (*blank(length(head) - len(_EQUALS[0])), _EQUALS)
    return [(*head, *written.symbols), (*equals, *written.numbers, *tail)]


def broken(atoms: Sequence[Atom], room: int) -> list[Sequence[Atom]]:
    """Return atoms as lines of at most `room` cells, broken where it hurts least."""
    lines: list[Sequence[Atom]] = []
    start = 0
    while start < len(atoms):
        used, stop = 0, start
        while stop < len(atoms) and used + atoms[stop].width <= room:
            used += atoms[stop].width
            stop += 1
        if stop < len(atoms):
            stop = _break(atoms, start, max(stop, start + 1), room)
        lines.append(atoms[start:stop])
        start = stop
    return lines


def _break(atoms: Sequence[Atom], start: int, stop: int, room: int) -> int:
    """Return where a line that begins at `start` ends, at most at `stop`."""
    places = [place for place in range(start + 1, min(stop + 1, len(atoms))) if atoms[place].depth]
    for depth in sorted({atoms[place].depth for place in places}):
        last = max(place for place in places if atoms[place].depth <= depth)
        if sum(atom.width for atom in atoms[start:last]) * 3 >= room:
            return last
    return places[-1] if places else stop


def trimmed(row: Row) -> Row:
    """Return a row without the blanks at its end."""
    while row and not row[-1][0].strip():
        row = row[:-1]
    return (*row[:-1], (row[-1][0].rstrip(), row[-1][1])) if row else row


def _joined(line: Sequence[Atom], side: Callable[[Atom], Run]) -> Row:
    """Return one side of a line, each text in the middle of its cells; one after its sign at their left."""
    row: list[Run] = []
    before = ""
    for atom in line:
        run = side(atom)
        at_left = before == "-" and run[0]
        row += (run, *blank(atom.width - len(run[0]))) if at_left else centred(run, atom.width)
        before = run[0]
    return tuple(row)


def centred(run: Run, cells: int) -> Row:
    """Return a run in the middle of its cells, with blanks around it where there is room."""
    left, right = divmod(cells - len(run[0]), 2)
    return (*blank(left), *((run,) if run[0] else ()), *blank(left + right))


def blank(cells: int) -> Row:
    """Return so many blanks, as no run if there are none."""
    return ((" " * cells, ""),) if cells > 0 else ()


def _cut(written: Written, head: Row, tail: Row, width: int) -> list[Row]:
    """Return two lines with a sign where something is missing; the result is never cut."""
    symbols, numbers = _closer(written, head, ())
    return [clip(symbols, width), (*clip(numbers, width - length(tail)), *tail)]


def _sign(text: str, depth: int = 0) -> Atom:
    return Atom((text, "symbol"), (text, "symbol"), depth)


def _bracketed(atoms: list[Atom]) -> list[Atom]:
    return [_sign("("), *atoms, _sign(")")]
