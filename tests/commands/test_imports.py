"""Does each command import only what it needs? Asked in fresh processes, where nothing is imported yet."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING

import engine
from engine.catalog import find
from tests.commands.running import python

if TYPE_CHECKING:
    from pathlib import Path

# Code that prints which of these packages have been imported.
PACKAGES = {"numpy", "numpy.ma", "rich", "textual", "msgspec", "tree_sitter"}
REPORT = f"""
import sys
print("imported", *sorted({PACKAGES} & set(sys.modules)), file=sys.stderr)
"""

MAZUR = str(find("mazur"))


def imported(code: str) -> set[str]:
    """Which of the packages of `REPORT` does a fresh process import for this code?"""
    done = python(code + REPORT)
    return set(done.stderr.splitlines()[-1].split()[1:])  # before it a command may have something to say


def commands(*lines: tuple[str, ...]) -> dict[str, set[str]]:
    """Which are imported by the end of each of several commands, carried out one after the other?"""
    code = "from tui.cli import main\n"
    code += "".join(f"assert main({list(words)!r}) == 0{REPORT}" for words in lines)
    done = python(code)
    said = [line.split()[1:] for line in done.stderr.splitlines() if line.startswith("imported")]
    return {" ".join(words): set(found) for words, found in zip(lines, said, strict=True)}


def test_the_report_sees_an_import() -> None:
    assert imported("import numpy, rich") == {"numpy", "rich"}


def test_what_needs_no_numbers_imports_no_numpy() -> None:
    """One process for all: what the first of them imports that does, the next ones are told to have too."""
    found = commands(("--version",), ("--help",), ("list",), ("sshd-config",))
    assert found == {"--version": set(), "--help": set(), "list": set(), "sshd-config": set()}


def test_headless_commands_import_no_textual_and_off_a_terminal_no_rich(tmp_path: Path) -> None:
    """Two processes for all that need numbers: what the one has imported is no news to the next."""
    numbers, network = tmp_path / "right.json", tmp_path / "network.json"
    numbers.write_text('{"z1": [[0.3775, 0.3925]]}')
    network.write_text('{"W1": [[0.5, 0.25]], "b1": [0.5]}')
    for lines in (
        [
            ("check", MAZUR),
            ("explain", "mazur", "d1[2]"),
            ("explain", "mazur", "d1[2]", "--latex"),
            ("diagnose", "mazur", str(numbers)),
            ("import", str(network)),
        ],
        [
            ("train", "neuron"),
            ("train", "xor", "--json"),
            ("trace", "mazur", "--iterations", "0:1"),
            ("program", "mazur"),
            ("program", "iris"),
            ("find", "neuron", "loss < 1"),
            ("neuron", "--plain", "--step", "2"),
        ],
    ):
        for words, found in commands(*lines).items():
            assert found & {"numpy", "rich", "textual"} == {"numpy"}, words


def test_import_engine_alone_is_free() -> None:
    assert imported("import engine") == set()


def test_no_module_of_the_engine_needs_the_terminal() -> None:
    modules = [module.name for module in pkgutil.walk_packages(engine.__path__, "engine.")]
    assert "engine.run.tracing" in modules
    assert "engine.read.build" in modules
    found = imported("\n".join(f"import {module}" for module in modules))
    assert "numpy" in found
    assert found.isdisjoint({"rich", "textual"})


def test_the_first_frame_needs_no_masked_arrays() -> None:
    """They take a fortieth of the time until it is there; numpy.unique alone would ask for them."""
    code = f"""
import asyncio
from pathlib import Path
from engine import load
from tui.app import BackpropApp

async def first_frame():
    app = BackpropApp(load(Path({MAZUR!r})))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "step 1 of" in app.export_screenshot().replace("&#160;", " ")

asyncio.run(first_frame())
"""
    assert imported(code) == {"numpy", "rich", "textual", "msgspec"}
