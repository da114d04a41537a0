"""How are plain values written as TOML?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spelling.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def toml(document: Mapping[str, Any]) -> str:
    """Return a document of tables, lists, texts, numbers and truth values; what is None is left out.

    A list holds tables alone or none; one of lists has a line for each. Numbers are read as the same again.
    """
    return "\n".join(_lines(document, ())) + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    there = {key: value for key, value in table.items() if value is not None and value != {}}
    below = {key: value for key, value in there.items() if _is_below(value)}
    for key, value in there.items():
        if key not in below:
            yield f"{key} = {_rows(value)}"
    for key, value in below.items():
        name = ".".join((*path, key))
        for one in value if isinstance(value, list | tuple) else [value]:
            yield ""
            yield f"[{name}]" if one is value else f"[[{name}]]"
            yield from _lines(one, (*path, key))


def _is_below(value: object) -> bool:
    """Return whether a value has headings of its own."""
    if isinstance(value, list | tuple):
        return bool(value) and isinstance(value[0], dict)
    return isinstance(value, dict)


def _rows(value: object) -> str:
    if not (isinstance(value, list | tuple) and len(value) > 1 and isinstance(value[0], list | tuple)):
        return _value(value)
    return "\n".join(["[", *(f"    {_value(row)}," for row in value), "]"])


def _text(text: str) -> str:
    """Return a text as it is read: one of several lines has them in the file too."""
    if "\n" not in text:
        return quoted(text)
    lines = "\n".join(quoted(line)[1:-1] for line in text.split("\n"))
    return f'"""\n{lines}"""'


def _value(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return repr(value)
