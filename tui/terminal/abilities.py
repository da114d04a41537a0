"""Which of the optional shorthands does this terminal understand, and has its font all signs?

Terminfo tells the shorthands. REP, which repeats a character, is left out: terminals and emulators that call
themselves xterm lack it.
"""

from __future__ import annotations

import os

from msgspec import Struct


class Abilities(Struct, frozen=True):
    """The shorthands that not every terminal has."""

    #: Erasing fills with the current background instead of the terminal's own.
    erases_in_colour: bool = False
    #: ECH, erase n characters.
    erases_characters: bool = False


NOTHING = Abilities()
EVERYTHING = Abilities(erases_in_colour=True, erases_characters=True)


def abilities_of(term: str | None = None) -> Abilities:
    """Return what terminfo promises for `term` (TERM if None); nothing at all if it isn't known."""
    name = os.environ.get("TERM", "") if term is None else term
    try:
        import _curses as curses  # the package around it only adds names of keys

        curses.setupterm(name, 1)
    except (ImportError, OSError, ValueError):
        return NOTHING
    except curses.error:
        return NOTHING
    return Abilities(
        erases_in_colour=curses.tigetflag("bce") == 1,
        erases_characters=bool(curses.tigetstr("ech")),
    )


def has_few_signs() -> bool:
    """Return whether the terminal is a console, whose fonts have few signs beside letters."""
    return os.environ.get("TERM", "").partition("-")[0] == "linux"
