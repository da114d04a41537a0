"""What does a session file hold? Data only: which scenario, what was done to it, and where the user looks.

The runs and the cursor are told as a leader tells them to a class (`tui.telling.state`): who can follow
can come back. msgspec reads the annotations at run time, so they are no mere strings here.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from engine.conditions.grammar import LONGEST
from tui.telling.state import Chosen, Count, Look, State
from tui.walking.watches import MOST

VERSION = 1

Expression = Annotated[str, Meta(max_length=LONGEST)]


class Filed(Struct, frozen=True, omit_defaults=True):
    """The scenario, as its file was: the name of a shipped one, or the path of its `file`.

    `digest` is that of its run, `order` and `chosen` are what of it can be chosen in the app.
    """

    title: Annotated[str, Meta(max_length=10_000)]
    digest: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    order: str
    chosen: Chosen
    name: str | None = None
    file: str | None = None


class Kept(Struct, frozen=True, omit_defaults=True):
    """A breakpoint: its number, its condition, and whether it is off."""

    number: Annotated[int, Meta(ge=1, le=2**31)]
    condition: Expression
    off: bool = False


class Marked(Struct, frozen=True, omit_defaults=True):
    """A place that is marked by a letter: which of the runs, and where in it."""

    letter: Annotated[str, Meta(max_length=1)]
    at: Look
    run: Count = 0


class Session(Struct, frozen=True, omit_defaults=True):
    """All that is kept; `session` is the version of this format."""

    session: Literal[1]
    scenario: Filed
    looking: State
    watches: Annotated[tuple[Expression, ...], Meta(max_length=MOST)] = ()
    breakpoints: Annotated[tuple[Kept, ...], Meta(max_length=1000)] = ()
    marks: Annotated[tuple[Marked, ...], Meta(max_length=100)] = ()


def without_place(session: Session) -> Session:
    """Return what is left of a session where only the runs and what is kept of them count."""
    from msgspec.structs import replace

    looking, plain = session.looking, State("", "", Chosen("", 0.0), 0)
    kept = ("digest", "order", "chosen", "breaks", "by_hand", "runs", "run")
    return replace(session, looking=replace(plain, **{name: getattr(looking, name) for name in kept}))
