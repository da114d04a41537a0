"""What arrays does a JSON file hold?

An object of numbers and lists of numbers, in objects of their own if he likes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.named_arrays.files.limits import REMEDY, twice
from engine.named_arrays.lists import is_plural, may_be_layers, place_in
from engine.read.data.npzfile import ARRAYS
from engine.read.document.source import decode, read_bytes, refusal
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    from engine.named_arrays.files.limits import Arrays

_TEXT = 32 * 2**20
_WORDS: Final = {"nan": np.nan, "inf": np.inf, "-inf": -np.inf}
"""Texts that stand for numbers, as `bp-tui trace` writes them."""


def read_json(path: Path, *, lists: bool, texts: dict[str, str]) -> Arrays:
    """Return the arrays of a JSON file by their names; `lists` and `texts` as of `read_numbers`.

    Raises:
        ScenarioError: it can't be read, or there is something in it that is no array of real numbers.
    """
    document = parsed(read_bytes(path, _TEXT, REMEDY), path)
    if not isinstance(document, dict):
        raise refusal(path, 'expected an object of arrays by their names, such as {"dW1": [[0.1, 0.2]]}')
    found: Arrays = {}
    flat = _flat(document, path, texts)
    for name, value in _each(flat, plural=lists):
        if name in found:
            raise twice(path, name)
        if len(found) >= ARRAYS:
            raise refusal(path, f"there are more than {ARRAYS} arrays", REMEDY)
        found[name] = _array(name, value, path)
    return found


def parsed(content: bytes, path: Path) -> Any:
    """Return a JSON document in which no name stands twice.

    Raises:
        ScenarioError: it is none.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            again = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise twice(path, again)
        return made

    text = decode(content, path)
    try:
        return json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise refusal(path, f"this is not JSON: {error.msg}, {place}") from None
    except (RecursionError, ValueError):
        raise refusal(path, "this JSON is too deep, or a number in it too long") from None


def _flat(
    document: dict[str, Any], path: Path, texts: dict[str, str], before: str = "", depth: int = 0
) -> Iterator[tuple[str, Any]]:
    """Yield the arrays of an object and of the objects in it: {"grads": {"W1": ...}} has grads.W1.

    Texts are no arrays, and put into `texts`.
    """
    if depth > 8:
        raise refusal(path, "objects lie in one another too deep")
    for name, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, path, texts, f"{before}{name}.", depth + 1)
        elif isinstance(value, str):
            texts[before + name] = value
        elif value is not None:
            yield before + name, value


def _each(flat: Iterable[tuple[str, Any]], *, plural: bool) -> Iterator[tuple[str, Any]]:
    """Yield the arrays of lists of arrays of several shapes, and all others as they are."""
    for name, value in flat:
        several = isinstance(value, list) and (is_plural(name) if plural else may_be_layers(name, value))
        if several and _is_uneven(value):
            for place, one in enumerate(value):
                yield f"{name}.{place}" if plural else place_in(name, place), one
        else:
            yield name, value


def _is_uneven(value: list[Any]) -> bool:
    try:
        np.asarray(value)
    except (ValueError, OverflowError, RecursionError):
        return all(isinstance(one, list) for one in value)
    return False


def _array(name: str, value: Any, path: Path) -> npt.NDArray[Any]:
    if isinstance(value, list) and any(isinstance(one, str) for one in _leaves(value)):
        value = _with_numbers(value)
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError, RecursionError):
        raise refusal(path, f"the rows of {shortened(name)!r} are not of one length") from None
    if array.dtype == object and array.size and all(type(one) is int for one in array.ravel()):
        raise refusal(path, f"a number of {shortened(name)!r} is too large")
    if array.dtype.kind not in "fiu" or array.size == 0:
        found = "nothing" if array.size == 0 else "something else"
        raise refusal(path, f"expected numbers in {shortened(name)!r}, found {found}")
    return array.astype(np.float64)


def _leaves(value: Any) -> Iterator[Any]:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, list):
            stack += one
        else:
            yield one


def _with_numbers(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_numbers(one) for one in value]
    return _WORDS.get(value.lower(), value) if isinstance(value, str) else value
