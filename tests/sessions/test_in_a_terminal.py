"""Is the way back printed on the terminal that the app has given back, and does it lead back?"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from tests.terminal.line import APP, Line

if TYPE_CHECKING:
    from pathlib import Path

WAY_BACK = re.compile(r"To come back: bp-tui (.*\.toml)")


def test_a_session_is_kept_on_leaving_and_the_command_that_is_printed_comes_back(tmp_path: Path) -> None:
    state = str(tmp_path)
    with Line([*APP, "neuron", "--step", "2", "--view", "slope"], columns=200, XDG_STATE_HOME=state) as line:
        line.shows("step 2 of ")
        line.shows("activation curve of layer 1")
        line.send(b'"a')
        line.shows("is marked")
        line.send(b"q")
        line.shows("y saves and leaves")
        line.send(b"y")
        assert line.gone() == 0
        line.is_as_it_was(said="To come back: bp-tui --resume")
        found = WAY_BACK.search(line.terminal.text())
    assert found is not None
    with Line([*APP, *shlex.split(found[1])], columns=200, XDG_STATE_HOME=state) as line:
        line.shows("Back where you were.")
        line.shows("step 2 of ")
        line.shows("activation curve of layer 1")
        line.send(b"q")
        assert line.gone() == 0
        line.is_as_it_was(said=found[0])
