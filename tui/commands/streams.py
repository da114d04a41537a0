"""What if standard output or standard error is closed, full, narrow, or can't say every letter?"""

from __future__ import annotations

import os
import select
import stat
import sys
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDEST, _NARROWEST = 100, 40  # columns of a line of text
_PATIENCE = 0.5  # seconds for a script to begin in
_SIGNS = "δ∂Δ∇Σ→▸≠·×─"  # such as stand on every screen


def prepare() -> None:
    """Make the streams fit to be written to: a locale without the signs still gets the numbers.

    A closed standard error becomes one that swallows all; a closed standard output stays None.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  for the whole run
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def can_say(stream: IO[Any]) -> bool:
    """Return whether the encoding of a stream has the signs of our mathematics."""
    try:
        _SIGNS.encode(getattr(stream, "encoding", None) or "utf-8")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def sayable(text: str) -> str:
    """Return a text for standard output: with signs of ASCII where its encoding lacks one of the text's."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (LookupError, UnicodeEncodeError):
        from tui.draw.kit.signs.ascii import in_ascii

        return in_ascii(text)
    return text


def show(text: str, *, plainly: bool = False) -> None:
    """Print a text, in ASCII (see `in_words`) if that is asked for or standard output can't say more."""
    if plainly or not can_say(sys.stdout):
        from tui.commands.in_words import in_words

        text = in_words(text)
    print(text)


def has_no_name() -> bool:
    """Return whether nothing is known of the terminal, not even that its cursor can be moved."""
    return os.environ.get("TERM", "") in ("", "dumb", "unknown")


def piped_in() -> str:
    """Return what a file or a pipe brings on standard input; nothing if it stays silent for half a second.

    A pipe that somebody has left open is no script.
    """
    if sys.stdin is None:
        return ""
    try:
        kind = os.fstat(sys.stdin.fileno()).st_mode
        ready = stat.S_ISREG(kind) or (
            stat.S_ISFIFO(kind) and select.select([sys.stdin], [], [], _PATIENCE)[0]
        )
    except (OSError, ValueError):
        return ""
    return sys.stdin.read() if ready else ""


def width() -> int:
    """Return how wide a line of text may be: as the terminal; the same for everybody where there is none."""
    found = _WIDEST
    with suppress(OSError, ValueError, AttributeError):
        found = os.get_terminal_size(sys.stdout.fileno()).columns or _WIDEST
    return max(_NARROWEST, min(found, _WIDEST))


def say(text: str) -> None:
    """Print to standard error. That nobody can hear it changes no exit code."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        _to_nowhere(sys.stderr)  # what is left in it would be tried again at the end, and change the code


def write_source(text: str) -> None:
    """Write Python to standard output: in UTF-8, as Python reads it, unless a terminal shows it."""
    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)


@contextmanager
def whoever_reads() -> Iterator[None]:
    """Print what an exit code comes with: that nobody reads it, or not to its end, does not change the code.

    What only prints lets a reader that has seen enough end it.
    """
    try:
        yield
    except BrokenPipeError:
        drop_output()


def drop_output() -> None:
    """Keep the exit quiet and quick: what is still to be printed goes nowhere."""
    _to_nowhere(sys.stdout)


def _to_nowhere(stream: IO[Any]) -> None:
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
