"""Does each command import only what it needs? Asked in fresh processes, where nothing is imported yet."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import engine
from engine.catalog import find
from tests.commands.running import environment
from tests.work.patience import PATIENCE

if TYPE_CHECKING:
    from pathlib import Path

# Code that prints which of these packages have been imported at its end.
REPORT = """
import sys
print(*sorted({"numpy", "rich", "textual", "msgspec", "tree_sitter"} & set(sys.modules)), file=sys.stderr)
"""

MAZUR = str(find("mazur"))


def imported(code: str) -> set[str]:
    """Which of the packages of `REPORT` does a fresh process import for this code?"""
    done = subprocess.run(
        [sys.executable, "-c", code + REPORT],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env=environment(),
    )
    return set(done.stderr.splitlines()[-1].split())  # before it a command may have something to say


def command(*words: str) -> set[str]:
    return imported(f"from tui.cli import main\nassert main({list(words)!r}) == 0")


def test_the_report_sees_an_import() -> None:
    assert imported("import numpy, rich") == {"numpy", "rich"}


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("list",), ("sshd-config",)])
def test_what_needs_no_numbers_imports_no_numpy(words: tuple[str, ...]) -> None:
    assert command(*words) == set()


@pytest.mark.parametrize(
    "words",
    [
        ("check", MAZUR),
        ("trace", "mazur", "--iterations", "0:1"),
        ("train", "neuron"),
        ("train", "xor", "--json"),
        ("explain", "mazur", "d1[2]"),
        ("explain", "mazur", "d1[2]", "--latex"),
        ("program", "mazur"),
        ("program", "iris"),
    ],
)
def test_headless_commands_import_no_textual_and_off_a_terminal_no_rich(words: tuple[str, ...]) -> None:
    found = command(*words)
    assert "numpy" in found
    assert found.isdisjoint({"rich", "textual"})


def test_a_diagnosis_imports_no_textual_either(tmp_path: Path) -> None:
    numbers = tmp_path / "right.json"
    numbers.write_text('{"z1": [[0.3775, 0.3925]]}')
    found = command("diagnose", "mazur", str(numbers))
    assert "numpy" in found
    assert found.isdisjoint({"rich", "textual"})


def test_an_import_imports_no_textual_either(tmp_path: Path) -> None:
    network = tmp_path / "network.json"
    network.write_text('{"W1": [[0.5, 0.25]], "b1": [0.5]}')
    found = command("import", str(network))
    assert "numpy" in found
    assert found.isdisjoint({"rich", "textual"})


def test_import_engine_alone_is_free() -> None:
    assert imported("import engine") == set()


def test_no_module_of_the_engine_needs_the_terminal() -> None:
    modules = [module.name for module in pkgutil.walk_packages(engine.__path__, "engine.")]
    assert "engine.run.tracing" in modules
    assert "engine.read.build" in modules
    found = imported("\n".join(f"import {module}" for module in modules))
    assert "numpy" in found
    assert found.isdisjoint({"rich", "textual"})
