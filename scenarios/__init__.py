"""The scenarios that ship with bp-tui, read with `importlib.resources`."""
