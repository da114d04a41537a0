"""How does an order of steps become straight-line code on floats?

Every number is a local variable and every step of the iteration is written out, in the order of the list:
what a student would write by hand. A parameter is one variable, so what comes after an update reads the
changed one. For a small network this takes a tenth of what numpy takes, which is busy with calls there.

Python raises where numpy goes on with inf: what may overflow or divide by 0 is guarded, without changing a
bit.
"""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.equations.equation import SAMPLE, TIME, Home
from engine.equations.formula import FLOATS, number, whole
from engine.equations.forward import LOSS, OTHERS
from engine.equations.updates import change_of
from engine.program import rows
from engine.program.entries import Leaf, leaf, places, products
from engine.program.lean import lean
from engine.program.names import short_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from engine.arrays import Mask
    from engine.equations.equation import Equation, Factor, Variable
    from engine.equations.table import Table

LONGEST_SUM = 100  # terms of a sum in one statement: Python's parser goes down once for each

_MATH = {"exp": math.exp, "expm1": math.expm1, "ln": math.log, "log1p": math.log1p}
_MATH |= {"tanh": math.tanh, "sinh": math.sinh, "cosh": math.cosh, "sqrt": math.sqrt}

# Where the function of `math` is total as it is; elsewhere the guarded one is called.
_SAFE = {
    "exp": "{0} < 709.0",
    "expm1": "{0} < 709.0",
    "sinh": "-709.0 < {0} < 709.0",
    "cosh": "-709.0 < {0} < 709.0",
    "ln": "{0} > 0.0",
    "log1p": "{0} > -1.0",
    "sqrt": "{0} >= 0.0",
}


class Site(NamedTuple):
    """A step of an iteration: `sample` is counted within the batch; both are None where they don't matter."""

    home: Home
    sample: int | None
    time: int | None


class Line(NamedTuple):
    """A statement, and the step and equation that it belongs to."""

    text: str
    site: Site
    equation: Equation


class FloatCode:
    """Statements for the steps of an iteration over a batch of so many samples and times.

    `has_target` is [sample, time]. With `keep` every number that a trace shows is computed, without it only
    what the parameters and the loss need. An update applies the sum of what has been gathered since the one
    before; with `left` (updates out of turn) what is left of the total without what was applied.
    """

    def __init__(
        self,
        table: Table,
        sites: Sequence[Site],
        samples: int,
        times: int,
        has_target: Mask,
        constants: Mapping[Variable, float],
        *,
        keep: bool,
        left: bool = False,
    ) -> None:
        self.table, self.samples, self.times = table, samples, times
        self.has_target = has_target
        self.constants = constants
        self.lines: list[Line] = []
        self._known: dict[str, str] = {}
        self._forms: dict[Variable, _Form] = {}
        self._names: dict[Leaf, str] = {}
        self._gathered: set[Variable] = set()
        self._left = left
        self._applied: set[Variable] = set()
        self.losses: list[str] = []
        self._site = sites[0]
        self._equation = table.equations[0]
        self._at = self._equations(keep=keep)
        for site in sites:
            self._step(site)

    def _equations(self, *, keep: bool) -> dict[Home | None, list[Equation]]:
        equations: Sequence[Equation] = self.table.equations
        if not keep:
            roots = [one.variable for one in equations if one.home and one.home.kind == "update"]
            trained = [one for one in equations if one.terms or one.home is None or one.home.kind != "update"]
            equations = lean(trained, [*roots, LOSS], self.table.initial)
        found: dict[Home | None, list[Equation]] = {}
        for one in equations:
            found.setdefault(one.home, []).append(one)
        return found

    # -- names ------------------------------------------------------------------------------------

    def name(self, one: Leaf) -> str:
        """Return the variable that holds a number; units are counted from 1, as on the screen."""
        found = self._names.get(one)
        if found is None:
            found = self._names[one] = self._named(one)
        return found

    def _named(self, one: Leaf) -> str:
        variable = one.variable
        if variable in self.constants:
            return repr(self.constants[variable])
        name = short_name(variable)
        axes = self.table.axes[variable]
        if TIME in axes and one.place[axes.index(TIME)] < 0:
            return f"{name}_before_{one.place[-1] + 1}"
        for axis, value in zip(axes, one.place, strict=True):
            if axis == TIME:
                name += f"_t{value}" if self.times > 1 else ""
            elif axis == SAMPLE:
                name += f"_s{value}" if self.samples > 1 else ""
            else:
                name += f"_{value + 1}"
        return name

    def names(self, variables: Iterable[Variable]) -> list[str]:
        """Return the names of every number of some variables, in the order of their arrays."""
        return [self.name(Leaf(one, place)) for one in variables for place in np.ndindex(*self.shape(one))]

    def shape(self, variable: Variable) -> tuple[int, ...]:
        """Return the shape of a variable's array."""
        return tuple(self.table.size(axis, self.samples, self.times) for axis in self.table.axes[variable])

    # -- steps ------------------------------------------------------------------------------------

    def _step(self, site: Site) -> None:
        self._site = site
        at: dict[str, int] = {}
        if site.sample is not None:
            at[SAMPLE] = site.sample
        if site.time is not None:
            at[TIME] = site.time
        if site.home.kind == "update":
            self._update(site.home)
            return
        for one in self._at.get(site.home, []):
            self._equation = one
            if site.home.kind == "gradient":
                self._gather(one, at)
            else:
                self._make(one, at)

    def _make(self, one: Equation, at: Mapping[str, int]) -> None:
        if one.where_target and not self.has_target[at[SAMPLE], at[TIME]]:
            for place in self._places(one.result, at):
                self._set(self._result(one, place), "0.0")
        elif one.row is not None:
            self._row(one, at)
        else:
            for place in self._places(one.result, at):
                value = self._formula(one, place) if one.formula is not None else self._sum(one, place)
                self._set(self._result(one, place), value)
        if one.variable == LOSS:
            self.losses.append(self.name(Leaf(LOSS, (at[TIME], at[SAMPLE]))))

    def _gather(self, one: Equation, at: Mapping[str, int]) -> None:
        """Add a site's share to what has been gathered."""
        further = one.variable in self._gathered or (self._left and one.variable in self._applied)
        self._gathered.add(one.variable)
        for place in self._places(one.result, at):
            name = self._result(one, place)
            (share,) = [self._sum(one, {**at, **place})]
            self._set(name, f"{name} + {share}" if further else share)

    def _update(self, home: Home) -> None:
        at: dict[str, int] = {}
        changes = {
            one.variable: one for one in self._at.get(home, []) if one.variable.name.endswith("_change")
        }
        for one in self._at.get(home, []):
            self._equation = one
            if one.variable in changes:
                continue
            old = one.variable._replace(name=one.variable.name.removesuffix("'"))
            change = changes.get(change_of(old))
            if change is None or not any(read.variable in self._gathered for read in change.factors()):
                continue  # not trained, or nothing has been gathered since the last update
            for place in self._places(one.result, at):
                name = self._result(one, place)
                if self._left:
                    self._apply_left(change, name, place)
                else:
                    self._set(name, f"{name}{self._signed(change, place)}")
            totals = {read.variable for read in change.factors() if read.letters}
            self._gathered -= totals
            self._applied |= totals

    def _apply_left(self, change: Equation, name: str, place: Mapping[str, int]) -> None:
        """Apply what is left of a total, and remember what has been applied."""
        (total,) = (read for read in change.factors() if read.letters)
        one = Leaf(total.variable, tuple(place[letter] for letter in total.letters))
        whole = self.name(one)
        if total.variable in self._applied:
            self._names[one] = f"left_{whole}"
            self._set(f"left_{whole}", f"{whole} - applied_{whole}")
        self._set(name, f"{name}{self._signed(change, place)}")
        self._names[one] = whole
        self._set(f"applied_{whole}", whole)

    def _places(self, result: Factor, at: Mapping[str, int]) -> Iterable[dict[str, int]]:
        sizes = dict(zip(result.letters, self.shape(result.variable), strict=True))
        return places(result.letters, sizes, {key: value for key, value in at.items() if key in sizes})

    def _result(self, one: Equation, place: Mapping[str, int]) -> str:
        return self.name(Leaf(one.variable, tuple(place[letter] for letter in one.result.letters)))

    def _set(self, name: str, value: str) -> None:
        self.lines.append(Line(f"{name} = {value}", self._site, self._equation))

    # -- values -----------------------------------------------------------------------------------

    def _sum(self, one: Equation, place: Mapping[str, int]) -> str:
        parts = self._terms(one, place)
        if len(parts) > LONGEST_SUM:
            name = self._result(one, place)
            while len(parts) > LONGEST_SUM:
                self._set(name, _joined(parts[:LONGEST_SUM]))
                parts = [" + " + name, *parts[LONGEST_SUM:]]
        return _joined(parts)

    def _signed(self, one: Equation, place: Mapping[str, int]) -> str:
        return "".join(self._terms(one, place))

    def _terms(self, one: Equation, place: Mapping[str, int]) -> list[str]:
        found: list[str] = []
        for term in one.terms:
            for factors in products(term, place, self.samples, self.times, self.table):
                if any(self._is_own(factor) for factor in factors):
                    continue
                size = abs(term.coefficient)
                texts = [self.name(factor) for factor in factors if factor.variable != OTHERS]
                if size != 1.0 or not texts:
                    texts.insert(0, repr(size))
                found.append((" - " if term.coefficient < 0 else " + ") + " * ".join(texts))
        return found

    def _is_own(self, factor: Leaf) -> bool:
        """Return whether a factor is the 0 of "all but the own"."""
        return factor.variable == OTHERS and factor.place[0] == factor.place[1]

    def _row(self, one: Equation, at: Mapping[str, int]) -> None:
        read = [f"({', '.join(self._layer(factor, at))},)" for _, factor in one.arguments]
        out = ", ".join(self._result(one, place) for place in self._places(one.result, at))
        self._set(f"{out},", f"{one.row}({', '.join(read)})")

    def _layer(self, read: Factor, at: Mapping[str, int]) -> list[str]:
        sizes = dict(zip(read.letters, self.shape(read.variable), strict=True))
        found = []
        for place in places(read.letters, sizes, {key: value for key, value in at.items() if key in sizes}):
            one = leaf(read, place, self.times, self.table)
            found.append("0.0" if one is None else self.name(one))
        return found

    def _formula(self, one: Equation, place: Mapping[str, int]) -> str:
        form = self._forms.get(one.variable)
        if form is None:
            form = self._forms[one.variable] = _Form.of(one)
        given: dict[str, str] = {}
        for name, read in one.arguments:
            found = leaf(read, place, self.times, self.table)
            given[name] = "0.0" if found is None else self.name(found)
        for part, text in form.parts:
            given[part] = self._variable(text.format_map(given))
        return form.text.format_map(given)

    def _variable(self, text: str) -> str:
        """Return the variable that holds a text's value: the same for the same text."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = f"x{len(self._known)}"
            self._set(known, text)
        return known


class _Form:
    """A formula as source text with a gap for each argument.

    `parts` get variables of their own before `text`.
    """

    def __init__(self) -> None:
        self.parts: list[tuple[str, str]] = []
        self.text = ""

    @staticmethod
    def of(one: Equation) -> _Form:
        """Return the form of an equation's formula."""
        assert one.formula is not None
        form = _Form()
        form.text = form.write(whole(one.formula), kept=True)
        return form

    def write(self, node: ast.expr, *, kept: bool) -> str:
        """Return a formula as source text.

        What is `kept` may put a part into a variable of its own before.
        """
        constant = number(node)
        if constant is not None:
            return repr(constant)
        match node:
            case ast.Name(id=name):
                return f"{{{name}}}"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{self._tight(operand, kept=kept)}"
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return f"{self.write(left, kept=kept)} + {self.write(right, kept=kept)}"
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return f"{self.write(left, kept=kept)} - {self._tight(right, kept=kept)}"
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return f"{self._tight(left, kept=kept)} * {self._tight(right, kept=kept, product=True)}"
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                if _positive(right):
                    return f"{self._tight(left, kept=kept)} / {self._tight(right, kept=kept, product=True)}"
                return f"divide({self.write(left, kept=kept)}, {self.write(right, kept=kept)})"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                assert isinstance(test, ast.Compare)
                tested = self._tight(test.left, kept=kept), self._tight(test.comparators[0], kept=kept)
                sign = _COMPARED[type(test.ops[0])]
                chosen = self.write(body, kept=False), self.write(orelse, kept=False)
                return f"({chosen[0]} if {tested[0]} {sign} {tested[1]} else {chosen[1]})"
            case ast.Call(func=ast.Name(id=function), args=arguments):
                return self._call(function, arguments, kept=kept)
            case _:
                raise ValueError(f"not a formula: {ast.unparse(node)}")

    def _call(self, function: str, arguments: Sequence[ast.expr], *, kept: bool) -> str:
        if function == "share":
            weight = self._own(arguments[0], kept=kept)
            if weight is not None:
                value = self._tight(arguments[1], kept=False, product=True)
                return f"(0.0 if {weight} == 0.0 else {weight} * {value})"
            return f"share({', '.join(self.write(one, kept=False) for one in arguments)})"
        texts = [self._own(one, kept=kept) for one in arguments]
        if function == "max" and texts[1] is not None and number(arguments[0]) is not None:
            return f"({texts[0]} if {texts[1]} <= {texts[0]} else {texts[1]})"
        if len(texts) > 1 or texts[0] is None:
            name = "larger" if function == "max" else f"{function}_" if function in _SAFE else function
            return f"{name}({', '.join(self.write(one, kept=kept) for one in arguments)})"
        text = texts[0]
        if function == "square":
            return f"{text} * {text}"
        if function == "sign":
            return f"(1.0 if {text} > 0.0 else -1.0 if {text} < 0.0 else {text})"
        if function == "abs":
            return f"abs({text})"
        safe = _SAFE.get(function)
        if safe is None:
            made = f"{function}({text})"
        else:
            made = f"({function}({text}) if {safe.format(text)} else {function}_({text}))"
        return self._variable(made) if kept else made

    def _own(self, node: ast.expr, *, kept: bool) -> str | None:
        """Return the name or number that holds a part; None if it has none and may get none."""
        text = self.write(node, kept=kept)
        if isinstance(node, ast.Name) or number(node) is not None or _is_gap(text):
            return text
        return self._variable(text) if kept else None

    def _variable(self, text: str) -> str:
        for part, known in self.parts:
            if known == text:
                return f"{{{part}}}"
        self.parts.append((f"part{len(self.parts)}", text))
        return f"{{{self.parts[-1][0]}}}"

    def _tight(self, node: ast.expr, *, kept: bool, product: bool = False) -> str:
        loose = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        loose = loose or (product and isinstance(node, ast.BinOp)) or isinstance(node, ast.UnaryOp)
        loose = loose or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "square"
        )
        text = self.write(node, kept=kept)
        return f"({text})" if loose and not _is_gap(text) and number(node) is None else text


_COMPARED: dict[type[ast.cmpop], str] = {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<="}


def _is_gap(text: str) -> bool:
    return text.startswith("{") and text.endswith("}") and text[1:-1].isidentifier()


def _joined(parts: Sequence[str]) -> str:
    text = "".join(parts)
    if not text:
        return "0.0"
    return text[3:] if text.startswith(" + ") else f"-{text[3:]}"


def _positive(node: ast.expr) -> bool:
    """Return whether a formula can't be 0, so that nothing guards a division by it."""
    value = number(node)
    if value is not None:
        return value > 0.0
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return (_positive(left) and _not_negative(right)) or (_not_negative(left) and _positive(right))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _positive(left) and _positive(right)
        case ast.Call(func=ast.Name(id="cosh")):
            return True
        case _:
            return False


def _not_negative(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="exp" | "square" | "abs" | "cosh" | "sqrt")):
            return True
        case _:
            return _positive(node)


SPACE: dict[str, Callable[..., object]] = {
    **_MATH,
    **{f"{name}_": FLOATS[name] for name in _SAFE},
    **{name: FLOATS[name] for name in ("abs", "share", "divide", "square", "sign")},
    "larger": FLOATS["max"],
    **rows.FLOATS,
}
"""The functions that statements call."""
