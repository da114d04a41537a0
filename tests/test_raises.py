"""Has a docstring its own part for what is raised, `Raises:`, and stands it nowhere else?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.test_one_way import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def raised(function: ast.FunctionDef) -> Iterator[str]:
    """Yield the errors that a function raises by itself, but for those that can't be."""
    asked: list[ast.AST] = list(function.body)
    for one in asked:  # which grow meanwhile
        if isinstance(one, ast.Raise) and isinstance(one.exc, ast.Call | ast.Name):
            made = one.exc.func if isinstance(one.exc, ast.Call) else one.exc
            name = ast.unparse(made)
            if name.endswith("Error") and name != "AssertionError":
                yield name
        if not isinstance(one, _INNER):
            asked += ast.iter_child_nodes(one)


def test_what_a_function_of_the_engine_raises_is_said_under_raises() -> None:
    unsaid = []
    for module, text in modules().items():
        if not module.startswith("engine"):
            continue
        for one in ast.walk(ast.parse(text)):
            if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
                said = ast.get_docstring(one) or ""
                prose, _, listed = said.partition("Raises:")
                unsaid += [f"{module}.{one.name}: {error}" for error in raised(one) if not listed]
                unsaid += [f"{module}.{one.name}: in prose"] * ("Error" in prose)
    assert unsaid == []
