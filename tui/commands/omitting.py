"""What do asyncio and Textual load at once that the app never uses, or only when it is asked for?

A tenth of the time to the first frame, and a megabyte of every session. Whoever has loaded the modules
already, as tests have, keeps them: nothing here changes what has been imported.
"""

from __future__ import annotations

import sys
from types import ModuleType


class _Later(ModuleType):
    """Stands for a module while another is imported that only names its classes."""

    def __getattr__(self, name: str) -> type:
        """Return a class that is nothing yet."""
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def load_asyncio_and_textual() -> None:
    """Import asyncio without TLS, as the app makes no connections, and Textual without its command palette.

    The palette brings trees, tables and inputs. What opens one in the app imports `textual.command` itself
    (`tui.screens.command_palette`); the classes in Textual's app and theme that stand for it are not used.
    """
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]
        import asyncio  # noqa: F401

        del sys.modules["ssl"]
    if not any(name in sys.modules for name in ("textual.app", "textual.theme", "textual.command")):
        sys.modules["textual.command"] = _Later("textual.command")
        import textual.app  # noqa: F401

        del sys.modules["textual.command"]
