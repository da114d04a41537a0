"""How is a printed program laid out, so that no line is longer than a page is wide?"""

from __future__ import annotations

import re
import textwrap
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 100


def comment(text: str) -> list[str]:
    """Return a comment of as many lines as it takes."""
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH - 2, break_long_words=False)]


def assignment(target: str, value: str) -> list[str]:
    """Return a statement on one line, or in brackets on several."""
    line = f"{target} = {value}"
    if len(line) <= WIDTH:
        return [line]
    if (factor := _factor(value)) and len(f"{target} = {factor}") < WIDTH:
        # a product with one long factor in brackets
        return [f"{target} = {factor}(", *_wrapped(value[len(factor) + 1 : -1]), ")"]
    first, *rest = _wrapped(value)
    if rest and rest[-1].startswith("    )") and not any(line[4:5] not in " )" for line in rest):
        return [f"{target} = {first.strip()}", *(line[4:] for line in rest)]
    return [f"{target} = (", first, *rest, ")"]


def call(function: str, arguments: Sequence[str]) -> list[str]:
    """Return a call on one line, or with an argument a line."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return [line]
    found = [f"{function}("]
    for one in arguments:
        found += _wrapped(f"{one},", WIDTH - 12)  # it may stand in loops
    return [*found, ")"]


_BREAKS = ((",",), (" if ", " else "), (" + ", " - "), (" * ", " / "))


def _wrapped(text: str, room: int = WIDTH - 4) -> list[str]:
    """Return an expression (or several, with commas) on lines, broken outside of brackets first."""
    if len(text) <= room:
        return [f"    {text}"]
    pieces = next((some for signs in _BREAKS if len(some := _pieces(text, signs)) > 1), [text])
    if len(pieces) == 1:
        start, end = _brackets(text)
        if start == end:
            return [f"    {text}"]
        inner = [f"    {line}" for line in _wrapped(text[start + 1 : end], room - 4)]
        return [f"    {text[: start + 1]}", *inner, f"    {text[end:]}"]
    found: list[str] = []
    line = ""
    for piece in pieces:
        longer = f"{line} {piece}" if line else piece
        if line and len(longer) > room:
            found += _wrapped(line, room)
            longer = piece
        line = longer
    return found + _wrapped(line, room)


def _factor(text: str) -> str:
    """Return what stands before the brackets that a product ends with: `-rate * `; nothing if it is none."""
    pieces = _pieces(text, (" * ",))
    if len(pieces) < 2 or len(_pieces(text, (" + ", " - ", " if ", " else ", ",", " / "))) > 1:
        return ""
    start = len(text) - len(pieces[-1]) + 2
    return text[:start] if pieces[-1][2:3] == "(" and _brackets(pieces[-1])[1] == len(pieces[-1]) - 1 else ""


def _pieces(text: str, signs: tuple[str, ...]) -> list[str]:
    """Return a text cut outside of its brackets: behind a comma, before any other sign."""
    found: list[str] = []
    start = depth = 0
    for place in _places(signs).finditer(text):
        if bracket := place[0]:
            depth += 1 if bracket in "([{" else -1
        elif not depth:
            cut = place.start() + 1
            found.append(text[start:cut].strip())
            start = cut
    return [*found, text[start:].strip()] if text[start:].strip() else found


@cache
def _places(signs: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds brackets, and, as nothing, the places before a sign."""
    return re.compile(rf"[(){{}}[\]]|(?={'|'.join(map(re.escape, signs))})")


def _brackets(text: str) -> tuple[int, int]:
    """Return the places of the first bracket and of the one that closes it; 0, 0 if there are none."""
    depth, start = 0, -1
    for place, letter in enumerate(text):
        if letter in "([{":
            start = place if start < 0 else start
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if not depth:
                return start, place
    return 0, 0


def array(name: str, values: list[object] | float) -> list[str]:
    """Return the statement that makes an array of (nested) lists of numbers, a row a line."""
    line = f"{name} = np.array({values})"
    if len(line) <= WIDTH and not _is_nested(values):
        return [line]
    return [f"{name} = np.array(", *(f"    {one}" for one in _rows(values, "")), ")"]


def _is_nested(values: object) -> bool:
    return isinstance(values, list) and len(values) > 1 and isinstance(values[0], list)


def _rows(values: object, end: str) -> list[str]:
    if not isinstance(values, list) or not isinstance(values[0], list):
        return textwrap.wrap(f"{values}{end}", WIDTH - 12, subsequent_indent=" ", break_long_words=False)
    found = [line for row in values for line in _rows(row, ",")]
    return ["[", *(f"    {line}" for line in found), f"]{end}"]
