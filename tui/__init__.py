"""The terminal app and the commands."""

__version__ = "0.1.0"
