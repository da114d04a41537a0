"""Which functions need more than Python's own have?

A program that is printed is run while it is written. Where exp overflows, ln meets 0 or something is divided
by it, Python stops and numpy goes on; only then does the program need functions of its own.
"""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

from engine.equations.functions.floats import FLOATS
from engine.listing import readable
from engine.program.floats.code import PLAIN, TOTAL
from engine.program.rows import float_functions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.equations.table import Table

GUARDED = {readable.in_math(name): name for name in PLAIN if PLAIN[name] is not TOTAL[name]}
"""What stops in Python where numpy goes on: its name in Python and ours."""


class Trying:
    """A program that is run line by line; `beyond` has those functions for which Python's own do not do."""

    def __init__(self, table: Table) -> None:
        self.beyond: set[str] = set()
        self._space: dict[str, object] = {
            **TOTAL,
            **float_functions(table.equations),
            "divide": self._divide,
            "hypot": math.hypot,
        }
        for name, ours in GUARDED.items():
            self._space[name] = self._guarded(name, getattr(math, name), FLOATS[ours])

    def _guarded(
        self, name: str, plain: Callable[[float], float], total: Callable[..., float]
    ) -> Callable[[float], float]:
        def tried(x: float) -> float:
            try:
                return plain(x)
            except (OverflowError, ValueError):
                self.beyond.add(name)
                return total(x)

        return tried

    def _divide(self, x: float, y: float) -> float:
        if y == 0.0:
            self.beyond.add("divide")
        return FLOATS["divide"](x, y)

    def run(self, lines: Sequence[str]) -> None:
        """Run further lines."""
        exec("\n".join(lines), self._space)  # noqa: S102  our own text

    def signed(self, value: ast.expr) -> ast.expr:
        """Return an expression that adds each variable that is -0.0 now to 0.0."""
        trying = self

        class Adding(ast.NodeTransformer):
            def visit_Name(self, node: ast.Name) -> ast.expr:
                negative = trying.is_negative_zero(node.id)
                return ast.BinOp(ast.Constant(0.0), ast.Add(), node) if negative else node

        found = Adding().visit(value)
        assert isinstance(found, ast.expr)
        return found

    def is_negative_zero(self, name: str) -> bool:
        """Return whether a variable is -0.0 now."""
        value = self._space.get(name)
        return value == 0.0 and isinstance(value, float) and math.copysign(1.0, value) < 0.0
