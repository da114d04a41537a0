"""Does the app start without what it may never need, and is that there when it is asked for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.commands.running import python
from tests.terminal.line import APP, Line

if TYPE_CHECKING:
    from pathlib import Path

OMITTED = (
    "numpy._core._add_newdocs",
    "numpy._typing",
    "rich.table",
    "ssl",
    "textual.canvas",
    "textual.command",
    "textual.widgets._input",
    "textual.widgets._toast",
)

CODE = f"""
import sys
import tui.commands.opening
from tui.commands.omitting import load_asyncio_and_textual, load_numpy
load_numpy()
load_asyncio_and_textual()
import tui.app
print(*sorted({set(OMITTED)} & set(sys.modules)))
from importlib import import_module
print(*(name for name in {OMITTED} if import_module(name).__spec__ is None))
from textual.command import CommandPalette, Provider
print(CommandPalette.__mro__[-2].__module__, Provider.search.__module__)
import numpy, numpy.typing
print(numpy.linalg.eigh(numpy.diag([2.0, 3.0])).eigenvalues, numpy.typing.NDArray is numpy._typing.NDArray)
"""


def test_what_is_omitted_is_not_loaded_and_comes_whole_when_it_is_imported() -> None:
    omitted, empty, classes, numbers = python(CODE).stdout.splitlines()
    assert omitted == empty == ""
    assert classes == "textual.message_pump textual.command"
    assert numbers == "[2. 3.] True"


def test_what_can_not_be_imported_without_them_comes_whole(tmp_path: Path) -> None:
    """As a later numpy might have it: from within a module that is left out."""
    (tmp_path / "numpy" / "_typing").mkdir(parents=True)
    (tmp_path / "numpy" / "__init__.py").write_text("from numpy._typing.inner import NDArray\n")
    (tmp_path / "numpy" / "_typing" / "__init__.py").write_text("")
    (tmp_path / "numpy" / "_typing" / "inner.py").write_text("NDArray = list\n")
    found = python(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from tui.commands.omitting import load_numpy\n"
        "load_numpy()\n"
        "import numpy\n"
        "print(numpy.NDArray)"
    )
    assert found.stdout == "<class 'list'>\n"


def test_a_theme_is_found_in_the_palette_of_a_program_that_started_without_it() -> None:
    without = "import sys; assert 'textual.command' not in sys.modules"
    with Line([*APP, "neuron"], first=without) as line:
        text = line.until(lambda text: "step 1 of " in text and "quit" in text)
        cells = line.terminal.snapshot()
        for keys, then in (
            (b"\x10", "Search for commands"),  # ctrl+p
            (b"theme", "Change the colours"),
            (b"\r", "Search for themes"),
            (b"gruv", "gruvbox"),
        ):
            line.send(keys)
            line.shows(then)
        line.send(b"\r")
        line.until(lambda shown: shown == text)
        assert line.terminal.snapshot() != cells
        line.send(b"q")
        assert line.gone() == 0
        line.is_as_it_was(said="To come back: ")
