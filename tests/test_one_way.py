"""Does everything flow one way? No file needs one that needs it, be it for types alone or in a late call.

Nor does any room of the engine or of the terminal, a package or file right in it, nor any room within one of
their rooms: what is in a room needs rooms below it alone.
"""

from __future__ import annotations

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


ROOT = Path(__file__).parent.parent


@cache
def modules() -> dict[str, str]:
    """Return the texts of all files of the project but its tests, by the names of their modules."""
    files = (file for room in ("engine", "tui") for file in (ROOT / room).rglob("*.py"))
    names = {file: ".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files}
    return {name.removesuffix(".__init__"): file.read_text("utf-8") for file, name in names.items()}


def needed(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the modules of the project that a text imports from, wherever in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                yield inner if inner in names else node.module
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def arrows(texts: Mapping[str, str]) -> dict[str, set[str]]:
    """Return what each module needs of the others."""
    return {name: {*needed(text, texts)} & {*texts} - {name} for name, text in texts.items()}


@cache
def project() -> dict[str, set[str]]:
    """Return the arrows of the project, which are no test's own."""
    return arrows(modules())


def between_rooms(found: Mapping[str, set[str]], house: str) -> dict[str, set[str]]:
    """Return what each room in a package needs of the others there, by what their files need."""
    depth = house.count(".") + 2
    mine = {name: ".".join(name.split(".")[:depth]) for name in found if f"{name}.".startswith(f"{house}.")}
    rooms: dict[str, set[str]] = {}
    for name, room in mine.items():
        rooms.setdefault(room, set()).update(mine[one] for one in found[name] if one in mine)
    return {room: others - {room} for room, others in rooms.items()}


def houses(texts: Mapping[str, str]) -> set[str]:
    """Return all packages that have rooms or files in them."""
    return {name.rpartition(".")[0] for name in texts if "." in name}


def test_no_file_leads_back_to_itself() -> None:
    found = project()
    assert sum(map(len, found.values())) > len(found) > 400
    TopologicalSorter(found).prepare()  # CycleError names the files


def test_no_room_leads_back_to_itself() -> None:
    texts, found = modules(), project()
    for top, rooms in (("engine", 20), ("tui", 15)):
        whole = between_rooms(found, top)
        assert sum(map(len, whole.values())) > len(whole) > rooms
    assert len(houses(texts)) > 60
    for house in houses(texts):
        TopologicalSorter(between_rooms(found, house)).prepare()  # CycleError names the rooms


def test_a_circle_of_rooms_is_seen_where_no_file_is_in_one() -> None:
    texts = {
        "engine": "",
        "engine.house.low.one": "",
        "engine.house.low.other": "from engine.house.high.top import Top\n",
        "engine.house.high.top": "from engine.house.low import one\n",
    }
    found = arrows(texts)
    TopologicalSorter(found).prepare()
    TopologicalSorter(between_rooms(found, "engine")).prepare()
    with pytest.raises(CycleError):
        TopologicalSorter(between_rooms(found, "engine.house")).prepare()


def test_a_circle_is_seen_also_of_types_and_late_imports() -> None:
    first = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from engine.second import Second\n"
    second = "def late():\n    from engine import first\n"
    with pytest.raises(CycleError):
        TopologicalSorter(arrows({"engine": "", "engine.first": first, "engine.second": second})).prepare()


def test_the_engine_needs_nothing_of_the_terminal() -> None:
    found = project()
    assert not [
        name
        for name, others in found.items()
        if name.startswith("engine")
        for one in others
        if one.startswith("tui")
    ]


def test_an_arrow_back_into_a_room_of_the_terminal_is_seen() -> None:
    found = project()
    for name, above in (
        ("tui.walking.walk", "tui.sessions.document"),
        ("tui.screens.picker", "tui.following.names"),
        ("tui.app", "tui.commands.making.writing"),
        ("tui.classroom.whose", "tui.commands.line.no_options"),
    ):
        back = {**found, name: {*found[name], above}}
        TopologicalSorter(back).prepare()  # of the files none leads back to itself
        with pytest.raises(CycleError):
            TopologicalSorter(between_rooms(back, "tui")).prepare()


def imported(body: list[ast.stmt]) -> set[tuple[str | None, str]]:
    """Return what some statements import, each with where it comes from."""
    some = (one for one in body if isinstance(one, ast.ImportFrom))
    return {(one.module, name.name) for one in some for name in one.names}


@pytest.mark.parametrize("room", ["engine", "tui"])
def test_what_is_imported_is_not_imported_for_its_type_again(room: str) -> None:
    twice = {}
    for name, text in modules().items():
        body = ast.parse(text).body
        typed = [one for one in body if isinstance(one, ast.If) and ast.unparse(one.test) == "TYPE_CHECKING"]
        both = imported(body) & {one for some in typed for one in imported(some.body)}
        if both and name.startswith(room):
            twice[name] = both
    assert not twice
