"""How is a document of plain values written as TOML, in each of the ways that TOML has?"""

from __future__ import annotations

import math
from typing import Any


def inline(value: Any) -> str:
    """Write a value as TOML, tables inline."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return (
                '"'
                + "".join(f"\\U{ord(c):08x}" if c in '\\"' or not c.isprintable() else c for c in value)
                + '"'
            )
        case float() if math.isnan(value) or math.isinf(value):
            return str(value)
        case list():
            return "[" + ", ".join(map(inline, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{inline(key)} = {inline(inner)}" for key, inner in value.items()) + "}"
        case _:
            return str(value)


def lines(document: dict[str, Any]) -> str:
    """Write a document with a line for each key at its top."""
    return "".join(f"{inline(key)} = {inline(value)}\n" for key, value in document.items())


def headed(document: dict[str, Any], path: tuple[str, ...] = ()) -> str:
    """Write a document with a `[heading]` for each table and a `[[heading]]` for each table of a list."""
    text, tables = "", ""
    for key, value in document.items():
        heading = ".".join(map(_key, (*path, key)))
        if isinstance(value, dict):
            tables += f"\n[{heading}]\n" + headed(value, (*path, key))
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            for item in value:
                tables += f"\n[[{heading}]]\n" + headed(item, (*path, key))
        else:
            text += f"{_key(key)} = {inline(value)}\n"
    return text + tables


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "a").isalnum() else inline(key)
