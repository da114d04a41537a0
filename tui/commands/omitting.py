"""What do numpy, asyncio and Textual load at once that the app never uses, or only when it is asked for?

A seventh of the time to the first frame, and some megabytes of every session. Whoever has loaded the modules
already, as tests have, keeps them: nothing here changes what has been imported.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Nothing:
    """A class that is nothing yet: it can be named, and be written in an annotation with what it is of."""

    def __class_getitem__(cls, of: object) -> type:
        return cls


class _Later(ModuleType):
    """Stands for a module while another is imported that only names its classes."""

    def __getattr__(self, name: str) -> type:
        """Return a class that is nothing yet."""
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (_Nothing,), {})


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Let something be imported without some modules, which come whole to whoever imports them later."""
    omitted = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _Later(name) for name in omitted})
    try:
        yield
    finally:
        for name in omitted:
            del sys.modules[name]


def load_numpy() -> None:
    """Import numpy without the texts of its help and the classes of its annotations.

    A later one that can't be had so comes whole, by whoever imports it next.
    """
    if "numpy" not in sys.modules:
        with (
            suppress(Exception),
            _without("numpy._core._add_newdocs", "numpy._core._add_newdocs_scalars", "numpy._typing"),
        ):
            import numpy as np  # noqa: F401


_TURNS_OFF_TOASTS = "_disable_notifications"
"""What an app has, in all Textuals there are, to say that it shows no toasts."""


def load_asyncio_and_textual() -> None:
    """Import asyncio without TLS, as the app makes no connections, and Textual without its command palette.

    The palette brings trees, tables and inputs. What opens one in the app imports `textual.command` itself
    (`tui.screens.command_palette`); the classes in Textual's app and theme that stand for it are not used.
    Neither are the tables in which Textual prints its colours, the canvas for lines between widgets, and
    toasts, which the app turns off. A later Textual that can't be had so comes whole.
    """
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]
        import asyncio  # noqa: F401

        del sys.modules["ssl"]
    if any(name in sys.modules for name in ("textual.app", "textual.theme", "textual.command")):
        return
    omitted = ("textual.command", "textual.canvas", "textual.widgets._toast", "rich.table")
    with suppress(Exception), _without(*omitted):
        import textual.app
    import textual.app
    import textual.screen

    if _TURNS_OFF_TOASTS not in textual.app.App.__init__.__code__.co_names:
        from textual.widgets import _toast

        for module in (textual.app, textual.screen):
            vars(module)["ToastRack"] = _toast.ToastRack
