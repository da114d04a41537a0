"""Does the app start without what it may never need, and is that there when it is asked for?"""

from __future__ import annotations

from tests.commands.running import python
from tests.terminal.line import APP, Line

CODE = """
import sys
from tui.commands.omitting import load_asyncio_and_textual
load_asyncio_and_textual()
import tui.app
print(*sorted({"ssl", "textual.command", "textual.widgets._input"} & set(sys.modules)))
import textual.command
print(textual.command.CommandPalette.__mro__[-2].__module__, textual.command.Provider.search.__module__)
"""


def test_what_is_omitted_is_not_loaded_and_comes_whole_when_it_is_imported() -> None:
    done = python(CODE)
    omitted, whole = done.stdout.splitlines()
    assert omitted == ""
    assert whole == "textual.message_pump textual.command"


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
