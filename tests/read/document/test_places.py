from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from engine.read.document.places import Places
from engine.read.findings import key_text
from tests.given.shipped import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.read.findings import KeyPath

TEXT = """\
top = 1
"quoted key" = 2
'it''s' = 3
a.b.c = [1, [2, 3], {d = 4, "e.f" = [5]}] # comment
multi = [ # comment
  # comment
  1,
  2, # comment
]

[table]
x = 1
"é" = { y = "中", z = 2 }

[table . "sub table"]
x = 5

[[list]]
x = 1
[[list]]
x = 2
[list.inner]
y = 3
[[list.deep]]
z = 4
[[list.deep]]
z = 5
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (("top",), (1, 7), (1, 1)),
        (("quoted key",), (2, 16), (2, 1)),
        (("a",), (4, 1), (4, 1)),
        (("a", "b", "c"), (4, 9), (4, 1)),
        (("a", "b", "c", 0), (4, 10), (4, 10)),
        (("a", "b", "c", 1, 1), (4, 17), (4, 17)),
        (("a", "b", "c", 2, "d"), (4, 26), (4, 22)),
        (("a", "b", "c", 2, "e.f", 0), (4, 38), (4, 38)),
        (("multi", 1), (8, 3), (8, 3)),
        (("table",), (11, 2), (11, 2)),
        (("table", "x"), (12, 5), (12, 1)),
        (("table", "é", "y"), (13, 13), (13, 9)),
        (("table", "é", "z"), (13, 22), (13, 18)),
        (("table", "sub table", "x"), (16, 5), (16, 1)),
        (("list",), (18, 3), (18, 3)),
        (("list", 0, "x"), (19, 5), (19, 1)),
        (("list", 1), (20, 3), (20, 3)),
        (("list", 1, "x"), (21, 5), (21, 1)),
        (("list", 1, "inner", "y"), (23, 5), (23, 1)),
        (("list", 1, "deep", 0, "z"), (25, 5), (25, 1)),
        (("list", 1, "deep", 1, "z"), (27, 5), (27, 1)),
        # Where there is no such place: the nearest thing around it.
        (("table", "none"), (11, 2), (11, 2)),
        (("list", 1, "none"), (20, 3), (20, 3)),
        (("list", 9), (18, 3), (18, 3)),
        (("multi", 9), (5, 1), (5, 1)),
    ],
)
def test_places(path: KeyPath, value: tuple[int, int], key: tuple[int, int]) -> None:
    text = TEXT.replace("'it''s' = 3", "'its' = 3")
    assert Places(text, [path]).find(path) == value
    assert Places(text, [path]).find(path, at_key=True) == key


def test_no_place() -> None:
    assert Places(TEXT, [("none",)]).find(("none",)) is None
    assert Places("", [("none", 1)]).find(("none", 1)) is None
    assert Places("x = 1", [()]).find(()) is None


def leaves(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Yield the path and value of everything in a document that is no table or list."""
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, step))
    else:
        yield path, value


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_every_value_of_every_shipped_scenario(entry: Any) -> None:
    text = entry.path.read_text("utf-8")
    lines = text.split("\n")
    values = list(leaves(tomllib.loads(text)))
    places = Places(text, [path for path, _ in values])
    for path, value in values:
        place = places.find(path)
        assert place is not None
        start = lines[place[0] - 1][place[1] - 1 :]
        if isinstance(value, str):
            assert start.startswith('"')
        else:
            number = start.split(",")[0].split("]")[0].split("}")[0].split("#")[0]
            assert tomllib.loads(f"x = {number}")["x"] == value, key_text(path)


def test_key_text() -> None:
    assert key_text(("network", "layers", 0, "weights", 1, 2)) == "network.layers[0].weights[1][2]"
    assert key_text(()) == ""
    assert key_text(("a\x1b", "b" * 100)) == "a\ufffd." + "b" * 39 + "…"
