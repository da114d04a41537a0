"""How does a formula become source text, with gaps for what it is applied to?

What is used more than once, and every call of a function, is a part that is computed before, so that other
formulas can have it too.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.equations.functions.floats import whole
from engine.equations.functions.formula import in_range, number, same

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = re.compile(r"\{(\w+)\}")
"""A gap: the name of an argument or of a part."""


class Form:
    """A formula as source text with a gap for each argument.

    `parts` are computed before `text`: a name, a text, and whether it only needs arguments that are `early`.
    """

    def __init__(self, early: frozenset[str], *, guarded: bool) -> None:
        self.parts: list[tuple[str, str, bool]] = []
        self.text = ""
        self._early, self._guarded = early, guarded

    def write(self, node: ast.expr, *, kept: bool) -> str:
        """Return a formula as source text.

        What is `kept` may put a part into a variable of its own before.
        """
        constant = number(node)
        if constant is not None:
            return repr(constant)
        if self._is_early(node):
            return self._variable(self._written(node, kept=True), early=True)
        return self._written(node, kept=kept)

    def _is_early(self, node: ast.expr) -> bool:
        """Return whether a part needs only early arguments, and can be computed whether it is read or not."""
        if not isinstance(node, ast.BinOp):
            return False
        every = [one for one in ast.walk(node) if isinstance(one, ast.expr)]
        plain = ast.Constant | ast.Name | ast.UnaryOp | ast.BinOp
        divides = any(isinstance(one, ast.BinOp) and isinstance(one.op, ast.Div | ast.Pow) for one in every)
        read = {one.id for one in every if isinstance(one, ast.Name)}
        return bool(read) and read <= self._early and not divides and all(isinstance(x, plain) for x in every)

    def _written(self, node: ast.expr, *, kept: bool) -> str:
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
                if is_positive(right) or not self._guarded:
                    return f"{self._tight(left, kept=kept)} / {self._tight(right, kept=kept, product=True)}"
                return f"divide({self.write(left, kept=kept)}, {self.write(right, kept=kept)})"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                assert isinstance(test, ast.Compare)
                tested = self._tight(test.left, kept=kept), self._tight(test.comparators[0], kept=kept)
                sign = COMPARED[type(test.ops[0])]
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
            name = "larger" if function == "max" else function
            return f"{name}({', '.join(self.write(one, kept=kept) for one in arguments)})"
        text = texts[0]
        if function == "square":
            return f"{text} * {text}"
        if function == "sign":
            return f"(1.0 if {text} > 0.0 else -1.0 if {text} < 0.0 else {text})"
        if function == "abs":
            return f"abs({text})"
        made = f"{function}({text})"
        return self._variable(made) if kept else made

    def _own(self, node: ast.expr, *, kept: bool) -> str | None:
        """Return the name or number that holds a part; None if it has none and may get none."""
        text = self.write(node, kept=kept)
        if isinstance(node, ast.Name) or number(node) is not None or _is_gap(text):
            return text
        return self._variable(text) if kept else None

    def _variable(self, text: str, *, early: bool = False) -> str:
        for part, known, _ in self.parts:
            if known == text:
                return f"{{{part}}}"
        self.parts.append((f"part{len(self.parts)}", text, early))
        return f"{{{self.parts[-1][0]}}}"

    def _tight(self, node: ast.expr, *, kept: bool, product: bool = False) -> str:
        loose = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
        loose = loose or (product and isinstance(node, ast.BinOp)) or isinstance(node, ast.UnaryOp)
        loose = loose or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "square"
        )
        text = self.write(node, kept=kept)
        return f"({text})" if loose and not _is_gap(text) and number(node) is None else text


@lru_cache(maxsize=1024)
def form_of(formula: ast.expr, early: frozenset[str], *, guarded: bool) -> Form:
    """Return the form of a formula; a division that may be by 0 is a call where it is `guarded`."""
    form = Form(early, guarded=guarded)
    written = whole(formula)
    form.text = form.write(written if guarded else in_range(written), kept=True)
    return form


COMPARED: dict[type[ast.cmpop], str] = {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<="}
"""How Python writes a comparison."""


def _is_gap(text: str) -> bool:
    return GAP.fullmatch(text) is not None


def is_positive(node: ast.expr) -> bool:
    """Return whether a formula is surely above 0: so Python divides by it, too."""
    value = number(node)
    if value is not None:
        return value > 0.0
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return any(map(is_positive, (left, right))) and all(map(_is_no_less, (left, right)))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return is_positive(left) and is_positive(right)
        case ast.Call(func=ast.Name(id="total"), args=[ast.Call(func=ast.Name(id="exp"), args=[inner])]):
            return is_shifted(inner)  # that of the largest is 1
        case ast.Call(func=ast.Name(id="cosh")):
            return True
    return False


def _is_no_less(node: ast.expr) -> bool:
    """Return whether a formula is surely not below 0."""
    match node:
        case ast.Call(func=ast.Name(id="abs" | "exp" | "square" | "sqrt")):
            return True
        case ast.Call(func=ast.Name(id="total"), args=[inner]):
            return _is_no_less(inner)
    return is_positive(node)


def is_shifted(node: ast.expr) -> bool:
    """Return whether a part of a formula of a row is less the largest: so that is 0, and none is above."""
    match node:
        case ast.Call(func=ast.Name(id="shifted")):
            return True
        case ast.BinOp(left=left, op=ast.Sub(), right=ast.Call(func=ast.Name(id="top"), args=[z])):
            return same(left, z)
    return False
