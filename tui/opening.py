"""How is the app opened on a scenario?

The scenario is read before Textual is imported: an error is a sentence on a clean terminal.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.scenario import Order


def open_app(name: str | None, step: int | None, order: Order | None, *, mouse: bool = False) -> int:
    """Open the app on a scenario file or a shipped scenario, or on the picker; return the exit code."""
    from engine.catalog import find
    from engine.read import load

    gc.disable()  # until the first frame; see tui.app
    scenario = None if name is None else load(find(name))

    from tui.app import BackpropApp

    app = BackpropApp(scenario, step, order)
    app.run(mouse=mouse)
    return app.return_code or 0
