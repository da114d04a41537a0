"""How is a document spoilt as a tree of values, so that it stays TOML and may still be a scenario?"""

from __future__ import annotations

import copy
import math
import tomllib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.read.schema import schema
from tests.fuzz.spoiling.hostile import TEXTS
from tests.fuzz.toml import headed, lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

Place: TypeAlias = "tuple[Any, str | int]"
"""A table or list, and the key or index in it."""

WORDS = (
    *(*OPTIMIZERS, *MISTAKES),
    *(key for table in schema()["$defs"].values() for key in table["properties"]),
    *("sigmoid", "relu", "softmax", "identity", "cross-entropy", "binary-cross-entropy", "squared-error"),
    *(
        "zeros",
        "orthogonal",
        "he-normal",
        "mean",
        "sum",
        "premature",
        "deferred",
        "x",
        "",
        "data.csv",
        "data.npz",
    ),
)
_VALUES: tuple[Any, ...] = (
    *(0, 1, 2, 3, -1, 10, 1000, 10**5, 10**6, 10**7, 10**9, 2**63, 10**30, 10**400, True, False),
    *(0.0, -0.0, 0.5, 1e-320, 1e160, -1e300, 1.7e308, 5e-324, 1.0, 1 - 2**-53, math.inf, -math.inf, math.nan),
    *([True, False], [[True, False]], [[True], []], [True, 1], [[False]]),
    *([], [[]], [[[]]], [0], [[0]], [[1.0]], [[[1.0]]], [1e200, 1e200], {}, [{}], {"a": 1}, [[1], [1, 2]]),
)


def spoil_document(content: bytes, chance: Random) -> tuple[bytes, str]:
    """Return the document with one change, and what it was; the same if it is no document."""
    document: dict[str, Any] = {}
    with suppress(ValueError, RecursionError):
        document = tomllib.loads(content.decode("utf-8", "replace"))
    places = list(_places(document))
    if not places:
        return content, "as it is"
    how = chance.choice(
        (replace, replace, grow, grow, word, text, leave_out, twice, exchange, wrap, rename, notes)
    )
    how(places, document, chance)
    write: Callable[[dict[str, Any]], str] = chance.choice((headed, lines))
    with suppress(RecursionError):
        return write(document).encode(
            "utf-8", "surrogatepass"
        ), f"{how.__name__.replace('_', ' ')} in the tree"
    return content, "as it is"


def replace(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    inner, key = chance.choice(places)
    inner[key] = copy.deepcopy(chance.choice(_VALUES))


def grow(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    """Change one number, or every number of a list, by a factor."""
    numbers = [(inner, key) for inner, key in places if type(inner[key]) in (int, float)]
    if not numbers:
        return
    inner, key = chance.choice(numbers)
    factor = chance.choice((-1, 2, 0.5, 1e3, 1e-3, 1e100, 1e-100, 1e300))
    for one in range(len(inner)) if isinstance(inner, list) and chance.random() < 0.5 else (key,):
        if type(inner[one]) in (int, float) and abs(inner[one]) < 10**300:
            changed = inner[one] * factor
            inner[one] = int(changed) if type(inner[one]) is int and abs(changed) < 1e12 else float(changed)


def word(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    texts = [(inner, key) for inner, key in places if isinstance(inner[key], str)]
    inner, key = chance.choice(texts or places)
    inner[key] = chance.choice(WORDS)


def text(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    """Put a hostile text where a free text belongs, or anywhere."""
    raw = chance.choice(TEXTS)
    if chance.random() < 0.3:
        inner, key = chance.choice(places)
        inner[key] = raw
    else:
        document[chance.choice(("title", "about", "source", "data"))] = f"{raw}x"


def leave_out(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    inner, key = chance.choice(places)
    del inner[key]


def twice(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    """Repeat an item of a list: a unit, a sample, a layer, a note."""
    items = [(inner, key) for inner, key in places if isinstance(inner, list) and isinstance(key, int)]
    if items:
        inner, place = chance.choice(items)
        inner[place:place] = [copy.deepcopy(inner[place])] * chance.choice((1, 1, 2, 100))


def exchange(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    (one, key), (other, name) = chance.choice(places), chance.choice(places)
    one[key], other[name] = copy.deepcopy(other[name]), copy.deepcopy(one[key])


def wrap(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    inner, key = chance.choice(places)
    for _ in range(chance.choice((1, 1, 2, 70))):
        inner[key] = chance.choice(
            ([inner[key]], [inner[key], inner[key]] if chance.random() < 0.2 else {"a": inner[key]})
        )


def rename(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    keys = [(inner, key) for inner, key in places if isinstance(inner, dict)]
    inner, key = chance.choice(keys)
    name = chance.choice((*WORDS, *TEXTS))
    inner[name] = inner.pop(key)


def notes(places: list[Place], document: dict[str, Any], chance: Random) -> None:
    """Say something hostile at the steps that are looked at."""
    note = {"step": chance.choice((1, 1, 2, 3, 5)), "text": chance.choice(TEXTS)}
    document["notes"] = [note] * chance.choice((1, 1, 2, 30))


def _places(value: Any) -> list[Place]:
    found: list[Place] = []
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found.append((value, key))
            found += _places(inner)
    return found
