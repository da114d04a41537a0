"""Does everything flow one way? No file needs one that needs it, be it for types alone or in a late call."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


ROOT = Path(__file__).parent.parent


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


def test_no_file_leads_back_to_itself() -> None:
    found = arrows(modules())
    assert sum(map(len, found.values())) > len(found) > 400
    TopologicalSorter(found).prepare()  # CycleError names the files


def test_a_circle_is_seen_also_of_types_and_late_imports() -> None:
    first = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from engine.second import Second\n"
    second = "def late():\n    from engine import first\n"
    with pytest.raises(CycleError):
        TopologicalSorter(arrows({"engine": "", "engine.first": first, "engine.second": second})).prepare()


def test_the_engine_needs_nothing_of_the_terminal() -> None:
    found = arrows(modules())
    assert not [
        name
        for name, others in found.items()
        if name.startswith("engine")
        for one in others
        if one.startswith("tui")
    ]


def rooms_of_the_terminal(found: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return what each room of `tui`, a package or a file directly in it, needs of the others."""
    rooms: dict[str, set[str]] = {}
    for name, others in found.items():
        top, *below = name.split(".")
        if top == "tui":
            room = ".".join((top, *below[:1]))
            needs = {".".join(one.split(".")[:2]) for one in others if one.split(".")[0] == top}
            rooms.setdefault(room, set()).update(needs - {room})
    return rooms


def test_no_room_of_the_terminal_leads_back_to_itself() -> None:
    rooms = rooms_of_the_terminal(arrows(modules()))
    assert sum(map(len, rooms.values())) > len(rooms) > 15
    TopologicalSorter(rooms).prepare()  # CycleError names the rooms


def test_an_arrow_back_into_a_room_of_the_terminal_is_seen() -> None:
    found = arrows(modules())
    for name, above in (
        ("tui.walking.walk", "tui.sessions.document"),
        ("tui.screens.picker", "tui.following.names"),
        ("tui.app", "tui.commands.making.writing"),
        ("tui.classroom.whose", "tui.commands.line.no_options"),
    ):
        back = {**found, name: {*found[name], above}}
        TopologicalSorter(back).prepare()  # of the files none leads back to itself
        with pytest.raises(CycleError):
            TopologicalSorter(rooms_of_the_terminal(back)).prepare()
