"""What if standard output or standard error is closed, full, or can't say every letter?"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper


def prepare() -> None:
    """Make the streams fit to be written to: a locale without the signs still gets the numbers.

    A closed standard error becomes one that swallows all; a closed standard output stays None.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  for the whole run
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def say(text: str) -> None:
    """Print to standard error. That nobody can hear it changes no exit code."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def write_source(text: str) -> None:
    """Write Python to standard output: in UTF-8, as Python reads it, unless a terminal shows it."""
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)


def drop_output() -> None:
    """Keep the exit quiet and quick: what is still to be printed goes nowhere."""
    with suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
